"""What the Inspect place calls things."""

from __future__ import annotations

from desktop.messages import tr
from desktop.services.visit_shapes import VisitLine
from desktop.views.shared.lists import Item
from desktop.views.shared.times import local_minute

STATUS = {
    "planned": ("Waits for approval", "reason"),
    "refused": ("Not approved", "stop"),
    "approved": ("Approved", "accent"),
    "open": ("On site", "accent"),
    "signing": ("Waits for a signature", "reason"),
    "closed": ("Closed", "quiet"),
    "conflict": ("Conflict", "stop"),
}
OUTCOME = {
    "no_findings": ("No findings", "sealed"),
    "findings": ("Findings", "reason"),
    "obstructed": ("Hindered", "stop"),
    "penalty_case": ("Penalty case", "reason"),
    "correction_order": ("Correction order", "reason"),
}
ANSWERS = (("conforms", "1 Conforms"), ("violates", "2 Does not"), ("not_applicable", "3 N/A"))
LEADS = (
    ("correction", "Correct"),
    ("case", "Penalty case"),
    ("referral", "Refer"),
    ("none", "Talk only"),
)
SEVERITY = {"serious": ("Serious", "stop"), "ordinary": ("", "quiet"), "minor": ("Minor", "quiet")}


def standing(line: VisitLine) -> tuple[str, str]:
    """The words and the tone of where an inspection stands."""
    words, tone = OUTCOME.get(line.outcome, STATUS[line.status]) if line.status == "closed" else STATUS[line.status]
    return tr(words), tone


def item_of(line: VisitLine) -> Item:
    """An inspection as a row."""
    words, tone = standing(line)
    due = line.recheck_due if not line.rechecked else None
    when = f"{tr('Second look')} {due.strftime('%m-%d')}" if due is not None else local_minute(line.at)
    return Item(line.party, f"{line.title} · {line.trigger}", when, words, tone, value=line.visit_id)
