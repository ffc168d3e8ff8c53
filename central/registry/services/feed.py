"""The relay's feed for the registry's key, and the bundles that it names."""

from __future__ import annotations

from collections.abc import Callable

from enforcement.exchange import Feed, FeedItem
from enforcement.sealing import Decryptor
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes

Get = Callable[[str, dict[str, str]], bytes]


def feed_from(get: Get, opener: Decryptor, after: int, wait: float = 0) -> Feed:
    """A page of it. Raises KnownError(relay.*)."""
    query = {"after": str(after), "for": opener.recipient_id.hex(), "wait": f"{wait:g}"}
    feed = from_bytes(Feed, get("/v1/feed", query))
    if any(item.index < after for item in feed.items):
        raise KnownError("relay.rubbish", why="a feed that goes back")
    return feed


def bundle_of(get: Get, item: FeedItem) -> bytes:
    """Raises KnownError(relay.*)."""
    data = get(f"/v1/bundles/{item.digest.hex()}", {})
    if digest(data) != item.digest:
        raise KnownError("relay.rubbish", why="another bundle than the feed names")
    return data
