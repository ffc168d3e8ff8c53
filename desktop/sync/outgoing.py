"""From entries to sealed bundles: whose eyes a case is for, and sealing what has not been sealed for sending yet."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from desktop.store import JournalStore
from desktop.store.outbox import enqueue
from enforcement.casefile import fold_case
from enforcement.casefile.fold import DECISION
from enforcement.credentials import RosterIndex
from enforcement.credentials.person import FINAL
from enforcement.journal import Entry
from enforcement.journal.acts import DecisionIssued, EvidenceAdded
from enforcement.journal.device_acts import AskedAgain
from enforcement.journal.procedure_acts import ActDone
from enforcement.journal.relay_acts import RelayAcknowledged
from enforcement.journal.visit_acts import DrawCommitted, InspectionPlanned
from enforcement.sealing import BlobRef, BundleHeader, seal_bundle
from enforcement.sealing.recipients import HYBRID
from enforcement.values.cose import Signer

EVERYBODYS = (DrawCommitted, RelayAcknowledged, AskedAgain)
"""Lots are drawn before everybody's eyes, the relay is everybody's, and whoever holds a device next hears what it is asked for."""
READERS = frozenset(("supervisor", "reviewer"))
"""Roles that read every case of the agency."""


def recipients_for(index: RosterIndex, officers: set[str], now: datetime) -> tuple[bytes, ...]:
    """Public keys: the registry, recovery, every supervisor and legality reviewer, and the officers on the case; none of somebody who
    has left: what they received stays readable to them, what comes after does not.
    """
    roster = index.roster
    keys = {roster.registry, roster.recovery}
    for person in roster.people:
        change = person.state_at(now)
        if change is not None and change.state in FINAL:
            continue
        if person.number in officers or READERS & set(person.roles):
            keys |= {held.hpke for held in person.credentials if held.until is None}
    return tuple(sorted(keys))


def seal_pending(
    session: Session,
    journal: JournalStore,
    index: RosterIndex,
    device: UUID,
    unit: str,
    signer: Signer,
    now: datetime,
    entropy: Callable[[int], bytes] = os.urandom,
) -> int:
    """Seal every own entry that stands in no bundle yet; how many bundles were made. In the caller's transaction."""
    made = 0
    for aggregate in (UUID(bytes=name) for name in journal.loose(session)):
        entries = journal.loose_of(session, aggregate)
        header = BundleHeader(
            v=1,
            device=device,
            unit=unit,
            first_seq=entries[0].seq,
            last_seq=entries[-1].seq,
            head=entries[-1].hash,
            blobs=tuple(_blobs(entries)),
            made_at=now,
            suite=HYBRID,
        )
        whole = journal.entries(session, aggregate)
        officers = _officers(whole, aggregate)
        if any(isinstance(entry.body, EVERYBODYS) for entry in whole):
            officers |= {person.number for person in index.roster.people}
        bundle = seal_bundle(
            aggregate,
            [entry.data for entry in entries],
            header,
            recipients_for(index, officers, now),
            index.roster.recovery,
            signer,
            entropy,
        )
        urgent = any(_decides(entry) for entry in entries)
        enqueue(session, bundle, aggregate.bytes, urgent, now)
        journal.mark_bundled(session, entries, bundle.digest)
        made += 1
    return made


def _decides(entry: Entry) -> bool:
    """Goes before everything else."""
    body = entry.body
    return isinstance(body, DecisionIssued | RelayAcknowledged) or (
        isinstance(body, ActDone) and body.effect.slot == DECISION
    )


def _blobs(entries: tuple[Entry, ...]) -> list[BlobRef]:
    found = {entry.body.blob: entry.body.sealed_size for entry in entries if isinstance(entry.body, EvidenceAdded)}
    return [BlobRef(digest=name, size=size) for name, size in sorted(found.items())]


def _officers(entries: tuple[Entry, ...], aggregate: UUID) -> set[str]:
    case = fold_case(aggregate, entries)
    named = {entry.certificate for entry in entries} | {case.officer}
    if case.decision is not None:
        named |= {shown.number for shown in case.decision.act.officers}
    for entry in entries:
        if isinstance(entry.body, InspectionPlanned):  # whoever was drawn or chosen has to have the plan
            named |= {one.number for one in entry.body.officers}
    return named - {""}
