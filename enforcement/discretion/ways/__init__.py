"""The ways of computing that published tables use. One file each: `measure`, and `promises`, what the proof asks of it.

A new way is a file here, its name in `WAYS`, and its paragraph in docs/rules.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from enforcement.discretion.ways import average, classes, rows, weights
from enforcement.discretion.ways.asked import Asked, Found
from enforcement.rules import ViolationVersion


@dataclass(frozen=True)
class WayOf:
    """`measure` computes; `promises` yields (kind, words) of what a version of this way breaks, before any facts."""

    measure: Callable[[Asked], Found]
    promises: Callable[[ViolationVersion], list[tuple[str, str]]]


WAYS: Mapping[str, WayOf] = {
    "rows": WayOf(rows.measure, rows.promises),
    "classes": WayOf(classes.measure, classes.promises),
    "average": WayOf(average.measure, average.promises),
    "weights": WayOf(weights.measure, weights.promises),
}

__all__ = ["WAYS", "Asked", "Found", "WayOf"]
