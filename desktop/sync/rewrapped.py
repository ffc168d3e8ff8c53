"""Older bundles that were opened to us: their content keys are kept until the bundles themselves have been fetched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.store.kept import forget, keep
from desktop.store.models import EntryRow, KeptRow, RefusedBundleRow
from enforcement.values.clock import to_ms
from enforcement.values.errors import KnownError

PREFIX = "rewrapped/"


def wait_for(session: Session, keys: Mapping[bytes, bytes]) -> None:
    """Remember to fetch these bundles; one whose entries are here needs no fetching."""
    for name, key in keys.items():
        if session.scalar(select(EntryRow.pos).where(EntryRow.bundle == name).limit(1)) is None:
            keep(session, PREFIX + name.hex(), key)


def waiting_keys(session: Session, limit: int) -> dict[bytes, bytes]:
    """Content keys by the name of the bundle, at most so many."""
    wanted = select(KeptRow).where(KeptRow.name.startswith(PREFIX)).order_by(KeptRow.name).limit(limit)
    return {bytes.fromhex(row.name.removeprefix(PREFIX)): row.value for row in session.scalars(wanted)}


def arrived(session: Session, name: bytes) -> None:
    """It was fetched, whatever came of it; the reason is kept where it could not be used."""
    forget(session, PREFIX + name.hex())


def put_aside(session: Session, name: bytes, error: KnownError, now: datetime) -> None:
    """The relay does not have it: kept with the reason."""
    session.merge(RefusedBundleRow(digest=name, data=b"", why=str(error), at_ms=to_ms(now)))
    arrived(session, name)
