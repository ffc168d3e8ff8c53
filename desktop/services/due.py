"""What is due in a case, as rows for the window."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from desktop.services.shapes import DeadlineRow, UncountedRow
from enforcement.casefile.track import local_day
from enforcement.law import Counted, Halted, HolidayCalendar, Suspension
from enforcement.procedure import PAYMENT, Deadline, DeadlineRule, DeadlineTable, Uncountable, open_deadlines
from enforcement.values.encoding import decode
from enforcement.values.shapes import from_plain

SOON = timedelta(days=30)
"""How far ahead Today looks in an ordinary case."""


def deadline_row(rule: DeadlineRule, found: Counted, about: str, case_id: UUID, now: datetime) -> DeadlineRow:
    """A deadline as it stands at a local instant."""
    return DeadlineRow(
        found=found,
        stand="halted" if isinstance(found, Halted) else found.stand(now),
        days_left=None if isinstance(found, Halted) else (found.last_day - now.date()).days,
        what=rule.label,
        about=about,
        basis=rule.basis,
        missed=rule.missed,
        case_id=case_id,
    )


def rows_of(
    deadlines: Iterable[Deadline], about: str, case_id: UUID, now: datetime
) -> tuple[tuple[DeadlineRow, ...], tuple[UncountedRow, ...]]:
    """Deadlines of one case: those with a day, soonest first, and what cannot be counted."""
    rows: list[DeadlineRow] = []
    uncounted: dict[int, list[str]] = {}
    for one in deadlines:
        if isinstance(one.found, Uncountable):
            uncounted.setdefault(one.found.year, []).append(one.rule.label)
        else:
            rows.append(deadline_row(one.rule, one.found, about, case_id, now))
    return (
        tuple(sorted(rows, key=lambda row: (row.days_left is None, row.days_left or 0))),
        tuple(UncountedRow(year, tuple(words), case_id) for year, words in sorted(uncounted.items())),
    )


def ours(rule: DeadlineRule) -> bool:
    """What the agency itself must keep in time, and the party's time to pay, which it watches."""
    return rule.who == "agency" or rule.id == PAYMENT


def deadlines_of_line(
    data: bytes, table: DeadlineTable, calendar: HolidayCalendar, today: date
) -> tuple[Deadline, ...]:
    """From the events kept in a case's line: what is ours to watch and comes soon or is over."""
    if not data:
        return ()
    kept: Mapping[str, Any] = decode(data)
    hours = {rule.begins for rule in table.rules if rule.unit == "hours"}
    events: dict[str, date | datetime] = {}
    for name, text in kept["events"].items():
        at = datetime.fromisoformat(text)
        events[name] = at if name in hours else local_day(at)
    halted = {name: [from_plain(Suspension, one) for one in rows] for name, rows in kept["halted"].items()}
    found = open_deadlines((rule for rule in table.rules if ours(rule)), "ordinary", events, calendar, halted)
    return tuple(one for one in found if isinstance(one.found, Uncountable) or _soon(one.found, today))


def _soon(found: Counted, today: date) -> bool:
    return not isinstance(found, Halted) and found.last_day - today <= SOON
