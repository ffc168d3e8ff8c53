"""Every paper of the ordinary cases on this device, as lines: found by party, number or pinyin initials, the latest first."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.services.act_shapes import PaperLine
from desktop.services.forms import form, form_ids
from desktop.store.models import PaperRow
from enforcement.values.clock import from_ms


def paper_lines(session: Session, query: str, offset: int, limit: int) -> tuple[PaperLine, ...]:
    """Every word of the query must be found."""
    wanted = select(PaperRow).order_by(PaperRow.at_ms.desc(), PaperRow.entry)
    for word in query.lower().split():
        wanted = wanted.where(PaperRow.search.contains(word, autoescape=True))
    known = set(form_ids())
    return tuple(
        PaperLine(
            case_id=UUID(bytes=row.case_id),
            entry=row.entry,
            title=form(row.form).title if row.form in known else row.form,
            number=row.number,
            party=row.party,
            case_title=row.case_title,
            at=from_ms(row.at_ms),
            prints=row.prints,
            voided=row.voided,
        )
        for row in session.scalars(wanted.offset(offset).limit(limit))
    )


__all__ = ["PaperLine", "paper_lines"]
