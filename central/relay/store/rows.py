"""What a bundle becomes in the log: the rows of each table, made the same way by every writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from central.relay.store.protocol import Accepted, Sign, StoredBundle
from enforcement.exchange.merkle import grow, leaf_hash
from enforcement.values.clock import to_ms
from enforcement.values.errors import BugError

HASH = 32


@dataclass
class Frontier:
    """The roots of the log's complete subtrees: all that growing it and proving the newest leaf needs."""

    size: int
    nodes: dict[tuple[int, int], bytes]

    @staticmethod
    def read(size: int, data: bytes) -> Frontier:
        """From the head row; raises BugError for bytes that are not as many as the size has subtrees."""
        if len(data) != HASH * size.bit_count():
            raise BugError(f"a frontier of {len(data)} bytes for {size} leaves")
        places = _places(size)
        return Frontier(size, {place: data[n * HASH : n * HASH + HASH] for n, place in enumerate(places)})

    def written(self) -> bytes:
        """For the head row."""
        return b"".join(self.nodes[place] for place in _places(self.size))

    def get(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def append(self, digest: bytes) -> list[tuple[int, int, bytes]]:
        """The complete nodes that come to be."""
        made = grow(self.size, leaf_hash(digest), self.get)
        self.nodes.update({(level, index): hash_ for level, index, hash_ in made})
        self.size += 1
        return made


@dataclass
class Appended:
    """Rows for one transaction, by table."""

    frontier: Frontier
    bundles: list[dict[str, Any]] = field(default_factory=list)
    data: list[dict[str, Any]] = field(default_factory=list)
    recipients: list[dict[str, Any]] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)
    ends: dict[tuple[bytes, int], set[bytes]] = field(default_factory=dict)
    """(device, last sequence) -> the entries that bundles end in there, of the log and of this transaction."""

    def add(self, bundle: StoredBundle, sign: Sign, at: datetime) -> Accepted:
        """Append one bundle that is not in the log."""
        index, header = self.frontier.size, bundle.header
        for level, number, hash_ in self.frontier.append(bundle.digest):
            self.nodes.append({"level": level, "idx": number, "hash": hash_})
        receipt = sign(bundle.digest, index, self.frontier.get)
        heads = self.ends.setdefault((header.device.bytes, header.last_seq), set())
        forks = bool(heads - {header.head})
        heads.add(header.head)
        self.bundles.append(
            {
                "idx": index,
                "digest": bundle.digest,
                "device": header.device.bytes,
                "first_seq": header.first_seq,
                "last_seq": header.last_seq,
                "head": header.head,
                "size": len(bundle.data),
                "at_ms": to_ms(at),
                "receipt": receipt,
                "forks": forks,
            }
        )
        self.data.append({"idx": index, "data": bundle.data})
        self.recipients += [{"recipient": one, "idx": index} for one in sorted(set(bundle.recipients))]
        self.units[header.unit] = self.units.get(header.unit, 0) + len(bundle.data)
        return Accepted(bundle.digest, index, receipt)

    def devices(self) -> list[dict[str, Any]]:
        """What this transaction says of each device, in one order everywhere."""
        found: dict[bytes, dict[str, Any]] = {}
        for row in self.bundles:
            one = found.setdefault(row["device"], {"device": row["device"], "last_seq": 0, "forked": False})
            one["last_seq"] = max(one["last_seq"], row["last_seq"])
            one["forked"] |= row["forks"]
        return [found[device] for device in sorted(found)]


def _places(size: int) -> Sequence[tuple[int, int]]:
    """(level, index) of the complete subtrees of a log, the largest first."""
    places, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            places.append((level, start >> level))
            start += 1 << level
    return places
