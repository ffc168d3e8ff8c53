"""One aggregate judged whole: folded from its entries, every entry and paper doubted, and written down as the register has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import resources
from central.registry.services.doubts import Doubt
from central.registry.services.lines import case_line, decisions_of, numbers_of, visit_line
from central.registry.services.measured import measured_doubts
from central.registry.services.papers import paper_doubts
from central.registry.services.people import person_doubts
from central.registry.services.recorded import replace_doubts
from central.registry.services.trusted import Trusted
from central.registry.store.models import Base, CaseRow, DecisionRow, EntryRow, NumberRow
from enforcement.casefile import CaseFile, fold_case, fold_inspection
from enforcement.journal import Entry, reread_entry
from enforcement.journal.acts import CaseOpened
from enforcement.journal.visit_acts import DrawCommitted, DrawRevealed
from enforcement.procedure import DeadlineTable, read_deadlines
from enforcement.procedure.board import Law
from enforcement.procedure.inspections import is_fair
from enforcement.procedure.profile import Profile, read_profile
from enforcement.values.errors import KnownError

DEADLINES, ORDINARY = "procedure/deadlines.toml", "procedure/ordinary.toml"
NO_FORMS = frozenset(("common", "on_spot_decision"))


@dataclass(frozen=True)
class Tables:
    """The procedure and its deadlines as this program has them."""

    profile: Profile
    deadlines: DeadlineTable


@lru_cache(maxsize=1)
def tables() -> Tables:
    """Of the program's own data. Raises KnownError(procedure.profile_invalid), (period.table_invalid)."""
    deadlines = read_deadlines(resources.path(DEADLINES).read_bytes(), DEADLINES)
    forms = frozenset(path.stem for path in resources.path("forms").glob("*.toml")) - NO_FORMS
    return Tables(read_profile(resources.path(ORDINARY).read_bytes(), ORDINARY, deadlines, forms), deadlines)


def judge(session: Session, aggregate: UUID, trusted: Trusted) -> frozenset[str]:
    """Judge and write down, replacing what was written before. The document numbers that it uses or used."""
    entries = entries_of(session, aggregate)
    before = frozenset(session.scalars(select(NumberRow.number).where(NumberRow.aggregate == aggregate.bytes)))
    for kind, owner in (
        (CaseRow, CaseRow.case_id),
        (DecisionRow, DecisionRow.case_id),
        (NumberRow, NumberRow.aggregate),
    ):
        session.execute(delete(kind).where(owner == aggregate.bytes))
    units = {row.hash: row for row in session.scalars(select(EntryRow).where(EntryRow.aggregate == aggregate.bytes))}
    if any(isinstance(entry.body, CaseOpened) for entry in entries):
        case = fold_case(aggregate, entries)
        doubts = list(_case_doubts(case, entries, trusted))
        rows: list[Base] = [case_line(case, entries), *decisions_of(case, entries, units)]
    else:
        visit = fold_inspection(aggregate, entries)
        doubts = [one for entry in entries for one in person_doubts(entry, trusted, tables().profile, "")]
        doubts += _draw_doubts(entries)
        doubts += _waiting(visit.waiting, entries)
        rows = [visit_line(visit, entries)]
    numbers = numbers_of(aggregate, entries)
    for row in numbers:
        if not trusted.allotted(UUID(bytes=row.device), row.form, row.series, row.running):
            entry = next(one for one in entries if one.hash == row.entry)
            doubts.append(Doubt("number.not_allotted", entry, details={"number": row.number}))
    session.add_all([*rows, *numbers])
    replace_doubts(session, f"case:{aggregate.hex}", doubts, aggregate=aggregate)
    return before | {row.number for row in numbers}


def entries_of(session: Session, aggregate: UUID) -> tuple[Entry, ...]:
    """The aggregate's entries, checked when they came."""
    wanted = select(EntryRow.data).where(EntryRow.aggregate == aggregate.bytes).order_by(EntryRow.hash)
    return tuple(reread_entry(data) for data in session.scalars(wanted))


def _case_doubts(case: CaseFile, entries: Sequence[Entry], trusted: Trusted) -> Iterator[Doubt]:
    found, roster = tables(), trusted.index.roster
    field = _field(case, trusted)

    def roles(number: str) -> frozenset[str]:
        person = roster.person(number)
        return frozenset() if person is None else frozenset(person.roles)

    for entry in entries:
        yield from person_doubts(entry, trusted, found.profile, field)
    yield from measured_doubts(case, trusted.library)
    yield from paper_doubts(case, trusted, Law(found.profile, found.deadlines, trusted.calendar, roles))
    by_hash = {entry.hash: entry for entry in entries}
    for _, falls in case.conflicts:
        yield Doubt("case.conflict", by_hash.get(falls), "noted")
    yield from _waiting(case.waiting, entries)


def _waiting(hashes: Sequence[bytes], entries: Sequence[Entry]) -> Iterator[Doubt]:
    by_hash = {entry.hash: entry for entry in entries}
    for name in hashes:
        yield Doubt("entry.parent_missing", by_hash.get(name), "waiting")


def _draw_doubts(entries: Sequence[Entry]) -> Iterator[Doubt]:
    said = {entry.hash: entry.body for entry in entries if isinstance(entry.body, DrawCommitted)}
    for entry in entries:
        if isinstance(entry.body, DrawRevealed):
            promise = said.get(entry.body.committed)
            if promise is not None and not is_fair(promise, entry.body):
                yield Doubt("draw.unfair", entry)


def _field(case: CaseFile, trusted: Trusted) -> str:
    """The field of enforcement that the violation belongs to; empty where no table says so."""
    if case.proposal is None:
        return ""
    body = case.proposal.act
    try:
        return trusted.library.violation(body.violation, body.acted_on).field
    except KnownError:
        return ""
