"""Ordinary cases that wait for the role of the person signed in: from their lines, without a fold."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.services.act_shapes import TurnRow
from desktop.services.desk import Desk
from desktop.store.models import CaseRow
from enforcement.values.clock import from_ms

AT_MOST = 500


def turns(session: Session, desk: Desk) -> tuple[TurnRow, ...]:
    """The longest wait first."""
    roles = set(desk.agency.person(desk.number).roles) & {"supervisor", "reviewer"}
    if not roles:
        return ()
    wanted = (
        select(CaseRow)
        .where(CaseRow.procedure == "ordinary", CaseRow.turn.in_(roles))
        .order_by(CaseRow.turn_ms)
        .limit(AT_MOST)
    )
    return tuple(
        TurnRow(
            case_id=UUID(bytes=line.case_id),
            title=line.title,
            party=line.party,
            stage=line.stage,
            since=from_ms(line.turn_ms),
        )
        for line in session.scalars(wanted)
    )
