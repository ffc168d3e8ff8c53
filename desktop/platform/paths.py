"""Where a profile lies."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path


def profile_path(given: Path | None) -> Path:
    """The folder given, $HENGCHI_PROFILE, or the system's place for a program's data."""
    named = os.environ.get("HENGCHI_PROFILE", "")
    return given or (Path(named) if named else user_data_path("hengchi", appauthor=False) / "profile")
