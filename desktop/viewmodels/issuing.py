"""The issuing office in the window: one question after the other goes to its tool, behind the interface."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.services.issuing import Issuing, IssuingTool, urgent_first
from desktop.services.issuing_shapes import ActForm, CertificateLine, Holder, OfficeView
from desktop.work import Work
from enforcement.values.errors import KnownError

Refused = Callable[[Exception], object]
Draw = Callable[[bytes], Sequence[bytes]]
Save = Callable[[Path, bytes], object]


@dataclass
class _Question:
    run: Callable[[IssuingTool], Any]
    done: Callable[[Any], object]
    failed: Refused
    sort: str


class IssuingModel(QObject):
    """`opened(OfficeView)` and every time it was asked again, `shut(Exception | None)` when the office is no longer open, `shown(Holder)`,
    `busy(str)`: what the tool is at, empty when it waits; `failed(Exception)`.
    """

    opened = Signal(object)
    shut = Signal(object)
    shown = Signal(object)
    busy = Signal(str)
    failed = Signal(object)

    def __init__(self, issuing: Issuing, work: Work, draw: Draw, save: Save) -> None:
        """`draw` makes pictures of a PDF's pages, `save` writes a PDF where it is wanted."""
        super().__init__()
        self.issuing, self.work = issuing, work
        self._draw, self._save = draw, save
        self.view: OfficeView | None = None
        self.holder: Holder | None = None
        self.people: tuple[CertificateLine, ...] = ()
        self.chosen = ""
        self._tool: IssuingTool | None = None
        self._questions: deque[_Question] = deque()
        self._asking: _Question | None = None

    @property
    def is_busy(self) -> bool:
        return self._asking is not None

    # opening and closing

    def last_folder(self, done: Callable[[str], object]) -> None:
        self.work.store(self.issuing.last_folder, done, self.failed.emit)

    def open(self, folder: Path, password: str, failed: Refused) -> None:
        """Start the tool and look; the folder is remembered once the password opened it."""

        def started(found: tuple[IssuingTool, OfficeView]) -> None:
            self._asking = None
            self.busy.emit("")
            self._tool, view = found
            self.work.store(lambda: self.issuing.remember(str(folder)), None, self.failed.emit)
            self._take(view)

        def refused(error: Exception) -> None:
            self._asking = None
            self.busy.emit("")
            failed(error)

        if self._asking is not None or self._tool is not None:
            return
        self._asking = _Question(lambda _: None, lambda _: None, failed, "open")
        self.busy.emit("open")
        self.work.net(lambda: _opened(self.issuing, folder, password), started, refused)

    def end(self, error: Exception | None = None) -> None:
        """No more questions; the tool finishes what it does and goes."""
        tool, self._tool = self._tool, None
        self._questions.clear()
        self.view = self.holder = None
        self.people, self.chosen = (), ""
        if tool is not None:
            tool.end()
            self.work.net(tool.wait, None, self.failed.emit)
            self.shut.emit(error)

    # what is asked

    def reload(self) -> None:
        """Ask for everything again, and for whom is shown."""
        self._ask("overview", self.issuing.view, self._take)
        if self.chosen:
            self.choose(self.chosen)

    def choose(self, number: str) -> None:
        """Show somebody; only who was chosen last counts."""
        self.chosen = number
        self._questions = deque(one for one in self._questions if one.sort != "person")

        def found(holder: Holder) -> None:
            if holder.number == self.chosen:
                self.holder = holder
                self.shown.emit(holder)

        self._ask("person", lambda tool: self.issuing.person(tool, number), found)

    def do(self, form: ActForm, done: Callable[[], object], failed: Refused, then: str = "") -> None:
        """An act; everything is asked again after it, and `then` is shown instead of whom was."""

        def taken(_: object) -> None:
            if then:
                self.chosen = then
            done()
            self.reload()

        self._ask("act", lambda tool: self.issuing.do(tool, form), taken, failed)

    def publish(self, done: Callable[[int], object]) -> None:
        """Sign and write everything; the version then."""

        def published(version: int) -> None:
            done(version)
            self.reload()

        def failed(error: Exception) -> None:
            self.failed.emit(error)
            self.reload()

        self._ask("publish", self.issuing.publish, published, failed)

    def look_at(self, book: Path, done: Callable[[Any], object], failed: Refused) -> None:
        """What a workbook would issue."""
        self._ask("import", lambda tool: self.issuing.bring(tool, book, only_look=True), done, failed)

    def bring(self, book: Path, done: Callable[[Any], object], failed: Refused) -> None:
        """Issue what a workbook holds."""

        def taken(found: object) -> None:
            done(found)
            self.reload()

        self._ask("import", lambda tool: self.issuing.bring(tool, book, only_look=False), taken, failed)

    def template(self, path: Path, done: Callable[[Any], object]) -> None:
        self._ask("template", lambda tool: self.issuing.template(tool, path), done)

    def card(self, number: str, done: Callable[[Any], object], failed: Refused) -> None:
        """The card and its faces as pictures."""
        self._questions = deque(one for one in self._questions if one.sort != "card")
        self._ask("card", lambda tool: self.issuing.card(tool, number, self._draw), done, failed)

    def save(self, pdf: bytes, path: Path, done: Callable[[Any], object]) -> None:
        """Write a card where it is wanted."""
        self.work.net(lambda: self._save(path, pdf), done, self.failed.emit)

    # one after the other

    def _take(self, view: OfficeView) -> None:
        self.view, self.people = view, urgent_first(view.people)
        self.opened.emit(view)

    def _ask(
        self,
        sort: str,
        run: Callable[[IssuingTool], Any],
        done: Callable[[Any], object],
        failed: Refused | None = None,
    ) -> None:
        if self._tool is not None:
            self._questions.append(_Question(run, done, failed or self.failed.emit, sort))
            self._next()

    def _next(self) -> None:
        if self._asking is not None:
            return
        tool = self._tool
        if tool is None or not self._questions:
            self.busy.emit("")
            return
        question = self._asking = self._questions.popleft()
        self.busy.emit(question.sort)
        self.work.net(
            lambda: question.run(tool),
            lambda value: self._answered(tool, question, value),
            lambda error: self._refused(tool, question, error),
        )

    def _answered(self, tool: IssuingTool, question: _Question, value: object) -> None:
        self._asking = None
        if tool is self._tool:
            question.done(value)
        self._next()

    def _refused(self, tool: IssuingTool, question: _Question, error: Exception) -> None:
        self._asking = None
        if tool is self._tool:
            if isinstance(error, KnownError) and error.code == "office.ended":
                self.end(error)
            else:
                question.failed(error)
        self._next()


def _opened(issuing: Issuing, folder: Path, password: str) -> tuple[IssuingTool, OfficeView]:
    tool = IssuingTool(folder, password)
    try:
        return tool, issuing.view(tool)
    except BaseException:
        tool.end()
        tool.wait()
        raise
