"""Dialogs that ask for secrets: a new password, a PIN, a colleague's number and password."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.messages import tr
from desktop.views.shared.basics import label
from desktop.views.shared.dialogs import Asking


class SecretsDialog(Asking):
    """A line for each of `fields` (name, words, hidden). With `twice` the last two have to be the same; the last is not handed on."""

    given = Signal(list)

    def __init__(
        self,
        parent: QWidget,
        title: str,
        hint: str,
        fields: Sequence[tuple[str, str, bool]],
        go_words: str,
        name: str,
        *,
        twice: bool = True,
    ) -> None:
        super().__init__(parent, title, name)
        self._twice = twice
        if hint:
            self.body.addWidget(label(hint, "second", wrap=True))
        self._fields: list[QLineEdit] = []
        for key, words, hidden in fields:
            field = QLineEdit()
            field.setObjectName(f"{name}.{key}")
            field.setAccessibleName(words)
            if hidden:
                field.setEchoMode(QLineEdit.EchoMode.Password)
            field.returnPressed.connect(self._next)
            self._fields.append(field)
            self.body.addWidget(label(words, "second"))
            self.body.addWidget(field)
        self.finish(go_words, name)
        self._fields[0].setFocus()

    def submit(self) -> None:
        texts = [field.text() for field in self._fields]
        if not all(texts) or not self.go.isEnabled():
            return
        if self._twice and texts[-1] != texts[-2]:
            self.problem.setText(tr("The two entries are not the same."))
            self.problem.setVisible(True)
            self._fields[-1].selectAll()
            self._fields[-1].setFocus()
            return
        self.problem.setVisible(False)
        self.go.setEnabled(False)
        self.given.emit(texts[:-1] if self._twice else texts)

    def _next(self) -> None:
        """Enter goes to the next empty line, and submits on the last."""
        empty = next((field for field in self._fields if not field.text()), None)
        if empty is not None:
            empty.setFocus()
        else:
            self.submit()
