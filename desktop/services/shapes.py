"""What services hand to viewmodels: frozen, free of SQL, Qt and sessions.

Sums are fen. Instants are aware UTC datetimes; the view turns them into local time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from desktop.services.case_shapes import ConflictView, LostMark, RelatedView
from enforcement.casefile import CaseStatus
from enforcement.discretion import Determination, WhyNot
from enforcement.law import Counted, Stand
from enforcement.rules import FactSpec, FactValue

SealState = Literal["sealed", "sent", "accepted", "refused"]
CertificateState = Literal[
    "valid",
    "expiring",
    "review_overdue",
    "suspended",
    "revoked",
    "outside_field",
    "outside_region",
    "unknown",
    "expired",
]
ConnectionState = Literal["off", "unreachable", "online", "rubbish", "refused"]


@dataclass(frozen=True)
class PersonView:
    """Somebody of the roster as this device sees them now."""

    number: str
    name: str
    unit: str
    roles: tuple[str, ...]
    state: CertificateState
    until: date | None
    fields: tuple[str, ...]
    region: str
    kind: str
    review_due: date | None
    enrolled_here: bool


@dataclass(frozen=True)
class StripState:
    """The strip that is always true."""

    person: PersonView
    connection: ConnectionState
    waiting: int
    waiting_bytes: int
    refused: int
    authority_age: timedelta
    authority_left: timedelta
    authority_ends_soon: bool
    clock_offset: timedelta | None


@dataclass(frozen=True)
class DeadlineRow:
    """Something due: `found` is its last day with the derivation, `basis` its article, `missed` what follows when it is missed.

    `days_left` is negative when it is over, and None under a suspension that is still open (`stand` halted).
    """

    found: Counted
    stand: Stand | Literal["halted"]
    days_left: int | None
    what: str
    about: str
    basis: str
    missed: str
    case_id: UUID


@dataclass(frozen=True)
class UncountedRow:
    """What cannot be counted because the holidays of `year` are not known; `items` say what it is about, `case_id` is the first's."""

    year: int
    items: tuple[str, ...]
    case_id: UUID


@dataclass(frozen=True)
class WaitingRow:
    """Something that waits for the person signed in."""

    kind: Literal["returned", "cosign", "review"]
    title: str
    about: str
    right: str
    case_id: UUID


@dataclass(frozen=True)
class DraftRow:
    """Something begun and not finished: the page that measures, or an act of a case (`act`, `case_id`). `days` since it was last
    touched; `stale` when that is too long.
    """

    draft_id: UUID
    title: str
    party: str
    touched_at: datetime
    act: str = ""
    case_id: UUID | None = None
    days: int = 0
    stale: bool = False


@dataclass(frozen=True)
class VisitDue:
    """Something about an inspection that waits: its last day where it has one."""

    visit_id: UUID
    what: str
    about: str
    basis: str
    due: date | None
    days_left: int | None


@dataclass(frozen=True)
class Reminder:
    """A last day that is near: of a case's deadline (`case_id`) or of something about an inspection (`visit_id`)."""

    what: str
    about: str
    basis: str
    last_day: date
    days_left: int
    case_id: UUID | None = None
    visit_id: UUID | None = None


@dataclass(frozen=True)
class TodayPage:
    """The answer to: what now."""

    today: date
    deadlines: tuple[DeadlineRow, ...]
    uncounted: tuple[UncountedRow, ...]
    waiting: tuple[WaitingRow, ...]
    begun: tuple[DraftRow, ...]
    waiting_items: int
    waiting_bytes: int
    oldest_waiting: datetime | None
    numbers_left: int
    roster_until: datetime
    week_warnings: int
    week_fines: int
    week_exempted: int
    visits: tuple[VisitDue, ...] = ()
    near: tuple[Reminder, ...] = ()


@dataclass(frozen=True)
class PartyView:
    """A party as known on this device. `kind`: citizen, organisation or sole_trader."""

    party_id: str
    name: str
    kind: str
    code: str
    address: str
    representative: str
    phone: str
    known_from: Literal["register", "entered"]


@dataclass(frozen=True)
class ViolationRow:
    """A line of the violation picker and of the Ruler place."""

    violation_id: str
    title: str
    statute: str
    article: str
    field: str
    statute_words: str
    status: str


@dataclass(frozen=True)
class EvidenceView:
    """A sealed attachment; `thumbnail` is a small PNG made in memory, never on disk."""

    evidence_id: UUID
    caption: str
    taken_at: datetime
    size: int
    digest: bytes
    thumbnail: bytes


@dataclass(frozen=True)
class DeviationView:
    """A sum outside the band: asked for, allowed or refused, by whom and with which answer."""

    fine_fen: int
    words: str
    state: Literal["asked", "allowed", "refused"]
    by: str
    answer: str
    asked_at: datetime


@dataclass(frozen=True)
class ArticleView:
    """An article that a reason rests on: its number with paragraph and item as cited, the version in force on the day, our summary, and
    the official text where the agency has published it.
    """

    title: str
    article: str
    place: str
    version: str
    valid_from: date | None
    valid_to: date | None
    summary: str
    text: str
    source: str


@dataclass(frozen=True)
class EditionRow:
    """An edition of a discretion table that this device holds."""

    digest: bytes
    title: str
    version: str
    valid_from: date
    valid_to: date | None
    violations: int
    current: bool


@dataclass(frozen=True)
class ChangeRow:
    """One change between two editions, as a sentence; `cases` is how many kinds of case change so."""

    kind: str
    violation: str
    title: str
    words: str
    cases: int


@dataclass(frozen=True)
class ProofRow:
    """What was proved of a table before it was signed: so many cases one by one, by formulas too; rows open to a decision on the spot
    by kind of party.
    """

    cells: int
    formulas: bool
    digest: bytes
    parties: tuple[str, ...]
    on_the_spot: tuple[str, ...]
    exempts: bool


@dataclass(frozen=True)
class Draft:
    """The on-the-spot page as it stands; every field is saved as it is left. `ordinary`: it puts forward a sum in a case under the
    ordinary procedure, and is not issued.
    """

    draft_id: UUID
    case_id: UUID | None
    party: PartyView | None
    place: str
    found_at: datetime
    happened: str
    evidence: tuple[EvidenceView, ...]
    violation_id: str
    facts: Mapping[str, FactValue]
    told: bool
    statement: Literal["", "none", "made"]
    statement_words: str
    heard_words: str
    chosen_fen: int | None
    second_officer: str
    on_spot_payment: bool
    receipt_number: str
    deviation: DeviationView | None = None
    ordinary: bool = False


@dataclass(frozen=True)
class MissingItem:
    """What the law demands and the page lacks, in a review board's words; `field` is the page's field to go to."""

    field: str
    words: str
    basis: str


@dataclass(frozen=True)
class LikeCases:
    """Same violation and tier, this unit, last two years."""

    fines: tuple[int, ...]
    median: int | None


@dataclass(frozen=True)
class Assessment:
    """What the ruler says of a draft."""

    violation: ViolationRow
    specs: tuple[FactSpec, ...]
    determination: Determination
    explanation: str
    why_not: WhyNot
    missing: tuple[MissingItem, ...]
    pack_title: str
    pack_version: str


@dataclass(frozen=True)
class Issued:
    """A decision that was co-signed, numbered and sealed."""

    case_id: UUID
    document_number: str
    sealed_at: datetime


@dataclass(frozen=True)
class CaseRow:
    """A line of Cases, Documents and Review. `outcome`: the act of the ordinary procedure by which it came out, and its words."""

    case_id: UUID
    title: str
    party: str
    place: str
    document_number: str
    fine_fen: int | None
    status: CaseStatus
    officers: tuple[str, ...]
    at: datetime
    seal: SealState
    printed: bool
    delivered: bool
    procedure: Literal["summary", "ordinary"] = "summary"
    outcome: str = ""
    outcome_words: str = ""


@dataclass(frozen=True)
class TimelineRow:
    """One entry of the record, in words; `lost` where the device that wrote it was reported lost."""

    at: datetime
    who: str
    words: str
    kind: str
    effective: bool
    entry_hash: bytes
    lost: LostMark | None = None


@dataclass(frozen=True)
class CaseDetail:
    """One case, folded from its journal. `proposed_fen`: the sum that two officers put forward by the ruler, decided or not; `shared`:
    papers of evidence whose originals lie in other cases, in words; `signers`: who may still sign the decision on the screen, by
    capacity, empty without one; `signed`: the capacities in which it was signed.
    """

    row: CaseRow
    party: PartyView
    happened: str
    evidence: tuple[EvidenceView, ...]
    determination: Determination | None
    explanation: str
    facts: tuple[tuple[str, str], ...]
    statement: str
    heard: str
    timeline: tuple[TimelineRow, ...]
    review_words: str
    recomputed_same: bool | None
    certificates_valid: tuple[int, int]
    missing: tuple[MissingItem, ...]
    deviation: DeviationView | None = None
    proposed_fen: int | None = None
    like: LikeCases = field(default_factory=lambda: LikeCases((), None))
    conflicts: tuple[ConflictView, ...] = ()
    related: tuple[RelatedView, ...] = ()
    shared: tuple[str, ...] = ()
    signers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    signed: tuple[str, ...] = ()


@dataclass(frozen=True)
class AuthorityView:
    """The agency's data on this device."""

    agency: str
    roster_version: int
    issued_at: datetime
    trusted_until: datetime
    pack_title: str
    pack_version: str
    pack_digest: bytes
    blocks: tuple[tuple[str, int, int, int], ...]
    """(code and year, first, last, next free)"""


@dataclass(frozen=True)
class SettingsView:
    """What a person may set on this device."""

    language: Literal["system", "zh_CN", "en"]
    theme: Literal["day", "night", "sunlight"]
    field_mode: bool
    metered: bool
    relay: str
    profile: str
    version: str
    field_printer: str = ""


@dataclass(frozen=True)
class Found:
    """A line of the palette's record search."""

    kind: Literal["case", "visit", "paper", "party", "violation"]
    key: str
    title: str
    subtitle: str
