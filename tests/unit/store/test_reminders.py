"""What is near, and who was told of it: a reminder comes on the working day before the last day, once."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from desktop.services.reminders import REMEMBERED, near, take
from desktop.services.shapes import DeadlineRow, VisitDue
from desktop.store import open_database
from desktop.store.kept import kept_under
from enforcement.law import Due, Halted, HolidayCalendar, Period, Start
from tests.support.procedure import calendar

CASE, VISIT = UUID(int=1), UUID(int=2)
FRIDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 9)
"""An ordinary week's end."""


def deadline(last_day, what="送达处罚决定", today=FRIDAY, **more):
    found = Due(Period(unit="days", count=7), last_day - timedelta(days=7), last_day, (Start(last_day),))
    left = (last_day - today).days
    stand = more.pop("stand", "overdue" if left < 0 else "near")
    return DeadlineRow(found, stand, left, what, "某公司 · 某案", "行政处罚法第六十一条", "", CASE)


def recheck(last_day, today=FRIDAY):
    return VisitDue(
        VISIT, "复查责令改正", "某公司 · 现场检查", "行政处罚法第二十八条", last_day, (last_day - today).days
    )


def desk(today=FRIDAY, number="99010001", known=None):
    at = datetime.combine(today, datetime.min.time(), UTC) + timedelta(hours=2)
    clock = SimpleNamespace(now=lambda: at)
    agency = SimpleNamespace(calendar=calendar() if known is None else known)
    return SimpleNamespace(today=lambda: today, agency=agency, clock=clock, number=number)


def days_on(last_day, first, count):
    """The days of `count` from `first` on which something that ends on `last_day` is near."""
    days = [first + timedelta(days=n) for n in range(count)]
    return [one for one in days if near(desk(one), [deadline(last_day, today=one)], [])]


def test_it_is_near_from_the_working_day_before_to_the_last_day_and_not_after():
    assert days_on(date(2026, 3, 5), date(2026, 3, 1), 9) == [date(2026, 3, 4), date(2026, 3, 5)]
    assert days_on(MONDAY, date(2026, 3, 2), 9) == [FRIDAY, date(2026, 3, 7), date(2026, 3, 8), MONDAY]


def test_before_a_holiday_it_is_near_on_the_last_day_worked():
    first_after = date(2026, 10, 8)
    days = days_on(first_after, date(2026, 9, 28), 12)
    assert days[0] == date(2026, 9, 30)
    assert days[-1] == first_after


def test_in_a_year_whose_holidays_are_not_known_it_is_the_day_before():
    row = deadline(MONDAY, today=date(2026, 3, 8))
    unknown = HolidayCalendar(years=())
    assert near(desk(FRIDAY, known=unknown), [row], []) == ()
    assert len(near(desk(date(2026, 3, 8), known=unknown), [row], [])) == 1


def test_inspections_are_reminded_of_and_what_has_no_day_or_is_over_is_not():
    untold = VisitDue(VISIT, "检查结果未告知企业", "某公司", "", None, None)
    halted = deadline(MONDAY)
    halted = DeadlineRow(Halted(halted.found.period, FRIDAY, FRIDAY, "检测", ()), "halted", None, "x", "", "", "", CASE)
    over = deadline(date(2026, 3, 5))
    found = near(desk(), [halted, over, deadline(MONDAY)], [untold, recheck(FRIDAY), recheck(date(2026, 3, 20))])
    assert [(one.what, one.last_day, one.case_id, one.visit_id) for one in found] == [
        ("复查责令改正", FRIDAY, None, VISIT),
        ("送达处罚决定", MONDAY, CASE, None),
    ]


@pytest.fixture
def database(tmp_path):
    made = open_database(tmp_path, bytes(range(32)))
    yield made
    made.close()


def told(database, of, found):
    with database.write() as session:
        return take(session, of, found)


def test_each_is_told_once_to_each_person_on_the_device(database):
    found = near(desk(), [deadline(MONDAY)], [recheck(MONDAY)])
    assert len(found) == 2
    assert told(database, desk(), found) == found
    assert told(database, desk(), found) == ()
    assert told(database, desk(MONDAY), near(desk(MONDAY), [deadline(MONDAY, today=MONDAY)], [])) == ()
    assert told(database, desk(number="99010002"), found) == found


def test_another_last_day_of_the_same_is_told_again(database):
    assert len(told(database, desk(), near(desk(), [deadline(MONDAY)], []))) == 1
    moved = near(desk(MONDAY), [deadline(date(2026, 3, 10), today=MONDAY)], [])
    assert told(database, desk(MONDAY), moved) == moved


def test_what_is_long_over_is_forgotten(database):
    told(database, desk(), near(desk(), [deadline(MONDAY)], []))
    told(database, desk(MONDAY + REMEMBERED), [])
    with database.read() as session:
        assert len(kept_under(session, "reminded/")) == 1
    told(database, desk(MONDAY + REMEMBERED + timedelta(days=1)), [])
    with database.read() as session:
        assert kept_under(session, "reminded/") == {}
