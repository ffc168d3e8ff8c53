"""Sending: as many bundles in a request as the line takes, with their small blobs; large blobs first, piece by piece."""

from __future__ import annotations

import time
from collections.abc import Iterable

from sqlalchemy.orm import Session

from desktop.store import outbox as queue
from desktop.store.kept import BLOBS_AGAIN, CONFIRMED, WRITTEN, forget, keep_number, kept, number_kept
from desktop.sync.line import GAVE_UP, Line, StepResult, as_rubbish
from enforcement.exchange import (
    LIMITS,
    BlobState,
    BlobStates,
    Outcome,
    Outcomes,
    PostBundles,
    WantBlobs,
    check_receipt,
)
from enforcement.sealing import BlobRef
from enforcement.values.errors import CODES, KnownError
from enforcement.values.shapes import from_bytes, to_bytes

NAMES = {number: name for name, number in CODES.items()}
FINAL = ("relay.refused", "relay.too_large", "bundle.altered")
LONGEST_UPLOAD = 20.0
"""Seconds that large blobs may take of one step: then whatever was written since goes first."""
ROUNDS, ROWS = 256, 200


class _Slice(Exception):
    """The time for large blobs in this step is over."""


class Sending:
    """What leaves in one step."""

    def __init__(self, line: Line, result: StepResult) -> None:
        self.line, self.result = line, result
        self._uploading_until: float | None = None
        self._most = LIMITS.bundles_in_request

    def run(self) -> None:
        """Until nothing is due. Raises KnownError when the relay as a whole does not do what it should."""
        with self.line.database.read() as session:
            turned = queue.metered_turned(session, self.line.metered)
        if turned:
            with self.line.database.write() as session:
                queue.turn_metered(session, self.line.metered)
        for _ in range(ROUNDS):
            with self.line.database.read() as session:
                items = queue.due(session, self.line.clock.now(), self._most, without_blobs=self.line.metered)
            if not items:
                break
            try:
                self._some(items)
            except _Slice:
                return

    def _some(self, items: list[queue.Waiting]) -> None:
        """Send the first of these, as many as go into one request."""
        states = self._states(items)
        batch: list[queue.Waiting] = []
        inline: dict[bytes, bytes] = {}
        size = 0
        for item in items:
            lacking = [ref for ref in item.blobs if not _whole(states, ref)]
            large = [ref for ref in lacking if ref.size > LIMITS.small_blob]
            weight = len(item.data) + sum(ref.size for ref in lacking if ref not in large)
            if batch and (large or size + weight > self.line.pace.size):
                break
            try:
                for ref in large:
                    self._upload(item, ref, states[ref.digest].have)
                inline |= {ref.digest: self._bytes_of(ref) for ref in lacking if ref not in large}
            except KnownError as error:
                self._failed([item], error)
                if error.code in (*GAVE_UP, "relay.rubbish"):
                    raise
                return
            batch.append(item)
            size += weight
        self._post(batch, inline)

    def _post(self, batch: list[queue.Waiting], inline: dict[bytes, bytes]) -> None:
        posted = PostBundles(bundles=tuple(item.data for item in batch), blobs=tuple(inline.values()))
        with self.line.database.write() as session:
            for item in batch:
                queue.mark_sent(session, item.digest, 0)
        try:
            answer = from_bytes(Outcomes, self.line.call("POST", "/v1/bundles", body=to_bytes(posted)))
        except KnownError as caught:
            error = as_rubbish(caught)
            if (
                error.code == "relay.too_large" and len(batch) > 1
            ):  # this relay takes fewer at a time; none of them is to blame
                self._most = len(batch) // 2
                return
            self._failed(batch, error)
            raise error from caught
        self.settle(batch, answer.outcomes)

    def settle(self, batch: list[queue.Waiting], outcomes: Iterable[Outcome]) -> None:
        """What became of each: a receipt that was checked, or the reason."""
        by_digest = {outcome.digest: outcome for outcome in outcomes}
        with self.line.database.write() as session:
            for item in batch:
                problem, index, receipt = self._judge(item, by_digest.get(item.digest))
                if problem is None:
                    queue.mark_accepted(session, item.digest, receipt, index)
                    forget(session, WRITTEN + item.digest.hex())
                    if index < number_kept(session, CONFIRMED):  # it had been there before
                        keep_number(session, CONFIRMED, index)
                    self.result.accepted += 1
                else:
                    self._mark(session, item, problem)

    def _failed(self, items: list[queue.Waiting], error: KnownError) -> None:
        with self.line.database.write() as session:
            for item in items:
                self._mark(session, item, error)

    def _mark(self, session: Session, item: queue.Waiting, error: KnownError) -> None:
        final = error.code in FINAL
        queue.mark_failed(session, item.digest, error, self.line.clock.now(), final)
        self.result.refused += final
        self.result.item_problems.append(error)

    def _judge(self, item: queue.Waiting, outcome: Outcome | None) -> tuple[KnownError | None, int, bytes]:
        if outcome is None:
            return KnownError("relay.rubbish", why="no outcome for a bundle"), 0, b""
        if outcome.missing:
            return KnownError("relay.busy", why="attachments on the way"), 0, b""
        if outcome.code != 0:
            return KnownError("relay.refused", reason=NAMES.get(outcome.code, str(outcome.code))), 0, b""
        try:
            receipt = check_receipt(outcome.receipt, item.digest, self.line.relay_key)
        except KnownError as error:
            return error, 0, b""
        return None, receipt.index, outcome.receipt

    def _states(self, items: list[queue.Waiting]) -> dict[bytes, BlobState]:
        """How much the relay holds of blobs that it may hold something of; nothing is asked where all is new and small."""
        names = {ref.digest: None for item in items for ref in item.blobs if item.tried or ref.size > LIMITS.small_blob}
        return self._ask(list(names)[: LIMITS.digests_in_request])

    def _ask(self, names: list[bytes]) -> dict[bytes, BlobState]:
        if not names:
            return {}
        want = to_bytes(WantBlobs(digests=tuple(names)))
        try:
            states = from_bytes(BlobStates, self.line.call("POST", "/v1/blobs/missing", body=want)).blobs
        except KnownError as error:
            raise as_rubbish(error) from error
        found = {state.digest: state for state in states}
        if any(name not in found for name in names):
            raise KnownError("relay.rubbish", why="no state for an attachment")
        return found

    def _bytes_of(self, ref: BlobRef) -> bytes:
        with self.line.blobs.open(ref.digest) as file:
            return file.read()

    def _upload(self, item: queue.Waiting | None, ref: BlobRef, have: int) -> None:
        """Piece by piece from where the relay stands; sealed bytes are sent as they lie on disk."""
        if self._uploading_until is None:
            self._uploading_until = time.monotonic() + LONGEST_UPLOAD
        with self.line.blobs.open(ref.digest) as file:
            while have < ref.size:
                if time.monotonic() > self._uploading_until:
                    raise _Slice
                file.seek(have)
                piece = file.read(min(LIMITS.piece, self.line.pace.size))
                query = {"offset": str(have), "total": str(ref.size)}
                data = self.line.call("PUT", f"/v1/blobs/{ref.digest.hex()}", query=query, body=piece)
                states = from_bytes(BlobStates, data).blobs
                if len(states) != 1 or states[0].have <= have:
                    raise KnownError("relay.rubbish", why="an attachment does not grow")
                have = states[0].have
                if item is not None:
                    with self.line.database.write() as session:
                        queue.mark_sent(session, item.digest, have)

    def blobs_again(self) -> None:
        """After the relay was restored: what it has receipts for may lack its blobs."""
        with self.line.database.read() as session:
            if kept(session, BLOBS_AGAIN) is None:
                return
            rows = queue.with_blobs(session, number_kept(session, BLOBS_AGAIN), ROWS)
        refs = {ref.digest: ref for _, item in rows for ref in item.blobs if self.line.blobs.has(ref.digest)}
        states = self._ask(list(refs)[: LIMITS.digests_in_request])
        try:
            for name, state in states.items():
                if not state.whole:
                    self._upload(None, refs[name], state.have)
        except _Slice:
            return
        with self.line.database.write() as session:
            if rows:
                keep_number(session, BLOBS_AGAIN, rows[-1][0])
            else:
                forget(session, BLOBS_AGAIN)


def _whole(states: dict[bytes, BlobState], ref: BlobRef) -> bool:
    state = states.get(ref.digest)
    return state is not None and state.whole
