"""The Inspect place: list and one inspection beside it, or over both the page that is being worked on."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QWidget

from desktop.messages import tr
from desktop.services.visit_shapes import VisitChoices
from desktop.viewmodels.inspect import InspectModel, InspectPage
from desktop.views.inspect.dialogs import DrawDialog
from desktop.views.inspect.reader import Reader
from desktop.views.inspect.running import RunningPage
from desktop.views.inspect.start import StartPage
from desktop.views.inspect.words import item_of
from desktop.views.shared.basics import Card, Empty, Segmented, button
from desktop.views.shared.lists import ItemList

LIST_WIDTH = 250


class InspectPlace(QStackedWidget):
    """`failed(Exception)`, `said(text)`, `on_spot(draft id)` when a finding became an on-the-spot page, `certificate` when mine is to be
    shown.
    """

    certificate = Signal()

    failed = Signal(object)
    said = Signal(str)
    on_spot = Signal(object)

    def __init__(self, model: InspectModel, *, officer: bool, supervisor: bool) -> None:
        super().__init__()
        self.setObjectName("stack")
        self.model, self._officer, self._supervisor = model, officer, supervisor
        self.reader = Reader(model, supervisor=supervisor)
        self.running = RunningPage(model)
        self.start = StartPage(model)
        self._lists = self._list_page()
        for page in (self._lists, self.running, self.start):
            self.addWidget(page)
        for source in (self.reader, self.running, self.start, model):
            source.failed.connect(self.failed.emit)
        self.reader.said.connect(self.said.emit)
        self.running.certificate.connect(self.certificate.emit)
        self.running.left.connect(self._back)
        self.start.left.connect(self._back)
        self.running.closed.connect(self._ended)
        model.loaded.connect(self._show)
        model.begun.connect(self._go_on)
        model.planned.connect(self._planned)
        model.taken.connect(lambda draft: self.on_spot.emit(draft.draft_id))

    def _list_page(self) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        outer = QHBoxLayout(page)
        outer.setContentsMargins(22, 18, 22, 18)
        outer.setSpacing(18)
        left = Card(tr("Inspections"))
        self._search = QLineEdit()
        self._search.setObjectName("inspections.search")
        self._search.setAccessibleName(tr("Search"))
        self._search.setPlaceholderText(tr("Enterprise, credit code, place or pinyin initials"))
        self._search.textChanged.connect(self.model.search)
        views = [("all", tr("All")), ("recheck", tr("Second look"))]
        views.insert(1, ("approve", tr("To approve")) if self._supervisor else ("mine", tr("Mine")))
        self._view = Segmented(views, name="inspections.view", accessible=tr("Which"))
        self._view.set_value("approve" if self._supervisor and not self._officer else "all")
        self._view.chosen.connect(self.model.look_at)
        self.list = ItemList(name="inspections.list", accessible=tr("Inspections"))
        self.list.picked.connect(self.model.show)
        self.list.ending.connect(self.model.more)
        self._empty = Empty(
            "clipboard-check",
            tr("Inspections that wait for approval appear here.")
            if self._supervisor
            else tr("Inspections appear here as they are planned. Begin with the enterprise's code."),
        )
        left.body.addWidget(self._search)
        left.body.addWidget(self._view)
        left.body.addWidget(self.list, 1)
        left.body.addWidget(self._empty, 1)
        if self._officer:
            left.body.addWidget(
                button(tr("Start an inspection"), "primary", name="inspections.start", key="Ctrl+N", run=self.begin)
            )
            left.body.addWidget(
                button(tr("Show my certificate"), name="inspections.certificate", run=self.certificate.emit)
            )
        if self._supervisor:
            left.body.addWidget(button(tr("Draw lots"), name="inspections.draw", run=self._ask_draw))
        left.setMinimumWidth(LIST_WIDTH)
        outer.addWidget(left, 37)
        self._none = Card()
        self._none.body.addWidget(
            Empty("clipboard-check", tr("The inspection that is chosen stands here with its items and documents."))
        )
        self._beside = QStackedWidget()
        self._beside.addWidget(self._none)
        self._beside.addWidget(self.reader)
        outer.addWidget(self._beside, 63)
        self.model.detail.connect(lambda _: self._beside.setCurrentWidget(self.reader))
        if self._supervisor and not self._officer:
            self.model.view = "approve"
        return page

    def begin(self) -> None:
        """Today's second large button: the enterprise's code is wanted."""
        self.setCurrentWidget(self.start)
        self.start.begin()

    def open_visit(self, visit_id: UUID) -> None:
        """Show one."""
        self.setCurrentWidget(self._lists)
        self.model.show(visit_id)

    def _show(self, page: InspectPage) -> None:
        self.list.set_items([item_of(one) for one in page.lines])
        bare = not page.lines and not self._search.text()
        self.list.setVisible(not bare)
        self._empty.setVisible(bare)
        if page.lines and self.model.chosen is None:
            self.list.pick(0)

    def _go_on(self, _: object) -> None:
        self.running.open()
        self.setCurrentWidget(self.running)
        self.model.show(self.model.chosen)

    def _planned(self, visit_id: object) -> None:
        if isinstance(visit_id, UUID):
            self.open_visit(visit_id)
            self.said.emit(tr("Approval is asked for; the supervisors see it after the next sync."))

    def _ended(self, visit_id: object) -> None:
        if isinstance(visit_id, UUID):
            self.open_visit(visit_id)
            self.said.emit(tr("The inspection is signed by both and sealed on this device."))

    def _back(self) -> None:
        self.setCurrentWidget(self._lists)
        self.model.show(self.model.chosen)

    def _ask_draw(self) -> None:
        def ask(choices: VisitChoices) -> None:
            DrawDialog(self, self.model, choices.lists, self.said.emit).open()

        self.model.choices(ask)
