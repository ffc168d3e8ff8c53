"""What every pack must be before anything is asked of it. Faults that only facts bring to light are the proof's."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from enforcement.rules.facts import check_fact
from enforcement.rules.model import (
    Factor,
    FactSpec,
    Pack,
    Position,
    Range,
    Share,
    Statute,
    Test,
    Violation,
    ViolationVersion,
)
from enforcement.values.errors import KnownError

SCHEMA = 2
MAX_DECIMALS = 6
MAX_FEN = 10**14
MAX_PRODUCT = 10**24
Groups = tuple[tuple[Test, ...], ...]


def check_pack(pack: Pack) -> None:
    """Raise KnownError(rules.pack_invalid) naming the first thing that is not whole."""
    _demand(pack.schema == SCHEMA, "schema", f"schema {pack.schema} is not {SCHEMA}")
    _demand(pack.valid_to is None or pack.valid_from <= pack.valid_to, "pack", "it ends before it begins")
    _check_position(pack.position)
    _unique((statute.statute for statute in pack.statutes), "statutes")
    _unique((violation.id for violation in pack.violations), "violations")
    statutes = {statute.statute: statute for statute in pack.statutes}
    for statute in pack.statutes:
        _unique((version.version for version in statute.versions), f"statute {statute.statute}")
    for violation in pack.violations:
        _check_violation(violation, statutes)


def _check_position(position: Position) -> None:
    _demand(0 <= position.lighter <= position.ordinary <= position.heavier <= 1000, "position", "order")
    _demand(0 < position.step <= MAX_FEN, "position", "the step must be above 0")
    _demand(0 <= position.mitigated < 1000, "position", "mitigated: below the whole")


def _check_violation(violation: Violation, statutes: dict[str, Statute]) -> None:
    where = f"violation {violation.id}"
    _demand(violation.statute in statutes, where, f"no statute {violation.statute}")
    _demand(bool(violation.versions), where, "no version")
    _unique((spec.id for spec in violation.facts), f"{where}, facts")
    for spec in violation.facts:
        _check_spec(spec, f"{where}, fact {spec.id}")
    _check_groups(violation, (violation.long_limitation,), f"{where}, long_limitation")
    for earlier, later in pairwise(violation.versions):
        ends = earlier.valid_to is not None and earlier.valid_to < later.valid_from
        _demand(ends, f"{where}, version of {later.valid_from}", "it begins before the version above it has ended")
    _demand(
        bool(violation.lifted_on) == bool(violation.lifted_basis), where, "lifted_on and lifted_basis belong together"
    )
    for version in violation.versions:
        at = f"{where}, version of {version.valid_from}"
        _demand(not version.statute or version.statute in statutes, at, f"no statute {version.statute}")
        known = {found.version for found in statutes[version.statute or violation.statute].versions}
        _demand(version.valid_to is None or version.valid_from <= version.valid_to, at, "it ends before it begins")
        _demand(version.statute_version in known, at, f"no statute version {version.statute_version}")
        _check_statute(violation, version, at)
        _check_tiers(violation, version, at)
        _check_rest(violation, version, at)


def _check_spec(spec: FactSpec, where: str) -> None:
    _demand(0 <= spec.decimals <= MAX_DECIMALS, where, f"decimals: 0 to {MAX_DECIMALS}")
    _demand(-MAX_FEN <= spec.low <= spec.high <= MAX_FEN, where, "low is above high, or a number is too great")
    _unique((choice.id for choice in spec.choices), where)
    _demand(bool(spec.choices) == (spec.kind == "choice"), where, "choices belong to a choice")
    _demand(0 < spec.within_months <= 120, where, "within_months: 1 to 120")


def _check_statute(violation: Violation, version: ViolationVersion, at: str) -> None:
    _demand(
        bool(version.ranges) and not version.ranges[0].any_of, at, "the statute's first row is the one without tests"
    )
    _demand(bool(version.ranges[0].ranges), at, "the statute names no kind of party")
    for index, row in enumerate(version.ranges):
        where = f"{at}, statute row {index + 1}"
        _demand(index == 0 or bool(row.any_of), where, "only the first row may have no tests")
        _check_groups(violation, row.any_of, where)
        for party, span in row.ranges.items():
            _check_range(violation, span, f"{where}, statute range of {party}")


def _check_range(violation: Violation, span: Range, where: str) -> None:
    top = MAX_FEN if span.hi is None else span.hi
    _demand(0 <= span.lo <= top <= MAX_FEN, where, "0 <= lowest <= highest is needed")
    point = span.lo == span.hi
    _demand(not point or (span.lo_included and span.hi_included), where, "a single sum belongs to its range")
    floor, cap = span.floor or 0, MAX_FEN if span.cap is None else span.cap
    _demand(0 <= floor <= cap <= MAX_FEN, where, "0 <= floor <= cap is needed")
    _demand(
        bool(span.per) or (span.floor is None and span.cap is None), where, "floor and cap belong to a sum per unit"
    )
    greatest = max(span.lo, span.hi or 0)
    for name in span.per:
        spec = violation.spec(name)
        _demand(spec is not None, where, f"no fact {name}")
        if spec is not None:
            ok = spec.kind in ("number", "count") and spec.low >= 0 and spec.when_unknown == "ask"
            _demand(ok, where, f"{name} is no number from 0 on that is always asked")
            greatest *= max(1, spec.high)
    _demand(greatest <= MAX_PRODUCT, where, "the greatest sum is beyond all measure")


def _check_tiers(violation: Violation, version: ViolationVersion, at: str) -> None:
    _demand(bool(version.tiers), at, "no row")
    _unique((tier.id for tier in version.tiers), f"{at}, tiers")
    for index, tier in enumerate(version.tiers):
        where = f"{at}, tier {tier.id}"
        _demand(index == 0 or bool(tier.any_of), where, "only the first row may have no tests")
        _check_groups(violation, tier.any_of, where)
        _demand(not (tier.bands and tier.share), where, "sums or a share, not both")
        if tier.share is not None:
            _check_share(tier.share, where)
        elif version.way.kind == "rows":
            _demand(bool(tier.bands), where, "neither sums nor a share")
        for party, band in tier.bands.items():
            _demand(party in version.ranges[0].ranges, where, f"no statute range for {party}")
            _check_range(violation, band, f"{where}, band of {party}")
            _check_inside(version, party, band, where)


def _check_inside(version: ViolationVersion, party: str, band: Range, where: str) -> None:
    """Plain sums under a single plain range are compared at once; the rest is the proof's."""
    span = version.ranges[0].ranges[party]
    if len(version.ranges) > 1 or span.per or band.per:
        return
    ok = band.lo >= span.lo and (span.hi is None or (band.hi is not None and band.hi <= span.hi))
    _demand(ok, where, f"the band of {party} leaves the statute's range")


def _check_share(share: Share, where: str) -> None:
    _demand(0 <= share.lo <= share.hi <= 1000, where, "share: 0 <= lowest <= highest <= 1000")
    point = share.lo == share.hi
    _demand(not point or (share.lo_included and share.hi_included), where, "a single share belongs to its range")


def _check_rest(violation: Violation, version: ViolationVersion, at: str) -> None:
    way = version.way
    _demand(0 <= way.lighter <= 100_000 and 0 <= way.ordinary <= 100_000 and 0 <= way.heavier <= 100_000, at, "way")
    _unique((factor.id for factor in way.factors), f"{at}, factors")
    for factor in way.factors:
        _check_factor(violation, factor, f"{at}, factor {factor.id}")
    for circumstance in version.circumstances:
        where = f"{at}, circumstance {circumstance.id}"
        _check_groups(violation, (circumstance.all_of,), where)
        _demand(0 <= circumstance.tiers_up <= len(version.tiers), where, "tiers_up")
        _demand(
            not circumstance.tiers_up or circumstance.effect == "heavier", where, "only a heavier one moves tiers up"
        )
    for before in version.before:
        _check_groups(violation, (before.all_of,), f"{at}, before {before.id}")
        _demand(bool(before.all_of), f"{at}, before {before.id}", "no tests")
    for beside in version.beside:
        _check_groups(violation, (beside.all_of,), f"{at}, beside {beside.kind}")


def _check_factor(violation: Violation, factor: Factor, where: str) -> None:
    for level in factor.levels:
        _demand(0 <= level.weight <= 1000, where, "weights: 0 to 1000")
        _check_groups(violation, level.any_of, where)


def _check_groups(violation: Violation, groups: Groups, where: str) -> None:
    for group in groups:
        for test in group:
            _check_test(violation, test, where)


def _check_test(violation: Violation, test: Test, where: str) -> None:
    spec = violation.spec(test.fact)
    if spec is None:
        raise KnownError("rules.pack_invalid", where=where, why=f"no fact {test.fact}")
    ordered = spec.kind in ("number", "count", "date")
    _demand(ordered or test.op not in ("<", "<=", ">", ">="), where, f"{test.fact} has no order")
    for value in test.values if test.op == "in" else (test.value,):
        if value is None:
            raise KnownError("rules.pack_invalid", where=where, why=f"{test.fact} is compared with nothing")
        try:
            check_fact(spec, value)
        except KnownError as error:
            raise KnownError("rules.pack_invalid", where=where, why=f"{test.fact}: {value!r}") from error


def _unique(names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        _demand(name not in seen, where, f"one id twice: {name}")
        seen.add(name)


def _demand(ok: bool, where: str, why: str) -> None:
    if not ok:
        raise KnownError("rules.pack_invalid", where=where, why=why)
