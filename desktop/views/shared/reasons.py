"""A reason on a line: its sort, its words, the article that opens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.messages import tr
from desktop.views.shared.basics import button, chip, holder, label, row
from enforcement.discretion import Kind, Reason, Step
from enforcement.rules.citations import citations

CHIP_OF = {
    "tier": ("accent", "Tier"),
    "computed": ("quiet", "Computed"),
    "lighter": ("sealed", "Lighter"),
    "mitigated": ("sealed", "Mitigated"),
    "heavier": ("stop", "Heavier"),
    "exempt": ("sealed", "Exempt"),
    "not_exempt": ("quiet", "Not exempt"),
    "law_in_time": ("quiet", "Law in time"),
    "one_fine": ("quiet", "One fine"),
    "procedure": ("quiet", "Procedure"),
    "weigh": ("reason", "Weigh"),
}
Opened = Callable[[str], object]


def reason_line(reason: Reason, opened: Opened | None = None) -> QWidget:
    """A reason of the trace."""
    tone, words = CHIP_OF[reason.kind]
    return line_of(tr(words), tone, reason.text, reason.basis, opened)


def step_line(step: Step, opened: Opened | None = None) -> QWidget:
    """What has to be done before a fine is possible."""
    return line_of(tr("First"), "reason", step.text, step.basis, opened)


def kind_line(kind: Kind, opened: Opened | None = None) -> QWidget:
    """Another kind of penalty beside the fine."""
    return line_of(tr("Beside it") if kind.must else tr("Possible"), "quiet", kind.text, kind.basis, opened)


def line_of(words: str, tone: str, text: str, basis: str, opened: Opened | None = None) -> QWidget:
    """Chip, text, basis; a basis that cites an article is a link."""
    sign = chip(words, tone)
    body = label(text, wrap=True)
    if opened is not None and citations(basis):
        link: QWidget = button(basis, "link", name="reason.basis", run=lambda: opened(basis))
        link.setToolTip(tr("Open the article"))
    else:
        link = label(basis, "second")
    line = row(sign, body, link, spacing=10)
    line.setStretch(1, 1)
    line.setContentsMargins(0, 5, 0, 5)
    return holder(line)
