"""Checks of sums and times that a condition cannot say, by the name that a procedure's table gives them.

Each looks at the position, the values of the act and its instant, and gives what is wrong with its article, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from enforcement.casefile.track import local_day
from enforcement.law import Due, Period, count
from enforcement.procedure.position import Position
from enforcement.values.clock import LOCAL
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text

WORKDAY_PERIODS = frozenset((2, 3, 5, 7))
"""行政处罚法第八十五条: periods of so many days are working days."""


@dataclass(frozen=True)
class Refusal:
    """Why an act may not follow, in a review board's words, and by which article."""

    words: str
    basis: str


Check = Callable[[Position, Mapping[str, Any], datetime], "Refusal | None"]


def not_heavier(position: Position, values: Mapping[str, Any], _: datetime) -> Refusal | None:
    """A defence makes nothing heavier, and nothing is decided above what was told (APL Art. 44, 45)."""
    told = position.track.amounts.get("told")
    fine = values.get("after_fine", values.get("fine", position.situation.fine_fen))
    if told is None or fine is None or fine <= told:
        return None
    return Refusal(f"罚款{plain_text(fine)}元高于告知的{plain_text(told)}元", "行政处罚法第四十四条、第四十五条第二款")


def hearing_called(position: Position, values: Mapping[str, Any], at: datetime) -> Refusal | None:
    """Told seven working days before (APL Art. 64 item 2)."""
    held = _instant(values.get("at"))
    if held is None:
        return None  # the form's own missing list says so
    try:
        found = count(Period(unit="workdays", count=7, before=True), local_day(held), position.calendar)
    except KnownError as error:
        return Refusal(f"{error.details.get('year')}年的节假日尚未公布，不能确定工作日", "行政处罚法第八十五条")
    last = found.last_day if isinstance(found, Due) else local_day(at)
    if local_day(at) <= last:
        return None
    return Refusal("听证应当在举行的七个工作日以前通知", "行政处罚法第六十四条第（二）项")


def hearing_time(position: Position, _: Mapping[str, Any], at: datetime) -> Refusal | None:
    """Not before the hour that the party was told."""
    called = position.track.last("hearing.called")
    held = None if called is None else _instant(called.body.values.get("at"))
    if held is None or at >= held:
        return None
    return Refusal("听证不得早于通知的时间举行", "行政处罚法第六十四条第（二）项")


def statement_over(position: Position, _: Mapping[str, Any], at: datetime) -> Refusal | None:
    """The days that the notice gave for a statement have run out; a notice of the right to a hearing gives five working days."""
    notice = position.track.last("notice.given", "notice.hearing")
    served = position.track.last("notice.served", "notice.hearing_served")
    if notice is None or served is None:
        return Refusal("告知书尚未送达", "行政处罚法第四十四条")
    days = int(notice.body.values.get("days", 5) or 5)
    period = Period(unit="workdays" if days in WORKDAY_PERIODS else "days", count=days)
    try:
        found = count(period, local_day(served.body.at), position.calendar)
    except KnownError as error:
        return Refusal(f"{error.details.get('year')}年的节假日尚未公布，不能确定工作日", "行政处罚法第八十五条")
    if isinstance(found, Due) and local_day(at) > found.last_day:
        return None
    return Refusal(f"陈述、申辩的期限（{days}日）尚未届满", "行政处罚法第四十五条第一款")


def part_payment(position: Position, values: Mapping[str, Any], at: datetime) -> Refusal | None:
    """Less than what is owed."""
    total, owed = int(values.get("sum", 0) or 0), position.owed(local_day(at))
    if 0 < total < owed:
        return None
    return Refusal(f"缴款数额应当少于尚欠的{plain_text(max(owed, 0))}元，缴清的另行登记", "行政处罚法第七十条")


def full_payment(position: Position, values: Mapping[str, Any], at: datetime) -> Refusal | None:
    """Exactly what is owed, the additional fine of that day with it (APL Art. 72)."""
    total, owed = int(values.get("sum", 0) or 0), position.owed(local_day(at))
    if total == owed:
        return None
    added = position.surcharge(local_day(at)).fen
    of_it = f"，其中加处罚款{plain_text(added)}元" if added else ""
    return Refusal(f"尚欠{plain_text(max(owed, 0))}元{of_it}，与缴款数额不符", "行政处罚法第七十二条")


def refund(position: Position, values: Mapping[str, Any], _: datetime) -> Refusal | None:
    """What was paid, whole."""
    if int(values.get("sum", 0) or 0) == position.track.amounts.get("paid", 0):
        return None
    return Refusal(f"退还数额应当是已缴的{plain_text(position.track.amounts.get('paid', 0))}元", "行政处罚法第七十条")


def _instant(text: Any) -> datetime | None:
    """A minute or a day of a form's value, in Chinese time where it says none."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=LOCAL)


def when_of(values: Mapping[str, Any], path: str, at: datetime) -> datetime:
    """The instant at a path of the values, or `at`; a day without an hour is its noon, so that it stays the same day."""
    text = values.get(path) if path else None
    found = _instant(text)
    if found is None:
        return at
    bare = isinstance(text, str) and len(text) == len(date.min.isoformat())
    return found + timedelta(hours=12) if bare else found


CHECKED: Mapping[str, Check] = {
    "not_heavier": not_heavier,
    "hearing_called": hearing_called,
    "hearing_time": hearing_time,
    "statement_over": statement_over,
    "part_payment": part_payment,
    "full_payment": full_payment,
    "refund": refund,
}
