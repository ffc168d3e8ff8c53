"""The supervisor's desk: what waits, approve, send back, the devices' queues by their own chains."""

from __future__ import annotations

from uuid import UUID

from desktop.services.changes import Done
from desktop.services.desk import Desk, done, require_text
from desktop.services.sync_shapes import DeviceRow
from desktop.store.kept import DEVICES, kept
from desktop.store.models import ChainRow
from enforcement.casefile import fold_case
from enforcement.exchange import Devices, read_status
from enforcement.journal.acts import ReviewAnswered, ReviewApproved, ReviewReturned
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes


def approve(desk: Desk, case_id: UUID) -> Done[None]:
    """Put the decision on record (备案); raises KnownError(certificate.wrong_kind) for anybody but a supervisor."""
    shown = desk.agency.require(desk.number, "supervisor", desk.clock.now())
    with desk.database.write() as session:
        case = fold_case(case_id, desk.journal.entries(session, case_id))
        if case.decision is None or case.status not in ("issued", "answered"):
            raise KnownError("procedure.not_allowed", why="nothing waits for approval", basis="行政处罚法第五十二条")
        desk.append(session, case_id, ReviewApproved(decision=case.decision.entry, shown=shown))
    return done(None, "review", "cases", "queue")


def send_back(desk: Desk, case_id: UUID, words: str) -> Done[None]:
    """Send back with words."""
    words = require_text(words, "words")
    shown = desk.agency.require(desk.number, "supervisor", desk.clock.now())
    with desk.database.write() as session:
        case = fold_case(case_id, desk.journal.entries(session, case_id))
        if case.decision is None or case.status not in ("issued", "answered"):
            raise KnownError("procedure.not_allowed", why="nothing waits for approval", basis="行政处罚法第五十二条")
        desk.append(session, case_id, ReviewReturned(decision=case.decision.entry, words=words, shown=shown))
    return done(None, "review", "cases", "queue")


def answer(desk: Desk, case_id: UUID, words: str) -> Done[None]:
    """The officer's answer to what came back."""
    words = require_text(words, "words")
    with desk.database.write() as session:
        case = fold_case(case_id, desk.journal.entries(session, case_id))
        if case.status != "returned":
            raise KnownError("procedure.not_allowed", why="nothing was sent back", basis="行政处罚法第五十二条")
        desk.append(session, case_id, ReviewAnswered(words=words))
    return done(None, "cases", "queue")


def devices(desk: Desk) -> tuple[DeviceRow, ...]:
    """Each device: what it says of itself, what arrived here of its chain, and what lies between."""
    index = desk.agency.index
    with desk.database.read() as session:
        data = kept(session, DEVICES)
        chains = {row.device: row for row in session.query(ChainRow)}
    seen = () if data is None else from_bytes(Devices, data).devices
    by_device = {one.device: one for one in seen}
    rows: list[DeviceRow] = []
    for info in index.roster.devices:
        if info.reads_only:
            continue
        one, chain = by_device.get(info.device), chains.get(info.device.bytes)
        announced = 0
        if one is not None:
            try:
                announced = read_status(one.status, index.device_key).seq
            except KnownError:
                announced = 0
        missing = [int(seq) for seq in chain.missing.split(",") if seq] if chain is not None else []
        highest = chain.highest if chain is not None else 0
        rows.append(
            DeviceRow(
                device=info.device.hex,
                label=info.label,
                last_seen=one.seen_at if one is not None else None,
                unsent=None if missing else max(announced - highest, 0),
                announced_seq=announced,
                received_seq=highest,
                gaps=_spans(missing),
                forked=bool(chain is not None and chain.forked) or bool(one is not None and one.forked),
                state=info.state,
                since=info.since,
                reason=info.reason,
            )
        )
    return tuple(rows)


def _spans(numbers: list[int]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return tuple(spans)
