"""The review board beside a case: what the pure checks need is gathered here, from the agency's data and from the other cases."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import resources
from desktop.services import ruler
from desktop.services.act_desk import person_of, position_of
from desktop.services.board_office import BoardLine, BoardView, MendView
from desktop.services.desk import Desk
from desktop.services.drafts import DraftData
from desktop.store.kept import drafts_of
from desktop.store.models import CaseRow, EntryRow, NumberRow
from enforcement.casefile import CaseFile, fold_case
from enforcement.credentials import Duty, standing
from enforcement.discretion import Determination
from enforcement.journal.procedure_acts import ActDone
from enforcement.notices import Form, missing_items
from enforcement.notices.content import FORM
from enforcement.notices.forms import DocumentForm, load_form, missing_in
from enforcement.procedure import DeadlineTable, Missing
from enforcement.procedure.board import (
    CHECKS,
    Bearings,
    BoardContext,
    BoardResult,
    BoardTable,
    Law,
    Presence,
    examine,
    mend_of,
    points_text,
    read_board,
)
from enforcement.procedure.board.dossier import Sheet
from enforcement.procedure.profile import Profile, read_profile
from enforcement.values.clock import to_ms
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes, from_plain, to_plain

COMMON = "common"
BOARD, ORDINARY = "procedure/board.toml", "procedure/ordinary.toml"
NEAR = timedelta(days=2)
"""How far from a record an entry may lie that was made while it was taken."""


@dataclass(frozen=True)
class Bench:
    """What the board judges by, read once: its table, the forms, the procedure."""

    table: BoardTable
    forms: Mapping[str, DocumentForm]
    on_spot: Form
    profile: Profile

    def missing(self, form: str, values: Mapping[str, Any]) -> tuple[Missing, ...]:
        """Mandatory fields that are empty; none of a form that is not known, which is struck as such."""
        if form == FORM:
            return tuple(Missing(one.path, one.words, one.article) for one in missing_items(values, self.on_spot))
        known = self.forms.get(form)
        if known is None:
            return ()
        return tuple(Missing(one.path, one.words, one.article) for one in missing_in(known, values))


def bench_of(deadlines: DeadlineTable) -> Bench:
    """Read and check the board's data. Raises KnownError(board.invalid), (procedure.profile_invalid), (form.invalid)."""
    folder = resources.path("forms")
    tables = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))}
    common, on_spot = tables.pop(COMMON), tables.pop(FORM)
    forms = {name: load_form(f"{name}.toml", table, common) for name, table in tables.items()}
    profile = read_profile(resources.path(ORDINARY).read_bytes(), ORDINARY, deadlines, frozenset(forms))
    board = read_board(resources.path(BOARD).read_bytes(), BOARD, CHECKS)
    return Bench(board, forms, from_plain(Form, on_spot), profile)


class BoardDesk:
    """Implements `desktop.services.board_office.BoardOffice`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._bench: Bench | None = None

    @property
    def bench(self) -> Bench:
        if self._bench is None:
            self._bench = bench_of(self._desk.deadlines)
        return self._bench

    def of(self, case_id: UUID) -> BoardView:
        with self._desk.database.read() as session:
            return board_of(session, self._desk, case_id, self.bench)

    def mend(self, case_id: UUID, mends: str) -> MendView:
        with self._desk.database.read() as session:
            return _mend(session, self._desk, case_id, mends, self.bench)


def board_of(session: Session, desk: Desk, case_id: UUID, by: Bench) -> BoardView:
    """The board's view of one case; raises KnownError(input.invalid) when there is no such case here."""
    case = fold_case(case_id, desk.journal.entries(session, case_id))
    if case.opened_at is None:
        raise KnownError("input.invalid", field="case", why="no such case on this device")
    found = judge(session, desk, case, by)
    lines = tuple(
        BoardLine(one.check, one.words, "" if one.veto else points_text(one.tenths), one.veto, one.basis, one.mends)
        for one in found.struck
    )
    return BoardView(case_id, points_text(found.score), found.band, bool(found.vetoes), lines, found.checks_run)


def _mend(session: Session, desk: Desk, case_id: UUID, mends: str, by: Bench) -> MendView:
    case = fold_case(case_id, desk.journal.entries(session, case_id))
    drafts = (from_bytes(DraftData, data) for _, data, _ in drafts_of(session, desk.number))
    draft = next((one.draft_id for one in drafts if one.case_id == case_id and not one.ordinary), None)
    position = position_of(desk, case) if case.procedure == "ordinary" else None
    to = mend_of(mends, Bearings(case, person_of(desk, desk.number), desk.procedure, position, draft is not None))
    act = case.track.act(to.entry)
    paper = act.body.paper if act is not None else None
    fields = by.forms[paper.form].fields if paper is not None and paper.form in by.forms else ()
    return MendView(to, next((one.label for one in fields if one.path == to.field), ""), draft)


def judge(session: Session, desk: Desk, case: CaseFile, by: Bench) -> BoardResult:
    """Every check on a folded case, with what other cases on this device say of its officers and numbers."""
    return examine(case, by.table, _context(session, desk, case, by))


def _context(session: Session, desk: Desk, case: CaseFile, by: Bench) -> BoardContext:
    index = desk.agency.index
    asked = index.roster.issued_at  # how a certificate stood then, not whether the roster is fresh now

    def stood(number: str, at: datetime) -> str:
        return standing(index, number, Duty(role=""), at, asked).state

    def roles(number: str) -> frozenset[str]:
        person = index.roster.person(number)
        return frozenset() if person is None else frozenset(person.roles)

    return BoardContext(
        law=Law(by.profile, desk.deadlines, desk.agency.calendar, roles),
        now=desk.clock.now(),
        agency=index.roster.agency.name,
        missing=by.missing,
        forms=frozenset((*by.forms, FORM)),
        standing=stood,
        presences=_presences(session, desk, case),
        numbers_twice=_numbers_twice(session, case),
        measured_again=_measured_again(desk, case),
    )


def _measured_again(desk: Desk, case: CaseFile) -> bool | None:
    """Whether the ruler gives the same bytes; None when this device does not hold that table."""
    if case.proposal is None:
        return None
    found = from_plain(Determination, case.proposal.act.determination)
    if desk.agency.library.by_digest(found.pack_digest) is None:
        return None
    return to_plain(ruler.measure_as_recorded(desk, found, case.fact_values)) == to_plain(found)


def _numbers_twice(session: Session, case: CaseFile) -> frozenset[str]:
    """Numbers of this case that another case bears too."""
    numbers = {act.body.paper.number for act in case.track.acts if act.body.paper is not None} - {""}
    if case.decision is not None:
        numbers.add(case.decision.act.number)
    if not numbers:
        return frozenset()
    others = NumberRow.case_id != case.case_id.bytes
    return frozenset(session.scalars(select(NumberRow.number).where(NumberRow.number.in_(numbers), others)))


def _presences(session: Session, desk: Desk, case: CaseFile) -> tuple[Presence, ...]:
    """Records of other cases that were taken by the same officers about the same time."""
    people, times = _people_and_times(case)
    if not people or not times:
        return ()
    near = EntryRow.at_ms.between(to_ms(min(times) - NEAR), to_ms(max(times) + NEAR))
    act = EntryRow.kind == "act.done"
    aggregates = session.scalars(
        select(EntryRow.aggregate).where(act, near, EntryRow.aggregate != case.case_id.bytes).distinct()
    ).all()
    found: list[Presence] = []
    for aggregate in aggregates:
        for entry in desk.journal.entries(session, UUID(bytes=aggregate)):
            if isinstance(entry.body, ActDone):
                found += _presence(entry.body, entry.certificate, people, session, aggregate)
    return tuple(found)


def _presence(
    body: ActDone, certificate: str, people: Collection[str], session: Session, aggregate: bytes
) -> list[Presence]:
    if body.paper is None:
        return []
    sheet = Sheet(body.paper.form, {**body.values, **body.paper.content}, body.at)
    began, ended = sheet.instant("began"), sheet.instant("ended")
    there = ({certificate} | {one.number for one in body.shown}) & set(people)
    if began is None or ended is None or not there:
        return []
    line = session.get(CaseRow, aggregate)
    about = f"“{line.party}”一案" if line is not None else "另一案件"
    return [Presence(number, began.astimezone(UTC), ended.astimezone(UTC), about) for number in sorted(there)]


def _people_and_times(case: CaseFile) -> tuple[frozenset[str], tuple[datetime, ...]]:
    """Who was where when: the records' spans of an ordinary case, the decision on the spot."""
    people: set[str] = set()
    times: list[datetime] = []
    for act in case.track.acts:
        if act.body.paper is not None and not act.voided and "began" in act.body.paper.content:
            people |= act.people
            times.append(act.body.at)
    if case.decision is not None and not case.decision.voided:
        people |= {one.number for one in case.decision.act.officers}
        times.append(case.decision.at)
    return frozenset(people), tuple(times)
