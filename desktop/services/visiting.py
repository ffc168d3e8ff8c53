"""An inspection from its plan to the last answer: each act an entry, kept the moment it is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from desktop.services import visit_papers as papers
from desktop.services.changes import ChangedKind, Done
from desktop.services.desk import Desk, done, local, require_text, utc
from desktop.services.drafts import party_act
from desktop.services.evidence import seal_photo
from desktop.services.visit_data import caps, checklist
from desktop.services.visits import RULE, cap_of, load
from desktop.store.journal import Author
from desktop.store.parties import party_of
from enforcement.casefile import Inspection
from enforcement.journal.acts import CertificateShown, InspectionOpened
from enforcement.journal.visit_acts import (
    AnswerState,
    AskedItem,
    CertificatesPresented,
    FindingLed,
    InspectionDecided,
    InspectionObstructed,
    InspectionPlanned,
    ItemAnswered,
    ItemPictured,
    Lead,
    ListVersion,
    Named,
    NoticeServed,
    UnitsJoined,
)
from enforcement.procedure.inspections import asked_items, may_begin
from enforcement.values.clock import LOCAL
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7

CLOSE_OF_DAY = time(18, 0)
"""When a time to correct ends on its last day, unless the officer says otherwise."""
CHANGED: tuple[ChangedKind, ...] = ("visits", "queue")


def plan(
    desk: Desk,
    *,
    party_id: str,
    place: str,
    trigger: str,
    source: str,
    lists: Sequence[str],
    partner: str,
    planned_at: datetime | None,
    helpers: int,
    urgent: str,
) -> Done[UUID]:
    """Ask for approval of an inspection; an urgent one (`urgent` says why) may begin before it is given.

    Raises KnownError(input.invalid), (certificate.*), (inspection.cap_reached).
    """
    now = desk.clock.now()
    known = caps().trigger(trigger)
    if known is None or not known.by_hand:
        raise KnownError("input.invalid", field="trigger", why="choose why the enterprise is inspected")
    if not lists:
        raise KnownError("input.invalid", field="lists", why="choose what is inspected")
    if known.urgent:
        urgent = require_text(urgent, "urgent")
    elif urgent:
        raise KnownError("input.invalid", field="urgent", why="only urgent danger goes before approval")
    if partner == desk.number:
        raise KnownError("certificate.same_person", number=partner)
    chosen = [checklist(one) for one in lists]
    for found, _ in chosen:
        for number in (desk.number, partner):
            desk.agency.require(number, "officer", now, found.field)
    day = local(planned_at or now).date()
    with desk.database.write() as session:
        items = tuple(item for found, _ in chosen for item in asked_items(found, day))
        body = planned(
            session,
            desk,
            party_id=party_id,
            place=place,
            trigger=trigger,
            source=source.strip() or known.label,
            lists=tuple(version for _, version in chosen),
            items=items,
            basis="、".join(dict.fromkeys(found.basis for found, _ in chosen)),
            way="、".join(dict.fromkeys(found.way for found, _ in chosen)),
            officers=(desk.number, partner),
            planned_at=planned_at or now,
            helpers=helpers,
            urgent=urgent,
        )
        visit_id = uuid7(now, desk.entropy)
        desk.append(session, visit_id, body)
    return done(visit_id, *CHANGED)


def planned(
    session: Session,
    desk: Desk,
    *,
    party_id: str,
    place: str,
    trigger: str,
    source: str,
    lists: tuple[ListVersion, ...],
    items: tuple[AskedItem, ...],
    basis: str,
    way: str,
    officers: Sequence[str],
    planned_at: datetime,
    helpers: int = 0,
    urgent: str = "",
    after: UUID | None = None,
    draw: UUID | None = None,
) -> InspectionPlanned:
    """The plan of a known party, with what the caps say. Raises KnownError(input.invalid), (inspection.cap_reached)."""
    known = party_of(session, party_id)
    if known is None:
        raise KnownError("input.invalid", field="party", why="no such party here")
    cap = cap_of(session, desk, party_id, trigger, local(planned_at).date())
    if cap.state == "blocked":
        raise KnownError("inspection.cap_reached", party=known.name, words=cap.words)
    party = party_act(known)
    type_ = caps().trigger(trigger)
    assert type_ is not None  # cap_of refused it otherwise
    return InspectionPlanned(
        party=party,
        place=place.strip() or party.address,
        unit=desk.agency.person(officers[0]).unit,
        type=type_.type,
        trigger=trigger,
        source=source,
        basis=basis,
        way=way,
        matters=tuple(item.question for item in items),
        lists=lists,
        items=items,
        officers=tuple(Named(number=number, name=desk.agency.person(number).name) for number in officers),
        planned_at=utc(planned_at),
        times=cap.times,
        cap=cap.cap,
        cap_state=cap.state,
        cap_words=cap.words,
        helpers=helpers,
        urgent=urgent,
        after=after,
        draw=draw,
    )


def decide(desk: Desk, visit_id: UUID, approved: bool, words: str) -> Done[None]:
    """The supervisor signed in approves or refuses; a refusal needs words."""
    return _decide(desk, visit_id, desk.author, approved, words)


def decide_here(desk: Desk, visit_id: UUID, number: str, password: str, approved: bool, words: str) -> Done[None]:
    """A supervisor who is enrolled on this device decides with their own password."""
    return _decide(desk, visit_id, desk.author_of(number, password), approved, words)


def _decide(desk: Desk, visit_id: UUID, by: Author, approved: bool, words: str) -> Done[None]:
    now = desk.clock.now()
    shown = desk.agency.require(by.certificate, "supervisor", now)
    words = words.strip() if approved else require_text(words, "words")
    with desk.database.write() as session:
        visit = load(session, desk, visit_id)
        if visit.plan is None or visit.approval is not None:
            raise KnownError("procedure.not_allowed", why="nothing waits for approval", basis=RULE)
        if by.certificate in {one.number for one in visit.plan.act.officers}:
            raise KnownError("certificate.same_person", number=by.certificate)
        append(session, desk, visit_id, approval_of(visit, shown, approved, words), author=by)
        if approved:
            head = Named(number=shown.number, name=shown.name)
            sheet = papers.issue(session, desk, papers.APPROVAL, papers.approval(desk, visit, head, words, now))
            append(session, desk, visit_id, sheet, author=by)
    return done(None, *CHANGED)


def approval_of(visit: Inspection, shown: CertificateShown, approved: bool, words: str) -> InspectionDecided:
    """The decision about the plan that stands."""
    assert visit.plan is not None
    return InspectionDecided(plan=visit.plan.entry, approved=approved, words=words, shown=shown)


def begin(desk: Desk, visit_id: UUID) -> Done[None]:
    """On site. Raises KnownError(procedure.missing) when it was not approved, (certificate.*)."""
    now = desk.clock.now()
    with desk.database.write() as session:
        visit = load(session, desk, visit_id)
        if visit.started_at is not None:
            return done(None, "visits")
        may_begin(visit)
        inspecting(desk, visit)
        party, planned_ = visit.party, visit.plan
        assert party is not None
        assert planned_ is not None
        shown = desk.agency.require(desk.number, "officer", now)
        desk.append(
            session,
            visit_id,
            InspectionOpened(party=party, place=visit.place, officers=(shown,), unit=planned_.act.unit, started_at=now),
        )
    return done(None, *CHANGED)


def show_certificates(desk: Desk, visit_id: UUID, present: str, confirmed: bool, recusal: bool) -> Done[None]:
    """Both certificates are asked of the roster as they are shown. Raises KnownError(certificate.*)."""
    now = desk.clock.now()
    with desk.database.write() as session:
        visit = load(session, desk, visit_id)
        people = inspecting(desk, visit)
        shown = tuple(desk.agency.require(one.number, "officer", now) for one in people)
        present = require_text(present, "present")
        append(
            session,
            desk,
            visit_id,
            CertificatesPresented(officers=shown, present=present, confirmed=confirmed, recusal=recusal, at=now),
        )
    return done(None, *CHANGED)


def serve_notice(desk: Desk, visit_id: UUID, to: str, signed: bool) -> Done[None]:
    """Issue the notice and note that it was handed over."""
    now = desk.clock.now()
    with desk.database.write() as session:
        visit = load(session, desk, visit_id)
        inspecting(desk, visit, closed=True)  # that of an urgent visit may be handed in afterwards
        if visit.notice is not None:
            raise KnownError("procedure.not_allowed", why="the notice was already handed over", basis=RULE)
        paper = papers.issue(session, desk, papers.NOTICE, papers.notice(desk, visit, now))
        later = bool(visit.answers) or bool(visit.outcome)
        served = NoticeServed(to=require_text(to, "present"), signed=signed, at=now, later=later)
        append(session, desk, visit_id, paper, served)
    return done(None, *CHANGED)


def join_units(desk: Desk, visit_id: UUID, units: Sequence[tuple[str, str]]) -> Done[None]:
    """Other bodies that came to the same visit, beside those noted before: (name of the body, who came)."""
    named = tuple(Named(number=require_text(body, "unit"), name=who.strip()) for body, who in units)
    with desk.database.write() as session:
        visit = load(session, desk, visit_id)
        inspecting(desk, visit)
        before = visit.units.units if visit.units is not None else ()
        append(session, desk, visit_id, UnitsJoined(units=(*before, *named)))
    return done(None, *CHANGED)


def answer(desk: Desk, visit_id: UUID, item: str, given: AnswerState, words: str, value: str) -> Done[None]:
    """One item; what does not conform is to be corrected in the usual time until the officer says otherwise."""
    with desk.database.write() as session:
        visit = load(session, desk, visit_id)
        asked = _asked(visit, item)
        inspecting(desk, visit)
        if given == "not_applicable" and not asked.optional:
            raise KnownError("input.invalid", field=f"item.{item}", why="this item always applies")
        said = ItemAnswered(
            item=item,
            answer=given,
            words=words.strip(),
            value=value.strip(),
            evidence=visit.pictured(item),
            seen=seen(visit, item),
        )
        append(session, desk, visit_id, said)
        if given == "violates" and item not in visit.leads and asked.severity != "serious" and asked.days:
            append(session, desk, visit_id, _usual(desk, asked))
    return done(None, *CHANGED)


def answer_rest(desk: Desk, visit_id: UUID) -> Done[int]:
    """All items not answered yet conform; how many. Items that demand a photograph are answered one by one: when only such are left
    it raises KnownError(procedure.not_allowed).
    """
    with desk.database.write() as session:
        visit = load(session, desk, visit_id)
        inspecting(desk, visit)
        assert visit.plan is not None
        open_ = [item for item in visit.plan.act.items if item.key not in visit.answers]
        rest = [item for item in open_ if not item.photo]
        if open_ and not rest:
            raise KnownError(
                "procedure.not_allowed", why="items that demand a photograph are answered one by one", basis=RULE
            )
        if rest:
            bodies = [
                ItemAnswered(item=one.key, answer="conforms", seen=seen(visit, one.key), together=True) for one in rest
            ]
            append(session, desk, visit_id, *bodies)
    return done(len(rest), *CHANGED)


def attach(desk: Desk, visit_id: UUID, item: str, path: Path) -> Done[None]:
    """Seal a photograph and put it to an item. Raises what `seal_photo` raises."""
    with desk.database.read() as session:
        visit = load(session, desk, visit_id)
        asked = _asked(visit, item)
        inspecting(desk, visit)
    act = seal_photo(desk, path, asked.label, visit.place)
    return _add(desk, visit_id, act, ItemPictured(item=item, evidence=act.evidence))


def lead(
    desk: Desk, visit_id: UUID, item: str, to_what: Lead, correction: str, until: datetime | None, to: str
) -> Done[None]:
    """Where a finding leads."""
    with desk.database.write() as session:
        visit = load(session, desk, visit_id)
        asked = _asked(visit, item)
        inspecting(desk, visit)
        if to_what == "correction":
            usual = _usual(desk, asked)
            correction, until = correction.strip() or usual.correction, until or usual.until
        body = FindingLed(
            item=item,
            lead=to_what,
            correction=correction.strip() if to_what == "correction" else "",
            until=utc(until) if until is not None and to_what == "correction" else None,
            to=to.strip(),
        )
        append(session, desk, visit_id, body)
    return done(None, *CHANGED)


def obstruct(desk: Desk, visit_id: UUID, words: str, witness: str) -> Done[None]:
    """The enterprise refuses the inspection or hinders it."""
    words, now = require_text(words, "words"), desk.clock.now()
    return _add(desk, visit_id, InspectionObstructed(words=words, witness=witness.strip(), at=now))


def seen(visit: Inspection, item: str) -> tuple[bytes, ...]:
    """Every answer to an item that stands here, also those that conflict."""
    stands = visit.answers.get(item)
    others = [clash.falls for clash in visit.conflicts if clash.item == item]
    return (() if stands is None else (stands.entry,)) + tuple(others)


def inspecting(desk: Desk, visit: Inspection, *, closed: bool = False) -> tuple[Named, ...]:
    """The officers of the visit; raises KnownError(procedure.not_allowed) when the person signed in is none of them, or when it is over
    and not said to be `closed`.
    """
    people = visit.plan.act.officers if visit.plan is not None else ()
    if desk.number not in {one.number for one in people}:
        raise KnownError("procedure.not_allowed", why="only its inspecting officers write in an inspection", basis=RULE)
    if visit.outcome and not closed:
        raise KnownError("procedure.not_allowed", why="the inspection was already closed", basis=RULE)
    return people


def append(session: Session, desk: Desk, visit_id: UUID, *bodies: object, author: Author | None = None) -> None:
    """Append to a visit."""
    desk.append(session, visit_id, *bodies, author=author)  # type: ignore[arg-type]


def _add(desk: Desk, visit_id: UUID, *bodies: object) -> Done[None]:
    with desk.database.write() as session:
        inspecting(desk, load(session, desk, visit_id))
        append(session, desk, visit_id, *bodies)
    return done(None, *CHANGED)


def _asked(visit: Inspection, item: str) -> AskedItem:
    found = next((one for one in (visit.plan.act.items if visit.plan else ()) if one.key == item), None)
    if found is None:
        raise KnownError("input.invalid", field=f"item.{item}", why="the plan has no such item")
    return found


def _usual(desk: Desk, item: AskedItem) -> FindingLed:
    last = desk.today() + timedelta(days=item.days or 1)
    until = utc(datetime.combine(last, CLOSE_OF_DAY, LOCAL))
    return FindingLed(item=item.key, lead="correction", correction=item.correction, until=until)
