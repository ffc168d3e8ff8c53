"""Signing in, and the first run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.messages import Words, tr
from desktop.views.shared.basics import Card, IconLabel, Pick, button, label, row


class Centered(QWidget):
    """A card in the middle under our mark."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        mark = IconLabel("mark", "accent", 76)
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        outer.addWidget(mark)
        title = label("衡尺", "figure")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        outer.addWidget(title)
        self.subtitle = label("", "second")
        self.subtitle.setAlignment(Qt.AlignmentFlag.AlignCenter)
        outer.addWidget(self.subtitle)
        outer.addSpacing(18)
        self.card = Card()
        self.card.setFixedWidth(440)
        outer.addLayout(row(1, self.card, 1))
        outer.addStretch(3)
        self.problem = label("", "stop", name="unlock.problem", wrap=True)
        self.problem.setVisible(False)

    def show_problem(self, words: Words | None) -> None:
        """What went wrong, in place."""
        self.problem.setVisible(words is not None)
        if words is not None:
            self.problem.setText(f"{words.what} {words.todo}")

    def problem_text(self) -> str:
        return self.problem.text() if self.problem.isVisibleTo(self) else ""


class SignInPage(Centered):
    """Certificate number and password; `forgotten` when somebody has none."""

    signed = Signal(str, str)
    forgotten = Signal()

    def __init__(self, numbers: Sequence[str], last: str) -> None:
        super().__init__()
        self.subtitle.setText(tr("Like cases alike, and anyone can check that they were"))
        self._waits = False  # the password came before the list of who is enrolled
        self._number = Pick()
        self._number.setObjectName("unlock.number")
        self._number.setAccessibleName(tr("Certificate number"))
        self._number.addItems(list(numbers))
        if last in numbers:
            self._number.setCurrentText(last)
        self._password = QLineEdit()
        self._password.setObjectName("unlock.password")
        self._password.setAccessibleName(tr("Password"))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.returnPressed.connect(self._go)
        self._button = button(tr("Sign in"), "primary", name="unlock.go", run=self._go)
        body = self.card.body
        body.addWidget(label(tr("Certificate number"), "second"))
        body.addWidget(self._number)
        body.addWidget(label(tr("Password"), "second"))
        body.addWidget(self._password)
        body.addWidget(self.problem)
        body.addSpacing(6)
        body.addWidget(self._button)
        body.addWidget(button(tr("Forgotten password…"), "link", name="unlock.forgotten", run=self.forgotten.emit))
        self.setFocusProxy(self._password)

    def show_numbers(self, numbers: Sequence[str]) -> None:
        """Everybody who is enrolled here; what is chosen stays chosen."""
        chosen = self._number.currentText()
        self._number.clear()
        self._number.addItems(list(numbers))
        if chosen in numbers:
            self._number.setCurrentText(chosen)
        if self._waits:
            self._waits = False
            self.signed.emit(self._number.currentText(), self._password.text())

    def set_busy(self, busy: bool) -> None:
        """While the password is being tried."""
        self._button.setEnabled(not busy)
        self._button.setText(tr("Opening…") if busy else tr("Sign in"))
        self._password.setReadOnly(busy)
        if not busy:
            self._password.selectAll()
            self._password.setFocus()

    def _go(self) -> None:
        if self._button.isEnabled() and self._password.text():
            self.show_problem(None)
            self.set_busy(True)
            if self._number.count():
                self.signed.emit(self._number.currentText(), self._password.text())
            else:
                self._waits = True


class FirstRunPage(Centered):
    """No profile yet: the demonstration city, or a real one."""

    demonstration = Signal()
    real = Signal(str, str, str)
    grant = Signal()

    def __init__(self, *, asked: bool) -> None:
        super().__init__()
        body = self.card.body
        if asked:
            self.subtitle.setText(tr("This device has asked to be enrolled"))
            body.addWidget(
                label(tr("Give the request file to the agency's office; load the grant that comes back."), wrap=True)
            )
            self.request_path = label("", "small", name="setup.request", wrap=True)
            self.request_path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            body.addWidget(self.request_path)
            body.addWidget(button(tr("Load the grant…"), "primary", name="setup.grant", run=self.grant.emit))
            body.addWidget(self.problem)
            return
        self.subtitle.setText(tr("Set up this device"))
        self._demo = button(tr("Demonstration city 示例市"), "primary", name="setup.demo", run=self.demonstration.emit)
        body.addWidget(self._demo)
        body.addWidget(
            label(
                tr("A fictional agency, officers, parties and a relay on this computer, made now with their own keys."),
                "second",
                wrap=True,
            )
        )
        body.addSpacing(10)
        self._label = QLineEdit()
        self._number = QLineEdit()
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        for field, words, name in (
            (self._label, tr("Name of this device"), "setup.label"),
            (self._number, tr("Certificate number"), "setup.number"),
            (self._password, tr("New password"), "setup.password"),
        ):
            field.setObjectName(name)
            field.setAccessibleName(words)
            field.setPlaceholderText(words)
            body.addWidget(field)
        body.addWidget(self.problem)
        body.addWidget(button(tr("Set up a real one: make the request"), name="setup.real", run=self._ask))

    def set_busy(self, words: str) -> None:
        """While the demonstration is being made."""
        self._demo.setEnabled(not words)
        self._demo.setText(words or tr("Demonstration city 示例市"))

    def _ask(self) -> None:
        texts = [field.text().strip() for field in (self._label, self._number, self._password)]
        if all(texts):
            self.real.emit(*texts)
        else:
            self.problem.setText(tr("Fill in all three fields."))
            self.problem.setVisible(True)
