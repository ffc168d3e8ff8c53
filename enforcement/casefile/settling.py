"""Settlements: of two entries that exclude each other a supervisor says which stands. Two supervisors may say it apart, and otherwise.

A settlement counts when its two entries are in conflict once all that count before it have been heard; the order is that of the fold, so
it is the same everywhere. One that says otherwise than another that counts conflicts with it, and is settled the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from enforcement.casefile.state import NoEffect
from enforcement.journal import Entry
from enforcement.journal.acts import ConflictSettled

Settled = Mapping[bytes, tuple[bytes, ConflictSettled]]
"""The entries that fell, each with the settlement by which it did: its entry's hash, and what it says."""


def next_settlement(
    ordered: Iterable[Entry], conflicts: Sequence[tuple[bytes, bytes]], settled: Settled
) -> Entry | None:
    """The first settlement, in fold order, of a conflict that is open."""
    if not conflicts:
        return None
    pairs = {frozenset(pair) for pair in conflicts}
    for entry in ordered:
        body = entry.body
        if (
            isinstance(body, ConflictSettled)
            and entry.hash not in settled
            and frozenset((body.stands, body.falls)) in pairs
        ):
            return entry
    return None


def with_settlement(settled: Settled, entry: Entry) -> Settled:
    """Heard as well. What fell by a settlement that falls now is up again."""
    body = entry.body
    assert isinstance(body, ConflictSettled)
    kept = {falls: by for falls, by in settled.items() if by[0] != body.falls}
    return {**kept, body.falls: (entry.hash, body)}


def check_settlement(entry: Entry, body: ConflictSettled, settled: Settled) -> None:
    """Raises NoEffect for a settlement that does not count, unless it says the same as one that does."""
    by = settled.get(body.falls)
    if by is not None and (by[0] == entry.hash or by[1].stands == body.stands):
        return
    other = settled.get(body.stands)
    if other is not None:
        raise NoEffect("another supervisor settled it otherwise", conflicts_with=other[0])
    raise NoEffect("no such conflict is open")
