"""Tiers (分档): each row has its own sums or a part of the statute's range; the recommended sum is a place in that band."""

from __future__ import annotations

from enforcement.discretion.spans import band_of, part_of, placed
from enforcement.discretion.ways.asked import Asked, Found
from enforcement.rules import ViolationVersion
from enforcement.values.errors import KnownError


def measure(asked: Asked) -> Found:
    """Raises KnownError(rules.no_tier) when the row has neither sums for the party nor a share."""
    band = None
    if asked.band is not None:
        band = band_of(asked.band, asked.facts, asked.specs)
    elif asked.tier.share is not None:
        band = part_of(asked.statute, asked.tier.share)
    if band is None:
        raise KnownError("rules.no_tier", tier=asked.tier.label)
    return Found(band, placed(asked.position, band, asked.share()))


def promises(version: ViolationVersion) -> list[tuple[str, str]]:
    """A share needs an upper end to be a share of."""
    open_end = any(span.hi is None and span.cap is None for row in version.ranges for span in row.ranges.values())
    return [
        ("no_share", f"{tier.label}：法定幅度没有上限，不能按比例分档")
        for tier in version.tiers
        if tier.share is not None and open_end
    ]
