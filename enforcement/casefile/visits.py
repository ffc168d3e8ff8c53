"""The fold of an inspection: entries in causal order, each with its effect or with the reason why not. Nothing is dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from enforcement.casefile.state import EvidenceItem, Line, NoEffect
from enforcement.journal import Entry, Unknown, in_causal_order
from enforcement.journal.acts import (
    CertificateShown,
    ConflictSettled,
    EvidenceAdded,
    InspectionClosed,
    InspectionOpened,
    Party,
)
from enforcement.journal.visit_acts import (
    CertificatesPresented,
    CorrectionChecked,
    FindingLed,
    InspectionConcluded,
    InspectionCosigned,
    InspectionDecided,
    InspectionObstructed,
    InspectionPlanned,
    ItemAnswered,
    ItemPictured,
    NoticeServed,
    PaperIssued,
    ResultTold,
    UnitsJoined,
    VisitPaperPrinted,
)

VisitStatus = Literal["planned", "refused", "approved", "open", "signing", "closed", "conflict"]


@dataclass(frozen=True)
class Plan:
    """The plan that stands, and the entry that made it."""

    act: InspectionPlanned
    entry: bytes
    officer: str
    at: datetime


@dataclass(frozen=True)
class Approval:
    """The decision about the plan."""

    approved: bool
    by: CertificateShown
    words: str
    at: datetime


@dataclass(frozen=True)
class Answer:
    """The answer to an item that stands."""

    act: ItemAnswered
    entry: bytes
    officer: str
    at: datetime


@dataclass(frozen=True)
class Conclusion:
    """What the visit came to; final once it is co-signed."""

    act: InspectionConcluded
    entry: bytes
    officer: str
    at: datetime
    cosigned_by: CertificateShown | None = None
    cosigned_at: datetime | None = None


@dataclass(frozen=True)
class AnswerConflict:
    """Two devices answered the same item without knowing of each other: the one that stands for now, and the other."""

    item: str
    stands: bytes
    falls: bytes


@dataclass(frozen=True)
class Inspection:
    """One visit. `cases` are the cases that came of it; `conflicts` stay until an answer that knows both, or a supervisor, settles them."""

    inspection_id: UUID
    party: Party | None = None
    place: str = ""
    unit: str = ""
    officers: tuple[CertificateShown, ...] = ()
    started_at: datetime | None = None
    outcome: str = ""
    plan: Plan | None = None
    approval: Approval | None = None
    shown: CertificatesPresented | None = None
    notice: NoticeServed | None = None
    units: UnitsJoined | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    evidence: tuple[EvidenceItem, ...] = ()
    pictures: Mapping[UUID, str] = field(default_factory=dict)
    leads: Mapping[str, FindingLed] = field(default_factory=dict)
    obstructed: InspectionObstructed | None = None
    conclusion: Conclusion | None = None
    told: ResultTold | None = None
    papers: tuple[PaperIssued, ...] = ()
    prints: Mapping[bytes, int] = field(default_factory=dict)
    rechecked: CorrectionChecked | None = None
    cases: tuple[UUID, ...] = ()
    closed_at: datetime | None = None
    conflicts: tuple[AnswerConflict, ...] = ()
    lines: tuple[Line, ...] = ()
    waiting: tuple[bytes, ...] = ()

    @property
    def status(self) -> VisitStatus:
        """Where the visit stands, in one word."""
        if self.conflicts:
            return "conflict"
        if self.outcome:
            return "closed"
        if self.conclusion is not None:
            return "signing"
        if self.started_at is not None:
            return "open"
        if self.approval is not None:
            return "approved" if self.approval.approved else "refused"
        return "planned"

    def paper(self, form: str) -> PaperIssued | None:
        """The newest document of a form."""
        return next((one for one in reversed(self.papers) if one.form == form), None)

    def pictured(self, item: str) -> tuple[UUID, ...]:
        """The attachments of an item."""
        return tuple(name for name, key in self.pictures.items() if key == item)


Step = Callable[[Inspection, Entry, Any], Inspection]


def fold_inspection(inspection_id: UUID, entries: Iterable[Entry]) -> Inspection:
    """The visit that these entries make."""
    ordered, waiting = in_causal_order(entries)
    settled = {entry.body.falls: entry for entry in ordered if isinstance(entry.body, ConflictSettled)}
    state = Inspection(inspection_id=inspection_id, waiting=tuple(entry.hash for entry in waiting))
    for entry in ordered:
        if entry.hash in settled:
            state = replace(state, lines=(*state.lines, Line(entry, False, "settled by a supervisor")))
            continue
        state = _apply(state, entry)
    return replace(state, conflicts=tuple(one for one in state.conflicts if one.falls not in settled))


def _apply(state: Inspection, entry: Entry) -> Inspection:
    step = _STEPS.get(type(entry.body))
    if isinstance(entry.body, Unknown):
        return _noted(state, Line(entry, False, "made by a newer version of the program; kept"))
    if step is None:
        return _noted(state, Line(entry, False, "has no place in an inspection at this point"))
    try:
        return _noted(step(state, entry, entry.body), Line(entry, True))
    except NoEffect as no:
        clash = state.conflicts
        if isinstance(entry.body, ItemAnswered) and entry.body.item in state.answers and not state.outcome:
            item = entry.body.item
            clash = (*clash, AnswerConflict(item, state.answers[item].entry, entry.hash))
        return _noted(replace(state, conflicts=clash), Line(entry, False, str(no)))


def _noted(state: Inspection, line: Line) -> Inspection:
    return replace(state, lines=(*state.lines, line))


def _planned(state: Inspection, entry: Entry, body: InspectionPlanned) -> Inspection:
    if state.started_at is not None:
        raise NoEffect("the inspection had begun")
    if state.approval is not None and state.approval.approved:
        raise NoEffect("the plan was already approved")
    plan = Plan(body, entry.hash, entry.certificate, entry.at)
    return replace(state, plan=plan, approval=None, party=body.party, place=body.place, unit=body.unit)


def _decided(state: Inspection, entry: Entry, body: InspectionDecided) -> Inspection:
    if state.plan is None or state.plan.entry != body.plan:
        raise NoEffect("what was decided is not the plan that stands")
    if state.approval is not None:
        raise NoEffect("it was already decided")
    if entry.certificate in {one.number for one in state.plan.act.officers}:
        raise NoEffect("nobody approves their own inspection")
    return replace(state, approval=Approval(body.approved, body.shown, body.words, entry.at))


def _opened(state: Inspection, _: Entry, body: InspectionOpened) -> Inspection:
    if state.started_at is not None:
        raise NoEffect("the inspection had begun")
    approved = state.approval is not None and state.approval.approved
    if state.plan is not None and not approved and not state.plan.act.urgent:
        raise NoEffect("the inspection was not approved")
    return replace(
        state,
        party=body.party,
        place=body.place,
        unit=body.unit,
        officers=body.officers,
        started_at=body.started_at,
    )


def _running(state: Inspection) -> None:
    if state.started_at is None:
        raise NoEffect("the inspection has not begun")
    if state.outcome:
        raise NoEffect("the inspection was already closed")


def _shown(state: Inspection, _: Entry, body: CertificatesPresented) -> Inspection:
    _running(state)
    return replace(state, shown=body, officers=body.officers)


def _noticed(state: Inspection, _: Entry, body: NoticeServed) -> Inspection:
    if state.plan is None:
        raise NoEffect("nothing was planned")
    if state.notice is not None:
        raise NoEffect("the notice was already handed over")
    return replace(state, notice=body)


def _joined(state: Inspection, _: Entry, body: UnitsJoined) -> Inspection:
    _running(state)
    return replace(state, units=body)


def _answered(state: Inspection, entry: Entry, body: ItemAnswered) -> Inspection:
    _running(state)
    stands = state.answers.get(body.item)
    if stands is not None and stands.entry not in body.seen:
        raise NoEffect("another device answered this item at the same time")
    if state.plan is None or all(one.key != body.item for one in state.plan.act.items):
        raise NoEffect("the plan has no such item")
    answers = {**state.answers, body.item: Answer(body, entry.hash, entry.certificate, entry.at)}
    open_ = tuple(one for one in state.conflicts if one.item != body.item or one.falls not in body.seen)
    return replace(state, answers=answers, conflicts=open_, conclusion=None)


def _evidence(state: Inspection, entry: Entry, body: EvidenceAdded) -> Inspection:
    _running(state)
    return replace(state, evidence=(*state.evidence, EvidenceItem(body, entry.hash)))


def _pictured(state: Inspection, _: Entry, body: ItemPictured) -> Inspection:
    _running(state)
    return replace(state, pictures={**state.pictures, body.evidence: body.item})


def _led(state: Inspection, _: Entry, body: FindingLed) -> Inspection:
    _running(state)
    return replace(state, leads={**state.leads, body.item: body}, conclusion=None)


def _obstructed(state: Inspection, _: Entry, body: InspectionObstructed) -> Inspection:
    _running(state)
    return replace(state, obstructed=body)


def _concluded(state: Inspection, entry: Entry, body: InspectionConcluded) -> Inspection:
    _running(state)
    return replace(state, conclusion=Conclusion(body, entry.hash, entry.certificate, entry.at))


def _cosigned(state: Inspection, entry: Entry, body: InspectionCosigned) -> Inspection:
    _running(state)
    found = state.conclusion
    if found is None or found.entry != body.conclusion:
        raise NoEffect("what was co-signed is not the conclusion that stands")
    if entry.certificate == found.officer:
        raise NoEffect("both signatures are of the same officer")
    if state.plan is not None and entry.certificate not in {one.number for one in state.plan.act.officers}:
        raise NoEffect("who co-signed is none of the inspecting officers")
    signed = replace(found, cosigned_by=body.shown, cosigned_at=entry.at)
    return replace(state, conclusion=signed, outcome=found.act.outcome, closed_at=entry.at)


def _closed(state: Inspection, entry: Entry, body: InspectionClosed) -> Inspection:
    """How an inspection without a plan ends; for one that was concluded, a case that came of it."""
    if state.plan is None:
        _running(state)
        cases = () if body.case is None else (body.case,)
        return replace(state, outcome=body.outcome, closed_at=entry.at, cases=cases)
    if not state.outcome or body.case is None or body.case in state.cases:
        raise NoEffect("the inspection was not concluded, or the case is known")
    return replace(state, cases=(*state.cases, body.case))


def _told(state: Inspection, _: Entry, body: ResultTold) -> Inspection:
    if not state.outcome:
        raise NoEffect("there is no result yet")
    return replace(state, told=state.told or body)


def _paper(state: Inspection, _: Entry, body: PaperIssued) -> Inspection:
    return replace(state, papers=(*state.papers, body))


def _printed(state: Inspection, _: Entry, body: VisitPaperPrinted) -> Inspection:
    if not any(one.digest == body.digest for one in state.papers):
        raise NoEffect("this inspection has no such document")
    return replace(state, prints={**state.prints, body.digest: state.prints.get(body.digest, 0) + body.copies})


def _rechecked(state: Inspection, _: Entry, body: CorrectionChecked) -> Inspection:
    if not state.outcome:
        raise NoEffect("there is no result yet")
    return replace(state, rechecked=body)


def _settled(state: Inspection, _: Entry, __: ConflictSettled) -> Inspection:
    return state


_STEPS: dict[type[Any], Step] = {
    InspectionPlanned: _planned,
    InspectionDecided: _decided,
    InspectionOpened: _opened,
    CertificatesPresented: _shown,
    NoticeServed: _noticed,
    UnitsJoined: _joined,
    ItemAnswered: _answered,
    EvidenceAdded: _evidence,
    ItemPictured: _pictured,
    FindingLed: _led,
    InspectionObstructed: _obstructed,
    InspectionConcluded: _concluded,
    InspectionCosigned: _cosigned,
    InspectionClosed: _closed,
    ResultTold: _told,
    PaperIssued: _paper,
    VisitPaperPrinted: _printed,
    CorrectionChecked: _rechecked,
    ConflictSettled: _settled,
}
"""What each kind does to an inspection; `tests/unit/casefile` checks that none is forgotten."""
