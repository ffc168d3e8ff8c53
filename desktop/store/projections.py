"""Projections: what every list reads, made from the journal by the fold and by nothing else.

`project` follows each append in the same transaction; `rebuild` makes all of them again, and `snapshot` gives the
bytes that the two are compared by.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pypinyin import Style, lazy_pinyin
from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from desktop.store.journal import JournalStore
from desktop.store.models import PROJECTIONS, CaseRow, ChainRow, NumberRow
from desktop.store.visit_projections import project_visit
from enforcement.casefile import CaseFile, fold_case
from enforcement.journal import NO_ENTRY, Entry, check_chain
from enforcement.values.clock import to_ms
from enforcement.values.encoding import encode


def search_text(*parts: str) -> str:
    """Lower-case text that a query is looked up in: the words, and the pinyin initials of each."""
    words = [part for part in parts if part]
    initials = ["".join(lazy_pinyin(word, style=Style.FIRST_LETTER)) for word in words]
    return "\n".join([*words, *initials]).lower()


def project_case(session: Session, journal: JournalStore, aggregate: UUID) -> CaseFile:
    """Fold the aggregate and put its lines right, those of an inspection or a draw where it is one."""
    entries = journal.entries(session, aggregate)
    case = fold_case(aggregate, entries)
    if case.opened_at is None or case.party is None:
        project_visit(session, aggregate, entries, search_text)
        return case
    decision, proposal, deviation = case.decision, case.proposal, case.deviation
    determination = proposal.act.determination if proposal is not None else {}
    if proposal is None and deviation is not None:
        determination = deviation.act.determination
    title = str(determination.get("title", "")) or (case.facts.violation if case.facts else "")
    officers = [shown.name for shown in decision.act.officers] if decision is not None else []
    number = decision.act.number if decision is not None else ""
    session.merge(
        CaseRow(
            case_id=aggregate.bytes,
            inspection=case.inspection.bytes if case.inspection else b"",
            title=title,
            violation=case.facts.violation if case.facts else "",
            tier=str(determination.get("tier", "")),
            party=case.party.name,
            party_id=case.party.party_id,
            place=case.place,
            unit=case.unit,
            officers="、".join(officers) or case.officer,
            document_number=number,
            fine_fen=decision.act.fine_fen if decision is not None else None,
            status=case.status,
            opened_ms=to_ms(case.opened_at),
            issued_ms=to_ms(decision.at) if decision is not None else None,
            prints=decision.prints if decision is not None else 0,
            delivered=decision.delivered if decision is not None else "",
            on_spot_payment=bool(decision is not None and decision.act.content.get("paid_on_spot")),
            search=search_text(title, case.party.name, case.party.code, case.place, number),
        )
    )
    if decision is not None:
        session.merge(
            NumberRow(
                series=decision.act.series,
                running=decision.act.running,
                case_id=aggregate.bytes,
                number=number,
                voided=decision.voided,
            )
        )
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
