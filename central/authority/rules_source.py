"""Reading the TOML files that a legal officer writes: every fault names file, line and place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from enforcement.values.errors import KnownError

MAX_BYTES = 4_000_000
MAX_DEPTH = 12
_HEADER = re.compile(r"\s*(\[\[|\[)\s*([A-Za-z0-9_.\-]+)\s*(\]\]|\])\s*(#.*)?")


@dataclass(frozen=True)
class Source:
    """One table of one file, for reading keys with errors that say where. `path` is its place, such as violations[2]."""

    file: str
    path: str
    name: str
    table: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)
    text: tuple[str, ...] = ()

    def fail(self, why: str, key: str = "") -> KnownError:
        """The refusal of this table, or of one of its keys."""
        return KnownError(
            "rules.pack_invalid", where=f"{self.file}:{self.line(key)}: {self.name}".rstrip(": "), why=why
        )

    def line(self, key: str = "") -> int:
        """The line of a key, or of the table's header."""
        start = self.lines.get(self.path, 1)
        if key:
            pattern = re.compile(rf"\s*{re.escape(key)}\s*=")
            for number in range(start - 1, len(self.text)):
                if number >= start and self.text[number].lstrip().startswith("["):
                    break
                if pattern.match(self.text[number]):
                    return number + 1
        return start

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
            yield Source(
                self.file, path, f"{self.name} {key} {table.get('id', index)}".strip(), table, self.lines, self.text
            )

    def child(self, key: str, table: Mapping[str, Any]) -> Source:
        """A table inside this one."""
        path = f"{self.path}.{key}".lstrip(".")
        lines = self.lines if path in self.lines else {**self.lines, path: self.line(key)}
        return Source(self.file, path, f"{self.name} {key}".strip(), table, lines, self.text)

    def only(self, *keys: str) -> None:
        """Refuse keys that mean nothing here."""
        unknown = sorted(set(self.table) - set(keys))
        if unknown:
            raise self.fail(f"unknown key {', '.join(unknown)}", unknown[0])

    def fen(self, value: object, key: str) -> int:
        """Yuan as a whole number or as decimal text ("12.50") to fen."""
        try:
            sum_fen = Decimal(value).scaleb(2) if isinstance(value, int | str) and not isinstance(value, bool) else None
        except InvalidOperation:
            sum_fen = None
        if sum_fen is None or not sum_fen.is_finite() or sum_fen != sum_fen.to_integral_value():
            raise self.fail(f"{key}: yuan as a whole number, or as text with at most two decimals, is needed", key)
        return int(sum_fen)

    @contextmanager
    def shape(self) -> Iterator[None]:
        """A wrong shape inside is a fault of this table."""
        try:
            yield
        except KnownError as error:
            if error.code == "rules.pack_invalid":
                raise
            raise self.fail(str(error.details.get("why", error))) from error


def read_source(path: Path, folder: Path) -> Source:
    """A file; raises KnownError(rules.pack_invalid) when it is missing, no UTF-8, no TOML, too long or nested too deep."""
    name = path.relative_to(folder).as_posix()
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            raise KnownError("rules.pack_invalid", where=name, why=f"longer than {MAX_BYTES} bytes")
        text = raw.decode("utf-8")
        table = tomllib.loads(text)
    except FileNotFoundError as error:
        raise KnownError("rules.pack_invalid", where=name, why="the file is missing") from error
    except UnicodeDecodeError as error:
        raise KnownError("rules.pack_invalid", where=name, why=f"no UTF-8 text (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise KnownError("rules.pack_invalid", where=name, why=str(error)) from error
    except RecursionError as error:
        raise KnownError("rules.pack_invalid", where=name, why="nested too deep") from error
    if _depth(table) > MAX_DEPTH:
        raise KnownError("rules.pack_invalid", where=name, why="nested too deep")
    lines = tuple(text.splitlines())
    return Source(name, "", "", table, _headers(lines), lines)


def _headers(lines: tuple[str, ...]) -> dict[str, int]:
    """Where every table begins: the place as `Source.path` writes it, to its line from 1 on."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        header = _HEADER.fullmatch(line)
        if header is None:
            continue
        place = ""
        parts = header[2].split(".")
        for at, part in enumerate(parts):
            place = f"{place}.{part}".lstrip(".")
            if at == len(parts) - 1 and header[1] == "[[":
                counts[place] = counts.get(place, 0) + 1
                for inner in [key for key in counts if key.startswith(f"{place}[{counts[place]}]")]:
                    del counts[inner]
            if place in counts:
                place = f"{place}[{counts[place]}]"
        found[place] = number
    return found


def _depth(value: object) -> int:
    deepest, stack = 0, [(value, 1)]
    while stack:
        item, level = stack.pop()
        deepest = max(deepest, level)
        if level > MAX_DEPTH:
            return level
        inner = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        stack += [(one, level + 1) for one in inner]
    return deepest
