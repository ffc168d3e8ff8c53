"""The Authoring place: every key is kept, and 300 ms after the last one the chosen violation is proved again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.services.authoring import Authoring
from desktop.services.authoring_edit import cell_key, free_id, part_key
from desktop.services.authoring_files import Opened, PublishedBook
from desktop.services.authoring_shapes import (
    CellEdit,
    Edit,
    FrameForm,
    HeadEdit,
    Part,
    PartEdit,
    SourceState,
    TableView,
    Typed,
    ViolationEdit,
    ViolationLine,
)
from desktop.services.authoring_table import general_parts, view_of
from desktop.services.changes import Changes
from desktop.services.desk import done
from desktop.services.shapes import Assessment
from desktop.viewmodels.authoring_proof import Prover
from desktop.work import Work
from desktop.work.runner import Job
from enforcement.authoring.check import Checked
from enforcement.authoring.edit import part_text
from enforcement.authoring.merge import Taken
from enforcement.rules import FactValue
from enforcement.values.errors import KnownError

PAUSE_MS = 300
"""After the last key, before the table is proved again."""
GENERAL = -1
"""In the place of a violation's number: what the whole pack shares."""


class AuthoringModel(QObject):
    """`opened(SourceState | None)` for another source, `changed(SourceState)` after an edit, `frame_wanted(PublishedBook)` for a table
    that does not say everything, `drafts(tuple)`, `changes(ChangesView)`, `outdated(KnownError)` when a save was refused,
    `taken(Taken)`, `saved(str)`, `exported(str)`, `edition` when the agency's data is new, `failed(Exception)`. What is proved is the
    `prover`'s.
    """

    opened = Signal(object)
    changed = Signal(object)
    frame_wanted = Signal(object)
    drafts = Signal(object)
    changes = Signal(object)
    changes_failed = Signal(object)
    outdated = Signal(object)
    taken = Signal(object)
    saved = Signal(str)
    exported = Signal(str)
    failed = Signal(object)
    edition = Signal()

    def __init__(self, office: Authoring, work: Work) -> None:
        super().__init__()
        self.office, self.work = office, work
        self.state: SourceState | None = None
        self.number, self.version = 0, 0
        self.prover = Prover(work)
        self.prover.failed.connect(self.failed.emit)
        self._under_way = 0
        self._latest: Edit | None = None
        self._wanted = ""
        self._after: list[Callable[[], object]] = []
        self._compared: Job[object] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(lambda: self.when_kept(self.check_chosen))
        work.changed.connect(self._heard)

    # opening

    def begin(self) -> None:
        """The last source, or what waits to be gone on with."""

        self.work.store(
            self.office.last,
            lambda place: self.open(Path(place)) if place else self.opened.emit(None),
            self.failed.emit,
        )
        self.list_drafts()

    def list_drafts(self) -> None:
        self.work.store(self.office.drafts, self.drafts.emit, self.failed.emit)

    def open(self, path: Path) -> None:
        """A folder, its pack.toml, or a workbook."""
        self.work.compute(lambda: self.office.read(path), self._read, self._not_opened)

    def bring_in(self, path: Path) -> None:
        """A workbook: a whole one of the open table is taken over into it, another one is opened, a published table asked about."""

        def arrived(found: Opened | PublishedBook | Taken) -> None:
            if isinstance(found, Taken):
                self._act(lambda: self.office.replace_all(found.texts))
                self.taken.emit(found)
            else:
                self._read(found)

        def read() -> None:
            state = self.state
            self.work.compute(lambda: self.office.bring_in(path, state), arrived, self._not_opened)

        self.when_kept(read)

    def open_published(self, book: PublishedBook, form: FrameForm) -> None:
        """A published table with what was asked about it."""
        self.work.compute(lambda: self.office.from_published(book, form), self._adopt, self.failed.emit)

    def new(self, form: FrameForm) -> None:
        """A source to start from."""
        self.work.compute(lambda: self.office.begin(form), self._adopt, self.failed.emit)

    def resume(self, key: str) -> None:
        """Kept changes."""
        self.work.act(lambda: done(self.office.resume(key)), self._opened, self.failed.emit)

    def _read(self, found: Opened | PublishedBook) -> None:
        if isinstance(found, PublishedBook):
            self.frame_wanted.emit(found)
        else:
            self._adopt(found)

    def _adopt(self, opened: Opened) -> None:
        self.work.act(lambda: done(self.office.adopt(opened)), self._opened, self.failed.emit)

    def _opened(self, state: SourceState) -> None:
        self.state = state
        self.number, self.version = 0 if state.lines else GENERAL, 0
        self.prover.cancel_all()
        self.prover.look_at(state)
        self.opened.emit(state)
        self.check_chosen()

    def _not_opened(self, error: Exception) -> None:
        if self.state is None:
            self.opened.emit(None)
        self.failed.emit(error)

    # editing

    def edit(self, edit: Edit) -> None:
        """Take an edit over: kept at once, shown when the last of those under way is kept."""
        self._under_way += 1
        self._latest = edit
        self._pause.start()
        self.work.act(lambda: done(self._keep(edit)), self._edited, self._not_edited)

    def _keep(self, edit: Edit) -> SourceState | None:
        """On the store's worker: a text that was typed on meanwhile is the next job's, with all that it holds."""
        later = self._latest
        return None if later is not edit and _same_place(edit, later) else self.office.edit(edit)

    def copy_violation(self) -> None:
        """The chosen violation once more, under a free id; it is chosen then."""
        line = self.line()
        if self.state is not None and line is not None:
            self._wanted = free_id(self.state.source, line.id)
            self.edit(ViolationEdit("copy", line.number, self._wanted))

    def remove_violation(self) -> None:
        """The chosen violation is taken away; Undo brings it back."""
        line = self.line()
        if line is not None:
            self.edit(ViolationEdit("remove", line.number))

    def when_kept(self, then: Callable[[], object]) -> None:
        """As soon as every edit is kept."""
        if self._under_way:
            self._after.append(then)
        else:
            then()

    def undo(self, *, redo: bool = False) -> None:
        self.when_kept(lambda: self._act(lambda: self.office.undo(redo=redo)))

    def reread(self) -> None:
        """What stands on the disk, as an edit."""
        self._act(self.office.reread)

    def _edited(self, state: SourceState | None) -> None:
        self._under_way -= 1
        self.state = state or self.state
        if not self._under_way and self.state is not None:
            self.take(self.state)
            self._go_on()

    def _not_edited(self, error: Exception) -> None:
        self.failed.emit(error)
        self._edited(None)

    def _go_on(self) -> None:
        while self._after:
            self._after.pop(0)()

    def _act(self, run: Callable[[], SourceState]) -> None:
        def took(state: SourceState) -> None:
            self.take(state)
            self.check_chosen()

        self.work.act(lambda: done(run()), took, self.failed.emit)

    def take(self, state: SourceState) -> None:
        """The source as it stands now."""
        self.state = state
        self.prover.look_at(state)
        wanted = next((line.number for line in state.lines if line.id == self._wanted), None)
        if wanted is not None:
            self.number, self.version, self._wanted = wanted, 0, ""
        if self.number >= len(state.lines):
            self.number = len(state.lines) - 1
        self.changed.emit(state)

    # saving

    def save(self, *, over: bool = False) -> None:
        """To the source's own files; `outdated` where they are not as they were left."""
        self.when_kept(lambda: self._write(lambda: self.office.save(over=over)))

    def save_as(self, path: Path, failed: Callable[[Exception], object]) -> None:
        """To a new place."""
        self.when_kept(lambda: self._write(lambda: self.office.save_as(path), failed))

    def export(self, path: Path) -> None:
        """A workbook of what is open."""
        state = self.state
        if state is not None:
            self.work.compute(
                lambda: self.office.export(state, path), lambda _: self.exported.emit(str(path)), self.failed.emit
            )

    def _write(self, run: Callable[[], SourceState], failed: Callable[[Exception], object] | None = None) -> None:
        def refused(error: Exception) -> None:
            if isinstance(error, KnownError) and error.code == "input.source_changed":
                self.outdated.emit(error)
            else:
                (failed or self.failed.emit)(error)

        def wrote(state: SourceState) -> None:
            self.take(state)
            self.saved.emit(state.place)

        self.work.act(lambda: done(run()), wrote, refused)

    # proving

    def choose(self, number: int, version: int = 0) -> None:
        """Another violation, or GENERAL; another of its versions."""
        self.number, self.version = number, version
        self.check_chosen()

    def check_chosen(self) -> None:
        """Prove the chosen violation as it stands now; an older question is not waited for."""
        line = self.line()
        if line is not None:
            self.prover.check(line)

    # asking

    def line(self) -> ViolationLine | None:
        """The chosen violation."""
        lines = self.state.lines if self.state is not None else ()
        return lines[self.number] if 0 <= self.number < len(lines) else None

    def table(self) -> TableView | None:
        """The chosen version of the chosen violation."""
        return view_of(self.state.source, self.number, self.version) if self.state and self.line() else None

    def parts(self) -> tuple[Part, ...]:
        """The parts beside the rows; for GENERAL those that the pack shares."""
        if self.state is None:
            return ()
        table = self.table()
        return table.parts if table is not None else general_parts(self.state.source)

    def part_text(self, part: Part) -> str:
        """A part's text: as it was typed where that cannot stand, otherwise as the source has it."""
        assert self.state is not None
        typed, spot = self.typed_part(part), part.spot
        if typed is not None:
            return typed.text
        data = self.state.texts[spot.file]
        if not spot.path and part.whole:
            return data.decode("utf-8").replace("\r\n", "\n")
        return part_text(data, spot.path, spot.key, whole=part.whole).replace("\r\n", "\n")

    def typed_part(self, part: Part) -> Typed | None:
        """What was typed as a part's text and cannot stand."""
        return self.state.typed.get(part_key(part.spot, part.whole)) if self.state is not None else None

    def typed_cell(self, row: int, column: str) -> Typed | None:
        """What was typed into a cell and cannot stand."""
        line = self.line()
        if self.state is None or line is None:
            return None
        return self.state.typed.get(cell_key(line.id, self.version, row, column))

    def answer(self) -> Checked | None:
        """What was proved of the chosen violation as it stands now; None while nobody knows."""
        line = self.line()
        return self.prover.answer(line) if line is not None else None

    def preview(self, facts: Mapping[str, FactValue], party: str) -> Assessment | None:
        """The officer's answer by the table as it stands; None while it cannot be built. Raises KnownError(rules.*)."""
        found = self.answer()
        if found is None or found.loaded is None:
            return None
        return self.office.preview(found.loaded, self.version, facts, party)

    def compare(self) -> None:
        """What changes against the device's edition: `changes`, or `changes_failed`."""
        state = self.state
        if state is None:
            return
        if self._compared is not None:
            self._compared.cancel()
        self._compared = self.work.compute(
            lambda: self.office.changes(state.source), self.changes.emit, self.changes_failed.emit
        )

    def _heard(self, changes: object) -> None:
        if isinstance(changes, Changes) and "authority" in changes.kinds:
            self.edition.emit()


def _same_place(one: Edit, other: Edit | None) -> bool:
    match one, other:
        case CellEdit(), CellEdit():
            return replace(one, text="") == replace(other, text="")
        case HeadEdit(), HeadEdit():
            return one.key == other.key
        case PartEdit(), PartEdit():
            return (one.spot, one.whole) == (other.spot, other.whole)
        case _:
            return False
