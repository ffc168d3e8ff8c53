"""Sums of a range for given facts: multiples of a value, sums per unit and per day, parts of a range. Integer fen only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from enforcement.rules import FactSpec, FactValue, Position, Range
from enforcement.rules.model import Share


class Band(NamedTuple):
    """A span of sums in fen. Without an upper end `hi` is None."""

    lo: int
    hi: int | None
    lo_included: bool = True
    hi_included: bool = True

    def holds(self, fen: int) -> bool:
        """Whether a sum lies in it."""
        above = fen >= self.lo if self.lo_included else fen > self.lo
        return above and (self.hi is None or (fen <= self.hi if self.hi_included else fen < self.hi))

    def inside(self, other: Band) -> bool:
        """Whether every sum of it lies in the other."""
        lower = self.lo > other.lo or (self.lo == other.lo and (other.lo_included or not self.lo_included))
        if other.hi is None:
            return lower
        if self.hi is None:
            return False
        return lower and (self.hi < other.hi or (self.hi == other.hi and (other.hi_included or not self.hi_included)))


def band_of(span: Range, facts: Mapping[str, FactValue], specs: Mapping[str, FactSpec]) -> Band | None:
    """The range in fen; None while a fact that it is reckoned from is not known. Ends are rounded inwards."""
    if not span.per:
        return Band(span.lo, span.hi, span.lo_included, span.hi_included)
    quantity, scale = 1, 1
    for name in span.per:
        value = facts.get(name)
        if not isinstance(value, int):
            return None
        quantity, scale = quantity * value, scale * 10 ** specs[name].decimals
    low, low_in = _clamped(span, -(-span.lo * quantity // scale), span.lo_included)
    if span.hi is None:
        return Band(low, span.cap, low_in, True)
    high, high_in = _clamped(span, span.hi * quantity // scale, span.hi_included)
    return Band(low, max(low, high), low_in or low >= high, high_in or low >= high)


def _clamped(span: Range, fen: int, included: bool) -> tuple[int, bool]:
    floor, cap = span.floor or 0, span.cap
    if fen < floor:
        return floor, True
    if cap is not None and fen > cap:
        return cap, True
    return fen, included


def part_of(statute: Band, share: Share) -> Band:
    """A part of a range that has an upper end, rounded inwards to fen."""
    if statute.hi is None:
        return statute
    base, width = (0, statute.hi) if share.of_highest else (statute.lo, statute.hi - statute.lo)
    low = max(statute.lo, base - (-width * share.lo // 1000))
    high = max(low, base + width * share.hi // 1000)
    at_low, at_high = low == statute.lo, high == statute.hi
    low_in = share.lo_included and (statute.lo_included or not at_low)
    high_in = share.hi_included and (statute.hi_included or not at_high)
    point = low == high
    return Band(low, high, low_in or point, high_in or point)


def placed(position: Position, band: Band, share: int) -> int:
    """The sum at `share` thousandths of a band, rounded to the step, never outside. Without an upper end its beginning."""
    if band.hi is None:
        return within(position, band, band.lo)
    return rounded(position, band, band.lo * 1000 + (band.hi - band.lo) * share, 1000)


def rounded(position: Position, band: Band, numerator: int, denominator: int) -> int:
    """numerator / denominator fen, rounded to the step as the pack says, then not outside the band."""
    step = position.step
    half = step * denominator // 2 if position.rounding == "nearest" else 0
    return within(position, band, (numerator + half) // (step * denominator) * step)


def within(position: Position, band: Band, fen: int) -> int:
    """The nearest sum of the band: an end that does not belong is left by a step, or by one fen where there is no room."""
    if band.hi is not None and (fen > band.hi or (fen == band.hi and not band.hi_included)):
        stepped = (-(-band.hi // position.step) - 1) * position.step
        fen = band.hi if band.hi_included else _beside(band, stepped, band.hi - 1)
    if fen < band.lo or (fen == band.lo and not band.lo_included):
        stepped = (band.lo // position.step + 1) * position.step
        fen = band.lo if band.lo_included else _beside(band, stepped, band.lo + 1)
    return fen


def _beside(band: Band, stepped: int, nearest: int) -> int:
    return stepped if band.holds(stepped) else nearest
