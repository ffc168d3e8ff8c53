"""Bundles that come in: opened with our own key, every entry checked, kept; what cannot be used is kept with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop.store import JournalStore
from desktop.store.models import BlobRow, RefusedBundleRow
from desktop.store.projections import extend_chain, project_case
from enforcement.credentials import RosterIndex
from enforcement.journal import Entry
from enforcement.journal.acts import EvidenceAdded
from enforcement.sealing import Decryptor, open_bundle
from enforcement.values.clock import to_ms
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

REFUSED_BYTES = 64 << 20
"""How much of what cannot be used is kept whole; of more only that it came, and why it was refused."""


@dataclass(frozen=True)
class TakenIn:
    """How many entries were new, and why the bundle was refused where it was."""

    entries: int
    refused: str = ""


def take_in_bundle(
    session: Session, journal: JournalStore, index: RosterIndex, decryptor: Decryptor, data: bytes, now: datetime
) -> TakenIn:
    """In the caller's transaction. A bundle that fails a check is kept as it is, with the reason."""
    try:
        with session.begin_nested():
            return TakenIn(_take_in(session, journal, index, decryptor, data))
    except KnownError as error:
        if error.code.startswith("store."):
            raise
        if error.code == "bundle.not_for_us":
            return TakenIn(0)
        kept = session.scalar(select(func.coalesce(func.sum(func.length(RefusedBundleRow.data)), 0))) or 0
        whole = data if kept + len(data) <= REFUSED_BYTES else b""
        session.merge(RefusedBundleRow(digest=digest(data), data=whole, why=str(error), at_ms=to_ms(now)))
        return TakenIn(0, error.code)


def try_refused_again(
    session: Session, journal: JournalStore, index: RosterIndex, decryptor: Decryptor, now: datetime
) -> int:
    """What was refused by an older roster may be good by this one: an officer or a device that it did not know yet. How many entries
    came of it.
    """
    entries = 0
    rows = session.scalars(
        select(RefusedBundleRow)
        .where(RefusedBundleRow.data != b"")
        .order_by(RefusedBundleRow.at_ms, RefusedBundleRow.digest)
    ).all()
    for row in rows:
        taken = take_in_bundle(session, journal, index, decryptor, row.data, now)
        entries += taken.entries
        if not taken.refused:
            session.delete(row)
    return entries


def _take_in(session: Session, journal: JournalStore, index: RosterIndex, decryptor: Decryptor, data: bytes) -> int:
    name = digest(data)
    opened = open_bundle(data, index.device_key, decryptor)
    new: list[Entry] = []
    for raw in opened.entries:
        entry = journal.take_in(session, raw, name, index.officer_key)
        if entry is None:
            continue
        if entry.aggregate != opened.aggregate or entry.device != opened.header.device:
            raise KnownError("bundle.altered", why="an entry of another case or device")
        new.append(entry)
        if isinstance(entry.body, EvidenceAdded):
            _know_blob(session, entry.body, entry.aggregate.bytes)
    if new:
        project_case(session, journal, opened.aggregate)
        extend_chain(session, journal, opened.header.device, new)
    return len(new)


def _know_blob(session: Session, act: EvidenceAdded, aggregate: bytes) -> None:
    if session.get(BlobRow, act.blob) is None:
        session.add(BlobRow(digest=act.blob, size=act.sealed_size, aggregate=aggregate, present=False))
