"""A profile that has seen years: `python -m tests.support.large_profile OUT [CASES]` writes one of 20 entries and more a case.

Every entry is signed and appended by the real journal, every line made by the real fold; one decision on the spot and one ordinary
case are told through the services, the others are their like with other parties, places, numbers and days, every fifth under the
ordinary procedure at some stage of it. All decisions on the spot but the last hundred were sent, received and approved.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desktop.app.demo_city import OFFICER, PARTNER, REVIEWER, SUPERVISOR, City
from desktop.app.demo_story import cast_of
from desktop.app.tools import render, render_form
from desktop.keys import open_slot
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.desk import Desk
from desktop.services.signed_in import SignedIn
from desktop.store.journal import Author
from desktop.store.models import EntryRow, OutboxRow
from desktop.store.projections import project_case, project_chain
from enforcement.journal.acts import (
    CaseCosigned,
    CaseDetermined,
    CaseOpened,
    CertificateShown,
    DecisionDelivered,
    DecisionIssued,
    DocumentPrinted,
    EvidenceAdded,
    FactsRecorded,
    InspectionClosed,
    InspectionOpened,
    Party,
    PartyInformed,
    ReviewApproved,
    StatementRecorded,
)
from enforcement.values.clock import to_ms
from enforcement.values.cose import KeySigner
from enforcement.values.encoding import encode
from enforcement.values.ids import digest, uuid7
from tests.support import large_ordinary
from tests.support.city import found, signed_in, written

OPEN = 100
"""The last cases, which wait for the supervisor."""
YEARS = timedelta(days=700)
AT_ONCE = 200
EVERY = 5
"""One case in so many goes by the ordinary procedure."""


@dataclass(frozen=True)
class Like:
    """The acts of the decision that the others are made after, by their kind, and who else signed."""

    acts: dict[type, object]
    partner: Author
    supervisor: Author


def main(out: Path, cases: int) -> None:
    """A city in OUT whose officer has that many cases."""
    city = found(out)
    city.start_relay()
    for name, number in (("supervisor", SUPERVISOR), ("reviewer", REVIEWER), ("officer", OFFICER)):
        application, _ = signed_in(out / name, city.cast, number)
        application.window.close()
    tale = large_ordinary.told(city, out)
    city.stop_relay()
    began = time.perf_counter()
    entries = fill(city, tale, cases)
    print(f"{cases} cases, {entries} entries in {time.perf_counter() - began:.0f} s")


def fill(city: City, tale: large_ordinary.Tale, cases: int) -> int:
    """Write the cases into the officer's profile; how many entries stand there then."""
    password = city.cast.password
    desk = profile.unlock(city.folder / "officer", OFFICER, password, SystemClock(), render, render_form, None)
    head, reviewer = _author(city, "supervisor", SUPERVISOR), _author(city, "reviewer", REVIEWER)
    try:
        like = Like(_decided(city, desk), _partner(desk, password), head)
        authors = large_ordinary.authors(desk, like.partner, (head, reviewer))
        for first in range(0, cases, AT_ONCE):
            with desk.database.write() as session:
                for number in range(first, min(first + AT_ONCE, cases)):
                    at = desk.clock.now() - YEARS * ((cases - number) / cases)
                    if number % EVERY == 0:
                        party = _party(like.acts[CaseOpened], number)
                        case_id = large_ordinary.like(session, desk, tale, authors, number, at, party)
                        if number < cases - OPEN:
                            entries = desk.journal.entries(session, case_id)
                            _received(session, entries, case_id.bytes, number, to_ms(at))
                    else:
                        _case(session, desk, like, number, cases, at)
        with desk.database.write() as session:
            project_chain(session, desk.journal, desk.device)
            project_chain(session, desk.journal, head.device)
            project_chain(session, desk.journal, reviewer.device)
            return session.scalar(select(func.count()).select_from(EntryRow))
    finally:
        desk.database.close()


def _author(city: City, name: str, number: str) -> Author:
    desk = profile.unlock(city.folder / name, number, city.cast.password, SystemClock(), render, render_form, None)
    desk.database.close()
    return desk.author


def _party(made: CaseOpened, number: int) -> Party:
    company = cast_of(2 + number % 400).company
    return msgspec.structs.replace(made.party, party_id=f"like-{number % 400}", name=company.name, code=company.code)


def _partner(desk: Desk, password: str) -> Author:
    secrets = open_slot(desk.device, desk.keys.slot(PARTNER), password)
    return Author(PARTNER, KeySigner(Ed25519PrivateKey.from_private_bytes(secrets.sign_seed)), desk.device)


def _decided(city: City, desk: Desk) -> dict[type, object]:
    """One decision through the services."""
    office = SignedIn(desk, "")
    draft_id = written(office, city.cast)
    photo = city.folder / "photo.jpg"
    Image.new("RGB", (64, 48), (90, 120, 90)).save(photo)
    office.attach_photo(draft_id, photo)
    office.record_told(draft_id)
    office.record_statement(draft_id, "none")
    case_id = office.cosign_and_issue(draft_id, PARTNER, city.cast.password).value.case_id
    with desk.database.read() as session:
        acts = [entry.body for entry in desk.journal.entries(session, case_id)]
        opened = next(one for one in acts if isinstance(one, CaseOpened))
        acts += [entry.body for entry in desk.journal.entries(session, opened.inspection)]
    return {type(one): one for one in acts}


def _case(session: Session, desk: Desk, like: Like, number: int, cases: int, at: datetime) -> None:
    """Twenty entries: the visit, the case, seven photographs, the decision, its paper, and what the supervisor said."""
    acts = like.acts
    case_id, visit = uuid7(at, desk.entropy), uuid7(at, desk.entropy)
    party = _party(acts[CaseOpened], number)
    place, running = f"{cast_of(2 + number % 400).company.address} 第{number + 1}处", number + 1000

    def add(aggregate, *bodies, by=None):
        return desk.journal.append(session, aggregate, bodies, by or desk.author, at, None)

    def with_(kind, **changes):
        return msgspec.structs.replace(acts[kind], **changes)

    entries = [*add(visit, with_(InspectionOpened, party=party, place=place, started_at=at))]
    photos = [
        with_(EvidenceAdded, evidence=uuid7(at, desk.entropy), blob=digest(f"{number} {one}".encode()), taken_at=at)
        for one in range(7)
    ]
    entries += add(
        case_id,
        with_(CaseOpened, inspection=visit, party=party, place=place, found_at=at),
        *photos,
        with_(FactsRecorded, place=place),
        with_(PartyInformed, at=at),
        acts[StatementRecorded],
        acts[CaseDetermined],
    )
    proposal = entries[-1].hash
    entries += add(case_id, with_(CaseCosigned, determination=proposal), by=like.partner)
    issued = acts[DecisionIssued]
    paper = f"{issued.number.split('〕')[0]}〕{running}号"
    content = {**issued.content, "number": paper, "place": place}
    entries += add(
        case_id, with_(DecisionIssued, number=paper, running=running, determination=proposal, content=content)
    )
    decision = entries[-1].hash
    entries += add(
        case_id,
        DocumentPrinted(number=paper, way="printer", copies=1, reprint=False),
        DocumentPrinted(number=paper, way="pdf", copies=1, reprint=True),
        DecisionDelivered(outcome="signed"),
    )
    entries += add(visit, InspectionClosed(outcome="penalty_case", case=case_id))
    if number < cases - OPEN:
        shown: CertificateShown = msgspec.structs.replace(issued.officers[0], number=SUPERVISOR)
        entries += add(case_id, ReviewApproved(decision=decision, shown=shown), by=like.supervisor)
        _received(session, entries, case_id.bytes, number, to_ms(at))
    project_case(session, desk.journal, case_id)


def _received(session: Session, entries, aggregate: bytes, number: int, at_ms: int) -> None:
    bundle = digest(aggregate)
    session.execute(update(EntryRow).where(EntryRow.hash.in_([one.hash for one in entries])).values(bundle=bundle))
    session.add(
        OutboxRow(
            digest=bundle, number=number + 1000, aggregate=aggregate, data=None, size=4000, blob_list=encode([]), urgent=True,
            state="accepted", sent_bytes=4000, attempts=1, next_try_ms=0, problem="", problem_details=encode({}),
            made_at_ms=at_ms, receipt=b"received", receipt_index=number,
        )
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
