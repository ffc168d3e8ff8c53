"""The lines of a case in the lists, from its fold: the case, its papers, the numbers it used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from desktop.store.base import Base
from desktop.store.models import CaseRow, NumberRow, PaperRow
from enforcement.casefile import Act, CaseFile, tracking
from enforcement.journal.acts import DecisionIssued
from enforcement.values.clock import to_ms
from enforcement.values.encoding import encode
from enforcement.values.shapes import to_plain
from resources.pinyin import initials


def search_text(*parts: str) -> str:
    """Lower-case text that a query is looked up in: the words, and the pinyin initials of each."""
    words = [part for part in parts if part]
    return "\n".join([*words, *map(initials, words)]).lower()


BESIDE = "\x1e"
"""In a case's search text: what follows is of the cases beside it, not its own."""


def lines_of(case: CaseFile) -> Iterator[Base]:
    """Every row that the case has; none while it is not open."""
    if case.opened_at is None or case.party is None:
        return
    title = title_of(case)
    yield _case_line(case, title, **(_ordinary(case) if case.procedure == "ordinary" else _summary(case)))
    decision = case.decision
    if decision is not None:
        act = decision.act
        yield NumberRow(
            series=act.series,
            running=act.running,
            case_id=case.case_id.bytes,
            number=act.number,
            voided=decision.voided,
        )
    for kept in case.recordings:
        yield NumberRow(
            series=kept.series, running=kept.running, case_id=case.case_id.bytes, number=kept.number, voided=""
        )
    for one in case.track.issued:
        yield from _paper_lines(case, one, title)
    for line in case.lines:
        if isinstance(line.entry.body, DecisionIssued) and not line.effective:
            act = line.entry.body
            yield NumberRow(
                series=act.series,
                running=act.running,
                case_id=case.case_id.bytes,
                number=act.number,
                voided=tracking.WITHOUT_EFFECT,
            )


def title_of(case: CaseFile) -> str:
    """The violation in words, as the ruler named it; its id before the ruler was asked."""
    found: dict[str, Any] = {}
    if case.proposal is not None:
        found = case.proposal.act.determination
    elif case.deviation is not None:
        found = case.deviation.act.determination
    return str(found.get("title", "")) or (case.facts.violation if case.facts else "")


def _case_line(case: CaseFile, title: str, **more: Any) -> CaseRow:
    assert case.opened_at is not None
    assert case.party is not None
    found = case.proposal.act.determination if case.proposal is not None else {}
    if not found and case.deviation is not None:
        found = case.deviation.act.determination
    return CaseRow(
        case_id=case.case_id.bytes,
        inspection=case.inspection.bytes if case.inspection else b"",
        title=title,
        violation=case.facts.violation if case.facts else "",
        tier=str(found.get("tier", "")),
        party=case.party.name,
        party_id=case.party.party_id,
        place=case.place,
        unit=case.unit,
        status=case.status,
        opened_ms=to_ms(case.opened_at),
        procedure=case.procedure,
        search=_search(case, title, str(more["document_number"])),
        **more,
    )


def _search(case: CaseFile, title: str, number: str) -> str:
    """A case is also found by the number under which it was opened, and by the parties and numbers of the cases beside it."""
    assert case.party is not None
    opening = case.track.last("opening.approved")
    opened = opening.body.paper.number if opening is not None and opening.body.paper is not None else ""
    own = search_text(title, case.party.name, case.party.code, case.place, number, opened)
    if not case.related:
        return own
    return f"{own}\n{BESIDE}\n{search_text(*(part for one in case.related for part in (one.party, one.number)))}"


def _summary(case: CaseFile) -> dict[str, Any]:
    decision = case.decision
    officers = [shown.name for shown in decision.act.officers] if decision is not None else []
    return {
        "officers": "、".join(officers) or case.officer,
        "document_number": decision.act.number if decision is not None else "",
        "fine_fen": decision.act.fine_fen if decision is not None else None,
        "issued_ms": to_ms(decision.at) if decision is not None else None,
        "prints": decision.prints if decision is not None else 0,
        "delivered": decision.delivered if decision is not None else "",
        "on_spot_payment": bool(decision is not None and decision.act.content.get("paid_on_spot")),
        "stage": "",
        "turn": "",
        "turn_ms": 0,
        "events": b"",
        "outcome": "",
    }


def _ordinary(case: CaseFile) -> dict[str, Any]:
    track = case.track
    decided = track.act(track.slots["decision"]) if "decision" in track.slots else None
    officers = {one.name: None for act in track.acts if act.body.part == "investigator" for one in act.body.shown}
    seconds = {act.cosigned_by.name: None for act in track.acts if act.cosigned_by is not None}
    is_open = not track.marks & {"archived"}
    paper = decided.body.paper if decided is not None else None
    outcome = track.outcome
    return {
        "officers": "、".join({**officers, **seconds}) or case.officer,
        "document_number": paper.number if paper is not None else "",
        "fine_fen": track.amounts.get("decided", 0) if decided is not None and "decided" in track.marks else None,
        "issued_ms": to_ms(decided.body.at) if decided is not None else None,
        "prints": decided.prints if decided is not None else 0,
        "delivered": "signed" if "served" in track.marks else "",
        "on_spot_payment": False,
        "stage": track.stage,
        "turn": track.turn if is_open else "",
        "turn_ms": to_ms(track.acts[-1].written_at) if track.acts else 0,
        "outcome": outcome.body.act if outcome is not None else "",
        "events": encode(
            {
                "events": {name: at.isoformat() for name, at in track.events.items()},
                "halted": {name: [to_plain(one) for one in rows] for name, rows in track.halted.items()},
            }
        ),
    }


def _paper_lines(case: CaseFile, act: Act, title: str) -> Iterator[Base]:
    paper, party = act.body.paper, case.party
    if paper is None or party is None:
        return
    yield PaperRow(
        entry=act.entry,
        case_id=case.case_id.bytes,
        form=paper.form,
        number=paper.number,
        at_ms=to_ms(act.body.at),
        party=party.name,
        case_title=title,
        prints=act.prints,
        voided=act.voided or act.fell,
        search=search_text(title, party.name, party.code, paper.number),
    )
    if paper.series:
        yield NumberRow(
            series=paper.series,
            running=paper.running,
            case_id=case.case_id.bytes,
            number=paper.number,
            voided=act.voided or act.fell,
        )
