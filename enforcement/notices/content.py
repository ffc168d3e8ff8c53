"""The content of 当场行政处罚决定书 (APL Art. 52): everything that stands on the paper, and nothing that does not.

The page is made from this record alone, so that whoever has the record can make the same page again.
"""

from __future__ import annotations

from datetime import date, datetime

from enforcement.values.ids import digest
from enforcement.values.shapes import Record, from_bytes, to_bytes

FORM = "on_spot_decision"


class PartyBlock(Record):
    """The party as printed."""

    name: str
    kind: str
    code: str
    address: str
    representative: str = ""
    phone: str = ""


class OfficerLine(Record):
    """An officer with certificate number, and when they signed."""

    name: str
    number: str
    signed_at: datetime


class Payment(Record):
    """How the fine is paid (APL Art. 67 to 72). With `receipt`, it was collected on the spot."""

    days: int
    bank: str
    account_name: str
    account: str
    on_spot: bool = False
    receipt: str = ""


class OnSpotDecision(Record):
    """A decision on the spot. Sums are fen; `signed_for` is "", "signed" or "refused"."""

    form: str
    number: str
    agency: str
    agency_phone: str
    agency_address: str
    party: PartyBlock
    found_at: datetime
    place: str
    violation: str
    happened: str
    facts: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]
    forbids: str
    punishes: str
    kind: str
    fine_fen: int
    reasons: str
    correction: str
    informed_at: datetime
    statement: str
    heard: str
    payment: Payment
    reconsideration_body: str
    reconsideration_days: int
    court: str
    suit_days: int
    officers: tuple[OfficerLine, ...]
    decided_on: date
    pack: str
    pack_digest: bytes
    paid_on_spot: bool = False
    officer_unit: str = ""


def content_bytes(content: OnSpotDecision) -> bytes:
    """Canonical bytes."""
    return to_bytes(content)


def content_digest(content: OnSpotDecision) -> bytes:
    """SHA-256 of the canonical bytes: what the code on the page vouches for."""
    return digest(to_bytes(content))


def read_content(data: bytes) -> OnSpotDecision:
    """Checked content; raises KnownError(encoding.*)."""
    return from_bytes(OnSpotDecision, data)
