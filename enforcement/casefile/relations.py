"""Fold steps of how cases stand to each other, and of evidence that counts here though its original lies in another's file."""

from __future__ import annotations

from dataclasses import replace

from enforcement.casefile.state import CaseFile, NoEffect, Relation
from enforcement.journal import Entry
from enforcement.journal.relation_acts import CaseRelated, EvidenceShared


def related(state: CaseFile, entry: Entry, body: CaseRelated) -> CaseFile:
    """A case that was merged by an act without effect (another device decided it meanwhile) was not merged."""
    _open(state)
    if body.case == state.case_id:
        raise NoEffect("a case is not related to itself")
    if body.way == "into" and not any(act.entry == body.act for act in state.track.acts):
        raise NoEffect("the act that it rests on has no effect")
    if body.way == "apart" and not any(one.case == body.case for one in state.related):
        raise NoEffect("the cases are not related")
    return replace(state, related=related_after(state.related, body, entry.hash))


def shared(state: CaseFile, _: Entry, body: EvidenceShared) -> CaseFile:
    """The same paper counts once."""
    _open(state)
    if body.case == state.case_id:
        raise NoEffect("it is this case's own")
    if any(one.entry == body.entry for one in state.shared):
        raise NoEffect("it is on the case already")
    return replace(state, shared=(*state.shared, body))


def related_after(before: tuple[Relation, ...], body: CaseRelated, entry: bytes) -> tuple[Relation, ...]:
    """The relations after an entry: at most one to each case, the newest last."""
    others = tuple(one for one in before if one.case != body.case)
    if body.way == "apart":
        return others
    return (*others, Relation(body.case, body.way, body.number, body.party, entry))


def _open(state: CaseFile) -> None:
    if state.opened_at is None:
        raise NoEffect("the case is not open")
