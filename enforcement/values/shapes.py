"""Typed records that become canonical bytes and come back checked.

A record is a frozen msgspec Struct; `to_plain` gives the map that is encoded, `from_plain` checks every field and
refuses unknown ones. UUIDs are 16 bytes; instants are RFC 3339 text in UTC; dates ISO 8601; a field that holds its
default is absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast, dataclass_transform
from uuid import UUID

import cbor2
import msgspec
import msgspec.inspect

from enforcement.values.encoding import decode, decode_any, encode
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
    gc=False,
):
    """Base of every record that is signed, sealed or sent. What is frozen when it is made cannot come to hold itself, so the
    collector of cycles need not look at it.
    """


T = TypeVar("T")


def to_plain(record: msgspec.Struct) -> dict[str, Any]:
    """The map of a record, ready for `encode`."""
    return cast(dict[str, Any], _plain(msgspec.to_builtins(_normal(record), builtin_types=(bytes, UUID))))


def _normal(record: msgspec.Struct) -> msgspec.Struct:
    """The same record made of the very objects that its type names. A field is left out when it *is* its default, not when it
    equals it: without this, one value could have two encodings. (Defaults are such that nothing else equals them:
    tests/unit/contracts.)
    """
    plain = msgspec.to_builtins(record, builtin_types=(bytes, UUID))
    return msgspec.convert(plain, type(record), builtin_types=(bytes, UUID))


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
    if _closed(type(record)):
        return _closed_bytes(_normal(record))
    return encode(to_plain(record))


def from_bytes(kind: type[T], data: bytes) -> T:
    """A checked record of canonical bytes; raises KnownError(encoding.*)."""
    closed = _closed(cast(Any, kind))
    record = from_plain(kind, decode_any(data) if closed else decode(data))
    again = _closed_bytes(cast(msgspec.Struct, record)) if closed else encode(to_plain(cast(msgspec.Struct, record)))
    if again != data:
        raise KnownError("encoding.not_canonical", why="a field stands in a form that is not its only one")
    return record


def from_trusted(kind: type[T], data: bytes) -> T:
    """A checked record of bytes whose signature was checked: every field is what its type says, but the bytes are not written
    again to see that they are the one encoding. Who signed them wrote them with `to_bytes`.
    """
    return from_plain(kind, decode_any(data))


def _closed_bytes(record: msgspec.Struct) -> bytes:
    """The same bytes as `encode` gives, without a walk in Python: with nothing but text as keys the order of their encodings
    is the order by length, then by bytes, that cbor2 sorts by.
    """
    return cbor2.dumps(msgspec.to_builtins(record, builtin_types=(bytes,)), canonical=True)


@lru_cache(maxsize=256)
def _closed(kind: Any) -> bool:
    """Whether every value that a record can hold is one of the encoding's own, so that its types alone keep it canonical."""
    try:
        info = msgspec.inspect.type_info(kind)
    except (TypeError, NameError):
        return False
    seen: set[type] = set()
    open_ = [info]
    while open_:
        one = open_.pop()
        match one:
            case msgspec.inspect.StructType(cls=cls, fields=fields):
                if cls not in seen:
                    seen.add(cls)
                    open_ += [field.type for field in fields]
            case msgspec.inspect.UnionType(types=types):
                open_ += types
            case msgspec.inspect.VarTupleType(item_type=item) | msgspec.inspect.ListType(item_type=item):
                open_.append(item)
            case msgspec.inspect.TupleType(item_types=items):
                open_ += items
            case msgspec.inspect.DictType(key_type=msgspec.inspect.StrType(), value_type=value):
                open_.append(value)
            case msgspec.inspect.LiteralType(values=values):
                if not all(isinstance(value, int | str) for value in values):
                    return False
            case (
                msgspec.inspect.IntType()
                | msgspec.inspect.BoolType()
                | msgspec.inspect.StrType()
                | msgspec.inspect.BytesType()
                | msgspec.inspect.NoneType()
                | msgspec.inspect.DateType()
                | msgspec.inspect.DateTimeType()
            ):
                pass
            case _:
                return False
    return True
