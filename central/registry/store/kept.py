"""Single things by name."""

from __future__ import annotations

from sqlalchemy.orm import Session

from central.registry.store.models import KeptRow

HEAD, CURSOR = "log/head", "log/cursor"


def kept(session: Session, name: str) -> bytes | None:
    """What is kept under a name."""
    row = session.get(KeptRow, name)
    return None if row is None else row.value


def keep(session: Session, name: str, value: bytes) -> None:
    """Keep it, instead of what was kept there."""
    session.merge(KeptRow(name=name, value=value))
