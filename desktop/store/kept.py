"""Small named values and drafts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desktop.store.models import BlobRow, DraftRow, KeptRow
from enforcement.values.shapes import Record


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
"""Names of kept values."""


class KeptHead(Record):
    """The newest tree head that was checked, and whether the log was ever caught at changing."""

    size: int
    root: bytes
    consistent: bool = True
