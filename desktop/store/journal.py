"""The journal in the database: append our own entries, take in others', read a case's entries in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desktop.store.models import EntryRow
from enforcement.journal import (
    NO_ENTRY,
    Body,
    Entry,
    TimeEvidence,
    heads_of,
    read_entry,
    reread_entry,
    seal_entry,
)
from enforcement.values.clock import to_ms
from enforcement.values.cose import Signer
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7


@dataclass(frozen=True)
class Author:
    """Who signs, on which device."""

    certificate: str
    signer: Signer
    device: UUID


class JournalStore:
    """Reads and appends entries inside a session that the caller commits."""

    def append(
        self,
        session: Session,
        aggregate: UUID,
        bodies: Sequence[Body],
        author: Author,
        at: datetime,
        evidence: TimeEvidence | None,
    ) -> tuple[Entry, ...]:
        """Sign and append; each entry has the aggregate's heads, the last one first written here, as its parents."""
        seq, prev = self.device_head(session, author.device)
        heads = heads_of(self.entries(session, aggregate))
        made: list[Entry] = []
        for body in bodies:
            entry = seal_entry(
                body,
                entry_id=uuid7(at, os.urandom),
                aggregate=aggregate,
                certificate=author.certificate,
                device=author.device,
                seq=seq + 1,
                prev=prev,
                parents=heads,
                at=at,
                evidence=evidence,
                signer=author.signer,
            )
            session.add(_row(entry, bundle=None))
            seq, prev, heads = entry.seq, entry.hash, (entry.hash,)
            made.append(entry)
        session.flush()
        return tuple(made)

    def take_in(
        self, session: Session, data: bytes, bundle: bytes, key_of: Callable[[bytes, str], Ed25519PublicKey | None]
    ) -> Entry | None:
        """Check and keep an entry made elsewhere; None when it is already here. Raises what `read_entry` raises."""
        entry = read_entry(data, key_of)
        known = session.scalar(select(EntryRow.pos).where(EntryRow.hash == entry.hash))
        if known is not None:
            return None
        session.add(_row(entry, bundle=bundle))
        session.flush()
        return entry

    def entries(self, session: Session, aggregate: UUID) -> tuple[Entry, ...]:
        """All entries of an aggregate, in the order of arrival."""
        rows = session.scalars(
            select(EntryRow.data).where(EntryRow.aggregate == aggregate.bytes).order_by(EntryRow.pos)
        )
        return tuple(reread_entry(data) for data in rows)

    def entry(self, session: Session, hash_: bytes) -> Entry:
        """One entry; raises KnownError(store.damaged) when it is not here."""
        data = session.scalar(select(EntryRow.data).where(EntryRow.hash == hash_))
        if data is None:
            raise KnownError("store.damaged", entry=hash_.hex())
        return reread_entry(data)

    def device_head(self, session: Session, device: UUID) -> tuple[int, bytes]:
        """(seq, hash) of the device's last entry; (0, 32 zero bytes) for none."""
        found = session.execute(
            select(EntryRow.seq, EntryRow.hash)
            .where(EntryRow.device == device.bytes)
            .order_by(EntryRow.seq.desc())
            .limit(1)
        ).first()
        return (0, NO_ENTRY) if found is None else (found.seq, found.hash)

    def links(self, session: Session, device: UUID) -> list[tuple[int, bytes, bytes]]:
        """(seq, hash, prev) of a device's entries, for `check_chain`."""
        rows = session.execute(
            select(EntryRow.seq, EntryRow.hash, EntryRow.prev).where(EntryRow.device == device.bytes)
        )
        return [(row.seq, row.hash, row.prev) for row in rows]

    def loose(self, session: Session) -> dict[bytes, int]:
        """Aggregates with entries that stand in no bundle yet, oldest entry first, each with that entry's instant in ms.

        Only what was written here can be without one, so that the index of bundles finds these however long the journal is.
        """
        rows = session.execute(
            select(EntryRow.aggregate, EntryRow.at_ms).where(EntryRow.bundle.is_(None)).order_by(EntryRow.pos)
        )
        found: dict[bytes, int] = {}
        for aggregate, at_ms in rows:
            found.setdefault(aggregate, at_ms)
        return found

    def loose_of(self, session: Session, aggregate: UUID) -> tuple[Entry, ...]:
        """Entries of one aggregate that stand in no bundle yet."""
        rows = session.scalars(
            select(EntryRow.data)
            .where(EntryRow.aggregate == aggregate.bytes, EntryRow.bundle.is_(None))
            .order_by(EntryRow.seq)
        )
        return tuple(reread_entry(data) for data in rows)

    def mark_bundled(self, session: Session, entries: Sequence[Entry], bundle: bytes) -> None:
        """These entries left in this bundle."""
        session.execute(update(EntryRow).where(EntryRow.hash.in_([e.hash for e in entries])).values(bundle=bundle))

    def loosen(self, session: Session, device: UUID, first: int, last: int) -> None:
        """Entries of this device in that part of its chain stand in no bundle any more: they are sealed and sent once more."""
        session.execute(
            update(EntryRow)
            .where(EntryRow.device == device.bytes, EntryRow.seq >= first, EntryRow.seq <= last)
            .values(bundle=None)
        )

    def devices(self, session: Session) -> list[UUID]:
        """Every device that an entry here names."""
        return [
            UUID(bytes=row) for row in session.scalars(select(EntryRow.device).distinct().order_by(EntryRow.device))
        ]

    def aggregates(self, session: Session) -> list[UUID]:
        """Every aggregate, in the order of its id."""
        return [
            UUID(bytes=row)
            for row in session.scalars(select(EntryRow.aggregate).distinct().order_by(EntryRow.aggregate))
        ]


def _row(entry: Entry, bundle: bytes | None) -> EntryRow:
    return EntryRow(
        hash=entry.hash,
        aggregate=entry.aggregate.bytes,
        device=entry.device.bytes,
        seq=entry.seq,
        prev=entry.prev,
        kind=entry.kind,
        at_ms=to_ms(entry.at),
        data=entry.data,
        bundle=bundle,
    )
