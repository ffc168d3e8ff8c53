"""What a tale is made of: acts of somebody on a day with what they write, and those that every tale has.

Days count from the day on which the violation was found; they lie in the past, as when a paper file is entered afterwards. Everything in
them is invented; the rules of the procedure and the ruler decide whether each step is lawful and what it comes to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from desktop.app.demo_story import Cast
from enforcement.values.clock import LOCAL

Role = Literal["officer", "supervisor", "reviewer"]
PROPOSE = "propose"
"""Not an act of the procedure's table: both officers put forward a sum by the ruler."""


@dataclass(frozen=True)
class Step:
    """`act` by somebody of `by` on day `day`, done at `at` after `took` minutes; `values` by the path of the form's field.
    `party_signs`: on the screen, once the paper stands.
    """

    act: str
    by: Role
    day: int
    at: str
    values: Mapping[str, Any] = field(default_factory=dict)
    took: int = 0
    party_signs: bool = False


@dataclass(frozen=True)
class Tale:
    """A case: what was found, and its steps. `why` it goes on under the ordinary procedure."""

    name: str
    violation: str
    typed: str
    place: str
    happened: str
    facts: Mapping[str, str]
    why: str
    began: date
    steps: tuple[Step, ...]
    ends: str

    def began_of(self, step: Step) -> str:
        """When a step that took its time began, as a form's minute; empty for one that did not."""
        began = self.moment(step.day, step.at) - timedelta(minutes=step.took)
        return began.replace(tzinfo=None).isoformat(timespec="minutes") if step.took else ""

    def moment(self, day: int, at: str) -> datetime:
        """An instant of the tale."""
        return datetime.combine(self.began + timedelta(days=day), time.fromisoformat(at), LOCAL)


def opening(cast: Cast, source: str, day0: date) -> list[Step]:
    return [
        Step(
            "opening.asked",
            "officer",
            0,
            "15:00",
            {"source": source, "received_on": day0.isoformat(), "opinions.officer": "初步查明有违法事实，建议立案。"},
        ),
        Step("opening.approved", "supervisor", 1, "09:00", {"opinions.head": "同意立案。"}),
    ]


def person(cast: Cast) -> dict[str, str]:
    return {
        "person.name": cast.company.representative,
        "person.sex": "男",
        "person.id": "99010019800101001X",
        "person.unit": f"{cast.company.name}，法定代表人",
        "person.phone": cast.company.phone,
        "person.address": cast.company.address,
    }


def inquiry(cast: Cast, day: int, at: str, talk: list[tuple[str, str]]) -> Step:
    return Step(
        "evidence.inquired",
        "officer",
        day,
        at,
        {
            **person(cast),
            "person.age": 46,
            "place": cast.company.address,
            "dialogue": [{"ask": ask, "answer": answer} for ask, answer in talk],
            "checked": "以上笔录与我说的一致",
        },
        took=25,
        party_signs=True,
    )


def inspection(cast: Cast, day: int, narrative: str) -> Step:
    return Step(
        "evidence.inspected",
        "officer",
        day,
        "10:20",
        {
            "present": cast.company.representative,
            "shown": "已出示，当事人确认无误",
            "recusal": "不申请",
            "narrative": narrative,
            "checked": "以上内容属实",
        },
        took=40,
        party_signs=True,
    )


def served(act: str, cast: Cast, day: int, at: str) -> Step:
    return Step(
        act,
        "officer",
        day,
        at,
        {
            "place": cast.company.address,
            "way": "直接",
            "receiver": cast.company.representative,
            "relation": "法定代表人",
        },
        party_signs=True,
    )


def agreed(what: str, day: int, at: str) -> Step:
    return Step(f"{what}.approved", "supervisor", day, at, {"opinions.head": "同意。"})


def closing(day: int, corrected: str = "") -> list[Step]:
    return [
        Step(
            "closing.asked",
            "officer",
            day,
            "10:00",
            {"opinions.officer": "已经办结，建议结案归档。"} | ({"corrected": corrected} if corrected else {}),
        ),
        Step("closing.approved", "supervisor", day + 1, "09:30", {"opinions.head": "同意结案。"}),
    ]


def filed(day: int, result: str, archive: str) -> Step:
    return Step(
        "archive.filed",
        "officer",
        day,
        "16:00",
        {"volume": "正卷", "result": result, "archive": archive, "keep": "30年", "pages": 1},
    )
