"""When the act was found: now, unless it is written down later. It stands fixed once the party is chosen, for then the case is open."""

from __future__ import annotations

from desktop.messages import tr
from desktop.services.shapes import Draft
from desktop.viewmodels.onspot import OnSpotModel
from desktop.views.acts.plain import minute_of
from desktop.views.shared.basics import TextField
from enforcement.values.clock import LOCAL

WIDTH = 168


class FoundField(TextField):
    """A minute that is read when it is left; what cannot be read is marked and said in the tip."""

    def __init__(self, model: OnSpotModel) -> None:
        super().__init__(name="onspot.found", accessible=tr("When it was found"), hint="2026-03-02 09:30")
        self._model = model
        self.setFixedWidth(WIDTH)
        self.setToolTip(tr("When it was found"))
        self.left.connect(self._read)

    def show_draft(self, draft: Draft) -> None:
        """Seen only while it can be said."""
        self.setVisible(draft.case_id is None and not draft.ordinary)
        self.show_value(draft.found_at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M"))

    def _read(self, text: str) -> None:
        try:
            at = minute_of(text.strip())
        except ValueError as error:
            self.set_wrong(True)
            self.setToolTip(str(error))
            return
        self.set_wrong(False)
        self.setToolTip(tr("When it was found"))
        self._model.set_found_at(at)
