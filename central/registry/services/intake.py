"""Bundles that come: kept as they came, opened, every entry's signature checked; then everything that they touch is judged again.

The same bundle twice changes nothing; a bundle that cannot be opened yet (its signer is in no roster that is known here) waits and is
tried again with the next roster; one that never can stays, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from central.registry.services.chains import judge_devices
from central.registry.services.doubts import Doubt, of_error
from central.registry.services.judging import judge
from central.registry.services.lines import month_of
from central.registry.services.recorded import replace_doubts
from central.registry.services.trusted import Trusted
from central.registry.store.models import BundleRow, EntryRow, NumberRow, RefusalRow
from enforcement.exchange import LIMITS
from enforcement.journal import Entry, read_entry, reread_entry
from enforcement.sealing import Decryptor, open_bundle
from enforcement.sealing.bundle import OpenedBundle
from enforcement.values.clock import to_ms
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

TAKEN, WAITING, REFUSED = "taken", "waiting", "refused"


@dataclass
class Touched:
    """What has to be judged again."""

    aggregates: set[UUID] = field(default_factory=set)
    came: dict[UUID, list[Entry]] = field(default_factory=dict)
    entries: int = 0
    bundles: int = 0


def take_in(
    session: Session,
    trusted: Trusted,
    opener: Decryptor,
    data: bytes,
    now: datetime,
    touched: Touched,
    *,
    came: str,
    idx: int | None = None,
) -> BundleRow:
    """Keep one bundle and take in what it holds; what it touches is added to `touched`. In the caller's transaction."""
    name = digest(data)
    if idx is not None:
        other = session.scalar(select(BundleRow.digest).where(BundleRow.idx == idx))
        if other not in (None, name):
            told = {"place": str(idx)}
            replace_doubts(
                session, f"log:{idx}", [Doubt("log.place_taken", details=told)], bundle=name, at_ms=to_ms(now)
            )
            idx = None
    row = session.get(BundleRow, name)
    if row is not None:
        if row.idx is None and idx is not None:
            row.idx = idx
        return row
    place = session.scalar(select(func.max(BundleRow.place)))
    row = BundleRow(
        digest=name, place=0 if place is None else place + 1, idx=idx, came=came, at_ms=to_ms(now), state=WAITING,
        device=None, unit="", data=data,
    )  # fmt: skip
    session.add(row)
    touched.bundles += 1
    open_row(session, trusted, opener, row, touched)
    session.flush()
    return row


def open_row(session: Session, trusted: Trusted, opener: Decryptor, row: BundleRow, touched: Touched) -> None:
    """Open a kept bundle; its state says what came of it."""
    scope = f"bundle:{row.digest.hex()}"
    try:
        if len(row.data) > LIMITS.bundle:
            raise KnownError("relay.too_large", limit=LIMITS.bundle)
        opened = open_bundle(row.data, trusted.index.device_key, opener)
        row.device, row.unit = opened.header.device.bytes, opened.header.unit
        entries = [read_entry(raw, trusted.index.officer_key) for raw in opened.entries]
        _check(opened, entries, trusted)
    except KnownError as error:
        waits = error.code == "signature.unknown_key"
        row.state = WAITING if waits else REFUSED
        doubt = of_error(error, weight="waiting" if waits else "refused")
        device = UUID(bytes=row.device) if row.device else None
        replace_doubts(session, scope, [doubt], device=device, bundle=row.digest, at_ms=row.at_ms)
        return
    row.state = TAKEN
    doubts = _header_doubts(opened, entries)
    replace_doubts(session, scope, doubts, device=opened.header.device, bundle=row.digest, at_ms=row.at_ms)
    for entry in entries:
        if session.get(EntryRow, entry.hash) is None:
            session.add(_row(entry, row))
            session.flush()
            touched.entries += 1
            touched.came.setdefault(opened.header.device, []).append(entry)
    touched.aggregates.add(opened.aggregate)


def settle(session: Session, trusted: Trusted, touched: Touched) -> None:
    """Judge what was touched. In the caller's transaction."""
    session.flush()
    numbers: set[str] = set()
    for aggregate in sorted(touched.aggregates, key=lambda one: one.bytes):
        numbers |= judge(session, aggregate, trusted)
    judge_devices(session, touched.came)
    session.flush()
    for number in sorted(numbers):
        _judge_number(session, number)


def try_again(session: Session, trusted: Trusted, opener: Decryptor, changed: Iterable[str], touched: Touched) -> None:
    """After newer data of the agency: bundles that waited are opened again; cases of people or devices of whom the roster says
    something else, and those that wait for a pack, are judged again.
    """
    for row in session.scalars(select(BundleRow).where(BundleRow.state == WAITING).order_by(BundleRow.place)):
        open_row(session, trusted, opener, row, touched)
    names = sorted(changed)
    for start in range(0, len(names), 200):
        some = names[start : start + 200]
        devices = [bytes.fromhex(one) for one in some if len(one) == 32]
        wanted = select(EntryRow.aggregate).where(EntryRow.certificate.in_(some) | EntryRow.device.in_(devices))
        touched.aggregates |= {UUID(bytes=one) for one in session.scalars(wanted.distinct())}
    again = select(RefusalRow.aggregate).where(
        RefusalRow.reason.in_(("rules.pack_unknown", "number.not_allotted")), RefusalRow.aggregate.is_not(None)
    )
    touched.aggregates |= {UUID(bytes=one) for one in session.scalars(again) if one is not None}


def _check(opened: OpenedBundle, entries: Sequence[Entry], trusted: Trusted) -> None:
    info = trusted.index.roster.device_info(opened.header.device)
    if info is None or not entries:
        raise KnownError("bundle.altered", why="no entry, or a device that the roster does not hold")
    if any(one.aggregate != opened.aggregate or one.device != opened.header.device for one in entries):
        raise KnownError("bundle.altered", why="an entry of another case or device")


def _header_doubts(opened: OpenedBundle, entries: Sequence[Entry]) -> list[Doubt]:
    """What the relay was shown must be what was sealed."""
    header, seqs = opened.header, [one.seq for one in entries]
    last = max(entries, key=lambda one: one.seq)
    if (header.first_seq, header.last_seq, header.head) != (min(seqs), max(seqs), last.hash):
        return [Doubt("bundle.header", last, "noted")]
    return []


def _judge_number(session: Session, number: str) -> None:
    """A number is used once; a paper that fell keeps its number, and so does the other."""
    rows = session.scalars(select(NumberRow).where(NumberRow.number == number).order_by(NumberRow.entry)).all()
    doubts = []
    if len(rows) > 1:
        for row in rows:
            data = session.scalar(select(EntryRow.data).where(EntryRow.hash == row.entry))
            if data is not None:
                doubts.append(Doubt("number.twice", reread_entry(data), details={"number": number}))
    if doubts:
        replace_doubts(session, f"number:{number}", doubts)
    else:
        session.execute(delete(RefusalRow).where(RefusalRow.scope == f"number:{number}"))


def _row(entry: Entry, bundle: BundleRow) -> EntryRow:
    return EntryRow(
        hash=entry.hash,
        aggregate=entry.aggregate.bytes,
        device=entry.device.bytes,
        seq=entry.seq,
        prev=entry.prev,
        kind=entry.kind,
        certificate=entry.certificate,
        unit=bundle.unit,
        month=month_of(entry.at),
        at_ms=to_ms(entry.at),
        bundle=bundle.digest,
        data=entry.data,
    )
