"""The register's tables. Instants are milliseconds since 1970-01-01T00:00Z; sums are fen; ids are their bytes.

What came is kept as it came (`bundle`, `roster`, `pack`); everything else is made from it and can be made again (`verify` does).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_HEAD = "0001"


class Base(DeclarativeBase):
    """Names of constraints are the same on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {int: BigInteger, str: Text}  # noqa: RUF012 - what the library reads


class KeptRow(Base):
    """Single things: where the feed stands, the log's last head, the versions of the agency's set."""

    __tablename__ = "kept"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]


class RosterRow(Base):
    """Every roster that was seen: what an entry says of one can be compared."""

    __tablename__ = "roster"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[bytes]
    issued_ms: Mapped[int]
    data: Mapped[bytes]


class PackRow(Base):
    """Every rule pack that the legal office signed, by the digest of what it holds; opened before it was kept."""

    __tablename__ = "pack"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    data: Mapped[bytes]
    legal: Mapped[bytes]


class BundleRow(Base):
    """A bundle as it came, never changed: taken into the journal, waiting for data of the agency, or refused. `idx` is its place in the
    relay's log, None while it only came by courier; `place` counts in the order in which bundles came here.
    """

    __tablename__ = "bundle"
    __table_args__ = (Index("ix_bundle_idx", "idx", unique=True), Index("ix_bundle_state", "state"))

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(unique=True)
    idx: Mapped[int | None]
    came: Mapped[str]
    at_ms: Mapped[int]
    state: Mapped[str]
    device: Mapped[bytes | None]
    unit: Mapped[str]
    data: Mapped[bytes]


class NodeRow(Base):
    """Complete nodes of the relay's log, made here from the bundles that came."""

    __tablename__ = "node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    idx: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class EntryRow(Base):
    """An entry whose signature holds."""

    __tablename__ = "entry"
    __table_args__ = (Index("ix_entry_device_seq", "device", "seq"),)

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    aggregate: Mapped[bytes] = mapped_column(index=True)
    device: Mapped[bytes]
    seq: Mapped[int]
    prev: Mapped[bytes]
    kind: Mapped[str]
    certificate: Mapped[str] = mapped_column(index=True)
    unit: Mapped[str]
    month: Mapped[str]
    at_ms: Mapped[int]
    bundle: Mapped[bytes]
    data: Mapped[bytes]


class RefusalRow(Base):
    """What is not believed, or not yet: `scope` says in which connection it was judged (bundle, aggregate, device, number, log), so that
    judging again replaces it. `reason` is one of `services.words`; `weight` is refused, waiting or noted; `details` is JSON.
    """

    __tablename__ = "refusal"

    scope: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(index=True)
    weight: Mapped[str]
    aggregate: Mapped[bytes | None] = mapped_column(index=True)
    device: Mapped[bytes | None]
    bundle: Mapped[bytes | None]
    entry: Mapped[bytes | None]
    certificate: Mapped[str]
    details: Mapped[str]
    at_ms: Mapped[int]


class CaseRow(Base):
    """A case or an inspection as it stands."""

    __tablename__ = "case_line"
    __table_args__ = (Index("ix_case_line_status", "status"),)

    case_id: Mapped[bytes] = mapped_column(primary_key=True)
    sort: Mapped[str]
    unit: Mapped[str]
    officer: Mapped[str]
    procedure: Mapped[str]
    status: Mapped[str]
    violation: Mapped[str]
    title: Mapped[str]
    party: Mapped[str]
    party_kind: Mapped[str]
    party_code: Mapped[str]
    place: Mapped[str]
    opened_ms: Mapped[int | None]
    entries: Mapped[int]
    without_effect: Mapped[int]


class DecisionRow(Base):
    """A decision that was issued; `state` is stands, voided, quashed or fallen (no effect)."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_case_id", "case_id"),)

    entry: Mapped[bytes] = mapped_column(primary_key=True)
    case_id: Mapped[bytes]
    device: Mapped[bytes]
    unit: Mapped[str]
    month: Mapped[str]
    form: Mapped[str]
    number: Mapped[str]
    kind: Mapped[str]
    basis: Mapped[str]
    fine_fen: Mapped[int]
    paid_fen: Mapped[int]
    decided_on: Mapped[str]
    publishable: Mapped[bool]
    published_ms: Mapped[int | None]
    overturned_on: Mapped[str]
    state: Mapped[str]


class NumberRow(Base):
    """A document number that was used, by the entry that used it; it stays used whatever became of the paper."""

    __tablename__ = "number"
    __table_args__ = (Index("ix_number_series_running", "series", "running"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    entry: Mapped[bytes] = mapped_column(primary_key=True)
    aggregate: Mapped[bytes] = mapped_column(index=True)
    device: Mapped[bytes]
    form: Mapped[str]
    series: Mapped[str]
    running: Mapped[int]
    state: Mapped[str]


class DeviceRow(Base):
    """A device's chain as it came here, and what the device said of itself: the last entry joined to the first, the highest, the holes
    ("3-5,9") and the forks.
    """

    __tablename__ = "device"

    device: Mapped[bytes] = mapped_column(primary_key=True)
    joined: Mapped[int]
    highest: Mapped[int]
    head: Mapped[bytes]
    missing: Mapped[str]
    forked: Mapped[str]
    broken: Mapped[str]


class SeenRow(Base):
    """A device's own signed statement, as the relay handed it out last."""

    __tablename__ = "seen"

    device: Mapped[bytes] = mapped_column(primary_key=True)
    seq: Mapped[int]
    head: Mapped[bytes]
    waiting: Mapped[int]
    at_ms: Mapped[int]
    data: Mapped[bytes]


CAME = (KeptRow, RosterRow, PackRow, BundleRow, NodeRow, SeenRow)
"""As it came."""
MADE: tuple[type[Base], ...] = (EntryRow, RefusalRow, CaseRow, DecisionRow, NumberRow, DeviceRow)
"""Made from what came."""
