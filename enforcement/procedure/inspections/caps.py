"""How often an enterprise may be inspected in a year (国办发〔2024〕54号): caps, what counts, and what may go beyond.

Which visits count and whether a cap stops a visit or only warns differ by place, so all of it is data
(resources/inspections/caps.toml). A visit counts in the year in which it began, by local date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import msgspec

from enforcement.journal.visit_acts import VisitType
from enforcement.procedure.inspections.reading import fault, no_twice, read_record
from enforcement.values.shapes import Record

CapState = Literal["allowed", "warned", "blocked"]
Beyond = Literal["allow", "warn", "block"]
_STATE: dict[Beyond, CapState] = {"allow": "allowed", "warn": "warned", "block": "blocked"}


class Level(Record):
    """A level of enforcement body."""

    id: str
    label: str


class CapRule(Record):
    """At most `per_year` visits of these types at this level to one enterprise. `source` says where it is published."""

    level: str
    types: tuple[VisitType, ...]
    per_year: int
    beyond: Beyond
    source: str
    status: Literal["verified", "unverified", "local"]


class Trigger(Record):
    """Why a visit is made. `counts`: it is one of the year's visits; `beyond` is what a reached cap means to it, in place of the
    rule's own; `exempt` are the words for the approval sheet; `urgent`: it may be done first and approved afterwards.
    """

    id: str
    label: str
    type: VisitType
    counts: bool
    source: str
    status: Literal["verified", "unverified", "local"]
    beyond: Literal["", "allow", "warn", "block"] = ""
    exempt: str = ""
    urgent: bool = False
    by_hand: bool = True


class CapTable(Record):
    """`level` is the agency's own."""

    level: str
    levels: tuple[Level, ...]
    rules: tuple[CapRule, ...]
    triggers: tuple[Trigger, ...]
    labels: dict[str, str] = msgspec.field(default_factory=dict)

    def trigger(self, id_: str) -> Trigger | None:
        return next((one for one in self.triggers if one.id == id_), None)


@dataclass(frozen=True)
class PastVisit:
    """A visit that was begun: local date, type and trigger."""

    day: date
    type: VisitType
    trigger: str


@dataclass(frozen=True)
class CapAnswer:
    """Whether one more visit is allowed: `times` were counted, `cap` is the lowest that applies, `words` say it with the source."""

    state: CapState
    times: int
    cap: int | None
    words: str
    source: str


def read_caps(raw: bytes, file: str) -> CapTable:
    """The checked table. Raises KnownError(inspection.data_invalid)."""
    table = read_record(CapTable, raw, file)
    levels = [one.id for one in table.levels]
    no_twice(levels, file, "levels")
    no_twice([one.id for one in table.triggers], file, "triggers")
    if table.level not in levels:
        raise fault(file, "level", f"{table.level} is no level")
    for number, rule in enumerate(table.rules):
        key = f"rules[{number}]"
        if rule.level not in levels:
            raise fault(file, f"{key}.level", f"{rule.level} is no level")
        if rule.per_year < 0:
            raise fault(file, f"{key}.per_year", "is negative")
        if not rule.types:
            raise fault(file, f"{key}.types", "names no type")
        if not rule.source.strip():
            raise fault(file, f"{key}.source", "a cap names where it is published")
    for trigger in table.triggers:
        if not trigger.source.strip():
            raise fault(file, f"triggers.{trigger.id}.source", "a trigger names what it rests on")
        if trigger.beyond in ("allow", "warn") and not trigger.exempt:
            raise fault(file, f"triggers.{trigger.id}.exempt", "what goes beyond a cap says why")
    return table


def count_visits(visits: Iterable[PastVisit], year: int, table: CapTable, types: Iterable[VisitType] = ()) -> int:
    """How many of a year count, of these types or of all. A trigger that the table does not know counts: nothing is hidden."""
    wanted = frozenset(types)
    return sum(
        visit.day.year == year
        and (not wanted or visit.type in wanted)
        and ((trigger := table.trigger(visit.trigger)) is None or trigger.counts)
        for visit in visits
    )


def check_cap(visits: Iterable[PastVisit], year: int, trigger: Trigger, table: CapTable) -> CapAnswer:
    """Whether one more visit of this trigger may be planned; the strictest rule of the agency's level answers."""
    past = tuple(visits)
    rules = [rule for rule in table.rules if rule.level == table.level and trigger.type in rule.types]
    times = count_visits(past, year, table)
    if not rules:
        return CapAnswer("allowed", times, None, "本机关没有公布适用的年度频次上限", "")
    order: tuple[CapState, ...] = ("allowed", "warned", "blocked")
    found = [_one(rule, count_visits(past, year, table, rule.types), trigger) for rule in rules]
    return max(found, key=lambda one: (order.index(one.state), -(one.cap or 0)))


def _one(rule: CapRule, times: int, trigger: Trigger) -> CapAnswer:
    said = f"本年度已查{times}次，上限{rule.per_year}次"
    if times < rule.per_year:
        return CapAnswer("allowed", times, rule.per_year, said, rule.source)
    beyond = trigger.beyond or rule.beyond
    why = f"；{trigger.exempt}" if trigger.exempt and beyond != "block" else ""
    end = "，不得再查" if beyond == "block" else ""
    return CapAnswer(_STATE[beyond], times, rule.per_year, f"{said}，已达上限{end}{why}", rule.source)
