"""What the person signed in began and has not finished: pages that measure, and acts of cases."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.services.desk import Desk, local
from desktop.services.drafts import DraftData
from desktop.services.shapes import DraftRow
from desktop.store.kept import drafts_of
from desktop.store.models import ActDraftRow, CaseRow
from desktop.store.parties import party_of
from enforcement.values.clock import from_ms
from enforcement.values.shapes import from_bytes

STALE = timedelta(days=3)
"""A page that lies longer becomes an entry made afterwards, which a review board strikes (事后补录, `order.entered_in_time`)."""


def begun(session: Session, desk: Desk) -> tuple[DraftRow, ...]:
    """The latest first."""
    rows = [*_pages(session, desk), *_acts(session, desk)]
    return tuple(sorted(rows, key=lambda row: row.touched_at, reverse=True))


def _row(desk: Desk, draft_id: UUID, title: str, party: str, touched_ms: int, **more: object) -> DraftRow:
    touched, now = from_ms(touched_ms), desk.clock.now()
    days = (local(now).date() - local(touched).date()).days
    return DraftRow(draft_id, title, party, touched, days=days, stale=now - touched > STALE, **more)  # type: ignore[arg-type]


def _pages(session: Session, desk: Desk) -> list[DraftRow]:
    rows = []
    for draft_id, data, touched in drafts_of(session, desk.number):
        draft = from_bytes(DraftData, data)
        title = ""
        if draft.violation_id:
            title = desk.agency.library.violation(draft.violation_id, local(draft.found_at).date()).title
        party = party_of(session, draft.party_id) if draft.party_id else None
        title = title or ("处理意见" if draft.ordinary else "当场处罚")
        rows.append(_row(desk, draft_id, title, party.name if party else "", touched))
    return rows


def _acts(session: Session, desk: Desk) -> list[DraftRow]:
    wanted = (
        select(ActDraftRow, CaseRow)
        .join(CaseRow, CaseRow.case_id == ActDraftRow.case_id)
        .where(ActDraftRow.owner == desk.number)
    )
    return [
        _row(
            desk,
            UUID(bytes=draft.draft_id),
            desk.procedure.label_of(draft.act),
            line.party,
            draft.touched_ms,
            act=draft.act,
            case_id=UUID(bytes=draft.case_id),
        )
        for draft, line in session.execute(wanted)
    ]
