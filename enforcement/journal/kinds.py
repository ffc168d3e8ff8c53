"""The registry of entry kinds: a name and a version each, one typed body.

A new kind is a class in `enforcement/journal/acts.py` under `@kind(name, version)`, and what it does to a case in
`enforcement/casefile`. Kinds and versions that are not registered here are kept as `Unknown` and carried unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from enforcement.values.errors import BugError
from enforcement.values.shapes import Record, from_plain


class Body(Record):
    """Base of every entry body."""


@dataclass(frozen=True)
class Unknown:
    """The body of a kind or version that this program does not know."""

    kind: str
    version: int
    plain: Mapping[str, Any]


B = TypeVar("B", bound=type[Body])
_by_name: dict[tuple[str, int], type[Body]] = {}
_by_type: dict[type[Body], tuple[str, int]] = {}


def kind(name: str, version: int = 1) -> Callable[[B], B]:
    """Class decorator: register a body under its name and version."""

    def register(body: B) -> B:
        if (name, version) in _by_name:
            raise BugError(f"entry kind {name} {version} twice")
        _by_name[name, version] = body
        _by_type[body] = (name, version)
        return body

    return register


def kinds() -> Mapping[tuple[str, int], type[Body]]:
    """Every registered kind."""
    return dict(_by_name)


def kind_of(body: type[Body]) -> tuple[str, int]:
    """Name and version of a registered body class; raises BugError for one that is not."""
    try:
        return _by_type[body]
    except KeyError:
        raise BugError(f"{body.__name__} is no registered entry kind") from None


def body_of(name: str, version: int, plain: Mapping[str, Any]) -> Body | Unknown:
    """The typed body, or `Unknown`; raises KnownError(encoding.wrong_shape) when a known kind has a wrong body."""
    known = _by_name.get((name, version))
    return Unknown(name, version, plain) if known is None else from_plain(known, dict(plain))
