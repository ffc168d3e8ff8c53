"""The relay's tables, the same on SQLite and PostgreSQL; migrations/central makes them.

- `bundle` is the log: one row a leaf, in order; `bundle_data` holds the bytes, so that looking things up never reads them.
- `log_head` is one row: the log's size and its frontier (the roots of its complete subtrees, the largest first). Whoever appends
  locks it; growing the tree needs nothing else, however large it is.
- `node` holds every complete node, for proofs between any two heads.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, SmallInteger, Table, Text

SCHEMA_HEAD = "0002"
Big = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()
head_table = Table(
    "log_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("size", Big, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
)
bundle_table = Table(
    "bundle",
    metadata,
    Column("idx", Big, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, unique=True, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("first_seq", Big, nullable=False),
    Column("last_seq", Big, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("size", Big, nullable=False),
    Column("at_ms", Big, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("forks", Boolean, nullable=False),
    Index("bundle_device", "device", "last_seq"),
)
data_table = Table(
    "bundle_data",
    metadata,
    Column("idx", Big, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
recipient_table = Table(
    "recipient",
    metadata,
    Column("recipient", LargeBinary, primary_key=True),
    Column("idx", Big, primary_key=True, autoincrement=False),
)
node_table = Table(
    "node",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("idx", Big, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)
nonce_table = Table(
    "nonce",
    metadata,
    Column("kid", LargeBinary, primary_key=True),
    Column("nonce", LargeBinary, primary_key=True),
    Column("at_ms", Big, nullable=False, index=True),
)
usage_table = Table(
    "usage",
    metadata,
    Column("kid", LargeBinary, primary_key=True),
    Column("span", Text, primary_key=True),
    Column("slot", Big, primary_key=True, autoincrement=False),
    Column("requests", Big, nullable=False),
    Column("bundles", Big, nullable=False),
    Column("bytes", Big, nullable=False),
)
"""What a device used: `span` is minute or day, `slot` the minutes since 1970 in UTC or the days since then in the country's time."""
unit_table = Table(
    "unit_storage",
    metadata,
    Column("unit", Text, primary_key=True),
    Column("bytes", Big, nullable=False),
)
blob_table = Table(
    "blob",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("unit", Text, nullable=False),
    Column("size", Big, nullable=False),
)
"""Whole blobs that were counted against a unit, each once."""
device_table = Table(
    "device_log",
    metadata,
    Column("device", LargeBinary, primary_key=True),
    Column("last_seq", Big, nullable=False),
    Column("forked", Boolean, nullable=False),
)
"""What the log holds of each device, kept beside it so that looking at 2,000 devices reads 2,000 rows."""
status_table = Table(
    "device_status",
    metadata,
    Column("device", LargeBinary, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("at_ms", Big, nullable=False),
)
