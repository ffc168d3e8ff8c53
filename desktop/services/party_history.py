"""Parties: found by name, code or pinyin initials; what was done about one before; who may be the same, which a person judges.

A party is of the agency's register, was entered here, or is known only from cases that came from other devices.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from desktop.services.cases import row_views
from desktop.services.desk import Desk, local
from desktop.services.drafts import party_view
from desktop.services.shapes import CaseRow, PartyView
from desktop.store import models
from desktop.store.case_lines import BESIDE
from desktop.store.parties import KnownParty
from enforcement.casefile import fold_case
from enforcement.values.clock import from_ms
from enforcement.values.errors import KnownError

Line = models.CaseRow
Known = models.PartyRow
ALIKE = 0.75
"""Addresses whose letters agree so far are taken for similar (ratio of difflib, 1 is equal)."""
MOST_LIKELY = 20
FINAL = frozenset({"issued", "returned", "answered", "approved", "decided", "closed", "archived"})
"""States of a case in which a decision stands."""


@dataclass(frozen=True)
class PartyLine:
    """A party in the list, with the number of its cases here and when the latest began."""

    party_id: str
    name: str
    kind: str
    code: str
    address: str
    cases: int
    latest: datetime | None


@dataclass(frozen=True)
class PartyYear:
    """A local year: cases begun, decisions that stand, their fines (fen), warnings among them."""

    year: int
    cases: int
    decisions: int
    fines_fen: int
    warnings: int


@dataclass(frozen=True)
class SameParty:
    """Somebody who may be the same party, and why; nothing is ever merged by the program."""

    party: PartyView
    why: Literal["code", "name"]


@dataclass(frozen=True)
class PartyHistory:
    """A party, its cases (of its id and of its code, the latest first), the years, and who may be the same. `beside`: by case, the
    parties of the cases that stand beside it.
    """

    party: PartyView
    cases: tuple[CaseRow, ...]
    years: tuple[PartyYear, ...]
    same: tuple[SameParty, ...]
    beside: Mapping[UUID, tuple[str, ...]]


class PartiesOffice(Protocol):
    """The door to parties. `Office.parties` gives it; both belong on the store's worker."""

    def find(self, query: str = "", offset: int = 0, limit: int = 100) -> tuple[PartyLine, ...]:
        """By name; every word of the query must be found."""
        ...

    def history(self, party_id: str) -> PartyHistory:
        """Raises KnownError(input.invalid) when nobody of that id is known here."""
        ...


class Parties:
    """Implements `PartiesOffice`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def find(self, query: str = "", offset: int = 0, limit: int = 100) -> tuple[PartyLine, ...]:
        with self._desk.database.read() as session:
            return find(session, query, offset, limit)

    def history(self, party_id: str) -> PartyHistory:
        with self._desk.database.read() as session:
            return history(session, self._desk, party_id)


def find(session: Session, query: str, offset: int, limit: int) -> tuple[PartyLine, ...]:
    """Known parties and those known from cases alone, by name."""
    known = select(Known.party_id, Known.name, Known.kind, Known.code, Known.address)
    for word in query.lower().split():
        known = known.where(Known.search.contains(word, autoescape=True))
    both = union_all(known, _from_cases(query)).subquery()
    wanted = select(both).order_by(both.c.name, both.c.party_id).offset(offset).limit(limit)
    found = session.execute(wanted).all()
    counts = _counts(session, [one.party_id for one in found])
    return tuple(
        PartyLine(one.party_id, one.name, one.kind, one.code, one.address, *counts.get(one.party_id, (0, None)))
        for one in found
    )


def history(session: Session, desk: Desk, party_id: str) -> PartyHistory:
    """One party. Raises KnownError(input.invalid)."""
    party = _party(session, desk, party_id)
    wanted = select(Line).where(_concerns(party)).order_by(Line.opened_ms.desc(), Line.case_id)
    lines = session.scalars(wanted).all()
    return PartyHistory(
        party=party_view(party),
        cases=row_views(session, desk, lines),
        years=years_of(lines),
        same=_same(session, party),
        beside={UUID(bytes=one.case_id): _beside(session, desk, one) for one in lines if BESIDE in one.search},
    )


def _beside(session: Session, desk: Desk, line: Line) -> tuple[str, ...]:
    case_id = UUID(bytes=line.case_id)
    case = fold_case(case_id, desk.journal.entries(session, case_id))
    return tuple(dict.fromkeys(one.party for one in case.related if one.party != line.party))


def years_of(lines: Sequence[Line]) -> tuple[PartyYear, ...]:
    """The years in which cases began, the latest first."""
    by_year: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_year[local(from_ms(line.opened_ms)).year].append(line)
    made = []
    for year in sorted(by_year, reverse=True):
        final = [one for one in by_year[year] if one.status in FINAL and one.fine_fen is not None]
        fines = sum(one.fine_fen or 0 for one in final)
        warnings = sum(one.fine_fen == 0 for one in final)
        made.append(PartyYear(year, len(by_year[year]), len(final), fines, warnings))
    return tuple(made)


def alike(one: str, other: str) -> bool:
    """Whether two addresses may be the same place: equal but for spaces and punctuation, or nearly."""
    first, second = _plain(one), _plain(other)
    return bool(first and second) and SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _from_cases(query: str) -> Select[str, str, str, str, str]:
    nothing = literal("")
    wanted = select(Line.party_id, func.max(Line.party), nothing, nothing, nothing).where(
        Line.party_id.not_in(select(Known.party_id))
    )
    own = func.substr(Line.search, 1, func.instr(Line.search + BESIDE, BESIDE))  # not by a party of a case beside it
    for word in query.lower().split():
        wanted = wanted.where(own.contains(word, autoescape=True))
    return wanted.group_by(Line.party_id)


def _counts(session: Session, ids: Sequence[str]) -> dict[str, tuple[int, datetime | None]]:
    wanted = (
        select(Line.party_id, func.count(), func.max(Line.opened_ms))
        .where(Line.party_id.in_(ids))
        .group_by(Line.party_id)
    )
    return {party_id: (count, from_ms(latest)) for party_id, count, latest in session.execute(wanted)}


def _party(session: Session, desk: Desk, party_id: str) -> KnownParty:
    row = session.get(Known, party_id)
    if row is not None:
        return _known(row)
    case_id = session.scalars(
        select(Line.case_id).where(Line.party_id == party_id).order_by(Line.opened_ms.desc()).limit(1)
    ).first()
    if case_id is None:
        raise KnownError("input.invalid", field="party", why="no such party on this device")
    aggregate = UUID(bytes=case_id)
    party = fold_case(aggregate, desk.journal.entries(session, aggregate)).party
    assert party is not None  # a case without a party has no line
    return KnownParty(
        party_id=party.party_id,
        name=party.name,
        kind=party.kind,
        code=party.code,
        address=party.address,
        representative=party.representative,
        phone=party.phone,
        known_from="entered",
    )


def _concerns(party: KnownParty) -> ColumnElement[bool]:
    """Cases of the party's id, or whose line holds its code."""
    if not party.code:
        return Line.party_id == party.party_id
    return or_(Line.party_id == party.party_id, Line.search.contains(f"\n{party.code.lower()}\n", autoescape=True))


def _same(session: Session, party: KnownParty) -> tuple[SameParty, ...]:
    """Same code first, then same name at a similar address."""
    others = select(Known).where(Known.party_id != party.party_id).order_by(Known.name, Known.party_id)
    by_code = session.scalars(others.where(Known.code == party.code).limit(MOST_LIKELY)).all() if party.code else ()
    by_name = session.scalars(others.where(Known.name == party.name, Known.code != party.code).limit(MOST_LIKELY)).all()
    found = [SameParty(party_view(_known(row)), "code") for row in by_code]
    found += [SameParty(party_view(_known(row)), "name") for row in by_name if alike(row.address, party.address)]
    return tuple(found)


def _known(row: Known) -> KnownParty:
    return KnownParty(**{name: getattr(row, name) for name in KnownParty.__dataclass_fields__})


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()
