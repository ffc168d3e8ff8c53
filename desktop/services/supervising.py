"""The devices of the agency as their own chains and statements show them, what grows old among them, and what a supervisor may do."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

import resources
from desktop.services.changes import Done
from desktop.services.desk import Desk, done, require_text
from desktop.services.sync_shapes import DeviceAlarm, DeviceRow, PutAside
from desktop.store.kept import DEVICES, kept
from desktop.store.models import ChainRow, EntryRow, RefusedBundleRow
from enforcement.credentials import DeviceInfo
from enforcement.exchange import Devices, DeviceSeen, DeviceStatus, read_status
from enforcement.journal.device_acts import AskedAgain, ReportedLost
from enforcement.sealing.bundle import read_header
from enforcement.values.clock import from_ms
from enforcement.values.errors import CODES, KnownError
from enforcement.values.shapes import Record, from_bytes, from_plain

ASKED, REPORTED = "device.asked_again", "device.reported_lost"
SHOWN_ASIDE = 200


class Alarms(Record):
    """Beyond these a device gives a warning; hours, seconds and days, as the names say."""

    silent_hours: int
    unsent_hours: int
    clock_seconds: int
    data_days: int


@lru_cache(maxsize=1)
def alarms() -> Alarms:
    """The shipped limits."""
    return from_plain(Alarms, tomllib.loads(resources.path("sync/alarms.toml").read_text(encoding="utf-8")))


def devices(desk: Desk) -> tuple[DeviceRow, ...]:
    """Every device of the roster that writes, those with the gravest warnings first, then by label."""
    index = desk.agency.index
    with desk.database.read() as session:
        data = kept(session, DEVICES)
        chains = {row.device: row for row in session.scalars(select(ChainRow))}
        asked, reported = _acts(session, ASKED), _acts(session, REPORTED)
    aside = Counter(one.device for one in put_aside(desk))
    seen = {one.device: one for one in (() if data is None else from_bytes(Devices, data).devices)}
    now, newest, rows = desk.clock.now(), index.roster.issued_at, []
    for info in index.roster.devices:
        if info.reads_only:
            continue
        one, name = seen.get(info.device), info.device.bytes
        row = _row(info, one, _said(desk, one), chains.get(name))
        row = replace(row, asked=asked.get(name), reported=reported.get(name), aside=aside[info.device.hex])
        rows.append(replace(row, alarms=tuple(_alarms(row, now, newest))))
    order = {alarm: place for place, alarm in enumerate(DeviceAlarm.__args__)}  # type: ignore[attr-defined]
    return tuple(sorted(rows, key=lambda row: (min((order[one] for one in row.alarms), default=len(order)), row.label)))


def put_aside(desk: Desk) -> tuple[PutAside, ...]:
    """Bundles that came in and could not be used, the newest first, at most `SHOWN_ASIDE`; they are tried again by themselves with each
    newer roster.
    """
    with desk.database.read() as session:
        rows = session.execute(
            select(RefusedBundleRow.digest, RefusedBundleRow.data, RefusedBundleRow.why, RefusedBundleRow.at_ms)
            .order_by(RefusedBundleRow.at_ms.desc(), RefusedBundleRow.digest)
            .limit(SHOWN_ASIDE)
        ).all()
    found = []
    for name, data, why, at in rows:
        device, numbers = "", None
        with suppress(KnownError):
            header = read_header(data, desk.agency.index.device_key)
            device, numbers = header.device.hex, (header.first_seq, header.last_seq)
        code = next((word for word in why.split() if word in CODES), "")
        found.append(PutAside(name, from_ms(at), device, numbers, len(data), code))
    return tuple(found)


def ask_again(desk: Desk, device: UUID) -> Done[None]:
    """Ask a device to send once more what is lacking here of its chain.

    Raises KnownError(certificate.*) for anybody but a supervisor, (procedure.not_allowed) where nothing is lacking.
    """
    shown = desk.agency.require(desk.number, "supervisor", desk.clock.now())
    lacking = _of(desk, device).lacking
    if lacking is None:
        raise KnownError("procedure.not_allowed", why="nothing is lacking of that device", basis="")
    with desk.database.write() as session:
        desk.append(session, device, AskedAgain(first=lacking[0], last=lacking[1], shown=shown))
    return done(None, "devices", "queue")


def report_lost(desk: Desk, device: UUID, words: str) -> Done[None]:
    """Put on record that a device is lost, for the office that suspends it.

    Raises KnownError(certificate.*) for anybody but a supervisor, (procedure.not_allowed) for a device that is lost already or this one.
    """
    words = require_text(words, "words")
    shown = desk.agency.require(desk.number, "supervisor", desk.clock.now())
    row = _of(desk, device)
    if row.state == "lost" or row.reported is not None:
        raise KnownError("procedure.not_allowed", why="that device was reported lost before", basis="")
    if device == desk.device:
        raise KnownError("procedure.not_allowed", why="this is the device itself", basis="")
    with desk.database.write() as session:
        desk.append(session, device, ReportedLost(words=words, shown=shown))
    return done(None, "devices", "queue")


def _of(desk: Desk, device: UUID) -> DeviceRow:
    row = next((one for one in devices(desk) if one.device == device.hex), None)
    if row is None:
        raise KnownError("device.unknown", device=str(device))
    return row


def _acts(session: Session, kind: str) -> Mapping[bytes, datetime]:
    """When an act of that kind was last done to each device."""
    rows = session.execute(
        select(EntryRow.aggregate, EntryRow.at_ms).where(EntryRow.kind == kind).order_by(EntryRow.at_ms)
    )
    return {device: from_ms(at) for device, at in rows}


def _said(desk: Desk, seen: DeviceSeen | None) -> DeviceStatus | None:
    """The statement that the device itself signed, and no other."""
    if seen is None:
        return None
    try:
        status = read_status(seen.status, desk.agency.index.device_key)
    except KnownError:
        return None
    return status if status.device == seen.device else None


def _row(info: DeviceInfo, seen: DeviceSeen | None, said: DeviceStatus | None, chain: ChainRow | None) -> DeviceRow:
    missing = [int(seq) for seq in chain.missing.split(",") if seq] if chain is not None else []
    highest = chain.highest if chain is not None else 0
    announced = said.seq if said is not None else 0
    return DeviceRow(
        device=info.device.hex,
        label=info.label,
        last_seen=(said.at if said is not None and said.carried else seen.seen_at) if seen is not None else None,
        unsent=None if missing else max(announced - highest, 0),
        announced_seq=announced,
        received_seq=highest,
        gaps=_spans(missing),
        forked=bool(chain is not None and chain.forked) or bool(seen is not None and seen.forked),
        state=info.state,
        since=info.since,
        reason=info.reason,
        unit=info.unit,
        waiting=said.waiting if said is not None else 0,
        refused=said.refused if said is not None else 0,
        oldest=said.oldest if said is not None else None,
        clock_seconds=_clock_seconds(seen, said),
        roster_at=said.roster_at if said is not None else None,
    )


def _clock_seconds(seen: DeviceSeen | None, said: DeviceStatus | None) -> int:
    """What came by courier was days under way, which says nothing of a clock."""
    if seen is None or said is None or said.carried:
        return 0
    return int((said.at - seen.seen_at).total_seconds())


def _alarms(row: DeviceRow, now: datetime, newest: datetime) -> Iterator[DeviceAlarm]:
    """The gravest first."""
    limits = alarms()
    if row.state == "lost" or row.reported is not None:
        yield "lost"
    if row.forked:
        yield "fork"
    if row.gaps:
        yield "gap"
    if row.aside:
        yield "aside"
    if row.last_seen is None:
        yield "never"
    elif now - row.last_seen > timedelta(hours=limits.silent_hours):
        yield "silent"
    if row.refused:
        yield "refused"
    if row.oldest is not None and now - row.oldest > timedelta(hours=limits.unsent_hours):
        yield "unsent"
    if abs(row.clock_seconds) > limits.clock_seconds:
        yield "clock"
    if row.roster_at is not None and row.roster_at < newest < now - timedelta(days=limits.data_days):
        yield "data"


def _spans(numbers: Sequence[int]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return tuple(spans)
