"""The place of the issuing office: shown to supervisors where the authoring extra is installed; nothing of it is loaded before it is
opened, and the office's keys stay in its own tool's process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.app.authoring_place import EXTRA
from desktop.messages import Words, tr
from desktop.printing.output import save_pdf
from desktop.views.shared.basics import label

if TYPE_CHECKING:  # what it is made of comes with the place
    from desktop.app.session import Session
    from desktop.viewmodels.issuing import IssuingModel

FACE_DPI = 260


def may_issue(roles: Iterable[str]) -> bool:
    """Whether somebody of these roles has the place on this computer. Whether they may change anything, the office's password says."""
    return "supervisor" in roles and all(find_spec(name) is not None for name in EXTRA)


class IssuingHere:
    """The place within a session; `end` when the session does."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._model: IssuingModel | None = None

    def make(self) -> QWidget:
        """Empty until its modules are loaded behind the window."""
        self.end()
        holder = QStackedWidget()
        holder.setObjectName("stack")
        wait = label(tr("Opening…"), "second")
        wait.setAlignment(Qt.AlignmentFlag.AlignCenter)
        holder.addWidget(wait)
        self._session.work.compute(lambda: import_module("desktop.views.issuing.page"), lambda _: self._loaded(holder))
        return holder

    def end(self) -> None:
        """The office is closed: its tool finishes what it does and goes."""
        if self._model is not None:
            self._model.end()

    def _loaded(self, holder: QStackedWidget) -> None:
        from desktop.printing.preview import page_images  # loaded by now
        from desktop.services.issuing import Issuing
        from desktop.viewmodels.issuing import IssuingModel
        from desktop.views.issuing.page import IssuingPlace

        session = self._session
        draw: Callable[[bytes], list[bytes]] = partial(page_images, dpi=FACE_DPI)
        self._model = IssuingModel(Issuing(session.desk), session.work, draw, save_pdf)
        place = IssuingPlace(self._model)
        place.failed.connect(self._say)
        place.said.connect(session.window.say_done)
        place.published.connect(session.sync_now)
        holder.addWidget(place)
        holder.setCurrentWidget(place)

    def _say(self, words: Words) -> None:
        self._session.window.say(words)
