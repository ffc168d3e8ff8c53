"""What the inspection services hand to viewmodels: frozen, free of SQL, Qt and sessions. Instants are aware UTC datetimes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from desktop.services.shapes import EvidenceView, MissingItem, PartyView, PersonView, SealState, TimelineRow
from enforcement.casefile.visits import VisitStatus
from enforcement.journal.acts import EvidenceAdded, Party
from enforcement.journal.visit_acts import AnswerState, Lead, Severity

VisitView = Literal["all", "approve", "mine", "recheck"]
"""Which lines a list shows."""


@dataclass(frozen=True)
class VisitLine:
    """A line of the list of inspections. `times` of `cap` are this year's counted visits of the party."""

    visit_id: UUID
    party: str
    place: str
    title: str
    type: str
    trigger: str
    status: VisitStatus
    outcome: str
    officers: tuple[str, ...]
    at: datetime
    planned_at: datetime | None
    urgent: bool
    approved: bool
    findings: int
    told: bool
    times: int
    cap: int | None
    recheck_due: date | None
    rechecked: str
    mine: bool
    seal: SealState


@dataclass(frozen=True)
class OtherAnswer:
    """An answer that another device gave at the same time."""

    answer: AnswerState
    words: str
    by: str


@dataclass(frozen=True)
class ItemView:
    """One item of the checklist as the page shows it; `answer` is empty while there is none."""

    key: str
    question: str
    basis: str
    severity: Severity
    photo: bool
    optional: bool
    unit: str
    days: int
    correction: str
    violation: str
    violation_title: str
    answer: Literal["", "conforms", "violates", "not_applicable"]
    words: str
    value: str
    evidence: tuple[EvidenceView, ...]
    lead: Literal["", "correction", "case", "referral", "none"]
    lead_correction: str
    until: datetime | None
    to: str
    others: tuple[OtherAnswer, ...]


@dataclass(frozen=True)
class PaperView:
    """A document of the inspection; `missing` is what a review board would say of it."""

    index: int
    form: str
    title: str
    number: str
    missing: tuple[MissingItem, ...]


@dataclass(frozen=True)
class VisitDetail:
    """One inspection, folded from its journal. `missing` is before the next step, `afterwards` what is to be made up."""

    line: VisitLine
    party: PartyView
    source: str
    basis: str
    way: str
    matters: tuple[str, ...]
    urgent: str
    helpers: int
    cap_words: str
    cap_state: Literal["allowed", "warned", "blocked"]
    people: tuple[PersonView, ...]
    approval: Literal["", "approved", "refused"]
    approver: str
    approval_words: str
    begun_at: datetime | None
    shown_at: datetime | None
    present: str
    confirmed: bool
    recusal: bool
    notice_at: datetime | None
    units: tuple[str, ...]
    obstructed: str
    items: tuple[ItemView, ...]
    evidence: tuple[EvidenceView, ...]
    narrative: str
    told: str
    papers: tuple[PaperView, ...]
    missing: tuple[MissingItem, ...]
    afterwards: tuple[MissingItem, ...]
    cases: tuple[UUID, ...]
    after: UUID | None
    timeline: tuple[TimelineRow, ...]


@dataclass(frozen=True)
class TriggerChoice:
    """Why a visit is made, to choose from."""

    id: str
    label: str
    type: str
    urgent: bool
    exempt: str


@dataclass(frozen=True)
class ListChoice:
    """A checklist to choose."""

    id: str
    title: str
    version: str
    items: int


@dataclass(frozen=True)
class VisitChoices:
    """What a new inspection can be made of."""

    triggers: tuple[TriggerChoice, ...]
    lists: tuple[ListChoice, ...]
    partners: tuple[PersonView, ...]


@dataclass(frozen=True)
class CapView:
    """What the caps say of one more visit."""

    state: Literal["allowed", "warned", "blocked"]
    times: int
    cap: int | None
    words: str
    source: str


@dataclass(frozen=True)
class CaseSeed:
    """What a case takes over from a finding: party, place, when and what was found, the violation, the sealed evidence."""

    inspection: UUID
    item: str
    party: Party
    place: str
    found_at: datetime
    happened: str
    violation: str
    evidence: tuple[EvidenceAdded, ...]


@dataclass(frozen=True)
class DrawView:
    """A draw: said beforehand, made, or not what was said."""

    draw_id: UUID
    title: str
    state: Literal["committed", "revealed", "unfair"]
    at: datetime
    picks: int


__all__ = [
    "AnswerState",
    "CapView",
    "CaseSeed",
    "DrawView",
    "ItemView",
    "Lead",
    "ListChoice",
    "OtherAnswer",
    "PaperView",
    "TriggerChoice",
    "VisitChoices",
    "VisitDetail",
    "VisitLine",
    "VisitView",
]
