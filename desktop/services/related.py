"""The cases that stand beside one, for the window: who, under which number, how far, and whether this device has them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.services.case_shapes import RelatedView
from desktop.services.desk import Desk
from desktop.services.titles import titled
from desktop.store.models import CaseRow, PaperRow
from enforcement.casefile import CaseFile


def related_views(session: Session, desk: Desk, case: CaseFile) -> tuple[RelatedView, ...]:
    """As the case's own record has them, with what their own lines say now; a case that is not here keeps what the record says."""
    return tuple(
        RelatedView(
            case_id=one.case,
            way=one.way,
            number=(_number(session, one.case.bytes) if line is not None else "") or one.number,
            party=line.party if line is not None else one.party,
            title=titled(desk, line) if line is not None else "",
            status=line.status if line is not None else None,  # type: ignore[arg-type]
        )
        for one in case.related
        for line in (session.get(CaseRow, one.case.bytes),)
    )


def _number(session: Session, case_id: bytes) -> str:
    wanted = (
        select(PaperRow.number)
        .where(PaperRow.case_id == case_id, PaperRow.form == "case_opening", PaperRow.number != "")
        .order_by(PaperRow.at_ms.desc())
        .limit(1)
    )
    return session.scalar(wanted) or ""
