"""The on-the-spot page: every field saved as it is left, the ruler measured on every key."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from desktop.services.changes import Changes, Done
from desktop.services.office import Office
from desktop.services.shapes import Assessment, Draft, Issued, LikeCases, PartyView, PersonView, ViolationRow
from desktop.viewmodels.articles import ArticlesModel
from desktop.work import Work
from enforcement.rules import FactSpec, FactValue, parse_fact
from enforcement.values.errors import KnownError
from enforcement.values.places import Place


class OnSpotModel(QObject):
    """`draft_changed(Draft)`, `assessed(Assessment | None)`, `like(LikeCases)`, `issued(Issued)`, `turned(case id)` when the
    case goes on under the ordinary procedure, `failed(Exception)`.
    """

    draft_changed = Signal(object)
    assessed = Signal(object)
    like = Signal(object)
    issued = Signal(object)
    sealing = Signal(bool)
    turned = Signal(object)
    failed = Signal(object)

    def __init__(self, office: Office, work: Work) -> None:
        super().__init__()
        self.office, self.work = office, work
        self.draft: Draft | None = None
        self.assessment: Assessment | None = None
        self.partners: tuple[PersonView, ...] = ()
        self._tier = ""
        self._latest = 0
        self.articles = ArticlesModel(office, work)
        self.articles.failed.connect(self.failed.emit)
        self.supervisors: tuple[PersonView, ...] = ()
        work.changed.connect(self._changed)

    @property
    def proposing(self) -> bool:
        """The page puts forward a sum in a case under the ordinary procedure."""
        return self.draft is not None and self.draft.ordinary

    def begin(self) -> None:
        """A new page."""
        self._do(self.office.begin_on_spot)
        self._ask_people()

    def begin_proposal(self, case_id: UUID) -> None:
        """A page with what the case knows, for a sum by the ruler."""
        self._do(lambda: self.office.acts.propose_again(case_id))
        self._ask_people()

    def turn_ordinary(self, why: str) -> None:
        """Go on under the ordinary procedure; the page is done."""
        if self.draft is not None:
            draft_id = self.draft.draft_id
            self.work.act(lambda: self.office.acts.turn_ordinary(draft_id, why), self.turned.emit, self.failed.emit)

    def resume(self, draft_id: UUID) -> None:
        """A page begun before."""
        self.work.store(lambda: self.office.draft(draft_id), self._arrived, self.failed.emit)
        self._ask_people()

    def refresh(self) -> None:
        """The page again as it is kept: something came from elsewhere."""
        if self.draft is not None:
            draft_id = self.draft.draft_id
            self.work.store(lambda: self.office.draft(draft_id), self._arrived, lambda _: None)

    def ask_deviation(self, words: str) -> None:
        """Ask for leave to go outside the band."""
        self._with(lambda draft: self.office.ask_deviation(draft, words))

    def decide_deviation(
        self, number: str, password: str, allowed: bool, words: str, failed: Callable[[Exception], object]
    ) -> None:
        """A supervisor who is enrolled here decides with their own password."""
        if self.draft is not None:
            draft_id = self.draft.draft_id
            self.work.act(
                lambda: self.office.decide_deviation_here(draft_id, number, password, allowed, words),
                self._arrived,
                failed,
            )

    def _ask_people(self) -> None:
        self.work.store(self.office.partners, self._partners)
        self.work.store(self.office.supervisors_here, self._supervisors)

    def find_places(self, query: str, done: Callable[[tuple[Place, ...]], object]) -> None:
        """Look up off the interface thread; whoever asks drops an answer to words that were typed over."""
        self.work.store(lambda: self.office.find_places(query), done, self.failed.emit)

    def find_parties(self, query: str, done: Callable[[tuple[PartyView, ...]], object]) -> None:
        """Look up off the interface thread; only the newest answer is given."""
        self._latest += 1
        number = self._latest

        def give(found: tuple[PartyView, ...]) -> None:
            if number == self._latest:
                done(found)

        self.work.store(lambda: self.office.find_parties(query), give, self.failed.emit)

    def find_violations(self, query: str) -> tuple[ViolationRow, ...]:
        """In memory; safe on each key."""
        try:
            return self.office.find_violations(query, 40)
        except KnownError as error:
            self.failed.emit(error)
            return ()

    def add_party(self, name: str, kind: str, code: str, address: str, representative: str, phone: str) -> None:
        """Enter a party and choose it."""

        def add() -> Done[PartyView]:
            return self.office.add_party(
                name=name, kind=kind, code=code, address=address, representative=representative, phone=phone
            )

        self.work.act(add, lambda party: self.choose_party(party.party_id), self.failed.emit)

    def choose_party(self, party_id: str) -> None:
        self._with(lambda draft: self.office.choose_party(draft, party_id))

    def choose_violation(self, violation_id: str) -> None:
        self._with(lambda draft: self.office.choose_violation(draft, violation_id))

    def set_field(
        self,
        name: Literal["place", "happened", "heard_words", "statement_words", "second_officer", "receipt_number"],
        value: str,
    ) -> None:
        self._with(lambda draft: self.office.set_field(draft, name, value))

    def try_fact(self, spec: FactSpec, text: str) -> KnownError | None:
        """While somebody types: measure with the text as it stands. The error when it cannot stand."""
        if self.draft is None:
            return None
        try:
            value = parse_fact(spec, text) if text.strip() else None
        except KnownError as error:
            return error
        self._assess(self._with_fact(self.draft, spec.id, value))
        return None

    def set_fact(self, spec: FactSpec, value: FactValue | None) -> None:
        """The field was left: measured at once, saved behind."""
        if self.draft is None:
            return
        self.draft = self._with_fact(self.draft, spec.id, value)
        self._assess(self.draft)
        self._with(lambda draft: self.office.set_fact(draft, spec.id, value))

    def choose_sum(self, fine_fen: int | None) -> None:
        if self.draft is None:
            return
        self.draft = dataclasses.replace(self.draft, chosen_fen=fine_fen)
        self._assess(self.draft)
        self._with(lambda draft: self.office.choose_sum(draft, fine_fen))

    def set_found_at(self, at: datetime) -> None:
        self._with(lambda draft: self.office.set_found_at(draft, at))

    def told(self) -> None:
        self._with(self.office.record_told)

    def statement(self, kind: Literal["none", "made"], words: str, heard: str) -> None:
        self._with(lambda draft: self.office.record_statement(draft, kind, words, heard))

    def pay_on_spot(self, on: bool) -> None:
        self._with(lambda draft: self.office.set_on_spot_payment(draft, on))

    def attach(self, paths: Sequence[Path]) -> None:
        for path in paths:
            self.sealing.emit(True)
            self._attach_one(path)

    def _attach_one(self, path: Path) -> None:
        self._with(lambda draft: self.office.attach_photo(draft, path))

    def discard(self, done: Callable[[], object]) -> None:
        if self.draft is not None:
            draft_id = self.draft.draft_id
            self.work.act(lambda: self.office.discard_draft(draft_id), lambda _: done(), self.failed.emit)

    def issue(self, number: str, password: str, failed: Callable[[Exception], object]) -> None:
        """Both signatures; the page is done when it worked."""
        if self.draft is None:
            return
        draft_id = self.draft.draft_id
        if self.proposing:
            self.work.act(lambda: self.office.acts.propose(draft_id, number, password), self.turned.emit, failed)
            return
        self.work.act(lambda: self.office.cosign_and_issue(draft_id, number, password), self._issued, failed)

    def ask_elsewhere(self, done: Callable[[tuple[PersonView, ...]], object]) -> None:
        """Officers who could sign on a device of their own."""
        self.work.store(self.office.cosign.elsewhere, done, self.failed.emit)

    def write_request(
        self, number: str, file: Path, done: Callable[[], object], failed: Callable[[Exception], object]
    ) -> None:
        """The page signed by me and sealed for a colleague, as a file."""
        if self.draft is not None:
            draft_id = self.draft.draft_id
            self.work.act(lambda: self.office.cosign.request(draft_id, number, file), lambda _: done(), failed)

    def take_answer(self, answer: str, failed: Callable[[Exception], object]) -> None:
        """The colleague's signature; the page is done when it fits."""
        if self.draft is not None:
            draft_id = self.draft.draft_id
            self.work.act(lambda: self.office.cosign.take(draft_id, answer), self._issued, failed)

    def _with(self, act: Callable[[UUID], Done[Draft]]) -> None:
        if self.draft is not None:
            draft_id = self.draft.draft_id
            self._do(lambda: act(draft_id))

    def _do(self, act: Callable[[], Done[Draft]]) -> None:
        self.work.act(act, self._arrived, self._went_wrong)

    def _arrived(self, draft: Draft) -> None:
        self.draft = draft
        self.sealing.emit(False)
        self.draft_changed.emit(draft)
        self._assess(draft)

    def _went_wrong(self, error: Exception) -> None:
        self.sealing.emit(False)
        self.failed.emit(error)
        if self.draft is not None:
            self.draft_changed.emit(self.draft)

    def _partners(self, found: tuple[PersonView, ...]) -> None:
        self.partners = found

    def _changed(self, changes: object) -> None:
        """An answer to what was asked may have come by sync."""
        leave = self.draft.deviation if self.draft is not None else None
        asked = leave is not None and leave.state == "asked"
        if asked and isinstance(changes, Changes) and changes.kinds & {"cases", "review"}:
            self.refresh()

    def _supervisors(self, found: tuple[PersonView, ...]) -> None:
        self.supervisors = found

    def _issued(self, issued: Issued) -> None:
        self.issued.emit(issued)

    def _with_fact(self, draft: Draft, fact: str, value: FactValue | None) -> Draft:
        facts = {name: old for name, old in draft.facts.items() if name != fact}
        if value is not None:
            facts[fact] = value
        return dataclasses.replace(draft, facts=facts, chosen_fen=None)

    def _assess(self, draft: Draft) -> None:
        if not draft.violation_id:
            self.assessment = None
            self.assessed.emit(None)
            return
        try:
            self.assessment = self.office.assess(draft)
        except KnownError as error:
            self.assessment = None
            self.assessed.emit(None)
            self.failed.emit(error)
            return
        self.assessed.emit(self.assessment)
        found = self.assessment.determination
        key = f"{found.violation}/{found.tier}"
        if found.tier and key != self._tier:
            self._tier = key
            self.work.store(lambda: self.office.like_cases(found.violation, found.tier), self._like)

    def _like(self, found: LikeCases) -> None:
        self.like.emit(found)
