"""The board's result for one case: every check that applies, what was struck, the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from enforcement.casefile import CaseFile
from enforcement.procedure.board import archive, decision, evidence, notice, order, papers, payment, service, subject
from enforcement.procedure.board.dossier import BoardContext, Check, Dossier, Fault
from enforcement.procedure.board.table import FULL, BoardTable

CHECKS: Mapping[str, Check] = {
    **subject.CHECKS,
    **evidence.CHECKS,
    **order.CHECKS,
    **notice.CHECKS,
    **decision.CHECKS,
    **service.CHECKS,
    **payment.CHECKS,
    **papers.CHECKS,
    **archive.CHECKS,
}
"""Every check by its id in resources/procedure/board.toml."""
NAMED = 3
"""How many of the things that one check found are named; more are counted."""


@dataclass(frozen=True)
class Struck:
    """One thing struck: the check, the board's words, tenths of a point (0 for a veto), the article, what mends it.

    A check that takes its points once names what it found in one, the first of them where it found many.
    """

    check: str
    group: str
    words: str
    tenths: int
    veto: bool
    basis: str
    mends: str


@dataclass(frozen=True)
class BoardResult:
    """`score` in tenths of a point, 1000 at most. Deductions of a group go no farther than its cap."""

    score: int
    band: str
    vetoes: tuple[Struck, ...]
    deductions: tuple[Struck, ...]
    checks_run: int

    @property
    def struck(self) -> tuple[Struck, ...]:
        """Vetoes first."""
        return (*self.vetoes, *self.deductions)


def examine(case: CaseFile, table: BoardTable, context: BoardContext) -> BoardResult:
    """Run every check of the table that applies to the case's procedure."""
    file = Dossier(case, context, {one.id: one.limit for one in table.checks})
    vetoes: list[Struck] = []
    deductions: list[Struck] = []
    run = 0
    for row in table.checks:
        if not row.of(case.procedure):
            continue
        run += 1
        faults = tuple(dict.fromkeys(CHECKS[row.id](file)))
        if faults and not row.each:
            faults = (Fault(_together([one.words for one in faults if one.words]), faults[0].mends),)
        for one in faults:
            words = f"{row.label}：{one.words}" if one.words else row.label
            struck = Struck(row.id, row.group, words, row.tenths, row.veto, row.basis, one.mends or row.mends)
            (vetoes if row.veto else deductions).append(struck)
    lost: Counter[str] = Counter()
    for struck in deductions:
        lost[struck.group] += struck.tenths
    score = max(FULL - sum(min(lost[group.id], group.cap) for group in table.groups), 0)
    return BoardResult(score, table.band(score, bool(vetoes)), tuple(vetoes), tuple(deductions), run)


def _together(found: Sequence[str]) -> str:
    words = "；".join(found[:NAMED])
    return f"{words}，等{len(found)}处" if len(found) > NAMED else words
