"""The relay's log as the registry watches it. Every bundle of the agency is sealed for the registry, so it can do what a device cannot:
make the whole tree itself from the bundles that came, and compare its root with the one that the relay signed.

A relay that drops, rewrites or withholds a bundle, or serves an older log, is told by which place in the log it was.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from central.registry.services.chains import spans
from central.registry.services.doubts import Doubt
from central.registry.services.recorded import replace_doubts
from central.registry.store.kept import CURSOR, HEAD, keep, kept
from central.registry.store.models import BundleRow, KeptRow, NodeRow, RefusalRow
from enforcement.exchange import TreeHead, check_tree_head
from enforcement.exchange.merkle import grow, leaf_hash, root, verify_consistency
from enforcement.values.clock import to_ms
from enforcement.values.cose import key_id
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

SCOPE, AUDIT = "log:head", "log:audit"
SHOWN_HOLES = 200


class ConsistencyPath(Record):
    """The answer of /v1/log/consistency."""

    path: tuple[bytes, ...]


def key_in(relay_keys: tuple[bytes, ...]) -> Callable[[bytes], Ed25519PublicKey | None]:
    """Keys under which the relay may sign, by their ids."""
    keys = [Ed25519PublicKey.from_public_bytes(raw) for raw in relay_keys]
    return {key_id(key): key for key in keys}.get


def check_head(
    session: Session,
    data: bytes,
    key_of: Callable[[bytes], Ed25519PublicKey | None],
    get: Callable[[str, dict[str, str]], bytes],
) -> TreeHead:
    """A signed head that continues the last one; kept. In the caller's transaction.

    Raises KnownError(receipt.altered), and (log.inconsistent) after that was written down: the last good head stays the one to compare.
    """
    head = check_tree_head(data, key_of)
    known = kept(session, HEAD)
    old = None if known is None else from_bytes(TreeHead, known)
    if old is not None and not continues(old, head, get):
        told = {"old": str(old.size), "new": str(head.size)}
        replace_doubts(session, SCOPE, [Doubt("log.inconsistent", details=told)], at_ms=to_ms(head.at))
        return old
    replace_doubts(session, SCOPE, [])
    keep(session, HEAD, to_bytes(head))
    return head


def refused_head(session: Session) -> bool:
    """Whether the head that was shown last did not continue the one before."""
    return session.get(RefusalRow, (SCOPE, 0)) is not None


def audit(session: Session, head: TreeHead) -> None:
    """Grow the tree by the bundles that came, and compare. In the caller's transaction."""
    size = _grown(session, head.size)
    doubts: list[Doubt] = []
    if size < head.size:
        here = set(session.scalars(select(BundleRow.idx).where(BundleRow.idx.between(size, head.size - 1))))
        holes = [idx for idx in range(size, min(head.size, size + SHOWN_HOLES * 50)) if idx not in here]
        told = {"places": spans(holes[:SHOWN_HOLES]), "count": str(len(holes))}
        doubts.append(Doubt("log.withheld", details=told))
    elif head.size and root(head.size, lambda level, idx: _node(session, level, idx)) != head.root:
        doubts.append(Doubt("log.other_root", details={"size": str(head.size)}))
    replace_doubts(session, AUDIT, doubts, at_ms=to_ms(head.at))


def begin_anew(session: Session, words: str) -> None:
    """The relay was restored from an older backup, and the agency knows it: the log is watched from its next head on, the feed read from
    its beginning. What came stays, without its place in the old log; that it was so, and why, stays on the list.
    """
    known = kept(session, HEAD)
    size = from_bytes(TreeHead, known).size if known is not None else 0
    session.execute(update(BundleRow).values(idx=None))
    session.execute(delete(NodeRow))
    keep(session, CURSOR, b"0")
    row = session.get(KeptRow, HEAD)
    if row is not None:
        session.delete(row)
    replace_doubts(session, SCOPE, [])
    replace_doubts(session, AUDIT, [])
    count = session.scalar(select(func.count()).where(RefusalRow.reason == "log.begun_anew")) or 0
    told = {"old": str(size), "words": words}
    replace_doubts(session, f"log:anew-{count}", [Doubt("log.begun_anew", weight="noted", details=told)])


def tree_size(session: Session) -> int:
    """How many leaves the tree has that was made here."""
    return session.scalar(select(func.count()).select_from(NodeRow).where(NodeRow.level == 0)) or 0


def leaf(session: Session, idx: int) -> bytes:
    """A leaf of it."""
    return _node(session, 0, idx)


def own_root(session: Session, size: int) -> bytes:
    """The root over the first `size` leaves."""
    return root(size, lambda level, idx: _node(session, level, idx))


def _grown(session: Session, wanted: int) -> int:
    size = tree_size(session)
    rows = session.execute(
        select(BundleRow.idx, BundleRow.digest)
        .where(BundleRow.idx >= size, BundleRow.idx < wanted)
        .order_by(BundleRow.idx)
    )
    for idx, name in rows:
        if idx != size:
            break
        for level, at, hash_ in grow(size, leaf_hash(name), lambda level, idx: _node(session, level, idx)):
            session.add(NodeRow(level=level, idx=at, hash=hash_))
        session.flush()
        size += 1
    return size


def _node(session: Session, level: int, idx: int) -> bytes:
    return session.get_one(NodeRow, (level, idx)).hash


def continues(old: TreeHead, head: TreeHead, get: Callable[[str, dict[str, str]], bytes]) -> bool:
    """Whether the log of `head` begins with that of `old`. Raises KnownError(relay.unreachable), (relay.busy)."""
    if head.size < old.size:
        return False
    if old.size in (0, head.size):
        return old.size == 0 or head.root == old.root
    try:
        data = get("/v1/log/consistency", {"from": str(old.size), "to": str(head.size)})
        path = from_bytes(ConsistencyPath, data).path
    except KnownError as error:
        if error.code in ("relay.unreachable", "relay.busy"):
            raise
        return False
    return verify_consistency(old.size, head.size, path, old.root, head.root)
