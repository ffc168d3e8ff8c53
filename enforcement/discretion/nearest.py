"""Why not the other tier: the smallest change of facts that would lead to a heavier or to a lighter row.

One fact is changed at a time, to the nearest value that does it; where no single one does, two together. The table itself is
asked, so the answer holds whatever rows and rules of winning it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from enforcement.discretion.model import Determination
from enforcement.discretion.runs import runs_of
from enforcement.discretion.table import Table, table_of
from enforcement.rules import FactSpec, FactValue, LoadedPack, format_fact

Facts = Mapping[str, FactValue]
Axis = Sequence[FactValue | None]


class WhyNot(NamedTuple):
    """Two sentences; empty where there is no tier, or nothing to say."""

    heavier: str
    lighter: str


class _Step(NamedTuple):
    """One fact taken from the run it is in to another one."""

    spec: FactSpec
    axis: Axis
    at: int
    to: int


Change = tuple[_Step, ...]


def why_not(loaded: LoadedPack, violation_id: str, facts: Facts, found: Determination) -> WhyNot:
    """Both sentences for a determination that these facts led to."""
    if not found.tier:
        return WhyNot("", "")
    violation = loaded.violation(violation_id)
    day = found.decided_on if found.judged_by == "decision" else found.acted_on
    table = table_of(loaded, violation, loaded.version_at(violation, day))
    tiers = table.version.tiers
    rank = tiers.index(table.tier_at(facts))
    if len(tiers) == 1:
        return WhyNot("", "")
    heavier = "已是最重的阶次" if rank == len(tiers) - 1 else _sentence(table, facts, rank, up=True)
    lighter = "已是最轻的阶次" if rank == 0 else _sentence(table, facts, rank, up=False)
    return WhyNot(heavier, lighter)


def _sentence(table: Table, facts: Facts, rank: int, *, up: bool) -> str:
    steps = list(_steps(table, facts))
    fitting = _fitting(table, facts, rank, [(step,) for step in steps], up)
    if not fitting:
        pairs = [pair for pair in combinations(steps, 2) if pair[0].spec is not pair[1].spec]
        fitting = _fitting(table, facts, rank, pairs, up)
    if not fitting:
        return "要同时改变三项以上的事实，才会改变阶次"
    goal = min(at for _, at in fitting) if up else max(at for _, at in fitting)
    nearest: dict[tuple[str, ...], Change] = {}
    for change, at in fitting:
        key = tuple(step.spec.id for step in change)
        if at == goal and (key not in nearest or _distance(change) < _distance(nearest[key])):
            nearest[key] = change
    ways = "，或者".join("且".join(_words(step) for step in change) for change in nearest.values())
    label = table.version.tiers[goal].label
    return f"{ways}时才进入{label}" if up else f"{ways}时才是{label}"


def _fitting(table: Table, facts: Facts, rank: int, changes: Sequence[Change], up: bool) -> list[tuple[Change, int]]:
    """Changes that lead to a heavier (or lighter) row, with that row's place."""
    reached = ((change, _rank(table, facts, change)) for change in changes)
    return [(change, at) for change, at in reached if (at > rank if up else at < rank)]


def _steps(table: Table, facts: Facts) -> Iterator[_Step]:
    for spec in table.violation.facts:
        if spec.id not in facts:
            continue
        axis = [value for value in runs_of(spec, table.version) if value is not None]
        here = _place(spec, axis, facts[spec.id])
        for to in range(len(axis)):
            if to != here:
                yield _Step(spec, axis, here, to)


def _place(spec: FactSpec, axis: Axis, value: FactValue) -> int:
    """The run that a value lies in."""
    if spec.kind in ("choice", "flag"):
        return list(axis).index(value)
    return max((at for at, start in enumerate(axis) if _order(start) <= _order(value)), default=0)


def _order(value: FactValue | None) -> tuple[int, str]:
    return (value, "") if isinstance(value, int) else (0, str(value))


def _rank(table: Table, facts: Facts, steps: Sequence[_Step]) -> int:
    changed = dict(facts)
    for step in steps:
        value = step.axis[step.to]
        if value is not None:
            changed[step.spec.id] = value
    return table.version.tiers.index(table.tier_at(changed))


def _distance(change: Sequence[_Step]) -> int:
    return sum(abs(step.to - step.at) for step in change)


def _words(step: _Step) -> str:
    spec, value = step.spec, step.axis[step.to]
    assert value is not None
    match spec.kind:
        case "choice":
            return f"{spec.label}为{format_fact(spec, value)}"
        case "flag":
            return spec.label if value else f"未{spec.label}"
        case "date":
            later = step.to > step.at
            return f"{spec.label}在{value}{'或者以后' if later else '以前'}"
        case _:
            if step.to > step.at:
                return f"{spec.label}达到{format_fact(spec, value)}"
            after = step.axis[step.to + 1]
            assert after is not None
            return f"{spec.label}不满{format_fact(spec, after)}"
