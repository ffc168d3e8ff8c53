"""A signature on the screen under a paper of a case: in what capacity, who, the pad; or why it was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.messages import tr
from desktop.messages.errors import words_of
from desktop.views.cases.ordinary import SIGNERS
from desktop.views.shared.basics import Pick, button, label, row
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.signature import SignaturePad
from enforcement.values.errors import KnownError
from enforcement.values.shapes import to_bytes


class SigningDialog(Asking):
    """`given(role, name, strokes, refused)`: a name with strokes, or with the reason why it was refused."""

    given = Signal(str, str, bytes, str)

    def __init__(
        self,
        parent: QWidget,
        title: str,
        party: str,
        people: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`people`: who is to sign in which capacity, where only these can; the name follows the capacity."""
        super().__init__(parent, tr("Sign on the screen"), "signing")
        self._people = people or {}
        self.body.addWidget(label(title, "second", wrap=True))
        self._role = Pick()
        self._role.setObjectName("signing.role")
        self._role.setAccessibleName(tr("Signs as"))
        for role in SIGNERS if people is None else people:
            self._role.addItem(tr(SIGNERS[role]), role)
        self._name = QLineEdit(party)
        self._name.setObjectName("signing.name")
        self._name.setAccessibleName(tr("Name"))
        self._name.setPlaceholderText(tr("Name of who signs"))
        line = row(self._role, self._name)
        line.setStretch(1, 1)
        self.body.addLayout(line)
        self.pad = SignaturePad(party or tr("Party"))
        self.body.addWidget(self.pad, 1)
        self._again = button(tr("Clear"), "link", name="signing.clear", run=self.pad.clear)
        self.body.addLayout(row(1, self._again))
        self._refused = QLineEdit()
        self._refused.setObjectName("signing.refused")
        self._refused.setAccessibleName(tr("Refused to sign: why, and who witnessed it"))
        self._refused.setPlaceholderText(tr("Refused to sign: why, and who witnessed it"))
        self.body.addWidget(self._refused)
        self.pad.changed.connect(self._ready)
        self._refused.textChanged.connect(lambda _: self._ready())
        self._name.textChanged.connect(lambda _: self._ready())
        self._name.textChanged.connect(lambda text: self.pad.set_who(text.strip() or tr("Party")))
        self._role.currentIndexChanged.connect(lambda _: self._named())
        self.finish(tr("Put on record"), "signing")
        self._ready()
        self._name.setFocus()

    def _named(self) -> None:
        """Whoever signs in that capacity; what was written belongs to somebody else."""
        names = self._people.get(str(self._role.currentData()))
        if names is not None:
            self._name.setText(names[0] if names else "")
            self.pad.clear()

    def submit(self) -> None:
        if not self.go.isEnabled():
            return
        refused = self._refused.text().strip()
        try:
            strokes = b"" if refused else to_bytes(self.pad.strokes())
        except KnownError as error:
            self.show_problem(words_of(error))
            return
        self.given.emit(str(self._role.currentData()), self._name.text().strip(), strokes, refused)
        self.accept()

    def _ready(self) -> None:
        signed = not self.pad.empty or bool(self._refused.text().strip())
        self._again.setEnabled(not self.pad.empty)
        self.go.setEnabled(signed and bool(self._name.text().strip()))
