"""An alembic configuration without a file, for each program's revisions."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config


def config_of(program: str, **attributes: object) -> Config:
    """That of migrations/`program`; what its env.py works on travels in `attributes`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / program))
    config.set_main_option("path_separator", "os")
    config.attributes.update(attributes)
    return config
