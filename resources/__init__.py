"""Data files of the program: rule packs, forms, fonts, icons, styles, translations, calendars, the demonstration."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def path(name: str) -> Path:
    """Where a data file or folder lies, by its name under resources/."""
    return _HERE / name
