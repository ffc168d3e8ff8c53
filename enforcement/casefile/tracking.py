"""Fold steps of the acts of a procedure: what of an act the record itself allows, whoever did it."""

from __future__ import annotations

from dataclasses import replace

from enforcement.casefile.state import CaseFile, NoEffect
from enforcement.casefile.track import Act, advanced
from enforcement.journal import Entry
from enforcement.journal.procedure_acts import (
    ActCosigned,
    ActDone,
    PaperPrinted,
    PaperSigned,
    PaperVoided,
    TurnedOrdinary,
)

IN_CONFLICT = "与同一事项的另一记录冲突，未生效，等待监督人员处理"
NOT_TAKEN = "冲突经监督人员处理，不予采用：{words}"
WITHOUT_EFFECT = "未生效"
"""Why a paper that was issued is not the case's."""


def turned(state: CaseFile, _: Entry, __: TurnedOrdinary) -> CaseFile:
    """From here on the ordinary procedure; what was decided on the spot stays so."""
    _open(state)
    if state.decision is not None:
        raise NoEffect("the decision was already issued")
    return replace(state, procedure="ordinary", informed=None, statement=None)


def done(state: CaseFile, entry: Entry, body: ActDone) -> CaseFile:
    """An act; one that needs a second signature waits for it."""
    _open(state)
    act = Act(body, entry.hash, entry.certificate, entry.at)
    _free(state, act)
    if body.second:
        return replace(state, track=replace(state.track, pending=(*state.track.pending, act)))
    return replace(state, track=advanced(state.track, act))


def cosigned(state: CaseFile, entry: Entry, body: ActCosigned) -> CaseFile:
    """The second signature: now the act has its effect, unless another took its place meanwhile."""
    _open(state)
    act = next((one for one in state.track.pending if one.entry == body.act), None)
    if act is None:
        raise NoEffect("no such act waits for a second signature")
    if entry.certificate in act.people:
        raise NoEffect("both signatures are of the same officer")
    _free(state, act)
    waiting = tuple(one for one in state.track.pending if one is not act)
    track = replace(state.track, pending=waiting)
    return replace(state, track=advanced(track, replace(act, cosigned_by=body.shown)))


def fallen(state: CaseFile, entry: Entry, words: str) -> CaseFile:
    """A paper whose act has no effect was issued all the same: it stays with the case, with its number and why it does not count."""
    body = entry.body
    if not isinstance(body, ActDone) or body.paper is None:
        return state
    act = Act(body, entry.hash, entry.certificate, entry.at, fell=words)
    return replace(state, track=replace(state.track, fallen=(*state.track.fallen, act)))


def signed(state: CaseFile, _: Entry, body: PaperSigned) -> CaseFile:
    """A signature under the paper that was issued, and under no other."""
    act = _paper(state, body.act)
    assert act.body.paper is not None
    if act.body.paper.content_digest != body.content_digest:
        raise NoEffect("what was signed is not the paper that was issued")
    return _changed(state, act, replace(act, signatures=(*act.signatures, body)))


def printed(state: CaseFile, _: Entry, body: PaperPrinted) -> CaseFile:
    """A print."""
    act = _paper(state, body.act)
    return _changed(state, act, replace(act, prints=act.prints + body.copies))


def voided(state: CaseFile, _: Entry, body: PaperVoided) -> CaseFile:
    """A voided paper keeps its number."""
    act = _paper(state, body.act)
    if act.voided:
        raise NoEffect("the document was already voided")
    return _changed(state, act, replace(act, voided=body.words))


def _open(state: CaseFile) -> None:
    if state.opened_at is None:
        raise NoEffect("the case is not open")


def _free(state: CaseFile, act: Act) -> None:
    slot = act.body.effect.slot
    taken = state.track.slots.get(slot) if slot and slot not in act.body.effect.frees else None
    if taken is not None:
        raise NoEffect("another act of this kind already stands", conflicts_with=taken)
    _waits(state, act.body.answers)


def _waits(state: CaseFile, asked: bytes) -> None:
    """What an act decides was asked for and waits still: nobody has decided it otherwise, and it was not taken back."""
    if not asked:
        return
    acts = state.track.acts
    at = next((number for number, one in enumerate(acts) if one.entry == asked), None)
    if at is None:
        raise NoEffect("what was decided was not asked for")
    open_ = set(acts[at].body.effect.marks)
    other = next((one for one in acts[at + 1 :] if open_ & set(one.body.effect.clears)), None)
    if other is not None:
        raise NoEffect("it was already decided", conflicts_with=other.entry)


def _paper(state: CaseFile, entry: bytes) -> Act:
    act = state.track.act(entry)
    if act is None or act.body.paper is None:
        raise NoEffect("this case has no document of that act")
    return act


def _changed(state: CaseFile, old: Act, new: Act) -> CaseFile:
    track = state.track
    return replace(
        state,
        track=replace(
            track,
            acts=tuple(new if one is old else one for one in track.acts),
            pending=tuple(new if one is old else one for one in track.pending),
            fallen=tuple(new if one is old else one for one in track.fallen),
        ),
    )
