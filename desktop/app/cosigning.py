"""Co-signing for a colleague on one's own device, wired to a session: the request is chosen, read, signed, answered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.app.doors import read
from desktop.messages import tr, words_of
from desktop.services.cosigning import CosignView
from desktop.services.people import write_out
from desktop.views.cosign.dialogs import AnswerDialog, CosignDialog
from desktop.views.shared.files import ask_file
from enforcement.values.errors import KnownError

if TYPE_CHECKING:
    from desktop.app.session import Session


class CosigningHere:
    """From the palette."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self) -> None:
        """Choose the colleague's request."""
        ask_file(self._session.window, tr("The colleague's request"), "cosign.request", self._chosen)

    def _chosen(self, path: Path) -> None:
        session = self._session
        try:
            data = read(path)
        except KnownError as error:
            session._failed(error)
            return
        session.work.store(
            lambda: session.office.cosign.look(data), lambda view: self._show(view, data), session._failed
        )

    def _show(self, view: CosignView, data: bytes) -> None:
        session = self._session
        dialog = CosignDialog(session.window, view)

        def signed(answer: str) -> None:
            dialog.accept()
            self._answer(answer)

        dialog.signed.connect(
            lambda: session.work.act(
                lambda: session.office.cosign.sign(data), signed, lambda error: dialog.show_problem(words_of(error))
            )
        )
        dialog.open()

    def _answer(self, answer: str) -> None:
        shown = AnswerDialog(self._session.window, answer)
        shown.save.connect(lambda path: self._save(answer, path))
        shown.open()

    def _save(self, answer: str, path: Path) -> None:
        try:
            write_out(path, answer.encode())
        except KnownError as error:
            self._session._failed(error)
