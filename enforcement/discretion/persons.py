"""Who cannot be punished, or only more lightly, and from when on nobody is: APL Art. 29, 30, 31, 36."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from enforcement.discretion.model import Determination, Reason

MAY_IMPOSE_FROM = 14
ADULT = 18


@dataclass(frozen=True)
class ActContext:
    """What is known besides the facts. Days are local; the hearing thresholds (fen) are the agency's, or None.

    `acted_on` is the act's day, or its last day where it went on; `found_on` is when it came to the agency's notice, which
    is what limitation runs to, by default the day of the decision. `already_fined`: another agency has fined this act.
    `hearing_included` says whether a sum equal to the threshold reaches it.
    """

    acted_on: date
    decided_on: date
    party_kind: str
    party_age: int | None = None
    hearing_citizen_fen: int | None = None
    hearing_organisation_fen: int | None = None
    found_on: date | None = None
    capacity: Literal["full", "limited", "none"] = "full"
    already_fined: bool = False
    hearing_included: bool = True

    @property
    def simple(self) -> bool:
        """Whether nothing is known that could refuse or lighten: decided on the day of the act, of an adult."""
        return (
            self.party_age is None
            and self.found_on is None
            and self.acted_on == self.decided_on
            and self.capacity == "full"
            and not self.already_fined
        )

    @property
    def hearing_fen(self) -> int | None:
        """The threshold for this kind of party."""
        return self.hearing_organisation_fen if self.party_kind == "organisation" else self.hearing_citizen_fen


def context_in(found: Determination) -> ActContext:
    """What was known when a determination was made, to ask the same question again."""
    return ActContext(
        acted_on=found.acted_on,
        decided_on=found.decided_on,
        party_kind=found.party_kind,
        party_age=found.age,
        hearing_citizen_fen=found.hearing_fen,
        hearing_organisation_fen=found.hearing_fen,
        found_on=found.found_on,
        capacity=found.capacity,
        already_fined=found.already_fined,
        hearing_included=found.hearing_included,
    )


def refusals_of(context: ActContext, long_limitation: bool) -> tuple[str, ...]:
    """Why nothing may be imposed; empty when something may. `long_limitation`: the table says that these facts endanger life,
    health or financial safety with harm (APL Art. 36)."""
    if context.simple:
        return ()
    found: list[str] = []
    if context.party_age is not None and context.party_age < MAY_IMPOSE_FROM:
        found.append("当事人不满十四周岁，不予处罚，责令监护人加以管教（行政处罚法第三十条）")
    if context.capacity == "none":
        found.append("当事人不能辨认或者不能控制自己行为，不予处罚，责令监护人严加看管和治疗（行政处罚法第三十一条）")
    years = 5 if long_limitation else 2
    if (context.found_on or context.decided_on) > years_after(context.acted_on, years):
        found.append(f"违法行为已超过{'五' if years == 5 else '二'}年追责期限，不再处罚（行政处罚法第三十六条）")
    if context.decided_on < context.acted_on:
        found.append("决定日期早于违法行为日期")
    if context.already_fined:
        found.append("同一违法行为已被罚款，不得再次罚款（行政处罚法第二十九条）")
    return tuple(found)


def notes_of(context: ActContext) -> tuple[Reason, ...]:
    """Lighter because of the person."""
    if context.simple:
        return ()
    found: list[Reason] = []
    if context.party_age is not None and MAY_IMPOSE_FROM <= context.party_age < ADULT:
        text = "当事人已满十四周岁不满十八周岁，应当从轻或者减轻"
        found.append(Reason(kind="lighter", text=text, basis="行政处罚法第三十条"))
    if context.capacity == "limited":
        text = "当事人尚未完全丧失辨认或者控制自己行为的能力，可以从轻或者减轻"
        found.append(Reason(kind="lighter", text=text, basis="行政处罚法第三十一条"))
    return tuple(found)


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 28 February for the 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
