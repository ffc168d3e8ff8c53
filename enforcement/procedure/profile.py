"""A procedure as data: its acts, who may do each, what must stand before, and what it does to the case.

Read from TOML (resources/procedure/<id>.toml) and checked whole: a mark that nothing sets, a guard, an event, a deadline or a check
that is unknown is refused by its place. An approval stands in the file once and is three acts: asked for, approved, refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import msgspec

from enforcement.procedure.conditions import Condition, condition
from enforcement.procedure.deadline_table import DOCUMENT, DeadlineTable
from enforcement.rules.citations import citations
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_plain

Who = Literal["officer", "supervisor", "reviewer"]
FLAGS: Mapping[str, str] = {
    "facts": "违法事实已经记录",
    "evidence": "有证据入卷",
    "recorded": "有录音录像入卷",
    "proposed": "两名执法人员已按裁量基准提出处理意见",
    "hearing_due": "属于应当告知听证权利的情形",
    "legality_due": "属于应当法制审核的情形",
    "discussion_due": "属于应当集体讨论的情形",
    "exempt_must": "依法应当不予处罚",
    "exempt_may": "可以不予处罚",
    "related": "与另案并案调查",
    "fined": "决定了罚款",
    "pays_late": "缴款期限或者分期的期限已过而未缴清",
    "paid_some": "已经缴过款",
}
"""What a condition may ask that no act sets, by name and in words."""
CHECKS = frozenset(
    ("not_heavier", "hearing_called", "hearing_time", "statement_over", "part_payment", "full_payment", "refund")
)
"""Checks of sums and times, by the names of their functions in `enforcement.procedure.checks`."""


class Guard(Record):
    """What must stand before an act; `words` say what is wrong when it does not, `basis` by which article."""

    need: str
    words: str
    basis: str


class ActRule(Record):
    """One act. `second`: two officers sign. `part`: what its people are from then on; people of `apart` may not do it.

    `form`: the paper that it issues; `asks`: the form whose fields it fills without issuing it; `merges`: the act whose values the
    paper takes over; `answers`: the act that asked for it, decided once only. `offer`: when it is offered at all; `guards`: what
    must stand. `events`: name to the path of the value that says when, or "" for the instant of the act; `amounts` and `adds`: name
    to the path of a sum, `-` before it takes away. `turn`: whose turn it is next; after an act of the head's or a reviewer's the
    officers' unless it says otherwise.
    """

    id: str
    label: str
    who: Who
    basis: str
    stage: str = ""
    second: bool = False
    part: str = ""
    apart: tuple[str, ...] = ()
    form: str = ""
    asks: str = ""
    merges: str = ""
    answers: str = ""
    offer: str = ""
    guards: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    events: dict[str, str] = msgspec.field(default_factory=dict)
    forgets: tuple[str, ...] = ()
    slot: str = ""
    frees: tuple[str, ...] = ()
    amounts: dict[str, str] = msgspec.field(default_factory=dict)
    adds: dict[str, str] = msgspec.field(default_factory=dict)
    halts: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    bars: str = ""
    turn: Literal["", "officer", "supervisor", "reviewer"] = ""
    choices: dict[str, str] = msgspec.field(default_factory=dict)
    status: Literal["verified", "unverified"] = "verified"


class Approval(Record):
    """Asked for by officers, decided by the head (负责人); what is granted sets `marks` and all else that an act may."""

    id: str
    label: str
    basis: str
    form: str
    asker: Who = "officer"
    second: bool = True
    stage: str = ""
    part: Literal["", "investigator", "host"] = "investigator"
    offer: str = ""
    guards: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    events: dict[str, str] = msgspec.field(default_factory=dict)
    forgets: tuple[str, ...] = ()
    slot: str = ""
    frees: tuple[str, ...] = ()
    turn: Literal["", "officer", "supervisor", "reviewer"] = ""
    choices: dict[str, str] = msgspec.field(default_factory=dict)
    status: Literal["verified", "unverified"] = "verified"


@dataclass(frozen=True)
class Profile:
    """A checked procedure. `rules` in the file's order."""

    id: str
    title: str
    version: str
    stages: tuple[str, ...]
    guards: Mapping[str, Guard]
    rules: tuple[ActRule, ...]
    parsed: Mapping[str, Condition] = field(repr=False, default_factory=dict)

    @property
    def name(self) -> str:
        """As an act's entry names it."""
        return f"{self.id}@{self.version}"

    @cached_property
    def _by_id(self) -> Mapping[str, ActRule]:
        return {rule.id: rule for rule in self.rules}

    def label_of(self, id_: str) -> str:
        """What an act is called; its id where this program does not know it."""
        found = self._by_id.get(id_)
        return id_ if found is None else found.label

    def rule(self, id_: str) -> ActRule:
        """Raises KnownError(procedure.unknown_act)."""
        found = self._by_id.get(id_)
        if found is None:
            raise KnownError("procedure.unknown_act", act=id_, profile=self.name)
        return found


def read_profile(raw: bytes, file: str, deadlines: DeadlineTable, forms: frozenset[str]) -> Profile:
    """The checked profile. Raises KnownError(procedure.profile_invalid) with `file`, `where` and `why`."""
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _fail(file, "$", str(error)) from error
    unknown = sorted(set(table) - {"id", "title", "version", "stages", "guards", "acts", "approvals"})
    if unknown:
        raise _fail(file, unknown[0], "unknown key")
    guards = {name: _record(Guard, row, file, f"guards.{name}") for name, row in dict(table.get("guards", {})).items()}
    rules: list[ActRule] = []
    for row in table.get("acts", []):
        rules.append(_record(ActRule, row, file, f"acts.{row.get('id', '?')}"))
    for row in table.get("approvals", []):
        rules += _three(_record(Approval, row, file, f"approvals.{row.get('id', '?')}"))
    texts = {guard.need for guard in guards.values()} | {rule.offer for rule in rules}
    parsed: dict[str, Condition] = {}
    for text in texts:
        try:
            parsed[text] = condition(text)
        except ValueError as error:
            raise _fail(file, text, str(error)) from error
    profile = Profile(
        id=str(table.get("id", "")),
        title=str(table.get("title", "")),
        version=str(table.get("version", "")),
        stages=tuple(table.get("stages", ())),
        guards=guards,
        rules=tuple(rules),
        parsed=parsed,
    )
    for where, why in _faults(profile, deadlines, forms):
        raise _fail(file, where, why)
    return profile


def _three(one: Approval) -> list[ActRule]:
    """An approval's acts. Who decides is none of those who asked (APL Art. 57: the head examines what was investigated)."""
    asked = f"{one.id}_asked"
    offer = f"!{asked}" if not one.offer else " | ".join(f"{way} & !{asked}" for way in one.offer.split("|"))
    common = {"basis": one.basis, "status": one.status}
    ask = ActRule(
        id=f"{one.id}.asked",
        label=f"呈批：{one.label}",
        who=one.asker,
        second=one.second,
        part=one.part,
        asks=one.form,
        offer=offer,
        guards=one.guards,
        checks=one.checks,
        marks=(asked,),
        turn="supervisor",
        **common,  # type: ignore[arg-type]
    )
    granted = ActRule(
        id=f"{one.id}.approved",
        label=f"批准：{one.label}",
        who="supervisor",
        part="head",
        apart=(one.part,),
        form=one.form,
        merges=ask.id,
        answers=ask.id,
        offer=asked,
        guards=one.guards,
        stage=one.stage,
        marks=one.marks,
        clears=(asked, *one.clears),
        events=one.events,
        forgets=one.forgets,
        slot=one.slot,
        frees=one.frees,
        choices=one.choices,
        turn=one.turn,
        **common,  # type: ignore[arg-type]
    )
    refused = ActRule(
        id=f"{one.id}.refused",
        label=f"不批准：{one.label}",
        who="supervisor",
        part="head",
        apart=(one.part,),
        form=one.form,
        merges=ask.id,
        answers=ask.id,
        offer=asked,
        clears=(asked,),
        **common,  # type: ignore[arg-type]
    )
    return [ask, granted, refused]


def _faults(profile: Profile, deadlines: DeadlineTable, forms: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Everything that types cannot say."""
    for key in ("id", "title", "version"):
        if not getattr(profile, key):
            yield key, "is needed"
    chosen = {
        name.removeprefix("!") for rule in profile.rules for then in rule.choices.values() for name in then.split()
    }
    known = {mark for rule in profile.rules for mark in rule.marks} | chosen | set(FLAGS)
    parts = {rule.part for rule in profile.rules}
    ids = [rule.id for rule in profile.rules]
    terms = {rule.id for rule in deadlines.rules}
    for text, parsed in profile.parsed.items():
        for name in parsed.names:
            of_term = name.removeprefix("over.")
            if name not in known and not (name.startswith("over.") and of_term in terms):
                yield text, f"nothing sets {name}"
    for name, guard in profile.guards.items():
        if not guard.words or not _is_basis(guard.basis):
            yield f"guards.{name}", "words and an article are needed"
    for rule in profile.rules:
        where = f"acts.{rule.id}"
        wrong: tuple[tuple[bool, str], ...] = (
            (ids.count(rule.id) > 1, "stands twice"),
            (not _is_basis(rule.basis), "an article is needed"),
            (rule.stage not in ("", *profile.stages), f"unknown stage {rule.stage}"),
            (rule.form not in ("", *forms), f"unknown form {rule.form}"),
            (rule.asks not in ("", *forms), f"unknown form {rule.asks}"),
            (rule.merges not in ("", *ids), f"unknown act {rule.merges}"),
            (rule.answers not in ("", *ids), f"unknown act {rule.answers}"),
            (not set(rule.guards) <= set(profile.guards), "unknown guard"),
            (not set(rule.checks) <= CHECKS, "unknown check"),
            (not set(rule.apart) <= parts, "nobody ever has that part"),
            (not set(rule.clears) <= known, "clears what nothing sets"),
            (not {*rule.events, *rule.forgets} <= set(deadlines.events), "unknown event"),
            (not {*rule.halts, *rule.resumes} <= terms, "unknown deadline"),
        )
        for is_wrong, why in wrong:
            if is_wrong:
                yield where, why


def _is_basis(text: str) -> bool:
    return bool(citations(text) or DOCUMENT.search(text))


def _record(kind: type[Any], row: Mapping[str, Any], file: str, where: str) -> Any:
    try:
        return from_plain(kind, row)
    except KnownError as error:
        raise _fail(file, where, str(error.details["why"])) from error


def _fail(file: str, where: str, why: str) -> KnownError:
    return KnownError("procedure.profile_invalid", file=file, where=where, why=why)
