"""Classes by circumstance (从轻、一般、从重), by default the lower and the upper 30 per cent (国市监法规〔2022〕2号)."""

from __future__ import annotations

from enforcement.discretion.spans import Band, part_of, placed
from enforcement.discretion.ways.asked import Asked, Found
from enforcement.rules import ViolationVersion
from enforcement.rules.model import Share


def measure(asked: Asked) -> Found:
    """Lower part where only lighter circumstances hold, upper part where only heavier ones do, between otherwise."""
    way = asked.version.way
    if asked.statute.hi is None:
        return Found(asked.statute, placed(asked.position, asked.statute, asked.position.ordinary))
    band: Band
    if asked.lighter and not asked.heavier:
        band, name = part_of(asked.statute, Share(lo=0, hi=way.lighter)), "从轻"
    elif asked.heavier and not asked.lighter:
        band, name = part_of(asked.statute, Share(lo=1000 - way.heavier, hi=1000)), "从重"
    else:
        between = Share(lo=way.lighter, hi=1000 - way.heavier, lo_included=False, hi_included=False)
        band, name = part_of(asked.statute, between), "一般"
    return Found(band, placed(asked.position, band, asked.position.ordinary), f"按{name}处罚的幅度计算")


def promises(version: ViolationVersion) -> list[tuple[str, str]]:
    """One row, and room between the classes."""
    found = [("way", "按情节分档的表只有一行")] if len(version.tiers) != 1 else []
    if version.way.lighter + version.way.heavier > 1000:
        found.append(("way", "从轻与从重的部分重叠"))
    return found
