"""Which days are worked: weekends, the State Council's holidays and the weekend days worked instead. Data, never a guess.

What is counted with it stands in `periods`. A year that the calendar does not hold is refused.
"""

from __future__ import annotations

from datetime import date, timedelta

from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record

ONE_DAY = timedelta(days=1)


class Holiday(Record):
    """A holiday by its name, from its first to its last day off, both included; a span that joins two names both."""

    first: date
    last: date
    name: str


class HolidayYear(Record):
    """One year's notice of the State Council: days off, and weekend days worked instead. `source` is where it was read.

    `names` say which holiday a day off belongs to; without them days are counted the same, only without a name.
    """

    year: int
    off: tuple[date, ...]
    worked: tuple[date, ...]
    source: str
    names: tuple[Holiday, ...] = ()


class HolidayCalendar(Record):
    """The years that are known."""

    years: tuple[HolidayYear, ...]

    def year(self, year: int) -> HolidayYear:
        """Raises KnownError(period.year_unknown)."""
        for known in self.years:
            if known.year == year:
                return known
        raise KnownError("period.year_unknown", year=year)


def is_workday(day: date, calendar: HolidayCalendar) -> bool:
    """Whether `day` is worked; raises KnownError(period.year_unknown)."""
    known = calendar.year(day.year)
    return (day.weekday() < 5 and day not in known.off) or day in known.worked


def workday_before(day: date, calendar: HolidayCalendar) -> date:
    """The last day worked before `day`; the day before it where the holidays of the year are not known."""
    found = day - ONE_DAY
    try:
        while not is_workday(found, calendar):
            found -= ONE_DAY
    except KnownError:
        return day - ONE_DAY
    return found


def holiday_name(day: date, calendar: HolidayCalendar) -> str:
    """The holiday that `day` is off for; empty for another day. Raises KnownError(period.year_unknown)."""
    known = calendar.year(day.year)
    return next((one.name for one in known.names if one.first <= day <= one.last), "")
