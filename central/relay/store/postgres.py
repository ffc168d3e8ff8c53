"""PostgreSQL for the log and bundles; blobs in a folder of one machine or in an S3 store. Any number of processes may share it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, make_url, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import ArgumentError

from central.relay.store.blobs import Blobs
from central.relay.store.sql import SqlStore, prepare_schema
from enforcement.values.errors import KnownError

CHANNEL = "hengchi_log"
SCHEMA_LOCK = 0x48656E67
RETRY_SECONDS = 1.0
SESSION = "-c idle_in_transaction_session_timeout=15s -c lock_timeout=20s -c statement_timeout=120s"
"""A process that vanished in a transaction must not hold the head of the log for ever."""


class PostgresStore(SqlStore):
    """RelayStore on one database."""

    def __init__(self, url: str, blobs: Blobs) -> None:
        """`postgresql://…`; makes or migrates the schema.

        Raises KnownError(input.invalid) for another address, (relay.store_unreachable), (store.newer).
        """
        # receipts leave only after the commit is on the disk, whatever the server is set to
        durable, quick = (_engine(url, f"{SESSION} -c synchronous_commit={how}") for how in ("on", "off"))
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

    def _announce(self, connection: Connection) -> None:
        connection.execute(select(text(f"pg_notify('{CHANNEL}', '')")))


def _engine(url: str, options: str) -> Engine:
    try:
        made = make_url(url)
    except ArgumentError as error:
        raise KnownError("input.invalid", field="database", why="postgresql://…") from error
    if made.drivername != "postgresql":
        raise KnownError("input.invalid", field="database", why="postgresql://…")
    return create_engine(
        made.set(drivername="postgresql+psycopg"),
        connect_args={"options": options, "connect_timeout": 5},
        pool_size=8,
        max_overflow=16,
        pool_timeout=10,
    )
