"""Reading cases: lists from projections, one case from its fold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from desktop.services import ruler
from desktop.services.desk import Desk
from desktop.services.drafts import deviation_view, evidence_view
from desktop.services.lost import lost_mark
from desktop.services.media import SOUND
from desktop.services.related import related_views
from desktop.services.settling import conflicts_of
from desktop.services.shapes import CaseDetail, CaseRow, LikeCases, MissingItem, PartyView, SealState, TimelineRow
from desktop.services.timeline import words_for
from desktop.services.titles import titled
from desktop.store import JournalStore, models
from desktop.store.models import OutboxRow
from enforcement.casefile import CaseFile, fold_case
from enforcement.credentials import Duty, standing
from enforcement.discretion import Determination, explain
from enforcement.notices import Form, missing_items
from enforcement.rules import FactValue, format_fact
from enforcement.values.clock import from_ms
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain, to_plain

Line = models.CaseRow
AT_ONCE = 500


def list_cases(
    session: Session, desk: Desk, query: str, offset: int, limit: int, *, documents: bool
) -> tuple[CaseRow, ...]:
    """The latest first; every word of the query must be found. `documents`: notices issued on the spot; papers of ordinary cases have
    a list of their own.
    """
    wanted = select(Line).order_by(Line.opened_ms.desc(), Line.case_id)
    if documents:
        # most are: without being told, the planner sorts every line instead of reading the latest off the index
        wanted = wanted.where(func.likely(Line.document_number != ""), func.likely(Line.procedure == "summary"))
    return _rows(session, desk, _searched(wanted, query).offset(offset).limit(limit))


def review_list(session: Session, desk: Desk) -> tuple[CaseRow, ...]:
    """What waits for a supervisor: conflicts and answers first, then by age."""
    order = func.instr("asked,conflict,answered,issued,returned", Line.status)
    statuses = ("asked", "issued", "answered", "conflict")
    wanted = (
        select(Line).where(Line.status.in_(statuses)).order_by(order, func.coalesce(Line.issued_ms, Line.opened_ms))
    )
    return _rows(session, desk, wanted)


def row_of(session: Session, desk: Desk, case_id: UUID) -> CaseRow:
    """One line; raises KnownError(input.invalid) when there is no such case here."""
    rows = _rows(session, desk, select(Line).where(Line.case_id == case_id.bytes))
    if not rows:
        raise KnownError("input.invalid", field="case", why="no such case on this device")
    return rows[0]


def detail(session: Session, desk: Desk, form: Form, case_id: UUID) -> CaseDetail:
    """The case, folded now; the determination measured again to see that it gives the same bytes."""
    row = row_of(session, desk, case_id)
    case = fold_case(case_id, desk.journal.entries(session, case_id))
    party = case.party
    assert party is not None
    found = _determination(case)
    return CaseDetail(
        row=row,
        party=PartyView(
            party_id=party.party_id,
            name=party.name,
            kind=party.kind,
            code=party.code,
            address=party.address,
            representative=party.representative,
            phone=party.phone,
            known_from="entered",
        ),
        happened=case.facts.happened if case.facts else "",
        evidence=tuple(evidence_view(desk, item.act) for item in case.evidence if item.act.sort not in SOUND),
        determination=found,
        explanation=_explanation(case, found),
        facts=_facts(desk, case, found),
        statement=_statement(case),
        heard=case.statement.heard if case.statement else "",
        timeline=tuple(
            TimelineRow(
                at=line.entry.at,
                who=_name(desk, line.entry.certificate),
                words=words_for(line.entry, desk.procedure.label_of),
                kind=line.entry.kind,
                effective=line.effective,
                entry_hash=line.entry.hash,
                lost=lost_mark(desk.agency.index, line.entry),
            )
            for line in case.lines
        ),
        review_words=case.review.words if case.review else "",
        recomputed_same=_recomputed(desk, case, found),
        certificates_valid=_certificates(desk, case),
        missing=_missing(case, form),
        deviation=None if case.deviation is None else deviation_view(case.deviation),
        proposed_fen=case.proposal.act.fine_fen if case.proposal is not None else None,
        conflicts=conflicts_of(desk, case),
        signers=_signers(case),
        signed=tuple(dict.fromkeys(one.role for one in case.decision.signatures if one.strokes))
        if case.decision
        else (),
        like=LikeCases((), None) if found is None else ruler.like_cases(session, desk, found.violation, found.tier),
        related=related_views(session, desk, case),
        shared=tuple(f"{one.title}（{one.number}）" for one in case.shared),
    )


def seal_states(session: Session, journal: JournalStore, case_ids: Sequence[bytes]) -> dict[bytes, SealState]:
    """How far each case has come: sealed here, on its way, accepted with receipts for all of it, or refused."""
    states: dict[bytes, set[str]] = {case_id: set() for case_id in case_ids}
    for some in _batched(case_ids, AT_ONCE):
        for case_id, state in session.execute(
            select(OutboxRow.aggregate, OutboxRow.state).where(OutboxRow.aggregate.in_(some)).distinct()
        ):
            states[case_id].add(state)
    for case_id in journal.loose(session):
        if case_id in states:
            states[case_id].add("waiting")
    return {case_id: _seal(found) for case_id, found in states.items()}


def _batched(values: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    """So many at once; a statement takes only so many values."""
    return (values[at : at + size] for at in range(0, len(values), size))


def _seal(states: set[str]) -> SealState:
    if "refused" in states:
        return "refused"
    if "waiting" in states:
        return "sealed"
    return "sent" if "sent" in states else "accepted"


def _searched(wanted: Select[Line], query: str) -> Select[Line]:
    for word in query.lower().split():
        wanted = wanted.where(Line.search.contains(word, autoescape=True))
    return wanted


def _rows(session: Session, desk: Desk, wanted: Select[Line]) -> tuple[CaseRow, ...]:
    return row_views(session, desk, session.scalars(wanted).all())


def row_views(session: Session, desk: Desk, lines: Sequence[Line]) -> tuple[CaseRow, ...]:
    """Lines as they are shown."""
    seals = seal_states(session, desk.journal, [line.case_id for line in lines])
    return tuple(_view(desk, line, seals[line.case_id]) for line in lines)


def _view(desk: Desk, line: Line, seal: SealState) -> CaseRow:
    return CaseRow(
        case_id=UUID(bytes=line.case_id),
        title=titled(desk, line),
        party=line.party,
        place=line.place,
        document_number=line.document_number,
        fine_fen=line.fine_fen,
        status=line.status,  # type: ignore[arg-type]
        officers=tuple(line.officers.split("、")),
        at=from_ms(line.issued_ms or line.opened_ms),
        seal=seal,
        printed=line.prints > 0,
        delivered=bool(line.delivered),
        procedure=line.procedure,  # type: ignore[arg-type]
        outcome=line.outcome,
        outcome_words=desk.procedure.label_of(line.outcome) if line.outcome else "",
    )


def _name(desk: Desk, number: str) -> str:
    person = desk.agency.index.roster.person(number)
    return person.name if person else number


def _signers(case: CaseFile) -> Mapping[str, tuple[str, ...]]:
    if case.decision is None or case.decision.voided or case.party is None:
        return {}
    hands = [one for one in case.decision.signatures if one.strokes]
    done = {(one.role, one.name) for one in hands}
    officers = tuple(one.name for one in case.decision.act.officers if ("officer", one.name) not in done)
    party = () if any(one.role == "party" for one in hands) else (case.party.representative or case.party.name,)
    found: dict[str, tuple[str, ...]] = {"party": party, "officer": officers, "witness": ("",)}
    return {role: names for role, names in found.items() if names}


def _determination(case: CaseFile) -> Determination | None:
    """The one that was decided by, or the one that a request for another sum rests on."""
    if case.proposal is not None:
        return from_plain(Determination, case.proposal.act.determination)
    return None if case.deviation is None else from_plain(Determination, case.deviation.act.determination)


def _values(case: CaseFile) -> Mapping[str, FactValue]:
    if case.proposal is None and case.deviation is not None:
        return case.deviation.act.facts
    return case.fact_values


def _explanation(case: CaseFile, found: Determination | None) -> str:
    if found is None or case.proposal is None:
        return ""
    return explain(found, case.proposal.act.fine_fen, case.proposal.act.deviation)


def _facts(desk: Desk, case: CaseFile, found: Determination | None) -> tuple[tuple[str, str], ...]:
    if found is None:
        return ()
    loaded = desk.agency.library.by_digest(found.pack_digest)
    if loaded is None:
        return tuple((name, str(value)) for name, value in _values(case).items())
    specs, values = loaded.violation(found.violation).facts, _values(case)
    return tuple((spec.label, format_fact(spec, values[spec.id])) for spec in specs if spec.id in values)


def _statement(case: CaseFile) -> str:
    if case.statement is None:
        return ""
    return case.statement.words if case.statement.made else "当事人未提出陈述、申辩意见"


def _recomputed(desk: Desk, case: CaseFile, found: Determination | None) -> bool | None:
    """Pack digest and facts give the same bytes here; None when this device does not hold that pack."""
    if found is None or desk.agency.library.by_digest(found.pack_digest) is None:
        return None
    again = ruler.measure_as_recorded(desk, found, _values(case))
    return to_plain(again) == to_plain(found)


def _certificates(desk: Desk, case: CaseFile) -> tuple[int, int]:
    if case.decision is None:
        return 0, 0
    shown = case.decision.act.officers
    asked = [standing(desk.agency.index, one.number, Duty(), case.decision.at, desk.clock.now()) for one in shown]
    return sum(one.may_act for one in asked), len(asked)


def _missing(case: CaseFile, form: Form) -> tuple[MissingItem, ...]:
    if case.decision is None:
        return ()
    found = missing_items(case.decision.act.content, form)
    items = [MissingItem(one.path, one.words, one.article) for one in found]
    if case.conflicts:
        items.append(MissingItem("conflict", "两台设备对同一案件作出了决定，须由监督人员处理", "行政处罚法第二十九条"))
    return tuple(items)


__all__ = ["detail", "list_cases", "review_list", "row_of", "row_views"]
