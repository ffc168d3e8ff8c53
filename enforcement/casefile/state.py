"""The folded state of a case and of an inspection: frozen, made only by `fold`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from enforcement.casefile.track import Track
from enforcement.journal import Entry
from enforcement.journal.acts import (
    CaseDetermined,
    CertificateShown,
    DecisionIssued,
    DeviationAsked,
    DocumentSigned,
    EvidenceAdded,
    FactsRecorded,
    FactValue,
    Party,
    PartyInformed,
)
from enforcement.journal.media_acts import RecordingKept
from enforcement.journal.relation_acts import EvidenceShared

CaseStatus = Literal[
    "open",
    "asked",
    "issued",
    "returned",
    "answered",
    "approved",
    "voided",
    "conflict",
    "underway",
    "merged",
    "decided",
    "quashed",
    "closed",
    "archived",
]
_REACHED: tuple[CaseStatus, ...] = ("archived", "closed", "quashed", "decided", "merged")
"""Marks of a procedure that are a status, the farthest first."""


class NoEffect(Exception):
    """The merged state does not allow an entry; it stays in the record."""

    def __init__(self, why: str, *, conflicts_with: bytes = b"") -> None:
        super().__init__(why)
        self.why, self.conflicts_with = why, conflicts_with


@dataclass(frozen=True)
class Line:
    """One entry in fold order; without effect when `why_not` says why."""

    entry: Entry
    effective: bool
    why_not: str = ""


@dataclass(frozen=True)
class EvidenceItem:
    """A sealed attachment on the case, and the entry that brought it."""

    act: EvidenceAdded
    entry: bytes


@dataclass(frozen=True)
class Statement:
    """The party's statement and how it was heard."""

    made: bool
    words: str
    heard: str
    at: datetime


@dataclass(frozen=True)
class Proposal:
    """A determination that waits for, or has, its second signature. `entry` is its hash."""

    act: CaseDetermined
    entry: bytes
    officer: str
    at: datetime
    cosigned_by: CertificateShown | None = None
    cosigned_at: datetime | None = None


@dataclass(frozen=True)
class Deviation:
    """A sum outside the band: asked for, and then allowed or refused. `entry` is the hash of the entry that asked, `answer` of that
    which decided it.
    """

    act: DeviationAsked
    entry: bytes
    officer: str
    at: datetime
    state: Literal["asked", "allowed", "refused"] = "asked"
    by: CertificateShown | None = None
    words: str = ""
    decided_at: datetime | None = None
    answer: bytes = b""


@dataclass(frozen=True)
class Decision:
    """The issued decision and what became of the paper."""

    act: DecisionIssued
    entry: bytes
    at: datetime
    prints: int = 0
    delivered: Literal["", "signed", "refused"] = ""
    delivered_words: str = ""
    voided: str = ""
    signatures: tuple[DocumentSigned, ...] = ()


@dataclass(frozen=True)
class ReviewState:
    """Where the supervisor's desk stands with the decision."""

    state: Literal["waiting", "approved", "returned", "answered"]
    words: str = ""
    by: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Relation:
    """How the case stands to another one now, and the entry that says so."""

    case: UUID
    way: Literal["beside", "into", "from"]
    number: str
    party: str
    entry: bytes


@dataclass(frozen=True)
class CaseFile:
    """One case. `conflicts` are pairs (entry that stands for now, entry without effect) that a supervisor must settle."""

    case_id: UUID
    inspection: UUID | None = None
    party: Party | None = None
    unit: str = ""
    officer: str = ""
    place: str = ""
    found_at: datetime | None = None
    opened_at: datetime | None = None
    facts: FactsRecorded | None = None
    evidence: tuple[EvidenceItem, ...] = ()
    related: tuple[Relation, ...] = ()
    shared: tuple[EvidenceShared, ...] = ()
    recordings: tuple[RecordingKept, ...] = ()
    informed: PartyInformed | None = None
    statement: Statement | None = None
    deviation: Deviation | None = None
    proposal: Proposal | None = None
    decision: Decision | None = None
    review: ReviewState | None = None
    lines: tuple[Line, ...] = ()
    waiting: tuple[bytes, ...] = ()
    conflicts: tuple[tuple[bytes, bytes], ...] = ()
    unknown_kinds: tuple[str, ...] = ()
    procedure: Literal["summary", "ordinary"] = "summary"
    track: Track = field(default_factory=Track)

    @property
    def fact_values(self) -> Mapping[str, FactValue]:
        return {} if self.facts is None else self.facts.facts

    @property
    def status(self) -> CaseStatus:
        """Where the case stands, in one word."""
        if self.conflicts:
            return "conflict"
        if self.procedure == "ordinary":
            return next((one for one in _REACHED if one in self.track.marks), "underway")
        if self.decision is None:
            return "asked" if self.deviation is not None and self.deviation.state == "asked" else "open"
        if self.decision.voided:
            return "voided"
        match self.review:
            case ReviewState(state="approved"):
                return "approved"
            case ReviewState(state="returned"):
                return "returned"
            case ReviewState(state="answered"):
                return "answered"
            case _:
                return "issued"
