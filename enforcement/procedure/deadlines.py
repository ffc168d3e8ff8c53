"""What is due when in a case, by the table of deadlines, with its derivation. What cannot be counted is said, not left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from enforcement.casefile import CaseStatus
from enforcement.law import Counted, Due, HolidayCalendar, Suspension, count
from enforcement.procedure.deadline_table import DeadlineRule, DeadlineTable, Procedure
from enforcement.values.errors import KnownError

PAYMENT, RECONSIDERATION, SUIT = "penalty.payment", "review.application", "suit.after_review"
"""The deadlines that a notice names: 行政处罚法第六十七条、行政复议法第二十条、行政诉讼法第四十五条."""


@dataclass(frozen=True)
class Uncountable:
    """The holidays of `year` are not known yet."""

    year: int


@dataclass(frozen=True)
class Deadline:
    """A deadline that has begun and is not settled."""

    rule: DeadlineRule
    found: Counted | Uncountable


def open_deadlines(
    rules: Iterable[DeadlineRule],
    procedure: Procedure,
    events: Mapping[str, date | datetime],
    calendar: HolidayCalendar,
    suspensions: Mapping[str, Iterable[Suspension]] | None = None,
) -> tuple[Deadline, ...]:
    """Every verified deadline that an event has begun and none has ended, earliest first; those without a last day come behind.

    `events`: when each happened, local days, instants for hours. `suspensions`: by the deadline's id.
    """
    stopped = suspensions or {}
    found = [
        Deadline(rule, _counted(rule, events[rule.begins], calendar, stopped.get(rule.id, ())))
        for rule in rules
        if rule.status == "verified"
        and (not rule.procedures or procedure in rule.procedures)
        and rule.begins in events
        and not any(event in events for event in rule.ends)
    ]
    return tuple(sorted(found, key=lambda one: one.found.last_day if isinstance(one.found, Due) else date.max))


@dataclass(frozen=True)
class OnSpot:
    """What of a case of the summary procedure begins and ends deadlines: its status as folded, the local date of the decision,
    the fine in fen, and whether it was collected on the spot.
    """

    status: CaseStatus
    issued_on: date | None
    fine_fen: int
    collected: bool


def deadlines_of(case: OnSpot, table: DeadlineTable, calendar: HolidayCalendar) -> tuple[Deadline, ...]:
    """The deadlines to watch that it has now."""
    events = _events_of(case)
    watched = (rule for rule in table.rules if rule.watch)
    return open_deadlines(watched, "summary", events, calendar)


def _events_of(case: OnSpot) -> dict[str, date | datetime]:
    """What has happened. A decision on the spot is handed over as it is made (行政处罚法第五十二条)."""
    if case.issued_on is None or case.status == "voided":
        return {}
    happened = ["decision.made", "penalty.imposed", "decision.served"]
    if case.fine_fen:
        happened.append("fine.imposed")
    if case.collected:
        happened += ["fine.collected", "fine.paid"]
    if case.status == "approved":
        happened.append("decision.recorded")
    return dict.fromkeys(happened, case.issued_on)


def _counted(
    rule: DeadlineRule, begun: date | datetime, calendar: HolidayCalendar, suspensions: Iterable[Suspension]
) -> Counted | Uncountable:
    try:
        return count(rule.period, begun, calendar, suspensions)
    except KnownError as error:
        if error.code != "period.year_unknown":
            raise
        return Uncountable(int(str(error.details["year"])))
