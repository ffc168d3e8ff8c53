"""Wiring of the ordinary procedure: from a case to the page of an act, to a paper, to a sum by the ruler, and back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.app.mending import Doors, Mending, Says
from desktop.messages import tr
from desktop.services.act_shapes import Acted, OfferView, PaperView, PendingView
from desktop.services.office import Office
from desktop.viewmodels.acts import ActModel, PaperModel
from desktop.views.acts.page import ActPage
from desktop.views.acts.paper import PaperPage
from desktop.views.cases.ordinary import ConfirmDialog
from desktop.views.cases.page import CasesPlace
from desktop.views.review.page import ReviewPlace
from desktop.work import Work


class ActsWiring(QObject):
    """Opens pages on top of the place that shows a case, and takes them away again. One for each such place."""

    def __init__(
        self,
        office: Office,
        work: Work,
        stack: QStackedWidget,
        place: CasesPlace | ReviewPlace,
        window: Says,
        failed: Callable[[object], None],
        doors: Doors,
    ) -> None:
        super().__init__(stack)
        self._office, self._work, self._stack, self._place = office, work, stack, place
        self._window, self._failed, self._propose = window, failed, doors.propose
        self._models: list[QObject] = []
        case, procedure = place.ordinary, place.model.procedure
        self._procedure = procedure
        case.begin.connect(self.open_act)
        case.at_once.connect(self._ask_at_once)
        case.cosign.connect(self._ask_cosign)
        case.paper.connect(self._open_paper)
        case.propose.connect(self._proposed)
        procedure.acted.connect(self._acted)
        if isinstance(place, ReviewPlace):
            place.approval.sheet.connect(self.open_act)
        self._mending = Mending(self, office, work, place, window, failed, doors)

    def open_act(self, act: str, field: str = "", words: str = "", case_id: UUID | None = None) -> None:
        """The page of an act of the case, by default the one that is shown, at a field and with what is wrong there."""
        case_id = case_id or self._procedure.case_id
        if case_id is None:
            return
        model = ActModel(self._office, self._work)
        page = ActPage(model)
        page.aim(field, words)
        page.failed.connect(self._failed)
        page.left.connect(lambda: self._leave(page, model))

        def done(acted: Acted) -> None:
            self._leave(page, model)
            self._acted(acted)

        page.acted.connect(done)
        self._enter(page, model)
        model.begin(case_id, act)

    def _open_paper(self, paper: PaperView) -> None:
        self.open_paper(paper.entry)

    def open_paper(self, entry: bytes, words: str = "", field: str = "") -> None:
        """A paper of the case that is shown, with what is wrong with it."""
        case_id = self._procedure.case_id
        if case_id is None:
            return
        model = PaperModel(self._office, self._work, case_id, entry)
        page = PaperPage(model)
        if words:
            page.show_mark(words, field)
        page.failed.connect(self._failed)
        page.said.connect(self._window.say_done)
        page.left.connect(lambda: self._leave(page, model))
        self._enter(page, model)

    def _enter(self, page: QWidget, model: QObject) -> None:
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self._models.append(model)

    def _leave(self, page: QWidget, model: QObject) -> None:
        self._stack.removeWidget(page)
        self._stack.setCurrentWidget(self._place)
        page.deleteLater()
        self._models = [one for one in self._models if one is not model]

    def _ask_at_once(self, offer: OfferView) -> None:
        ConfirmDialog(
            self._place,
            offer.label,
            offer.basis,
            tr("Put on record"),
            lambda: self._procedure.do_at_once(offer.act),
            other=(tr("At another time…"), lambda: self.open_act(offer.act)),
        ).open()

    def _ask_cosign(self, waits: PendingView) -> None:
        ConfirmDialog(
            self._place,
            tr("Sign as second officer"),
            f"{waits.label} · {waits.by}",
            tr("Sign"),
            lambda: self._procedure.cosign(waits.entry, lambda: self._said_cosigned(waits.label)),
        ).open()

    def _said_cosigned(self, words: str) -> None:
        self._window.say_done(tr("{act} has both signatures.", act=words))

    def _acted(self, acted: Acted) -> None:
        if acted.number:
            words = tr("{act} {number} is issued and sealed on this device.", act=acted.label, number=acted.number)
        elif acted.has_paper:
            words = tr("{act} is issued and sealed on this device.", act=acted.label)
        else:
            words = tr("{act} is on record.", act=acted.label)
        self._window.say_done(words)

    def _proposed(self) -> None:
        case_id = self._procedure.case_id
        if case_id is not None and self._propose is not None:
            self._propose(case_id, "")
