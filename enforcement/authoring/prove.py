"""Proof of a table: every promise of a pack holds for every possible fact, not for some tried ones.

Two ways, which check each other:
- Cell by cell. A condition compares one fact with a constant, so a fact's values fall into finitely many runs within which every
  condition answers the same. One value of each run stands for all of it (both ends where sums are reckoned from the fact); the
  product of the runs is the whole table, and the evaluator itself is asked at each of its cells.
- By formulas (`symbolic_proof`): z3 is asked for facts that break a promise, of a telling of the table that shares no code with
  the evaluator. It has no limit of size. It needs the authoring extra.

A table of more than MAX_CELLS is proved by formulas alone. What is proved (docs/rules.md):
- no gap: every case has a tier, and that tier a band for the party;
- the band lies inside the statute's range, the recommended sum inside the band, ends included or not;
- no dead row: every tier and every circumstance is met by some case;
- no overlap where the pack lets no tier win over another;
- no inversion: where a fact grows worse, neither tier nor band nor recommended sum grows lighter;
- what the table's way of computing asks (enforcement/discretion/ways);
- the statute's version is in force as long as the table's version, and no day between two versions is left without a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from importlib.util import find_spec
from itertools import pairwise, product
from math import inf, prod

from enforcement.authoring.dead import dead_conditions
from enforcement.authoring.proof import Facts, Fault, Proof, Reach, describe
from enforcement.discretion import ActContext, Determination, evaluate
from enforcement.discretion.procedure import SUMMARY_CITIZEN, SUMMARY_ORGANISATION
from enforcement.discretion.runs import runs_of
from enforcement.discretion.spans import Band
from enforcement.discretion.table import table_of
from enforcement.discretion.ways import WAYS
from enforcement.rules import FactValue, LoadedPack, Violation, ViolationVersion, format_fact
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text, yuan

MAX_CELLS = 100_000
HEARING_CITIZEN, HEARING_ORGANISATION = yuan(10_000), yuan(100_000)
"""Thresholds to say what is reachable; an agency's own come from its roster (国家市场监督管理总局令第42号 sets these for its field)."""
ONE_DAY = timedelta(days=1)


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
    formulas = find_spec("z3") is not None
    if size > MAX_CELLS and not formulas:
        faults.append(
            Fault("too_large", "", f"情形共 {size} 种，超过可以逐一证明的 {MAX_CELLS} 种，需要证明扩展（z3）")
        )
    if faults:
        return Proof(violation.id, version.valid_from, 0, False, tuple(faults), {})
    cells = size <= MAX_CELLS
    reach: dict[str, Reach] = {}
    tables: list[tuple[object, _Table]] = []
    for party in version.parties():
        sums = [row.ranges.get(party) for row in version.ranges], [tier.bands.get(party) for tier in version.tiers]
        table = next((one for same, one in tables if same == sums), None)
        if table is None:
            table = _Table(loaded, violation, version, party, axes if cells else [axis[:1] for axis in axes])
            tables.append((sums, table))
            faults += table.faults() if cells else []
            if formulas and not faults:
                faults += _by_formulas(loaded, violation, version, table)
        reach[party] = table.reach(party)
    faults += dead_conditions(violation, version, axes)
    count = size * len(tables) if cells else 0
    return Proof(violation.id, version.valid_from, count, formulas and not faults, _once(faults), reach)


def _once(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """One counterexample of each kind and row; one is enough to refuse, hundreds hide what is wrong."""
    first: dict[str, Fault] = {}
    for fault in faults:
        first.setdefault(f"{fault.kind} {fault.words.split('：')[-1]}", fault)
    return tuple(first.values())


def _by_formulas(loaded: LoadedPack, violation: Violation, version: ViolationVersion, table: _Table) -> list[Fault]:
    from enforcement.authoring.symbolic_proof import SymbolicProof  # the authoring extra; half a second to import

    return SymbolicProof(loaded, violation, version, table.party, table.breaks).faults()


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
        self._loaded, self._violation, self._version, self.party, self._axes = loaded, violation, version, party, axes
        self._rank = {tier.id: rank for rank, tier in enumerate(version.tiers)}
        day = max(version.valid_from, loaded.pack.valid_from)
        self._context = ActContext(
            day, day, party, hearing_citizen_fen=HEARING_CITIZEN, hearing_organisation_fen=HEARING_ORGANISATION
        )
        self._asked = table_of(loaded, violation, version)
        self._found: dict[tuple[int, ...], Determination] = {}
        self._gaps: list[Fault] = []
        alone = loaded.pack.policy.winner == "none"
        for cell in product(*(range(len(axis)) for axis in axes)):
            facts = self._facts(cell)
            try:
                found = self._evaluate(facts)
            except KnownError as error:
                words = f"{describe(violation, facts)}：没有适用的阶次或者幅度（{error.code}）"
                self._gaps.append(Fault("gap", party, words, facts))
                continue
            if found.steps:
                continue
            self._found[cell] = found
            if self._asked.tier_at(facts) is version.tiers[0] and not self._asked.first_promise(facts):
                self._gaps.append(Fault("gap", party, f"{describe(violation, facts)}：不符合任何阶次的条件", facts))
            if alone and len(met := self._asked.tiers_met(facts)) > 1:
                names = "、".join(tier.label for tier in met)
                self._gaps.append(Fault("overlap", party, f"{describe(violation, facts)}：同时符合{names}", facts))

    def faults(self) -> list[Fault]:
        """What some cell breaks."""
        return [*self._gaps, *self._outside(), *self._dead_tiers(), *self._inverted()]

    def breaks(self, kind: str, facts: Facts, worse: Facts) -> bool:
        """Whether the evaluator breaks a promise at these facts, as the formulas say it does."""
        try:
            found = self._evaluate(facts)
            if kind == "overlap":
                return len(self._asked.tiers_met(facts)) > 1
            if kind == "gap" and not self._asked.first_promise(facts):
                return self._asked.tier_at(facts) is self._version.tiers[0]
            if kind == "inverted":
                return bool(self._lighter(found, self._evaluate(worse)))
            return any(True for _ in self._outside_of(found, facts))
        except KnownError:
            return kind == "gap"

    def reach(self, party: str) -> Reach:
        """What some facts lead to."""
        limit = SUMMARY_ORGANISATION if party == "organisation" else SUMMARY_CITIZEN
        summary = {
            found.tier
            for found in self._found.values()
            if (found.recommended_fen or 0) <= limit and all(one.kind == "warning" for one in found.beside)
        }
        hearing = {
            found.tier
            for found in self._found.values()
            if (follow := found.follow("hearing")) is not None and follow.holds
        }
        tiers = [tier.id for tier in self._version.tiers]
        return Reach(
            tuple(tier for tier in tiers if tier in summary),
            tuple(tier for tier in tiers if tier in hearing),
            any(found.exempt for found in self._found.values()),
        )

    def _evaluate(self, facts: Facts) -> Determination:
        return evaluate(self._loaded, self._violation.id, facts, self._context)

    def _facts(self, cell: tuple[int, ...]) -> dict[str, FactValue]:
        values = zip(self._violation.facts, self._axes, cell, strict=True)
        return {spec.id: value for spec, axis, at in values if (value := axis[at]) is not None}

    def _outside(self) -> Iterator[Fault]:
        for cell, found in self._found.items():
            yield from self._outside_of(found, self._facts(cell))

    def _outside_of(self, found: Determination, facts: Facts) -> Iterator[Fault]:
        if found.steps or found.band_lo is None:
            return
        statute = self._asked.band(self._asked.range_for(facts, self.party), facts)
        band = Band(
            found.band_lo, found.band_hi, found.band_open not in ("lo", "both"), found.band_open not in ("hi", "both")
        )
        words = f"{describe(self._violation, facts)}：{found.tier_label}"
        mitigated = found.mitigate_below is not None and found.band_hi == found.mitigate_below
        whole = band.hi is None or band.lo <= band.hi
        if statute is not None and not mitigated and not (whole and band.inside(statute)):
            yield Fault("outside_statute", self.party, f"{words}的幅度超出法定幅度", facts)
        if found.exempt != "must" and not band.holds(found.recommended_fen or 0):
            yield Fault("outside_band", self.party, f"{words}的建议数额不在幅度内", facts)

    def _dead_tiers(self) -> Iterator[Fault]:
        reached = {found.tier for found in self._found.values()}
        for tier in self._version.tiers:
            if tier.id not in reached:
                yield Fault("dead_tier", self.party, f"{tier.label}：任何情形都不会适用")

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
                    yield Fault("inverted", self.party, words, before, after)

    def _lighter(self, found: Determination, heavier: Determination) -> str:
        if found.steps or heavier.steps:
            return ""
        if self._rank[heavier.tier] < self._rank[found.tier]:
            return f"{found.tier_label}反而降为{heavier.tier_label}"
        tops = [inf if one.band_hi is None else one.band_hi for one in (found, heavier)]
        if (heavier.band_lo or 0) < (found.band_lo or 0) or tops[1] < tops[0]:
            return f"{heavier.tier_label}的幅度反而低于{found.tier_label}"
        before, after = found.recommended_fen or 0, heavier.recommended_fen or 0
        return f"建议数额反而由{plain_text(before)}元降为{plain_text(after)}元" if after < before else ""


def _in_time(loaded: LoadedPack, violation: Violation, version: ViolationVersion) -> Iterator[Fault]:
    statute = loaded.statute_version(violation, version)
    title = f"《{loaded.statute_of(violation, version).title}》{statute.version}"
    if version.valid_from < statute.valid_from:
        yield Fault("statute_not_in_force", "", f"{title}：{statute.valid_from}起施行，晚于本表{version.valid_from}")
    if statute.valid_to is not None:
        ends = [day for day in (version.valid_to, loaded.pack.valid_to) if day is not None]
        if not ends or min(ends) > statute.valid_to:
            yield Fault("statute_not_in_force", "", f"{title}：{statute.valid_to}后失效，本表仍在适用，须复核")
    for before, after in pairwise(violation.versions):
        if after is version and before.valid_to is not None and before.valid_to + ONE_DAY < after.valid_from:
            words = f"{before.valid_to + ONE_DAY}至{_eve(after.valid_from)}：没有适用的表"
            yield Fault("time_gap", "", f"{violation.title}，{words}")


def _eve(day: date) -> date:
    return day - ONE_DAY
