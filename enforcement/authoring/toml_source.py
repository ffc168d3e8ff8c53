"""A pack's source as a folder of TOML files: read with line numbers, written as a person would."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from enforcement.authoring.source import PackSource, Source, Table
from enforcement.values.errors import KnownError

Texts = Mapping[str, bytes]
"""A pack's source: path inside its folder ("violations/urban-roads.toml") to the file's bytes."""
MAX_BYTES = 4_000_000
MAX_DEPTH = 20
_HEADER = re.compile(r"\s*(\[\[|\[)\s*([A-Za-z0-9_.\-]+)\s*(\]\]|\])\s*(#.*)?")
_BARE = re.compile(r"[A-Za-z0-9_\-]+")
WIDE = 118


@dataclass(frozen=True)
class _Lines:
    """Finds lines of one file."""

    file: str
    lines: Mapping[str, int]
    text: tuple[str, ...]

    def where(self, path: str, key: str = "") -> str:
        start, rest = 1, path
        inner = key
        while rest:
            if rest in self.lines:
                start = self.lines[rest]
                break
            rest, _, last = rest.rpartition(".")
            inner = last.split("[")[0]
        return f"{self.file}:{self._line(start, inner)}"

    def _line(self, start: int, key: str) -> int:
        if key:
            pattern = re.compile(rf"\s*{re.escape(key)}\s*=")
            for number in range(start - 1, len(self.text)):
                if number >= start and self.text[number].lstrip().startswith("["):
                    break
                if pattern.match(self.text[number]):
                    return number + 1
        return start


def read_toml(texts: Texts) -> PackSource:
    """The tables of a folder: pack.toml, statutes/*.toml, violations/*.toml. Raises KnownError(rules.pack_invalid)."""
    violations: list[Source] = []
    files: dict[str, str] = {}
    for name in _files(texts, "violations/"):
        file = read_table(texts, name)
        file.only("violations")
        for source in file.sub("violations"):
            violations.append(source)
            files[str(source.table.get("id"))] = name.removeprefix("violations/").removesuffix(".toml")
    statutes = [read_table(texts, name) for name in _files(texts, "statutes/")]
    return PackSource(read_table(texts, "pack.toml"), statutes, violations, files)


def read_table(texts: Texts, name: str) -> Source:
    """A file; raises KnownError(rules.pack_invalid) when it is missing, no UTF-8, no TOML, too long or nested too deep."""
    try:
        raw = texts[name]
        if len(raw) > MAX_BYTES:
            raise KnownError("rules.pack_invalid", where=name, why=f"longer than {MAX_BYTES} bytes")
        text = raw.decode("utf-8")
        table = tomllib.loads(text)
    except KeyError as error:
        raise KnownError("rules.pack_invalid", where=name, why="the file is missing") from error
    except UnicodeDecodeError as error:
        raise KnownError("rules.pack_invalid", where=name, why=f"no UTF-8 text (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise KnownError("rules.pack_invalid", where=_toml_place(name, str(error)), why=str(error)) from error
    except RecursionError as error:
        raise KnownError("rules.pack_invalid", where=name, why="nested too deep") from error
    except ValueError as error:  # a number of more digits than Python reads, a date that is none
        raise KnownError("rules.pack_invalid", where=name, why=str(error)) from error
    if _depth(table) > MAX_DEPTH:
        raise KnownError("rules.pack_invalid", where=name, why="nested too deep")
    lines = tuple(text.split("\n"))
    return Source("", "", table, _Lines(name, _headers(lines), lines))


def write_toml(source: PackSource) -> dict[str, bytes]:
    """The files of a source, so that `read_toml` gives the same tables."""
    texts = {"pack.toml": _document(source.head.table)}
    for statute in source.statutes:
        texts[f"statutes/{statute.get('statute', str)}.toml"] = _document(statute.table)
    grouped: dict[str, list[Table]] = {}
    for violation in source.violations:
        table = violation.table
        grouped.setdefault(source.files.get(str(table.get("id")), str(table.get("statute"))), []).append(table)
    for name, tables in grouped.items():
        texts[f"violations/{name}.toml"] = _document({"violations": tables})
    return {name: text.encode("utf-8") for name, text in texts.items()}


def inline(value: object) -> str:
    """A value as it stands behind a key."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float() if isfinite(value):
            return repr(value)
        case date():
            return value.isoformat()
        case str():
            return _quoted(value)
        case list() | tuple():
            return f"[{', '.join(inline(item) for item in value)}]"
        case Mapping():
            pairs = ", ".join(f"{_key(str(key))} = {inline(item)}" for key, item in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
        case _:
            raise KnownError("encoding.wrong_shape", why=f"a value of type {type(value).__name__}")


def read_inline(text: str) -> Any:
    """The value of a text as it stands behind a key; raises ValueError."""
    return tomllib.loads(f"value = {text}")["value"]


def _document(table: Table) -> str:
    lines: list[str] = []
    _write(table, "", lines)
    return "\n".join(lines).strip("\n") + "\n"


def _write(table: Table, path: str, lines: list[str]) -> None:
    """Plain keys first, then tables, then arrays of tables: TOML's own order."""
    later: list[tuple[str, object]] = []
    for key, value in table.items():
        whole = f"{_key(key)} = {inline(value)}" if not _is_block(value) else ""
        if whole and (len(whole) <= WIDE or not isinstance(value, Mapping)):
            lines.append(whole)
        else:
            later.append((key, value))
    for key, value in later:
        place = f"{path}.{_key(key)}".lstrip(".")
        if isinstance(value, Mapping):
            lines += ["", f"[{place}]"]
            _write(value, place, lines)
        elif isinstance(value, list):
            for item in value:
                lines += ["", f"[[{place}]]"]
                _write(item, place, lines)


def _is_block(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _quoted(key)


def _quoted(text: str) -> str:
    parts: list[str] = []
    for char in text:
        if char in '"\\':
            parts.append(f"\\{char}")
        elif ord(char) < 32 or ord(char) == 127:
            parts.append(f"\\u{ord(char):04x}")
        else:
            parts.append(char)
    return f'"{"".join(parts)}"'


def _files(texts: Texts, folder: str) -> list[str]:
    return sorted(name for name in texts if name.startswith(folder) and name.endswith(".toml"))


def _toml_place(name: str, words: str) -> str:
    found = re.search(r"at line (\d+)", words)
    return f"{name}:{found[1]}" if found else name


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
