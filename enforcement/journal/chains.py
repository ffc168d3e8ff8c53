"""Chains and the graph: what order entries have, what is missing, where a device has forked.

- A device's sequence has no gap; each entry names its predecessor's hash. A cut-off or altered entry shows.
- The parents of an aggregate's entries form a DAG. Fold order is causal; ties are broken by entry hash, the same everywhere.
- An entry of which a parent has not arrived waits; nothing is folded past a hole.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from enforcement.journal.entry import NO_ENTRY, Entry


@dataclass(frozen=True)
class Fault:
    """Something wrong in a device's chain at `seq`: missing, forked (two entries) or broken (prev does not match)."""

    kind: Literal["missing", "forked", "broken"]
    seq: int


@dataclass(frozen=True)
class ChainState:
    """A device's chain: the last entry that is joined to the first without a hole, the highest seen, the faults."""

    device: UUID
    joined: int
    highest: int
    head: bytes
    faults: tuple[Fault, ...]


def check_chain(device: UUID, links: Iterable[tuple[int, bytes, bytes]]) -> ChainState:
    """Walk (seq, hash, prev) of one device in any order."""
    by_seq: dict[int, list[tuple[bytes, bytes]]] = {}
    for seq, hash_, prev in links:
        pair = (hash_, prev)
        if pair not in by_seq.setdefault(seq, []):
            by_seq[seq].append(pair)
    highest = max(by_seq, default=0)
    faults: list[Fault] = []
    joined, head, whole = 0, NO_ENTRY, True
    for seq in range(1, highest + 1):
        found = by_seq.get(seq, [])
        if not found:
            faults.append(Fault("missing", seq))
            whole = False
            continue
        if len(found) > 1:
            faults.append(Fault("forked", seq))
        before = {hash_ for hash_, _ in by_seq.get(seq - 1, [])} if seq > 1 else {NO_ENTRY}
        if before and not any(prev in before for _, prev in found):
            faults.append(Fault("broken", seq))
            whole = False
        if whole:
            joined, head = seq, min(hash_ for hash_, _ in found)
    return ChainState(device, joined, highest, head, tuple(faults))


def heads_of(entries: Sequence[Entry]) -> tuple[bytes, ...]:
    """Hashes of entries that no other entry names as a parent, ascending."""
    named = {parent for entry in entries for parent in entry.parents}
    return tuple(sorted(entry.hash for entry in entries if entry.hash not in named))


def in_causal_order(entries: Iterable[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """(fold order, entries that wait for a parent not yet here). Kahn's algorithm with a heap on the hash."""
    by_hash = {entry.hash: entry for entry in entries}
    waiting_for = {hash_: len(set(entry.parents)) for hash_, entry in by_hash.items()}
    children: dict[bytes, list[bytes]] = {}
    for hash_, entry in by_hash.items():
        for parent in set(entry.parents):
            children.setdefault(parent, []).append(hash_)
    ready = [hash_ for hash_, count in waiting_for.items() if count == 0]
    heapq.heapify(ready)
    ordered: list[Entry] = []
    while ready:
        hash_ = heapq.heappop(ready)
        ordered.append(by_hash[hash_])
        for child in children.get(hash_, ()):
            waiting_for[child] -= 1
            if waiting_for[child] == 0:
                heapq.heappush(ready, child)
    done = {entry.hash for entry in ordered}
    return tuple(ordered), tuple(sorted((e for h, e in by_hash.items() if h not in done), key=lambda e: e.hash))
