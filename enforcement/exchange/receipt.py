"""Receipts and tree heads: the relay's signature under what it has taken in, and that it is in its log for good.

- A receipt is a COSE_Sign1 by the relay over `Receipt`: bundle digest, index in the log, instant, the tree's size and root
  when it was logged, and the inclusion path, so that it proves itself.
- A tree head is a COSE_Sign1 over `TreeHead`. A device keeps the last one and demands a consistency proof to each newer one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.exchange.merkle import grow, leaf_hash, root, verify_inclusion
from enforcement.values.cose import CONTENT_TYPE, Signer, sign1, verify1
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

RECEIPT = "application/hengchi-receipt+cbor"
HEAD = "application/hengchi-tree-head+cbor"


class Receipt(Record):
    """That a bundle was taken in. Leaves of the log are bundle digests."""

    bundle: bytes
    index: int
    at: datetime
    size: int
    root: bytes
    path: tuple[bytes, ...]
    """`size` is `index` + 1: the tree right after it was logged, so that `root` and `path` are its right edge."""


class TreeHead(Record):
    """The log as it stood."""

    size: int
    root: bytes
    at: datetime


def sign_receipt(receipt: Receipt, relay: Signer) -> bytes:
    """The receipt's bytes."""
    return sign1(to_bytes(receipt), relay, headers={CONTENT_TYPE: RECEIPT})


def sign_tree_head(head: TreeHead, relay: Signer) -> bytes:
    """The head's bytes."""
    return sign1(to_bytes(head), relay, headers={CONTENT_TYPE: HEAD})


def check_receipt(data: bytes, bundle: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None]) -> Receipt:
    """The receipt of that bundle; raises KnownError(receipt.altered) for anything else."""
    receipt = _checked(data, key_of, RECEIPT, Receipt)
    if (
        receipt.bundle != bundle
        or receipt.size != receipt.index + 1
        or not verify_inclusion(leaf_hash(bundle), receipt.index, receipt.size, receipt.path, receipt.root)
    ):
        raise KnownError("receipt.altered", why="another bundle or no such leaf")
    return receipt


def check_tree_head(data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None]) -> TreeHead:
    """A checked head; raises KnownError(receipt.altered)."""
    return _checked(data, key_of, HEAD, TreeHead)


class Growing:
    """The right edge of the tree that a receipt speaks of. Receipts given one after the other prove that they are of one tree, without
    asking anybody: a leaf and the edge before it are all that the next root is made of.
    """

    def __init__(self, receipt: Receipt) -> None:
        """`receipt` was checked, and stands for the last leaf of its tree."""
        self._nodes: dict[tuple[int, int], bytes] = {}
        self.last = receipt
        levels = [level for level in range(receipt.index.bit_length()) if receipt.index >> level & 1]
        for level, hash_ in zip(levels, receipt.path, strict=True):
            self._nodes[level, (receipt.index >> level) - 1] = hash_
        self._add(receipt)

    def takes(self, receipt: Receipt) -> bool:
        """Whether `receipt` is for the very next leaf of this tree; then it is the last one from now on."""
        if receipt.index != self.last.size or receipt.size != receipt.index + 1:
            return False
        self._add(receipt)
        if root(receipt.size, self._node) != receipt.root:
            return False
        self.last = receipt
        return True

    def _add(self, receipt: Receipt) -> None:
        for level, index, hash_ in grow(receipt.index, leaf_hash(receipt.bundle), self._node):
            self._nodes[level, index] = hash_

    def _node(self, level: int, index: int) -> bytes:
        return self._nodes[level, index]


T = TypeVar("T", bound=Record)


def _checked(data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None], form: str, kind: type[T]) -> T:
    try:
        signed = verify1(data, key_of)
        if signed.headers.get(CONTENT_TYPE) != form:
            raise KnownError("encoding.wrong_shape", why="another kind of statement")
        return from_bytes(kind, signed.payload)
    except KnownError as error:
        raise KnownError("receipt.altered", why=error.code) from error
