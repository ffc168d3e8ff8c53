"""A TOML text cut at its headers, so that one table can be changed and every other byte stays as it is.

Paths are those of `Source.path`: "violations[2].versions[1].tiers[3]", counted from 1; "" is what stands before the first header.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*|[\[\]{}]|\n",
    re.DOTALL,
)
_HEADER = re.compile(r"[ \t]*\[[^\n]*")
_ENTRY = re.compile(r"(.*)\[(\d+)\]")


class Block(NamedTuple):
    """A header with what stands under it until the next one. `lead` is where the comments directly above it begin."""

    path: str
    lead: int
    start: int
    end: int


class Step(NamedTuple):
    """A step down a path: a key, and from 1 on which one where it names an array of tables."""

    key: str
    at: int | None


@lru_cache(maxsize=16)
def blocks_of(text: str) -> list[Block]:
    """Every block in its order; the first one is that of the top. The text must be TOML. The list is not to be changed."""
    starts = list(_headers(text))
    leads = [_lead(text, start, starts[at - 1][1] if at else 0) for at, (_, start) in enumerate(starts)]
    ends = [*leads[1:], len(text)][: len(starts)]
    found = [Block("", 0, 0, leads[0] if leads else len(text))]
    return found + [Block(path, lead, start, end) for (path, start), lead, end in zip(starts, leads, ends, strict=True)]


def steps_of(path: str) -> list[Step]:
    """The steps of a path."""
    steps = []
    for part in path.split(".") if path else ():
        found = _ENTRY.fullmatch(part)
        steps.append(Step(found[1], int(found[2])) if found else Step(part, None))
    return steps


def within(blocks: list[Block], path: str) -> list[Block]:
    """The blocks of one table: its own and those of tables inside it."""
    return [one for one in blocks if one.path == path or one.path.startswith(f"{path}.")]


def entries(blocks: list[Block], path: str) -> list[list[Block]]:
    """The blocks of each element of an array of tables that is written with headers."""
    count = sum(_element(one.path, path) for one in blocks)
    return [within(blocks, f"{path}[{number}]") for number in range(1, count + 1)]


def owner(blocks: list[Block], path: str) -> tuple[Block, list[Step]]:
    """The innermost block that a path leads into, and the steps left inside it."""
    steps = steps_of(path)
    for taken in range(len(steps), -1, -1):
        found = next((one for one in blocks if one.path == path_of(steps[:taken])), None)
        if found is not None:
            return found, steps[taken:]
    return blocks[0], steps


def path_of(steps: list[Step]) -> str:
    """Steps as a path."""
    return ".".join(step.key if step.at is None else f"{step.key}[{step.at}]" for step in steps)


def path_at(text: str, line: int) -> str:
    """The table that a line (from 1 on) stands in."""
    lines = text.split("\n")
    offset = sum(len(one) + 1 for one in lines[: max(0, line - 1)])
    return next((one.path for one in reversed(blocks_of(text)) if one.start <= offset), "")


def _element(path: str, array: str) -> bool:
    found = _ENTRY.fullmatch(path)
    return found is not None and found[1] == array


def _headers(text: str) -> Iterator[tuple[str, int]]:
    counts: dict[str, int] = {}
    for start, line in _header_lines(text):
        keys, array = _named(line)
        place = ""
        for at, key in enumerate(keys):
            place = f"{place}.{key}".lstrip(".")
            if at == len(keys) - 1 and array:
                counts[place] = counts.get(place, 0) + 1
                for inner in [one for one in counts if one.startswith(f"{place}[{counts[place]}]")]:
                    del counts[inner]
            if place in counts:
                place = f"{place}[{counts[place]}]"
        yield place, start


def _header_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines that open a table: not those that look so inside a text or a value over several lines."""
    depth, line, at = 0, 0, 0
    while True:
        if depth == 0 and at == line:
            found = _HEADER.match(text, line)
            if found is not None:
                yield line, found[0]
                at = found.end()
        token = _TOKEN.search(text, at)
        if token is None:
            return
        at = token.end()
        match token[0]:
            case "[" | "{":
                depth += 1
            case "]" | "}":
                depth -= 1
            case "\n":
                line = at


@lru_cache(maxsize=256)
def _named(line: str) -> tuple[list[str], bool]:
    table: Any = tomllib.loads(line.rstrip("\r"))
    keys, array = [], False
    while table:
        if isinstance(table, list):
            table, array = table[0], True
            continue
        key, table = next(iter(table.items()))
        keys.append(key)
        array = False
    return keys, array or isinstance(table, list)


def _lead(text: str, start: int, floor: int) -> int:
    """Comments that stand directly above a header belong to it."""
    lead = start
    while lead > floor:
        above = text.rfind("\n", 0, lead - 1) + 1
        if above < floor or not text[above:lead].lstrip(" \t").startswith("#"):
            return lead
        lead = above
    return lead
