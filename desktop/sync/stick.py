"""A transport that answers from a stick: rounds from the relay's signed answer, bundles, blobs and the agency's set from its files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from desktop.platform.courier import CourierFolder
from desktop.sync.transport import LARGEST_PUBLIC
from enforcement.exchange import LIMITS, Round, RoundAnswer, RoundItem, courier
from enforcement.exchange.receipt import TreeHead
from enforcement.values.clock import to_ms
from enforcement.values.cose import peek1
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes, to_bytes


class StickTransport:
    """`answer` was checked to be the relay's. `known`: bundles of its feeds that this device has already."""

    def __init__(self, folder: CourierFolder) -> None:
        self._folder = folder
        self.answer: courier.Answer | None = None
        self.known: set[bytes] = set()
        self.head_at: datetime | None = None
        self.owed: frozenset[int] = frozenset()
        """Trees that the question named to which the relay says it answers."""
        self.spent = False
        """Nothing more of the feed that was asked for last lies here."""

    def call(
        self, method: str, path: str, query: dict[str, str] | None = None, body: bytes = b"", wait: float = 0
    ) -> bytes:
        """Raises KnownError(courier.other_answer) for a state of this device that the answer does not fit, (relay.missing),
        (courier.gone).
        """
        if (method, path) == ("POST", "/v1/round") and self.answer is not None:
            return to_bytes(self._round(self.answer, from_bytes(Round, body)))
        raise KnownError("relay.missing", what=path)

    def stream(self, path: str, query: dict[str, str]) -> Iterator[bytes]:
        """A blob from an offset on; nobody has checked it yet."""
        name = bytes.fromhex(path.rpartition("/")[2])
        return self._folder.pieces(courier.BLOBS, name, int(query["offset"]))

    def public(self, path: str) -> bytes | None:
        """A file of the agency's published set; never one outside its folder."""
        parts = path.split("/")
        if any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts):
            return None
        return self._folder.read(courier.AUTHORITY, path, LARGEST_PUBLIC)

    def _round(self, answer: courier.Answer, asked: Round) -> RoundAnswer:
        head = from_bytes(TreeHead, peek1(answer.head).payload)
        paths = dict(zip(answer.sizes, answer.paths, strict=True))
        if asked.size > head.size and self.head_at is not None and head.at <= self.head_at:
            raise KnownError("courier.other_answer")  # an older look at the same log
        if 0 < asked.size < head.size and asked.size not in paths:
            if asked.size in self.owed:
                raise KnownError("relay.rubbish", why="no proof of what was asked")
            raise KnownError("courier.other_answer")
        feed = next((one for one in answer.feeds if one.recipient in asked.recipients), None)
        if feed is None or asked.after < feed.after:
            raise KnownError("courier.other_answer")
        items = self._items(feed, asked)
        return RoundAnswer(
            head=answer.head,
            path=paths.get(asked.size, ()),
            paths=tuple(paths.get(size, ()) for size in asked.sizes),
            items=tuple(items),
            more=not self.spent or feed.more or self._stopped,
            devices=tuple(one for one in answer.devices if 0 <= asked.devices_since <= to_ms(one.seen_at)),
            authority=answer.authority,
        )

    def _items(self, feed: courier.CarriedFeed, asked: Round) -> list[RoundItem]:
        """What fits into one round; not past a bundle that does not lie here whole."""
        found: list[RoundItem] = []
        skip, left = set(asked.skip), LIMITS.feed_bytes
        self.spent, self._stopped = True, False
        for one in feed.items:
            if one.index < asked.after or one.index in skip:
                continue
            if len(found) == LIMITS.feed_items or (found and one.size > left):
                self.spent = False
                break
            data = b"" if one.digest in self.known else self._folder.whole(courier.BUNDLES, one.digest, LIMITS.bundle)
            if data is None:
                self._stopped = True
                break
            left -= len(data)
            found.append(RoundItem(index=one.index, digest=one.digest, size=one.size, data=data))
        return found
