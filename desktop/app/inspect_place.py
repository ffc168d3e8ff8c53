"""The Inspect place wired to a session: made when it is first opened, with a count of what waits for approval."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtWidgets import QWidget

from desktop.messages import tr
from desktop.viewmodels.inspect import InspectModel, InspectPage
from desktop.views.inspect.page import InspectPlace
from desktop.views.shell.window import PlaceSpec

if TYPE_CHECKING:
    from desktop.app.session import Session

PLACE = "inspect"


class Inspecting:
    """What a session knows of its Inspect place."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._model = InspectModel(session.office, session.work)
        if session.supervisor:  # what waits for approval is counted before the place is first looked at
            self._model.loaded.connect(self._count)
            self._model.activate()
        session.models.append(self._model)
        self.spec = PlaceSpec(PLACE, tr("Inspect"), "clipboard-check", self._make)

    def begin(self) -> None:
        """Today's second large button."""
        self._opened(lambda place: place.begin())

    def open_visit(self, visit_id: object) -> None:
        """One inspection, from Today or the palette."""
        if isinstance(visit_id, UUID):
            self._opened(lambda place: place.open_visit(visit_id))

    def _opened(self, then: Callable[[InspectPlace], object]) -> None:
        self._session.window.open_place(PLACE)
        place = self._session.window.place(PLACE)
        if isinstance(place, InspectPlace):
            then(place)

    def _make(self) -> QWidget:
        session = self._session
        place = InspectPlace(self._model, officer=session.officer, supervisor=session.supervisor)
        place.failed.connect(session._failed)
        place.said.connect(session.window.say_done)
        place.on_spot.connect(session.resume_on_spot)
        place.certificate.connect(session.showing.begin)
        self._model.activate()
        return place

    def _count(self, page: InspectPage) -> None:
        self._session.window.set_counts({PLACE: page.waiting})
