"""A supervisor's word, in a log that does not continue the one watched, that its loss is known and from which head on it is watched.

The log itself is not trusted for it. What is looked for proves itself: an entry under the signature of somebody who was a supervisor at its
instant, in a bundle under the signature of their device, naming a head that stands in the log that is shown now and is later than the last
good one (docs/decisions/0011-relay-restored.md).
"""

from __future__ import annotations

from collections.abc import Iterator

from central.registry.services.feed import Get, bundle_of, feed_from
from central.registry.services.judging import tables
from central.registry.services.log import continues
from central.registry.services.people import person_doubts
from central.registry.services.trusted import Trusted
from enforcement.exchange import FeedItem, TreeHead
from enforcement.journal import Entry, read_entry
from enforcement.journal.relay_acts import RELAY_LOG, RelayAcknowledged
from enforcement.sealing import Decryptor, open_bundle
from enforcement.values.errors import KnownError


def acknowledged(
    get: Get, trusted: Trusted, opener: Decryptor, old: TreeHead, head: TreeHead, passed_over: set[bytes]
) -> RelayAcknowledged | None:
    """The first such word in the relay's feed. `passed_over` are names that need no looking at; those that were looked at in vain join
    them. Raises KnownError(relay.*).
    """
    for item in _items(get, opener):
        if item.digest in passed_over:
            continue
        for entry in _entries(bundle_of(get, item), trusted, opener):
            act = entry.body
            if not isinstance(act, RelayAcknowledged) or act.at < old.at:
                continue
            if any(person_doubts(entry, trusted, tables().profile, "")):
                continue
            if continues(TreeHead(size=act.size, root=act.root, at=act.at), head, get):
                return act
        passed_over.add(item.digest)
    return None


def _items(get: Get, opener: Decryptor) -> Iterator[FeedItem]:
    after = 0
    while items := feed_from(get, opener, after).items:
        yield from items
        after = items[-1].index + 1


def _entries(data: bytes, trusted: Trusted, opener: Decryptor) -> list[Entry]:
    """Those of a bundle that speaks of the relay; none where anything of it does not hold."""
    try:
        opened = open_bundle(data, trusted.index.device_key, opener)
        if opened.aggregate != RELAY_LOG:
            return []
        entries = [read_entry(raw, trusted.index.officer_key) for raw in opened.entries]
    except KnownError:
        return []
    return [one for one in entries if one.aggregate == RELAY_LOG and one.device == opened.header.device]
