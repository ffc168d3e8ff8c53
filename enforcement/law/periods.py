"""Statutory periods, counted with their derivation.

- The day on which a period begins is not counted; hours run from the instant that begins them (民法典第二百零一条).
- Months end on the same number of day, or on the month's last day where it has no such number (民法典第二百零二条).
- A last day that is no working day moves on to the next one where the rule says so (民法典第二百零三条、民事诉讼法第八十五条); a
  period in working days ends on one anyhow, and hours run on without moving.
- Which periods are in working days the statutes say: 行政处罚法第八十五条、行政强制法第六十九条、行政复议法第八十八条.
- A suspended day is not counted, so the end moves by as many days. Under a suspension that is still open there is no last day.
- A year whose holidays are not known is refused, not guessed: KnownError(period.year_unknown).
"""

from __future__ import annotations

import calendar as months_of
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal

from enforcement.law.calendar import ONE_DAY, HolidayCalendar, holiday_name, is_workday
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record

ONE_HOUR = timedelta(hours=1)

Unit = Literal["hours", "workdays", "days", "months"]
Stand = Literal["running", "near", "overdue"]


class Period(Record):
    """How long: `count` of `unit`; a year is 12 months. `rolls`: a last day that is no working day moves on.

    `before`: counted back from the day that begins it, which is not counted either (听证举行七日前); only workdays and days.
    """

    unit: Unit
    count: int
    rolls: bool = False
    before: bool = False


class Suspension(Record):
    """Whole days that do not count (检测、鉴定、中止), both ends included; `last` is None while it is open."""

    first: date
    reason: str
    last: date | None = None


@dataclass(frozen=True)
class Start:
    """The day or instant that begins the period; a day is itself not counted."""

    at: date | datetime


@dataclass(frozen=True)
class Skipped:
    """Days off that a period in working days leaves out: of the holiday `name`, or of all its weekends where that is empty."""

    name: str
    days: tuple[date, ...]


@dataclass(frozen=True)
class Worked:
    """Weekend days that are worked instead, and so are counted."""

    days: tuple[date, ...]


@dataclass(frozen=True)
class MonthEnd:
    """The month at the end has no such number of day: its last day stands for it."""

    day: date


@dataclass(frozen=True)
class Suspended:
    """Days of the period that a suspension took out."""

    first: date
    last: date
    reason: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Moved:
    """The last day was no working day and moved on; `name` is the holiday, empty for a weekend."""

    since: date
    to: date
    name: str


Step = Start | Skipped | Worked | MonthEnd | Suspended | Moved


@dataclass(frozen=True)
class Due:
    """A period counted to its end. `due`: the last day, or for hours the last instant in the zone of `begun`."""

    period: Period
    begun: date | datetime
    due: date | datetime
    steps: tuple[Step, ...]

    @property
    def last_day(self) -> date:
        return _day(self.due)

    @property
    def remind_on(self) -> date:
        """One day before the last day, but not before the period begins."""
        before = self.last_day - ONE_DAY
        return before if self.period.before else max(before, _day(self.begun))

    def stand(self, now: datetime) -> Stand:
        """Where it stands at a local instant: near from `remind_on` to the end, and never after it."""
        over = now > self.due if isinstance(self.due, datetime) else now.date() > self.due
        if over:
            return "overdue"
        return "near" if now.date() >= self.remind_on else "running"


@dataclass(frozen=True)
class Halted:
    """A period under a suspension that is still open: no last day, but since when and why."""

    period: Period
    begun: date | datetime
    since: date
    reason: str
    steps: tuple[Step, ...]


Counted = Due | Halted


def count(
    period: Period, begun: date | datetime, calendar: HolidayCalendar, suspensions: Iterable[Suspension] = ()
) -> Counted:
    """The period's end with its derivation. `begun` is a local day, or for hours an aware instant in local time.

    Nothing suspends a period that is counted back. Raises KnownError(period.year_unknown), KnownError(input.invalid) for a
    suspension that ends before it begins, and ValueError for hours from a day or without a zone.
    """
    stops = _apart(suspensions)
    if period.unit == "hours":
        return _hours(period, begun, stops)
    day = _day(begun)
    if period.before:
        return _back(period, day, calendar)
    nominal = add_months(day, period.count) if period.unit == "months" else None
    wanted = period.count if nominal is None else (nominal - day).days
    worked = _worked_in(calendar)
    end = _run(day, wanted, worked, stops) if period.unit == "workdays" else _natural(day, wanted, stops)
    if isinstance(end, Suspension):
        return Halted(period, day, end.first, end.reason, (Start(day), *_suspended(day, end.first - ONE_DAY, stops)))
    last = end
    if period.rolls and period.unit != "workdays" and not worked(end):
        moved = _run(end, 1, worked, stops)
        if isinstance(moved, Suspension):
            return Halted(period, day, moved.first, moved.reason, (Start(day), *_suspended(day, end, stops)))
        last = moved
    steps: list[Step] = [Start(day)]
    if nominal is not None and nominal.day != day.day:
        steps.append(MonthEnd(nominal))
    if period.unit == "workdays":
        steps += _days_off(_between(day, end), calendar, worked, stops)
    steps += _suspended(day, last, stops)
    if last != end:
        steps.append(Moved(end, last, holiday_name(end, calendar)))
    return Due(period, day, last, tuple(steps))


def add_months(day: date, months: int) -> date:
    """The same number of day so many months later, or that month's last day (民法典第二百零二条)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, months_of.monthrange(year, month + 1)[1]))


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at


def _worked_in(calendar: HolidayCalendar) -> Callable[[date], bool]:
    """Whether a day is worked; each day is looked up once, for it is asked for the count and for the derivation."""
    return cache(lambda day: is_workday(day, calendar))


def _apart(suspensions: Iterable[Suspension]) -> tuple[Suspension, ...]:
    """In order and without overlap, so that no day is taken out twice: a day belongs to the suspension that began first."""
    found: list[Suspension] = []
    for one in sorted(suspensions, key=lambda stop: (stop.first, stop.last or date.max)):
        if one.last is not None and one.last < one.first:
            raise KnownError("input.invalid", field="suspension", why=f"{one.last} is before {one.first}")
        before = found[-1].last if found else date.min
        if before is None:
            break
        first = max(one.first, before + ONE_DAY)
        if one.last is None or one.last >= first:
            found.append(Suspension(first=first, last=one.last, reason=one.reason))
    return tuple(found)


def _stop_on(day: date, stops: tuple[Suspension, ...]) -> Suspension | None:
    for one in stops:
        if one.first <= day and (one.last is None or day <= one.last):
            return one
    return None


def _natural(day: date, wanted: int, stops: tuple[Suspension, ...]) -> date | Suspension:
    """The day so many days after `day`, suspended ones not counted, or the open suspension that is met before."""
    end = day + wanted * ONE_DAY
    for stop in stops:
        first = max(stop.first, day + ONE_DAY)
        if first > end:
            break
        if stop.last is None:
            return stop
        if stop.last >= first:
            end += stop.last + ONE_DAY - first
    return end


def _run(day: date, wanted: int, worked: Callable[[date], bool], stops: tuple[Suspension, ...]) -> date | Suspension:
    """The day on which `wanted` working days after `day` were counted, or the open suspension that is met before."""
    while wanted:
        day += ONE_DAY
        stop = _stop_on(day, stops)
        if stop is None:
            wanted -= worked(day)
        elif stop.last is None:
            return stop
        else:
            day = stop.last
    return day


def _back(period: Period, day: date, calendar: HolidayCalendar) -> Due:
    """The last day on which there are still `count` days to the day that was given."""
    if period.unit == "days":
        return Due(period, day, day - period.count * ONE_DAY, (Start(day),))
    worked, last, wanted = _worked_in(calendar), day, period.count
    while wanted:
        last -= ONE_DAY
        wanted -= worked(last)
    days = _between(last - ONE_DAY, day - ONE_DAY)
    return Due(period, day, last, (Start(day), *_days_off(days, calendar, worked, ())))


def _hours(period: Period, begun: date | datetime, stops: tuple[Suspension, ...]) -> Counted:
    if not isinstance(begun, datetime) or begun.tzinfo is None:
        raise ValueError("hours begin at an instant with a zone")
    at, left = begun, period.count * ONE_HOUR
    for stop in stops:
        first = datetime.combine(stop.first, time(), begun.tzinfo)
        if first - at >= left:
            break
        if stop.last is None:
            steps = (Start(begun), *_suspended(begun.date() - ONE_DAY, stop.first - ONE_DAY, stops))
            return Halted(period, begun, stop.first, stop.reason, steps)
        after = datetime.combine(stop.last + ONE_DAY, time(), begun.tzinfo)
        if after > at:
            left -= max(first - at, timedelta())
            at = after
    due = at + left
    last = (due - datetime.resolution).date()
    return Due(period, begun, due, (Start(begun), *_suspended(begun.date() - ONE_DAY, last, stops)))


def _between(start: date, end: date) -> Iterator[date]:
    """The days after `start`, to `end`."""
    for number in range((end - start).days):
        yield start + (number + 1) * ONE_DAY


def _days_off(
    days: Iterable[date], calendar: HolidayCalendar, worked: Callable[[date], bool], stops: tuple[Suspension, ...]
) -> Iterator[Step]:
    """What a count of working days left out or took in though it is a weekend, holidays in their order, then weekends."""
    off: dict[str, list[date]] = {}
    instead: list[date] = []
    for day in days:
        if _stop_on(day, stops) is not None:
            continue
        if not worked(day):
            off.setdefault(holiday_name(day, calendar), []).append(day)
        elif day.weekday() >= 5:
            instead.append(day)
    weekends = off.pop("", [])
    yield from (Skipped(name, tuple(found)) for name, found in off.items())
    if weekends:
        yield Skipped("", tuple(weekends))
    if instead:
        yield Worked(tuple(instead))


def _suspended(start: date, end: date, stops: tuple[Suspension, ...]) -> Iterator[Step]:
    """The suspensions' days after `start`, to `end`."""
    for one in stops:
        first, last = max(one.first, start + ONE_DAY), min(one.last or end, end)
        if first <= last:
            yield Suspended(first, last, one.reason)
