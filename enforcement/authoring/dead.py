"""Conditions that no facts meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from enforcement.authoring.proof import Fault
from enforcement.rules import FactValue, Test, Violation, ViolationVersion, test_holds

Axis = Sequence[FactValue | None]


def dead_conditions(violation: Violation, version: ViolationVersion, axes: Sequence[Axis]) -> Iterator[Fault]:
    """Conditions that no facts meet."""
    values = {spec.id: axis for spec, axis in zip(violation.facts, axes, strict=True)}

    def met(groups: Sequence[Sequence[Test]]) -> bool:
        return any(_group_met(group, values) for group in groups)

    for circumstance in version.circumstances:
        if not met([circumstance.all_of]):
            yield Fault("dead_circumstance", "", f"情节“{circumstance.label}”：任何情形都不会成立")
    for row in version.ranges[1:]:
        if not met(row.any_of):
            yield Fault("dead_statute_row", "", f"法定幅度“{row.label}”：任何情形都不会适用")
    for before in version.before:
        if not met([before.all_of]):
            yield Fault("dead_step", "", f"前置步骤“{before.step}”：任何情形都不算已经履行，永远不能罚款")
    for beside in version.beside:
        if not met([beside.all_of]):
            yield Fault("dead_beside", "", f"并处“{beside.label}”：任何情形都不会成立")
    for factor in version.way.factors:
        for level in factor.levels[1:]:
            if not met(level.any_of):
                yield Fault("dead_level", "", f"因素“{factor.label}”的“{level.label}”：任何情形都不会成立")
    for tier in version.tiers[1:]:
        for number, group in enumerate(tier.any_of, 1):
            if not met([group]):
                yield Fault("dead_group", "", f"{tier.label}的第{number}组条件：任何情形都不会成立")


def _group_met(group: Sequence[Test], values: dict[str, Axis]) -> bool:
    used = list(dict.fromkeys(test.fact for test in group))
    for cell in product(*(values[name] for name in used)):
        known = {name: value for name, value in zip(used, cell, strict=True) if value is not None}
        if all(test_holds(test, known) for test in group):
            return True
    return False
