"""Proof of a table: every promise of a pack holds for every possible fact, not for some tried ones.

A condition compares one fact with a constant, so a fact's values fall into finitely many runs within which every
condition answers the same. One value of each run stands for all of it; the product of the runs is the whole table, and
the evaluator itself is asked at each of its cells. The proof is therefore about what the officer's program computes.

What is proved, for every violation, version and kind of party (docs/rules.md):
- no gap: every cell has a tier, and that tier a band for the party;
- the band lies inside the statute's range, the recommended sum inside the band;
- no dead row: every tier and every circumstance is met by some cell;
- no overlap where the pack lets no tier win over another;
- no inversion: where a fact grows worse, neither tier nor band nor recommended sum grows lighter;
- what the table's way of computing asks (enforcement/discretion/ways);
- the statute's version is in force as long as the table's version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise, product
from math import inf, prod

from enforcement.discretion import ActContext, Determination, evaluate
from enforcement.discretion.procedure import SUMMARY_CITIZEN, SUMMARY_ORGANISATION
from enforcement.discretion.table import table_of
from enforcement.discretion.ways import WAYS
from enforcement.rules import (
    FactSpec,
    FactValue,
    LoadedPack,
    Range,
    Test,
    Violation,
    ViolationVersion,
    format_fact,
    test_holds,
)
from enforcement.rules.facts import number_text
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text

MAX_CELLS = 100_000
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
class Proof:
    """What was asked of one version of one violation. `summary` names the tiers whose recommended sum allows Art. 51."""

    violation: str
    valid_from: date
    cells: int
    faults: tuple[Fault, ...]
    summary: Mapping[str, tuple[str, ...]]

    @property
    def proved(self) -> bool:
        return not self.faults


def prove_pack(loaded: LoadedPack) -> tuple[Proof, ...]:
    """A proof for every version of every violation of the pack."""
    return tuple(
        prove(loaded, violation, version) for violation in loaded.pack.violations for version in violation.versions
    )


def prove(loaded: LoadedPack, violation: Violation, version: ViolationVersion) -> Proof:
    """Prove one version of a violation; never raises for a faulty table."""
    faults = list(_in_time(loaded, violation, version))
    faults += [Fault(kind, "", words) for kind, words in WAYS[version.way.kind].promises(version)]
    axes = [runs_of(spec, version) for spec in violation.facts]
    size = prod(len(axis) for axis in axes)
    if size > MAX_CELLS:
        faults.append(Fault("too_large", "", f"情形共 {size} 种，超过可以逐一证明的 {MAX_CELLS} 种"))
    if faults:
        return Proof(violation.id, version.valid_from, 0, tuple(faults), {})
    summary: dict[str, tuple[str, ...]] = {}
    tables: list[tuple[object, _Table]] = []
    for party in version.parties():
        sums = [row.ranges.get(party) for row in version.statute], [tier.bands.get(party) for tier in version.tiers]
        table = next((one for same, one in tables if same == sums), None)
        if table is None:
            table = _Table(loaded, violation, version, party, axes)
            tables.append((sums, table))
            faults += table.faults()
        summary[party] = table.summary(party)
    faults += _dead_conditions(violation, version, axes)
    return Proof(violation.id, version.valid_from, size * len(tables), tuple(faults), summary)


def describe(violation: Violation, facts: Facts) -> str:
    """A cell in words."""
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


class _Table:
    """Every cell of one version for one kind of party, evaluated."""

    def __init__(
        self,
        loaded: LoadedPack,
        violation: Violation,
        version: ViolationVersion,
        party: str,
        axes: Sequence[Sequence[FactValue | None]],
    ) -> None:
        self._violation, self._version, self._party, self._axes = violation, version, party, axes
        self._rank = {tier.id: rank for rank, tier in enumerate(version.tiers)}
        day = max(version.valid_from, loaded.pack.valid_from)
        context = ActContext(day, day, party)
        self._found: dict[tuple[int, ...], Determination] = {}
        self._gaps: list[Fault] = []
        table = table_of(loaded, violation, version)
        alone = loaded.pack.policy.winner == "none"
        for cell in product(*(range(len(axis)) for axis in axes)):
            facts = self._facts(cell)
            try:
                found = evaluate(loaded, violation.id, facts, context)
            except KnownError as error:
                words = f"{describe(violation, facts)}：没有适用的阶次或者幅度（{error.code}）"
                self._gaps.append(Fault("gap", party, words, facts))
                continue
            if found.steps:
                continue
            self._found[cell] = found
            if alone and len(met := table.tiers_met(facts)) > 1:
                names = "、".join(tier.label for tier in met)
                self._gaps.append(Fault("overlap", party, f"{describe(violation, facts)}：同时符合{names}", facts))

    def faults(self) -> list[Fault]:
        """The first counterexample of each kind and row; one is enough to refuse, hundreds hide what is wrong."""
        found = [*self._gaps, *self._outside(), *self._dead_tiers(), *self._inverted()]
        first: dict[str, Fault] = {}
        for fault in found:
            first.setdefault(f"{fault.kind} {fault.words.split('：')[-1]}", fault)
        return list(first.values())

    def summary(self, party: str) -> tuple[str, ...]:
        """The tiers in which some facts allow a decision on the spot."""
        limit = SUMMARY_ORGANISATION if party == "organisation" else SUMMARY_CITIZEN
        allowed = {
            found.tier
            for found in self._found.values()
            if (found.recommended_fen or 0) <= limit and all(one.kind == "warning" for one in found.beside)
        }
        return tuple(tier.id for tier in self._version.tiers if tier.id in allowed)

    def _facts(self, cell: tuple[int, ...]) -> dict[str, FactValue]:
        values = zip(self._violation.facts, self._axes, cell, strict=True)
        return {spec.id: value for spec, axis, at in values if (value := axis[at]) is not None}

    def _outside(self) -> Iterator[Fault]:
        for cell, found in self._found.items():
            low, high = found.band_lo or 0, inf if found.band_hi is None else found.band_hi
            top = inf if found.statute_hi is None else found.statute_hi
            sum_fen = found.recommended_fen or 0
            words = f"{describe(self._violation, self._facts(cell))}：{found.tier_label}"
            mitigated = found.mitigate_below is not None and found.band_hi == found.mitigate_below
            if not mitigated and not found.statute_lo <= low <= high <= top:
                yield Fault("outside_statute", self._party, f"{words}的幅度超出法定幅度", self._facts(cell))
            if found.exempt != "must" and not low <= sum_fen <= high:
                yield Fault("outside_band", self._party, f"{words}的建议数额不在幅度内", self._facts(cell))

    def _dead_tiers(self) -> Iterator[Fault]:
        reached = {found.tier for found in self._found.values()}
        for tier in self._version.tiers:
            if tier.id not in reached:
                yield Fault("dead_tier", self._party, f"{tier.label}：任何情形都不会适用")

    def _inverted(self) -> Iterator[Fault]:
        for place, spec in enumerate(self._violation.facts):
            if not spec.worse:
                continue
            for cell, found in self._found.items():
                beside = (*cell[:place], cell[place] + 1, *cell[place + 1 :])
                heavier = self._found.get(beside)
                if heavier is None or None in (self._axes[place][cell[place]], self._axes[place][beside[place]]):
                    continue
                what = self._lighter(found, heavier)
                if what:
                    before, after = self._facts(cell), self._facts(beside)
                    change = f"{format_fact(spec, before[spec.id])}变为{format_fact(spec, after[spec.id])}"
                    words = f"{describe(self._violation, before)}，{spec.label}由{change}：{what}"
                    yield Fault("inverted", self._party, words, before, after)

    def _lighter(self, found: Determination, heavier: Determination) -> str:
        if self._rank[heavier.tier] < self._rank[found.tier]:
            return f"{found.tier_label}反而降为{heavier.tier_label}"
        tops = [inf if one.band_hi is None else one.band_hi for one in (found, heavier)]
        if (heavier.band_lo or 0) < (found.band_lo or 0) or tops[1] < tops[0]:
            return f"{heavier.tier_label}的幅度反而低于{found.tier_label}"
        before, after = found.recommended_fen or 0, heavier.recommended_fen or 0
        return f"建议数额反而由{plain_text(before)}元降为{plain_text(after)}元" if after < before else ""


def _in_time(loaded: LoadedPack, violation: Violation, version: ViolationVersion) -> Iterator[Fault]:
    statute = loaded.statute_version(violation, version)
    title = f"《{loaded.statute(violation.statute).title}》{statute.version}"
    if version.valid_from < statute.valid_from:
        yield Fault("statute_not_in_force", "", f"{title}：{statute.valid_from}起施行，晚于本表{version.valid_from}")
    if statute.valid_to is not None:
        ends = [day for day in (version.valid_to, loaded.pack.valid_to) if day is not None]
        if not ends or min(ends) > statute.valid_to:
            yield Fault("statute_not_in_force", "", f"{title}：{statute.valid_to}后失效，本表仍在适用，须复核")


def _dead_conditions(
    violation: Violation, version: ViolationVersion, axes: Sequence[Sequence[FactValue | None]]
) -> Iterator[Fault]:
    values = {spec.id: axis for spec, axis in zip(violation.facts, axes, strict=True)}

    def met(groups: Sequence[Sequence[Test]]) -> bool:
        used = list(dict.fromkeys(test.fact for group in groups for test in group))
        cells = (dict(zip(used, cell, strict=True)) for cell in product(*(values[name] for name in used)))
        known = ({name: value for name, value in cell.items() if value is not None} for cell in cells)
        return any(all(test_holds(test, cell) for test in group) for cell in known for group in groups)

    for circumstance in version.circumstances:
        if not met([circumstance.all_of]):
            yield Fault("dead_circumstance", "", f"情节“{circumstance.label}”：任何情形都不会成立")
    for row in version.statute[1:]:
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


def _tests_of(version: ViolationVersion) -> tuple[Test, ...]:
    rows = [test for tier in version.tiers for group in tier.any_of for test in group]
    rows += [test for row in version.statute for group in row.any_of for test in group]
    rows += [
        test for factor in version.way.factors for level in factor.levels for group in level.any_of for test in group
    ]
    rows += [test for circumstance in version.circumstances for test in circumstance.all_of]
    rows += [test for before in version.before for test in before.all_of]
    return (*rows, *(test for beside in version.beside for test in beside.all_of))


def runs_of(spec: FactSpec, version: ViolationVersion) -> list[FactValue | None]:
    """One value of every run, in the fact's order; None stands for unknown where the pack allows that.

    A fact that sums are reckoned from has both ends of each run, and the values where a floor or a cap begins to count:
    between two of them the sums are straight lines, so what holds at both holds between them.
    """
    own = [test for test in _tests_of(version) if test.fact == spec.id]
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
    spans = [span for span in _ranges_of(version) if spec.id in span.per]
    if spans:
        ends = [start - 1 for start in starts[1:]]
        bends = [bend + step for span in spans for bend in _bends(span, 10**spec.decimals) for step in (-1, 0, 1)]
        starts = sorted({*starts, *ends, high, *(bend for bend in bends if low <= bend <= high)})
    return [*unknown, *(_value(spec, start) for start in starts)]


def _ranges_of(version: ViolationVersion) -> Iterator[Range]:
    for row in version.statute:
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
