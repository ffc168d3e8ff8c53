"""Any record by words, a number or pinyin initials: cases, inspections, papers, parties, violations."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from desktop.services import ruler
from desktop.services.desk import Desk, local
from desktop.services.forms import form, form_ids
from desktop.services.shapes import Found
from desktop.services.titles import titled
from desktop.store import parties
from desktop.store.models import CaseRow, NumberRow, PaperRow
from desktop.store.visit_models import VisitRow
from enforcement.values.clock import from_ms


def find(session: Session, desk: Desk, query: str, limit: int) -> tuple[Found, ...]:
    """At most `limit` of each kind, the latest first. Every word must be found; papers, also those of inspections, by their number.

    Which they are is read from an index alone, and only those few from the lines: every page read is a page deciphered.
    """
    words = query.lower().split()
    if not words:
        return ()
    return (
        *_cases(session, desk, words, limit),
        *_visits(session, words, limit),
        *_papers(session, words, limit),
        *(Found("party", one.party_id, one.name, one.code) for one in parties.find_parties(session, query, limit)),
        *(
            Found("violation", one.violation_id, one.title, one.article)
            for one in ruler.find_violations(desk, query, limit)
        ),
    )


def _hold(column: InstrumentedAttribute[str], words: list[str]) -> list[ColumnElement[bool]]:
    """Lines are kept in lower case; unlike LIKE, instr compares bytes, so that Chinese words are looked up as fast as others."""
    return [func.instr(column, word) > 0 for word in words]


def _numbers(words: list[str]) -> list[str]:
    """Letters of a number are capitals."""
    return [word.upper() for word in words]


def _cases(session: Session, desk: Desk, words: list[str], limit: int) -> list[Found]:
    latest = CaseRow.opened_ms.desc(), CaseRow.case_id.desc()
    which = select(CaseRow.case_id).where(*_hold(CaseRow.search, words)).order_by(*latest).limit(limit)
    return [
        Found(
            "case",
            str(UUID(bytes=line.case_id)),
            titled(desk, line),
            f"{line.party} · {line.document_number or line.place}",
        )
        for line in session.scalars(select(CaseRow).where(CaseRow.case_id.in_(which)).order_by(*latest))
    ]


def _visits(session: Session, words: list[str], limit: int) -> list[Found]:
    """By party, place and checklists, or by the number of one of its papers."""
    latest = VisitRow.at_ms.desc(), VisitRow.visit_id.desc()
    which = select(VisitRow.visit_id).where(*_hold(VisitRow.search, words)).order_by(*latest).limit(limit)
    rows = list(session.scalars(select(VisitRow).where(VisitRow.visit_id.in_(which)).order_by(*latest)))
    found = [(row, "") for row in rows]
    if len(rows) < limit:
        numbered = (
            select(VisitRow, NumberRow.number)
            .join_from(NumberRow, VisitRow, VisitRow.visit_id == NumberRow.case_id)
            .where(*_hold(NumberRow.number, _numbers(words)))
            .limit(limit * 2)
        )
        known = {row.visit_id for row in rows}
        for row, number in session.execute(numbered):
            if row.visit_id not in known:
                known.add(row.visit_id)
                found.append((row, number))
    return [
        Found(
            "visit",
            str(UUID(bytes=row.visit_id)),
            row.title or "现场检查",
            " · ".join(part for part in (row.party, number, f"{local(from_ms(row.at_ms)):%Y-%m-%d}") if part),
        )
        for row, number in found[:limit]
    ]


def _papers(session: Session, words: list[str], limit: int) -> list[Found]:
    latest = PaperRow.at_ms.desc(), PaperRow.entry.desc()
    which = select(PaperRow.entry).where(*_hold(PaperRow.number, _numbers(words))).order_by(*latest).limit(limit)
    known = set(form_ids())
    return [
        Found(
            "paper",
            f"{UUID(bytes=row.case_id)}/{row.entry.hex()}",
            form(row.form).title if row.form in known else row.form,
            f"{row.number} · {row.party}",
        )
        for row in session.scalars(select(PaperRow).where(PaperRow.entry.in_(which)).order_by(*latest))
    ]


__all__ = ["find"]
