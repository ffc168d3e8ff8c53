"""A pack's source as tables: what a legal officer writes, out of TOML files or out of a workbook. Every fault says where.

A source has one head, statutes and violations, each a table of plain values as TOML knows them. Where a table stands in the
file (line) or in the workbook (cell) is asked of its `Finder`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from enforcement.values.errors import KnownError

Table = Mapping[str, Any]
_SUM = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2}))?")


class Finder(Protocol):
    """Says where a table, or one of its keys, stands: "violations/roads.toml:17", "裁量基准!E7"."""

    def where(self, path: str, key: str = "") -> str: ...


@dataclass(frozen=True)
class Source:
    """One table, for reading keys with errors that say where. `path` is its place, such as violations[2].versions[1]."""

    path: str
    name: str
    table: Table
    finder: Finder

    @property
    def place(self) -> str:
        """Where it stands, and its name."""
        return self.place_of("")

    def place_of(self, key: str) -> str:
        """Where one of its keys stands, and its own name."""
        return f"{self.finder.where(self.path, key)}: {self.name}".rstrip(": ")

    def fail(self, why: str, key: str = "") -> KnownError:
        """The refusal of this table, or of one of its keys."""
        return KnownError("rules.pack_invalid", where=self.place_of(key), why=why)

    def get(self, key: str, kind: type[Any], default: Any = None) -> Any:
        """A key of one type; a yes or no is no number. Raises KnownError(rules.pack_invalid)."""
        value = self.table.get(key, default)
        if value is None or not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(f"{key}: {kind.__name__} is needed", key)
        return value

    def day(self, key: str) -> date:
        """A date, as TOML's own or as text."""
        value = self.table.get(key)
        if type(value) is date:
            return value
        try:
            return date.fromisoformat(self.get(key, str))
        except ValueError as error:
            raise self.fail(f"{key}: no date", key) from error

    def day_or_none(self, key: str) -> date | None:
        """A date, or none where the key is not there."""
        return self.day(key) if key in self.table else None

    def sub(self, key: str) -> Iterator[Source]:
        """The tables of an array of tables."""
        for index, table in enumerate(self.get(key, list, []), 1):
            if not isinstance(table, dict):
                raise self.fail(f"{key}: a table is needed", key)
            path = f"{self.path}.{key}[{index}]".lstrip(".")
            yield Source(path, f"{self.name} {key} {table.get('id', index)}".strip(), table, self.finder)

    def child(self, key: str, default: Table | None = None) -> Source:
        """A table inside this one."""
        path = f"{self.path}.{key}".lstrip(".")
        return Source(path, f"{self.name} {key}".strip(), self.get(key, dict, default), self.finder)

    def only(self, *keys: str) -> None:
        """Refuse keys that mean nothing here."""
        unknown = sorted(set(self.table) - set(keys))
        if unknown:
            raise self.fail(f"unknown key {', '.join(unknown)}", unknown[0])

    def fen(self, value: object, key: str) -> int:
        """Yuan as a whole number or as decimal text ("12.50") to fen."""
        text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
        found = _SUM.fullmatch(text)
        if found is None:
            raise self.fail(f"{key}: yuan as a whole number, or as text with at most two decimals, is needed", key)
        return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))

    @contextmanager
    def shape(self) -> Iterator[None]:
        """A wrong shape inside is a fault of this table."""
        try:
            yield
        except KnownError as error:
            if error.code == "rules.pack_invalid":
                raise
            raise self.fail(str(error.details.get("why", error))) from error


@dataclass(frozen=True)
class PackSource:
    """The tables of one pack."""

    head: Source
    statutes: Sequence[Source]
    violations: Sequence[Source]
    files: Mapping[str, str] = field(default_factory=dict)
    """Violation id to the base name of the file that it stands in, for who writes it back."""
