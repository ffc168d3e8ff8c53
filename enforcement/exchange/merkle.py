"""The Merkle log (RFC 9162 section 2.1): hashes, proofs and their verification.

Complete subtrees are named (level, index): level 0 are the leaves, a node covers 2**level of them. `get(level, index)` gives
a stored complete node; every other hash is made from them, so that proofs cost O(log n) look-ups a step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

Get = Callable[[int, int], bytes]
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grow(size: int, leaf: bytes, get: Get) -> list[tuple[int, int, bytes]]:
    """The complete nodes that come to be when `leaf` (a leaf hash) is appended to a tree of `size` leaves."""
    made = [(0, size, leaf)]
    level, index, hash_ = 0, size, leaf
    while index & 1:
        hash_ = node_hash(get(level, index - 1), hash_)
        level, index = level + 1, index >> 1
        made.append((level, index, hash_))
    return made


def root(size: int, get: Get) -> bytes:
    """MTH(D[size])."""
    return EMPTY_ROOT if size == 0 else _span(0, size, get)


def inclusion_path(index: int, size: int, get: Get) -> tuple[bytes, ...]:
    """PATH(index, D[size]) (2.1.3.1); raises ValueError when there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_span(middle, end, get))
            end = middle
        else:
            path.append(_span(start, middle, get))
            start = middle
    return tuple(reversed(path))


def consistency_path(old: int, new: int, get: Get) -> tuple[bytes, ...]:
    """PROOF(old, D[new]) (2.1.4.1); raises ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError("no such trees")
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end - start:
        half = _split(end - start)
        if old <= half:
            path.append(_span(start + half, end, get))
            end = start + half
        else:
            path.append(_span(start, start + half, get))
            start, old, whole = start + half, old - half, False
    if not whole:
        path.append(_span(start, end, get))
    return tuple(reversed(path))


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> bool:
    """Section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, hash_ = index, size - 1, leaf
    for step in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            hash_ = node_hash(step, hash_)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            hash_ = node_hash(hash_, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and hash_ == expected


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Section 2.1.4.2; a tree is consistent with itself, and every tree with the empty one."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if old > new or not path:
        return False
    steps = list(path)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(step, fr), node_hash(step, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _span(start: int, end: int, get: Get) -> bytes:
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return get(level, start >> level)
    half = _split(size)
    return node_hash(_span(start, start + half, get), _span(start + half, end, get))
