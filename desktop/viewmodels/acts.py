"""The ordinary procedure in the window: where a case stands, an act being written, a paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from desktop.services.act_shapes import ActDraft, Acted, PaperView, ProcedureView
from desktop.services.changes import Done
from desktop.services.electronic import Electronic, ReadyPaper
from desktop.services.office import Office
from desktop.services.shapes import CaseDetail, EvidenceView, PersonView
from desktop.work import Work
from enforcement.notices.signatures import Role
from enforcement.values.errors import KnownError

PrintWay = Literal["pdf", "printer", "field_printer", "electronic"]


def is_ordinary(found: CaseDetail) -> bool:
    """Whether the case goes by the ordinary procedure."""
    return found.row.procedure == "ordinary"


class ProcedureModel(QObject):
    """One case under the ordinary procedure: `shown(ProcedureView)` when it was fetched, `acted(Acted)` after an act that was done
    without a page, `failed(Exception)`.
    """

    shown = Signal(object)
    acted = Signal(object)
    failed = Signal(object)

    def __init__(self, office: Office, work: Work) -> None:
        super().__init__()
        self.office, self.work = office, work
        self.case_id: UUID | None = None

    def show_case(self, case_id: UUID | None) -> None:
        """Fetch where it stands; the answer is dropped when another case was asked for meanwhile."""
        self.case_id = case_id
        if case_id is not None:
            self.work.store(lambda: self.office.acts.view(case_id), self._arrived, self.failed.emit)

    def do_at_once(self, act: str) -> None:
        """An act on which nothing is to be written."""
        if (case_id := self.case_id) is not None:
            self.work.act(lambda: self.office.acts.do_at_once(case_id, act), self.acted.emit, self.failed.emit)

    def cosign(self, entry: bytes, done: Callable[[], object]) -> None:
        """The second signature of the person signed in."""
        if (case_id := self.case_id) is not None:
            self.work.act(lambda: self.office.acts.cosign(case_id, entry), lambda _: done(), self.failed.emit)

    def decide(self, act: str, words: str) -> None:
        """Approve or refuse by one's own words, without a page; what is still missing is refused and said."""
        if (case_id := self.case_id) is not None:
            self.work.act(lambda: self._decide(case_id, act, words), self.acted.emit, self.failed.emit)

    def _decide(self, case_id: UUID, act: str, words: str) -> Done[Acted]:
        acts = self.office.acts
        draft = acts.begin(case_id, act).value
        own = [one for one in draft.fields if one.kind == "opinion" and not one.known]
        if own:
            acts.set_value(draft.draft_id, own[-1].path, {"text": words})
        return acts.do(draft.draft_id)

    def _arrived(self, view: ProcedureView) -> None:
        if view.case_id == self.case_id:
            self.shown.emit(view)


class ActModel(QObject):
    """An act being written. `draft_changed(ActDraft)`; `refused(path, Exception)` when a field cannot stand; `pages(object)` with what
    the preview became; `acted(Acted)`; `failed(Exception)`.
    """

    draft_changed = Signal(object)
    evidence = Signal(object)
    refused = Signal(str, object)
    pages = Signal(object)
    acted = Signal(object)
    failed = Signal(object)

    def __init__(self, office: Office, work: Work) -> None:
        super().__init__()
        self.office, self.work = office, work
        self.draft: ActDraft | None = None
        self._asked = 0
        self._writes = 0
        self._overtaken = False

    def begin(self, case_id: UUID, act: str) -> None:
        """A page for the act, or the one begun before."""
        self.work.act(lambda: self.office.acts.begin(case_id, act), self._began, self.failed.emit)

    def set_value(self, path: str, value: Any) -> None:
        """A field was left."""
        if self.draft is not None:
            draft_id = self.draft.draft_id
            self._writes += 1
            self.work.act(
                lambda: self.office.acts.set_value(draft_id, path, value),
                self._kept,
                lambda error: self._not_taken(path, error),
            )

    def set_at(self, at: datetime) -> None:
        """When it happened."""
        if self.draft is not None:
            draft_id = self.draft.draft_id
            self.work.act(lambda: self.office.acts.set_at(draft_id, at), self._arrived, self.failed.emit)

    def discard(self, done: Callable[[], object]) -> None:
        if self.draft is not None:
            draft_id = self.draft.draft_id
            self.work.act(lambda: self.office.acts.discard(draft_id), lambda _: done(), self.failed.emit)

    def preview(self, draw: Callable[[bytes], object]) -> None:
        """The paper as it stands, drawn off the interface thread; only the newest answer counts."""
        if self.draft is None or not self.draft.shows_paper:
            return
        draft_id = self.draft.draft_id
        self._asked += 1
        number = self._asked

        def give(made: object) -> None:
            if number == self._asked:
                self.pages.emit(made)

        def drawn(pdf: bytes) -> None:
            if number == self._asked:
                self.work.compute(lambda: draw(pdf), give, self.failed.emit)

        self.work.store(lambda: self.office.acts.preview(draft_id), drawn, self._no_preview)

    def sign(self, number: str, password: str, failed: Callable[[Exception], object]) -> None:
        """Sign; with the second officer where two sign."""
        if self.draft is not None:
            draft_id = self.draft.draft_id
            self.work.act(lambda: self.office.acts.do(draft_id, number, password), self.acted.emit, failed)

    def _began(self, draft: ActDraft) -> None:
        self._arrived(draft)
        if any(one.kind == "photos" for one in draft.fields):
            self.work.store(lambda: self.office.case(draft.case_id).evidence, self._evidence, self.failed.emit)

    def _evidence(self, found: tuple[EvidenceView, ...]) -> None:
        self.evidence.emit(found)

    def _arrived(self, draft: ActDraft) -> None:
        self.draft = draft
        self.draft_changed.emit(draft)

    def _kept(self, draft: ActDraft) -> None:
        """An answer that was overtaken by what was written since is not shown: it would take rows away under the writer's hands."""
        self._writes -= 1
        self.draft, self._overtaken = draft, True
        self._show_newest()

    def _show_newest(self) -> None:
        if self.draft is not None and self._overtaken and not self._writes:
            self._overtaken = False
            self.draft_changed.emit(self.draft)

    def _not_taken(self, path: str, error: Exception) -> None:
        self._writes -= 1
        self._show_newest()
        if isinstance(error, KnownError) and error.code in ("form.value", "input.invalid"):
            self.refused.emit(path, error)
        else:
            self.failed.emit(error)

    def _no_preview(self, error: Exception) -> None:
        """A page that cannot be set yet says so in its own place."""
        self.pages.emit(error)


@dataclass(frozen=True)
class OpenPaper:
    """A paper with its pages (PDF) and the name of who would sign it for the party."""

    paper: PaperView
    pdf: bytes
    party: str
    electronic: Electronic


class PaperModel(QObject):
    """A paper of a case: `opened(OpenPaper)` when it was fetched, and again after a print, a signature or its voiding; `failed`."""

    opened = Signal(object)
    failed = Signal(object)

    def __init__(self, office: Office, work: Work, case_id: UUID, entry: bytes) -> None:
        super().__init__()
        self.office, self.work, self.case_id, self.entry = office, work, case_id, entry

    def load(self) -> None:
        self.work.store(self._fetch, self.opened.emit, self.failed.emit)

    def printed(self, way: PrintWay) -> None:
        self._act(lambda: self.office.acts.record_paper_print(self.case_id, self.entry, way, 1))

    def sign(self, role: Role, name: str, strokes: bytes, refused: str) -> None:
        self._act(lambda: self.office.acts.sign_paper(self.case_id, self.entry, role, name, strokes, refused))

    def void(self, words: str) -> None:
        self._act(lambda: self.office.acts.void_paper(self.case_id, self.entry, words))

    def _act(self, run: Callable[[], Done[None]]) -> None:
        self.work.act(run, lambda _: self.load(), self.failed.emit)

    def _fetch(self) -> OpenPaper:
        papers = self.office.acts.view(self.case_id).papers
        paper = next((one for one in papers if one.entry == self.entry), None)
        if paper is None:
            raise KnownError("input.invalid", field="document", why="this case has no such document")
        party = self.office.case(self.case_id).party
        pdf = self.office.acts.paper_pdf(self.case_id, self.entry)
        electronic = self.office.electronic.of(self.case_id, self.entry)
        return OpenPaper(paper, pdf, party.representative or party.name, electronic)

    def seal(
        self,
        run: Callable[[bytes, datetime, bytes], bytes],
        done: Callable[[bytes], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """`run(pages, instant, document authority)` seals them off every thread that anybody waits for; the file handed out is a print."""

        def sealed(digest: bytes) -> None:
            self.printed("electronic")
            done(digest)

        def ready(found: ReadyPaper) -> None:
            self.work.compute(lambda: run(found.pdf, found.at, found.authority), sealed, failed)

        self.work.store(lambda: self.office.electronic.ready(self.case_id, self.entry), ready, failed)

    def serve(
        self,
        digest: bytes,
        proof: str,
        number: str,
        password: str,
        done: Callable[[Acted], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """The service act, with the second officer."""

        def served(acted: Acted) -> None:
            self.load()
            done(acted)

        self.work.act(
            lambda: self.office.electronic.serve(self.case_id, self.entry, digest, proof, number, password),
            served,
            failed,
        )

    def partners(self, done: Callable[[tuple[PersonView, ...]], object]) -> None:
        """Officers who can sign second on this device."""
        self.work.store(self.office.partners, done, self.failed.emit)
