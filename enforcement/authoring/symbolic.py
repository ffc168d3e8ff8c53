"""A table as formulas: every fact a variable, the tier, the ranges and the sum as terms over them. For z3, which the proof asks.

This is a second telling of docs/rules.md, "Evaluation", steps 4, 6, 7 and 8, and shares nothing with the evaluator but the pack. The
context is that of an adult with full capacity, not yet fined, on a day on which the version is in force.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import prod
from typing import Any, NamedTuple

import z3

from enforcement.rules import (
    FactSpec,
    FactValue,
    LoadedPack,
    Position,
    Range,
    Test,
    Tier,
    Violation,
    ViolationVersion,
)
from enforcement.rules.model import Share

Term = Any
"""A z3 term; the binding has no types of its own."""
Groups = tuple[tuple[Test, ...], ...]


class Span(NamedTuple):
    """A span of sums in fen. Where `top` holds there is no upper end and `hi` says nothing."""

    lo: Term
    hi: Term
    top: Term
    lo_in: Term
    hi_in: Term


@dataclass(frozen=True)
class Model:
    """One version of a violation for one kind of party.

    `rank` is the tier's place from 0; `met` the same before circumstances move it up; `lighter`, `heavier`, `exempt` ("must")
    and `mitigated` ("must") say which effects hold.
    """

    facts: Mapping[str, Term]
    known: Mapping[str, Term]
    domain: tuple[Term, ...]
    may_fine: Term
    met: Term
    rank: Term
    statute: Span
    band: Span
    recommended: Term
    exempt: Term
    mitigated: Term
    own: tuple[Term, ...]
    holds: tuple[Term, ...]
    products: Mapping[tuple[str, ...], Term]

    def at(self, facts: Mapping[str, FactValue], specs: Sequence[FactSpec]) -> list[tuple[Term, Term]]:
        """Facts as substitutions for the variables."""
        pairs: list[tuple[Term, Term]] = []
        for spec in specs:
            if spec.when_unknown == "lowest":
                pairs.append((self.known[spec.id], z3.BoolVal(spec.id in facts)))
            number = _number(spec, facts[spec.id]) if spec.id in facts else _bounds(spec)[0]
            pairs.append((self.facts[spec.id], z3.IntVal(number)))
        for names, product in self.products.items():
            pairs.append((product, z3.IntVal(prod(int(facts[name]) for name in names))))
        return pairs

    def exact(self) -> list[Term]:
        """What makes products the products of their facts; with it z3 may have to give up."""
        return [product == prod_term([self.facts[name] for name in names]) for names, product in self.products.items()]

    def facts_of(self, found: Any, specs: Sequence[FactSpec]) -> dict[str, FactValue]:
        """The facts of a z3 model."""
        values: dict[str, FactValue] = {}
        for spec in specs:
            if spec.when_unknown == "lowest" and not z3.is_true(found.eval(self.known[spec.id], True)):
                continue
            values[spec.id] = _value(spec, found.eval(self.facts[spec.id], True).as_long())
        return values


def model_of(loaded: LoadedPack, violation: Violation, version: ViolationVersion, party: str, prime: str = "") -> Model:
    """The formulas; `prime` names a second copy of the variables."""
    maker = _Maker(violation, version, party, loaded.pack.position, prime)
    policy = loaded.pack.policy
    conditions = [maker.all_of(one.all_of) for one in version.circumstances]
    effects = list(zip(version.circumstances, conditions, strict=True))
    mitigated = z3.Or(*[h for one, h in effects if one.effect == "mitigated" and one.must])
    lighter = z3.Or(*[h for one, h in effects if one.effect in ("lighter", "mitigated")])
    heavier = z3.Or(*[h for one, h in effects if one.effect == "heavier"])
    exempt = z3.Or(*[h for one, h in effects if one.effect == "exempt" and one.must])
    if policy.combine == "heavier":
        lighter = z3.And(lighter, z3.Not(heavier))
    own = tuple(maker.any_of(tier.any_of) for tier in version.tiers)
    met = maker.rank(own, policy.winner)
    up = z3.IntVal(0)
    for one, h in effects:
        if one.tiers_up:
            up = z3.If(z3.And(h, up < one.tiers_up), one.tiers_up, up)
    last = len(version.tiers) - 1
    rank = z3.If(met + up > last, last, met + up)
    statute = maker.statute()
    maker.only = {"lighter": z3.And(lighter, z3.Not(heavier)), "heavier": z3.And(heavier, z3.Not(lighter))}
    band, recommended = maker.measure(statute, rank)
    if any(one.effect == "mitigated" and one.must for one in version.circumstances):
        below = Span(z3.IntVal(0), statute.lo, z3.BoolVal(False), z3.BoolVal(True), z3.BoolVal(False))
        goes = z3.And(mitigated, statute.lo > 0)
        sum_ = maker.rounded(below, statute.lo * loaded.pack.position.mitigated, 1000)
        band, recommended = _if_span(goes, below, band), z3.If(goes, sum_, recommended)
    may_fine = z3.And(*[maker.all_of(one.all_of) for one in version.before])
    return Model(
        maker.facts, maker.known, tuple(maker.domain), may_fine, met, rank, statute, band,
        z3.If(exempt, 0, recommended), exempt, mitigated, own, tuple(conditions), maker.products,
    )  # fmt: skip


class _Maker:
    """Makes terms of one version."""

    def __init__(
        self, violation: Violation, version: ViolationVersion, party: str, position: Position, prime: str
    ) -> None:
        self.violation, self.version, self.party, self.position = violation, version, party, position
        self.specs = {spec.id: spec for spec in violation.facts}
        self.facts = {spec.id: z3.Int(f"{spec.id}{prime}") for spec in violation.facts}
        self.known = {spec.id: z3.Bool(f"known {spec.id}{prime}") for spec in violation.facts}
        self.only: Mapping[str, Term] = {}
        self.domain: list[Term] = []
        self.products: dict[tuple[str, ...], Term] = {}
        for spec in violation.facts:
            low, high = _bounds(spec)
            self.domain += [self.facts[spec.id] >= low, self.facts[spec.id] <= high]
            if spec.when_unknown == "ask":
                self.domain.append(self.known[spec.id])

    # conditions

    def all_of(self, tests: tuple[Test, ...]) -> Term:
        return z3.And(*[self._test(test) for test in tests])

    def any_of(self, groups: Groups) -> Term:
        return z3.Or(*[self.all_of(group) for group in groups])

    def _test(self, test: Test) -> Term:
        spec, fact = self.specs[test.fact], self.facts[test.fact]
        if test.op == "in":
            holds = z3.Or(*[fact == _number(spec, value) for value in test.values])
        else:
            assert test.value is not None
            holds = _COMPARE[test.op](fact, _number(spec, test.value))
        return z3.And(self.known[test.fact], holds) if spec.when_unknown == "lowest" else holds

    def rank(self, own: Sequence[Term], winner: str) -> Term:
        """The row that wins: the last that holds, or the first where the lighter wins."""
        order = range(len(own) - 1, 0, -1) if winner == "lighter" else range(1, len(own))
        found: Term = z3.IntVal(0)
        for index in order:
            found = z3.If(own[index], index, found)
        return found

    # ranges

    def statute(self) -> Span:
        rows = [row for row in self.version.ranges if self.party in row.ranges]
        found = self._range(rows[0].ranges[self.party])
        for row in rows[1:]:
            found = _if_span(self.any_of(row.any_of), self._range(row.ranges[self.party]), found)
        return found

    def _range(self, span: Range) -> Span:
        no = z3.BoolVal(False)
        if not span.per:
            top = span.hi is None
            return Span(
                z3.IntVal(span.lo), z3.IntVal(0 if span.hi is None else span.hi), z3.BoolVal(top),
                z3.BoolVal(span.lo_included), z3.BoolVal(span.hi_included),
            )  # fmt: skip
        quantity, scale = self._quantity(span.per)
        low, low_in = _clamped(span, (span.lo * quantity + scale - 1) / scale, span.lo_included)
        if span.hi is None:
            top = z3.BoolVal(span.cap is None)
            return Span(low, z3.IntVal(span.cap or 0), top, low_in, z3.BoolVal(True))
        high, high_in = _clamped(span, span.hi * quantity / scale, span.hi_included)
        met = low >= high
        return Span(low, z3.If(met, low, high), no, z3.Or(low_in, met), z3.Or(high_in, met))

    def _quantity(self, names: tuple[str, ...]) -> tuple[Term, int]:
        """The product of facts. Of several it is a number of its own between the least and the greatest product: more than can
        be, so that what is proved of it holds, and what is refuted is asked of the evaluator again."""
        scale = 1
        for name in names:
            scale *= 10 ** self.specs[name].decimals
        if len(names) == 1:
            return self.facts[names[0]], scale
        key = tuple(sorted(names))
        if key not in self.products:
            product = z3.Int(f"product {' '.join(key)} {self.facts[key[0]]}")
            low = high = 1
            for name in key:
                low, high = low * self.specs[name].low, high * self.specs[name].high
            self.domain += [product >= low, product <= high]
            self.products[key] = product
        return self.products[key], scale

    def _part(self, statute: Span, share: Share) -> Span:
        base, width = (0, statute.hi) if share.of_highest else (statute.lo, statute.hi - statute.lo)
        least = base + (width * share.lo + 999) / 1000
        low = z3.If(least < statute.lo, statute.lo, least)
        most = base + width * share.hi / 1000
        high = z3.If(most < low, low, most)
        low_in = z3.And(share.lo_included, z3.Or(statute.lo_in, low != statute.lo))
        high_in = z3.And(share.hi_included, z3.Or(statute.hi_in, high != statute.hi))
        point = low == high
        part = Span(low, high, z3.BoolVal(False), z3.Or(low_in, point), z3.Or(high_in, point))
        return _if_span(statute.top, statute, part)

    # sums

    def measure(self, statute: Span, rank: Term) -> tuple[Span, Term]:
        """Band and recommended sum by the version's way of computing."""
        kind = self.version.way.kind
        return {"rows": self._rows, "classes": self._classes, "average": self._average, "weights": self._weights}[kind](
            statute, rank
        )

    def _rows(self, statute: Span, rank: Term) -> tuple[Span, Term]:
        tiers = self.version.tiers
        band = self._tier_band(statute, tiers[0])
        for index, tier in enumerate(tiers[1:], 1):
            band = _if_span(rank == index, self._tier_band(statute, tier), band)
        position = self.position
        share = z3.If(
            self.only["lighter"],
            position.lighter,
            z3.If(self.only["heavier"], position.heavier, position.ordinary),
        )
        return band, self._placed(band, share)

    def _tier_band(self, statute: Span, tier: Tier) -> Span:
        own = tier.bands.get(self.party)
        if own is not None:
            return self._range(own)
        return self._part(statute, tier.share) if tier.share is not None else statute

    def _classes(self, statute: Span, _: Term) -> tuple[Span, Term]:
        way = self.version.way
        lower = self._part(statute, Share(lo=0, hi=way.lighter))
        upper = self._part(statute, Share(lo=1000 - way.heavier, hi=1000))
        between = Share(lo=way.lighter, hi=1000 - way.heavier, lo_included=False, hi_included=False)
        band = _if_span(
            self.only["lighter"], lower, _if_span(self.only["heavier"], upper, self._part(statute, between))
        )
        return band, self._placed(band, self.position.ordinary)

    def _average(self, statute: Span, _: Term) -> tuple[Span, Term]:
        way, yes, no = self.version.way, z3.BoolVal(True), z3.BoolVal(False)
        lighter, heavier = self.only["lighter"], self.only["heavier"]
        # only a lowest sum
        middle, most = statute.lo * way.ordinary / 1000, statute.lo * way.heavier / 1000
        low, high = z3.If(heavier, middle, statute.lo), z3.If(heavier, most, middle)
        risen = Span(low, z3.If(high < low, low, high), no, yes, yes)
        point = Span(statute.lo, statute.lo, no, yes, yes)
        bottom = _if_span(lighter, point, risen)
        bottom_sum = z3.If(lighter, statute.lo, self.rounded(risen, high, 1))
        # only a highest sum
        small, half = statute.hi * way.lighter / 1000, statute.hi * way.ordinary / 1000
        start = z3.If(lighter, 0, z3.If(heavier, half, small))
        end = z3.If(lighter, small, z3.If(heavier, statute.hi, half))
        ceiling = Span(start, end, no, yes, z3.Or(statute.hi_in, end < statute.hi))
        # both
        mean = (statute.lo + statute.hi) / 2
        under = Span(statute.lo, mean, no, statute.lo_in, statute.lo == mean)
        over = Span(mean, statute.hi, no, yes, statute.hi_in)
        exact = Span(mean, mean, no, yes, yes)
        both = _if_span(lighter, under, _if_span(heavier, over, exact))
        both_sum = z3.If(z3.Or(lighter, heavier), self._placed(both, self.position.ordinary), mean)
        zero = statute.lo == 0
        band = _if_span(statute.top, bottom, _if_span(zero, ceiling, both))
        rest = z3.If(zero, self._placed(ceiling, self.position.ordinary), both_sum)
        return band, z3.If(statute.top, bottom_sum, rest)

    def _weights(self, statute: Span, _: Term) -> tuple[Span, Term]:
        total: Term = z3.IntVal(0)
        for factor in self.version.way.factors:
            weight: Term = z3.IntVal(factor.levels[0].weight)
            for level in factor.levels[1:]:
                weight = z3.If(self.any_of(level.any_of), level.weight, weight)
            total = total + weight
        total = z3.If(total > 1000, 1000, total)
        fen = z3.If(statute.top, statute.lo, self.rounded(statute, statute.hi * total, 1000))
        yes = z3.BoolVal(True)
        return Span(fen, fen, z3.BoolVal(False), yes, yes), fen

    def _placed(self, band: Span, share: Term) -> Term:
        least = self._within(band, band.lo)
        return z3.If(band.top, least, self.rounded(band, band.lo * 1000 + (band.hi - band.lo) * share, 1000))

    def rounded(self, band: Span, numerator: Term, denominator: int) -> Term:
        step = self.position.step
        half = step * denominator // 2 if self.position.rounding == "nearest" else 0
        return self._within(band, (numerator + half) / (step * denominator) * step)

    def _within(self, band: Span, fen: Term) -> Term:
        step = self.position.step
        below = ((band.hi + step - 1) / step - 1) * step
        above = (band.lo / step + 1) * step
        over = z3.And(z3.Not(band.top), z3.Or(fen > band.hi, z3.And(fen == band.hi, z3.Not(band.hi_in))))
        fen = z3.If(over, z3.If(band.hi_in, band.hi, z3.If(holds(band, below), below, band.hi - 1)), fen)
        under = z3.Or(fen < band.lo, z3.And(fen == band.lo, z3.Not(band.lo_in)))
        return z3.If(under, z3.If(band.lo_in, band.lo, z3.If(holds(band, above), above, band.lo + 1)), fen)


def holds(band: Span, fen: Term) -> Term:
    """Whether a sum lies in a span."""
    low = z3.Or(fen > band.lo, z3.And(fen == band.lo, band.lo_in))
    return z3.And(low, z3.Or(band.top, fen < band.hi, z3.And(fen == band.hi, band.hi_in)))


def inside(band: Span, other: Span) -> Term:
    """Whether every sum of a span lies in another."""
    low = z3.Or(band.lo > other.lo, z3.And(band.lo == other.lo, z3.Or(other.lo_in, z3.Not(band.lo_in))))
    end = z3.And(band.hi == other.hi, z3.Or(other.hi_in, z3.Not(band.hi_in)))
    return z3.And(low, z3.Or(other.top, z3.And(z3.Not(band.top), z3.Or(band.hi < other.hi, end))))


def prod_term(terms: Sequence[Term]) -> Term:
    """The product of terms."""
    found = terms[0]
    for term in terms[1:]:
        found = found * term
    return found


def _if_span(condition: Term, one: Span, other: Span) -> Span:
    return Span(*(z3.If(condition, a, b) for a, b in zip(one, other, strict=True)))


def _clamped(span: Range, fen: Term, included: bool) -> tuple[Term, Term]:
    floor = span.floor or 0
    below = fen < floor
    if span.cap is None:
        return z3.If(below, floor, fen), z3.Or(below, included)
    over = fen > span.cap
    return z3.If(below, floor, z3.If(over, span.cap, fen)), z3.Or(below, over, included)


def _bounds(spec: FactSpec) -> tuple[int, int]:
    match spec.kind:
        case "choice":
            return 0, len(spec.choices) - 1
        case "flag":
            return 0, 1
        case "date":
            return date.min.toordinal(), date.max.toordinal()
    return spec.low, spec.high


def _number(spec: FactSpec, value: FactValue) -> int:
    match spec.kind:
        case "choice":
            return next(index for index, choice in enumerate(spec.choices) if choice.id == value)
        case "flag":
            return int(bool(value))
        case "date":
            return date.fromisoformat(str(value)).toordinal()
    return int(value)


def _value(spec: FactSpec, number: int) -> FactValue:
    match spec.kind:
        case "choice":
            return spec.choices[number].id
        case "flag":
            return bool(number)
        case "date":
            return date.fromordinal(number).isoformat()
    return number


_COMPARE: Mapping[str, Callable[[Term, Term], Term]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
