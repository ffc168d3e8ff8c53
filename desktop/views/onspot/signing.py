"""Both officers sign: the second on this device with their own password, or on a device of their own by file and code."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.messages import tr, words_of
from desktop.printing.codes import read_codes
from desktop.services.cosigning import PREFIX
from desktop.services.shapes import PersonView
from desktop.viewmodels.onspot import OnSpotModel
from desktop.views.shared.basics import Pick, button, label, row
from desktop.views.shared.dialogs import SignDialog
from desktop.views.shared.files import ask_file, ask_where
from enforcement.values.errors import KnownError

MAX_ANSWER = 32 << 20


class BothSign(SignDialog):
    """The sign dialog, with the way over the colleague's own device below it."""

    def __init__(self, parent: QWidget, model: OnSpotModel, summary: str) -> None:
        officers = [(one.number, one.name) for one in model.partners]
        super().__init__(parent, officers, summary, "", tr("Sign and propose") if model.proposing else "")
        self._model = model
        if model.proposing:
            return
        self.body.addSpacing(10)
        self.body.addWidget(label(tr("Or on their own device, without a network"), "section"))
        self._elsewhere = Pick()
        self._elsewhere.setObjectName("sign.elsewhere")
        self._elsewhere.setAccessibleName(tr("Officer with a device of their own"))
        self._request = button(tr("Write the request…"), name="sign.request", run=self._ask_request)
        self._request.setEnabled(False)
        load = button(tr("Load the answer…"), name="sign.answer", run=self._ask_answer)
        self.body.addWidget(self._elsewhere)
        self.body.addLayout(row(self._request, load, 1))
        self._said = label("", "second", name="sign.said", wrap=True)
        self._said.setVisible(False)
        self.body.addWidget(self._said)
        model.ask_elsewhere(self._show)

    def _show(self, found: tuple[PersonView, ...]) -> None:
        for one in found:
            self._elsewhere.addItem(f"{one.name} · {one.number}", one.number)
        self._request.setEnabled(bool(found))

    def _ask_request(self) -> None:
        number = str(self._elsewhere.currentData())
        ask_where(
            self,
            tr("Where to write the request"),
            "cosign.file",
            f"{number}.hzs",
            lambda path: self._model.write_request(number, path, lambda: self._written(path), self._failed),
        )

    def _written(self, path: Path) -> None:
        self.problem.setVisible(False)
        self._said.setText(
            tr(
                "{file} is sealed for them: they load it on their device, sign, and give you the answer.",
                file=path.name,
            )
        )
        self._said.setVisible(True)

    def _ask_answer(self) -> None:
        ask_file(self, tr("Load the answer…"), "cosign.answer", self._take)

    def _take(self, path: Path) -> None:
        try:
            self._model.take_answer(answer_in(path), self._failed)
        except KnownError as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self.show_problem(words_of(error))


def answer_in(path: Path) -> str:
    """The code's text from a text file or a picture of the code. Raises KnownError(notice.unreadable)."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_ANSWER)
    except OSError as error:
        raise KnownError("notice.unreadable", why=str(error.strerror)) from error
    if data.startswith(PREFIX.encode()):
        return data.decode("ascii", "replace").strip()
    found = [code for code in read_codes(data) if code.startswith(PREFIX)]
    if not found:
        raise KnownError("notice.unreadable", why="no code of a co-signature")
    return found[0]
