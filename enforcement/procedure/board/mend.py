"""Where a line of the board leads: the act that is still to be done, the paper that lacks something, the page that measures, a part of the
case; or plainly nowhere, because what happened cannot be mended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from enforcement.casefile import Act, CaseFile
from enforcement.procedure.engine import Person, offers
from enforcement.procedure.position import Position
from enforcement.procedure.profile import ActRule, Profile, Who

Part = Literal[
    "party", "place", "happened", "facts", "statement", "evidence", "reasons", "record", "cosign",
    "delivered", "print", "answer", "approve",
]  # fmt: skip
"""A part of a case as it is shown, or what is pressed there."""
PART_OF: dict[str, Part] = {
    "party": "party",
    "happened": "happened",
    "violation": "facts",
    "statement": "statement",
    "heard_words": "statement",
    "evidence": "evidence",
    "sum": "reasons",
    "deviation": "reasons",
}
"""Where a field of the page that measures is seen in the case; every other is a matter of the record."""
ON_PAGE = frozenset(("place", "happened", "violation", "evidence", "sum", "deviation"))
"""What the page that measures still changes in a case under the ordinary procedure."""
EVERYBODY: frozenset[str] = frozenset(("officer", "supervisor", "reviewer"))
ENDS = frozenset(("decided", "ended", "closed"))


@dataclass(frozen=True)
class Mend:
    """`act`: its page, at `field` of its form. `paper`: the paper of `entry`, which lacks `field`. `page`: the page that measures, at
    `field`. `notice`: the decision on the spot. `part`: what is pressed or filled in the case itself. `theirs`: the act is for `who` to
    do. `stays`: nothing mends it, and `part` shows it. `entry`, where there is one, is the entry of the record that is meant.
    """

    way: Literal["act", "paper", "page", "notice", "part", "theirs", "stays"]
    act: str = ""
    field: str = ""
    entry: bytes = b""
    part: Part = "record"
    who: Who | Literal[""] = ""


@dataclass(frozen=True)
class Bearings:
    """Whose hand it would be, on which case. `position` is None for a decision on the spot; `page`: this person has a page of the case
    open that measures.
    """

    case: CaseFile
    person: Person
    profile: Profile
    position: Position | None = None
    page: bool = False


def mend_of(wanted: str, found: Bearings) -> Mend:
    """What `act:`, `done:`, `form:` or `field:` of a line comes to for this person now."""
    kind, _, name = wanted.partition(":")
    if kind == "done":
        return _as_done(bytes.fromhex(name), found)
    if kind == "field":
        return _field(name, found)
    if found.position is None:
        return _on_the_spot(kind, name, found)
    if kind == "act":
        return _act(name, found, found.position)
    form, _, path = name.partition(".")
    return _form(form, path, found, found.position)


def _as_done(entry: bytes, found: Bearings) -> Mend:
    """An act as it stands: its paper, its missing second signature, or its line on the record."""
    act = found.case.track.act(entry)
    if act is None:
        return Mend("stays", entry=entry)
    if act in found.case.track.pending:
        rule = found.profile.rule(act.body.act)
        mine = rule.who in found.person.roles and found.person.number not in act.people
        return Mend("part" if mine else "theirs", act=rule.id, entry=entry, part="cosign", who=rule.who)
    if act.body.paper is not None and not act.voided:
        return Mend("paper", act=act.body.act, entry=entry)
    return Mend("stays", act=act.body.act, entry=entry)


def _act(name: str, found: Bearings, position: Position) -> Mend:
    """The act, where it has its place now; else what it became."""
    mine = _offered([name], found, position)
    if mine is not None:
        return mine
    done = [one for one in position.track.acts if one.body.act in (name, name.replace(".asked", ".approved"))]
    paper = next((one for one in reversed(done) if one.body.paper is not None and not one.voided), None)
    if paper is not None:
        return Mend("paper", act=name, entry=paper.entry)
    return Mend("stays", act=name, entry=done[-1].entry if done else b"")


def _form(form: str, path: str, found: Bearings, position: Position) -> Mend:
    """The paper that lacks it, the latest where none does; before there is one, the act that issues it."""
    papers = [one for one in position.track.acts if _is_of(one, form) and not one.voided]
    if papers:
        lacking = [one for one in papers if path and not _has(one, path)]
        one = (lacking or papers)[-1]
        return Mend("paper", act=one.body.act, field=path, entry=one.entry)
    issuing = [rule.id for rule in found.profile.rules if form in (rule.form, rule.asks)]
    offered = _offered(issuing, found, position)
    if offered is not None:
        return Mend(offered.way, act=offered.act, field=path, who=offered.who)
    done = [one for one in position.track.acts if one.body.act in issuing]
    return Mend("stays", field=path, entry=done[-1].entry if done else b"")


def _offered(names: Sequence[str], found: Bearings, position: Position) -> Mend | None:
    """The first of these acts that has its place now, those first that nothing stands in the way of; another's is theirs."""
    for person in (found.person, Person("", EVERYBODY)):
        here = [one for one in offers(found.profile, position, person) if one.rule.id in names]
        if here:
            rule: ActRule = sorted(here, key=lambda one: not one.allowed)[0].rule
            return Mend("act" if person is found.person else "theirs", act=rule.id, who=rule.who)
    return None


def _field(name: str, found: Bearings) -> Mend:
    case, officer = found.case, "officer" in found.person.roles
    part: Part = "facts" if name.startswith("fact.") else PART_OF.get(name, "record")
    if found.position is not None:
        if officer and not case.track.marks & ENDS and (name in ON_PAGE or name.startswith("fact.")):
            return Mend("page", field=name)
        return Mend("stays", field=name, part=part)
    decision = case.decision
    if decision is None or decision.voided:
        return Mend("page", field=name) if found.page else Mend("stays", field=name, part=part)
    if name == "print" or (name == "delivered" and not decision.delivered):
        return Mend(
            "part" if officer else "theirs", field=name, part="print" if name == "print" else "delivered", who="officer"
        )
    return Mend("stays", field=name, part=part)


def _on_the_spot(kind: str, name: str, found: Bearings) -> Mend:
    """A decision on the spot has no acts of a procedure: what its notice says stands, but for what the supervisor still asks."""
    case, roles = found.case, found.person.roles
    if kind == "form" and case.decision is not None:
        return Mend("notice", field=name.partition(".")[2])
    if name == "review.answered" and case.status == "returned":
        return Mend("part" if "officer" in roles else "theirs", act=name, part="answer", who="officer")
    if name == "review.approved" and case.status in ("issued", "answered"):
        return Mend("part" if "supervisor" in roles else "theirs", act=name, part="approve", who="supervisor")
    return Mend("page", field=name) if found.page else Mend("stays", act=name)


def _is_of(act: Act, form: str) -> bool:
    return act.body.paper is not None and act.body.paper.form == form


def _has(act: Act, path: str) -> bool:
    """Whether the paper says something at a dotted path."""
    assert act.body.paper is not None
    value: object = {**act.body.values, **act.body.paper.content}
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value not in (None, "", [], ())
