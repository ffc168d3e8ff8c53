"""What a proof says: faults with counterexamples, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from enforcement.rules import FactValue, Violation, format_fact
from enforcement.rules.facts import number_text

Facts = Mapping[str, FactValue]


@dataclass(frozen=True)
class Fault:
    """A promise that does not hold. `facts` is a counterexample that `evaluate` reproduces, `worse` its neighbour."""

    kind: str
    party: str
    words: str
    facts: Facts = field(default_factory=dict)
    worse: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class Reach:
    """What some facts lead to for a kind of party: tiers whose sums can be decided on the spot (APL Art. 51), tiers that give
    the right to a hearing (Art. 63) at the thresholds of the market supervision's rule, and whether exemption is possible.
    """

    summary: tuple[str, ...]
    hearing: tuple[str, ...]
    exempt: bool


@dataclass(frozen=True)
class Proof:
    """What was asked of one version of one violation. `cells` were computed one by one by the evaluator; `formulas` says that
    z3 found no exception; `reach` is by kind of party.
    """

    violation: str
    valid_from: date
    cells: int
    formulas: bool
    faults: tuple[Fault, ...]
    reach: Mapping[str, Reach]

    @property
    def proved(self) -> bool:
        return not self.faults


def describe(violation: Violation, facts: Facts) -> str:
    """A case in words."""
    known = [spec for spec in violation.facts if spec.id in facts]
    return "、".join(f"{spec.label}{format_fact(spec, facts[spec.id])}" for spec in known)


def typed_facts(violation: Violation, facts: Facts) -> dict[str, str | bool]:
    """Facts as a person types them, ready for a facts file."""
    typed: dict[str, str | bool] = {}
    for spec in violation.facts:
        if spec.id in facts:
            value = facts[spec.id]
            number = spec.kind in ("number", "count")
            typed[spec.id] = (
                value if isinstance(value, bool) else number_text(spec, int(value)) if number else str(value)
            )
    return typed
