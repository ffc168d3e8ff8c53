"""The board on a unit's whole year: one case after the other, of which only its line is kept, and the figures of them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from desktop.services.board import Bench, judge
from desktop.services.desk import Desk, local
from desktop.store.models import CaseRow
from enforcement.casefile import fold_case
from enforcement.procedure.board import Struck
from enforcement.values.clock import LOCAL, from_ms, to_ms
from enforcement.values.errors import KnownError

AT_ONCE = 200
"""Cases that are read in one session."""


@dataclass(frozen=True)
class CaseScore:
    """A case's line in the report. `day` is that of its decision, or of its opening; `score` in tenths."""

    case_id: UUID
    number: str
    title: str
    party: str
    day: date
    score: int
    band: str
    struck: tuple[Struck, ...]

    @property
    def vetoed(self) -> bool:
        return any(one.veto for one in self.struck)


@dataclass(frozen=True)
class YearFigures:
    """`average` in tenths; `bands` and `by_check` are (words, how many cases), the second the most frequent first."""

    cases: int
    average: int
    vetoed: int
    faultless: int
    bands: tuple[tuple[str, int], ...]
    by_check: tuple[tuple[str, str, int], ...]


def scores(desk: Desk, by: Bench, unit: str, year: int) -> Iterator[CaseScore]:
    """Every case of the unit (its id or name) whose decision, or else whose opening, lies in the local year; by day.

    Raises KnownError(input.invalid) for a unit that the roster does not know.
    """
    names = _names(desk, unit)
    first, last = (to_ms(datetime(at, 1, 1, tzinfo=LOCAL)) for at in (year, year + 1))
    at = func.coalesce(CaseRow.issued_ms, CaseRow.opened_ms)
    wanted = select(CaseRow.case_id).where(CaseRow.unit.in_(names), at >= first, at < last)
    with desk.database.read() as session:
        ids = session.scalars(wanted.order_by(at, CaseRow.case_id)).all()
    for begun in range(0, len(ids), AT_ONCE):
        yield from _batch(desk, by, ids[begun : begun + AT_ONCE])


def _batch(desk: Desk, by: Bench, ids: Iterable[bytes]) -> list[CaseScore]:
    found: list[CaseScore] = []
    with desk.database.read() as session:
        for raw in ids:
            case_id = UUID(bytes=raw)
            case = fold_case(case_id, desk.journal.entries(session, case_id))
            line = session.get_one(CaseRow, raw)
            result = judge(session, desk, case, by)
            found.append(
                CaseScore(
                    case_id=case_id,
                    number=line.document_number,
                    title=line.title,
                    party=line.party,
                    day=local(from_ms(line.issued_ms or line.opened_ms)).date(),
                    score=result.score,
                    band=result.band,
                    struck=result.struck,
                )
            )
    return found


def figures(by: Bench, rows: Iterable[CaseScore]) -> YearFigures:
    """The figures of these cases; an average of none is nought."""
    cases = total = vetoed = faultless = 0
    bands: Counter[str] = Counter()
    checks: Counter[str] = Counter()
    for row in rows:
        cases += 1
        total += row.score
        vetoed += row.vetoed
        faultless += not row.struck
        bands[row.band] += 1
        checks.update({one.check for one in row.struck})
    labels = {one.id: one.label for one in by.table.checks}
    order = [*(one.label for one in by.table.bands), by.table.failed]
    return YearFigures(
        cases=cases,
        average=(2 * total + cases) // (2 * cases) if cases else 0,
        vetoed=vetoed,
        faultless=faultless,
        bands=tuple((name, bands[name]) for name in order),
        by_check=tuple((id_, labels[id_], number) for id_, number in checks.most_common()),
    )


def _names(desk: Desk, unit: str) -> tuple[str, ...]:
    """A unit's id and name: cases name it by either."""
    for one in desk.agency.index.roster.units:
        if unit in (one.unit_id, one.name):
            return (one.unit_id, one.name)
    known = "、".join(one.unit_id for one in desk.agency.index.roster.units)
    raise KnownError("input.invalid", field="--unit", why=f"the roster knows {known}")
