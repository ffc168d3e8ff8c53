"""The additional fine (加处罚款): 3 % of what is unpaid a day from the day after the last day to pay, never more than the fine itself, and
none for days of a reconsideration or suit (行政处罚法第七十二条、第七十三条). With instalments each runs from its own last day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from enforcement.law import Suspension

RATE_PERCENT = 3
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Instalment:
    """A part of the fine (fen) and its last day."""

    due: date
    fen: int


@dataclass(frozen=True)
class Surcharge:
    """`fen` in all; `days` on which it ran; `capped` at the fine."""

    fen: int
    days: int
    capped: bool


def surcharge(
    fine_fen: int,
    plan: Iterable[Instalment],
    payments: Iterable[tuple[date, int]],
    until: date,
    stopped: Iterable[Suspension] = (),
) -> Surcharge:
    """What has been added by the end of `until`. `plan`: when which part had to be paid; `payments`: (day, fen); a payment on a day
    counts on that day already. Sums are fen and rounded down once, at the end.
    """
    parts, paid, halts = sorted(plan, key=lambda one: one.due), sorted(payments), tuple(stopped)
    if not parts:
        return Surcharge(0, 0, False)
    hundredths, days, day = 0, 0, parts[0].due + ONE_DAY
    while day <= until:
        due = sum(one.fen for one in parts if one.due < day)
        owed = due - sum(fen for at, fen in paid if at <= day)
        if owed > 0 and not any(one.first <= day and (one.last is None or day <= one.last) for one in halts):
            hundredths += owed * RATE_PERCENT
            days += 1
            if hundredths >= fine_fen * 100:
                return Surcharge(fine_fen, days, True)
        day += ONE_DAY
    return Surcharge(hundredths // 100, days, False)
