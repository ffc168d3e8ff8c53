"""What a colleague asks to be co-signed, and the answer as a code to be photographed or saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.printing.codes import qr_png
from desktop.services.cosigning import CosignView
from desktop.views.shared.basics import KeyValues, button, label, row
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.files import ask_where
from enforcement.values.money import plain_text

CODE, MODULE = 560, 8
"""Pixels that the code may take, and those of a module as it was drawn."""


class CosignDialog(Asking):
    """Read it, then sign; a page that this device does not measure the same cannot be signed."""

    signed = Signal()

    def __init__(self, parent: QWidget, view: CosignView) -> None:
        super().__init__(parent, tr("Co-sign for {officer}", officer=view.officer), "cosign")
        self.setMinimumWidth(560)
        facts = KeyValues(width=130)
        facts.set_pairs(
            [
                (tr("Party"), view.party),
                (tr("Place"), view.place),
                (tr("What was found"), view.happened),
                (tr("Violation"), view.violation),
                (tr("Fine"), f"{plain_text(view.fine_fen)} {tr('yuan')}"),
                (tr("Photographs"), str(view.pictures)),
            ]
        )
        self.body.addWidget(facts)
        words = tr("This device measured the same from the same facts.")
        if not view.same:
            words = tr("This device does not come to the same result: do not sign.")
        self.body.addWidget(label(words, "second" if view.same else "stop", name="cosign.same", wrap=True))
        self.finish(tr("Sign"), "cosign")
        self.go.setEnabled(view.same)

    def submit(self) -> None:
        if self.go.isEnabled():
            self.go.setEnabled(False)
            self.signed.emit()


class AnswerDialog(QDialog):
    """The answer: a code for the other device's camera, or a file. `save` with the place that was chosen."""

    save = Signal(Path)

    def __init__(self, parent: QWidget, answer: str) -> None:
        super().__init__(parent)
        self.setObjectName("answer")
        self.setWindowTitle(tr("Co-signed"))
        self.setModal(True)
        body = QVBoxLayout(self)
        body.setContentsMargins(24, 20, 24, 20)
        body.addWidget(label(tr("Co-signed"), "title"))
        body.addWidget(
            label(
                tr("Your colleague loads a photograph of this code or the file. It also goes with the next sync."),
                "second",
                wrap=True,
            )
        )
        code = QLabel()
        code.setObjectName("answer.code")
        code.setAccessibleName(tr("Code of the co-signature"))
        code.setAccessibleDescription(answer)
        picture = QPixmap()
        picture.loadFromData(qr_png(answer), "PNG")
        modules = picture.width() // MODULE
        # whole pixels a module, so that all are of one width
        code.setPixmap(picture.scaledToWidth(modules * max(2, CODE // modules)))
        code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        body.addWidget(code)
        body.addLayout(
            row(
                1,
                button(tr("Save…"), name="answer.save", run=self._ask),
                button(tr("Close"), "primary", name="answer.close", run=self.accept),
            )
        )

    def _ask(self) -> None:
        ask_where(self, tr("Save…"), "answer.file", "cosigned.txt", self.save.emit)
