"""Everything again from the kept bundles: a second register is made in memory, and must be the same, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.registry.services import log
from central.registry.services.intake import Touched, open_row, settle
from central.registry.services.trusted import trusted_of
from central.registry.store import Register, scratch_register
from central.registry.store.kept import HEAD, kept
from central.registry.store.models import CAME, MADE, Base, BundleRow, RefusalRow
from enforcement.exchange import TreeHead
from enforcement.exchange.merkle import leaf_hash
from enforcement.sealing import Decryptor
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes

AT_ONCE = 64
JUDGED_IN = ("bundle:", "case:", "device:", "number:")
"""Scopes that follow from the kept bundles; what was seen of the relay's log on some day cannot be seen again."""


@dataclass
class Verified:
    """What came out. `differences` name table and key; none means that the register says what the bundles say."""

    bundles: int = 0
    rows: int = 0
    differences: list[str] = field(default_factory=list)


def verify(register: Register, opener: Decryptor) -> Verified:
    """Make the register again from what came and compare. Raises KnownError(authority.untrusted), (rules.pack_altered)."""
    result = Verified()
    again = scratch_register()
    try:
        with register.read() as kept_here:
            _copy(kept_here, again, result)
            with again.write() as session:
                trusted, touched = trusted_of(session), Touched()
                for number, row in enumerate(session.scalars(select(BundleRow).order_by(BundleRow.place))):
                    if digest(row.data) != row.digest:
                        result.differences.append(f"bundle {row.digest.hex()}: its bytes were altered")
                        continue
                    open_row(session, trusted, opener, row, touched)
                    result.bundles += 1
                    if number % AT_ONCE == AT_ONCE - 1:
                        session.flush()
                settle(session, trusted, touched)
            with again.read() as made:
                for kind in MADE:
                    _compare(kind, kept_here, made, result)
            _compare_tree(kept_here, result)
    finally:
        again.close()
    return result


def _copy(here: Session, again: Register, result: Verified) -> None:
    """What came, as it came; what was made of a bundle is forgotten."""
    with again.write() as session:
        for kind in CAME:
            names = kind.__table__.columns.keys()
            for row in here.scalars(select(kind)):
                values = {name: getattr(row, name) for name in names}
                if kind is BundleRow:
                    values |= {"state": "waiting", "device": None, "unit": ""}
                session.merge(kind(**values))


def _compare(kind: type[Base], here: Session, made: Session, result: Verified) -> None:
    ours, again = _rows(kind, here), _rows(kind, made)
    result.rows += len(ours)
    name = kind.__tablename__
    for key in sorted(ours.keys() | again.keys(), key=str):
        if ours.get(key) != again.get(key):
            what = "missing" if key not in ours else "not made by any bundle" if key not in again else "differs"
            shown = " ".join(one.hex() if isinstance(one, bytes) else str(one) for one in key)
            result.differences.append(f"{name} {shown}: {what}")


def _rows(kind: type[Base], session: Session) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    names = kind.__table__.columns.keys()
    keys = [column.key for column in kind.__table__.primary_key]
    found = {}
    for row in session.scalars(select(kind)):
        if isinstance(row, RefusalRow) and not row.scope.startswith(JUDGED_IN):
            continue
        found[tuple(getattr(row, name) for name in keys)] = tuple(getattr(row, name) for name in names)
    return found


def _compare_tree(here: Session, result: Verified) -> None:
    """The tree's leaves are the bundles, and its root the one that the relay signed."""
    size = log.tree_size(here)
    leaves = here.execute(select(BundleRow.idx, BundleRow.digest).where(BundleRow.idx < size).order_by(BundleRow.idx))
    for idx, name in leaves:
        if idx is not None and log.leaf(here, idx) != leaf_hash(name):
            result.differences.append(f"node 0 {idx}: differs")
    data = kept(here, HEAD)
    head = None if data is None else from_bytes(TreeHead, data)
    if head is not None and 0 < head.size <= size and log.own_root(here, head.size) != head.root:
        result.differences.append(f"node: the root over {head.size} bundles is not the one that the relay signed")
