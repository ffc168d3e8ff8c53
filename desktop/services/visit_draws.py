"""Drawing lots (双随机): committed to before, made in the open, every drawn inspection planned and approved at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.services import visit_papers as papers
from desktop.services.changes import Done
from desktop.services.desk import Desk, done, local, require_text
from desktop.services.visit_data import checklist
from desktop.services.visit_shapes import DrawView
from desktop.services.visiting import CHANGED, append, approval_of, planned
from desktop.services.visits import RULE, load
from desktop.store.kept import forget, keep, kept
from desktop.store.models import PartyRow
from desktop.store.visit_models import DrawRow
from enforcement.credentials import Duty, standing
from enforcement.journal import in_causal_order
from enforcement.journal.visit_acts import (
    Candidate,
    DrawCommitted,
    DrawRevealed,
    DrawRule,
    Named,
    Recusal,
    Share,
)
from enforcement.procedure.inspections import asked_items, commitment, draw, is_fair
from enforcement.values.clock import from_ms
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7
from enforcement.values.shapes import Record, from_bytes, to_bytes

UNRATED = "未分类"
"""The class of an enterprise that the file of risk classes does not name."""
LARGEST = 4 << 20


class KeptDraw(Record):
    """What the device keeps between promise and draw: the rule whose digest was published, and what is inspected."""

    rule: DrawRule
    lists: tuple[str, ...]


def draws(session: Session) -> tuple[DrawView, ...]:
    """The latest first."""
    rows = session.scalars(select(DrawRow).order_by(DrawRow.at_ms.desc(), DrawRow.draw_id))
    return tuple(
        DrawView(UUID(bytes=row.draw_id), row.title, row.state, from_ms(row.at_ms), row.picks)  # type: ignore[arg-type]
        for row in rows
    )


def commit(
    desk: Desk,
    title: str,
    seed: str,
    classes: Path | None,
    shares: Sequence[tuple[str, int]],
    lists: Sequence[str],
) -> Done[UUID]:
    """Publish digests of seed and rule. `classes` is a CSV file of 统一社会信用代码,风险等级[,回避人员证号]; `shares` are per mille by
    class.

    Raises KnownError(certificate.*), (input.invalid).
    """
    now = desk.clock.now()
    shown = desk.agency.require(desk.number, "supervisor", now)
    if not lists:
        raise KnownError("input.invalid", field="lists", why="choose what is inspected")
    fields = {checklist(one)[0].field for one in lists}
    with desk.database.write() as session:
        rule = _rule(session, desk, require_text(title, "title"), classes, shares, fields, now)
        of_seed, of_rule = commitment(rule, seed)
        draw_id = uuid7(now, desk.entropy)
        desk.append(session, draw_id, DrawCommitted(title=rule.title, seed=of_seed, rule=of_rule, shown=shown))
        keep(session, _name(draw_id), to_bytes(KeptDraw(rule=rule, lists=tuple(lists))))
    return done(draw_id, *CHANGED)


def reveal(desk: Desk, draw_id: UUID, seed: str, planned_at: datetime) -> Done[tuple[UUID, ...]]:
    """Draw with the seed that was promised, plan every drawn inspection and approve it. An enterprise whose cap is reached is left out
    of the plans; the draw itself stays as it fell.

    Raises KnownError(procedure.not_allowed) when seed or rule are not those that were committed to.
    """
    now = desk.clock.now()
    shown = desk.agency.require(desk.number, "supervisor", now)
    made: list[UUID] = []
    with desk.database.write() as session:
        ordered, _ = in_causal_order(desk.journal.entries(session, draw_id))
        said = next((entry for entry in ordered if isinstance(entry.body, DrawCommitted)), None)
        data = kept(session, _name(draw_id))
        if said is None or data is None or not isinstance(said.body, DrawCommitted):
            raise KnownError("procedure.not_allowed", why="nothing was committed to, or it was drawn", basis=RULE)
        rule, lists = (found := from_bytes(KeptDraw, data)).rule, found.lists
        shown_ = DrawRevealed(committed=said.hash, seed=seed, rule=rule, picks=draw(rule, seed), shown=shown)
        if not is_fair(said.body, shown_):
            raise KnownError("procedure.not_allowed", why="this is not the seed that was published", basis=RULE)
        desk.append(session, draw_id, shown_)
        for pick in shown_.picks:
            visit_id = _plan(session, desk, draw_id, pick.enterprise, pick.officers, rule.title, lists, planned_at)
            if visit_id is None:
                continue
            visit = load(session, desk, visit_id)
            append(session, desk, visit_id, approval_of(visit, shown, True, "双随机抽取，同意。"))
            head = Named(number=shown.number, name=shown.name)
            values = papers.approval(desk, visit, head, "双随机抽取，同意。", now)
            append(session, desk, visit_id, papers.issue(session, desk, papers.APPROVAL, values))
            made.append(visit_id)
        forget(session, _name(draw_id))
    return done(tuple(made), *CHANGED)


def _plan(
    session: Session,
    desk: Desk,
    draw_id: UUID,
    enterprise: str,
    officers: Sequence[str],
    title: str,
    lists: Sequence[str],
    planned_at: datetime,
) -> UUID | None:
    chosen = [checklist(one) for one in lists]
    try:
        body = planned(
            session,
            desk,
            party_id=enterprise,
            place="",
            trigger="draw",
            source=f"双随机抽查：{title}",
            lists=tuple(version for _, version in chosen),
            items=tuple(item for one, _ in chosen for item in asked_items(one, local(planned_at).date())),
            basis="、".join(dict.fromkeys(one.basis for one, _ in chosen)),
            way="、".join(dict.fromkeys(one.way for one, _ in chosen)),
            officers=officers,
            planned_at=planned_at,
            draw=draw_id,
        )
    except KnownError as error:
        if error.code != "inspection.cap_reached":
            raise
        return None
    visit_id = uuid7(desk.clock.now(), desk.entropy)
    desk.append(session, visit_id, body)
    return visit_id


def _rule(
    session: Session,
    desk: Desk,
    title: str,
    classes: Path | None,
    shares: Sequence[tuple[str, int]],
    fields: set[str],
    now: datetime,
) -> DrawRule:
    risk, out = ({}, []) if classes is None else _classes(classes)
    rows = session.scalars(
        select(PartyRow)
        .where(PartyRow.known_from == "register", PartyRow.kind != "citizen")
        .order_by(PartyRow.party_id)
    ).all()
    by_code = {row.code: row.party_id for row in rows}
    index = desk.agency.index
    officers = [
        Named(number=one.number, name=one.name)
        for one in index.roster.people
        if "officer" in one.roles
        and one.number != desk.number  # who approves does not inspect
        and all(
            standing(index, one.number, Duty("officer", field, desk.agency.region_for(one.number, now)), now).may_act
            for field in fields
        )
    ]
    return DrawRule(
        title=title,
        candidates=tuple(Candidate(id=row.party_id, name=row.name, risk=risk.get(row.code, UNRATED)) for row in rows),
        shares=tuple(Share(risk=name, per_mille=part) for name, part in shares),
        officers=tuple(officers),
        recusals=tuple(
            Recusal(officer=number, enterprise=by_code[code], words="申报回避")
            for code, number in out
            if code in by_code
        ),
    )


def _classes(path: Path) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """(risk by code, recusals as code and officer) of a CSV file in UTF-8 or GB 18030."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise KnownError("input.invalid", field="classes", why=error.strerror or "unreadable") from error
    if len(raw) > LARGEST:
        raise KnownError("input.invalid", field="classes", why="larger than 4 MiB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "replace")
    risk: dict[str, str] = {}
    out: list[tuple[str, str]] = []
    for number, cells in enumerate(csv.reader(io.StringIO(text)), 1):
        cells = [cell.strip() for cell in cells]
        if not any(cells) or (number == 1 and not cells[0].isascii()):
            continue
        if len(cells) < 2 or not cells[1]:
            raise KnownError("input.invalid", field="classes", why=f"line {number}: code and class are needed")
        risk[cells[0].upper()] = cells[1]
        out += [(cells[0].upper(), officer) for officer in cells[2:] if officer]
    return risk, out


def _name(draw_id: UUID) -> str:
    return f"draw/{draw_id}"


__all__ = ["commit", "draws", "reveal"]
