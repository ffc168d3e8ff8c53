"""What stands at the head of a case: what was decided, or how it came out without a penalty."""

from __future__ import annotations

from desktop.messages import tr
from desktop.services.shapes import CaseRow
from enforcement.values.money import plain_text

OUTCOMES = {
    "decision.exempted": ("No penalty", "sealed", "No penalty imposed"),
    "decision.dismissed": ("No penalty", "sealed", "The facts could not be established, no penalty"),
    "transfer.other": ("Transferred", "accent", "Transferred to the competent agency"),
    "transfer.crime": ("Transferred", "accent", "Transferred as a suspected crime"),
    "withdrawal.approved": ("Withdrawn", "sealed", "The case was withdrawn"),
    "no_case.approved": ("Not opened", "sealed", "No case was opened"),
    "review.quashed": ("Quashed", "stop", "The decision was quashed on reconsideration"),
    "review.redo": ("Decide again", "reason", "Quashed on reconsideration, to be decided again"),
    "suit.quashed": ("Quashed", "stop", "The decision was quashed by the court"),
    "decision.revoked": ("Quashed", "stop", "The agency revoked its decision"),
    "merger.approved": ("Merged into another case", "sealed", "Decided in the other case"),
    "execution_end.approved": ("Enforcement ended", "reason", "Enforcement was ended"),
}
"""By the act of the procedure: the words of the list, their tone, the words of the head."""
PENALTY = "decision.made"
ABOVE = frozenset(("conflict", "closed", "archived"))
"""States that say more in a list than how the case came out."""


def head_words(row: CaseRow, proposed_fen: int | None = None) -> str:
    """Number and sum of what was decided; the outcome where there is no penalty or where it no longer stands; else that nothing is
    decided yet, with the sum that was put forward.
    """
    fine = f"{plain_text(row.fine_fen)} {tr('yuan')}" if row.fine_fen is not None else ""
    if row.status == "voided":
        return _joined(row.document_number, tr("Voided"))
    if row.outcome and row.outcome != PENALTY:
        outcome = OUTCOMES.get(row.outcome)
        words = tr(outcome[2]) if outcome is not None else row.outcome_words
        return _joined(words, row.document_number, fine if row.fine_fen else "")
    if row.document_number or row.outcome:
        return _joined(row.document_number, fine)
    ahead = f"{tr('proposed')} {plain_text(proposed_fen)} {tr('yuan')}" if proposed_fen is not None else ""
    return _joined(tr("Not yet decided"), ahead)


def outcome_chip(row: CaseRow) -> tuple[str, str] | None:
    """Words (to be translated) and tone for the list; None where the case's status says it."""
    if not row.outcome or row.outcome == PENALTY or row.status in ABOVE:
        return None
    outcome = OUTCOMES.get(row.outcome)
    return (outcome[0], outcome[1]) if outcome is not None else None


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
