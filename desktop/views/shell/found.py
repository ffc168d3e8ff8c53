"""What the palette finds; apart from it, so that the first window need not import the palette."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class PaletteItem:
    """Something that can be found or done."""

    title: str
    subtitle: str
    run: Callable[[], object]
