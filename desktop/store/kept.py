"""Small named values and drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desktop.store.models import BlobRow, DraftRow, KeptRow
from enforcement.values.shapes import Record, from_bytes


def keep(session: Session, name: str, value: bytes) -> None:
    """Set a named value."""
    session.merge(KeptRow(name=name, value=value))


def kept(session: Session, name: str) -> bytes | None:
    """A named value, or None."""
    row = session.get(KeptRow, name)
    return None if row is None else row.value


def forget(session: Session, name: str) -> None:
    """Remove a named value; secure_delete overwrites its page."""
    session.execute(delete(KeptRow).where(KeptRow.name == name))


def kept_under(session: Session, prefix: str) -> dict[str, bytes]:
    """All named values whose name begins so."""
    rows = session.scalars(
        select(KeptRow).where(KeptRow.name.startswith(prefix, autoescape=True)).order_by(KeptRow.name)
    )
    return {row.name: row.value for row in rows}


def has_under(session: Session, prefix: str) -> bool:
    """Whether any name begins so; no value is read."""
    return (
        session.scalar(select(KeptRow.name).where(KeptRow.name.startswith(prefix, autoescape=True)).limit(1))
        is not None
    )


def forget_under(session: Session, prefix: str) -> None:
    """Remove all whose name begins so."""
    session.execute(delete(KeptRow).where(KeptRow.name.startswith(prefix, autoescape=True)))


def know_blob(session: Session, digest: bytes, size: int, aggregate: UUID) -> None:
    """A blob of somebody else's that is to be fetched; `size` is that of its sealed bytes."""
    if session.get(BlobRow, digest) is None:
        session.add(BlobRow(digest=digest, size=size, aggregate=aggregate.bytes, present=False))


def save_draft(session: Session, draft_id: UUID, owner: str, data: bytes, touched_ms: int) -> None:
    """Write a draft as it stands now."""
    session.merge(DraftRow(draft_id=draft_id.bytes, owner=owner, data=data, touched_ms=touched_ms))


def read_draft(session: Session, draft_id: UUID, owner: str) -> bytes | None:
    """The owner's draft, or None; another's draft is not there."""
    row = session.get(DraftRow, draft_id.bytes)
    return row.data if row is not None and row.owner == owner else None


def drafts_of(session: Session, owner: str) -> list[tuple[UUID, bytes, int]]:
    """(id, data, touched in ms), the latest first."""
    rows = session.scalars(select(DraftRow).where(DraftRow.owner == owner).order_by(DraftRow.touched_ms.desc()))
    return [(UUID(bytes=row.draft_id), row.data, row.touched_ms) for row in rows]


def drop_draft(session: Session, draft_id: UUID, owner: str) -> None:
    """Remove the owner's draft; secure_delete overwrites its page."""
    session.execute(delete(DraftRow).where(DraftRow.draft_id == draft_id.bytes, DraftRow.owner == owner))


HEAD, CURSOR, DEVICES, CONTACT, TIME = "relay/head", "relay/cursor", "relay/devices", "relay/contact", "relay/time"
DEVICE_SEED, GRANT, PROBLEM = "device/seed", "device/grant", "relay/problem"
CONFIRMED, BREAK, BREAKS, LOST = "relay/confirmed", "relay/break", "relay/breaks/", "relay/lost/"
AGAIN, BLOBS_AGAIN, SAID, SEEN, SET = "relay/again", "relay/blobs_again", "relay/said", "relay/seen", "relay/set"
LOOKED, WRITTEN = "relay/looked", "courier/written/"
"""Names of kept values. CONFIRMED: below this index every receipt was found in the log that the relay shows now. AGAIN: below this
index of the feed a bundle may be here already. BLOBS_AGAIN: up to this number of the queue blobs were looked for again. SAID: what
this device said of itself last. SEEN: tree heads that other devices saw. SET: the published set as it was read last. LOOKED: gaps
for which the feed was read again. WRITTEN: by the digest of an item of the queue, when (ms) it was written to a courier's stick last.
"""


class KeptHead(Record):
    """The newest tree head that was checked: also as the relay signed it."""

    size: int
    root: bytes
    consistent: bool = True
    signed: bytes = b""
    at: datetime | None = None


class LogBreak(Record):
    """The relay's log was found not to have grown out of what it had confirmed. Kept as evidence: the head it had signed before, the
    one it showed then, both with its signature; a receipt or another device's head where that was what did not fit.

    `old_at`: of the last head (the relay's instant) that the log shown does not continue. `lost`: receipts of this device that it does
    not cover. `times`: how often it broke before a supervisor acknowledged it; `acknowledged`: the entry by which one did.
    """

    why: Literal["head", "receipt", "other"]
    old: bytes
    old_at: datetime
    new: bytes
    new_at: datetime
    found_at: datetime
    evidence: bytes = b""
    lost: int = 0
    times: int = 1
    acknowledged: bytes = b""


def number_kept(session: Session, name: str) -> int:
    """A whole number under that name; 0 where there is none."""
    return int(kept(session, name) or b"0")


def keep_number(session: Session, name: str, value: int) -> None:
    """Set a whole number."""
    keep(session, name, str(value).encode())


def last_break(session: Session) -> LogBreak | None:
    """What the relay's log was caught at last, acknowledged or not."""
    data = kept(session, BREAK)
    return None if data is None else from_bytes(LogBreak, data)
