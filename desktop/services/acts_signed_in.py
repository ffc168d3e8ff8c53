"""Implements `desktop.services.acts_office.ActsOffice` for the person signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from desktop.services import act_papers, acts, proposing
from desktop.services.act_desk import standing_of
from desktop.services.act_drafts import load_act, view_act
from desktop.services.act_paper_list import PaperLine, paper_lines
from desktop.services.act_papers import Role, Way
from desktop.services.act_shapes import ActDraft, Acted, ProcedureView, TurnRow
from desktop.services.act_turns import turns
from desktop.services.act_view import procedure_view
from desktop.services.changes import Done
from desktop.services.desk import Desk
from desktop.services.shapes import Draft


class Acts:
    """Each method a line into the use case that does it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def turn_ordinary(self, draft_id: UUID, why: str) -> Done[UUID]:
        return proposing.turn_ordinary(self.desk, draft_id, why)

    def propose_again(self, case_id: UUID) -> Done[Draft]:
        return proposing.propose_again(self.desk, case_id)

    def propose(self, draft_id: UUID, number: str, password: str) -> Done[UUID]:
        return proposing.propose(self.desk, draft_id, number, password)

    def view(self, case_id: UUID) -> ProcedureView:
        with self.desk.database.read() as session:
            return procedure_view(session, self.desk, standing_of(session, self.desk, case_id))

    def begin(self, case_id: UUID, act: str) -> Done[ActDraft]:
        return acts.begin(self.desk, case_id, act)

    def draft(self, draft_id: UUID) -> ActDraft:
        with self.desk.database.read() as session:
            return view_act(session, self.desk, load_act(session, self.desk, draft_id))

    def set_value(self, draft_id: UUID, path: str, value: Any) -> Done[ActDraft]:
        return acts.set_value(self.desk, draft_id, path, value)

    def set_at(self, draft_id: UUID, at: datetime) -> Done[ActDraft]:
        return acts.set_at(self.desk, draft_id, at)

    def discard(self, draft_id: UUID) -> Done[None]:
        return acts.discard(self.desk, draft_id)

    def preview(self, draft_id: UUID) -> bytes:
        return acts.preview(self.desk, draft_id)

    def do(self, draft_id: UUID, number: str = "", password: str = "") -> Done[Acted]:
        return acts.do(self.desk, draft_id, number, password)

    def do_at_once(self, case_id: UUID, act: str) -> Done[Acted]:
        return acts.do_at_once(self.desk, case_id, act)

    def cosign(self, case_id: UUID, entry: bytes) -> Done[None]:
        return act_papers.cosign(self.desk, case_id, entry)

    def paper_pdf(self, case_id: UUID, entry: bytes) -> bytes:
        return act_papers.paper_pdf(self.desk, case_id, entry)

    def sign_paper(
        self, case_id: UUID, entry: bytes, role: Role, name: str, strokes: bytes, refused: str = ""
    ) -> Done[None]:
        return act_papers.sign_paper(self.desk, case_id, entry, role, name, strokes, refused)

    def record_paper_print(self, case_id: UUID, entry: bytes, way: Way, copies: int) -> Done[None]:
        return act_papers.record_print(self.desk, case_id, entry, way, copies)

    def void_paper(self, case_id: UUID, entry: bytes, words: str) -> Done[None]:
        return act_papers.void(self.desk, case_id, entry, words)

    def papers(self, query: str = "", offset: int = 0, limit: int = 200) -> tuple[PaperLine, ...]:
        with self.desk.database.read() as session:
            return paper_lines(session, query, offset, limit)

    def turns(self) -> tuple[TurnRow, ...]:
        with self.desk.database.read() as session:
            return turns(session, self.desk)
