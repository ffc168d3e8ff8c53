"""What is always true: the strip, Today, the queue, the agency's data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from desktop.services import cases
from desktop.services.act_turns import turns
from desktop.services.begun import begun
from desktop.services.desk import Desk, local
from desktop.services.due import deadline_row, deadlines_of_line, rows_of
from desktop.services.relay_log import log_break
from desktop.services.reminders import near, take
from desktop.services.shapes import (
    AuthorityView,
    ConnectionState,
    DeadlineRow,
    Reminder,
    StripState,
    TodayPage,
    UncountedRow,
    WaitingRow,
)
from desktop.services.sync_shapes import QueueRow, SyncPage
from desktop.services.visits import visit_deadlines
from desktop.store import outbox
from desktop.store.kept import CONTACT, HEAD, PROBLEM, TIME, WRITTEN, KeptHead, kept, kept_under
from desktop.store.models import CaseRow, EntryRow, OutboxRow
from enforcement.casefile import fold_case
from enforcement.journal import TimeEvidence
from enforcement.notices.content import FORM
from enforcement.procedure import OnSpot, Uncountable, deadlines_of
from enforcement.values.clock import from_ms, to_ms
from enforcement.values.encoding import decode
from enforcement.values.errors import CODES
from enforcement.values.shapes import from_bytes

CONTACT_FRESH = timedelta(minutes=3)
OPEN_LIMIT, SHOWN = 500, 12
PAID_WITHIN = timedelta(days=40)
"""Longer than any time to pay, with the longest holiday."""


def strip(session: Session, desk: Desk) -> StripState:
    """The strip."""
    now = desk.clock.now()
    waiting, size, refused, _ = _unsent(session, desk)
    time = kept(session, TIME)
    offset = None if time is None else timedelta(milliseconds=from_bytes(TimeEvidence, time).offset_ms)
    return StripState(
        person=desk.agency.person_view(desk.number, now, True),
        connection=connection(session, desk),
        waiting=waiting,
        waiting_bytes=size,
        refused=refused,
        authority_age=now - desk.agency.index.roster.issued_at,
        authority_left=desk.agency.trusted_until - now,
        authority_ends_soon=desk.agency.index.roster.trust_ends_soon(now),
        clock_offset=offset,
    )


def _unsent(session: Session, desk: Desk) -> tuple[int, int, int, int | None]:
    """(cases not yet sent, bytes of what is bundled, refused, oldest in ms): bundles that wait, and entries not yet in one."""
    waiting, size, refused, oldest = outbox.counts(session)
    loose = desk.journal.loose(session)
    times = [at for at in (oldest, *loose.values()) if at is not None]
    return waiting + len(loose), size, refused, min(times, default=None)


def connection(session: Session, desk: Desk) -> ConnectionState:
    """What the last try came to."""
    problem = (kept(session, PROBLEM) or b"").decode()
    contact = last_contact(session)
    if problem == "relay.unreachable":
        return "unreachable"
    if problem in ("relay.rubbish", "receipt.altered", "log.inconsistent"):
        return "rubbish"
    if problem:
        return "refused"
    if contact is not None and desk.clock.now() - contact < CONTACT_FRESH:
        return "online"
    return "off"


def last_contact(session: Session) -> datetime | None:
    """When the relay last answered as it should."""
    data = kept(session, CONTACT)
    return None if data is None else datetime.fromisoformat(data.decode())


def today(session: Session, desk: Desk) -> TodayPage:
    """What now."""
    day = desk.today()
    deadlines, uncounted = _deadlines(session, desk)
    visits = visit_deadlines(session, desk, OPEN_LIMIT)
    waiting, size, _, oldest = _unsent(session, desk)
    week = to_ms(desk.clock.now() - timedelta(days=7))
    fines = session.scalar(select(func.count()).where(CaseRow.issued_ms >= week, CaseRow.fine_fen > 0)) or 0
    exempted = session.scalar(select(func.count()).where(CaseRow.issued_ms >= week, CaseRow.fine_fen == 0)) or 0
    return TodayPage(
        today=day,
        deadlines=deadlines[:SHOWN],
        uncounted=uncounted,
        waiting=_waiting(session, desk),
        begun=begun(session, desk),
        waiting_items=waiting,
        waiting_bytes=size,
        oldest_waiting=None if oldest is None else from_ms(oldest),
        numbers_left=desk.agency.numbers_left(session, FORM, day.year),
        roster_until=desk.agency.trusted_until,
        week_warnings=0,
        week_fines=fines,
        week_exempted=exempted,
        visits=visits[:SHOWN],
        near=near(desk, deadlines, visits),
    )


def take_reminders(session: Session, desk: Desk) -> tuple[Reminder, ...]:
    """Last days that are near and that nobody told this person of on this device; from now on somebody did."""
    deadlines, _ = _deadlines(session, desk)
    return take(session, desk, near(desk, deadlines, visit_deadlines(session, desk, OPEN_LIMIT)))


def _deadlines(session: Session, desk: Desk) -> tuple[tuple[DeadlineRow, ...], tuple[UncountedRow, ...]]:
    """Deadlines by their last day; and by year what cannot be counted, all of it, for nobody would be reminded."""
    now = local(desk.clock.now())
    rows: list[DeadlineRow] = []
    uncounted: dict[int, list[tuple[str, UUID]]] = {}
    recent = CaseRow.issued_ms >= to_ms(now - PAID_WITHIN)
    open_ = select(CaseRow).where(
        CaseRow.issued_ms.is_not(None),
        CaseRow.procedure == "summary",
        or_(
            CaseRow.status.in_(("issued", "returned", "answered")),
            and_(CaseRow.status == "approved", recent),  # the party's time to pay runs on
        ),
    )
    lines = session.scalars(open_.order_by(CaseRow.issued_ms).limit(OPEN_LIMIT)).all()
    for line, row in zip(lines, cases.row_views(session, desk, lines), strict=True):
        about = f"{row.party} · {row.title}"
        case = OnSpot(row.status, local(row.at).date(), row.fine_fen or 0, line.on_spot_payment)
        for one in deadlines_of(case, desk.deadlines, desk.agency.calendar):
            if isinstance(one.found, Uncountable):
                uncounted.setdefault(one.found.year, []).append((f"{row.party} · {one.rule.label}", row.case_id))
            else:
                found = deadline_row(one.rule, one.found, about, row.case_id, now)
                if row.status != "approved" or found.stand != "overdue":
                    rows.append(found)
    for running in session.scalars(_running().limit(OPEN_LIMIT)):
        about, case_id = f"{running.party} · {running.title}", UUID(bytes=running.case_id)
        due = deadlines_of_line(running.events, desk.deadlines, desk.agency.calendar, now.date())
        soon, unknown = rows_of(due, about, case_id, now)
        rows += soon
        for gap in unknown:
            uncounted.setdefault(gap.year, []).extend((f"{running.party} · {words}", case_id) for words in gap.items)
    return (
        tuple(sorted(rows, key=lambda row: (row.days_left is None, row.days_left or 0))),
        tuple(
            UncountedRow(year, tuple(words for words, _ in found), found[0][1])
            for year, found in sorted(uncounted.items())
        ),
    )


def _running() -> Select[CaseRow]:
    """Ordinary cases that are not in the archive, the oldest first."""
    return (
        select(CaseRow).where(CaseRow.procedure == "ordinary", CaseRow.status != "archived").order_by(CaseRow.opened_ms)
    )


def _waiting(session: Session, desk: Desk) -> tuple[WaitingRow, ...]:
    roles = desk.agency.person(desk.number).roles
    if "supervisor" in roles:
        rows = cases.review_list(session, desk)
        mine = tuple(WaitingRow("review", one.title, one.party, one.document_number, one.case_id) for one in rows)
        return mine + _turns(session, desk)
    if "reviewer" in roles:
        return _turns(session, desk)
    lines = session.scalars(select(CaseRow).where(CaseRow.status == "returned").order_by(CaseRow.issued_ms)).all()
    found: list[WaitingRow] = []
    for row in cases.row_views(session, desk, lines):
        case = fold_case(row.case_id, desk.journal.entries(session, row.case_id))
        review = case.review
        found.append(
            WaitingRow(
                "returned",
                f"{row.title} · {row.party}",
                f"{review.by}：{review.words}" if review else "",
                row.document_number,
                row.case_id,
            )
        )
    return tuple(found)


def _turns(session: Session, desk: Desk) -> tuple[WaitingRow, ...]:
    """Ordinary cases in which it is this person's turn."""
    return tuple(WaitingRow("review", one.title, one.party, one.stage, one.case_id) for one in turns(session, desk))


def sync_page(session: Session, desk: Desk, relay: str) -> SyncPage:
    """The queue, honest."""
    head = kept(session, HEAD)
    log = None if head is None else from_bytes(KeptHead, head)
    incoming = session.scalar(select(func.count()).where(EntryRow.device != desk.device.bytes)) or 0
    rows = session.scalars(select(OutboxRow).order_by(OutboxRow.number.desc()).limit(200)).all()
    shown = select(CaseRow).where(CaseRow.case_id.in_({row.aggregate for row in rows}))
    names = {
        line.case_id: f"{line.document_number or line.title or '案件'} · {line.party}"
        for line in session.scalars(shown)
    }
    written = {bytes.fromhex(name.removeprefix(WRITTEN)): int(at) for name, at in kept_under(session, WRITTEN).items()}
    return SyncPage(
        connection=connection(session, desk),
        relay=relay,
        last_contact=last_contact(session),
        rows=tuple(_queue_row(row, names.get(row.aggregate, "现场检查记录"), written) for row in rows),
        receipts=session.scalar(select(func.count()).where(OutboxRow.receipt.is_not(None))) or 0,
        log_size=log.size if log else 0,
        log_consistent=log.consistent if log else None,
        incoming=incoming,
        unknown_kinds=0,
        log_break=log_break(session, desk),
    )


def _queue_row(row: OutboxRow, what: str, written: Mapping[bytes, int]) -> QueueRow:
    details = cast(dict[str, object], decode(row.problem_details))
    return QueueRow(
        item_id=row.digest,
        what=what,
        size=row.size,
        sent_bytes=row.sent_bytes,
        state=row.state,  # type: ignore[arg-type]
        attempts=row.attempts,
        next_try=from_ms(row.next_try_ms) if row.next_try_ms and row.state == "waiting" else None,
        problem=row.problem if row.problem in CODES else "",
        problem_details=details,
        made_at=from_ms(row.made_at_ms),
        receipt_index=row.receipt_index,
        written_at=from_ms(written[row.digest]) if row.digest in written and row.state != "accepted" else None,
    )


def authority(session: Session, desk: Desk) -> AuthorityView:
    """The agency's data on this device."""
    roster = desk.agency.index.roster
    loaded = desk.agency.current_packs(desk.today())[0]
    return AuthorityView(
        agency=roster.agency.name,
        roster_version=roster.version,
        issued_at=roster.issued_at,
        trusted_until=desk.agency.trusted_until,
        pack_title=loaded.pack.title,
        pack_version=loaded.pack.version,
        pack_digest=loaded.digest,
        blocks=desk.agency.blocks_view(session),
    )


__all__ = ["authority", "connection", "strip", "sync_page", "take_reminders", "today"]
