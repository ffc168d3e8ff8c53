import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from central.registry.store import open_register
from central.registry.store.migrate import config_for, downgrade, upgrade
from central.registry.store.models import SCHEMA_HEAD, Base
from enforcement.values.errors import KnownError


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_every_revision_goes_both_ways_and_head_equals_models(tmp_path, kind, request):
    register = open_register(tmp_path, request.getfixturevalue("postgres").database() if kind == "postgres" else "")
    revisions = [script.revision for script in ScriptDirectory.from_config(config_for()).walk_revisions()]
    assert revisions[0] == SCHEMA_HEAD
    with register.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    for revision in [*revisions[1:], "base"]:
        downgrade(register.engine, revision)
        upgrade(register.engine, revision if revision != "base" else "head")
    with register.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == SCHEMA_HEAD
    register.close()


def test_a_newer_schema_and_a_database_that_is_none(tmp_path):
    register = open_register(tmp_path)
    version = text("UPDATE alembic_version SET version_num = '9999'")
    with register.engine.begin() as connection:
        connection.execute(version)
    register.close()
    with pytest.raises(KnownError, match=r"store\.newer"):
        open_register(tmp_path)
    with pytest.raises(KnownError, match=r"registry\.database"):
        open_register(tmp_path, "nothing://here")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "register.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(KnownError, match=r"registry\.database"):
        open_register(tmp_path / "other")
