"""What a reader of everything should have and has not: the feed is read again for it, names only, some times and ever more seldom.

A relay that keeps something back and hands it out later, or a reader that was cut off at the wrong moment, is healed by that; what no
relay has stays a gap in the supervisor's list of devices.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.store.kept import AGAIN, CURSOR, DEVICES, HEAD, LOOKED, KeptHead, forget_under, keep, keep_number, kept
from desktop.store.models import ChainRow
from desktop.sync.line import Line
from desktop.sync.outgoing import READERS
from enforcement.exchange import Devices, read_status
from enforcement.sealing.recipients import recipient_id
from enforcement.values.clock import from_ms, to_ms
from enforcement.values.encoding import encode
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import Record, from_bytes, to_bytes

SETTLED, FIRST, TIMES = timedelta(minutes=2), timedelta(hours=1), 8


class Looked(Record):
    """A state of gaps (its digest), since when it is seen, how often it was looked for and when last."""

    gaps: bytes
    since_ms: int
    times: int
    at_ms: int


def look_for_gaps(session: Session, line: Line, now: datetime) -> bool:
    """In the caller's transaction, after a round: whether something is lacking, for which the next round begins anew."""
    if not _reads_everything(line):
        return False
    gaps = _gaps(session, line)
    data = kept(session, LOOKED)
    looked = None if data is None else from_bytes(Looked, data)
    if not gaps:
        return False
    name = digest(encode(gaps))
    if looked is None or looked.gaps != name:
        keep(session, LOOKED, to_bytes(Looked(gaps=name, since_ms=to_ms(now), times=0, at_ms=0)))
        return False
    wait = FIRST * (1 << looked.times >> 1) if looked.times else SETTLED
    last = from_ms(looked.at_ms if looked.times else looked.since_ms)
    if looked.times >= TIMES or abs(now - last) < wait:
        return False
    head = kept(session, HEAD)
    keep_number(session, AGAIN, 0 if head is None else from_bytes(KeptHead, head).size)
    forget_under(session, CURSOR + "/")
    keep(
        session, LOOKED, to_bytes(Looked(gaps=name, since_ms=looked.since_ms, times=looked.times + 1, at_ms=to_ms(now)))
    )
    return True


def _reads_everything(line: Line) -> bool:
    """Whether every case is sealed for this reader."""
    roster, mine = line.index.roster, line.decryptor.recipient_id
    if recipient_id(roster.registry) == mine:
        return True
    return any(
        recipient_id(held.hpke) == mine
        for person in roster.people
        if READERS & set(person.roles)
        for held in person.credentials
    )


def _gaps(session: Session, line: Line) -> list[list[object]]:
    """Devices that say they have sent everything, and of which not everything is here."""
    data = kept(session, DEVICES)
    chains = {row.device: row for row in session.scalars(select(ChainRow))}
    found: list[list[object]] = []
    for one in () if data is None else from_bytes(Devices, data).devices:
        if one.device == line.device:
            continue
        try:
            status = read_status(one.status, line.index.device_key)
        except KnownError:
            continue
        chain = chains.get(one.device.bytes)
        highest, missing = (chain.highest, chain.missing) if chain is not None else (0, "")
        if status.waiting == 0 and (status.seq > highest or missing):
            found.append([one.device.bytes, status.seq, highest, missing])
    return found
