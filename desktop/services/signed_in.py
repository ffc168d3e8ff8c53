"""The Office of a signed-in person: one door, each method a line into the use case that does it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal
from uuid import UUID

import resources
from desktop.services import (
    articles,
    cases,
    deviation,
    editions,
    finding,
    issued,
    onspot,
    places,
    relay_log,
    review,
    ruler,
    settling,
    status,
    supervising,
)
from desktop.services import drafts as draft_store
from desktop.services.acts_office import ActsOffice
from desktop.services.acts_signed_in import Acts
from desktop.services.board import BoardDesk
from desktop.services.changes import Done
from desktop.services.cosign_office import Cosigning, CosignOffice
from desktop.services.desk import Desk, done
from desktop.services.electronic import ElectronicOffice, ElectronicService
from desktop.services.issued import PrintWay
from desktop.services.media import Media, MediaOffice
from desktop.services.party_entry import entered
from desktop.services.party_history import Parties, PartiesOffice
from desktop.services.people import People
from desktop.services.people_office import PeopleOffice
from desktop.services.prints import Prints, PrintsOffice
from desktop.services.settings import change_settings, read_settings
from desktop.services.shapes import (
    ArticleView,
    Assessment,
    AuthorityView,
    CaseDetail,
    CaseRow,
    ChangeRow,
    Draft,
    EditionRow,
    Found,
    Issued,
    LikeCases,
    PartyView,
    PersonView,
    ProofRow,
    Reminder,
    SettingsView,
    StripState,
    TodayPage,
    ViolationRow,
)
from desktop.services.sync_shapes import DeviceRow, PutAside, SyncPage
from desktop.services.visit_office import VisitOffice
from desktop.services.visits_door import Visits
from desktop.store import outbox, parties
from enforcement.notices import Form
from enforcement.notices.signatures import Role
from enforcement.rules import FactSpec, FactValue, Violation
from enforcement.values.places import Place
from enforcement.values.shapes import from_plain


class SignedIn:
    """Implements `desktop.services.office.Office`."""

    def __init__(self, desk: Desk, relay: str) -> None:
        self.desk, self.relay = desk, relay
        self.visits: VisitOffice = Visits(desk)
        self.parties: PartiesOffice = Parties(desk)
        self.acts: ActsOffice = Acts(desk)
        self.prints: PrintsOffice = Prints(desk)
        self.electronic: ElectronicOffice = ElectronicService(desk)
        self.board = BoardDesk(desk)
        self.media: MediaOffice = Media(desk)
        self.here: PeopleOffice = People(desk)
        self.cosign: CosignOffice = Cosigning(desk)
        table = tomllib.loads(resources.path("forms/on_spot_decision.toml").read_text("utf-8"))
        self._form = from_plain(Form, table)

    def strip(self) -> StripState:
        with self.desk.database.read() as session:
            return status.strip(session, self.desk)

    def today(self) -> TodayPage:
        with self.desk.database.read() as session:
            return status.today(session, self.desk)

    def take_reminders(self) -> tuple[Reminder, ...]:
        with self.desk.database.write() as session:
            return status.take_reminders(session, self.desk)

    def people(self) -> tuple[PersonView, ...]:
        now, here = self.desk.clock.now(), {slot.number for slot in self.desk.keys.slots}
        roster = self.desk.agency.index.roster
        return tuple(self.desk.agency.person_view(one.number, now, one.number in here) for one in roster.people)

    def authority(self) -> AuthorityView:
        with self.desk.database.read() as session:
            return status.authority(session, self.desk)

    def find_parties(self, query: str, limit: int = 20) -> tuple[PartyView, ...]:
        with self.desk.database.read() as session:
            return tuple(draft_store.party_view(one) for one in parties.find_parties(session, query, limit))

    def find_places(self, query: str) -> tuple[Place, ...]:
        """By road and number, grid or degrees, or used before."""
        with self.desk.database.read() as session:
            return places.found_places(session, query)

    def add_party(
        self, *, name: str, kind: str, code: str, address: str, representative: str, phone: str
    ) -> Done[PartyView]:
        with self.desk.database.write() as session:
            party = entered(
                session, name=name, kind=kind, code=code, address=address, representative=representative, phone=phone
            )
        return done(draft_store.party_view(party), "parties")

    def begin_on_spot(self) -> Done[Draft]:
        return onspot.begin(self.desk)

    def draft(self, draft_id: UUID) -> Draft:
        with self.desk.database.read() as session:
            return draft_store.view(session, self.desk, draft_store.load_draft(session, self.desk, draft_id))

    def choose_party(self, draft_id: UUID, party_id: str) -> Done[Draft]:
        return onspot.choose_party(self.desk, draft_id, party_id)

    def choose_violation(self, draft_id: UUID, violation_id: str) -> Done[Draft]:
        return onspot.choose_violation(self.desk, draft_id, violation_id)

    def set_fact(self, draft_id: UUID, fact_id: str, value: FactValue | None) -> Done[Draft]:
        return onspot.set_fact(self.desk, draft_id, fact_id, value)

    def set_field(self, draft_id: UUID, name: str, value: str) -> Done[Draft]:
        return onspot.set_field(self.desk, draft_id, name, value)

    def choose_sum(self, draft_id: UUID, fine_fen: int | None) -> Done[Draft]:
        return onspot.choose_sum(self.desk, draft_id, fine_fen)

    def record_told(self, draft_id: UUID) -> Done[Draft]:
        return onspot.record_told(self.desk, draft_id)

    def record_statement(
        self, draft_id: UUID, statement: Literal["none", "made"], words: str = "", heard: str = ""
    ) -> Done[Draft]:
        return onspot.record_statement(self.desk, draft_id, statement, words, heard)

    def set_on_spot_payment(self, draft_id: UUID, on: bool) -> Done[Draft]:
        return onspot.set_on_spot_payment(self.desk, draft_id, on)

    def attach_photo(self, draft_id: UUID, path: Path, caption: str = "") -> Done[Draft]:
        return onspot.attach_photo(self.desk, draft_id, path, caption)

    def set_found_at(self, draft_id: UUID, at: datetime) -> Done[Draft]:
        return onspot.set_found_at(self.desk, draft_id, at)

    def discard_draft(self, draft_id: UUID) -> Done[None]:
        return onspot.discard(self.desk, draft_id)

    def assess(self, draft: Draft) -> Assessment:
        return ruler.assess(self.desk, draft)

    def like_cases(self, violation_id: str, tier_id: str) -> LikeCases:
        with self.desk.database.read() as session:
            return ruler.like_cases(session, self.desk, violation_id, tier_id)

    def partners(self) -> tuple[PersonView, ...]:
        return self._here("officer")

    def supervisors_here(self) -> tuple[PersonView, ...]:
        return self._here("supervisor")

    def _here(self, role: str) -> tuple[PersonView, ...]:
        now = self.desk.clock.now()
        others = (slot.number for slot in self.desk.keys.slots if slot.number != self.desk.number)
        views = (self.desk.agency.person_view(number, now, True) for number in others)
        return tuple(view for view in views if role in view.roles)

    def ask_deviation(self, draft_id: UUID, words: str) -> Done[Draft]:
        return deviation.ask(self.desk, draft_id, words)

    def decide_deviation_here(
        self, draft_id: UUID, number: str, password: str, allowed: bool, words: str
    ) -> Done[Draft]:
        return deviation.decide_here(self.desk, draft_id, number, password, allowed, words)

    def decide_deviation(self, case_id: UUID, allowed: bool, words: str) -> Done[None]:
        return deviation.decide(self.desk, case_id, allowed, words)

    def cosign_and_issue(self, draft_id: UUID, number: str, password: str) -> Done[Issued]:
        return onspot.cosign_and_issue(self.desk, draft_id, number, password)

    def notice_pdf(self, case_id: UUID) -> bytes:
        return issued.pdf(self.desk, case_id)

    def record_print(self, case_id: UUID, way: PrintWay, target: str, copies: int) -> Done[None]:
        return issued.record_print(self.desk, case_id, way, copies)

    def record_delivery(self, case_id: UUID, outcome: Literal["signed", "refused"], words: str = "") -> Done[None]:
        return issued.record_delivery(self.desk, case_id, outcome, words)

    def sign_notice(self, case_id: UUID, role: Role, name: str, strokes: bytes, refused: str = "") -> Done[None]:
        return issued.sign(self.desk, case_id, role, name, strokes, refused)

    def void_notice(self, case_id: UUID, words: str) -> Done[None]:
        return issued.void(self.desk, case_id, words)

    def cases(self, query: str = "", offset: int = 0, limit: int = 200) -> tuple[CaseRow, ...]:
        with self.desk.database.read() as session:
            return cases.list_cases(session, self.desk, query, offset, limit, documents=False)

    def case(self, case_id: UUID) -> CaseDetail:
        with self.desk.database.read() as session:
            return cases.detail(session, self.desk, self._form, case_id)

    def documents(self, query: str = "", offset: int = 0, limit: int = 200) -> tuple[CaseRow, ...]:
        with self.desk.database.read() as session:
            return cases.list_cases(session, self.desk, query, offset, limit, documents=True)

    def answer_return(self, case_id: UUID, words: str) -> Done[None]:
        return review.answer(self.desk, case_id, words)

    def find_violations(self, query: str, limit: int = 200) -> tuple[ViolationRow, ...]:
        return ruler.find_violations(self.desk, query, limit)

    def violation_detail(self, violation_id: str) -> Violation:
        return self.desk.agency.library.violation(violation_id, self.desk.today())

    def fact_specs(self, violation_id: str) -> tuple[FactSpec, ...]:
        return self.violation_detail(violation_id).facts

    def try_out(
        self,
        violation_id: str,
        facts: Mapping[str, FactValue],
        party_kind: str,
        acted_on: date | None = None,
        decided_on: date | None = None,
    ) -> Assessment:
        return ruler.try_out(self.desk, violation_id, facts, party_kind, acted_on, decided_on)

    def articles(self, basis: str, day: date) -> tuple[ArticleView, ...]:
        with self.desk.database.read() as session:
            return articles.find(session, self.desk, basis, day)

    def today_is(self) -> date:
        return self.desk.today()

    def editions(self) -> tuple[EditionRow, ...]:
        return editions.editions(self.desk)

    def compare_editions(self, older: bytes, newer: bytes, violation: str = "") -> tuple[ChangeRow, ...]:
        return editions.compare(self.desk, older, newer, violation)

    def proof(self, violation_id: str, day: date) -> ProofRow | None:
        return editions.proof(self.desk, violation_id, day)

    def sync_page(self) -> SyncPage:
        with self.desk.database.read() as session:
            return status.sync_page(session, self.desk, self.relay)

    def retry(self, item_id: bytes) -> Done[None]:
        with self.desk.database.write() as session:
            outbox.retry_now(session, item_id)
        return done(None, "queue")

    def acknowledge_relay(self, words: str) -> Done[None]:
        return relay_log.acknowledge(self.desk, words)

    def review_list(self) -> tuple[CaseRow, ...]:
        with self.desk.database.read() as session:
            return cases.review_list(session, self.desk)

    def approve(self, case_id: UUID) -> Done[None]:
        return review.approve(self.desk, case_id)

    def send_back(self, case_id: UUID, words: str) -> Done[None]:
        return review.send_back(self.desk, case_id, words)

    def settle(self, case_id: UUID, stands: bytes, falls: bytes, words: str) -> Done[None]:
        return settling.settle(self.desk, case_id, stands, falls, words)

    def devices(self) -> tuple[DeviceRow, ...]:
        return supervising.devices(self.desk)

    def put_aside(self) -> tuple[PutAside, ...]:
        return supervising.put_aside(self.desk)

    def ask_device_again(self, device: UUID) -> Done[None]:
        return supervising.ask_again(self.desk, device)

    def report_device_lost(self, device: UUID, words: str) -> Done[None]:
        return supervising.report_lost(self.desk, device, words)

    def find(self, query: str, limit: int = 8) -> tuple[Found, ...]:
        with self.desk.database.read() as session:
            return finding.find(session, self.desk, query, limit)

    def settings(self) -> SettingsView:
        kept = read_settings(self.desk.profile)
        return SettingsView(
            language=kept.language,  # type: ignore[arg-type]
            theme=kept.theme,  # type: ignore[arg-type]
            field_mode=kept.field_mode,
            metered=kept.metered,
            field_printer=kept.field_printer,
            relay=kept.relay or self.relay,
            profile=str(self.desk.profile),
            version=version("hengchi"),
        )

    def change_settings(self, **changes: str | bool) -> Done[SettingsView]:
        change_settings(self.desk.profile, **changes)
        return done(self.settings(), "settings")
