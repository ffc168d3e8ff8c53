"""PostgreSQL for the log and bundles; blobs in a folder of one machine or in an S3 store. Any number of processes may share it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import ArgumentError

from central.relay.store.blobs import Blobs
from central.relay.store.rows import Appended
from central.relay.store.sql import SqlStore, prepare_schema
from enforcement.values.errors import KnownError

CHANNEL = "hengchi_log"
SCHEMA_LOCK = 0x48656E67
RETRY_SECONDS = 1.0
POOL = 10
"""Connections of one process, besides one for what need not be durable, one that listens, and one of each pool in need."""
BUNDLE = ("idx", "digest", "device", "first_seq", "last_seq", "head", "size", "at_ms", "receipt", "forks")
TYPES = {
    **dict.fromkeys(("digest", "device", "head", "receipt", "data", "recipient", "hash", "kid", "nonce"), "bytea"),
    **dict.fromkeys(("unit", "span"), "text"),
    **dict.fromkeys(("forks", "forked"), "boolean"),
    "level": "smallint",
}
"""Of the columns; the others are bigint."""


def _unnest(*names: str, prefix: str = "") -> str:
    return "unnest(" + ", ".join(f"CAST(:{prefix}{name} AS {TYPES.get(name, 'bigint')}[])" for name in names) + ")"


NONCES = text(
    f"INSERT INTO nonce (kid, nonce, at_ms) SELECT * FROM {_unnest('kid', 'nonce', 'at_ms')}"
    " ON CONFLICT DO NOTHING RETURNING kid, nonce"
)
USAGE = text(
    "INSERT INTO usage AS u (kid, span, slot, requests, bundles, bytes)"
    f" SELECT * FROM {_unnest('kid', 'span', 'slot', 'requests', 'bundles', 'bytes')}"
    " ON CONFLICT (kid, span, slot) DO UPDATE SET requests = u.requests + excluded.requests,"
    " bundles = u.bundles + excluded.bundles, bytes = u.bytes + excluded.bytes"
)
WRITE_LOG = text(
    f"WITH b AS (INSERT INTO bundle ({', '.join(BUNDLE)}) SELECT * FROM {_unnest(*BUNDLE, prefix='b_')}),"
    " c AS (INSERT INTO bundle_data (idx, data)"
    "  SELECT * FROM unnest(CAST(:b_idx AS bigint[]), CAST(:data AS bytea[]))),"
    f" r AS (INSERT INTO recipient (recipient, idx) SELECT * FROM {_unnest('recipient', 'idx', prefix='r_')}),"
    f" n AS (INSERT INTO node (level, idx, hash) SELECT * FROM {_unnest('level', 'idx', 'hash', prefix='n_')}),"
    " d AS (INSERT INTO device_log AS d (device, last_seq, forked)"
    f"  SELECT * FROM {_unnest('device', 'last_seq', 'forked', prefix='d_')} ON CONFLICT (device) DO UPDATE"
    "  SET last_seq = greatest(d.last_seq, excluded.last_seq), forked = d.forked OR excluded.forked),"
    " u AS (INSERT INTO unit_storage AS u (unit, bytes)"
    f"  SELECT * FROM {_unnest('unit', 'bytes', prefix='u_')} ON CONFLICT (unit) DO UPDATE SET bytes = u.bytes + excluded.bytes),"
    " h AS (UPDATE log_head SET size = :size, frontier = :frontier)"
    f" SELECT pg_notify('{CHANNEL}', '')"
)
SESSION = "-c idle_in_transaction_session_timeout=15s -c lock_timeout=20s -c statement_timeout=120s"
"""A process that vanished in a transaction must not hold the head of the log for ever."""


class PostgresStore(SqlStore):
    """RelayStore on one database."""

    def __init__(self, url: str, blobs: Blobs) -> None:
        """`postgresql://…`; makes or migrates the schema.

        Raises KnownError(input.invalid) for another address, (relay.store_unreachable), (store.newer).
        """
        # receipts leave only after the commit is on the disk, whatever the server is set to
        durable = _engine(url, f"{SESSION} -c synchronous_commit=on", POOL)
        quick = _engine(url, f"{SESSION} -c synchronous_commit=off", 1)
        super().__init__(durable, quick, blobs, insert)
        self._listener: psycopg.AsyncConnection[Any] | None = None
        try:
            with self._writing() as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SCHEMA_LOCK})
                prepare_schema(connection)
        except BaseException:
            self.close()
            raise

    async def growth(self) -> None:
        """Returns when a process says that the log grew, or when it may have said so unheard."""
        try:
            if self._listener is None:
                url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
                self._listener = await psycopg.AsyncConnection.connect(url, autocommit=True)
                await self._listener.execute(f"LISTEN {CHANNEL}")
                return
            async for _ in self._listener.notifies(stop_after=1):
                return
        except psycopg.Error:
            await self._unlisten()
            await asyncio.sleep(RETRY_SECONDS)
        except asyncio.CancelledError:
            await self._unlisten()
            raise

    async def _unlisten(self) -> None:
        if self._listener is not None:
            with suppress(psycopg.Error):
                await self._listener.close()
        self._listener = None

    def take_nonces(self, connection: Connection, rows: list[dict[str, Any]]) -> set[tuple[bytes, bytes]]:
        found = connection.execute(NONCES, _columns(rows, "kid", "nonce", "at_ms"))
        return {(bytes(row.kid), bytes(row.nonce)) for row in found}

    def add_usage(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        connection.execute(USAGE, _columns(rows, "kid", "span", "slot", "requests", "bundles", "bytes"))

    def _write(self, connection: Connection, made: Appended) -> None:
        """Everything in one statement: a round trip for each table would hold the head of the log as many times as long."""
        units = sorted(made.units)
        words = {
            **_columns(made.bundles, *BUNDLE, prefix="b_"),
            "data": [row["data"] for row in made.data],
            **_columns(made.recipients, "recipient", "idx", prefix="r_"),
            **_columns(made.nodes, "level", "idx", "hash", prefix="n_"),
            **_columns(made.devices(), "device", "last_seq", "forked", prefix="d_"),
            "u_unit": units,
            "u_bytes": [made.units[unit] for unit in units],
            "size": made.frontier.size,
            "frontier": made.frontier.written(),
        }
        connection.execute(WRITE_LOG, words)


def _columns(rows: list[dict[str, Any]], *names: str, prefix: str = "") -> dict[str, Any]:
    """Rows as arrays by column."""
    return {f"{prefix}{name}": [row[name] for row in rows] for name in names}


def _engine(url: str, options: str, most: int) -> Engine:
    try:
        made = make_url(url)
    except ArgumentError as error:
        raise KnownError("input.invalid", field="database", why="postgresql://…") from error
    if made.drivername != "postgresql":
        raise KnownError("input.invalid", field="database", why="postgresql://…")
    return create_engine(
        made.set(drivername="postgresql+psycopg"),
        connect_args={"options": options, "connect_timeout": 5},
        pool_size=most,
        max_overflow=1,
        pool_timeout=30,
    )
