"""The door to the ordinary procedure: what may be done in a case, doing it, and its papers. `Office.acts` gives it.

Every method is synchronous and belongs on the store's worker. All raise KnownError for what a person can act on:
(procedure.refused) with articles, (procedure.missing), (certificate.*), (password.wrong), (numbers.none_left), (form.value).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Protocol
from uuid import UUID

from desktop.services.act_shapes import ActDraft, Acted, PaperLine, ProcedureView, TurnRow
from desktop.services.changes import Done
from desktop.services.shapes import Draft


class ActsOffice(Protocol):
    """Acts of cases under the ordinary procedure."""

    def turn_ordinary(self, draft_id: UUID, why: str) -> Done[UUID]:
        """The on-the-spot page becomes a case under the ordinary procedure; the page is done. The case's id."""
        ...

    def propose_again(self, case_id: UUID) -> Done[Draft]:
        """A page with the case's party, facts and violation, on which the two officers put forward a sum by the ruler."""
        ...

    def propose(self, draft_id: UUID, number: str, password: str) -> Done[UUID]:
        """Both officers sign the sum of that page; the page is done. The case's id."""
        ...

    def view(self, case_id: UUID) -> ProcedureView: ...
    def begin(self, case_id: UUID, act: str) -> Done[ActDraft]:
        """A page for the act, or the one begun before. What the case knows is filled in."""
        ...

    def draft(self, draft_id: UUID) -> ActDraft: ...
    def set_value(self, draft_id: UUID, path: str, value: Any) -> Done[ActDraft]:
        """One field, checked by its kind; None takes it away."""
        ...

    def set_at(self, draft_id: UUID, at: datetime) -> Done[ActDraft]:
        """When it happened, where that is not now."""
        ...

    def discard(self, draft_id: UUID) -> Done[None]: ...
    def preview(self, draft_id: UUID) -> bytes:
        """Its paper as PDF as it stands, marked as a draft."""
        ...

    def do(self, draft_id: UUID, number: str = "", password: str = "") -> Done[Acted]:
        """Sign the act (with the second officer where two sign): it stands on the record, and its paper is issued."""
        ...

    def do_at_once(self, case_id: UUID, act: str) -> Done[Acted]:
        """An act on which nothing is to be written."""
        ...

    def cosign(self, case_id: UUID, entry: bytes) -> Done[None]:
        """The second signature under an act that came from another device."""
        ...

    def paper_pdf(self, case_id: UUID, entry: bytes) -> bytes: ...
    def sign_paper(
        self,
        case_id: UUID,
        entry: bytes,
        role: Literal["party", "witness", "interpreter", "officer", "chair"],
        name: str,
        strokes: bytes,
        refused: str = "",
    ) -> Done[None]:
        """A signature on the screen, or why it was refused."""
        ...

    def record_paper_print(
        self, case_id: UUID, entry: bytes, way: Literal["pdf", "printer", "field_printer", "electronic"], copies: int
    ) -> Done[None]: ...
    def void_paper(self, case_id: UUID, entry: bytes, words: str) -> Done[None]: ...
    def papers(self, query: str = "", offset: int = 0, limit: int = 200) -> tuple[PaperLine, ...]:
        """Papers of ordinary cases, the latest first."""
        ...

    def turns(self) -> tuple[TurnRow, ...]:
        """Cases that wait for the role of the person signed in, the longest wait first."""
        ...
