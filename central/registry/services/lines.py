"""What the register says of a case, an inspection, a decision, a number: rows made of the fold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from central.registry.store.models import CaseRow, DecisionRow, EntryRow, NumberRow
from enforcement.casefile import Act, CaseFile, Inspection
from enforcement.casefile.fold import DECISION
from enforcement.journal import Entry
from enforcement.journal.acts import DecisionIssued
from enforcement.journal.procedure_acts import ActDone
from enforcement.journal.visit_acts import PaperIssued
from enforcement.values.clock import LOCAL, to_ms

STANDS, VOIDED, QUASHED, FALLEN = "stands", "voided", "quashed", "fallen"
NOT_PUBLIC = re.compile("不(予|向社会|对外)?公开")


def month_of(at: datetime) -> str:
    """The month in Chinese time, as 2026-10."""
    return f"{at.astimezone(LOCAL):%Y-%m}"


def case_line(case: CaseFile, entries: Sequence[Entry]) -> CaseRow:
    """The case as it stands."""
    party = case.party
    found: Mapping[str, Any] = case.proposal.act.determination if case.proposal is not None else {}
    return CaseRow(
        case_id=case.case_id.bytes,
        sort="case",
        unit=case.unit,
        officer=case.officer,
        procedure=case.procedure,
        status=case.status if case.opened_at is not None else "waiting",
        violation=case.facts.violation if case.facts is not None else "",
        title=str(found.get("title", "")),
        party=party.name if party is not None else "",
        party_kind=party.kind if party is not None else "",
        party_code=party.code if party is not None else "",
        place=case.place,
        opened_ms=to_ms(case.opened_at) if case.opened_at is not None else None,
        entries=len(entries),
        without_effect=sum(not line.effective for line in case.lines),
    )


def visit_line(visit: Inspection, entries: Sequence[Entry]) -> CaseRow:
    """An inspection or a draw as it stands."""
    party = visit.party
    sorts = {entry.kind.split(".")[0] for entry in entries}
    sort = "draw" if "draw" in sorts else "inspection" if "inspection" in sorts else "other"
    return CaseRow(
        case_id=visit.inspection_id.bytes,
        sort=sort,
        unit=visit.unit,
        officer=visit.officers[0].number if visit.officers else "",
        procedure="",
        status=visit.status if sort == "inspection" else "",
        violation="",
        title="",
        party=party.name if party is not None else "",
        party_kind=party.kind if party is not None else "",
        party_code=party.code if party is not None else "",
        place=visit.place,
        opened_ms=to_ms(visit.started_at) if visit.started_at is not None else None,
        entries=len(entries),
        without_effect=sum(not line.effective for line in visit.lines),
    )


def decisions_of(case: CaseFile, entries: Sequence[Entry], rows: Mapping[bytes, EntryRow]) -> Iterator[DecisionRow]:
    """Every decision that was ever issued in the case, whatever became of it."""
    by_hash = {entry.hash: entry for entry in entries}
    stands = case.decision.entry if case.decision is not None else b""
    for entry in entries:
        if isinstance(entry.body, DecisionIssued):
            body = entry.body
            voided = case.decision is not None and stands == entry.hash and bool(case.decision.voided)
            state = VOIDED if voided else STANDS if stands == entry.hash else FALLEN
            content = body.content
            basis = str(content.get("punishes", ""))
            yield _decision(
                case, entry, rows, state, body.form, body.number, str(content.get("kind", "")), basis, body.fine_fen
            )
    for act in case.track.issued:
        if act.body.effect.slot == DECISION:
            yield _ordinary(case, act, by_hash[act.entry], rows)


def numbers_of(aggregate: UUID, entries: Sequence[Entry]) -> list[NumberRow]:
    """Every document number that the entries use."""
    found: list[NumberRow] = []
    for entry in entries:
        match entry.body:
            case DecisionIssued() as body:
                used = (body.form, body.number, body.series, body.running)
            case ActDone(paper=paper) if paper is not None and paper.series:
                used = (paper.form, paper.number, paper.series, paper.running)
            case PaperIssued() as body if body.series:
                used = (body.form, body.number, body.series, body.running)
            case _:
                continue
        form, number, series, running = used
        found.append(
            NumberRow(
                number=number, entry=entry.hash, aggregate=aggregate.bytes, device=entry.device.bytes, form=form,
                series=series, running=running, state="used",
            )
        )  # fmt: skip
    return found


def _ordinary(case: CaseFile, act: Act, entry: Entry, rows: Mapping[bytes, EntryRow]) -> DecisionRow:
    track, paper = case.track, act.body.paper
    counts = act in track.acts and track.slots.get(DECISION) == act.entry
    content: Mapping[str, Any] = {**act.body.values, **(paper.content if paper is not None else {})}
    overturned = track.events.get("decision.overturned")
    state = VOIDED if act.voided else STANDS if counts else FALLEN
    if "quashed" in track.marks and act in track.acts:
        state = QUASHED
    row = _decision(
        case,
        entry,
        rows,
        state,
        paper.form if paper is not None else act.body.act,
        paper.number if paper is not None else "",
        _text(content, "penalty"),
        _text(content, "punishes"),
        act.body.effect.amounts.get("decided", 0),
    )
    published = track.events.get("publicity.published")
    row.paid_fen = track.amounts.get("paid", 0)
    row.publishable = not NOT_PUBLIC.search(_text(content, "public"))
    row.published_ms = to_ms(published) if published is not None else None
    row.overturned_on = "" if overturned is None else f"{overturned.astimezone(LOCAL):%Y-%m-%d}"
    return row


def _decision(
    case: CaseFile,
    entry: Entry,
    rows: Mapping[bytes, EntryRow],
    state: str,
    form: str,
    number: str,
    kind: str,
    basis: str,
    fine_fen: int,
) -> DecisionRow:
    return DecisionRow(
        entry=entry.hash,
        case_id=case.case_id.bytes,
        device=entry.device.bytes,
        unit=rows[entry.hash].unit,
        month=month_of(entry.at),
        form=form,
        number=number,
        kind=kind,
        basis=basis,
        fine_fen=fine_fen,
        paid_fen=0,
        decided_on=f"{entry.at.astimezone(LOCAL):%Y-%m-%d}",
        publishable=True,
        published_ms=None,
        overturned_on="",
        state=state,
    )


def _text(content: Mapping[str, Any], path: str) -> str:
    value = content.get(path)
    if isinstance(value, list | tuple):
        return "、".join(one for one in value if isinstance(one, str))
    return value if isinstance(value, str) else ""
