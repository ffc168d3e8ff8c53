"""One step of synchronization, in the order that loses nothing: seal, send, check receipts, say who we are, take in.

Each part fails for itself: a relay that refuses one bundle still hands out the others. Whatever is true of the queue after a
step is in the store before the step returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from desktop.store import Database, JournalStore
from desktop.store import authority as authority_data
from desktop.store import outbox as queue
from desktop.store.blobs import BlobFolder
from desktop.store.kept import CONTACT, CURSOR, DEVICES, HEAD, PROBLEM, TIME, KeptHead, keep, kept
from desktop.store.models import BlobRow
from desktop.sync.incoming import take_in_bundle
from desktop.sync.outgoing import seal_pending
from desktop.sync.transport import WAITS, Transport
from enforcement.credentials import RosterIndex
from enforcement.exchange import (
    LIMITS,
    BlobStates,
    Devices,
    DeviceStatus,
    Feed,
    Outcome,
    Outcomes,
    PostBundles,
    TreeHead,
    WantBlobs,
    check_receipt,
    check_tree_head,
    sign_status,
)
from enforcement.exchange.merkle import verify_consistency
from enforcement.journal import TimeEvidence
from enforcement.sealing import BlobRef, Decryptor
from enforcement.values.clock import Clock, from_ms
from enforcement.values.cose import Signer, key_id
from enforcement.values.errors import CODES, KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

AUTHORITY = "authority."
BATCH = 16
NAMES = {number: name for name, number in CODES.items()}


class ConsistencyPath(Record):
    """The answer of /v1/log/consistency."""

    path: tuple[bytes, ...]


@dataclass
class StepResult:
    """What a step came to. `problem` is the first thing that went wrong with the relay as a whole."""

    sealed: int = 0
    accepted: int = 0
    refused: int = 0
    entries_in: int = 0
    blobs_in: int = 0
    authority_new: bool = False
    problem: KnownError | None = None
    item_problems: list[KnownError] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.sealed or self.accepted or self.refused or self.entries_in or self.blobs_in)


@dataclass
class Engine:
    """Everything that a step needs. `metered` holds photographs back."""

    database: Database
    blobs: BlobFolder
    journal: JournalStore
    index: RosterIndex
    device: UUID
    unit: str
    device_signer: Signer
    decryptor: Decryptor
    transport: Transport
    clock: Clock
    metered: bool = False

    def step(self, wait: float = 0) -> StepResult:
        """One round; `wait` seconds of long poll when there is nothing else to do. Only bugs are raised."""
        result = StepResult()
        try:
            result.sealed = self.seal()
            self._check_log()
            self._authority(result)
            self._wake_after_silence()
            self._send(result)
            self._say_who_we_are()
            self._take_in(result, wait if not result.changed else 0)
            self._fetch_blobs(result)
            self._devices()
        except KnownError as error:
            result.problem = error
        with self.database.write() as session:
            keep(session, PROBLEM, (result.problem.code if result.problem else "").encode())
        return result

    def _wake_after_silence(self) -> None:
        """The relay answers again: nothing has to wait out its back-off."""
        with self.database.write() as session:
            problem = (kept(session, PROBLEM) or b"").decode()
            if problem and not problem.startswith(AUTHORITY) and problem not in WAITS:
                queue.wake_all(session)

    def seal(self) -> int:
        """Seal what has been written since; works with no network."""
        with self.database.write() as session:
            return seal_pending(
                session, self.journal, self.index, self.device, self.unit, self.device_signer, self.clock.now()
            )

    def _authority(self, result: StepResult) -> None:
        """A newer set. One that is refused is told, and nothing of it taken; cases are sent all the same, sealed for whom the set
        that is trusted names.
        """
        now = self.clock.now()
        try:
            with self.database.write() as session:
                result.authority_new = authority_data.refresh(session, self.device, self.transport.public, now)
        except KnownError as error:
            if not error.code.startswith(AUTHORITY):
                raise
            result.problem = error

    def _send(self, result: StepResult) -> None:
        for _ in range(64):
            now = self.clock.now()
            with self.database.read() as session:
                items = queue.due(session, now, BATCH)
            ready = [item for item in items if self._blobs_there(item, result)]
            if not ready:
                return
            posted = PostBundles(bundles=tuple(item.data for item in ready))
            with self.database.write() as session:
                for item in ready:
                    queue.mark_sent(session, item.digest, sum(ref.size for ref in item.blobs))
            try:
                answer = from_bytes(Outcomes, self._call("POST", "/v1/bundles", body=to_bytes(posted)))
            except KnownError as error:
                self._all_failed(ready, error)
                raise
            by_digest = {outcome.digest: outcome for outcome in answer.outcomes}
            with self.database.write() as session:
                for item in ready:
                    problem, index, receipt = self._judge(item, by_digest.get(item.digest))
                    if problem is None:
                        queue.mark_accepted(session, item.digest, receipt, index)
                        result.accepted += 1
                    else:
                        final = problem.code in ("relay.refused", "relay.too_large", "bundle.altered")
                        queue.mark_failed(session, item.digest, problem, now, final)
                        result.refused += final
                        result.item_problems.append(problem)

    def _judge(self, item: queue.Waiting, outcome: Outcome | None) -> tuple[KnownError | None, int, bytes]:
        if outcome is None:
            return KnownError("relay.rubbish", why="no outcome for a bundle"), 0, b""
        if outcome.missing:
            return KnownError("relay.busy", why="attachments on the way"), 0, b""
        if outcome.code != 0:
            return KnownError("relay.refused", reason=NAMES.get(outcome.code, str(outcome.code))), 0, b""
        try:
            receipt = check_receipt(outcome.receipt, item.digest, self._relay_key)
        except KnownError as error:
            return error, 0, b""
        return None, receipt.index, outcome.receipt

    def _blobs_there(self, item: queue.Waiting, result: StepResult) -> bool:
        if not item.blobs:
            return True
        if self.metered:
            return False
        try:
            want = WantBlobs(digests=tuple(ref.digest for ref in item.blobs))
            states = from_bytes(BlobStates, self._call("POST", "/v1/blobs/missing", body=to_bytes(want)))
            have = {state.digest: state for state in states.blobs}
            for ref in item.blobs:
                state = have.get(ref.digest)
                if state is None:
                    raise KnownError("relay.rubbish", why="no state for an attachment")
                if not state.whole:
                    self._upload(item, ref, state.have)
        except KnownError as error:
            with self.database.write() as session:
                queue.mark_failed(session, item.digest, error, self.clock.now(), final=error.code == "relay.too_large")
            result.item_problems.append(error)
            if error.code in ("relay.unreachable", "relay.rubbish"):
                raise
            return False
        return True

    def _upload(self, item: queue.Waiting, ref: BlobRef, have: int) -> None:
        """Piece by piece from where the relay stands; sealed bytes are sent as they lie on disk."""
        with self.blobs.open(ref.digest) as file:
            while have < ref.size:
                file.seek(have)
                piece = file.read(LIMITS.piece)
                query = {"offset": str(have), "total": str(ref.size)}
                data = self._call("PUT", f"/v1/blobs/{ref.digest.hex()}", query=query, body=piece)
                states = from_bytes(BlobStates, data).blobs
                if len(states) != 1 or states[0].have <= have:
                    raise KnownError("relay.rubbish", why="an attachment does not grow")
                have = states[0].have
                with self.database.write() as session:
                    queue.mark_sent(session, item.digest, have)

    def _all_failed(self, items: list[queue.Waiting], error: KnownError) -> None:
        with self.database.write() as session:
            for item in items:
                queue.mark_failed(session, item.digest, error, self.clock.now(), final=False)

    def _check_log(self) -> None:
        """The log may only grow. A relay that forgot or rewrote something is caught here."""
        head = check_tree_head(self._call("GET", "/v1/log/head"), self._relay_key)
        with self.database.read() as session:
            data = kept(session, HEAD)
        old = None if data is None else from_bytes(KeptHead, data)
        ok = old is None or self._consistent(old, head)
        now = self.clock.now()
        with self.database.write() as session:
            if ok:
                keep(session, HEAD, to_bytes(KeptHead(size=head.size, root=head.root)))
            elif old is not None:
                keep(session, HEAD, to_bytes(KeptHead(size=old.size, root=old.root, consistent=False)))
            offset = (now - head.at) // timedelta(milliseconds=1)
            keep(session, TIME, to_bytes(TimeEvidence(source="relay", at=head.at, offset_ms=offset)))
            keep(session, CONTACT, now.isoformat().encode())
        if not ok:
            raise KnownError("log.inconsistent", old=old.size if old else 0, new=head.size)

    def _consistent(self, old: KeptHead, head: TreeHead) -> bool:
        if head.size < old.size:
            return False
        if old.size in (0, head.size):
            return old.size == 0 or head.root == old.root
        query = {"from": str(old.size), "to": str(head.size)}
        proof = from_bytes(ConsistencyPath, self._call("GET", "/v1/log/consistency", query=query))
        return verify_consistency(old.size, head.size, proof.path, old.root, head.root)

    def _say_who_we_are(self) -> None:
        with self.database.read() as session:
            seq, head = self.journal.device_head(session, self.device)
            waiting, _, refused, oldest = queue.counts(session)
        status = DeviceStatus(
            device=self.device,
            seq=seq,
            head=head,
            waiting=waiting + refused,
            oldest=None if oldest is None else from_ms(oldest),
            at=self.clock.now(),
        )
        self._call("POST", "/v1/devices/status", body=sign_status(status, self.device_signer))

    def _take_in(self, result: StepResult, wait: float) -> None:
        place = f"{CURSOR}/{self.decryptor.recipient_id.hex()}"
        for round_ in range(64):
            with self.database.read() as session:
                cursor = int((kept(session, place) or b"0").decode())
            patience = wait if round_ == 0 else 0
            query = {"after": str(cursor), "for": self.decryptor.recipient_id.hex(), "wait": f"{patience:g}"}
            feed = from_bytes(Feed, self._call("GET", "/v1/feed", query=query, wait=patience))
            if not feed.items:
                return
            for item in feed.items:
                data = self._call("GET", f"/v1/bundles/{item.digest.hex()}")
                with self.database.write() as session:
                    taken = take_in_bundle(session, self.journal, self.index, self.decryptor, data, self.clock.now())
                    keep(session, place, str(item.index + 1).encode())
                result.entries_in += taken.entries

    def _fetch_blobs(self, result: StepResult) -> None:
        if self.metered:
            return
        with self.database.read() as session:
            missing = list(session.scalars(select(BlobRow.digest).where(BlobRow.present.is_(False)).limit(BATCH)))
        for name in missing:
            if not self.blobs.has(name):
                with self.blobs.writing() as (write, finish):
                    for chunk in self._download(name):
                        write(chunk)
                    if finish() != name:
                        raise KnownError("digest.mismatch", digest=name.hex())
            with self.database.write() as session:
                row = session.get(BlobRow, name)
                if row is not None:
                    row.present = True
            result.blobs_in += 1

    def _download(self, name: bytes) -> Iterator[bytes]:
        return self.transport.stream(f"/v1/blobs/{name.hex()}", {"offset": "0"})

    def _devices(self) -> None:
        data = self._call("GET", "/v1/devices")
        from_bytes(Devices, data)
        with self.database.write() as session:
            keep(session, DEVICES, data)

    def _relay_key(self, kid: bytes) -> Ed25519PublicKey | None:
        for raw in self.index.roster.relay_keys:
            key = Ed25519PublicKey.from_public_bytes(raw)
            if key_id(key) == kid:
                return key
        return None

    def _call(
        self, method: str, path: str, query: dict[str, str] | None = None, body: bytes = b"", wait: float = 0
    ) -> bytes:
        try:
            return self.transport.call(method, path, query, body, wait)
        except KnownError as error:
            if error.code.startswith("encoding."):
                raise KnownError("relay.rubbish", why=error.code) from error
            raise
