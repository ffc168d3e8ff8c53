"""A source whose errors say exactly where: file, table and key, for who shows them beside the table itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from enforcement.authoring.source import PackSource, Source, Table
from enforcement.authoring.toml_source import Texts, read_table
from enforcement.values.errors import KnownError

PACK = "pack.toml"
_MARK = re.compile("\x1e(.*?)\x1f(.*?)\x1f(.*?)\x1e:? ?")
_ROW = re.compile(r"\.tiers\[(\d+)\]")
_VERSION = re.compile(r"\.versions\[(\d+)\]")


class Spot(NamedTuple):
    """A place in a source: the file, the path of a table in it as `Source.path` has it, and a key of it, or ""."""

    file: str
    path: str
    key: str = ""

    @property
    def version(self) -> int:
        """Which of the violation's versions, from 0 on; -1 for none."""
        found = _VERSION.search(self.path)
        return int(found[1]) - 1 if found else -1

    @property
    def row(self) -> int:
        """Which row of the table, from 0 on; -1 for none."""
        found = _ROW.search(self.path)
        return int(found[1]) - 1 if found else -1


NOWHERE = Spot("", "")


class _Finder:
    def __init__(self, file: str) -> None:
        self._file = file

    def where(self, path: str, key: str = "") -> str:
        return f"\x1e{self._file}\x1f{path}\x1f{key}\x1e"


def read_spotted(texts: Texts) -> PackSource:
    """As `read_toml` reads a folder; the `where` of what is built of it is for `spot_of`. Files that did not change are not read
    again. Raises KnownError(rules.pack_invalid) with file and line for a text that is no TOML.
    """
    violations: list[Source] = []
    files: dict[str, str] = {}
    for name in _names(texts, "violations/"):
        file = _source(texts, name)
        file.only("violations")
        for source in file.sub("violations"):
            violations.append(source)
            files[str(source.table.get("id"))] = name.removeprefix("violations/").removesuffix(".toml")
    statutes = [_source(texts, name) for name in _names(texts, "statutes/")]
    return PackSource(_source(texts, PACK), statutes, violations, files)


def spot_of(where: str) -> tuple[Spot, str]:
    """The place that an error's `where` names, and what it says besides."""
    found = _MARK.search(where)
    if found is None:
        return NOWHERE, where
    return Spot(found[1], found[2], found[3]), _MARK.sub("", where)


def spot(source: Source, key: str = "") -> Spot:
    """Where a table of a spotted source stands."""
    return spot_of(source.finder.where(source.path, key))[0]


def plain_error(error: KnownError) -> KnownError:
    """An error of a spotted source with its place in words: file, then what it names."""
    found, rest = spot_of(str(error.details.get("where", "")))
    where = f"{found.file}: {rest}".strip(": ") if found.file else rest
    return KnownError(error.code, **{**error.details, "where": where})


def _source(texts: Texts, name: str) -> Source:
    if name not in texts:
        raise KnownError("rules.pack_invalid", where=name, why="the file is missing")
    return Source("", "", _table(name, texts[name]), _Finder(name))


@lru_cache(maxsize=512)
def _table(name: str, data: bytes) -> Table:
    return read_table({name: data}, name).table


def _names(texts: Texts, folder: str) -> list[str]:
    return sorted(name for name in texts if name.startswith(folder) and name.endswith(".toml"))
