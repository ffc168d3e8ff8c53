"""Canonical bytes: deterministic CBOR (RFC 8949 section 4.2.1), the only encoding that is ever signed or hashed.

- Values are int, bytes, str, bool, None, lists and maps with int or str keys. No floats, no tags, no indefinite lengths.
- Map keys stand in the bytewise order of their encodings.
- `decode` refuses anything that `encode` would not have written, so one value has one encoding.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sized
from functools import lru_cache
from typing import Any, cast

import cbor2

from enforcement.values.errors import KnownError

MAX_DEPTH = 32
SHORT = 32
_PLAIN = frozenset((type(None), bool, int, bytes, str))


def _ordered(value: object, depth: int) -> object:
    match value:
        case None | bool() | int() | bytes() | str():
            return value
        case list() | tuple():
            _room(depth, value)
            return [item if type(item) in _PLAIN else _ordered(item, depth + 1) for item in cast(list[object], value)]
        case Mapping():
            _room(depth, value)
            plain = cast(Mapping[object, object], value)
            if any(type(key) not in (int, str) for key in plain):
                raise KnownError("encoding.wrong_shape", why="a key that is neither text nor integer")
            pairs = [(_key(cast(int | str, key)), key, item) for key, item in plain.items()]
            pairs.sort(key=lambda pair: pair[0])
            return {key: item if type(item) in _PLAIN else _ordered(item, depth + 1) for _, key, item in pairs}
        case _:
            raise KnownError("encoding.wrong_shape", why=f"a value of type {type(value).__name__}")


def _room(depth: int, value: Sized) -> None:
    if depth == MAX_DEPTH and len(value):
        raise KnownError("encoding.wrong_shape", why="nested too deeply")


def _key(key: int | str) -> bytes:
    """A key's encoding, by which maps are ordered. The same few short keys stand in every map."""
    return _short_key(key) if isinstance(key, int) or len(key) <= SHORT else cbor2.dumps(key)


@lru_cache(maxsize=1024, typed=True)
def _short_key(key: int | str) -> bytes:
    return cbor2.dumps(key)


def encode(value: object) -> bytes:
    """The one encoding of `value`; raises KnownError(encoding.wrong_shape) for what the profile does not hold."""
    return cbor2.dumps(_ordered(value, 0))


def decode(data: bytes) -> Any:
    """The value of canonical bytes; raises KnownError(encoding.not_canonical) for any other bytes."""
    value = decode_any(data)
    if encode(value) != data:
        raise KnownError("encoding.not_canonical", why="the bytes are not the one encoding of their value")
    return value


def decode_any(data: bytes) -> Any:
    """The first value of some bytes, canonical or not: for a caller who encodes it again and compares.

    Raises KnownError(encoding.not_canonical) when there is none.
    """
    try:
        return cbor2.CBORDecoder(io.BytesIO(data)).decode()
    except Exception as error:  # cbor2 raises many kinds for hostile bytes; all mean the same to the caller
        raise KnownError("encoding.not_canonical", why=type(error).__name__) from error
