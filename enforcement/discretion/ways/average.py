"""The mean of lowest and highest sum parts lighter from heavier (平均值法); with one end only, multiples or parts of it."""

from __future__ import annotations

from enforcement.discretion.spans import Band, placed, rounded
from enforcement.discretion.ways.asked import Asked, Found
from enforcement.rules import ViolationVersion


def measure(asked: Asked) -> Found:
    """Lighter below the mean, ordinary the mean, heavier from the mean on."""
    way, statute, position = asked.version.way, asked.statute, asked.position
    lighter, heavier = asked.lighter and not asked.heavier, asked.heavier and not asked.lighter
    if statute.hi is None:
        ordinary, most = statute.lo * way.ordinary // 1000, statute.lo * way.heavier // 1000
        if lighter:
            return Found(Band(statute.lo, statute.lo), statute.lo, "只有下限：从轻按下限")
        low, high = (ordinary, most) if heavier else (statute.lo, ordinary)
        band = Band(low, max(low, high))
        return Found(band, rounded(position, band, high, 1), "只有下限：按下限的倍数")
    if statute.lo == 0:
        small, middle = statute.hi * way.lighter // 1000, statute.hi * way.ordinary // 1000
        ends = (0, small) if lighter else (middle, statute.hi) if heavier else (small, middle)
        band = Band(*ends, True, statute.hi_included or ends[1] < statute.hi)
        return Found(band, placed(position, band, position.ordinary), "只有上限：按上限的比例")
    mean = (statute.lo + statute.hi) // 2
    if lighter:
        band = Band(statute.lo, mean, statute.lo_included, statute.lo == mean)
    elif heavier:
        band = Band(mean, statute.hi, True, statute.hi_included)
    else:
        return Found(Band(mean, mean), mean, "一般按平均值")
    return Found(band, placed(position, band, position.ordinary), "与平均值比较")


def promises(version: ViolationVersion) -> list[tuple[str, str]]:
    """One row; the multiples of a table without an upper end rise from one."""
    found = [("way", "按情节分档的表只有一行")] if len(version.tiers) != 1 else []
    open_end = any(span.hi is None for row in version.ranges for span in row.ranges.values())
    way = version.way
    if open_end and not 1000 <= way.ordinary <= way.heavier:
        found.append(("way", "只有下限时，一般、从重的倍数须依次不小于一倍"))
    if not open_end and not 0 <= way.lighter <= way.ordinary <= 1000:
        found.append(("way", "只有上限时，从轻、一般的比例须依次增大"))
    return found
