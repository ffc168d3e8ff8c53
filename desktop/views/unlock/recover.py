"""A forgotten password: the request for the agency's office with the code to compare, and the answer that comes back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from desktop.messages import tr
from desktop.views.shared.basics import Pick, button, label, row
from desktop.views.unlock.page import Centered


class RecoverPage(Centered):
    """`asked(number, new password)`; `left` back to signing in."""

    asked = Signal(str, str)
    left = Signal()

    def __init__(self, numbers: Sequence[str], chosen: str = "") -> None:
        super().__init__()
        self.subtitle.setText(tr("Forgotten password"))
        body = self.card.body
        body.addWidget(
            label(
                tr(
                    "The agency's office can open this device for you, with you present. Choose the password for afterwards; "
                    "you get new keys, and nothing of your cases is lost."
                ),
                "second",
                wrap=True,
            )
        )
        self._number = Pick()
        self._number.setObjectName("recover.number")
        self._number.setAccessibleName(tr("Certificate number"))
        self._number.addItems(list(numbers))
        if chosen in numbers:
            self._number.setCurrentText(chosen)
        body.addWidget(self._number)
        self._fields: list[QLineEdit] = []
        for name, words in (("recover.new", tr("New password")), ("recover.again", tr("New password once more"))):
            field = QLineEdit()
            field.setObjectName(name)
            field.setAccessibleName(words)
            field.setPlaceholderText(words)
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.returnPressed.connect(self._ask)
            self._fields.append(field)
            body.addWidget(field)
        body.addWidget(self.problem)
        body.addWidget(button(tr("Make the request"), "primary", name="recover.ask", run=self._ask))
        body.addWidget(button(tr("Back"), "link", name="recover.back", run=self.left.emit))
        self.setFocusProxy(self._fields[0])

    def _ask(self) -> None:
        new, again = (field.text() for field in self._fields)
        if not new or new != again:
            self.problem.setText(tr("The two entries are not the same."))
            self.problem.setVisible(True)
        elif self._number.currentText():
            self.asked.emit(self._number.currentText(), new)


class RecoveryAsked(Centered):
    """The request stands. `answer` when its file is to be chosen, `again` for another request, `left` back to signing in."""

    answer = Signal()
    again = Signal()
    left = Signal()

    def __init__(self, number: str, file: str, code: str) -> None:
        super().__init__()
        self.subtitle.setText(tr("Forgotten password"))
        body = self.card.body
        body.addWidget(label(tr("Request of {number}", number=number), "strong"))
        shown = label(code, "figure", name="recover.code")
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        body.addWidget(shown)
        body.addWidget(
            label(
                tr("Take this code and the file below to the agency's office; load the answer that comes back."),
                wrap=True,
            )
        )
        path = label(file, "small", name="recover.file", wrap=True)
        path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        body.addWidget(path)
        body.addWidget(self.problem)
        body.addWidget(button(tr("Load the answer…"), "primary", name="recover.answer", run=self.answer.emit))
        body.addLayout(
            row(
                button(tr("Back"), "link", name="recover.back", run=self.left.emit),
                1,
                button(tr("Make a new request"), "link", name="recover.anew", run=self.again.emit),
            )
        )
