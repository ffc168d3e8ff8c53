"""Opening the encrypted database: SQLCipher with a raw 256-bit key, WAL, synchronous=FULL (DESIGN 6)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.platform.files import disk_errors
from desktop.store.models import SCHEMA_HEAD
from enforcement.values.errors import KnownError

FILE_NAME = "store.db"
BUSY_SECONDS = 20.0
CACHE_KIB = 12_288
"""Deciphered pages that a connection keeps: as much as the indexes of ten thousand cases in which every key of a search is looked up."""


class Database:
    """An open store. Every write happens in one `write()` transaction; SQL errors of the disk become KnownError."""

    def __init__(self, engine: Engine, profile: Path) -> None:
        self.engine, self.profile = engine, profile
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading a consistent state."""
        with _sql_errors(), disk_errors(self.profile), self._sessions() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one immediate transaction; committed at the end, rolled back on any error."""
        with _sql_errors(), disk_errors(self.profile), self._sessions() as session:
            session.connection(execution_options={"hengchi_write": True})
            with _commit(session):
                yield session

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _commit(session: Session) -> Iterator[None]:
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


def open_database(profile: Path, key: bytes) -> Database:
    """Open, making or migrating the schema when needed.

    Raises KnownError(store.damaged) for another key or a damaged file, (store.newer) for a newer program's schema,
    (store.disk_full), (store.read_only).
    """
    if len(key) != 32:
        raise KnownError("store.damaged", file=FILE_NAME)
    engine = _engine(profile / FILE_NAME, key)
    try:
        with _sql_errors():
            revision = _revision(engine)
            if revision != SCHEMA_HEAD:
                _migrate(engine, revision)
                if revision:
                    _project_again(engine)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine, profile)


def _engine(path: Path, key: bytes) -> Engine:
    def connect() -> Any:
        connection = sqlcipher.connect(
            str(path), timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            connection.execute("PRAGMA cipher_memory_security = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            connection.execute("PRAGMA secure_delete = ON")
        except BaseException:
            connection.close()
            raise
        return connection

    # the connection given back last is taken first: one cache is warm, and three others do not fill up
    engine = create_engine(
        "sqlite://", creator=connect, module=sqlcipher, poolclass=QueuePool, pool_size=4, pool_use_lifo=True
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("hengchi_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _revision(engine: Engine) -> str:
    with engine.connect() as connection:
        known = connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")).first()
        if known is None:
            return ""
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _migrate(engine: Engine, revision: str) -> None:
    if revision > SCHEMA_HEAD:
        raise KnownError("store.newer", found=revision, known=SCHEMA_HEAD)
    # alembic takes 0.4 s to import and is needed once in the life of a schema
    from desktop.store.migrate import upgrade

    upgrade(engine)


def _project_again(engine: Engine) -> None:
    """A schema that came later has projections which the journal of an older store never filled."""
    from desktop.store.journal import JournalStore  # needed as seldom as alembic
    from desktop.store.projections import rebuild

    with sessionmaker(engine)() as session:
        rebuild(session, JournalStore())
        session.commit()


@contextmanager
def _sql_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, DatabaseError, sqlcipher.DatabaseError, sqlite3.DatabaseError) as error:
        known = _known(error)
        if known is None:
            raise
        raise known from error


def _known(error: Exception) -> KnownError | None:
    words = str(error)
    if "disk is full" in words:
        return KnownError("store.disk_full")
    if "readonly database" in words or "unable to open database file" in words:
        return KnownError("store.read_only")
    if any(sign in words for sign in ("file is not a database", "malformed", "disk I/O error")):
        return KnownError("store.damaged", file=FILE_NAME)
    return None
