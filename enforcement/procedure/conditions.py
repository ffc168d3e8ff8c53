"""Conditions of a procedure's table: `a & b | !c`, alternatives of names that must hold or, with `!`, must not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_NAME = re.compile(r"!?[a-z_]+(\.[a-z_]+)*")


@dataclass(frozen=True)
class Condition:
    """`ways`: alternatives, each (name, must hold) pairs; none at all always holds."""

    text: str
    ways: tuple[tuple[tuple[str, bool], ...], ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for way in self.ways for name, _ in way)

    def holds(self, is_so: Callable[[str], bool]) -> bool:
        """Whether one of the ways does."""
        return not self.ways or any(all(is_so(name) == wanted for name, wanted in way) for way in self.ways)


def condition(text: str) -> Condition:
    """Raises ValueError for what is no condition."""
    if not text.strip():
        return Condition("", ())
    ways = []
    for way in text.split("|"):
        parts = [part.strip() for part in way.split("&")]
        for part in parts:
            if not _NAME.fullmatch(part):
                raise ValueError(f"{part!r} is no name")
        ways.append(tuple((part.removeprefix("!"), not part.startswith("!")) for part in parts))
    return Condition(text, tuple(ways))
