"""What a way is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from enforcement.discretion.spans import Band
from enforcement.rules import FactSpec, FactValue, Position, Range, Tier, ViolationVersion


class Asked(NamedTuple):
    """One computation: the statute's range in fen, the tier that holds, which circumstances hold. `band` is the tier's own
    range for the party, if it has one."""

    version: ViolationVersion
    specs: Mapping[str, FactSpec]
    facts: Mapping[str, FactValue]
    statute: Band
    tier: Tier
    band: Range | None
    position: Position
    lighter: bool
    heavier: bool

    def share(self) -> int:
        """Thousandths of the band; where both kinds of circumstance hold they are not offset: the ordinary place."""
        if self.lighter == self.heavier:
            return self.position.ordinary
        return self.position.lighter if self.lighter else self.position.heavier


class Found(NamedTuple):
    """The band, the recommended sum (fen), and how it came about, in words for the trace where a table would not show it."""

    band: Band
    recommended: int
    words: str = ""
