"""Several provisions on one act: the one with the higher fine applies, and there is no second fine (APL Art. 29)."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import msgspec

from enforcement.discretion.model import Determination, Reason


def heaviest_of(found: Sequence[Determination]) -> Determination:
    """The determination by the provision with the higher fine, saying which others gave way.

    Compared by the statute's highest sum, then its lowest, then the recommended one; no upper end is the highest. Raises
    ValueError without any.
    """
    if not found:
        raise ValueError("no determination")

    def weight(one: Determination) -> tuple[float, int, int]:
        return (inf if one.statute_hi is None else one.statute_hi, one.statute_lo, one.recommended_fen or 0)

    wins = max(found, key=weight)
    others = [f"{one.title}（{one.punishes}）" for one in found if one is not wins]
    if not others:
        return wins
    text = f"同一行为还违反{'、'.join(others)}，按罚款数额高的规定处罚，不再另行罚款"
    reason = Reason(kind="one_fine", text=text, basis="行政处罚法第二十九条")
    return msgspec.structs.replace(wins, reasons=(reason, *wins.reasons))
