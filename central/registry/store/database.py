"""Opening the register: SQLite (WAL, synchronous=FULL) in the registry's folder, or the PostgreSQL that a URL names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

from central.registry.store.models import SCHEMA_HEAD, Base, KeptRow
from enforcement.values.errors import KnownError

FILE_NAME = "register.db"
WRITER = "writer"
BUSY_SECONDS = 30


class Register:
    """An open register. Every write is one transaction; there is one writer at a time, whoever else runs."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading."""
        with self._sessions() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on any error."""
        with self._sessions() as session:
            session.connection(execution_options={"hengchi_write": True})
            try:
                # on SQLite the transaction itself is the lock; elsewhere this row is
                session.scalar(select(KeptRow).where(KeptRow.name == WRITER).with_for_update())
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def close(self) -> None:
        self.engine.dispose()


def open_register(folder: Path, url: str = "") -> Register:
    """Open, making or migrating the schema when needed. `url` is SQLAlchemy's, empty for SQLite in `folder`.

    Raises KnownError(registry.database) for a database that cannot be reached, (store.newer) for a newer program's schema.
    """
    engine = _engine(folder, url)
    try:
        revision = _revision(engine)
        if revision != SCHEMA_HEAD:
            if revision > SCHEMA_HEAD:
                raise KnownError("store.newer", found=revision, known=SCHEMA_HEAD)
            from central.registry.store.migrate import upgrade  # alembic takes 0.4 s and is needed once

            upgrade(engine)
            with Session(engine) as session:
                session.merge(KeptRow(name=WRITER, value=b""))
                session.commit()
    except DatabaseError as error:
        engine.dispose()
        raise KnownError("registry.database", why=str(error.orig)) from error
    except BaseException:
        engine.dispose()
        raise
    return Register(engine)


def scratch_register() -> Register:
    """An empty register in memory, to make everything again in."""
    engine = _sqlite("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    return Register(engine)


def _engine(folder: Path, url: str) -> Engine:
    if not url:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / FILE_NAME
        if not path.exists():
            path.touch(mode=0o600)
        return _sqlite(f"sqlite:///{path}")
    try:
        asked = make_url(url)
        if asked.drivername == "postgresql":
            asked = asked.set(drivername="postgresql+psycopg")
        return create_engine(asked, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise KnownError("registry.database", why=str(error)) from error


def _sqlite(url: str, **more: Any) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **more)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the transaction is begun below
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("hengchi_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _revision(engine: Engine) -> str:
    if not inspect(engine).has_table("alembic_version"):
        return ""
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
