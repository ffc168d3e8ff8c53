"""The cases that a pack carries, written by the legal staff as data, run against the evaluator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from enforcement.discretion import ActContext, evaluate
from enforcement.rules import LoadedPack, Violation
from enforcement.rules.model import Case
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text


@dataclass(frozen=True)
class CaseResult:
    """One case: `differences` are empty when everything that it states came out."""

    violation: str
    name: str
    differences: tuple[str, ...]


def run_cases(loaded: LoadedPack) -> list[CaseResult]:
    """Every case of a pack."""
    return [
        CaseResult(violation.id, case.name, tuple(_differences(loaded, violation, case)))
        for violation in loaded.pack.violations
        for case in violation.cases
    ]


def day_of(loaded: LoadedPack, violation: Violation, case: Case) -> date:
    """The day that a case is judged on: its own, or the first of the violation's last version within the pack's days."""
    return case.at or max(loaded.pack.valid_from, violation.versions[-1].valid_from)


def _differences(loaded: LoadedPack, violation: Violation, case: Case) -> Iterator[str]:
    at = day_of(loaded, violation, case)
    try:
        found = evaluate(loaded, violation.id, case.facts, ActContext(at, case.decided or at, case.party))
    except KnownError as error:
        yield str(error)
        return
    steps = tuple(step.id for step in found.steps)
    if steps != case.steps:
        yield f"缺少的步骤：写明{'、'.join(case.steps) or '无'}，算出{'、'.join(steps) or '无'}"
    if found.missing:
        yield f"缺少事实：{'、'.join(found.missing)}"
    if found.tier != case.tier:
        yield f"阶次：写明{case.tier or '无'}，算出{found.tier or '无'}"
    if case.fine_fen is not None and case.fine_fen != found.recommended_fen:
        got = "无" if found.recommended_fen is None else plain_text(found.recommended_fen)
        yield f"罚款：写明{plain_text(case.fine_fen)}元，算出{got}元"
    if case.exempt is not None and case.exempt != found.exempt:
        yield f"不予处罚：写明{case.exempt or '无'}，算出{found.exempt or '无'}"
