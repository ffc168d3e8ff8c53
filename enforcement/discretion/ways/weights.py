"""Weights of factors added up, at most one hundred per cent, times the statute's highest sum (权重累加)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from enforcement.discretion.spans import Band, rounded
from enforcement.discretion.ways.asked import Asked, Found
from enforcement.rules import FactValue, ViolationVersion
from enforcement.rules.facts import any_group
from enforcement.rules.model import Factor, Level


def measure(asked: Asked) -> Found:
    """A single sum, inside the statute's range."""
    levels = [(factor, _level(factor, asked.facts)) for factor in asked.version.way.factors]
    total = min(1000, sum(level.weight for _, level in levels))
    statute = asked.statute
    if statute.hi is None:
        return Found(Band(statute.lo, statute.lo), statute.lo)
    fen = rounded(asked.position, statute, statute.hi * total, 1000)
    parts = "，".join(
        f"{factor.label}{level.label}{_per_cent(level.weight)}" for factor, level in levels if level.weight
    )
    return Found(Band(fen, fen), fen, f"{parts}，合计{_per_cent(total)}乘以最高罚款" if parts else "各因素权重均为零")


def promises(version: ViolationVersion) -> list[tuple[str, str]]:
    """One row; an upper end to multiply; factors whose levels rise from a first without tests; nothing lighter or heavier besides."""
    found = [("way", "权重累加的表只有一行")] if len(version.tiers) != 1 else []
    if any(span.hi is None for row in version.ranges for span in row.ranges.values()):
        found.append(("way", "权重累加需要法定最高罚款"))
    for one in version.circumstances:
        if one.effect in ("lighter", "heavier"):
            found.append(("way", f"权重累加的表里，情节“{one.label}”不影响数额，应当写成因素"))
    for factor in version.way.factors:
        weights = [level.weight for level in factor.levels]
        if not weights or factor.levels[0].any_of or weights != sorted(weights):
            found.append(("way", f"因素“{factor.label}”：首级不设条件，权重依次增大"))
    if not version.way.factors:
        found.append(("way", "没有裁量因素"))
    return found


def _level(factor: Factor, facts: Mapping[str, FactValue]) -> Level:
    for level in reversed(factor.levels):
        if level.any_of and _holds(level.any_of)(facts):
            return level
    return factor.levels[0]


_holds = lru_cache(maxsize=4096)(any_group)


def _per_cent(thousandths: int) -> str:
    whole, rest = divmod(thousandths, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"
