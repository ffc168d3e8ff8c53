"""The kinds of entry, grouped as the work goes. Sums are fen; digests are SHA-256; texts are what the person wrote.

Articles: APL is the 行政处罚法 of 2021.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from enforcement.journal.kinds import Body, kind
from enforcement.values.shapes import Record

FactValue = int | bool | str


class Party(Record):
    """The party (当事人) as it stood when written down (APL Art. 59)."""

    party_id: str
    name: str
    kind: Literal["citizen", "organisation", "sole_trader"]
    code: str
    address: str
    representative: str = ""
    phone: str = ""


class CertificateShown(Record):
    """Evidence of who may act, as asked of the roster at that instant (DESIGN 5)."""

    number: str
    name: str
    unit: str
    state: str
    roster_version: int
    roster_digest: bytes


# inspections


@kind("inspection.opened")
class InspectionOpened(Body):
    """On site, certificates shown (APL Art. 42, 55)."""

    party: Party
    place: str
    officers: tuple[CertificateShown, ...]
    unit: str
    started_at: datetime


@kind("inspection.closed")
class InspectionClosed(Body):
    """What the visit came to."""

    outcome: Literal["no_findings", "penalty_case", "correction_order"]
    case: UUID | None = None
    words: str = ""


# a case


@kind("case.opened")
class CaseOpened(Body):
    """A case begun on the spot out of an inspection (APL Art. 51, 54)."""

    inspection: UUID
    party: Party
    unit: str
    officer: str
    place: str
    found_at: datetime
    procedure: Literal["summary", "ordinary"]


@kind("case.party_changed")
class PartyChanged(Body):
    """The party was taken down wrongly and is put right before the decision."""

    party: Party


@kind("evidence.added")
class EvidenceAdded(Body):
    """A sealed attachment; `key` opens the blob named `blob` and travels only inside sealed bundles."""

    evidence: UUID
    sort: Literal["photograph", "document", "audio", "video"]
    caption: str
    media_type: str
    blob: bytes
    sealed_size: int
    plain_digest: bytes
    plain_size: int
    key: bytes
    taken_at: datetime
    taken_by: str
    place: str


@kind("facts.recorded")
class FactsRecorded(Body):
    """What was found: the words, the violation, and the typed facts the ruler asked for."""

    violation: str
    happened: str
    place: str
    facts: dict[str, FactValue]


@kind("party.informed")
class PartyInformed(Body):
    """Prior notice (告知), here orally: content, facts, reasons, basis and the right to be heard (APL Art. 44)."""

    way: Literal["oral", "written"]
    words: str
    fine_fen: int
    at: datetime


@kind("statement.recorded")
class StatementRecorded(Body):
    """The party's statement and defence (APL Art. 45), or that it was expressly waived (Art. 62)."""

    made: bool
    words: str
    heard: str


@kind("case.determined")
class CaseDetermined(Body):
    """The ruler's answer and the sum that the officer chose; the determination stands here whole, with its trace."""

    pack_digest: bytes
    violation: str
    facts: dict[str, FactValue]
    acted_on: date
    decided_on: date
    determination: dict[str, Any]
    fine_fen: int
    deviation: str = ""
    approver: str = ""


@kind("deviation.asked")
class DeviationAsked(Body):
    """An officer asks to go outside the band, inside the statute, with the reason (国办发〔2022〕27号). Whoever decides sees the ruler's
    answer as it stood.
    """

    violation: str
    facts: dict[str, FactValue]
    determination: dict[str, Any]
    fine_fen: int
    words: str


@kind("deviation.decided")
class DeviationDecided(Body):
    """Leave given or refused by a supervisor; `asked` is the entry that asked."""

    asked: bytes
    allowed: bool
    words: str
    shown: CertificateShown


@kind("case.cosigned")
class CaseCosigned(Body):
    """The second officer's own signature under a determination (APL Art. 42: no fewer than two)."""

    determination: bytes
    shown: CertificateShown


@kind("decision.issued")
class DecisionIssued(Body):
    """The decision with its number; `content` is the notice as data, `code` the signed code printed on it."""

    form: str
    number: str
    series: str
    running: int
    content: dict[str, Any]
    content_digest: bytes
    code: str
    determination: bytes
    officers: tuple[CertificateShown, ...]
    fine_fen: int


@kind("document.printed")
class DocumentPrinted(Body):
    """Every print, also a reprint."""

    number: str
    way: Literal["pdf", "printer"]
    copies: int
    reprint: bool


@kind("document.printed", 2)
class DocumentPrintedInField(Body):
    """The same on the 80 mm printer, which the first version did not know: an older program carries it unread."""

    number: str
    copies: int
    reprint: bool


@kind("document.voided")
class DocumentVoided(Body):
    """A voided notice keeps its number (作废)."""

    number: str
    words: str


@kind("decision.delivered")
class DecisionDelivered(Body):
    """Handed over on the spot: signed for, or refused, which the officers note (APL Art. 52)."""

    outcome: Literal["signed", "refused"]
    words: str = ""


@kind("decision.hand")
class DocumentSigned(Body):
    """A signature given on the screen under the decision, or refused in words, with who witnessed it: bound to the decision's content.
    `vouched` is the officer's own signature (COSE) under the digest of the rest, so that it also rides in the PDF.
    """

    number: str
    content_digest: bytes
    role: Literal["party", "witness", "officer"]
    name: str
    at: datetime
    strokes: bytes = b""
    refused: str = ""
    vouched: bytes = b""


# the supervisor's desk


@kind("review.approved")
class ReviewApproved(Body):
    """Put on record (备案) by a supervisor (APL Art. 52)."""

    decision: bytes
    shown: CertificateShown


@kind("review.returned")
class ReviewReturned(Body):
    """Sent back with words."""

    decision: bytes
    words: str
    shown: CertificateShown


@kind("review.answered")
class ReviewAnswered(Body):
    """The officer's answer to what was sent back."""

    words: str


@kind("conflict.settled")
class ConflictSettled(Body):
    """A supervisor says which of two entries stands; the other stays in the record without effect."""

    stands: bytes
    falls: bytes
    words: str
    shown: CertificateShown | None = None
