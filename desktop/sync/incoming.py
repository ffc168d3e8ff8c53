"""Bundles that come in: opened with our own key, every entry checked, kept; what cannot be used is kept with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True)
class TakenIn:
    """How many entries were new, and whether the bundle was for us and whole."""

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
    name = digest(data)
    try:
        device_key = index.device_key
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
    except KnownError as error:
        session.rollback()
        if error.code == "bundle.not_for_us":
            return TakenIn(0)
        session.merge(RefusedBundleRow(digest=name, data=data, why=str(error), at_ms=to_ms(now)))
        return TakenIn(0, error.code)
    wait_for(session, opened.keys)
    if new:
        project_case(session, journal, opened.aggregate)
        extend_chain(session, journal, opened.header.device, new)
    return TakenIn(len(new))
