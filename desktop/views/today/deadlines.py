"""Deadlines as rows of a list: how long is left, what is due, how it was counted, by which article."""

from __future__ import annotations

from desktop.messages import tr
from desktop.messages.periods import derivation, in_short, year_unknown
from desktop.services.shapes import DeadlineRow, DraftRow, UncountedRow, VisitDue
from desktop.views.shared.lists import Item
from desktop.views.shared.times import local_minute


def deadline_item(row: DeadlineRow) -> Item:
    """A deadline: its last day and length in the second line, the whole derivation where somebody points at or picks it."""
    lead, tone = _left(row)
    return Item(
        row.what,
        f"{in_short(row.found)} · {row.about}",
        row.basis,
        lead=lead,
        lead_tone=tone,
        tip="\n".join((*derivation(row.found), tr("If it is missed: {missed}", missed=row.missed))),
        value=row,
    )


def uncounted_item(row: UncountedRow) -> Item:
    """What nobody can be reminded of until a year's holidays are published."""
    return Item(
        year_unknown(row.year),
        tr("Deadlines: {count}", count=len(row.items)) + " · " + "；".join(row.items),
        lead=tr("not counted"),
        lead_tone="reason",
        tip="\n".join((*row.items, tr("Ask the agency's office to publish them."))),
        value=row,
    )


def visit_item(row: VisitDue) -> Item:
    """Something about an inspection that waits; it has a last day only where a time runs."""
    lead, tone = tr("open"), "reason"
    if row.days_left is not None:
        lead, tone = tr("{count} days left", count=row.days_left), "quiet"
        if row.days_left < 0:
            lead, tone = tr("overdue"), "stop"
        elif row.days_left == 0:
            lead, tone = tr("today"), "stop"
        elif row.days_left == 1:
            lead, tone = tr("tomorrow"), "reason"
    return Item(row.what, row.about, row.basis, lead=lead, lead_tone=tone, value=row)


def begun_item(row: DraftRow) -> Item:
    """Something begun, what it is and when; one that lies too long says so."""
    lies = tr("{count} days old", count=row.days) if row.stale else ""
    return Item(
        row.title,
        row.party or tr("party not yet chosen"),
        local_minute(row.touched_at),
        lies,
        "reason",
        tip=tr("Begun and left: what is signed later than it happened is marked as entered afterwards.")
        if lies
        else "",
        value=row,
    )


def _left(row: DeadlineRow) -> tuple[str, str]:
    """Warned from one day before the last day; what is over is said to be over."""
    if row.days_left is None:
        return tr("halted"), "quiet"
    if row.stand == "overdue":
        return tr("overdue"), "stop"
    if row.days_left == 0:
        return tr("today"), "stop"
    if row.days_left == 1:
        return tr("tomorrow"), "reason"
    return tr("{count} days left", count=row.days_left), "quiet"
