"""SQLite (WAL, synchronous=FULL) for the log and bundles, a folder for blobs. Nothing to install."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, create_engine, event
from sqlalchemy.dialects.sqlite import insert

from central.relay.store.folder import FolderBlobs
from central.relay.store.sql import WRITE, SqlStore, prepare_schema

POLL_SECONDS = 0.2
CACHE_KIB = 65536


class SqliteStore(SqlStore):
    """RelayStore on one file and one folder."""

    one_writer = True

    def __init__(self, folder: Path) -> None:
        """Open, making or migrating; raises KnownError(store.newer) for a newer program's file."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "relay.db"
        super().__init__(_engine(path, "FULL"), _engine(path, "NORMAL"), FolderBlobs(folder / "blobs"), insert)
        try:
            with self._writing() as connection:
                prepare_schema(connection)
        except BaseException:
            self.close()
            raise

    async def growth(self) -> None:
        await asyncio.sleep(POLL_SECONDS)

    def _locked(self, wanted: Select[Any]) -> Select[Any]:
        return wanted  # BEGIN IMMEDIATE has the lock already


def _engine(path: Path, synchronous: str) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
