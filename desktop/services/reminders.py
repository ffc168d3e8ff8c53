"""Last days that are near, and each of them told once: from the working day before, to each person on each device."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy.orm import Session

from desktop.services.desk import Desk
from desktop.services.shapes import DeadlineRow, Reminder, VisitDue
from desktop.store.kept import forget, keep, kept, kept_under
from enforcement.law import Due, HolidayCalendar, workday_before

TOLD = "reminded/"
"""Before the names of kept values: `reminded/<certificate number>/<last day>/<what it is>/<of what>`."""
REMEMBERED = timedelta(days=60)
"""How long after its last day it is still known that somebody was told."""


def near(desk: Desk, deadlines: Iterable[DeadlineRow], visits: Iterable[VisitDue]) -> tuple[Reminder, ...]:
    """What ends today or by the next working day and is not over, the soonest first."""
    today, calendar = desk.today(), desk.agency.calendar
    found = [
        Reminder(row.what, row.about, row.basis, row.found.last_day, row.days_left, case_id=row.case_id)
        for row in deadlines
        if isinstance(row.found, Due) and row.days_left is not None and row.stand != "overdue"
    ]
    found += [
        Reminder(one.what, one.about, one.basis, one.due, one.days_left, visit_id=one.visit_id)
        for one in visits
        if one.due is not None and one.days_left is not None
    ]
    chosen = [one for one in found if _is_near(one.last_day, today, calendar)]
    return tuple(sorted(chosen, key=lambda one: (one.last_day, one.what)))


def take(session: Session, desk: Desk, found: Iterable[Reminder]) -> tuple[Reminder, ...]:
    """Those that this person was not told of on this device; from now on they were."""
    now, today = desk.clock.now(), desk.today()
    mine = f"{TOLD}{desk.number}/"
    for name in kept_under(session, mine):
        day = name.removeprefix(mine).partition("/")[0]
        if date.fromisoformat(day) + REMEMBERED < today:
            forget(session, name)
    new = []
    for one in found:
        of = one.case_id or one.visit_id
        name = f"{mine}{one.last_day.isoformat()}/{one.what}/{of}"
        if kept(session, name) is None:
            keep(session, name, now.isoformat().encode())
            new.append(one)
    return tuple(new)


def _is_near(last_day: date, today: date, calendar: HolidayCalendar) -> bool:
    return workday_before(last_day, calendar) <= today <= last_day
