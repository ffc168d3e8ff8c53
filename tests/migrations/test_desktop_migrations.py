import os

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from desktop.store import open_database
from desktop.store.migrate import config_for, downgrade, upgrade
from desktop.store.models import SCHEMA_HEAD, Base


def test_every_revision_goes_both_ways_and_head_equals_models(tmp_path):
    database = open_database(tmp_path, os.urandom(32))
    revisions = [script.revision for script in ScriptDirectory.from_config(config_for()).walk_revisions()]
    assert revisions[0] == SCHEMA_HEAD
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    for revision in [*revisions[1:], "base"]:
        downgrade(database.engine, revision)
        upgrade(database.engine, revision if revision != "base" else "head")
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == SCHEMA_HEAD
    database.close()
