"""Electronic delivery: the PDF under the agency's seal into a file; once it was sent, the service on the record with its proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.messages import Words, tr, words_of
from desktop.printing.output import save_pdf
from desktop.services.electronic import Electronic
from desktop.services.shapes import PersonView
from desktop.viewmodels.acts import PaperModel
from desktop.views.shared.basics import Pick, button, label, row
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.files import ask_file, ask_where
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

WHY = {
    "no_consent": "Not to be delivered electronically: the party has signed no confirmation of address and way.",
    "declined": "Not to be delivered electronically: the party did not agree to it.",
    "unsigned": "Not to be delivered electronically: the party's confirmation does not bear their signature on the screen.",
}
"""What stands on the paper's page instead of the button."""


class DeliveryDialog(Asking):
    """First the sealed file, then, where the procedure has an act for it, the service. `saved(path)`, `served(Acted)`."""

    saved = Signal(str)
    served = Signal(object)

    def __init__(self, parent: QWidget, model: PaperModel, name: str, found: Electronic) -> None:
        super().__init__(parent, tr("Deliver electronically"), "delivery")
        self._model, self._name, self._found = model, name, found
        self._digest = b""
        self.setMinimumWidth(560)
        agreed = tr(
            "{party} agreed in writing to {channel}: {address}",
            party=found.party,
            channel=found.channel,
            address=found.address,
        )
        self.body.addWidget(label(agreed, wrap=True, name="delivery.agreed"))
        self._first = QWidget()
        self._first.setObjectName("innerPlain")
        first = QVBoxLayout(self._first)
        first.setContentsMargins(0, 6, 0, 0)
        first.setSpacing(7)
        self._file = label("", "second", name="delivery.seal", wrap=True)
        line = row(self._file, button(tr("Choose…"), name="delivery.choose", run=self._choose))
        line.setStretch(0, 1)
        first.addLayout(line)
        self._password = self._line("delivery.password", tr("Password of the seal"))
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        first.addWidget(self._password)
        self.body.addWidget(self._first)
        self._second = QWidget()
        self._second.setObjectName("innerPlain")
        second = QVBoxLayout(self._second)
        second.setContentsMargins(0, 6, 0, 0)
        second.setSpacing(7)
        self._done = label("", "strong", name="delivery.done", wrap=True)
        second.addWidget(self._done)
        self._proof = self._line("delivery.proof", tr("When it was sent, and the receipt or reply that shows it"))
        self._who = Pick()
        self._who.setObjectName("delivery.officer")
        self._who.setAccessibleName(tr("Second officer"))
        self._theirs = self._line("delivery.their_password", tr("Their own password"))
        self._theirs.setEchoMode(QLineEdit.EchoMode.Password)
        for widget in (self._proof, self._who, self._theirs):
            second.addWidget(widget)
        self._second.setVisible(False)
        self.body.addWidget(self._second)
        self.finish(tr("Seal and save…"), "delivery")
        self._show_seal()
        (self._password if model.office.electronic.seal_file() else self.go).setFocus()

    def _line(self, name: str, words: str) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(name)
        made.setAccessibleName(words)
        made.setPlaceholderText(words)
        made.returnPressed.connect(self.submit)
        return made

    def _choose(self) -> None:
        def chosen(path: Path) -> None:
            self._model.office.electronic.set_seal_file(path)
            self._show_seal()
            self._password.setFocus()

        title = tr("The agency's seal")
        ask_file(self, title, "delivery.dialog", chosen, (f"{title} (*.p12 *.pfx)",))

    def _show_seal(self) -> None:
        path = self._model.office.electronic.seal_file()
        words = (
            tr("Seal: {file}", file=path.name)
            if path is not None
            else tr("No seal of the agency is set up on this device. Choose the file that the agency's office issued.")
        )
        self._file.setText(words)
        self._password.setEnabled(path is not None)
        self.go.setEnabled(path is not None)

    def submit(self) -> None:
        if not self.go.isEnabled():
            return
        self.problem.setVisible(False)
        if self._digest:
            self._serve()
        elif self._password.text():
            # later: the Enter that brought us here would press the default button of a dialog inside this one
            QTimer.singleShot(0, self, self._ask_where)

    def _ask_where(self) -> None:
        ask_where(self, tr("Save as PDF"), "save.dialog", f"{self._name}.pdf", self._seal)

    def _seal(self, path: Path) -> None:
        packed = self._model.office.electronic.seal_file()
        password = self._password.text()
        if packed is None:
            self._show_seal()
            return
        self.go.setEnabled(False)
        self._model.seal(
            lambda pdf, at, authority: sealed_into(path, pdf, packed, password, at, authority),
            lambda made: self._sealed(path, made),
            self._failed,
        )

    def _sealed(self, path: Path, made: bytes) -> None:
        self._password.clear()
        self.saved.emit(str(path))
        if not self._found.act:
            self.accept()
            return
        self._digest = made
        self._first.setVisible(False)
        self._second.setVisible(True)
        told = tr(
            "{file} is sealed. Send it to {address}; then put the service on the record.",
            file=path.name,
            address=self._found.address,
        )
        self._done.setText(told)
        self.go.setText(self._found.act_label)
        self.go.setAccessibleName(self._found.act_label)
        self.cancel.setText(tr("Put it down later"))
        self.go.setEnabled(True)
        self._proof.setFocus()
        QTimer.singleShot(0, self, self._fit)
        self._model.partners(self._show_partners)

    def _fit(self) -> None:
        """As tall as the second part needs."""
        self.body.activate()
        self.resize(self.width(), max(self.body.totalHeightForWidth(self.width()), self.body.totalSizeHint().height()))

    def _show_partners(self, people: Sequence[PersonView]) -> None:
        for one in people:
            self._who.addItem(f"{one.name} · {one.number}", one.number)

    def _serve(self) -> None:
        proof, number, password = self._proof.text().strip(), str(self._who.currentData() or ""), self._theirs.text()
        if not proof:
            self.show_problem(Words(tr("Say when it was sent and what shows it."), "", "", ""))
            return
        if not password or not number:
            self.show_problem(Words(tr("The second officer signs with their own password."), "", "", ""))
            return
        self.go.setEnabled(False)
        self._model.serve(self._digest, proof, number, password, self._served, self._failed)

    def _served(self, acted: object) -> None:
        self.accept()
        self.served.emit(acted)

    def _failed(self, error: Exception) -> None:
        self.show_problem(words_of(error))


def sealed_into(path: Path, pdf: bytes, seal: Path, password: str, at: datetime, authority: bytes) -> bytes:
    """The sealed PDF in its file; its SHA-256. Raises KnownError(seal.*), (output.not_written), (store.disk_full)."""
    from desktop.printing.pades import open_seal, sign_pdf  # pyHanko takes half a second to import
    from desktop.printing.pades_check import check_seal
    from desktop.printing.seal import seal_spot

    try:
        packed = seal.read_bytes()
    except OSError as error:
        raise KnownError("seal.unreadable", why=error.strerror or "") from error
    made = sign_pdf(pdf, open_seal(packed, password), at, spot=seal_spot(pdf))
    if authority and check_seal(made, authority).state != "valid":
        raise KnownError("seal.unreadable", why="not issued under the agency's document authority")
    save_pdf(path, made)
    return digest(made)
