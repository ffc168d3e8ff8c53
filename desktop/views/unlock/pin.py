"""A short lock: six digits open the window again, as long as the program holds the sealed keys."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from desktop.messages import Words, tr
from desktop.views.shared.basics import button, label
from desktop.views.unlock.page import Centered


class PinPage(Centered):
    """`given(pin)` when the last digit was typed; `password` when the person goes to the sign-in page instead."""

    given = Signal(str)
    password = Signal()

    def __init__(self, number: str, digits: int) -> None:
        super().__init__()
        self.subtitle.setText(tr("Locked"))
        self._digits = digits
        self._pin = QLineEdit()
        self._pin.setObjectName("unlock.pin")
        self._pin.setAccessibleName(tr("PIN"))
        self._pin.setEchoMode(QLineEdit.EchoMode.Password)
        self._pin.setMaxLength(digits)
        self._pin.textEdited.connect(self._typed)
        body = self.card.body
        body.addWidget(label(number, "strong"))
        body.addWidget(label(tr("PIN, {digits} digits", digits=digits), "second"))
        body.addWidget(self._pin)
        body.addWidget(self.problem)
        body.addSpacing(6)
        body.addWidget(
            button(tr("Sign in with the password"), "link", name="unlock.password_instead", run=self.password.emit)
        )
        self.setFocusProxy(self._pin)

    def show_problem(self, words: Words | None) -> None:
        super().show_problem(words)
        self._pin.setReadOnly(False)
        self._pin.clear()
        self._pin.setFocus()

    def _typed(self, text: str) -> None:
        if len(text) == self._digits:
            self._pin.setReadOnly(True)
            self.given.emit(text)
