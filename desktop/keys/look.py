"""What a profile is before anybody signed in; quick to import, for the first window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import UUID

from desktop.keys.keyfile import read_key_file
from desktop.platform.paths import GRANT_FILE


@dataclass(frozen=True)
class ProfileState:
    """What a profile is before anybody signed in. `numbers` are the certificate numbers enrolled here; no name is known."""

    stage: Literal["empty", "asked", "ready"]
    numbers: tuple[str, ...]
    device: UUID | None


def look(profile: Path) -> ProfileState:
    """Read nothing but the key file and whether a grant lies beside it."""
    keys = read_key_file(profile)
    if keys is None:
        return ProfileState("empty", (), None)
    stage: Literal["asked", "ready"] = "ready" if (profile / GRANT_FILE).is_file() else "asked"
    return ProfileState(stage, keys.numbers, keys.device)
