"""What was proved of the open source, and what still waits to be: the chosen violation first, all of them when asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Signal

from desktop.services.authoring_edit import cell_key
from desktop.services.authoring_shapes import SourceState, ViolationLine
from desktop.work import Work
from desktop.work.runner import Job
from enforcement.authoring.check import Checked, check
from enforcement.authoring.spots import spot

KEPT_RESULTS = 1000
REMARKS = (
    "words_differ", "no_article", "no_statute", "idle_fact", "no_cases", "no_words", "twice", "unchecked",
)  # fmt: skip
Mark = Literal["proved", "faulty", "waiting", "unchecked"]


@dataclass(frozen=True)
class Summary:
    """The state of the whole."""

    total: int
    proved: int
    faulty: int
    unchecked: int
    remarks: int
    cases: int
    waiting: int


class Prover(QObject):
    """`checked(str)` when the answer about a violation arrived; `progress(done, all)` while all are checked, (0, 0) at the end;
    `finished` when all were.
    """

    checked = Signal(str)
    progress = Signal(int, int)
    finished = Signal()
    failed = Signal(object)

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work
        self._state: SourceState | None = None
        self._results: dict[str, Checked] = {}
        self._job: Job[Checked] | None = None
        self._queue: list[ViolationLine] = []
        self._count = 0

    def look_at(self, state: SourceState) -> None:
        """The source as it stands now; answers about what did not change stay."""
        self._state = state

    @property
    def running(self) -> bool:
        """Whether all are being checked."""
        return bool(self._count)

    def check(self, line: ViolationLine) -> None:
        """Prove one violation as it stands; an older question is not waited for."""
        state = self._state
        if self._job is not None:
            self._job.cancel()
        if state is None or line.fingerprint in self._results:
            self.checked.emit(line.id)
            return
        self._job = self._work.compute(
            lambda: check(state.source, line.number), lambda found: self._proved(line, found), self.failed.emit
        )

    def check_all(self) -> None:
        """Every violation that was not yet checked as it stands, one after the other."""
        lines = self._state.lines if self._state is not None else ()
        self._queue = [line for line in lines if line.fingerprint not in self._results]
        self._count = len(self._queue)
        if self._count:
            self._next()
        else:
            self.finished.emit()

    def cancel_all(self) -> None:
        """Stop checking all; what was proved stays."""
        self._queue, self._count = [], 0
        self.progress.emit(0, 0)

    def answer(self, line: ViolationLine) -> Checked | None:
        """What was proved of a violation as it stands; None while nobody knows."""
        return self._results.get(line.fingerprint)

    def mark(self, line: ViolationLine) -> Mark:
        """One sign for the list."""
        found = self.answer(line)
        if self._typed(line) or (found is not None and found.faulty):
            return "faulty"
        if line.waiting:
            return "waiting"
        return "proved" if found is not None and found.proved else "unchecked"

    def _typed(self, line: ViolationLine) -> bool:
        """Whether a text of the violation cannot stand yet: of a cell, or of a part."""
        if self._state is None or not self._state.typed:
            return False
        place = spot(self._state.source.violations[line.number])
        part = f"part|{place.file}|{place.path}"
        starts = (cell_key(line.id, 0, 0, "").removesuffix("0|0|"), f"{part}|", f"{part}.")
        return any(key.startswith(starts) for key in self._state.typed)

    def summary(self) -> Summary:
        """The state of the whole."""
        lines = self._state.lines if self._state is not None else ()
        found = [answer for line in lines if (answer := self.answer(line)) is not None]
        kinds = [wrong.kind for one in found for wrong in one.wrongs]
        marks = [self.mark(line) for line in lines]
        return Summary(
            total=len(lines),
            proved=sum(one.proved for one in found),
            faulty=marks.count("faulty"),
            unchecked=len(lines) - len(found),
            remarks=sum(kind in REMARKS for kind in kinds),
            cases=kinds.count("case"),
            waiting=sum(line.waiting for line in lines),
        )

    def _proved(self, line: ViolationLine, found: Checked) -> None:
        if len(self._results) > KEPT_RESULTS:
            self._results.clear()
        self._results[line.fingerprint] = found
        if self._state is not None and any(one.fingerprint == line.fingerprint for one in self._state.lines):
            self.checked.emit(line.id)

    def _next(self) -> None:
        state = self._state
        if state is None or not self._count:
            return
        wanted = [one for one in self._queue if one in state.lines and one.fingerprint not in self._results]
        self.progress.emit(self._count - len(wanted), self._count)
        if not wanted:
            self.cancel_all()
            self.finished.emit()
            return
        line, self._queue = wanted[0], wanted[1:]

        def arrived(found: Checked) -> None:
            self._proved(line, found)
            self._next()

        self._work.compute(lambda: check(state.source, line.number), arrived, self._broke)

    def _broke(self, error: Exception) -> None:
        self.cancel_all()
        self.failed.emit(error)
