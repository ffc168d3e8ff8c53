"""The proof by formulas: z3 is asked for facts that break a promise, and says that there are none, or names some.

What it names is asked of the evaluator again, so that a counterexample is always one that the officer's program would show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import z3

from enforcement.authoring.proof import Facts, Fault, describe
from enforcement.authoring.symbolic import Model, Term, holds, inside, model_of
from enforcement.rules import FactSpec, LoadedPack, Violation, ViolationVersion, format_fact

PATIENCE_MS = 20_000
Check = Callable[[Facts, Facts | None], bool]
"""Whether the evaluator, asked at these facts (and at the worse ones), breaks the promise too."""


class SymbolicProof:
    """One version of a violation for one kind of party. `confirm(kind, facts, worse)` asks the evaluator."""

    def __init__(
        self,
        loaded: LoadedPack,
        violation: Violation,
        version: ViolationVersion,
        party: str,
        confirm: Callable[[str, Facts, Facts], bool],
    ) -> None:
        self._violation, self._version, self._party, self._confirm = violation, version, party, confirm
        self._model = model_of(loaded, violation, version, party)
        self._worse: Model | None = None
        self._loaded = loaded
        self._solver = _solver()
        self._solver.set("timeout", PATIENCE_MS)
        self._solver.add(*self._model.domain)

    def faults(self) -> list[Fault]:
        """Everything that some facts break; a question that z3 cannot answer is a fault of its own."""
        return [
            *self._gaps(),
            *self._overlaps(),
            *self._outside(),
            *self._dead(),
            *self._inverted(),
        ]

    def _says(self, words: str) -> Callable[[Facts], str]:
        return lambda facts: f"{describe(self._violation, facts)}：{words}"

    def _gaps(self) -> Iterator[Fault]:
        model = self._model
        if self._version.tiers[0].any_of:
            none = z3.And(model.may_fine, model.met == 0, z3.Not(model.own[0]))
            yield from self._none("gap", none, self._says("不符合任何阶次的条件"))
        if self._version.way.kind != "rows":
            return
        for index, tier in enumerate(self._version.tiers):
            if self._party not in tier.bands and tier.share is None:
                yield from self._none("gap", self._model.rank == index, self._says("没有幅度"))

    def _overlaps(self) -> Iterator[Fault]:
        if self._loaded.pack.policy.winner != "none":
            return
        own = self._model.own
        for one in range(0 if self._version.tiers[0].any_of else 1, len(own)):
            for two in range(one + 1, len(own)):
                names = f"{self._version.tiers[one].label}、{self._version.tiers[two].label}"
                yield from self._none("overlap", z3.And(own[one], own[two]), self._says(f"同时符合{names}"))

    def _outside(self) -> Iterator[Fault]:
        model = self._model
        plain = z3.And(model.may_fine, z3.Not(model.mitigated))
        out = z3.And(plain, z3.Not(z3.And(inside(model.band, model.statute), _whole(model.band))))
        yield from self._none("outside_statute", out, self._says("幅度超出法定幅度"))
        sum_ = z3.And(model.may_fine, z3.Not(model.exempt), z3.Not(holds(model.band, model.recommended)))
        yield from self._none("outside_band", sum_, self._says("建议数额不在幅度内"))

    def _dead(self) -> Iterator[Fault]:
        model = self._model
        for index, tier in enumerate(self._version.tiers):
            if not self._some(z3.And(model.may_fine, model.rank == index)):
                yield Fault("dead_tier", self._party, f"{tier.label}：任何情形都不会适用")
        for one, met in zip(self._version.circumstances, model.holds, strict=True):
            if not self._some(met):
                yield Fault("dead_circumstance", "", f"情节“{one.label}”：任何情形都不会成立")

    def _inverted(self) -> Iterator[Fault]:
        """Two cases that differ in one fact, which is worse in the second, and the second comes off more lightly."""
        first = self._model
        for spec in self._violation.facts:
            if not spec.worse:
                continue
            if self._worse is None:
                self._worse = model_of(self._loaded, self._violation, self._version, self._party, "'")
            second = self._worse
            same = [
                z3.And(first.facts[one.id] == second.facts[one.id], first.known[one.id] == second.known[one.id])
                for one in self._violation.facts
                if one.id != spec.id
            ]
            worse = z3.And(
                *second.domain,
                *same,
                first.known[spec.id],
                second.known[spec.id],
                second.facts[spec.id] > first.facts[spec.id],
                first.may_fine,
                second.may_fine,
                *[
                    second.products[names] >= product if spec.id in names else second.products[names] == product
                    for names, product in first.products.items()
                ],
            )
            lighter = z3.Or(
                second.rank < first.rank,
                second.band.lo < first.band.lo,
                z3.And(first.band.top, z3.Not(second.band.top)),
                z3.And(z3.Not(first.band.top), z3.Not(second.band.top), second.band.hi < first.band.hi),
                second.recommended < first.recommended,
            )
            yield from self._pair(spec, second, z3.And(worse, lighter))

    def _pair(self, spec: FactSpec, second: Model, term: Term) -> Iterator[Fault]:
        found = self._ask(term, [*self._model.exact(), *second.exact()])
        if found is None:
            return
        if found == "unknown":
            yield self._gave_up("inverted")
            return
        facts = self._model.facts_of(found, self._violation.facts)
        worse = second.facts_of(found, self._violation.facts)
        change = f"{format_fact(spec, facts[spec.id])}变为{format_fact(spec, worse[spec.id])}"
        words = f"{describe(self._violation, facts)}，{spec.label}由{change}：结果反而减轻"
        yield self._confirmed(Fault("inverted", self._party, words, facts, worse))

    def _none(self, kind: str, term: Term, words: Callable[[Facts], str]) -> Iterator[Fault]:
        found = self._ask(term, self._model.exact())
        if found is None:
            return
        if found == "unknown":
            yield self._gave_up(kind)
            return
        facts = self._model.facts_of(found, self._violation.facts)
        yield self._confirmed(Fault(kind, self._party, words(facts), facts))

    def _confirmed(self, fault: Fault) -> Fault:
        if self._confirm(fault.kind, fault.facts, fault.worse):
            return fault
        words = f"{fault.words}（公式与程序的答案不一致，属程序错误，请报告）"
        return Fault("disagree", fault.party, words, fault.facts, fault.worse)

    def _gave_up(self, kind: str) -> Fault:
        return Fault("not_proved", self._party, f"{kind}：在限定时间内未能证明，请减少事实或者条件")

    def _some(self, term: Term) -> bool:
        """Whether some facts make a term hold; where z3 gives up nothing is said to be dead."""
        return self._ask(term, []) is not None

    def _ask(self, term: Term, exact: list[Term]) -> Any:
        """None when nothing makes the term hold, a z3 model that does, or "unknown". The products are first free, which is
        quick and proves as well; only what that refutes is asked with them exact."""
        for more in ([], exact) if exact else ([],):
            self._solver.push()
            try:
                self._solver.add(term, *more)
                answer = self._solver.check()
                if answer == z3.unsat:
                    return None
                if answer == z3.unknown:
                    return "unknown"
                if more or not exact:
                    return self._solver.model()
            finally:
                self._solver.pop()
        return None


def _solver() -> Any:
    """Divisions by a step are what these questions are hard by: written out as remainders, and asked of the older arithmetic, they
    take a hundredth of the time of the default solver (road-trees of shili-transport: 11.8 s, so 0.12 s)."""
    smt = z3.With("smt", "arith.solver", 2)
    return z3.Then("simplify", "propagate-values", "solve-eqs", "purify-arith", "simplify", smt).solver()


def _whole(band: Any) -> Term:
    return z3.Or(band.top, band.lo <= band.hi)
