"""The relay's log as this device sees it: that it only grew, that every receipt stands in it, that others are shown the same one.

A relay that was restored from an older backup and one that deceives look the same from here. Either way what was seen is kept as
evidence, a person is told until a supervisor has acknowledged it, and what the log no longer covers waits to be sent again
(docs/decisions/0011-relay-restored.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.store import outbox as queue
from desktop.store.kept import (
    AGAIN,
    BLOBS_AGAIN,
    BREAK,
    BREAKS,
    CONFIRMED,
    CURSOR,
    HEAD,
    LOST,
    SEEN,
    KeptHead,
    LogBreak,
    forget_under,
    keep,
    keep_number,
    kept,
    last_break,
    number_kept,
)
from desktop.store.models import EntryRow
from desktop.sync.line import Line
from enforcement.exchange import LIMITS, Growing, Receipt, RoundAnswer, TreeHead, check_receipt, check_tree_head
from enforcement.exchange.merkle import verify_consistency
from enforcement.journal import reread_entry
from enforcement.journal.relay_acts import RelayAcknowledged
from enforcement.values.clock import to_ms
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

RECEIPTS_AT_ONCE, RECEIPTS_BY_COURIER, HEADS_AT_ONCE = 200, 100_000, 32
OLD_HEAD = timedelta(days=7)
"""Heads that other devices saw longer ago say nothing of what the relay shows today."""


class SeenHeads(Record):
    """Tree heads, as the relay signed them, that other devices say they saw and that were not compared yet."""

    heads: tuple[bytes, ...]


@dataclass(frozen=True)
class Tree:
    """A tree that must be part of the relay's log: of receipts (their items, in its order), of another device's head, or of an
    acknowledgement (its entry).
    """

    kind: Literal["receipts", "other", "acknowledged"]
    size: int
    root: bytes
    items: tuple[queue.Received, ...] = ()
    evidence: bytes = b""
    at: datetime | None = None


@dataclass(frozen=True)
class Questions:
    """What a round asks of the log."""

    old: KeptHead | None
    trees: tuple[Tree, ...]
    confirmed: int
    """Own receipts below this index stand in the log, if all of this is answered well."""


def questions(session: Session, line: Line) -> Questions:
    """What there is to be compared now."""
    data = kept(session, HEAD)
    confirmed = number_kept(session, CONFIRMED)
    items = queue.received(session, confirmed, RECEIPTS_AT_ONCE if line.live else RECEIPTS_BY_COURIER)
    trees = [*_runs(line, items), *_seen(session, line), *_acknowledgements(session, line)]
    end = items[-1].index + 1 if items else confirmed
    if line.sizes is not None:
        missing = [tree for tree in trees if tree.size not in line.sizes]
        trees = [tree for tree in trees if tree.size in line.sizes]
        end = min([end, *(tree.items[0].index for tree in missing if tree.kind == "receipts")])
    if line.live:
        trees = trees[: LIMITS.sizes_in_round]
    return Questions(None if data is None else from_bytes(KeptHead, data), tuple(trees), end)


def compare(session: Session, line: Line, asked: Questions, answer: RoundAnswer, now: datetime) -> KnownError | None:
    """Keep the new head and what follows from it; the error to be told when the log did not only grow. In the caller's transaction.

    Raises KnownError(receipt.altered) for a head that the relay did not sign, (relay.rubbish) for an answer to something else.
    """
    head = check_tree_head(answer.head, line.relay_key)
    if len(answer.paths) != len(asked.trees):
        raise KnownError("relay.rubbish", why="an answer to something else")
    found = [
        (tree, within(head, tree.size, tree.root, path)) for tree, path in zip(asked.trees, answer.paths, strict=True)
    ]
    lost = [item for tree, ok in found if tree.kind == "receipts" and not ok for item in tree.items]
    grew = asked.old is None or within(head, asked.old.size, asked.old.root, answer.path)
    old = asked.old.signed if asked.old is not None else b""
    old_at = asked.old.at if asked.old is not None and asked.old.at is not None else head.at
    problem: KnownError | None = None
    if not grew and asked.old is not None:
        problem = _broken(session, old, old_at, head, answer.head, "head", b"", now)
        forget_under(session, CURSOR + "/")
        keep_number(session, CONFIRMED, 0)
        keep_number(session, AGAIN, head.size)
    else:
        keep_number(session, CONFIRMED, asked.confirmed)
    if lost and grew:
        problem = _broken(session, old, old_at, head, answer.head, "receipt", lost[0].receipt, now)
    _wait_again(session, lost)
    others = [tree for tree, ok in found if tree.kind == "other" and not ok]
    open_ = last_break(session)
    for tree in others:
        if tree.at is not None and (open_ is None or tree.at > open_.new_at):
            problem = _broken(session, old, tree.at, head, answer.head, "other", tree.evidence, now)
            break
    _forget_seen(session, {tree.evidence for tree, _ in found if tree.kind == "other"})
    for tree, ok in found:
        if tree.kind == "acknowledged" and ok:
            _acknowledged(session, tree)
    standing = last_break(session)
    consistent = standing is None or bool(standing.acknowledged)
    keep(
        session,
        HEAD,
        to_bytes(KeptHead(size=head.size, root=head.root, consistent=consistent, signed=answer.head, at=head.at)),
    )
    return problem


def within(head: TreeHead, size: int, root: bytes, path: tuple[bytes, ...]) -> bool:
    """Whether a tree of that size and root is part of the head's."""
    if size == 0:
        return True
    if size > head.size:
        return False
    if size == head.size:
        return root == head.root
    return verify_consistency(size, head.size, path, root, head.root)


def note_heads(session: Session, line: Line, heads: list[bytes], now: datetime) -> None:
    """Heads that other devices say they saw: those that the relay did sign will be compared."""
    data = kept(session, SEEN)
    known = [] if data is None else list(from_bytes(SeenHeads, data).heads)
    mine = kept(session, HEAD)
    for one in heads:
        if one in known or (mine is not None and from_bytes(KeptHead, mine).signed == one):
            continue
        try:
            head = check_tree_head(one, line.relay_key)
        except KnownError:
            continue  # whoever says so did not have it from the relay
        if head.at > now - OLD_HEAD:
            known.append(one)
    keep(session, SEEN, to_bytes(SeenHeads(heads=tuple(known[-HEADS_AT_ONCE:]))))


def _runs(line: Line, items: list[queue.Received]) -> Iterator[Tree]:
    """Receipts given one after the other prove themselves to be of one tree; only the last of them is asked for."""
    run: list[queue.Received] = []
    edge: Growing | None = None
    for item in items:
        try:
            receipt = check_receipt(item.receipt, item.digest, line.relay_key)
        except KnownError:
            continue  # by a key that is the relay's no more: it was checked when it came
        if edge is not None and edge.takes(receipt):
            run.append(item)
            continue
        if edge is not None:
            yield _tree(edge.last, run)
        run, edge = [item], Growing(receipt)
    if edge is not None:
        yield _tree(edge.last, run)


def _tree(last: Receipt, run: list[queue.Received]) -> Tree:
    return Tree("receipts", last.size, last.root, tuple(run))


def _seen(session: Session, line: Line) -> Iterator[Tree]:
    data = kept(session, SEEN)
    for one in () if data is None else from_bytes(SeenHeads, data).heads:
        head = check_tree_head(one, line.relay_key)
        yield Tree("other", head.size, head.root, evidence=one, at=head.at)


def _forget_seen(session: Session, compared: set[bytes]) -> None:
    data = kept(session, SEEN)
    if data is not None and compared:
        left = tuple(one for one in from_bytes(SeenHeads, data).heads if one not in compared)
        keep(session, SEEN, to_bytes(SeenHeads(heads=left)))


def _acknowledgements(session: Session, line: Line) -> Iterator[Tree]:
    """What supervisors said of the log since it broke."""
    standing = last_break(session)
    if standing is None or standing.acknowledged:
        return
    rows = session.scalars(
        select(EntryRow.data).where(EntryRow.kind == "relay.acknowledged").order_by(EntryRow.pos.desc()).limit(16)
    )
    for data in rows:
        entry = reread_entry(data)
        person = line.index.person(entry.certificate)
        act = entry.body
        if isinstance(act, RelayAcknowledged) and person is not None and "supervisor" in person.roles:
            if standing.old_at <= act.at:
                yield Tree("acknowledged", act.size, act.root, evidence=entry.hash)


def _acknowledged(session: Session, tree: Tree) -> None:
    standing = last_break(session)
    if standing is not None and not standing.acknowledged:
        _keep_break(session, standing, acknowledged=tree.evidence)


def _broken(
    session: Session,
    old: bytes,
    old_at: datetime,
    head: TreeHead,
    signed: bytes,
    why: Literal["head", "receipt", "other"],
    evidence: bytes,
    now: datetime,
) -> KnownError:
    """Write down what was seen; while nobody has acknowledged an earlier time, it is counted and the first evidence stays."""
    before = last_break(session)
    if before is not None and not before.acknowledged:
        _keep_break(
            session, before, old_at=max(old_at, before.old_at), new=signed, new_at=head.at, times=before.times + 1
        )
    else:
        if before is not None:
            keep(session, f"{BREAKS}{to_ms(before.found_at)}", to_bytes(before))
        made = LogBreak(why=why, old=old, old_at=old_at, new=signed, new_at=head.at, found_at=now, evidence=evidence)
        keep(session, BREAK, to_bytes(made))
    keep_number(session, BLOBS_AGAIN, 0)
    return KnownError("log.inconsistent", new=head.size)


def _wait_again(session: Session, lost: list[queue.Received]) -> None:
    for item in lost:
        keep(session, f"{LOST}{item.digest.hex()}/{item.index}", item.receipt)
        if item.kept:
            queue.mark_lost(session, item.digest)
    standing = last_break(session)
    if lost and standing is not None:
        _keep_break(session, standing, lost=standing.lost + len(lost))


def _keep_break(session: Session, standing: LogBreak, **changes: object) -> None:
    keep(session, BREAK, to_bytes(msgspec.structs.replace(standing, **changes)))
