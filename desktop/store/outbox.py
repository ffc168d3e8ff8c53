"""The outgoing queue: durable, visible, honest. Four states: waiting, sent, accepted, refused.

- Bundles of one case leave in the order in which they were made, never past one that has not been accepted.
- One item's failure never holds up another case's.
- Try again after 2 s, doubling to 10 minutes, with jitter; a person may ask for it at once.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desktop.store.models import OutboxRow
from enforcement.sealing import BlobRef, SealedBundle
from enforcement.values.clock import to_ms
from enforcement.values.encoding import decode, encode
from enforcement.values.errors import KnownError

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
JITTER = 0.25


@dataclass(frozen=True)
class Waiting:
    """An item that is due."""

    digest: bytes
    data: bytes
    aggregate: bytes
    blobs: tuple[BlobRef, ...]


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


def due(session: Session, now: datetime, limit: int) -> list[Waiting]:
    """What may leave now: the first open item of each case, urgent and small ones first."""
    first = (
        select(func.min(OutboxRow.number)).where(OutboxRow.state.in_(("waiting", "sent"))).group_by(OutboxRow.aggregate)
    )
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.number.in_(first), OutboxRow.next_try_ms <= to_ms(now))
        .order_by(OutboxRow.urgent.desc(), OutboxRow.size, OutboxRow.number)
        .limit(limit)
    )
    return [Waiting(row.digest, row.data or b"", row.aggregate, blobs_of(row)) for row in rows]


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
    row.next_try_ms = to_ms(now + max(back_off(row.attempts), told))


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
