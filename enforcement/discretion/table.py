"""A version of a violation made ready to be asked many times: conditions as functions, ranges looked up once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from enforcement.discretion.spans import Band, band_of
from enforcement.rules import (
    FactSpec,
    FactValue,
    LoadedPack,
    Range,
    StatuteRow,
    Test,
    Tier,
    Violation,
    ViolationVersion,
)
from enforcement.rules.facts import any_group
from enforcement.rules.model import Before, Beside, Circumstance
from enforcement.values.errors import KnownError

Facts = Mapping[str, FactValue]
Holds = Callable[[Facts], bool]


class Table(NamedTuple):
    """What `evaluate` asks. `tiers` and `statute` stand in the order in which they are tried; the last one needs no test."""

    violation: Violation
    version: ViolationVersion
    specs: Mapping[str, FactSpec]
    to_ask: tuple[str, ...]
    statute: tuple[tuple[Holds | None, StatuteRow], ...]
    tiers: tuple[tuple[Holds | None, Tier], ...]
    circumstances: tuple[tuple[Holds, Circumstance], ...]
    before: tuple[tuple[Holds, Before], ...]
    beside: tuple[tuple[Holds, Beside], ...]

    def tier_at(self, facts: Facts) -> Tier:
        """The row that wins by the pack's rule; the first row holds otherwise."""
        for holds, tier in self.tiers:
            if holds is None or holds(facts):
                return tier
        return self.version.tiers[0]

    def tiers_met(self, facts: Facts) -> list[Tier]:
        """Every row whose own tests hold."""
        return [tier for holds, tier in self.tiers if holds is not None and holds(facts)]

    def range_for(self, facts: Facts, party: str) -> Range:
        """The statute's range for the party; raises KnownError(rules.outside_statute) where it has none."""
        for holds, row in self.statute:
            if (holds is None or holds(facts)) and party in row.ranges:
                return row.ranges[party]
        raise KnownError("rules.outside_statute", violation=self.violation.title, party=party)

    def band(self, span: Range, facts: Facts) -> Band | None:
        """A range in fen; None while what it is reckoned from is not known."""
        return band_of(span, facts, self.specs)

    def heavier_by(self, tier: Tier, steps: int) -> Tier:
        """The row so many tiers heavier, at most the last."""
        rows = self.version.tiers
        return rows[min(rows.index(tier) + steps, len(rows) - 1)]


def table_of(loaded: LoadedPack, violation: Violation, version: ViolationVersion) -> Table:
    """The table, made once for each version of a loaded pack."""
    key = (violation.id, version.valid_from)
    found = loaded.prepared.get(key)
    if isinstance(found, Table) and found.version is version and found.violation is violation:
        return found
    made = _made(loaded, violation, version)
    loaded.prepared[key] = made
    return made


def _made(loaded: LoadedPack, violation: Violation, version: ViolationVersion) -> Table:
    rows: list[tuple[Holds | None, Tier]] = [(any_group(tier.any_of), tier) for tier in version.tiers[1:]]
    if loaded.pack.policy.winner != "lighter":
        rows.reverse()
    statute: list[tuple[Holds | None, StatuteRow]] = [(any_group(row.any_of), row) for row in version.statute[1:]]
    return Table(
        violation=violation,
        version=version,
        specs={spec.id: spec for spec in violation.facts},
        to_ask=tuple(spec.id for spec in violation.facts if spec.when_unknown == "ask"),
        statute=(*reversed(statute), (None, version.statute[0])),
        tiers=(*rows, (None, version.tiers[0])),
        circumstances=tuple((_all(one.all_of), one) for one in version.circumstances),
        before=tuple((_all(one.all_of), one) for one in version.before),
        beside=tuple((_all(one.all_of), one) for one in version.beside),
    )


def _all(tests: tuple[Test, ...]) -> Holds:
    return _always if not tests else any_group((tests,))


def _always(facts: Facts) -> bool:
    return True
