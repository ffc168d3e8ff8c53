"""Counting days (facts: APL Art. 85; general rules of civil periods).

- The day on which a period begins is not counted.
- Working days leave out Saturdays, Sundays and holidays; a weekend day that is worked instead counts.
- A period in natural days whose last day is no working day ends on the next working day.
- A year that the calendar does not hold is refused, not guessed.
"""

from __future__ import annotations

from datetime import date, timedelta

from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record

ONE_DAY = timedelta(days=1)


class HolidayYear(Record):
    """One year's notice of the State Council: days off, and weekend days worked instead. `source` is where it was read."""

    year: int
    off: tuple[date, ...]
    worked: tuple[date, ...]
    source: str


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
    if day in known.worked:
        return True
    return day.weekday() < 5 and day not in known.off


def add_workdays(start: date, days: int, calendar: HolidayCalendar) -> date:
    """The last day of a period of working days that begins on `start`."""
    day = start
    while days:
        day += ONE_DAY
        days -= is_workday(day, calendar)
    return day


def add_days(start: date, days: int, calendar: HolidayCalendar) -> date:
    """The last day of a period of natural days that begins on `start`, moved on where it is no working day."""
    return move_to_workday(start + timedelta(days=days), calendar)


def move_to_workday(day: date, calendar: HolidayCalendar) -> date:
    """`day`, or the next working day."""
    while not is_workday(day, calendar):
        day += ONE_DAY
    return day
