"""The fold: entries in causal order, each either has its effect or stays in the record with the reason why not.

The rules here are about the record itself (what can follow what, whoever did it); who may do it is `procedure`'s.
Every step is a small function (state, entry, body) -> state; it raises `NoEffect` when the merged state does not
allow it. Nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from enforcement.casefile import relations, tracking
from enforcement.casefile.settling import Settled, check_settlement, next_settlement, with_settlement
from enforcement.casefile.state import (
    CaseFile,
    Decision,
    Deviation,
    EvidenceItem,
    Line,
    NoEffect,
    Proposal,
    ReviewState,
    Statement,
)
from enforcement.journal import Entry, Unknown, in_causal_order
from enforcement.journal.acts import (
    CaseCosigned,
    CaseDetermined,
    CaseOpened,
    ConflictSettled,
    DecisionDelivered,
    DecisionIssued,
    DeviationAsked,
    DeviationDecided,
    DocumentPrinted,
    DocumentPrintedInField,
    DocumentSigned,
    DocumentVoided,
    EvidenceAdded,
    FactsRecorded,
    PartyChanged,
    PartyInformed,
    ReviewAnswered,
    ReviewApproved,
    ReviewReturned,
    StatementRecorded,
)
from enforcement.journal.media_acts import RecordingKept
from enforcement.journal.procedure_acts import (
    ActCosigned,
    ActDone,
    PaperPrinted,
    PaperSigned,
    PaperVoided,
    TurnedOrdinary,
)
from enforcement.journal.relation_acts import CaseRelated, EvidenceShared

DECISION = "decision"
"""The slot of an ordinary procedure that its decision takes."""
Step = Callable[[CaseFile, Entry, Any], CaseFile]


def fold_case(case_id: UUID, entries: Iterable[Entry]) -> CaseFile:
    """The case that these entries make. Entries whose parents are not here yet are listed in `waiting`."""
    ordered, waiting = in_causal_order(entries)
    begun = CaseFile(case_id=case_id, waiting=tuple(entry.hash for entry in waiting))
    settled: Settled = {}
    state = _folded(begun, ordered, settled)
    while (one := next_settlement(ordered, state.conflicts, settled)) is not None:
        settled = with_settlement(settled, one)
        state = _folded(begun, ordered, settled)
    return state


def _folded(state: CaseFile, ordered: Iterable[Entry], settled: Settled) -> CaseFile:
    for entry in ordered:
        if entry.hash in settled:
            state = replace(state, lines=(*state.lines, Line(entry, False, "settled by a supervisor")))
            state = tracking.fallen(state, entry, tracking.NOT_TAKEN.format(words=settled[entry.hash][1].words))
        else:
            state = _apply(state, entry, settled)
    return state


def _apply(state: CaseFile, entry: Entry, settled: Settled) -> CaseFile:
    if isinstance(entry.body, Unknown):
        line = Line(entry, False, "made by a newer version of the program; kept")
        return replace(state, lines=(*state.lines, line), unknown_kinds=(*state.unknown_kinds, entry.kind))
    step = _STEPS.get(type(entry.body))
    if step is None:
        return replace(state, lines=(*state.lines, Line(entry, False, "belongs to no case")))
    try:
        if isinstance(entry.body, ConflictSettled):
            check_settlement(entry, entry.body, settled)
        state = step(state, entry, entry.body)
    except NoEffect as no:
        line = Line(entry, False, no.why)
        clash = ((no.conflicts_with, entry.hash),) if no.conflicts_with else ()
        state = tracking.fallen(state, entry, tracking.IN_CONFLICT if clash else tracking.WITHOUT_EFFECT)
        return replace(state, lines=(*state.lines, line), conflicts=(*state.conflicts, *clash))
    return replace(state, lines=(*state.lines, Line(entry, True)))


def _opened(state: CaseFile, entry: Entry, body: CaseOpened) -> CaseFile:
    if state.opened_at is not None:
        raise NoEffect("the case was already open")
    return replace(
        state,
        inspection=body.inspection,
        party=body.party,
        unit=body.unit,
        officer=body.officer,
        place=body.place,
        found_at=body.found_at,
        opened_at=entry.at,
        procedure=body.procedure,
    )


def _undecided(state: CaseFile) -> None:
    if state.opened_at is None:
        raise NoEffect("the case is not open")
    if state.decision is not None or DECISION in state.track.slots:
        raise NoEffect("the decision was already issued")


def _party_changed(state: CaseFile, _: Entry, body: PartyChanged) -> CaseFile:
    _undecided(state)
    return replace(state, party=body.party, informed=None, statement=None, deviation=None, proposal=None)


def _evidence(state: CaseFile, entry: Entry, body: EvidenceAdded) -> CaseFile:
    if state.opened_at is None:
        raise NoEffect("the case is not open")
    if any(item.act.evidence == body.evidence for item in state.evidence):
        raise NoEffect("it is on the case already")
    return replace(state, evidence=(*state.evidence, EvidenceItem(body, entry.hash)))


def _recording(state: CaseFile, _: Entry, body: RecordingKept) -> CaseFile:
    if not any(one.act.evidence == body.evidence for one in state.evidence):
        raise NoEffect("there is no such evidence in the case")
    if any(one.evidence == body.evidence for one in state.recordings):
        raise NoEffect("the recording was described before")
    return replace(state, recordings=(*state.recordings, body))


def _facts(state: CaseFile, _: Entry, body: FactsRecorded) -> CaseFile:
    _undecided(state)
    return replace(state, facts=body, place=body.place or state.place)


def _informed(state: CaseFile, _: Entry, body: PartyInformed) -> CaseFile:
    _undecided(state)
    return replace(state, informed=body)


def _statement(state: CaseFile, entry: Entry, body: StatementRecorded) -> CaseFile:
    _undecided(state)
    return replace(state, statement=Statement(body.made, body.words, body.heard, entry.at))


def _determined(state: CaseFile, entry: Entry, body: CaseDetermined) -> CaseFile:
    _undecided(state)
    return replace(state, proposal=Proposal(body, entry.hash, entry.certificate, entry.at))


def _deviation_asked(state: CaseFile, entry: Entry, body: DeviationAsked) -> CaseFile:
    _undecided(state)
    return replace(state, deviation=Deviation(body, entry.hash, entry.certificate, entry.at))


def _deviation_decided(state: CaseFile, entry: Entry, body: DeviationDecided) -> CaseFile:
    asked = state.deviation
    if asked is not None and asked.entry == body.asked and asked.answer:
        raise NoEffect("it was already decided", conflicts_with=asked.answer)
    _undecided(state)
    if asked is None or asked.entry != body.asked:
        raise NoEffect("what was decided is not what is asked now")
    if entry.certificate == asked.officer:
        raise NoEffect("nobody allows themselves to deviate")
    decided = replace(
        asked,
        state="allowed" if body.allowed else "refused",
        by=body.shown,
        words=body.words,
        decided_at=entry.at,
        answer=entry.hash,
    )
    return replace(state, deviation=decided)


def _cosigned(state: CaseFile, entry: Entry, body: CaseCosigned) -> CaseFile:
    _undecided(state)
    proposal = state.proposal
    if proposal is None or proposal.entry != body.determination:
        raise NoEffect("what was co-signed is not the determination that stands")
    if entry.certificate == proposal.officer:
        raise NoEffect("both signatures are of the same officer")
    return replace(state, proposal=replace(proposal, cosigned_by=body.shown, cosigned_at=entry.at))


def _issued(state: CaseFile, entry: Entry, body: DecisionIssued) -> CaseFile:
    if state.opened_at is None:
        raise NoEffect("the case is not open")
    if state.decision is not None:
        raise NoEffect("a decision was already issued", conflicts_with=state.decision.entry)
    proposal = state.proposal
    if proposal is None or proposal.entry != body.determination or proposal.cosigned_by is None:
        raise NoEffect("the determination was not co-signed")
    return replace(state, decision=Decision(body, entry.hash, entry.at), review=ReviewState("waiting"))


def _decision(state: CaseFile, number: str | None = None) -> Decision:
    if state.decision is None:
        raise NoEffect("there is no decision")
    if number is not None and number != state.decision.act.number:
        raise NoEffect("this case has no document of that number")
    return state.decision


def _printed(state: CaseFile, _: Entry, body: DocumentPrinted | DocumentPrintedInField) -> CaseFile:
    decision = _decision(state, body.number)
    return replace(state, decision=replace(decision, prints=decision.prints + body.copies))


def _voided(state: CaseFile, _: Entry, body: DocumentVoided) -> CaseFile:
    decision = _decision(state, body.number)
    if decision.voided:
        raise NoEffect("the document was already voided")
    return replace(state, decision=replace(decision, voided=body.words))


def _hand(state: CaseFile, _: Entry, body: DocumentSigned) -> CaseFile:
    decision = _decision(state, body.number)
    if decision.act.content_digest != body.content_digest:
        raise NoEffect("what was signed is not the decision that was issued")
    if any((one.role, one.name) == (body.role, body.name) and one.strokes for one in decision.signatures):
        raise NoEffect("the same person has signed already")
    return replace(state, decision=replace(decision, signatures=(*decision.signatures, body)))


def _delivered(state: CaseFile, _: Entry, body: DecisionDelivered) -> CaseFile:
    decision = _decision(state)
    if decision.delivered:
        raise NoEffect("the decision was already delivered")
    return replace(state, decision=replace(decision, delivered=body.outcome, delivered_words=body.words))


def _reviewable(state: CaseFile, decision: bytes) -> ReviewState:
    if state.decision is None or state.review is None or state.decision.entry != decision:
        raise NoEffect("what was reviewed is not the decision that stands")
    return state.review


def _approved(state: CaseFile, _: Entry, body: ReviewApproved) -> CaseFile:
    review = _reviewable(state, body.decision)
    if review.state == "approved":
        raise NoEffect("it was already approved")
    return replace(state, review=replace(review, state="approved", by=body.shown.name))


def _returned(state: CaseFile, _: Entry, body: ReviewReturned) -> CaseFile:
    review = _reviewable(state, body.decision)
    if review.state == "approved":
        raise NoEffect("it was already approved")
    return replace(state, review=ReviewState("returned", words=body.words, by=body.shown.name))


def _answered(state: CaseFile, _: Entry, body: ReviewAnswered) -> CaseFile:
    if state.review is None or state.review.state != "returned":
        raise NoEffect("nothing was sent back")
    return replace(state, review=replace(state.review, state="answered", answer=body.words))


def _settled(state: CaseFile, _: Entry, __: ConflictSettled) -> CaseFile:
    return state


_STEPS: dict[type[Any], Step] = {
    CaseOpened: _opened,
    PartyChanged: _party_changed,
    EvidenceAdded: _evidence,
    RecordingKept: _recording,
    FactsRecorded: _facts,
    PartyInformed: _informed,
    StatementRecorded: _statement,
    DeviationAsked: _deviation_asked,
    DeviationDecided: _deviation_decided,
    CaseDetermined: _determined,
    CaseCosigned: _cosigned,
    DecisionIssued: _issued,
    DocumentPrinted: _printed,
    DocumentPrintedInField: _printed,
    DocumentVoided: _voided,
    DocumentSigned: _hand,
    DecisionDelivered: _delivered,
    ReviewApproved: _approved,
    ReviewReturned: _returned,
    ReviewAnswered: _answered,
    ConflictSettled: _settled,
    TurnedOrdinary: tracking.turned,
    ActDone: tracking.done,
    ActCosigned: tracking.cosigned,
    PaperSigned: tracking.signed,
    PaperPrinted: tracking.printed,
    PaperVoided: tracking.voided,
    CaseRelated: relations.related,
    EvidenceShared: relations.shared,
}
"""What each kind does to a case. A new kind needs its line here; `tests/unit/casefile` checks that none is forgotten."""
