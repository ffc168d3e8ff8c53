"""Dialogs: only to sign, to void, to send back, to enter a party."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.messages import Words, tr
from desktop.views.shared.basics import Pick, Segmented, button, label, row


class Asking(QDialog):
    """Title, lines, a refusal in place, two buttons."""

    def __init__(self, parent: QWidget, title: str, name: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setObjectName(name)
        self.setModal(True)
        self.setMinimumWidth(440)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(24, 20, 24, 20)
        self.body.setSpacing(9)
        self.body.addWidget(label(title, "title"))
        self.problem = label("", "stop", name=f"{name}.problem", wrap=True)
        self.problem.setVisible(False)

    def finish(self, go_words: str, name: str) -> None:
        """The lines stand; the foot follows."""
        self.body.addWidget(self.problem)
        self.body.addSpacing(6)
        self.go = button(go_words, "primary", name=f"{name}.go", run=self.submit)
        self.cancel = button(tr("Cancel"), name=f"{name}.cancel", run=self.reject)
        self.foot = row(1, self.cancel, self.go)
        self.body.addLayout(self.foot)

    def submit(self) -> None:
        raise NotImplementedError

    def show_problem(self, words: Words) -> None:
        """Stay open and say why."""
        self.problem.setText(f"{words.what} {words.todo}")
        self.problem.setVisible(True)
        self.go.setEnabled(True)


class SignDialog(Asking):
    """Somebody else signs on this device with their own password: the second officer (APL Art. 42), or who gives leave."""

    signed = Signal(str, str)

    def __init__(
        self, parent: QWidget, officers: Sequence[tuple[str, str]], summary: str, title: str = "", go_words: str = ""
    ) -> None:
        super().__init__(parent, title or tr("Second officer signs"), "sign")
        self.body.addWidget(label(summary, "second", wrap=True))
        self.body.addWidget(label(tr("Officer"), "second"))
        self._who = Pick()
        self._who.setObjectName("sign.officer")
        self._who.setAccessibleName(tr("Officer"))
        for number, name in officers:
            self._who.addItem(f"{name} · {number}", number)
        self.body.addWidget(self._who)
        self.body.addWidget(label(tr("Their own password"), "second"))
        self._password = QLineEdit()
        self._password.setObjectName("sign.password")
        self._password.setAccessibleName(tr("Their own password"))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.returnPressed.connect(self.submit)
        self.body.addWidget(self._password)
        self.finish(go_words or tr("Sign, issue and print"), "sign")
        self._password.setFocus()

    def submit(self) -> None:
        if self.go.isEnabled() and self._password.text() and self._who.count():
            self.go.setEnabled(False)
            self.problem.setVisible(False)
            self.signed.emit(str(self._who.currentData()), self._password.text())

    def show_problem(self, words: Words) -> None:
        super().show_problem(words)
        self._password.selectAll()
        self._password.setFocus()


class WordsDialog(Asking):
    """Asks for words: a reason to void, to send back, an answer, why signing was refused. `text` stands there already."""

    given = Signal(str)

    def __init__(
        self, parent: QWidget, title: str, hint: str, go_words: str, name: str = "words", *, text: str = ""
    ) -> None:
        super().__init__(parent, title, name)
        self._words = QPlainTextEdit(text)
        self._words.setObjectName(f"{name}.text")
        self._words.setAccessibleName(hint)
        self._words.setPlaceholderText(hint)
        self._words.setTabChangesFocus(True)
        self._words.setFixedHeight(110)
        self.body.addWidget(self._words)
        self.finish(go_words, name)
        self._words.setFocus()

    def submit(self) -> None:
        text = self._words.toPlainText().strip()
        if text:
            self.given.emit(text)
            self.accept()


class PartyDialog(Asking):
    """A party that the register does not hold; the check digit is tested."""

    given = Signal(str, str, str, str, str, str)

    def __init__(self, parent: QWidget, text: str) -> None:
        super().__init__(parent, tr("New party"), "party")
        self._kind = Segmented(
            [("organisation", tr("Organisation")), ("citizen", tr("Citizen")), ("sole_trader", tr("Sole trader"))],
            name="party.kind",
            accessible=tr("Kind of party"),
        )
        self._kind.set_value("organisation")
        self.body.addWidget(self._kind)
        is_code = len(text) > 8 and text.isascii()
        self._fields: list[QLineEdit] = []
        for name, words, value in (
            ("name", tr("Name"), "" if is_code else text),
            ("code", tr("Unified social credit code or id number"), text if is_code else ""),
            ("address", tr("Address"), ""),
            ("representative", tr("Legal representative"), ""),
            ("phone", tr("Phone"), ""),
        ):
            field = QLineEdit(value)
            field.setObjectName(f"party.{name}")
            field.setAccessibleName(words)
            field.setPlaceholderText(words)
            field.returnPressed.connect(self.submit)
            self._fields.append(field)
            self.body.addWidget(field)
        self.finish(tr("Take over"), "party")
        self._fields[1 if not is_code else 0].setFocus()

    def submit(self) -> None:
        name, code, address, representative, phone = (field.text() for field in self._fields)
        self.given.emit(name, self._kind.value(), code, address, representative, phone)
