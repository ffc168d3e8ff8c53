"""Projections: what every list reads, made from the journal by the fold and by nothing else.

`project` follows each append in the same transaction; `rebuild` makes all of them again, and `snapshot` gives the
bytes that the two are compared by.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from desktop.store.case_lines import lines_of, search_text
from desktop.store.journal import JournalStore
from desktop.store.models import PROJECTIONS, ChainRow
from desktop.store.visit_projections import project_visit
from enforcement.casefile import CaseFile, fold_case
from enforcement.journal import NO_ENTRY, Entry, check_chain
from enforcement.values.encoding import encode


def project_case(session: Session, journal: JournalStore, aggregate: UUID) -> CaseFile:
    """Fold the aggregate and put its lines right, those of an inspection or a draw where it is one."""
    entries = journal.entries(session, aggregate)
    case = fold_case(aggregate, entries)
    if case.opened_at is None or case.party is None:
        project_visit(session, aggregate, entries, search_text)
        return case
    for line in lines_of(case):
        session.merge(line)
    return case


def extend_chain(session: Session, journal: JournalStore, device: UUID, entries: Sequence[Entry]) -> None:
    """Put a device's line right after these of its entries were kept; only where they do not follow the line is it all read again."""
    line = session.get(ChainRow, device.bytes)
    highest, head, whole = (
        (0, NO_ENTRY, True) if line is None else (line.highest, line.head, line.joined == line.highest)
    )
    if not whole or (line is not None and line.forked):
        project_chain(session, journal, device)
        return
    for entry in sorted(entries, key=lambda one: one.seq):
        if entry.seq != highest + 1 or entry.prev != head:
            project_chain(session, journal, device)
            return
        highest, head = entry.seq, entry.hash
    session.merge(ChainRow(device=device.bytes, joined=highest, highest=highest, head=head, missing="", forked=False))


def project_chain(session: Session, journal: JournalStore, device: UUID) -> None:
    """Put a device's line right, from all its entries."""
    state = check_chain(device, journal.links(session, device))
    missing = [fault.seq for fault in state.faults if fault.kind == "missing"]
    session.merge(
        ChainRow(
            device=device.bytes,
            joined=state.joined,
            highest=state.highest,
            head=state.head,
            missing=",".join(str(seq) for seq in missing),
            forked=any(fault.kind != "missing" for fault in state.faults),
        )
    )


def rebuild(session: Session, journal: JournalStore) -> None:
    """Drop every projection and make it again from the journal."""
    for table in PROJECTIONS:
        session.execute(delete(table))
    for aggregate in journal.aggregates(session):
        project_case(session, journal, aggregate)
    for device in journal.devices(session):
        project_chain(session, journal, device)
    session.flush()


def snapshot(session: Session) -> bytes:
    """Every projection as canonical bytes, rows in the order of their keys."""
    tables: dict[str, list[list[object]]] = {}
    for table in PROJECTIONS:
        mapper = inspect(table)
        names = [column.key for column in mapper.columns]
        rows = session.scalars(select(table).order_by(*mapper.primary_key)).all()
        tables[table.__tablename__] = [[getattr(row, name) for name in names] for row in rows]
    return encode(tables)
