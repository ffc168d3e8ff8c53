"""What changes for whom between two packs: facts that meet another tier or another sum, with an example; not lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod
from random import Random
from typing import NamedTuple

from enforcement.authoring.proof import Facts
from enforcement.discretion import ActContext, Determination, evaluate
from enforcement.discretion.runs import runs_of
from enforcement.rules import FactSpec, FactValue, LoadedPack, Violation, ViolationVersion, format_fact
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text

MAX_CELLS = 20_000
Values = Sequence[FactValue | None]


@dataclass(frozen=True)
class Change:
    """One change: `kind` is added, removed, asked (other facts are asked), or measured (facts come off differently). For the last
    one `example` are facts of both tables, `cases` how many kinds of case change so, `where` what they have in common.
    """

    kind: str
    violation: str
    title: str
    words: str
    party: str = ""
    example: Facts | None = None
    cases: int = 0
    where: str = ""
    sampled: bool = False


def diff(old: LoadedPack, new: LoadedPack, day: date | None = None) -> list[Change]:
    """Every change of behaviour between two packs, by default on the day on which the new one begins to hold."""
    at = day or max(new.pack.valid_from, old.pack.valid_from)
    before = {violation.id: violation for violation in old.pack.violations}
    after = {violation.id: violation for violation in new.pack.violations}
    found: list[Change] = []
    for name, violation in after.items():
        if name not in before:
            found.append(Change("added", name, violation.title, f"新增：{violation.title}"))
    for name, violation in before.items():
        if name not in after:
            found.append(Change("removed", name, violation.title, f"删去：{violation.title}"))
        else:
            found += _compare(old, violation, new, after[name], at)
    return found


def _compare(old: LoadedPack, was: Violation, new: LoadedPack, now: Violation, day: date) -> Iterator[Change]:
    first, second = _version(was, day), _version(now, day)
    yield from _asked(was, now)
    specs = {spec.id: spec for spec in (*was.facts, *now.facts)}
    axes = {name: runs_of(spec, first, second) for name, spec in specs.items()}
    cells, sampled = _cells(list(axes.values()))
    found: dict[tuple[str, str, str], list[tuple[str, list[tuple[Facts, Outcome, Outcome]]]]] = {}
    for party in dict.fromkeys((*first.parties(), *second.parties())):
        groups: dict[tuple[str, str], list[tuple[Facts, Outcome, Outcome]]] = {}
        for cell in cells:
            facts: Facts = {name: value for name, value in zip(axes, cell, strict=True) if value is not None}
            one, other = _outcome(old, was, first, facts, party), _outcome(new, now, second, facts, party)
            if one != other:
                key = (one.tier, other.tier) if one.tier != other.tier else (one.whole, other.whole)
                groups.setdefault(key, []).append((facts, one, other))
        for (before, after), cases in groups.items():
            where = _common(specs, axes, [facts for facts, _, _ in cases])
            found.setdefault((before, after, where), []).append((party, cases))
    for (before, after, where), by_party in found.items():
        parties = "、".join(_PARTY[party] for party, _ in by_party)
        facts, one, other = by_party[0][1][0]
        example = (
            f"{_describe(specs, facts)}：{one.sum}改为{other.sum}" if one.sum != other.sum else _describe(specs, facts)
        )
        words = f"{now.title}（{parties}）：{where or '任何情形'}：由{before}改为{after}；例如{example}"
        count = sum(len(cases) for _, cases in by_party)
        party = ",".join(party for party, _ in by_party)
        yield Change("measured", now.id, now.title, words, party, facts, count, where, sampled)


def _asked(was: Violation, now: Violation) -> Iterator[Change]:
    before, after = {spec.id: spec for spec in was.facts}, {spec.id: spec for spec in now.facts}
    gone = [spec.label for name, spec in before.items() if name not in after]
    come = [spec.label for name, spec in after.items() if name not in before]
    other = [spec.label for name, spec in after.items() if name in before and spec != before[name]]
    parts = [
        f"{words}：{'、'.join(labels)}"
        for words, labels in (("不再询问", gone), ("新增事实", come), ("事实含义改变", other))
        if labels
    ]
    if parts:
        yield Change("asked", now.id, now.title, f"{now.title}：{'；'.join(parts)}")


class Outcome(NamedTuple):
    """What facts come to, in words: the tier with its band, the sum, and everything."""

    tier: str
    sum: str
    whole: str


def _outcome(loaded: LoadedPack, violation: Violation, version: ViolationVersion, facts: Facts, party: str) -> Outcome:
    known: dict[str, FactValue] = {}
    for spec in violation.facts:
        if spec.id in facts:
            known[spec.id] = facts[spec.id]
    day = max(version.valid_from, loaded.pack.valid_from)
    try:
        found = evaluate(loaded, violation.id, known, ActContext(day, day, party))
    except KnownError as error:
        return _alone(f"不能处罚（{error.code}）")
    return _words(found)


def _alone(words: str) -> Outcome:
    return Outcome(words, words, words)


def _words(found: Determination) -> Outcome:
    if found.steps:
        return _alone(f"须先{'、'.join(step.text for step in found.steps)}")
    if found.band_lo is None:
        return _alone("缺少事实" if found.missing else "不予处罚")
    top = f"{plain_text(found.band_hi)}元" if found.band_hi is not None else "以上"
    tier, sum_ = f"{found.tier_label}{plain_text(found.band_lo)}–{top}", f"{plain_text(found.recommended_fen or 0)}元"
    extra = [{"must": "应当不予处罚", "may": "可以不予处罚"}.get(found.exempt, "")]
    extra += [f"{'并' if one.must else '可'}{one.text}" for one in found.beside]
    return Outcome(tier, sum_, "、".join([tier, f"建议{sum_}", *(one for one in extra if one)]))


def _cells(axes: Sequence[Values]) -> tuple[list[tuple[FactValue | None, ...]], bool]:
    if prod(len(axis) for axis in axes) <= MAX_CELLS:
        return list(product(*axes)), False
    chance = Random(len(axes))
    return [tuple(chance.choice(axis) for axis in axes) for _ in range(MAX_CELLS)], True


def _common(specs: Mapping[str, FactSpec], axes: Mapping[str, Values], cases: Sequence[Facts]) -> str:
    """What the changed cases have in common: for each fact that is not free, the values that it has in them."""
    parts: list[str] = []
    for name, axis in axes.items():
        spec = specs[name]
        values = [value for value in axis if value is not None and any(one.get(name) == value for one in cases)]
        if len(values) == len([value for value in axis if value is not None]) or not values:
            continue
        if spec.kind in ("number", "count", "date"):
            place = list(axis).index(values[-1])
            after = axis[place + 1] if place + 1 < len(axis) else None
            low = format_fact(spec, values[0])
            below = f"、不满{format_fact(spec, after)}" if after is not None else "以上"
            parts.append(
                f"{spec.label}{low}起{below}"
                if values[0] != axis[0]
                else f"{spec.label}不满{format_fact(spec, after)}"
                if after is not None
                else ""
            )
        else:
            parts.append(f"{spec.label}为{'、'.join(format_fact(spec, value) for value in values)}")
    return "，".join(part for part in parts if part)


def _describe(specs: Mapping[str, FactSpec], facts: Facts) -> str:
    return "、".join(f"{spec.label}{format_fact(spec, facts[name])}" for name, spec in specs.items() if name in facts)


def _version(violation: Violation, day: date) -> ViolationVersion:
    """The version of that day, or the nearest one."""
    held = [
        one for one in violation.versions if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
    ]
    return held[0] if held else violation.versions[-1]


_PARTY = {"organisation": "单位", "citizen": "公民", "sole_trader": "个体工商户"}
