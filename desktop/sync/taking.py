"""Taking in: rounds with the relay until nothing is left for this device, then the blobs that are still lacking."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple, cast

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.store import outbox as queue
from desktop.store.kept import (
    AGAIN,
    CONTACT,
    CURSOR,
    DEVICES,
    HEAD,
    SAID,
    TIME,
    KeptHead,
    keep,
    keep_number,
    kept,
    number_kept,
)
from desktop.store.models import BlobRow, EntryRow, RefusedBundleRow
from desktop.sync.gaps import look_for_gaps
from desktop.sync.incoming import take_in_bundle
from desktop.sync.line import GAVE_UP, Line, StepResult, as_rubbish
from desktop.sync.log import Questions, compare, note_heads, questions
from enforcement.exchange import (
    LIMITS,
    NO_DEVICES,
    Devices,
    DeviceSeen,
    DeviceStatus,
    Round,
    RoundAnswer,
    RoundItem,
    check_tree_head,
    read_status,
    sign_status,
)
from enforcement.journal import TimeEvidence
from enforcement.sealing import Decryptor
from enforcement.values.clock import from_ms, to_ms
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import Record, from_bytes, to_bytes

SAY_AGAIN, ASK_DEVICES, TRY_BLOB = timedelta(minutes=1), timedelta(seconds=10), timedelta(minutes=5)
TOGETHER = 16
"""Bundles taken in under one commit."""
LEAVE_FREE = 256 << 20
"""Bytes of the disk that other devices' photographs leave to the officer's own work."""
BLOBS_AT_ONCE = 16


class Said(Record):
    """What this device said of itself last, and when."""

    seq: int
    head: bytes
    waiting: int
    oldest: int | None
    at_ms: int
    refused: int = 0
    roster: int = 0


class Asking(NamedTuple):
    """What one round asks, and what it was put together from."""

    message: Round
    asked: Questions
    said: Said | None


class Taking:
    """The rounds of one step, to be closed after them; `decryptor` instead of the line's own for what was sealed to an earlier key."""

    def __init__(self, line: Line, result: StepResult, decryptor: Decryptor | None = None) -> None:
        self.line, self.result, self._decryptor = line, result, decryptor or line.decryptor
        self.authority = b""
        self.more = False
        self._under_way: tuple[Asking, Callable[[], object]] | None = None

    def round(self, budget: int, wait: float = 0, *, speak: bool = False) -> None:
        """One round, `more` and `authority` after it. `speak`: say of this device what is new; only once the log was looked at, for
        the statement names the log that this device was shown. Raises KnownError for the relay as a whole.
        """
        line, now = self.line, self.line.clock.now()
        (message, asked, said), answer = self._answered(budget, wait, speak)
        with line.database.write() as session:
            problem = self._compare(session, asked, answer)
            if said is not None:
                keep(session, SAID, to_bytes(said))
            if message.devices_since != NO_DEVICES:
                self._know_devices(session, answer.devices, now)
        self.authority, self.more = answer.authority, True
        if problem is None:
            self._ask_ahead(budget, answer)
            self._take(answer, message)
            if message.devices_since != NO_DEVICES:
                with line.database.write() as session:
                    self.more |= line.live and look_for_gaps(session, line, now)
        elif self.result.problem is not None and self.result.problem.code == problem.code:
            raise problem  # it shows another log at every look
        else:
            self.result.problem = (
                problem  # what came with it was asked for by the log of before: the next round asks anew
            )

    def close(self) -> None:
        """No request is under way after this; what it brought is asked for another time."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            with suppress(KnownError):
                under_way[1]()

    def behind(self) -> bool:
        """Whether the log goes on after what this feed was read to."""
        with self.line.database.read() as session:
            head = kept(session, HEAD)
            after = number_kept(session, self._cursor)
        return head is not None and after < from_bytes(KeptHead, head).size

    def question(self, session: Session, *, speak: bool) -> Round:
        """What a round would ask now, to be asked another way."""
        return self._asking(session, number_kept(session, self._cursor), self.line.budget, 0, speak=speak).message

    def has_to_speak(self) -> bool:
        """Whether there is something to say of this device."""
        with self.line.database.read() as session:
            return bool(self._status(session, self.line.clock.now())[0])

    def _asking(self, session: Session, after: int, budget: int, wait: float, *, speak: bool) -> Asking:
        line, now = self.line, self.line.clock.now()
        asked = questions(session, line)
        end = asked.old.size if asked.old is not None else 0
        own = queue.received_between(session, after, max(end, asked.confirmed), LIMITS.digests_in_request)
        status, said = self._status(session, now) if speak else (b"", None)
        message = Round(
            status=status,
            size=end,
            sizes=tuple(tree.size for tree in asked.trees),
            after=after,
            recipients=(self._decryptor.recipient_id,),
            skip=tuple(own),
            budget=0 if after < number_kept(session, AGAIN) else budget,
            wait_ms=int(wait * 1000),
            devices_since=self._devices_since(session, now),
        )
        return Asking(message, asked, said)

    def _answered(self, budget: int, wait: float, speak: bool) -> tuple[Asking, RoundAnswer]:
        """A question and its answer: the one under way, where there is one."""
        if self._under_way is not None:
            (asking, answer), self._under_way = self._under_way, None
            return asking, cast(RoundAnswer, answer())
        with self.line.database.read() as session:
            asking = self._asking(session, number_kept(session, self._cursor), budget, wait, speak=speak)
        return asking, self._ask(asking.message, wait)

    def _ask_ahead(self, budget: int, answer: RoundAnswer) -> None:
        """The line carries the next bundles while these are taken in; not where some of these have to be asked for by name."""
        ahead = self.line.ahead
        if ahead is None or not (answer.more and answer.items and all(item.data for item in answer.items)):
            return
        with self.line.database.read() as session:
            asking = self._asking(session, answer.items[-1].index + 1, budget, 0, speak=False)
        self._under_way = asking, ahead(lambda: self._ask(asking.message, 0))

    def _ask(self, message: Round, wait: float) -> RoundAnswer:
        try:
            data = self.line.call("POST", "/v1/round", body=to_bytes(message), wait=wait)
            return from_bytes(RoundAnswer, data)
        except KnownError as error:
            raise as_rubbish(error) from error

    def _compare(self, session: Session, asked: Questions, answer: RoundAnswer) -> KnownError | None:
        now = self.line.clock.now()
        problem = compare(session, self.line, asked, answer, now)
        if not self.line.live:
            return problem
        at = check_tree_head(answer.head, self.line.relay_key).at
        offset = (now - at) // timedelta(milliseconds=1)
        keep(session, TIME, to_bytes(TimeEvidence(source="relay", at=at, offset_ms=offset)))
        keep(session, CONTACT, now.isoformat().encode())
        return problem

    def _take(self, answer: RoundAnswer, message: Round) -> None:
        """Keep what came, in its order; where the feed goes on the next time follows what was kept."""
        with self.line.database.read() as session:
            head = kept(session, HEAD)
        size = 0 if head is None else from_bytes(KeptHead, head).size
        last = message.after - 1
        for item in answer.items:
            if not last < item.index < size or (item.data and digest(item.data) != item.digest):
                raise KnownError("relay.rubbish", why="a feed out of order")
            last = item.index
        for start in range(0, len(answer.items), TOGETHER):
            self._take_some(answer.items[start : start + TOGETHER])
        if not answer.more and size > message.after:
            with self.line.database.write() as session:
                keep_number(session, self._cursor, size)
        self.more = answer.more

    def _take_some(self, items: tuple[RoundItem, ...]) -> None:
        line = self.line
        with line.database.read() as session:
            known = {item.digest for item in items if is_here(session, item.digest)}
        pairs = [(item, item.data or line.bundle(item.digest)) for item in items if item.digest not in known]
        now, entries = line.clock.now(), 0
        with line.database.write() as session:
            for _, data in pairs:
                entries += take_in_bundle(session, line.journal, line.index, self._decryptor, data, now).entries
            keep_number(session, self._cursor, items[-1].index + 1)
        self.result.entries_in += entries

    @property
    def _cursor(self) -> str:
        return f"{CURSOR}/{self._decryptor.recipient_id.hex()}"

    def _status(self, session: Session, now: datetime) -> tuple[bytes, Said | None]:
        """The signed statement, where there is something new to say or it was said long ago."""
        line = self.line
        seq, head = line.journal.device_head(session, line.device)
        waiting, _, refused, oldest = queue.counts(session)
        roster = line.index.roster
        said = Said(
            seq=seq,
            head=head,
            waiting=waiting + refused,
            oldest=oldest,
            at_ms=to_ms(now),
            refused=refused,
            roster=roster.version,
        )
        before = kept(session, SAID)
        if before is not None:
            last = from_bytes(Said, before)
            same = to_bytes(msgspec.structs.replace(last, at_ms=said.at_ms)) == to_bytes(said)
            if same and line.live and abs(now - from_ms(last.at_ms)) < SAY_AGAIN:
                return b"", None
        log = kept(session, HEAD)
        status = DeviceStatus(
            device=line.device,
            seq=seq,
            head=head,
            waiting=said.waiting,
            oldest=None if oldest is None else from_ms(oldest),
            at=now,
            log=b"" if log is None else from_bytes(KeptHead, log).signed,
            refused=refused,
            roster_at=roster.issued_at,
            carried=not line.live,
        )
        return sign_status(status, line.device_signer), said

    def _devices_since(self, session: Session, now: datetime) -> int:
        if self.line.asked_devices is not None and abs(now - self.line.asked_devices) < ASK_DEVICES:
            return NO_DEVICES
        data = kept(session, DEVICES)
        seen = () if data is None else from_bytes(Devices, data).devices
        return max((to_ms(one.seen_at) for one in seen), default=0)

    def _know_devices(self, session: Session, found: tuple[DeviceSeen, ...], now: datetime) -> None:
        self.line.asked_devices = now
        data = kept(session, DEVICES)
        by_device = {one.device: one for one in (() if data is None else from_bytes(Devices, data).devices)}
        heads: list[bytes] = []
        for one in found:
            before = by_device.get(one.device)
            by_device[one.device] = one
            if one.device != self.line.device and (before is None or before.status != one.status):
                heads += _head_in(one, self.line)
        devices = tuple(by_device[device] for device in sorted(by_device))
        keep(session, DEVICES, to_bytes(Devices(devices=devices)))
        if heads:
            note_heads(session, self.line, heads, now)


def _head_in(one: DeviceSeen, line: Line) -> list[bytes]:
    """The tree head of a device's own statement."""
    try:
        status = read_status(one.status, line.index.device_key)
    except KnownError:
        return []
    return [status.log] if status.log and status.device == one.device else []


def is_here(session: Session, name: bytes) -> bool:
    """Whether that bundle was taken in, or put aside, before."""
    known = session.scalar(select(EntryRow.pos).where(EntryRow.bundle == name).limit(1))
    return known is not None or session.get(RefusedBundleRow, name) is not None


def room_for_blobs(line: Line) -> bool:
    """Whether the disk has room for other devices' photographs."""
    return shutil.disk_usage(line.database.profile).free >= LEAVE_FREE


def fetch_blobs(line: Line, result: StepResult) -> None:
    """Blobs that are only known by name, from where an earlier try was cut off; one that cannot be had holds up no other."""
    if line.metered or not room_for_blobs(line):
        return
    now = line.clock.now()
    with line.database.read() as session:
        lacking = [(name, size) for name, size in lacking_blobs(session) if not _put_off(line, name, now)][
            :BLOBS_AT_ONCE
        ]
    for name, size in lacking:
        try:
            fetch_blob(line, name, size, result)
        except KnownError as error:
            if error.code in GAVE_UP or error.code.startswith("store."):
                raise
            line.put_off[name] = now + TRY_BLOB
            result.item_problems.append(error)


def fetch_blob(line: Line, name: bytes, size: int, result: StepResult) -> None:
    """One of them. Raises KnownError(digest.mismatch), (relay.missing), (store.*) and what the transport raises."""
    if not line.blobs.has(name):
        _fetch(line, name, size)
    with line.database.write() as session:
        row = session.get(BlobRow, name)
        if row is not None:
            row.present = True
    result.blobs_in += 1


def lacking_blobs(session: Session) -> list[tuple[bytes, int]]:
    """(name, size) of those that are only known by name, the small ones first."""
    rows = session.execute(
        select(BlobRow.digest, BlobRow.size).where(BlobRow.present.is_(False)).order_by(BlobRow.size)
    )
    return [(name, size) for name, size in rows]


def _put_off(line: Line, name: bytes, now: datetime) -> bool:
    until = line.put_off.get(name)
    return until is not None and now < until <= now + TRY_BLOB


def _fetch(line: Line, name: bytes, size: int) -> None:
    with line.blobs.arriving(name, size) as (have, write):
        if have < size:
            for chunk in line.transport.stream(f"/v1/blobs/{name.hex()}", {"offset": str(have)}):
                write(chunk)
    if not line.blobs.has(name):
        raise KnownError("relay.missing", what=name.hex()[:16])
