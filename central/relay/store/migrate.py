"""Bringing the relay's schema to the newest revision with alembic, in one transaction, on either database."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

import migrations

SCRIPTS = Path(migrations.__file__).parent / "central"


def config_for(connection: Connection | None = None) -> Config:
    """An alembic configuration without a file; the connection travels in `attributes`."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the missing revisions in the caller's transaction. A file from before there were any stands at the first."""
    names = inspect(connection).get_table_names()
    if "meta" in names and "alembic_version" not in names:
        command.stamp(config_for(connection), "0001")
    command.upgrade(config_for(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Run revisions backwards, for the tests of every migration."""
    command.downgrade(config_for(connection), revision)
