"""What the relay does, without HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from central.relay.directory import Directory
from central.relay.limits import RelayLimits, read_limits
from central.relay.store import Accepted, Asked, RelayStore, StoredBundle
from enforcement.credentials import DeviceInfo
from enforcement.exchange import (
    LIMITS,
    NO_DEVICES,
    BlobState,
    BlobStates,
    DeviceSeen,
    Feed,
    FeedItem,
    Outcome,
    Outcomes,
    Receipt,
    Round,
    RoundAnswer,
    RoundItem,
    SignedHeaders,
    TreeHead,
    check_request,
    read_status,
    sign_receipt,
    sign_tree_head,
)
from enforcement.exchange.merkle import consistency_path, inclusion_path, root
from enforcement.sealing import read_cover
from enforcement.values.clock import Clock, to_ms
from enforcement.values.cose import Signer
from enforcement.values.errors import CODES, KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import Record


class ConsistencyProof(Record):
    """GET /v1/log/consistency."""

    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Checked:
    """Posted bundles, each refused with an outcome or good to be logged, in their order."""

    judged: tuple[Outcome | StoredBundle, ...]

    @property
    def with_blobs(self) -> bool:
        """Whether it has to be seen that attachments are here."""
        return any(one.header.blobs for one in self.good)

    @property
    def good(self) -> tuple[StoredBundle, ...]:
        return tuple(one for one in self.judged if isinstance(one, StoredBundle))

    def outcomes(self, accepted: Sequence[Accepted]) -> Outcomes:
        """`accepted`: what became of `good`, in its order."""
        logged = iter(accepted)
        return Outcomes(
            outcomes=tuple(one if isinstance(one, Outcome) else _receipt_of(next(logged)) for one in self.judged)
        )


class Relay:
    """Takes in, logs, hands out."""

    def __init__(
        self,
        store: RelayStore,
        directory: Directory,
        signer: Signer,
        clock: Clock,
        limits: RelayLimits | None = None,
    ) -> None:
        self.store, self._directory, self._signer, self._clock = store, directory, signer, clock
        self.limits = limits or read_limits()

    def who_asks(
        self, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[SignedHeaders, DeviceInfo]:
        """Whose request it is, by its signature. Whether it may come in now is for `admit` to say."""
        key_of = self._directory.device_key
        signed = check_request(method, path, query, body, headers, key_of, self._clock.now(), LIMITS.clock_window)
        info = self._directory.device(signed.kid)
        if info is None:
            raise KnownError("device.unknown", device=signed.kid.hex()[:8])
        return signed, info

    def admit(self, asked: Sequence[Asked]) -> list[str]:
        """For each request the code of its refusal (relay.replayed, relay.too_often, relay.day_full, relay.unit_full), or nothing."""
        now = self._clock.now()
        return self.store.admit(asked, self.limits.judge, now, now - 2 * LIMITS.clock_window)

    def blob_states(self, digests: Sequence[bytes]) -> tuple[BlobState, ...]:
        """What is here of each."""
        if len(digests) > LIMITS.digests_in_request or any(len(name) != 32 for name in digests):
            raise KnownError("relay.too_large", limit=LIMITS.digests_in_request)
        return tuple(
            BlobState(digest=name, have=have, whole=whole)
            for name in digests
            for have, whole in [self.store.blob_have(name)]
        )

    def take_piece(self, unit: str, name: bytes, offset: int, total: int, body: bytes) -> BlobStates:
        """Append a piece at the right place; anywhere else only says how much is here."""
        sizes = self.limits.sizes
        if total > sizes.blob or len(body) > sizes.piece:
            raise KnownError("relay.too_large", limit=sizes.blob)
        have, whole = self.store.blob_append(name, offset, total, body)
        if whole:
            self.store.count_blob(name, unit, have)
        return BlobStates(blobs=(BlobState(digest=name, have=have, whole=whole),))

    def take_in(self, bundles: Sequence[bytes], blobs: Sequence[bytes] = (), unit: str = "") -> Outcomes:
        """Keep the small blobs, then check and log; each bundle has its own outcome, one refused never holds up another."""
        self.keep_small(unit, blobs)
        checked = self.complete(self.check(bundles))
        return checked.outcomes(self.log([checked.good])[0])

    def keep_small(self, unit: str, blobs: Sequence[bytes]) -> None:
        """Blobs that came in one request with their bundles. Raises KnownError(relay.too_large)."""
        if len(blobs) > LIMITS.digests_in_request or any(not 0 < len(blob) <= LIMITS.small_blob for blob in blobs):
            raise KnownError("relay.too_large", limit=LIMITS.small_blob)
        for blob in blobs:
            name = digest(blob)
            have, whole = self.store.blob_have(name)
            if not whole:  # a part of it may be here from a larger try
                self.take_piece(unit, name, have, len(blob), blob[have:])

    def check(self, bundles: Sequence[bytes]) -> Checked:
        """Which of them are what they say."""
        if len(bundles) > self.limits.sizes.bundles_in_request:
            raise KnownError("relay.too_large", limit=self.limits.sizes.bundles_in_request)
        return Checked(tuple(self._checked(data) for data in bundles))

    def complete(self, checked: Checked) -> Checked:
        """Without those whose attachments are not all here."""
        return Checked(tuple(one if isinstance(one, Outcome) else self._complete(one) for one in checked.judged))

    def log(self, many: Sequence[Sequence[StoredBundle]]) -> list[list[Accepted]]:
        """Log what several requests brought, in one transaction."""
        flat = [bundle for some in many for bundle in some]
        accepted = iter(self.store.accept(flat, self._receipt(), self._clock.now()))
        return [[next(accepted) for _ in some] for some in many]

    def feed(self, after: int, recipients: Sequence[bytes]) -> Feed:
        """Bundles for these recipients from index `after` on."""
        rows = self.store.feed(after, recipients, LIMITS.feed_items)
        items = tuple(FeedItem(index=index, digest=name, size=size) for index, name, size in rows)
        return Feed(items=items, cursor=items[-1].index + 1 if items else after)

    def round(self, kid: bytes, asked: Round) -> RoundAnswer:
        """Everything of one round, of one state of the log."""
        bounded(asked)
        if asked.status:
            self.take_status(kid, asked.status)
        size = self.store.size()
        rows, more = self.items(asked, asked.after, size, LIMITS.feed_items)
        items: list[RoundItem] = []
        left = min(asked.budget, LIMITS.feed_bytes)
        for index, name, length in rows:
            data = self.store.bundle(name) if length <= left else None
            if data is None and items and asked.budget:
                more = True  # the next round brings it; asked for by name it would cost a round trip of its own
                break
            left -= length if data is not None else 0
            items.append(RoundItem(index=index, digest=name, size=length, data=data or b""))
        return RoundAnswer(
            head=self.head(size),
            path=self.path(asked.size, size),
            paths=tuple(self.path(one, size) for one in asked.sizes),
            items=tuple(items),
            more=more,
            devices=() if asked.devices_since == NO_DEVICES else self.devices(asked.devices_since),
            authority=digest(self._directory.file("metadata/timestamp.json") or b""),
        )

    def tree_head(self) -> bytes:
        """The log's signed head."""
        return self.head(self.store.size())

    def items(self, asked: Round, after: int, size: int, limit: int) -> tuple[list[tuple[int, bytes, int]], bool]:
        """What of the feed lies from `after` on below `size` and is wanted; whether there is more behind it."""
        found: list[tuple[int, bytes, int]] = []
        skip = set(asked.skip)
        while True:
            rows = self.store.feed(after, asked.recipients, LIMITS.feed_items)
            found += [row for row in rows if row[0] < size and row[0] not in skip]
            if len(found) >= limit:
                return found[:limit], len(found) > limit or len(rows) == LIMITS.feed_items
            if len(rows) < LIMITS.feed_items:
                return found, False
            after = rows[-1][0] + 1

    def path(self, old: int, new: int) -> tuple[bytes, ...]:
        """Consistency from the one tree to the other; empty where there is nothing to prove."""
        return consistency_path(old, new, self.store.node) if 0 < old < new else ()

    def head(self, size: int) -> bytes:
        """The signed head of the tree of that size."""
        head = TreeHead(size=size, root=root(size, self.store.node), at=self._clock.now())
        return sign_tree_head(head, self._signer)

    def consistency(self, old: int, new: int) -> ConsistencyProof:
        """The proof that the log only grew."""
        if not old <= new <= self.store.size():
            raise KnownError("encoding.wrong_shape", why="no such trees")
        return ConsistencyProof(path=consistency_path(old, new, self.store.node))

    def take_status(self, kid: bytes, data: bytes) -> None:
        """A device's statement of itself, signed by that device."""
        status = read_status(data, self._directory.device_key)
        info = self._directory.device(kid)
        if info is None or info.device != status.device:
            raise KnownError("device.unknown", device=str(status.device))
        self.store.put_status(status.device, data, self._clock.now())

    def devices(self, since: int = 0) -> tuple[DeviceSeen, ...]:
        """Every device that spoke since that instant (ms), with what came of it."""
        found: list[DeviceSeen] = []
        received = self.store.received()
        for device, data, seen_at in self.store.statuses():
            if to_ms(seen_at) < since:
                continue
            last, forked = received.get(device, (0, False))
            found.append(DeviceSeen(device=device, status=data, seen_at=seen_at, received_last=last, forked=forked))
        return tuple(found)

    def _checked(self, data: bytes) -> StoredBundle | Outcome:
        name = digest(data)
        if len(data) > self.limits.sizes.bundle:
            return Outcome(digest=name, code=CODES["relay.too_large"])
        try:
            header, recipients = read_cover(data, self._directory.any_device_key)
        except KnownError as error:
            return Outcome(digest=name, code=error.number, words=error.code)
        return StoredBundle(name, data, header, recipients)

    def _complete(self, bundle: StoredBundle) -> Outcome | StoredBundle:
        missing = tuple(ref.digest for ref in bundle.header.blobs if not self.store.blob_have(ref.digest)[1])
        if missing:
            return Outcome(digest=bundle.digest, code=CODES["relay.refused"], missing=missing)
        return bundle

    def _receipt(self) -> Callable[[bytes, int, Callable[[int, int], bytes]], bytes]:
        at = self._clock.now()

        def sign(name: bytes, index: int, get: Callable[[int, int], bytes]) -> bytes:
            size = index + 1
            receipt = Receipt(
                bundle=name,
                index=index,
                at=at,
                size=size,
                root=root(size, get),
                path=inclusion_path(index, size, get),
            )
            return sign_receipt(receipt, self._signer)

        return sign


def bounded(asked: Round) -> None:
    """Raises KnownError(relay.too_large) or (encoding.wrong_shape) for a round that no device would ask for."""
    if (
        max(len(asked.sizes), len(asked.recipients)) > LIMITS.sizes_in_round
        or len(asked.skip) > LIMITS.digests_in_request
    ):
        raise KnownError("relay.too_large", limit=LIMITS.sizes_in_round)
    numbers = (asked.size, asked.after, asked.budget, asked.wait_ms, *asked.sizes, *asked.skip)
    if any(not 0 <= number < 1 << 62 for number in numbers) or not -1 <= asked.devices_since < 1 << 62:
        raise KnownError("encoding.wrong_shape", why="a number of the round")


def _receipt_of(known: Accepted) -> Outcome:
    return Outcome(digest=known.digest, code=0, receipt=known.receipt)
