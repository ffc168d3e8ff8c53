"""Bringing the relay's schema to the newest revision with alembic, in one transaction, on either database."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

from migrations.running import config_of


def config_for(connection: Connection | None = None) -> Config:
    """The configuration of these revisions, for a database where one is named."""
    return config_of("central", connection=connection)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the missing revisions in the caller's transaction. A file from before there were any stands at the first."""
    names = inspect(connection).get_table_names()
    if "meta" in names and "alembic_version" not in names:
        command.stamp(config_for(connection), "0001")
    command.upgrade(config_for(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Run revisions backwards, for the tests of every migration."""
    command.downgrade(config_for(connection), revision)
