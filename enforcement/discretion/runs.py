"""A fact's values in runs within which every condition of a table answers the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from enforcement.rules import FactSpec, FactValue, Range, Test, ViolationVersion, test_holds


def runs_of(spec: FactSpec, *versions: ViolationVersion) -> list[FactValue | None]:
    """One value of every run, in the fact's order; None stands for unknown where the pack allows that.

    A fact that sums are reckoned from has both ends of each run, and the values where a floor or a cap begins to count:
    between two of them the sums are straight lines, so what holds at both holds between them.
    """
    own = [test for version in versions for test in tests_of(version) if test.fact == spec.id]
    unknown: list[FactValue | None] = [None] if spec.when_unknown == "lowest" else []
    match spec.kind:
        case "choice":
            return [*unknown, *(choice.id for choice in spec.choices)]
        case "flag":
            return [*unknown, False, True]
    low, high = _bounds(spec)
    marks = [_number(value) for test in own for value in (test.values if test.op == "in" else (test.value,))]
    edges = sorted({low, *(mark + step for mark in marks for step in (-1, 0, 1) if low <= mark + step <= high)})
    values = [_value(spec, edge) for edge in edges]
    answers = [tuple(test_holds(test, {spec.id: value}) for test in own) for value in values]
    starts = [edges[0], *(edges[at + 1] for at, (one, two) in enumerate(pairwise(answers)) if one != two)]
    spans = [span for version in versions for span in _ranges_of(version) if spec.id in span.per]
    if spans:
        ends = [start - 1 for start in starts[1:]]
        bends = [bend + step for span in spans for bend in _bends(span, 10**spec.decimals) for step in (-1, 0, 1)]
        starts = sorted({*starts, *ends, high, *(bend for bend in bends if low <= bend <= high)})
    return [*unknown, *(_value(spec, start) for start in starts)]


def tests_of(version: ViolationVersion) -> tuple[Test, ...]:
    """Every condition of a version."""
    rows = [test for tier in version.tiers for group in tier.any_of for test in group]
    rows += [test for row in version.ranges for group in row.any_of for test in group]
    rows += [
        test for factor in version.way.factors for level in factor.levels for group in level.any_of for test in group
    ]
    rows += [test for circumstance in version.circumstances for test in circumstance.all_of]
    rows += [test for before in version.before for test in before.all_of]
    return (*rows, *(test for beside in version.beside for test in beside.all_of))


def _ranges_of(version: ViolationVersion) -> Iterator[Range]:
    for row in version.ranges:
        yield from row.ranges.values()
    for tier in version.tiers:
        yield from tier.bands.values()


def _bends(span: Range, scale: int) -> Iterator[int]:
    if len(span.per) > 1:
        return
    for limit in (span.floor, span.cap):
        for coefficient in (span.lo, span.hi):
            if limit and coefficient:
                yield limit * scale // coefficient


def _bounds(spec: FactSpec) -> tuple[int, int]:
    return (date.min.toordinal(), date.max.toordinal()) if spec.kind == "date" else (spec.low, spec.high)


def _number(value: object) -> int:
    return date.fromisoformat(value).toordinal() if isinstance(value, str) else int(str(value))


def _value(spec: FactSpec, number: int) -> FactValue:
    return date.fromordinal(number).isoformat() if spec.kind == "date" else number
