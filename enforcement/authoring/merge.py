"""A workbook that came back, taken over into the source that it was written from: what differs is set, everything else stays as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from enforcement.authoring.blocks import blocks_of
from enforcement.authoring.edit import add_entry, move_entry, remove_entry, replace_part, set_keys
from enforcement.authoring.source import PackSource, Source
from enforcement.authoring.spots import PACK, read_spotted, spot
from enforcement.authoring.toml_source import Texts, inline, write_toml

NAMES = ("id", "name", "valid_from", "kind", "version")
"""What tells the tables of an array apart, where it does."""
Table = Mapping[str, Any]


class Taken(NamedTuple):
    """The texts after it, and how many violations changed, came and went."""

    texts: Texts
    changed: int
    new: int
    gone: int


def take_over(texts: Texts, other: PackSource) -> Taken:
    """The texts of a folder with the tables of another source of the same pack. Raises KnownError(rules.pack_invalid)."""
    source = read_spotted(texts)
    now = dict(texts)
    now[PACK] = _merged(now[PACK], "", source.head.table, other.head.table)
    mine = {str(one.table.get("id")): one for one in source.violations}
    changed = 0
    for one in other.violations:
        held = mine.get(str(one.table.get("id")))
        if held is not None and not _same(held.table, one.table):
            place = spot(held)
            now[place.file] = _merged(now[place.file], place.path, held.table, one.table)
            changed += 1
    theirs = {str(one.table.get("id")) for one in other.violations}
    gone = [one for name, one in mine.items() if name not in theirs]
    for one in reversed(gone):
        place = spot(one)
        number = int(place.path.removeprefix("violations[").removesuffix("]"))
        now[place.file] = remove_entry(now[place.file], "violations", number - 1)
    new = [one for one in other.violations if str(one.table.get("id")) not in mine]
    for name, data in _written(other, new):
        now[name] = now[name].rstrip(b"\n") + b"\n\n" + data if name in now else data
    statutes = {str(one.table.get("statute")): one for one in source.statutes}
    for one in other.statutes:
        held = statutes.get(str(one.table.get("statute")))
        if held is not None:
            name = spot(held).file
            now[name] = _merged(now[name], "", held.table, one.table)
        else:
            now |= {
                name: data
                for name, data in write_toml(replace(other, statutes=[one], violations=[])).items()
                if name != PACK
            }
    read_spotted(now)
    return Taken(now, changed, len(new), len(gone))


def _merged(data: bytes, path: str, old: Table, new: Table) -> bytes:
    """One table with what it holds, the rest of the text as it was."""
    changes: dict[str, Any] = {}
    for key in dict.fromkeys((*old, *new)):
        was, now, place = old.get(key), new.get(key), f"{path}.{key}".lstrip(".")
        if key in old and key in new and _same(was, now):
            continue
        if _is_tables(was) or _is_tables(now):
            data = _merged_array(data, place, was or [], now or [])
        elif isinstance(now, Mapping) and isinstance(was, Mapping) and _has_block(data, place):
            data = _merged(data, place, was, now)
        elif isinstance(was, Mapping) and _has_block(data, place):
            data = replace_part(data, path, key, "")
        elif isinstance(now, Mapping) and was is None and _has_block(data, path) and not _has_own(data, path):
            lines = [f"[{place}]", *(f"{name} = {inline(value)}" for name, value in now.items())]
            data = replace_part(data, path, key, "\n".join(lines))
        else:
            changes[key] = now
    return set_keys(data, path, changes) if changes else data


def _merged_array(data: bytes, path: str, old: list[Table], new: list[Table]) -> bytes:
    was, now = list(old), list(new)
    key = next((name for name in NAMES if _tells_apart(was, name) and _tells_apart(now, name)), "")
    wanted = [str(one.get(key)) for one in now]
    if key:
        for at in range(len(was) - 1, -1, -1):
            if str(was[at].get(key)) not in wanted:
                data = remove_entry(data, path, at)
                del was[at]
    for at, one in enumerate(now):
        names = [str(held.get(key)) for held in was]
        found = (
            names.index(wanted[at], at) if key and wanted[at] in names[at:] else at if not key and at < len(was) else -1
        )
        if found < 0:
            data = add_entry(data, path, at, one)
            was.insert(at, one)
            continue
        if found != at:
            data = move_entry(data, path, found, at)
            was.insert(at, was.pop(found))
        if not _same(was[at], one):
            data = _merged(data, f"{path}[{at + 1}]", was[at], one)
    for at in range(len(was) - 1, len(now) - 1, -1):
        data = remove_entry(data, path, at)
    return data


def _written(other: PackSource, new: list[Source]) -> Iterator[tuple[str, bytes]]:
    """Violations that were not there, as the files that they would stand in."""
    for name, data in write_toml(replace(other, statutes=[], violations=new, files={})).items():
        if name != PACK:
            yield name, data


def _tells_apart(tables: list[Table], key: str) -> bool:
    names = [str(one.get(key)) for one in tables if key in one]
    return len(names) == len(tables) == len(set(names))


def _same(one: object, other: object) -> bool:
    """A day is a day, as TOML writes it or as text; keys have no order, but choices have."""
    return _plain(one) == _plain(other)


def _plain(value: object) -> object:
    match value:
        case Mapping():
            return {key: list(inner.items()) if key == "choices" else _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(one) for one in value]
        case date():
            return value.isoformat()
        case _:
            return value


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _has_block(data: bytes, path: str) -> bool:
    return any(one.path == path or one.path.startswith(f"{path}.") for one in blocks_of(data.decode("utf-8")))


def _has_own(data: bytes, path: str) -> bool:
    return any(one.path == path for one in blocks_of(data.decode("utf-8")))
