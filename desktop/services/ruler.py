"""The ruler as the window asks it: in memory, in a few milliseconds."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop.services.desk import Desk, local
from desktop.services.shapes import Assessment, Draft, LikeCases, MissingItem, ViolationRow
from desktop.store.models import CaseRow
from enforcement.discretion import (
    ActContext,
    Determination,
    context_in,
    evaluate,
    evaluate_in,
    explain,
    range_words,
    why_not,
)
from enforcement.procedure import PageState, missing_on_spot, missing_to_propose
from enforcement.rules import FactValue, LoadedPack, Violation
from enforcement.values.clock import from_ms, to_ms

LIKE_DAYS = 730


def violation_row(loaded: LoadedPack, violation: Violation, day: date) -> ViolationRow:
    """A line of the picker."""
    version = loaded.version_at(violation, day)
    spans = [row.ranges.get("organisation") or next(iter(row.ranges.values())) for row in version.ranges]
    specs = {spec.id: spec for spec in violation.facts}
    return ViolationRow(
        violation_id=violation.id,
        title=violation.title,
        statute=loaded.statute_of(violation, version).title,
        article=version.punishes,
        field=violation.field,
        statute_words="；".join(range_words(span, specs) for span in spans),
        status=violation.status,
    )


def find_violations(desk: Desk, query: str, limit: int) -> tuple[ViolationRow, ...]:
    """Best first; words, article, pinyin or initials."""
    day = desk.today()
    desk.agency.current_packs(day)
    return tuple(violation_row(loaded, found, day) for loaded, found in desk.agency.library.search(query, day)[:limit])


def context_of(desk: Desk, party_kind: str, acted_on: date, decided_on: date | None = None) -> ActContext:
    """What is known besides the facts."""
    agency = desk.agency.index.roster.agency
    return ActContext(
        acted_on=acted_on,
        decided_on=decided_on or desk.today(),
        party_kind=party_kind,
        hearing_citizen_fen=agency.hearing_citizen_fen,
        hearing_organisation_fen=agency.hearing_organisation_fen,
    )


def measure(
    desk: Desk,
    violation_id: str,
    facts: Mapping[str, FactValue],
    party_kind: str,
    acted_on: date,
    decided_on: date | None = None,
) -> tuple[LoadedPack, Determination]:
    """The determination under the tables in force at the act and now; the pack is the one that it was made by."""
    library = desk.agency.library
    found = evaluate_in(library, violation_id, facts, context_of(desk, party_kind, acted_on, decided_on))
    loaded = library.by_digest(found.pack_digest)
    assert loaded is not None
    return loaded, found


def assess(desk: Desk, draft: Draft) -> Assessment:
    """What the ruler says of a draft, and what the page still lacks."""
    kind = draft.party.kind if draft.party else "organisation"
    acted_on = local(draft.found_at).date()
    loaded, found = measure(desk, draft.violation_id, draft.facts, kind, acted_on)
    fine = draft.chosen_fen if draft.chosen_fen is not None else found.recommended_fen
    page = PageState(
        party_kind=kind,
        party_known=draft.party is not None,
        place=draft.place,
        happened=draft.happened,
        evidence=len(draft.evidence),
        determination=found,
        fine_fen=fine,
        told=draft.told,
        statement_recorded=bool(draft.statement),
        second_officer=draft.second_officer,
        deviation=_allowed(draft, fine),
    )
    lacks = missing_to_propose(page) if draft.ordinary else missing_on_spot(page)
    missing = tuple(MissingItem(one.field, one.words, one.basis) for one in lacks)
    return _assessment(desk, loaded, found, draft.facts, fine, missing)


def _allowed(draft: Draft, fine: int | None) -> str:
    leave = draft.deviation
    return leave.by if leave is not None and leave.state == "allowed" and leave.fine_fen == fine else ""


def try_out(
    desk: Desk,
    violation_id: str,
    facts: Mapping[str, FactValue],
    party_kind: str,
    acted_on: date | None,
    decided_on: date | None,
) -> Assessment:
    """The Ruler place: any facts, any days; without days today's table."""
    decided = decided_on or desk.today()
    loaded, found = measure(desk, violation_id, facts, party_kind, acted_on or decided, decided)
    return _assessment(desk, loaded, found, facts, found.recommended_fen, ())


def like_cases(session: Session, desk: Desk, violation_id: str, tier_id: str) -> LikeCases:
    """Same violation and tier, this unit, last two years, not voided."""
    since = to_ms(desk.clock.now() - timedelta(days=LIKE_DAYS))
    unit = desk.agency.person(desk.number).unit
    wanted = select(CaseRow.fine_fen).where(
        CaseRow.violation == violation_id,
        CaseRow.tier == tier_id,
        CaseRow.issued_ms >= since,
        CaseRow.status != "voided",
        CaseRow.fine_fen.is_not(None),
    )
    if "supervisor" not in desk.agency.person(desk.number).roles:
        wanted = wanted.where(CaseRow.unit == unit)
    fines = tuple(sorted(int(fine) for fine in session.scalars(wanted) if fine is not None))
    return LikeCases(fines, int(statistics.median_low(fines)) if fines else None)


def _assessment(
    desk: Desk,
    loaded: LoadedPack,
    found: Determination,
    facts: Mapping[str, FactValue],
    fine: int | None,
    missing: tuple[MissingItem, ...],
) -> Assessment:
    day = found.decided_on if found.judged_by == "decision" else found.acted_on
    asked = desk.agency.library.violation(found.violation, found.acted_on)
    return Assessment(
        violation=violation_row(loaded, loaded.violation(found.violation), day),
        specs=asked.facts,
        determination=found,
        explanation=explain(found, fine),
        why_not=why_not(loaded, found.violation, facts, found),
        missing=missing,
        pack_title=loaded.pack.title,
        pack_version=loaded.pack.version,
    )


def local_day(milliseconds: int) -> date:
    """The local date of an instant."""
    return local(from_ms(milliseconds)).date()


def measure_as_recorded(desk: Desk, found: Determination, facts: Mapping[str, FactValue]) -> Determination:
    """The same question again, with the packs and the days that the record names."""
    library = desk.agency.library
    loaded, other = library.by_digest(found.pack_digest), library.by_digest(found.compared)
    assert loaded is not None
    if found.judged_by == "decision" and other is not None:
        loaded, other = other, loaded
    return evaluate(loaded, found.violation, facts, context_in(found), other, found.dropped)


def priors(session: Session, desk: Desk, violation_id: str, party_id: str) -> int:
    """Decisions on the same party and violation in two years, as far as this device knows; a case that was merged, withdrawn, handed
    over or quashed is none.
    """
    since = to_ms(desk.clock.now() - timedelta(days=LIKE_DAYS))
    wanted = select(func.count()).where(
        CaseRow.violation == violation_id,
        CaseRow.party_id == party_id,
        CaseRow.issued_ms >= since,
        CaseRow.status != "voided",
        CaseRow.fine_fen.is_not(None),
    )
    return session.scalar(wanted) or 0
