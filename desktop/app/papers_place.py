"""Wiring of what becomes of finished documents: a case written out, from the place that shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.messages import tr
from desktop.services.shapes import CaseDetail
from desktop.viewmodels.filing import FilingModel
from desktop.views.cases.page import FINISHED, CasesPlace

if TYPE_CHECKING:
    from desktop.app.session import Session


def wire_filing(session: Session, place: CasesPlace) -> None:
    """Archive and export, on top of the place."""

    def ask(found: CaseDetail) -> None:
        from desktop.app.archive import (
            CaseFiling,
        )  # binds volumes: pypdf and the typesetter, which the first window needs not
        from desktop.views.cases.filing import FilingDialog

        line = found.row
        about = " · ".join(part for part in (line.document_number, line.party, line.title) if part)
        title = tr("Archive the case") if line.status in FINISHED else tr("Write the case out")
        model = FilingModel(CaseFiling(session.desk), session.work, line.case_id)
        dialog = FilingDialog(place, model, title, about)
        model.setParent(dialog)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    place.filing.connect(ask)
