"""Tables of inspections: projections (P), made from the journal alone."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from desktop.store.base import Base


class VisitRow(Base):
    """P: one line of every list of inspections. `officers` are numbers, `names` their names; `recheck_ms` is the end of the
    longest time to correct.
    """

    __tablename__ = "visit_line"
    visit_id: Mapped[bytes] = mapped_column(primary_key=True)
    party: Mapped[str]
    party_id: Mapped[str]
    place: Mapped[str]
    unit: Mapped[str]
    type: Mapped[str]
    trigger: Mapped[str]
    title: Mapped[str]
    urgent: Mapped[bool]
    status: Mapped[str] = mapped_column(index=True)
    approved: Mapped[bool]
    outcome: Mapped[str]
    officers: Mapped[str]
    names: Mapped[str]
    planned_ms: Mapped[int | None]
    begun_ms: Mapped[int | None]
    closed_ms: Mapped[int | None]
    at_ms: Mapped[int] = mapped_column(index=True)
    findings: Mapped[int]
    told: Mapped[bool]
    recheck_ms: Mapped[int | None]
    rechecked: Mapped[str]
    after: Mapped[bytes]
    search: Mapped[str]
    __table_args__ = (
        Index("visit_of_party", "party_id", "begun_ms"),
        Index("visit_found", "at_ms", "visit_id", "search"),
    )


class DrawRow(Base):
    """P: a draw of lots; `state` is committed, revealed or unfair."""

    __tablename__ = "draw_line"
    draw_id: Mapped[bytes] = mapped_column(primary_key=True)
    title: Mapped[str]
    state: Mapped[str]
    at_ms: Mapped[int]
    picks: Mapped[int]
