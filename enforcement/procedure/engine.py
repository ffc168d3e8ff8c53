"""The engine of a procedure: for a case at an instant, what may be done, by whom, what stands in the way and by which article.

Pure: a position and a profile in, offers out. It never changes a case; `effect_of` says what an act would do, and the case file's own
fold (`enforcement.casefile.track`) does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from enforcement.journal.procedure_acts import Effect
from enforcement.procedure.checks import CHECKED, Refusal, when_of
from enforcement.procedure.position import Position
from enforcement.procedure.profile import ActRule, Profile
from enforcement.values.errors import KnownError

CLOCKS_APART = timedelta(minutes=10)
"""How far a device's clock may be behind another's before an act counts as lying in the future."""


@dataclass(frozen=True)
class Person:
    """Who would do it: certificate number and roles."""

    number: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Offer:
    """An act that has its place now. It may be done when nothing stands in the way."""

    rule: ActRule
    refusals: tuple[Refusal, ...]

    @property
    def allowed(self) -> bool:
        return not self.refusals


def offers(profile: Profile, position: Position, person: Person) -> tuple[Offer, ...]:
    """What has its place now and is this person's to do, in the table's order; each with what still stands in the way of it."""
    return tuple(
        Offer(rule, tuple(_standing(profile, rule, position, (person,))))
        for rule in profile.rules
        if rule.who in person.roles and _offered(profile, rule, position)
    )


def refusals(
    profile: Profile,
    rule: ActRule,
    position: Position,
    people: Sequence[Person],
    values: Mapping[str, Any],
    at: datetime,
    now: datetime | None = None,
) -> tuple[Refusal, ...]:
    """Everything against this act by these people (the first signs, the second co-signs), with these values, done at `at`. `position`
    is that of `at`; `now` (default the position's) is when it is written down.
    """
    found = list(_standing(profile, rule, position, people))
    if not _offered(profile, rule, position):
        found.insert(0, Refusal(f"案件现在的状态不适用“{rule.label}”", rule.basis))
    if rule.second and len({one.number for one in people}) < 2:
        found.append(Refusal("执法人员不得少于两人", "行政处罚法第四十二条"))
    if at > (now or position.at) + CLOCKS_APART:
        found.append(Refusal("时间在将来", "行政处罚法第四十七条"))
    found += _too_early(profile, rule, position, at)
    for name in rule.checks:
        wrong = CHECKED[name](position, values, at)
        if wrong is not None:
            found.append(wrong)
    return tuple(found)


def require(
    profile: Profile,
    rule: ActRule,
    position: Position,
    people: Sequence[Person],
    values: Mapping[str, Any],
    at: datetime,
    now: datetime | None = None,
) -> None:
    """Raises KnownError(procedure.refused) with `items` and `bases`."""
    refuse(rule, refusals(profile, rule, position, people, values, at, now))


def refuse(rule: ActRule, found: Sequence[Refusal]) -> None:
    """Raises KnownError(procedure.refused) with `items` and `bases` where anything was found."""
    if found:
        items = [f"{one.words}（{one.basis}）" for one in found]
        raise KnownError("procedure.refused", act=rule.id, items=items, bases=[one.basis for one in found])


def effect_of(
    rule: ActRule, position: Position, values: Mapping[str, Any], at: datetime, bars: Sequence[str]
) -> Effect:
    """What the act does, for its entry. `bars`: certificate numbers that it recuses."""
    marks = [*rule.marks]
    clears = [*rule.clears]
    for choice, then in rule.choices.items():
        path, _, option = choice.partition("=")
        if values.get(path) == option:
            marks += [name for name in then.split() if not name.startswith("!")]
            clears += [name.removeprefix("!") for name in then.split() if name.startswith("!")]
    return Effect(
        stage=rule.stage,
        marks=tuple(marks),
        clears=tuple(clears),
        events={name: when_of(values, path, at) for name, path in rule.events.items()},
        forgets=rule.forgets,
        slot=rule.slot,
        frees=rule.frees,
        amounts={name: _sum(position, values, path) for name, path in rule.amounts.items()},
        adds={name: _sum(position, values, path) for name, path in rule.adds.items()},
        halts=rule.halts,
        resumes=rule.resumes,
        bars=tuple(bars),
        turn=rule.turn or ("officer" if rule.who != "officer" else ""),
    )


def _too_early(profile: Profile, rule: ActRule, position: Position, at: datetime) -> Iterator[Refusal]:
    """What must stand before an act was done before it."""
    needed: set[str] = set()
    for text in (rule.offer, *(profile.guards[name].need for name in rule.guards)):
        for way in profile.parsed[text].ways:
            if all(position.is_so(name) == wanted for name, wanted in way):
                needed |= {name for name, wanted in way if wanted}
                break
    for name in sorted(needed & position.track.marks):
        setter = next((act for act in reversed(position.track.acts) if name in act.body.effect.marks), None)
        if setter is not None and at + CLOCKS_APART < setter.body.at:
            label = profile.rule(setter.body.act).label
            yield Refusal(f"时间早于“{label}”，次序颠倒", "行政处罚法第四十七条")


def _offered(profile: Profile, rule: ActRule, position: Position) -> bool:
    return profile.parsed[rule.offer].holds(position.is_so)


def _standing(profile: Profile, rule: ActRule, position: Position, people: Sequence[Person]) -> Iterator[Refusal]:
    """What stands in the way whatever the values are."""
    for person in people:
        if rule.who not in person.roles:
            yield Refusal(f"须由{WHO[rule.who]}办理", rule.basis)
        if person.number in position.track.barred:
            yield Refusal("已经决定回避，不得再办理本案", "行政处罚法第四十三条")
        for part in rule.apart:
            if person.number in position.track.parts.get(part, frozenset()):
                yield Refusal(f"{PARTS.get(part, part)}不得同时{ACTING.get(rule.part, '办理此事')}", rule.basis)
    for name in rule.guards:
        guard = profile.guards[name]
        if not profile.parsed[guard.need].holds(position.is_so):
            yield Refusal(guard.words, guard.basis)


def _sum(position: Position, values: Mapping[str, Any], path: str) -> int:
    """A sum (fen) by its path; `fine` is the proposal's where the values name none, `zero` nothing; a minus takes away."""
    name = path.removeprefix("-")
    if name == "zero":
        return 0
    value = values.get(name)
    if value is None and name == "fine":
        value = position.situation.fine_fen
    total = int(value or 0)
    return -total if path.startswith("-") else total


WHO: Mapping[str, str] = {"officer": "执法人员", "supervisor": "行政机关负责人", "reviewer": "法制审核人员"}
PARTS: Mapping[str, str] = {
    "investigator": "本案调查人员",
    "reviewer": "本案法制审核人员",
    "head": "审批人员",
    "host": "听证主持人",
}
ACTING: Mapping[str, str] = {
    "reviewer": "担任法制审核人员",
    "host": "主持听证",
    "head": "审查批准",
    "investigator": "调查取证",
}
