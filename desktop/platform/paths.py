"""Where a profile lies."""

from __future__ import annotations

import os
from pathlib import Path

KEY_FILE = "keys.cbor"
REQUEST_FILE, GRANT_FILE = "enrolment-request.hzq", "enrolment-grant.hzg"


def profile_path(given: Path | None) -> Path:
    """The folder given, $HENGCHI_PROFILE, or the system's place for a program's data."""
    named = os.environ.get("HENGCHI_PROFILE", "")
    if given is not None or named:
        return given or Path(named)
    from platformdirs import user_data_path  # 15 ms that a named profile does not need

    return user_data_path("hengchi", appauthor=False) / "profile"
