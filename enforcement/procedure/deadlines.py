"""What is due when, with its derivation. The reminder is one day before the last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from enforcement.casefile import CaseFile
from enforcement.law import Due, HolidayCalendar, Period, count
from enforcement.values.errors import KnownError

RECORD_WORKDAYS = 2
"""Days for handing in a fine collected on the spot (APL Art. 71: two workdays)."""
PUBLICITY_WORKDAYS = 7
"""A penalty is made public within 7 workdays (国办发〔2018〕118号)."""
PAYMENT_DAYS = 15
"""Payment within 15 natural days of receipt (APL Art. 67)."""


@dataclass(frozen=True)
class Deadline:
    """`due` is the last day; `basis` the article; `why` how it was counted."""

    what: str
    due: date
    basis: str
    why: str


def deadlines_of(
    case: CaseFile, issued_on: date | None, on_spot_payment: bool, calendar: HolidayCalendar
) -> tuple[Deadline, ...]:
    """The deadlines that the case has now, earliest first. `issued_on` is the local date of the decision.

    Where the calendar does not hold the year, the deadline is left out rather than guessed.
    """
    decision = case.decision
    if decision is None or issued_on is None or decision.voided:
        return ()
    found: list[Deadline] = []
    if on_spot_payment:
        found += _workdays("当场收缴的罚款须交至机关", issued_on, RECORD_WORKDAYS, "行政处罚法第七十一条", calendar)
    if not on_spot_payment and decision.act.fine_fen:
        due = issued_on + timedelta(days=PAYMENT_DAYS)
        found.append(Deadline("当事人缴纳罚款期满", due, "行政处罚法第六十七条", f"自{issued_on}起15日，起算日不计"))
    if case.status != "approved":
        found += _workdays(
            "处罚决定须公示，先行备案审核", issued_on, PUBLICITY_WORKDAYS, "国办发〔2018〕118号", calendar
        )
    return tuple(sorted(found, key=lambda item: item.due))


def _workdays(what: str, start: date, days: int, basis: str, calendar: HolidayCalendar) -> list[Deadline]:
    try:
        counted = count(Period(unit="workdays", count=days), start, calendar)
    except KnownError:
        return []
    assert isinstance(counted, Due)
    return [Deadline(what, counted.last_day, basis, f"自{start}起{days}个工作日，起算日不计，节假日顺延")]
