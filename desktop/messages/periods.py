"""How a period was counted, in the person's language: one sentence a step, the last day at the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from desktop.messages.language import tr
from enforcement.law import (
    Counted,
    Halted,
    MonthEnd,
    Moved,
    Period,
    Skipped,
    Start,
    Step,
    Suspended,
    Worked,
)

LENGTHS = {
    "hours": "{count} hours",
    "workdays": "{count} working days",
    "days": "{count} natural days",
    "months": "{count} calendar months",
}


def derivation(found: Counted) -> tuple[str, ...]:
    """The steps, then the last day, or since when and why there is none."""
    lines = [_step(step, found.period) for step in found.steps]
    if isinstance(found, Halted):
        lines.append(
            tr(
                "Suspended since {since} ({reason}); the last day is not known until it ends",
                since=found.since,
                reason=found.reason,
            )
        )
    elif isinstance(found.due, datetime):
        lines.append(tr("Ends at {at}", at=_instant(found.due)))
    else:
        lines.append(tr("Last day {day}", day=found.due))
    return tuple(lines)


def in_short(found: Counted) -> str:
    """The last day, if there is one, and how long the period is."""
    if isinstance(found, Halted):
        return _length(found.period)
    due = _instant(found.due) if isinstance(found.due, datetime) else str(found.due)
    return f"{due} · {_length(found.period)}"


def year_unknown(year: int) -> str:
    """Why something cannot be counted."""
    return tr("Cannot be counted: the holidays of {year} are not known yet", year=year)


def _step(step: Step, period: Period) -> str:
    match step:
        case Start(at=datetime() as at):
            return tr("From {at}: {length}, holidays included", at=_instant(at), length=_length(period))
        case Start(at=at):
            if period.before:
                return tr("Back from {day}, which does not count: {length}", day=at, length=_length(period))
            return tr("From {day}, which does not count: {length}", day=at, length=_length(period))
        case Skipped(name="", days=days):
            return tr("Left out: weekends, days: {count}", count=len(days))
        case Skipped(name=name, days=days):
            return tr("Left out: {name}, {span}, days: {count}", name=name, span=_span(days), count=len(days))
        case Worked(days=days):
            return tr("Counted although at a weekend, for it is worked: {days}", days=", ".join(map(str, days)))
        case MonthEnd(day=day):
            return tr("That month has no such day, so it is its last: {day}", day=day)
        case Suspended(first=first, last=last, reason=reason):
            return tr(
                "Not counted: {reason}, {span}, days: {count}",
                reason=reason,
                span=_span((first, last)),
                count=step.days,
            )
        case Moved(since=since, to=to, name=name):
            why = name or tr("a weekend")
            return tr("{since} is a day off ({why}), so it moves on to {to}", since=since, why=why, to=to)


def _length(period: Period) -> str:
    return tr(LENGTHS[period.unit], count=period.count)


def _span(days: Sequence[date]) -> str:
    return str(days[0]) if days[0] == days[-1] else tr("{first} to {last}", first=days[0], last=days[-1])


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")
