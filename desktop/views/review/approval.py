"""Approving what was asked for, without leaving the list: the words stand there, one press signs them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.act_shapes import OfferView, ProcedureView
from desktop.viewmodels.acts import ProcedureModel
from desktop.views.shared.basics import Pick, button, label, row
from desktop.views.shared.dialogs import WordsDialog

AGREED = "同意。"
"""The usual words of an approval; documents are in Chinese."""
BESIDE = 480
"""Pixels from which on the words stand beside the buttons."""
GRANT, DENY = ".approved", ".refused"


class ApprovalBar(QWidget):
    """Shown while something that was asked for can be approved by the person signed in. `sheet(act)`: they want to see it whole."""

    sheet = Signal(str)

    def __init__(self, model: ProcedureModel) -> None:
        super().__init__()
        self._model = model
        self._offers: tuple[OfferView, ...] = ()
        self._refusals: dict[str, OfferView] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        self._what = label("", "strong", name="approval.what", wrap=True)
        self._which = Pick()
        self._which.setObjectName("approval.which")
        self._which.setAccessibleName(tr("What was asked for"))
        self._words = QLineEdit(AGREED)
        self._words.setObjectName("approval.words")
        self._words.setAccessibleName(tr("Opinion"))
        self._words.returnPressed.connect(self._approve)
        self._deny = button(tr("Refuse"), name="approval.refuse", key="Ctrl+R", run=self._refuse)
        self._go = button(tr("Approve"), "primary", name="approval.approve", key="Ctrl+Return", run=self._approve)
        layout.addWidget(self._what)
        layout.addWidget(self._which)
        self._sheet = button(tr("Sheet…"), name="approval.sheet", run=lambda: self.sheet.emit(self._act()))
        self._sheet.setToolTip(tr("The whole sheet, and when it was approved"))
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(12)
        self._line.addWidget(self._words, 1)
        self._line.addLayout(row(1, self._sheet, self._deny, self._go, spacing=12))
        layout.addLayout(self._line)
        model.shown.connect(self.show_view)
        self.setVisible(False)

    def show_view(self, view: ProcedureView | None) -> None:
        """What can be approved in this case now."""
        offers = view.offers if view is not None else ()
        grants = tuple(one for one in offers if one.act.endswith(GRANT) and one.allowed)
        self._refusals = {one.act.removesuffix(DENY): one for one in offers if one.act.endswith(DENY) and one.allowed}
        if grants != self._offers:
            self._words.setText(AGREED)
            self._which.clear()
            for one in grants:
                self._which.addItem(one.label, one.act)
        self._offers = grants
        self._what.setText(f"{grants[0].label}（{grants[0].basis}）" if len(grants) == 1 else "")
        self._what.setVisible(len(grants) == 1)
        self._which.setVisible(len(grants) > 1)
        self.setVisible(bool(grants))
        self._go.setEnabled(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= BESIDE
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def _act(self) -> str:
        return str(self._which.currentData() or "")

    def _approve(self) -> None:
        words = self._words.text().strip()
        if self._act() and words and self._go.isEnabled():
            self._go.setEnabled(False)
            self._model.decide(self._act(), words)

    def _refuse(self) -> None:
        offer = self._refusals.get(self._act().removesuffix(GRANT))
        if offer is None:
            return
        dialog = WordsDialog(self, offer.label, tr("Why it is not approved"), tr("Refuse"), "refusal")
        dialog.given.connect(lambda words: self._model.decide(offer.act, words))
        dialog.open()
