"""Statutory periods: cases counted by hand, and every count of working days against somebody else's calendar."""

from datetime import UTC, date, datetime, timedelta, timezone

import chinese_calendar
import holidays
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import resources
from central.authority.holidays import read_holidays
from enforcement.law import (
    Due,
    Halted,
    HolidayCalendar,
    MonthEnd,
    Moved,
    Period,
    Skipped,
    Start,
    Suspended,
    Suspension,
    Worked,
    add_months,
    count,
    holiday_name,
    is_workday,
    workday_before,
)
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes, to_bytes

FILES = sorted(resources.path("calendar").glob("*.toml"))
CALENDAR = HolidayCalendar(years=tuple(read_holidays(path) for path in FILES))
FIRST, LAST = date(2021, 1, 1), date(2026, 12, 31)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
THEIRS = [day for day in DAYS if chinese_calendar.is_workday(day)]
BEIJING = timezone(timedelta(hours=8))


def workdays(number, **more):
    return Period(unit="workdays", count=number, **more)


def days(number, **more):
    return Period(unit="days", count=number, **more)


def months(number, **more):
    return Period(unit="months", count=number, **more)


def hours(number):
    return Period(unit="hours", count=number)


def due(period, begun, *suspensions):
    found = count(period, begun, CALENDAR, suspensions)
    assert isinstance(found, Due)
    return found.due


def stop(first, last, reason="鉴定"):
    return Suspension(first=first, last=last, reason=reason)


# the calendar's data


def test_the_days_are_those_of_two_other_calendars():
    china = holidays.China(years=range(2021, 2027))
    ours = [day for day in DAYS if is_workday(day, CALENDAR)]
    assert ours == THEIRS
    assert ours == [day for day in DAYS if china.is_working_day(day)]


def test_holidays_have_the_names_that_the_notice_gives():
    words = {
        "New Year's Day": "元旦",
        "Spring Festival": "春节",
        "Tomb-sweeping Day": "清明节",
        "Labour Day": "劳动节",
        "Dragon Boat Festival": "端午节",
        "Mid-autumn Festival": "中秋节",
        "National Day": "国庆节",
    }
    for day in DAYS:
        off, theirs = chinese_calendar.get_holiday_detail(day)
        ours = holiday_name(day, CALENDAR)
        if ours:
            assert words[theirs] in ours, day
        elif off and theirs:  # the notice of 2024 gives one day; the weekend before it has no name there
            assert day in (date(2023, 12, 30), date(2023, 12, 31))


def test_a_published_calendar_without_names_can_still_be_read():
    bare = HolidayCalendar(years=tuple(unnamed(year) for year in CALENDAR.years))
    assert from_bytes(HolidayCalendar, to_bytes(bare)) == bare
    assert count(workdays(7), date(2026, 9, 24), bare).due == due(workdays(7), date(2026, 9, 24))
    assert from_bytes(HolidayCalendar, to_bytes(CALENDAR)) == CALENDAR


def unnamed(year):
    return type(year)(year=year.year, off=year.off, worked=year.worked, source=year.source)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("2026-02-15..2026-02-23", "2026-02-23..2026-02-15", "not a span of 2026"),
        ("2026-02-15..2026-02-23", "2025-02-15..2025-02-23", "not a span of 2026"),
        ("2026-02-15..2026-02-23", "2026-02-15..2026-02-30", "no date"),
        ('worked = ["2026-01-04"', 'worked = ["2026-01-05"', "only a Saturday or a Sunday"),
        ('names = ["元旦", ', "names = [", "one for each span"),
        ("year = 2026", "year = 2026\nyears = 2026", "unknown key years"),
    ],
)
def test_a_faulty_year_is_refused_by_line(tmp_path, old, new, why):
    text = resources.path("calendar/2026.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "2026.toml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(KnownError, match=r"rules\.pack_invalid") as caught:
        read_holidays(tmp_path / "2026.toml")
    assert why in caught.value.details["why"]
    assert caught.value.details["where"].startswith("2026.toml:")


# every unit by hand


@pytest.mark.parametrize(
    ("period", "begun", "last"),
    [
        (workdays(2), date(2026, 9, 30), date(2026, 10, 9)),
        (workdays(1), date(2026, 10, 9), date(2026, 10, 10)),  # a Saturday that is worked
        (workdays(7), date(2026, 2, 10), date(2026, 2, 26)),  # over the Spring Festival, the 14th is worked
        (workdays(5), date(2026, 2, 13), date(2026, 2, 27)),
        (workdays(7), date(2026, 11, 6), date(2026, 11, 17)),  # begun on a Friday
        (workdays(7), date(2026, 11, 7), date(2026, 11, 17)),  # and on the Saturday after it
        (days(15), date(2026, 9, 20), date(2026, 10, 5)),
        (days(15, rolls=True), date(2026, 9, 20), date(2026, 10, 8)),
        (days(90), date(2026, 1, 15), date(2026, 4, 15)),
        (days(15, rolls=True), date(2026, 9, 5), date(2026, 9, 20)),  # a Sunday that is worked is no day off
        (months(1), date(2026, 1, 31), date(2026, 2, 28)),
        (months(1), date(2024, 1, 31), date(2024, 2, 29)),
        (months(3), date(2025, 11, 30), date(2026, 2, 28)),
        (months(6), date(2025, 8, 31), date(2026, 2, 28)),
        (months(6, rolls=True), date(2025, 8, 31), date(2026, 2, 28)),  # a Saturday that is worked
        (months(6, rolls=True), date(2025, 8, 15), date(2026, 2, 24)),
        (months(12), date(2024, 2, 29), date(2025, 2, 28)),
        (months(24), date(2024, 2, 29), date(2026, 2, 28)),
        (months(48), date(2020, 2, 29), date(2024, 2, 29)),
        (months(1), date(2025, 12, 15), date(2026, 1, 15)),
        (months(11), date(2025, 1, 31), date(2025, 12, 31)),
    ],
)
def test_by_hand(period, begun, last):
    assert due(period, begun) == last


def test_hours_run_from_the_instant_over_any_holiday():
    at = datetime(2026, 2, 15, 16, 20, tzinfo=BEIJING)
    found = count(hours(24), at, CALENDAR)
    assert found.due == datetime(2026, 2, 16, 16, 20, tzinfo=BEIJING)
    assert (found.last_day, found.steps) == (date(2026, 2, 16), (Start(at),))
    assert found.stand(at + timedelta(hours=24)) == "near"
    assert found.stand(at + timedelta(hours=24, seconds=1)) == "overdue"
    with pytest.raises(ValueError, match="an instant with a zone"):
        count(hours(24), at.replace(tzinfo=None), CALENDAR)
    with pytest.raises(ValueError, match="an instant with a zone"):
        count(hours(24), at.date(), CALENDAR)


def test_counted_back_from_a_day_that_is_not_counted_itself():
    found = count(workdays(7, before=True), date(2026, 10, 12), CALENDAR)
    assert found.due == date(2026, 9, 25) - timedelta(days=1)
    # 10-10 and 09-28..30 and 10-08, 09 are worked: 10-10, 10-09, 10-08, 09-30, 09-29, 09-28, then 09-24
    assert found.steps == (
        Start(date(2026, 10, 12)),
        Skipped("中秋节", (date(2026, 9, 25), date(2026, 9, 26), date(2026, 9, 27))),
        Skipped("国庆节", tuple(date(2026, 10, day) for day in range(1, 8))),
        Skipped("", (date(2026, 10, 11),)),
        Worked((date(2026, 10, 10),)),
    )
    assert due(days(3, before=True), date(2026, 3, 1)) == date(2026, 2, 26)
    assert found.remind_on == date(2026, 9, 23)
    assert count(workdays(2, before=True), date(2026, 10, 13), CALENDAR).steps == (
        Start(date(2026, 10, 13)),
        Skipped("", (date(2026, 10, 11),)),
        Worked((date(2026, 10, 10),)),
    )


# the derivation


def test_the_derivation_names_what_was_left_out_and_taken_in():
    assert count(workdays(7), date(2026, 2, 10), CALENDAR).steps == (
        Start(date(2026, 2, 10)),
        Skipped("春节", tuple(date(2026, 2, day) for day in range(15, 24))),
        Worked((date(2026, 2, 14),)),
    )
    assert count(days(15, rolls=True), date(2026, 9, 20), CALENDAR).steps == (
        Start(date(2026, 9, 20)),
        Moved(date(2026, 10, 5), date(2026, 10, 8), "国庆节"),
    )
    assert count(days(15, rolls=True), date(2026, 11, 6), CALENDAR).steps == (
        Start(date(2026, 11, 6)),
        Moved(date(2026, 11, 21), date(2026, 11, 23), ""),
    )
    assert count(months(1), date(2026, 1, 15), CALENDAR).steps == (Start(date(2026, 1, 15)),)
    assert count(months(1), date(2026, 1, 31), CALENDAR).steps == (
        Start(date(2026, 1, 31)),
        MonthEnd(date(2026, 2, 28)),
    )


def test_near_from_one_day_before_the_last_and_never_after_it():
    found = count(workdays(7), date(2026, 11, 2), CALENDAR)
    assert (found.due, found.remind_on) == (date(2026, 11, 11), date(2026, 11, 10))
    stands = [found.stand(datetime(2026, 11, day, 23, 59, tzinfo=BEIJING)) for day in (9, 10, 11, 12)]
    assert stands == ["running", "near", "near", "overdue"]
    monday = count(workdays(1), date(2026, 11, 13), CALENDAR)
    assert (monday.due, monday.remind_on) == (date(2026, 11, 16), date(2026, 11, 15))
    short = count(hours(2), datetime(2026, 11, 2, 9, tzinfo=BEIJING), CALENDAR)
    assert short.remind_on == date(2026, 11, 2)


@pytest.mark.parametrize("begun", [date(2026, 12, 31), date(2026, 12, 23)])
def test_a_year_that_is_not_known_is_refused(begun):
    with pytest.raises(KnownError, match=r"period\.year_unknown") as caught:
        count(workdays(7), begun, CALENDAR)
    assert caught.value.details == {"year": 2027}
    with pytest.raises(KnownError, match=r"period\.year_unknown"):
        count(days(15, rolls=True), begun, CALENDAR)
    assert due(days(15), begun) == begun + timedelta(days=15)
    with pytest.raises(KnownError, match=r"period\.year_unknown"):
        count(workdays(1, before=True), date(2021, 1, 1), CALENDAR)


# suspensions


@pytest.mark.parametrize(
    ("suspensions", "last"),
    [
        ([], date(2026, 4, 1)),
        ([stop(date(2026, 3, 10), date(2026, 3, 14))], date(2026, 4, 6)),
        ([stop(date(2026, 3, 10), date(2026, 3, 14)), stop(date(2026, 3, 12), date(2026, 3, 16))], date(2026, 4, 8)),
        ([stop(date(2026, 3, 10), date(2026, 3, 14)), stop(date(2026, 3, 11), date(2026, 3, 12))], date(2026, 4, 6)),
        ([stop(date(2026, 3, 10), date(2026, 3, 14)), stop(date(2026, 3, 15), date(2026, 3, 16))], date(2026, 4, 8)),
        ([stop(date(2026, 3, 15), date(2026, 3, 16)), stop(date(2026, 3, 10), date(2026, 3, 14))], date(2026, 4, 8)),
        ([stop(date(2026, 2, 1), date(2026, 2, 20))], date(2026, 4, 1)),
        (
            [stop(date(2026, 2, 20), date(2026, 3, 2))],
            date(2026, 4, 1),
        ),  # to the day that begins it, which does not count anyhow
        ([stop(date(2026, 2, 20), date(2026, 3, 3))], date(2026, 4, 2)),
        ([stop(date(2026, 4, 2), date(2026, 4, 20))], date(2026, 4, 1)),  # begins when all is over
        ([stop(date(2026, 4, 1), date(2026, 4, 1))], date(2026, 4, 2)),  # on the very last day
        ([stop(date(2026, 3, 10), date(2026, 3, 14)), stop(date(2026, 4, 3), date(2026, 4, 4))], date(2026, 4, 8)),
        ([stop(date(2026, 4, 2), None)], date(2026, 4, 1)),
    ],
)
def test_suspended_days_push_the_end(suspensions, last):
    assert due(days(30), date(2026, 3, 2), *suspensions) == last


def test_suspended_days_stand_in_the_derivation_once():
    overlap = [stop(date(2026, 3, 10), date(2026, 3, 14)), stop(date(2026, 3, 12), date(2026, 3, 16), "中止")]
    found = count(days(30), date(2026, 3, 2), CALENDAR, overlap)
    assert found.steps[1:] == (
        Suspended(date(2026, 3, 10), date(2026, 3, 14), "鉴定"),
        Suspended(date(2026, 3, 15), date(2026, 3, 16), "中止"),
    )
    assert sum(step.days for step in found.steps[1:]) == (found.due - date(2026, 4, 1)).days


def test_an_open_suspension_leaves_no_last_day():
    found = count(days(30), date(2026, 3, 2), CALENDAR, [stop(date(2026, 3, 10), None, "案件中止")])
    assert found == Halted(days(30), date(2026, 3, 2), date(2026, 3, 10), "案件中止", (Start(date(2026, 3, 2)),))
    both = count(
        days(30), date(2026, 3, 2), CALENDAR, [stop(date(2026, 3, 5), date(2026, 3, 6)), stop(date(2026, 3, 10), None)]
    )
    assert both.steps == (Start(date(2026, 3, 2)), Suspended(date(2026, 3, 5), date(2026, 3, 6), "鉴定"))
    # the last day, a Saturday, would move on into the suspension
    rolled = count(days(5, rolls=True), date(2026, 11, 2), CALENDAR, [stop(date(2026, 11, 8), None)])
    assert isinstance(rolled, Halted)
    assert due(days(5, rolls=True), date(2026, 11, 2), stop(date(2026, 11, 8), date(2026, 11, 9))) == date(2026, 11, 10)


def test_suspensions_of_working_days_months_and_hours():
    # five working days 11-03..11-09 without 11-04 and 11-05
    assert due(workdays(5), date(2026, 11, 2), stop(date(2026, 11, 4), date(2026, 11, 5))) == date(2026, 11, 11)
    assert due(workdays(5), date(2026, 11, 2), stop(date(2026, 11, 7), date(2026, 11, 8))) == date(2026, 11, 9)
    assert due(months(3), date(2026, 1, 31), stop(date(2026, 2, 1), date(2026, 2, 10))) == date(2026, 5, 10)
    at = datetime(2026, 11, 2, 20, tzinfo=BEIJING)
    assert due(hours(24), at, stop(date(2026, 11, 3), date(2026, 11, 4))) == at + timedelta(hours=72)
    assert due(hours(24), at, stop(date(2026, 11, 2), date(2026, 11, 2))) == datetime(2026, 11, 4, tzinfo=BEIJING)
    assert due(hours(24), at, stop(date(2026, 11, 4), date(2026, 11, 9))) == at + timedelta(hours=24)
    assert due(hours(24), at, stop(date(2026, 10, 4), date(2026, 11, 1))) == at + timedelta(hours=24)
    over = count(hours(4), at, CALENDAR, [stop(date(2026, 11, 3), date(2026, 11, 9))])
    assert (over.due, over.steps) == (datetime(2026, 11, 3, tzinfo=BEIJING), (Start(at),))
    assert count(hours(4), at, CALENDAR, [stop(date(2026, 11, 3), None)]).steps == (Start(at),)
    halted = count(hours(24), at, CALENDAR, [stop(date(2026, 11, 3), None)])
    assert (halted.since, halted.reason) == (date(2026, 11, 3), "鉴定")
    with pytest.raises(KnownError, match=r"input\.invalid"):
        count(days(3), date(2026, 11, 2), CALENDAR, [stop(date(2026, 11, 4), date(2026, 11, 3))])


# against an independent calculation


def test_every_count_of_1_to_60_working_days_equals_another_calendar():
    """All 2,191 days of 2021 to 2026; what runs over the last known year is refused."""
    at = refused = 0
    for begun in DAYS:
        while at < len(THEIRS) and THEIRS[at] <= begun:
            at += 1
        known = min(60, len(THEIRS) - at)
        for number in range(1, known + 1):
            assert count(workdays(number), begun, CALENDAR).due == THEIRS[at + number - 1], (begun, number)
        for number in range(known + 1, 61):
            with pytest.raises(KnownError, match=r"period\.year_unknown.*2027"):
                count(workdays(number), begun, CALENDAR)
            refused += 1
    assert refused > 0


@given(st.sampled_from(DAYS), st.integers(1, 60))
def test_counting_back_is_counting_forth(begun, number):
    """The last day before, counted forth again, reaches the day or the working day that it falls on."""
    assume(begun in THEIRS and THEIRS.index(begun) >= number)
    assert due(workdays(number, before=True), begun) == THEIRS[THEIRS.index(begun) - number]


@given(st.sampled_from(DAYS), st.integers(1, 120), st.booleans())
def test_natural_days_with_and_without_moving(begun, number, rolls):
    last = begun + timedelta(days=number)
    if rolls:
        assume(last <= THEIRS[-1])
        last = next(day for day in THEIRS if day >= last)
    assert due(days(number, rolls=rolls), begun) == last


@given(st.dates(date(1970, 1, 1), date(2090, 1, 1)), st.integers(1, 240))
def test_months_by_trying_every_day_of_the_last_one(begun, number):
    """The last day of the right month whose number is not above that of the day that began it."""
    months_on = begun.year * 12 + begun.month - 1 + number
    day, wanted = date(begun.year + number // 12, 1, 1), None
    while day.year * 12 + day.month - 1 <= months_on:
        if day.year * 12 + day.month - 1 == months_on and day.day <= begun.day:
            wanted = day
        day += timedelta(days=1)
    assert add_months(begun, number) == wanted
    assert due(months(number), begun) == wanted


spans = st.lists(
    st.tuples(st.integers(-10, 80), st.integers(0, 20)).map(
        lambda pair: (date(2025, 6, 1) + timedelta(days=pair[0]), date(2025, 6, 1) + timedelta(days=sum(pair)))
    ),
    max_size=5,
)


@given(spans, st.integers(1, 60), st.sampled_from(["days", "workdays"]))
def test_suspensions_however_they_lie(taken, number, unit):
    """Days are struck off one by one from a list of those that count."""
    begun = date(2025, 6, 1)
    struck = {first + timedelta(days=n) for first, last in taken for n in range((last - first).days + 1)}
    pool = THEIRS if unit == "workdays" else DAYS
    wanted = [day for day in pool if day > begun and day not in struck][number - 1]
    found = count(Period(unit=unit, count=number), begun, CALENDAR, [stop(*span) for span in taken])
    assert found.due == wanted
    out = {
        step.first + timedelta(days=n) for step in found.steps if isinstance(step, Suspended) for n in range(step.days)
    }
    assert out == {day for day in struck if begun < day <= wanted}
    assert sum(step.days for step in found.steps if isinstance(step, Suspended)) == len(out)


@given(spans, st.integers(1, 200), st.integers(0, 23))
def test_hours_however_suspensions_lie(taken, number, hour):
    """Hours are struck off one by one."""
    begun = datetime(2025, 6, 1, hour, tzinfo=BEIJING)
    at, left = begun, number
    while left:
        if not any(first <= at.date() <= last for first, last in taken):
            left -= 1
        at += timedelta(hours=1)
    assert due(hours(number), begun, *[stop(*span) for span in taken]) == at


def test_the_zone_of_the_instant_says_where_a_day_begins():
    at = datetime(2026, 11, 2, 17, tzinfo=UTC)
    assert due(hours(24), at, stop(date(2026, 11, 3), date(2026, 11, 3))) == at + timedelta(hours=48)
    assert due(hours(24), at.astimezone(BEIJING), stop(date(2026, 11, 3), date(2026, 11, 3))) == at + timedelta(
        hours=47
    )


def test_the_working_day_before_leaves_out_weekends_holidays_and_takes_the_days_worked_instead():
    year = next(one for one in CALENDAR.years if one.worked)
    worked = year.worked[0]
    assert workday_before(worked + timedelta(days=1), CALENDAR) == worked
    for day in (worked, date(year.year, 5, 6), date(year.year, 10, 9), date(year.year, 3, 9)):
        before = workday_before(day, CALENDAR)
        assert before < day
        assert is_workday(before, CALENDAR)
        between = [before + timedelta(days=n) for n in range(1, (day - before).days)]
        assert not any(is_workday(one, CALENDAR) for one in between)
    assert workday_before(date(1990, 1, 8), CALENDAR) == date(1990, 1, 7)
