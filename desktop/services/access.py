"""Old cases opened to somebody who could not read them: a new supervisor, an officer whose keys were lost.

docs/decisions/0012-rewrap.md says why it is done so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.services.changes import Done
from desktop.services.desk import Desk, done, require_text
from desktop.store.models import EntryRow, OutboxRow
from desktop.store.outbox import enqueue
from enforcement.journal import Entry
from enforcement.journal.device_acts import AccessGiven
from enforcement.sealing import BundleHeader, content_key, recipient_id, seal_bundle
from enforcement.sealing.bundle import read_cover
from enforcement.sealing.recipients import HYBRID
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError

AT_ONCE = 500
"""Bundles that one entry names: 16 KB of digests, 32 KB of keys."""
Get = Callable[[bytes], bytes]
"""Fetches a bundle by its name from the relay; on the network's worker. Raises KnownError(relay.*)."""


def give_access(desk: Desk, unit: str, number: str, words: str, get: Get) -> Done[int]:
    """Open every bundle whose entries are here to the holder of `number`; how many were opened. Nothing is sealed again: the content
    keys are sealed for them, and they fetch the old bundles by name.

    Raises KnownError(certificate.*) unless the person signed in is a supervisor and the other may act, (input.invalid) when they have no
    key or without words, (relay.*).
    """
    words = require_text(words, "words")
    now = desk.clock.now()
    desk.agency.require(desk.number, "supervisor", now)
    desk.agency.require(number, "", now)
    live = [held.hpke for held in desk.agency.person(number).credentials if held.until is None]
    if not live:
        raise KnownError("input.invalid", field="number", why=f"{number} has no keys yet")
    keys = dict(_missing(desk, {recipient_id(one) for one in live}, get))
    names = sorted(keys)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        with desk.database.write() as session:
            (entry,), _ = desk.append(
                session, desk.device, AccessGiven(number=number, words=words, bundles=tuple(some))
            )
            _send(session, desk, unit, entry, live, {name: keys[name] for name in some})
    return done(len(names), "queue")


def _missing(desk: Desk, theirs: set[bytes], get: Get) -> Iterator[tuple[bytes, bytes]]:
    """Names and content keys of the bundles that none of their keys opens and one of ours does."""
    ours = (desk.decryption_key, *desk.earlier_keys)
    key_of = desk.agency.index.device_key
    for name in _bundles(desk):
        try:
            data = _own(desk, name) or get(name)
        except KnownError as error:
            if error.code not in ("relay.missing", "relay.rubbish"):
                raise
            continue  # it came by another way than the relay, which has the same entries in the bundle of their device
        sealed_for = set(read_cover(data, key_of)[1])
        mine = next((one for one in ours if one.recipient_id in sealed_for), None)
        if mine is not None and not sealed_for & theirs:
            yield name, content_key(data, key_of, mine)


def _bundles(desk: Desk) -> Sequence[bytes]:
    with desk.database.read() as session:
        found = session.scalars(select(EntryRow.bundle).where(EntryRow.bundle.is_not(None)).distinct())
        return sorted(name for name in found if name is not None)


def _own(desk: Desk, name: bytes) -> bytes | None:
    with desk.database.read() as session:
        return session.scalar(select(OutboxRow.data).where(OutboxRow.digest == name))


def _send(
    session: Session, desk: Desk, unit: str, entry: Entry, live: Sequence[bytes], keys: dict[bytes, bytes]
) -> None:
    """The keys in a bundle for them, and for the registry, which reads every case anyway and watches the relay's log whole. It carries
    the entry too, and the entry's place in the chain, so that the relay sees no fork; the entry itself goes to everybody with the next
    sealing, as every entry does.
    """
    registry, recovery = desk.agency.index.roster.registry, desk.agency.index.roster.recovery
    header = BundleHeader(
        v=1,
        device=desk.device,
        unit=unit,
        first_seq=entry.seq,
        last_seq=entry.seq,
        head=entry.hash,
        blobs=(),
        made_at=desk.clock.now(),
        suite=HYBRID,
    )
    sealed = seal_bundle(
        desk.device,
        [entry.data],
        header,
        [*live, registry, recovery],
        recovery,
        KeySigner(desk.device_key),
        desk.entropy,
        keys,
    )
    enqueue(session, sealed, desk.device.bytes, False, desk.clock.now())
