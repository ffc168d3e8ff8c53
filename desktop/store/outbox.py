"""The outgoing queue: durable, visible, honest. Four states: waiting, sent, accepted, refused.

- Bundles of one case leave in the order in which they were made, never past one that has not been accepted.
- One item's failure never holds up another case's.
- Try again after 2 s, doubling to 10 minutes, with jitter; a person may ask for it at once. What was refused is tried again too, but
  seldom: a relay that refuses is mended, and nobody should have to remember what it had refused.
- What the relay had confirmed and no longer holds waits again; its old receipt is kept (docs/decisions/0011-relay-restored.md).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from desktop.store.models import OutboxRow
from enforcement.sealing import BlobRef, SealedBundle
from enforcement.values.clock import to_ms
from enforcement.values.encoding import decode, encode
from enforcement.values.errors import KnownError

FIRST_WAIT, LONGEST_WAIT, REFUSED_WAIT = timedelta(seconds=2), timedelta(minutes=10), timedelta(hours=6)
JITTER = 0.25
NO_BLOBS = encode([])
METERED = "relay.metered"


@dataclass(frozen=True)
class Waiting:
    """An item that is due. `tried`: the relay may hold some of its blobs, or parts of them, from an earlier time."""

    digest: bytes
    data: bytes
    blobs: tuple[BlobRef, ...]
    tried: bool


@dataclass(frozen=True)
class Received:
    """An item that the relay gave a receipt for."""

    digest: bytes
    receipt: bytes
    index: int
    kept: bool
    """Whether its bytes are still here, so that it could be sent again."""


def enqueue(session: Session, bundle: SealedBundle, aggregate: bytes, urgent: bool, now: datetime) -> None:
    """Put a sealed bundle at the end."""
    number = (session.scalar(select(func.max(OutboxRow.number))) or 0) + 1
    session.add(
        OutboxRow(
            digest=bundle.digest,
            number=number,
            aggregate=aggregate,
            data=bundle.data,
            size=len(bundle.data) + sum(ref.size for ref in bundle.header.blobs),
            blob_list=encode([[ref.digest, ref.size] for ref in bundle.header.blobs]),
            urgent=urgent,
            state="waiting",
            sent_bytes=0,
            attempts=0,
            next_try_ms=0,
            problem="",
            problem_details=encode({}),
            made_at_ms=to_ms(now),
            receipt=None,
            receipt_index=None,
        )
    )


def due(session: Session, now: datetime, limit: int, *, without_blobs: bool = False) -> list[Waiting]:
    """What may leave now: the first open item of each case, urgent and small ones first. A time of the next try that no clock which
    is right could have set does not hold anything up.
    """
    first = (
        select(func.min(OutboxRow.number)).where(OutboxRow.state.in_(("waiting", "sent"))).group_by(OutboxRow.aggregate)
    )
    at, latest = to_ms(now), to_ms(now + LONGEST_WAIT * (1 + JITTER))
    open_ = and_(OutboxRow.number.in_(first), or_(OutboxRow.next_try_ms <= at, OutboxRow.next_try_ms > latest))
    refused = and_(
        OutboxRow.state == "refused",
        or_(OutboxRow.next_try_ms <= at, OutboxRow.next_try_ms > to_ms(now + REFUSED_WAIT)),
    )
    wanted = select(OutboxRow).where(or_(open_, refused))
    if without_blobs:
        wanted = wanted.where(OutboxRow.blob_list == NO_BLOBS)
    rows = session.scalars(wanted.order_by(OutboxRow.urgent.desc(), OutboxRow.size, OutboxRow.number).limit(limit))
    return [
        Waiting(row.digest, row.data or b"", blobs_of(row), row.attempts > 0 or row.state == "sent") for row in rows
    ]


def metered_turned(session: Session, metered: bool) -> bool:
    """Whether anything in the queue says otherwise than the switch for metered connections."""
    return session.scalar(select(OutboxRow.digest).where(_at_odds(metered)).limit(1)) is not None


def turn_metered(session: Session, metered: bool) -> None:
    """Say of what has blobs why it does not leave; or let it go again."""
    values: dict[str, object]
    if metered:
        values = {"problem": METERED, "problem_details": encode({}), "state": "waiting"}
    else:
        values = {"problem": "", "problem_details": encode({}), "next_try_ms": 0}
    session.execute(update(OutboxRow).where(_at_odds(metered)).values(values))


def _at_odds(metered: bool) -> ColumnElement[bool]:
    if not metered:
        return OutboxRow.problem == METERED
    return and_(OutboxRow.state.in_(("waiting", "sent")), OutboxRow.blob_list != NO_BLOBS, OutboxRow.problem != METERED)


def blobs_of(row: OutboxRow) -> tuple[BlobRef, ...]:
    """The blobs that an item needs."""
    return tuple(BlobRef(digest=name, size=size) for name, size in decode(row.blob_list))


def mark_sent(session: Session, digest: bytes, sent_bytes: int) -> None:
    """It is on its way; `sent_bytes` are known to be there."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.digest == digest, OutboxRow.state.in_(("waiting", "sent")))
        .values(state="sent", sent_bytes=sent_bytes)
    )


def mark_accepted(session: Session, digest: bytes, receipt: bytes, index: int) -> None:
    """It is there, with a checked receipt."""
    row = session.get(OutboxRow, digest)
    if row is not None:
        row.state, row.receipt, row.receipt_index = "accepted", receipt, index
        row.sent_bytes, row.problem, row.problem_details = row.size, "", encode({})


def mark_failed(session: Session, digest: bytes, error: KnownError, now: datetime, final: bool) -> None:
    """It did not work: refused for good, or waiting for its next try."""
    row = session.get(OutboxRow, digest)
    if row is None or row.state == "accepted":
        return
    row.attempts += 1
    row.state = "refused" if final else "waiting"
    row.problem = error.code
    row.problem_details = encode({name: str(value) for name, value in error.details.items()})
    # where the relay said how long, not before that
    told = timedelta(seconds=int(str(error.details.get("retry_seconds", 0))))
    row.next_try_ms = to_ms(now + max(REFUSED_WAIT if final else back_off(row.attempts), told))


def received(session: Session, from_index: int, limit: int) -> list[Received]:
    """Items with a receipt from that index of the log on, in its order."""
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.state == "accepted", OutboxRow.receipt_index >= from_index)
        .order_by(OutboxRow.receipt_index)
        .limit(limit)
    )
    return [Received(row.digest, row.receipt or b"", row.receipt_index or 0, row.data is not None) for row in rows]


def received_between(session: Session, start: int, end: int, limit: int) -> list[int]:
    """The indexes of this device's own items in that part of the log."""
    return list(
        session.scalars(
            select(OutboxRow.receipt_index)
            .where(OutboxRow.state == "accepted", OutboxRow.receipt_index >= start, OutboxRow.receipt_index < end)
            .order_by(OutboxRow.receipt_index)
            .limit(limit)
        )
    )


def mark_lost(session: Session, digest: bytes) -> None:
    """The relay's log does not cover its receipt any more: it waits again. The caller keeps the receipt."""
    row = session.get(OutboxRow, digest)
    if row is None or row.state != "accepted":
        return
    row.problem, row.problem_details = "relay.restored", encode({"receipt": str(row.receipt_index)})
    row.state, row.receipt, row.receipt_index = "waiting", None, None
    row.sent_bytes, row.attempts, row.next_try_ms = 0, 1, 0


def with_blobs(session: Session, after_number: int, limit: int) -> list[tuple[int, Waiting]]:
    """Accepted items that have blobs, by their number, in its order."""
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.state == "accepted", OutboxRow.blob_list != NO_BLOBS, OutboxRow.number > after_number)
        .order_by(OutboxRow.number)
        .limit(limit)
    )
    return [(row.number, Waiting(row.digest, row.data or b"", blobs_of(row), True)) for row in rows]


def open_digests(session: Session) -> list[bytes]:
    """Names of everything without a receipt, in the order in which it was made."""
    wanted = select(OutboxRow.digest).where(OutboxRow.state != "accepted", OutboxRow.data.is_not(None))
    return list(session.scalars(wanted.order_by(OutboxRow.number)))


def open_item(session: Session, digest: bytes) -> Waiting | None:
    """One of them; None once it has its receipt."""
    row = session.get(OutboxRow, digest)
    if row is None or row.state == "accepted" or row.data is None:
        return None
    return Waiting(row.digest, row.data, blobs_of(row), True)


def retry_now(session: Session, digest: bytes) -> None:
    """A person asks for it at once; a refused item waits again."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.digest == digest, OutboxRow.state != "accepted")
        .values(state="waiting", next_try_ms=0)
    )


def wake_all(session: Session) -> None:
    """The relay answers again: nothing has to wait for its next try."""
    session.execute(update(OutboxRow).where(OutboxRow.state.in_(("waiting", "sent"))).values(next_try_ms=0))


def back_off(attempts: int) -> timedelta:
    """2 s doubling to 10 minutes, with a quarter of jitter."""
    exact = min(FIRST_WAIT * (1 << min(attempts - 1, 12)), LONGEST_WAIT)
    return exact * random.uniform(1 - JITTER, 1 + JITTER)


def counts(session: Session) -> tuple[int, int, int, int | None]:
    """(open items, their bytes, refused items, the oldest open item in ms)."""
    open_ = OutboxRow.state.in_(("waiting", "sent"))
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(OutboxRow.size - OutboxRow.sent_bytes), 0),
            func.min(OutboxRow.made_at_ms),
        ).where(open_)
    ).one()
    refused = session.scalar(select(func.count()).where(OutboxRow.state == "refused")) or 0
    return row[0], row[1], refused, row[2]
