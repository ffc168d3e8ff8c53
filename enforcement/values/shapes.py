"""Typed records that become canonical bytes and come back checked.

A record is a frozen msgspec Struct; `to_plain` gives the map that is encoded, `from_plain` checks every field and
refuses unknown ones. UUIDs are 16 bytes; instants are RFC 3339 text in UTC; dates ISO 8601; a field that holds its
default is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast, dataclass_transform
from uuid import UUID

import msgspec

from enforcement.values.encoding import decode, encode
from enforcement.values.errors import KnownError


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class RecordMeta(msgspec.StructMeta):
    """Tells type checkers that every subclass of Record is frozen and takes keywords, as it is at run time."""


class Record(
    msgspec.Struct,
    metaclass=RecordMeta,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """Base of every record that is signed, sealed or sent."""


T = TypeVar("T")


def to_plain(record: msgspec.Struct) -> dict[str, Any]:
    """The map of a record, ready for `encode`."""
    return cast(dict[str, Any], _plain(msgspec.to_builtins(record, builtin_types=(bytes, UUID))))


def _plain(value: object) -> object:
    match value:
        case UUID():
            return value.bytes
        case Mapping():
            return {key: _plain(item) for key, item in cast(Mapping[object, object], value).items()}
        case list() | tuple():
            return [_plain(item) for item in cast(list[object], value)]
        case _:
            return value


def from_plain(kind: type[T], value: object) -> T:
    """A checked record; raises KnownError(encoding.wrong_shape) naming the field."""
    try:
        return msgspec.convert(value, kind, builtin_types=(bytes,))
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise KnownError("encoding.wrong_shape", why=str(error)) from error


def to_bytes(record: msgspec.Struct) -> bytes:
    """Canonical bytes of a record."""
    return encode(to_plain(record))


def from_bytes(kind: type[T], data: bytes) -> T:
    """A checked record of canonical bytes; raises KnownError(encoding.*)."""
    record = from_plain(kind, decode(data))
    if encode(to_plain(cast(msgspec.Struct, record))) != data:
        raise KnownError("encoding.not_canonical", why="a field stands in a form that is not its only one")
    return record
