"""SQLite (WAL, synchronous=FULL) for the log and bundles, a folder for blobs. Nothing to install."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from central.platform.files import sync_folder
from central.relay.store.protocol import Accepted, StoredBundle
from enforcement.exchange.merkle import grow, leaf_hash
from enforcement.values.clock import from_ms, to_ms
from enforcement.values.errors import KnownError

metadata = MetaData()
bundle_table = Table(
    "bundle",
    metadata,
    Column("idx", Integer, primary_key=True),
    Column("digest", LargeBinary, unique=True, nullable=False),
    Column("device", LargeBinary, nullable=False),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("at_ms", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("forks", Boolean, nullable=False),
    Index("bundle_device", "device", "last_seq"),
)
recipient_table = Table(
    "recipient",
    metadata,
    Column("recipient", LargeBinary, primary_key=True),
    Column("idx", Integer, primary_key=True),
)
node_table = Table(
    "node",
    metadata,
    Column("level", Integer, primary_key=True),
    Column("idx", Integer, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
)
nonce_table = Table(
    "nonce",
    metadata,
    Column("kid", LargeBinary, primary_key=True),
    Column("nonce", LargeBinary, primary_key=True),
    Column("at_ms", Integer, nullable=False, index=True),
)
status_table = Table(
    "device_status",
    metadata,
    Column("device", LargeBinary, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("at_ms", Integer, nullable=False),
)
meta_table = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
SCHEMA = "1"
READ_BYTES = 1 << 20


class SqliteStore:
    """RelayStore on one file and one folder."""

    def __init__(self, folder: Path) -> None:
        """Open or make; raises KnownError(store.newer) for a newer program's file."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._blobs = folder / "blobs"
        self._engine = _engine(folder / "relay.db")
        with self._engine.begin() as connection:
            metadata.create_all(connection)
            connection.execute(insert(meta_table).values(name="schema", value=SCHEMA).on_conflict_do_nothing())
            found = connection.scalar(select(meta_table.c.value).where(meta_table.c.name == "schema"))
        if found != SCHEMA:
            self.close()
            raise KnownError("store.newer", found=found, known=SCHEMA)

    def accept(
        self,
        bundles: Sequence[StoredBundle],
        sign: Callable[[bytes, int, Callable[[int, int], bytes]], bytes],
        at: datetime,
    ) -> list[Accepted]:
        done: list[Accepted] = []
        with self._engine.begin() as connection:
            size = _size(connection)
            for bundle in bundles:
                known = _accepted(connection, bundle.digest)
                if known is None:
                    known = _log(connection, bundle, size, sign, at)
                    size += 1
                done.append(known)
        return done

    def accepted(self, digest: bytes) -> Accepted | None:
        with self._engine.connect() as connection:
            return _accepted(connection, digest)

    def bundle(self, digest: bytes) -> bytes | None:
        with self._engine.connect() as connection:
            data = connection.scalar(select(bundle_table.c.data).where(bundle_table.c.digest == digest))
            return None if data is None else bytes(data)

    def feed(self, after: int, recipients: Sequence[bytes], limit: int) -> list[tuple[int, bytes, int]]:
        wanted = (
            select(bundle_table.c.idx, bundle_table.c.digest, bundle_table.c.size)
            .where(
                bundle_table.c.idx.in_(
                    select(recipient_table.c.idx).where(
                        recipient_table.c.recipient.in_(recipients), recipient_table.c.idx >= after
                    )
                )
            )
            .order_by(bundle_table.c.idx)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [(row.idx, row.digest, row.size) for row in connection.execute(wanted)]

    def size(self) -> int:
        with self._engine.connect() as connection:
            return _size(connection)

    def node(self, level: int, index: int) -> bytes:
        with self._engine.connect() as connection:
            return _node(connection, level, index)

    def blob_have(self, digest: bytes) -> tuple[int, bool]:
        if self._path(digest).is_file():
            return self._path(digest).stat().st_size, True
        part = self._part(digest)
        return (part.stat().st_size, False) if part.is_file() else (0, False)

    def blob_append(self, digest: bytes, offset: int, total: int, data: bytes) -> tuple[int, bool]:
        have, whole = self.blob_have(digest)
        if whole or offset != have or have + len(data) > total:
            return have, whole
        part = self._part(digest)
        part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with part.open("ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if have + len(data) < total:
            return have + len(data), False
        return self._finish(digest, part, total)

    def blob_read(self, digest: bytes, offset: int, length: int) -> Iterator[bytes]:
        with self._path(digest).open("rb") as file:
            file.seek(offset)
            while length > 0 and (data := file.read(min(READ_BYTES, length))):
                length -= len(data)
                yield data

    def put_status(self, device: UUID, data: bytes, at: datetime) -> None:
        row = {"device": device.bytes, "data": data, "at_ms": to_ms(at)}
        statement = insert(status_table).values(row).on_conflict_do_update(index_elements=["device"], set_=row)
        with self._engine.begin() as connection:
            connection.execute(statement)

    def statuses(self) -> list[tuple[UUID, bytes, datetime]]:
        with self._engine.connect() as connection:
            rows = connection.execute(select(status_table).order_by(status_table.c.device))
            return [(UUID(bytes=row.device), row.data, from_ms(row.at_ms)) for row in rows]

    def received(self, device: UUID) -> tuple[int, bool]:
        wanted = select(func.max(bundle_table.c.last_seq), func.max(bundle_table.c.forks)).where(
            bundle_table.c.device == device.bytes
        )
        with self._engine.connect() as connection:
            highest, forks = connection.execute(wanted).one()
            return highest or 0, bool(forks)

    def use_nonce(self, kid: bytes, nonce: bytes, at: datetime, forget_before: datetime) -> bool:
        with self._engine.begin() as connection:
            connection.execute(nonce_table.delete().where(nonce_table.c.at_ms < to_ms(forget_before)))
            row = {"kid": kid, "nonce": nonce, "at_ms": to_ms(at)}
            return connection.execute(insert(nonce_table).values(row).on_conflict_do_nothing()).rowcount == 1

    def close(self) -> None:
        self._engine.dispose()

    def _path(self, digest: bytes) -> Path:
        return self._blobs / digest.hex()[:2] / digest.hex()

    def _part(self, digest: bytes) -> Path:
        return self._blobs / "incoming" / digest.hex()

    def _finish(self, digest: bytes, part: Path, total: int) -> tuple[int, bool]:
        with part.open("rb") as file:
            if hashlib.file_digest(file, "sha256").digest() != digest:
                part.unlink()
                raise KnownError("digest.mismatch", digest=digest.hex())
        target = self._path(digest)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(part, target)
        sync_folder(target.parent)
        return total, True


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _size(connection: Connection) -> int:
    highest = connection.scalar(select(func.max(bundle_table.c.idx)))
    return 0 if highest is None else int(highest) + 1


def _accepted(connection: Connection, digest: bytes) -> Accepted | None:
    row = connection.execute(
        select(bundle_table.c.idx, bundle_table.c.receipt).where(bundle_table.c.digest == digest)
    ).first()
    return None if row is None else Accepted(digest, row.idx, row.receipt)


def _node(connection: Connection, level: int, index: int) -> bytes:
    found = connection.scalar(select(node_table.c.hash).where(node_table.c.level == level, node_table.c.idx == index))
    if found is None:
        raise KnownError("store.damaged", node=f"{level}/{index}")
    return bytes(found)


def _log(
    connection: Connection,
    bundle: StoredBundle,
    index: int,
    sign: Callable[[bytes, int, Callable[[int, int], bytes]], bytes],
    at: datetime,
) -> Accepted:
    def get(level: int, number: int) -> bytes:
        return _node(connection, level, number)

    for level, number, hash_ in grow(index, leaf_hash(bundle.digest), get):
        connection.execute(node_table.insert().values(level=level, idx=number, hash=hash_))
    receipt = sign(bundle.digest, index, get)
    header = bundle.header
    same_end = select(bundle_table.c.head).where(
        bundle_table.c.device == header.device.bytes, bundle_table.c.last_seq == header.last_seq
    )
    forks = any(head != header.head for head in connection.scalars(same_end))
    connection.execute(
        bundle_table.insert().values(
            idx=index,
            digest=bundle.digest,
            device=header.device.bytes,
            first_seq=header.first_seq,
            last_seq=header.last_seq,
            head=header.head,
            size=len(bundle.data),
            at_ms=to_ms(at),
            data=bundle.data,
            receipt=receipt,
            forks=forks,
        )
    )
    connection.execute(
        recipient_table.insert(),
        [{"recipient": recipient, "idx": index} for recipient in sorted(set(bundle.recipients))],
    )
    return Accepted(bundle.digest, index, receipt)
