"""A version of a violation made ready to be asked many times: conditions as functions, fixed words and lookups made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from enforcement.discretion.model import Determination, Kind, Reason, Step
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
from enforcement.rules.facts import any_group, checker, format_fact
from enforcement.rules.model import Circumstance
from enforcement.values.errors import KnownError

Facts = Mapping[str, FactValue]
Holds = Callable[[Facts], bool]


class Weighed(NamedTuple):
    """A circumstance: its test, the reason when it holds, and the one when it does not (if there is one)."""

    holds: Holds
    circumstance: Circumstance
    met: Reason
    not_met: Reason | None


class Table(NamedTuple):
    """What `evaluate` asks. `tiers` and `statute` stand in the order in which they are tried; the last one needs no test.

    `fixed` are the fields of a determination that no fact changes; `counted` the facts whose figures stand in the reasons.
    `settled`: all sums follow from the row and from which of `tests` hold; then `outcomes` keeps what was decided for them.
    """

    violation: Violation
    version: ViolationVersion
    specs: Mapping[str, FactSpec]
    checks: Mapping[str, Callable[[object], bool]]
    to_ask: tuple[str, ...]
    counted: tuple[FactSpec, ...]
    fixed: Mapping[str, Any]
    statute: tuple[tuple[Holds | None, StatuteRow], ...]
    tiers: tuple[tuple[Holds | None, Tier], ...]
    circumstances: tuple[Weighed, ...]
    before: tuple[tuple[Holds, Step], ...]
    beside: tuple[tuple[Holds, Kind], ...]
    long_limitation: Holds
    first_promise: Holds
    asks: frozenset[str]
    tests: tuple[Holds, ...]
    tiers_by_id: Mapping[str, Tier]
    settled: bool
    outcomes: dict[tuple[object, ...], Determination]

    def tier_at(self, facts: Facts) -> Tier:
        """The row that wins by the pack's rule; the first row holds otherwise."""
        for holds, tier in self.tiers:
            if holds is None or holds(facts):
                return tier
        return self.version.tiers[0]

    def tiers_met(self, facts: Facts) -> list[Tier]:
        """Every row whose own tests hold."""
        first = self.version.tiers[0]
        rows = [tier for holds, tier in self.tiers if holds is not None and holds(facts)]
        return [*rows, first] if first.any_of and self.first_promise(facts) else rows

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

    def words_of(self, tier: Tier, met: Tier, facts: Facts) -> str:
        """The figures as found, and the row's own words; where circumstances moved it up, those of the row that was met."""
        found = [
            f"{spec.label}{format_fact(spec, facts[spec.id])}"
            if spec.decimals
            else f"{spec.label}{facts[spec.id]}{spec.unit}"
            for spec in self.counted
            if spec.id in facts
        ]
        found.append(tier.words if met is tier else f"{met.words}，依规定上调为{tier.label}")
        return "，".join(("、".join(found[:-1]), found[-1])) if len(found) > 1 else found[0]


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
    statute: list[tuple[Holds | None, StatuteRow]] = [(any_group(row.any_of), row) for row in version.ranges[1:]]
    circumstances = tuple(_weighed(one) for one in version.circumstances)
    before = tuple((_all(one.all_of), Step(id=one.id, text=one.step, basis=one.basis)) for one in version.before)
    beside = tuple(
        (_all(one.all_of), Kind(kind=one.kind, must=one.must, text=one.label, basis=one.basis))
        for one in version.beside
    )
    to_ask = tuple(spec.id for spec in violation.facts if spec.when_unknown == "ask")
    return Table(
        violation=violation,
        version=version,
        specs={spec.id: spec for spec in violation.facts},
        checks={spec.id: checker(spec) for spec in violation.facts},
        to_ask=to_ask,
        counted=tuple(spec for spec in violation.facts if spec.kind in ("number", "count")),
        fixed=_fixed(loaded, violation, version),
        statute=(*reversed(statute), (None, version.ranges[0])),
        tiers=(*rows, (None, version.tiers[0])),
        circumstances=circumstances,
        before=before,
        beside=beside,
        long_limitation=_all(violation.long_limitation) if violation.long_limitation else _never,
        first_promise=any_group(version.tiers[0].any_of) if version.tiers[0].any_of else _always,
        asks=frozenset(to_ask),
        tests=(
            *(holds for holds, _ in statute if holds is not None),
            *(one.holds for one in circumstances),
            *(holds for holds, _ in (*before, *beside)),
        ),
        tiers_by_id={tier.id: tier for tier in version.tiers},
        settled=_settled(version),
        outcomes={},
    )


def _settled(version: ViolationVersion) -> bool:
    """No sum is reckoned from a measured fact."""
    spans = [span for row in version.ranges for span in row.ranges.values()]
    spans += [span for tier in version.tiers for span in tier.bands.values()]
    return version.way.kind != "weights" and not any(span.per for span in spans)


def _fixed(loaded: LoadedPack, violation: Violation, version: ViolationVersion) -> dict[str, Any]:
    return {
        "pack_digest": loaded.digest,
        "pack_title": loaded.pack.title,
        "pack_version": loaded.pack.version,
        "violation": violation.id,
        "title": violation.title,
        "row": version.row,
        "statute_title": loaded.statute_of(violation, version).title,
        "statute_version": version.statute_version,
        "forbids": version.forbids,
        "punishes": version.punishes,
        "correction": violation.correction,
    }


def _weighed(one: Circumstance) -> Weighed:
    not_met = Reason(kind="not_exempt", text=one.not_met, basis=one.basis) if one.not_met else None
    return Weighed(_all(one.all_of), one, Reason(kind=one.effect, text=one.label, basis=one.basis), not_met)


def _all(tests: tuple[Test, ...]) -> Holds:
    return _always if not tests else any_group((tests,))


def _always(facts: Facts) -> bool:
    return True


def _never(facts: Facts) -> bool:
    return False
