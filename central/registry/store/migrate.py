"""Bringing the register's schema to the newest revision with alembic, in one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

import migrations

SCRIPTS = Path(migrations.__file__).parent / "registry"


def config_for(engine: Engine | None = None) -> Config:
    """An alembic configuration without a file; the engine travels in `attributes`."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    if engine is not None:
        config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the missing revisions."""
    command.upgrade(config_for(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Run revisions backwards, for the tests of every migration."""
    command.downgrade(config_for(engine), revision)
