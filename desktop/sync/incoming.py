"""Bundles that come in: opened with our own key, every entry checked, kept; what cannot be used is kept with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop.store import JournalStore
from desktop.store.kept import know_blob
from desktop.store.models import RefusedBundleRow
from desktop.store.projections import extend_chain, project_case
from desktop.sync.rewrapped import wait_for
from enforcement.credentials import RosterIndex
from enforcement.journal import Entry
from enforcement.journal.acts import EvidenceAdded
from enforcement.sealing import Decryptor, open_bundle, open_with_key
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
    session: Session,
    journal: JournalStore,
    index: RosterIndex,
    decryptor: Decryptor,
    data: bytes,
    now: datetime,
    key: bytes = b"",
) -> TakenIn:
    """In the caller's transaction. A bundle that fails a check is kept as it is, with the reason. `key`: the content key that somebody
    who could open the bundle gave.
    """
    try:
        with session.begin_nested():
            return TakenIn(_take_in(session, journal, index, decryptor, data, key))
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
    session: Session, journal: JournalStore, index: RosterIndex, decryptors: Sequence[Decryptor], now: datetime
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
        tried = [take_in_bundle(session, journal, index, one, row.data, now) for one in decryptors]
        entries += sum(taken.entries for taken in tried)
        if not any(taken.refused for taken in tried):
            session.delete(row)
    return entries


def _take_in(
    session: Session, journal: JournalStore, index: RosterIndex, decryptor: Decryptor, data: bytes, key: bytes
) -> int:
    name, device_key = digest(data), index.device_key
    opened = open_with_key(data, device_key, key) if key else open_bundle(data, device_key, decryptor)
    new: list[Entry] = []
    for raw in opened.entries:
        entry = journal.take_in(session, raw, name, index.officer_key)
        if entry is None:
            continue
        if entry.aggregate != opened.aggregate or entry.device != opened.header.device:
            raise KnownError("bundle.altered", why="an entry of another case or device")
        new.append(entry)
        if isinstance(entry.body, EvidenceAdded):
            know_blob(session, entry.body.blob, entry.body.sealed_size, entry.aggregate)
    wait_for(session, opened.keys)
    if new:
        project_case(session, journal, opened.aggregate)
        extend_chain(session, journal, opened.header.device, new)
    return len(new)
