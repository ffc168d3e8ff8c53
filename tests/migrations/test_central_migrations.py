"""The relay's schema, up from empty and both ways, on SQLite and on PostgreSQL."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url, text

from central.relay.services import Relay
from central.relay.store import SqliteStore
from central.relay.store.folder import FolderBlobs
from central.relay.store.migrate import config_for, downgrade, upgrade
from central.relay.store.postgres import PostgresStore
from central.relay.store.tables import SCHEMA_HEAD, metadata
from enforcement.values.errors import KnownError
from tests.support.offices import HandClock
from tests.support.relays import sender

REVISIONS = [script.revision for script in ScriptDirectory.from_config(config_for()).walk_revisions()]


class Where:
    def __init__(self, kind, request, folder):
        self.folder = folder
        if kind == "sqlite":
            folder.mkdir()
            self.engine = create_engine(f"sqlite:///{folder / 'relay.db'}")
        else:
            self.url = request.getfixturevalue("postgres").database()
            self.engine = create_engine(make_url(self.url).set(drivername="postgresql+psycopg"))

    def open(self):
        if self.engine.dialect.name == "sqlite":
            return SqliteStore(self.folder)
        return PostgresStore(self.url, FolderBlobs(self.folder / "blobs"))


@pytest.fixture(params=["sqlite", "postgres"])
def where(request, tmp_path):
    made = Where(request.param, request, tmp_path / "relay")
    yield made
    made.engine.dispose()


def accept(store, *bundles):
    from tests.unit.relay.test_store import KEY

    return Relay(store, None, KEY, HandClock()).log([bundles])[0]


def test_up_from_empty_both_ways_and_head_equals_the_tables(where):
    assert REVISIONS[0] == SCHEMA_HEAD
    with where.engine.begin() as connection:
        for revision in reversed(REVISIONS):
            upgrade(connection, revision)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        for revision in [*REVISIONS[1:], "base"]:
            downgrade(connection, revision)
            upgrade(connection, revision if revision != "base" else "head")
    with where.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == SCHEMA_HEAD


def test_a_log_of_before_goes_on_as_it_was(where):
    device, store = sender(), where.open()
    bundles = [device.stored() for _ in range(13)]
    forked = device.stored(seq=13, head=bytes(32))
    known = accept(store, *bundles, forked)
    state = store.log_state()
    store.close()
    with where.engine.begin() as connection:
        downgrade(connection, "0001")
        if where.engine.dialect.name == "sqlite":  # as the program left it that knew of no revisions
            connection.execute(text("DROP TABLE alembic_version"))
    store = where.open()
    assert store.log_state() == state
    assert state.consistent
    assert accept(store, *bundles, forked) == known
    assert store.received() == {device.info.device: (13, True)}
    assert [store.bundle(one.digest) for one in bundles] == [one.data for one in bundles]
    assert accept(store, device.stored())[0].index == 14
    assert store.log_state().consistent
    store.close()


def test_a_newer_program_s_store_is_left_alone(where):
    where.open().close()
    with where.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(KnownError, match=r"store\.newer"):
        where.open()
