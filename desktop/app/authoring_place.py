"""The Authoring place: shown to the legal office where the authoring extra is installed, and nothing of it loaded before it is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.messages import tr
from desktop.views.shared.basics import label

if TYPE_CHECKING:  # what it is made of comes with the place
    from desktop.services.desk import Desk
    from desktop.views.authoring.page import AuthoringPlace
    from desktop.work import Work

EXTRA = ("z3", "openpyxl", "tomlkit")
ROLES = frozenset(("supervisor", "reviewer", "editor"))


def may_author(roles: Iterable[str]) -> bool:
    """Whether somebody of these roles has the place on this computer."""
    return bool(ROLES & set(roles)) and all(find_spec(name) is not None for name in EXTRA)


def make_place(desk: Desk, work: Work, ready: Callable[[AuthoringPlace], object]) -> QWidget:
    """The place, empty until its modules are loaded behind the window; `ready` then has it. z3 and openpyxl load after that."""
    holder = QStackedWidget()
    holder.setObjectName("stack")
    wait = label(tr("Opening…"), "second")
    wait.setAlignment(Qt.AlignmentFlag.AlignCenter)
    holder.addWidget(wait)

    def loaded(_: object) -> None:
        from desktop.services.authoring import Authoring  # loaded by now
        from desktop.viewmodels.authoring import AuthoringModel
        from desktop.views.authoring.page import AuthoringPlace

        place = AuthoringPlace(AuthoringModel(Authoring(desk), work))
        ready(place)
        holder.addWidget(place)
        holder.setCurrentWidget(place)
        work.compute(lambda: [import_module(name) for name in EXTRA])

    work.compute(lambda: import_module("desktop.views.authoring.page"), loaded)
    return holder
