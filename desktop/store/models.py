"""Tables. The journal and what came from outside are kept; projections (P) can be dropped and made again from the journal.

Instants are milliseconds since 1970-01-01T00:00Z, ids and digests raw bytes, sums fen.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from desktop.store.base import Base as Base  # for those who know every table by this module
from desktop.store.visit_models import DrawRow, VisitRow

SCHEMA_HEAD = "0004"
"""The newest revision under migrations/desktop; a test holds it equal."""


class EntryRow(Base):
    """A journal entry as its bytes; the other columns are read from them. `bundle` is the bundle it left or came in."""

    __tablename__ = "entry"
    pos: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    hash: Mapped[bytes] = mapped_column(unique=True)
    aggregate: Mapped[bytes] = mapped_column(index=True)
    device: Mapped[bytes]
    seq: Mapped[int]
    prev: Mapped[bytes]
    kind: Mapped[str] = mapped_column(index=True)
    at_ms: Mapped[int]
    data: Mapped[bytes]
    bundle: Mapped[bytes | None] = mapped_column(index=True)
    __table_args__ = (Index("entry_chain", "device", "seq"),)


class BlobRow(Base):
    """A sealed blob in the blobs folder, named by its digest. `present` is false while only its name is known."""

    __tablename__ = "blob"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    size: Mapped[int]
    aggregate: Mapped[bytes] = mapped_column(index=True)
    present: Mapped[bool]


class OutboxRow(Base):
    """A sealed bundle on its way out; `state` is waiting, sent, accepted or refused."""

    __tablename__ = "outbox"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    aggregate: Mapped[bytes] = mapped_column(index=True)
    data: Mapped[bytes | None]
    size: Mapped[int]
    blob_list: Mapped[bytes]
    urgent: Mapped[bool]
    state: Mapped[str] = mapped_column(index=True)
    sent_bytes: Mapped[int]
    attempts: Mapped[int]
    next_try_ms: Mapped[int]
    problem: Mapped[str]
    problem_details: Mapped[bytes]
    made_at_ms: Mapped[int]
    receipt: Mapped[bytes | None]
    receipt_index: Mapped[int | None]


class KeptRow(Base):
    """Small named values: the device's seed, the relay's key and newest tree head, the feed cursor, the roster."""

    __tablename__ = "kept"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]


class RefusedBundleRow(Base):
    """A bundle that came in and could not be used, kept with the reason; never silently dropped."""

    __tablename__ = "refused_bundle"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    data: Mapped[bytes]
    why: Mapped[str]
    at_ms: Mapped[int]


class DraftRow(Base):
    """A page begun by one officer; shown to no other. `data` is canonical CBOR."""

    __tablename__ = "draft"
    draft_id: Mapped[bytes] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    data: Mapped[bytes]
    touched_ms: Mapped[int]


class ActDraftRow(Base):
    """An act of a case that one officer is writing; shown to no other. `data` is canonical CBOR."""

    __tablename__ = "act_draft"
    draft_id: Mapped[bytes] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(index=True)
    case_id: Mapped[bytes]
    act: Mapped[str]
    data: Mapped[bytes]
    touched_ms: Mapped[int]


class PartyRow(Base):
    """A party that can be found: of the agency's register, or entered here."""

    __tablename__ = "party"
    party_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    code: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]
    representative: Mapped[str]
    phone: Mapped[str]
    known_from: Mapped[str]
    search: Mapped[str]


class CaseRow(Base):
    """P: one line of every list of cases."""

    __tablename__ = "case_line"
    case_id: Mapped[bytes] = mapped_column(primary_key=True)
    inspection: Mapped[bytes]
    title: Mapped[str]
    violation: Mapped[str]
    tier: Mapped[str]
    party: Mapped[str]
    party_id: Mapped[str]
    place: Mapped[str]
    unit: Mapped[str]
    officers: Mapped[str]
    document_number: Mapped[str]
    fine_fen: Mapped[int | None]
    status: Mapped[str] = mapped_column(index=True)
    opened_ms: Mapped[int] = mapped_column(index=True)
    issued_ms: Mapped[int | None]
    prints: Mapped[int]
    delivered: Mapped[str]
    on_spot_payment: Mapped[bool]
    search: Mapped[str]
    procedure: Mapped[str] = mapped_column(server_default="summary")
    stage: Mapped[str] = mapped_column(server_default="")
    turn: Mapped[str] = mapped_column(index=True, server_default="")
    turn_ms: Mapped[int] = mapped_column(server_default="0")
    events: Mapped[bytes] = mapped_column(server_default="")
    outcome: Mapped[str] = mapped_column(server_default="")
    __table_args__ = (
        Index("case_like", "violation", "tier", "unit", "issued_ms"),
        Index("case_found", "opened_ms", "case_id", "search"),
    )


class PaperRow(Base):
    """P: one line for each paper of a case under the ordinary procedure."""

    __tablename__ = "paper_line"
    entry: Mapped[bytes] = mapped_column(primary_key=True)
    case_id: Mapped[bytes] = mapped_column(index=True)
    form: Mapped[str]
    number: Mapped[str]
    at_ms: Mapped[int] = mapped_column(index=True)
    party: Mapped[str]
    case_title: Mapped[str]
    prints: Mapped[int]
    voided: Mapped[str]
    search: Mapped[str]
    __table_args__ = (Index("paper_number", "at_ms", "entry", "number"),)


class NumberRow(Base):
    """P: every document number that was used, by series, also of voided documents."""

    __tablename__ = "number_used"
    series: Mapped[str] = mapped_column(primary_key=True)
    running: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[bytes] = mapped_column(primary_key=True)
    number: Mapped[str]
    voided: Mapped[str]
    __table_args__ = (Index("number_found", "number", "case_id"),)


class ChainRow(Base):
    """P: how far each device's chain is joined here."""

    __tablename__ = "chain"
    device: Mapped[bytes] = mapped_column(primary_key=True)
    joined: Mapped[int]
    highest: Mapped[int]
    head: Mapped[bytes]
    missing: Mapped[str]
    forked: Mapped[bool]


PROJECTIONS: tuple[type[Base], ...] = (CaseRow, PaperRow, NumberRow, ChainRow, VisitRow, DrawRow)
"""What `rebuild` drops and makes again."""
