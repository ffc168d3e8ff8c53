"""Bringing the register's schema to the newest revision with alembic, in one transaction."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from migrations.running import config_of


def config_for(engine: Engine | None = None) -> Config:
    """The configuration of these revisions, for a database where one is named."""
    return config_of("registry", engine=engine)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the missing revisions."""
    command.upgrade(config_for(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Run revisions backwards, for the tests of every migration."""
    command.downgrade(config_for(engine), revision)
