"""The log and its bundles on a database that SQLAlchemy speaks to; what differs between databases is in their own modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Select, func, inspect, select, text, tuple_, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from central.relay.store.admission import admit
from central.relay.store.blobs import Blobs
from central.relay.store.protocol import Accepted, Asked, Judge, LogState, Sign, StoredBundle
from central.relay.store.rows import Appended, Frontier
from central.relay.store.tables import (
    SCHEMA_HEAD,
    blob_table,
    bundle_table,
    data_table,
    device_table,
    head_table,
    node_table,
    nonce_table,
    recipient_table,
    status_table,
    unit_table,
    usage_table,
)
from enforcement.exchange.merkle import root
from enforcement.values.clock import from_ms, to_ms
from enforcement.values.errors import KnownError

WRITE = "relay_write"
TIDY = timedelta(minutes=1)


class SqlStore:
    """RelayStore on `engine`, where every commit is durable, and `quick`, where a power cut may undo the last ones."""

    one_writer = False

    def __init__(self, engine: Engine, quick: Engine, blobs: Blobs, insert: Any) -> None:
        self._engine, self._quick, self._blobs, self._insert = engine, quick, blobs, insert
        self._tidied: datetime | None = None

    def accept(self, bundles: Sequence[StoredBundle], sign: Sign, at: datetime) -> list[Accepted]:
        if not bundles:
            return []
        with self._writing() as connection:
            # the lock first: what is found afterwards cannot change until the commit
            appended = Appended(self._lock_head(connection))
            known = _accepted(connection, [bundle.digest for bundle in bundles])
            fresh = [bundle for bundle in bundles if bundle.digest not in known]
            if fresh:
                appended.ends = _ends(connection, fresh)
                for bundle in fresh:
                    if bundle.digest not in known:
                        known[bundle.digest] = appended.add(bundle, sign, at)
                self._write(connection, appended)
        return [known[bundle.digest] for bundle in bundles]

    def restore(self, rows: Sequence[tuple[StoredBundle, bytes, datetime]]) -> None:
        with self._writing() as connection:
            appended = Appended(self._lock_head(connection))
            appended.ends = _ends(connection, [bundle for bundle, _, _ in rows])
            for bundle, receipt, at in rows:
                appended.add(bundle, lambda *_, receipt=receipt: receipt, at)
            self._write(connection, appended)

    def accepted(self, digest: bytes) -> Accepted | None:
        with self._reading() as connection:
            return _accepted(connection, [digest]).get(digest)

    def bundle(self, digest: bytes) -> bytes | None:
        wanted = select(data_table.c.data).join_from(data_table, bundle_table, data_table.c.idx == bundle_table.c.idx)
        with self._reading() as connection:
            data = connection.scalar(wanted.where(bundle_table.c.digest == digest))
            return None if data is None else bytes(data)

    def feed(self, after: int, recipients: Sequence[bytes], limit: int) -> list[tuple[int, bytes, int]]:
        # each recipient's own next ones, read off its key: the cost is what is handed out, not what is in the log
        indices: set[int] = set()
        with self._reading() as connection:
            for one in recipients:
                indices.update(connection.scalars(_next_of(one, after).limit(limit)))
            first = sorted(indices)[:limit]
            wanted = select(bundle_table.c.idx, bundle_table.c.digest, bundle_table.c.size)
            rows = connection.execute(wanted.where(bundle_table.c.idx.in_(first)).order_by(bundle_table.c.idx))
            return [(row.idx, bytes(row.digest), row.size) for row in rows]

    def addressed(self, after: int, recipients: Sequence[bytes]) -> tuple[int, set[bytes]]:
        with self._reading() as connection:
            size = connection.scalar(select(head_table.c.size)) or 0
            if size <= after:
                return size, set()
            return size, {one for one in recipients if connection.scalar(_next_of(one, after).limit(1)) is not None}

    def size(self) -> int:
        with self._reading() as connection:
            return connection.scalar(select(head_table.c.size)) or 0

    def node(self, level: int, index: int) -> bytes:
        with self._reading() as connection:
            return _node(connection, level, index)

    def log_state(self) -> LogState:
        self._blobs.reachable()
        with self._reading() as connection:
            # one statement sees one state, whoever writes meanwhile; nodes below a head never change
            highest = select(func.coalesce(func.max(bundle_table.c.idx), -1)).scalar_subquery().label("highest")
            row = connection.execute(select(head_table, highest)).one()
            frontier = Frontier.read(row.size, bytes(row.frontier))
            same = all(_node(connection, *place) == hash_ for place, hash_ in frontier.nodes.items())
            return LogState(row.size, same and row.highest == row.size - 1, root(row.size, frontier.get))

    def rows(self, first: int, limit: int) -> list[tuple[bytes, bytes, datetime]]:
        wanted = (
            select(data_table.c.data, bundle_table.c.receipt, bundle_table.c.at_ms)
            .join_from(bundle_table, data_table, data_table.c.idx == bundle_table.c.idx)
            .where(bundle_table.c.idx >= first, bundle_table.c.idx < first + limit)
            .order_by(bundle_table.c.idx)
        )
        with self._reading() as connection:
            return [(bytes(row.data), bytes(row.receipt), from_ms(row.at_ms)) for row in connection.execute(wanted)]

    def blob_have(self, digest: bytes) -> tuple[int, bool]:
        return self._blobs.have(digest)

    def blob_append(self, digest: bytes, offset: int, total: int, data: bytes) -> tuple[int, bool]:
        return self._blobs.append(digest, offset, total, data)

    def blob_read(self, digest: bytes, offset: int, length: int) -> Iterator[bytes]:
        return self._blobs.read(digest, offset, length)

    def blob_names(self) -> Iterator[bytes]:
        return self._blobs.names()

    def count_blob(self, digest: bytes, unit: str, size: int) -> None:
        row = {"digest": digest, "unit": unit, "size": size}
        with self._writing() as connection:
            made = self._insert(blob_table).values(row).on_conflict_do_nothing().returning(blob_table.c.size)
            if connection.scalar(made) is not None:
                self._count(connection, {unit: size})

    def put_status(self, device: UUID, data: bytes, at: datetime) -> None:
        row = {"device": device.bytes, "data": data, "at_ms": to_ms(at)}
        statement = self._insert(status_table).values(row).on_conflict_do_update(index_elements=["device"], set_=row)
        with self._writing() as connection:
            connection.execute(statement)

    def statuses(self) -> list[tuple[UUID, bytes, datetime]]:
        with self._reading() as connection:
            rows = connection.execute(select(status_table).order_by(status_table.c.device))
            return [(UUID(bytes=bytes(row.device)), bytes(row.data), from_ms(row.at_ms)) for row in rows]

    def received(self) -> dict[UUID, tuple[int, bool]]:
        with self._reading() as connection:
            rows = connection.execute(select(device_table))
            return {UUID(bytes=bytes(row.device)): (row.last_seq, row.forked) for row in rows}

    def admit(self, asked: Sequence[Asked], judge: Judge, now: datetime, forget_before: datetime) -> list[str]:
        with _errors(), self._quick.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
            # each process tidies once a minute
            due = self._tidied is None or not timedelta() <= now - self._tidied < TIDY
            found = admit(connection, self, asked, judge, now, forget_before if due else None)
        if due:
            self._tidied = now
        return found

    def unit_bytes(self) -> dict[str, int]:
        with self._reading() as connection:
            return {row.unit: row.bytes for row in connection.execute(select(unit_table))}

    def close(self) -> None:
        self._engine.dispose()
        self._quick.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _errors(), self._engine.connect().execution_options(**{WRITE: True}) as connection, connection.begin():
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _errors(), self._engine.connect() as connection:
            yield connection

    def _lock_head(self, connection: Connection) -> Frontier:
        row = connection.execute(self._locked(select(head_table))).one()
        return Frontier.read(row.size, bytes(row.frontier))

    def _locked(self, wanted: Select[Any]) -> Select[Any]:
        return wanted.with_for_update()

    def take_nonces(self, connection: Connection, rows: list[dict[str, Any]]) -> set[tuple[bytes, bytes]]:
        """Insert nonces; which of them were new."""
        statement = self._insert(nonce_table).on_conflict_do_nothing()
        return {(row["kid"], row["nonce"]) for row in rows if connection.execute(statement, row).rowcount == 1}

    def add_usage(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        """Add to what devices used."""
        statement = self._insert(usage_table)
        sums = {name: usage_table.c[name] + statement.excluded[name] for name in ("requests", "bundles", "bytes")}
        connection.execute(statement.on_conflict_do_update(index_elements=["kid", "span", "slot"], set_=sums), rows)

    def _write(self, connection: Connection, made: Appended) -> None:
        for table, rows in (
            (bundle_table, made.bundles),
            (data_table, made.data),
            (recipient_table, made.recipients),
            (node_table, made.nodes),
        ):
            if rows:
                connection.execute(table.insert(), rows)
        upsert = self._insert(device_table)
        connection.execute(
            upsert.on_conflict_do_update(
                index_elements=["device"],
                set_={
                    "last_seq": func.max(device_table.c.last_seq, upsert.excluded.last_seq),
                    "forked": device_table.c.forked | upsert.excluded.forked,
                },
            ),
            made.devices(),
        )
        self._count(connection, made.units)
        head = {"size": made.frontier.size, "frontier": made.frontier.written()}
        connection.execute(update(head_table).values(head))

    def _count(self, connection: Connection, units: dict[str, int]) -> None:
        upsert = self._insert(unit_table)
        statement = upsert.on_conflict_do_update(
            index_elements=["unit"], set_={"bytes": unit_table.c.bytes + upsert.excluded.bytes}
        )
        connection.execute(statement, [{"unit": unit, "bytes": units[unit]} for unit in sorted(units)])


def prepare_schema(connection: Connection) -> None:
    """Bring the schema to what this program knows; raises KnownError(store.newer). In the caller's transaction, under its lock."""
    found = ""
    if inspect(connection).has_table("alembic_version"):
        found = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
    if found > SCHEMA_HEAD:
        raise KnownError("store.newer", found=found, known=SCHEMA_HEAD)
    if found != SCHEMA_HEAD:
        # alembic takes 0.4 s to import and is needed once in the life of a schema
        from central.relay.store.migrate import upgrade

        upgrade(connection)


def _accepted(connection: Connection, digests: Sequence[bytes]) -> dict[bytes, Accepted]:
    wanted = select(bundle_table.c.digest, bundle_table.c.idx, bundle_table.c.receipt)
    rows = connection.execute(wanted.where(bundle_table.c.digest.in_(digests)))
    return {bytes(row.digest): Accepted(bytes(row.digest), row.idx, bytes(row.receipt)) for row in rows}


def _ends(connection: Connection, bundles: Sequence[StoredBundle]) -> dict[tuple[bytes, int], set[bytes]]:
    places = {(bundle.header.device.bytes, bundle.header.last_seq) for bundle in bundles}
    wanted = select(bundle_table.c.device, bundle_table.c.last_seq, bundle_table.c.head)
    rows = connection.execute(wanted.where(tuple_(bundle_table.c.device, bundle_table.c.last_seq).in_(sorted(places))))
    ends: dict[tuple[bytes, int], set[bytes]] = {}
    for row in rows:
        ends.setdefault((bytes(row.device), row.last_seq), set()).add(bytes(row.head))
    return ends


def _next_of(recipient: bytes, after: int) -> Select[Any]:
    at = recipient_table.c
    return select(at.idx).where(at.recipient == recipient, at.idx >= after).order_by(at.idx)


def _node(connection: Connection, level: int, index: int) -> bytes:
    found = connection.scalar(select(node_table.c.hash).where(node_table.c.level == level, node_table.c.idx == index))
    if found is None:
        raise KnownError("store.damaged", node=f"{level}/{index}")
    return bytes(found)


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        words = str(error.orig)
        if "disk is full" in words or "No space left" in words:
            raise KnownError("store.disk_full") from error
        if "malformed" in words or "not a database" in words:
            raise KnownError("store.damaged", file="relay.db") from error
        raise KnownError("relay.store_unreachable", what="database", why=type(error.orig).__name__) from error
    except NoConnection as error:
        raise KnownError("relay.store_unreachable", what="database", why="all connections are in use") from error
