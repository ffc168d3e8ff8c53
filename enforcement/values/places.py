"""Where it was, without a map: by road and number, by grid (网格), by coordinates; by what is on the device alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_plain

NORTH, EAST = (3.0, 54.0), (73.0, 136.0)
"""Degrees between which the country lies; what lies elsewhere was mistyped."""
_PAIR = re.compile(r"^(?P<before>.*?)[\s，,]*(?P<one>\d{1,3}\.\d{2,8})\s*[,，\s]\s*(?P<two>\d{1,3}\.\d{2,8})$")
_ROAD = re.compile(r"^(?P<road>\D*?)\s*(?P<number>\d{1,5})?(?P<rest>号.*)?$")


class Grid(Record):
    """A grid of the city's management and the unit that looks after it."""

    id: str
    name: str
    unit: str = ""


class Stretch(Record):
    """The numbers `first` to `last` of a road, on both sides or one, in a grid."""

    first: int
    last: int
    grid: str
    side: Literal["both", "odd", "even"] = "both"

    def has(self, number: int) -> bool:
        """Whether a house number lies on it."""
        on_side = self.side == "both" or (number % 2 == 1) == (self.side == "odd")
        return self.first <= number <= self.last and on_side


class Road(Record):
    """A road with its stretches of numbers."""

    name: str
    stretches: tuple[Stretch, ...]


class Gazetteer(Record):
    """The roads and grids of a place; `prefix` goes before every address."""

    prefix: str
    grids: tuple[Grid, ...]
    roads: tuple[Road, ...]

    def grid(self, id_: str) -> Grid:
        """Raises KeyError."""
        return {one.id: one for one in self.grids}[id_]


@dataclass(frozen=True)
class Place:
    """A place that was meant: the words for the record, and the grids that it lies in."""

    words: str
    grids: tuple[Grid, ...] = ()


def read_gazetteer(raw: bytes, file: str) -> Gazetteer:
    """The checked roads and grids. Raises KnownError(places.data_invalid) with `file` and `why`."""
    try:
        found = from_plain(Gazetteer, tomllib.loads(raw.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnownError("places.data_invalid", file=file, why=str(error)) from error
    except KnownError as error:
        raise KnownError("places.data_invalid", file=file, why=error.details["why"]) from error
    grids = [one.id for one in found.grids]
    for why in _faults(found, grids):
        raise KnownError("places.data_invalid", file=file, why=why)
    return found


def find_places(
    gazetteer: Gazetteer, typed: str, initials: Callable[[str], str], used: Iterable[str] = (), most: int = 8
) -> tuple[Place, ...]:
    """What the words may mean: a pair of degrees, a road (by its name or the `initials` of its pinyin) with a number that it has, a
    grid with its roads, and places used before that hold the words.
    """
    words = typed.strip()
    if not words:
        return ()
    at = by_degrees(words)
    if at is not None:
        return (at,)
    found = [*_by_road(gazetteer, words.removeprefix(gazetteer.prefix), initials), *_by_grid(gazetteer, words)]
    found += [Place(one) for one in used if words in one]
    return tuple({one.words: one for one in reversed(found)}.values())[::-1][:most]


def by_degrees(words: str) -> Place | None:
    """A place whose words end in degrees of latitude and longitude, in either order, written as a record says them."""
    found = _PAIR.match(words)
    if found is None:
        return None
    one, two = float(found["one"]), float(found["two"])
    north, east = (one, two) if one < two else (two, one)  # nowhere in the country are both of one size
    if not (NORTH[0] <= north <= NORTH[1] and EAST[0] <= east <= EAST[1]):
        return None
    degrees = f"北纬{north:.5f}°，东经{east:.5f}°"
    before = found["before"].strip("（( ")
    return Place(f"{before}（{degrees}）" if before else degrees)


def _by_road(gazetteer: Gazetteer, words: str, initials: Callable[[str], str]) -> Iterator[Place]:
    parts = _ROAD.match(words)
    if parts is None or not parts["road"]:
        return
    number = int(parts["number"]) if parts["number"] else None
    meant = parts["road"].lower()
    named = sorted(gazetteer.roads, key=lambda road: not road.name.startswith(meant))
    for road in named:
        if meant not in road.name and not initials(road.name).lower().startswith(meant):
            continue
        if number is None:
            ids = dict.fromkeys(one.grid for one in road.stretches)
            yield Place(f"{gazetteer.prefix}{road.name}", tuple(gazetteer.grid(one) for one in ids))
            continue
        for one in road.stretches:
            if one.has(number):
                rest = parts["rest"] or "号"
                yield Place(f"{gazetteer.prefix}{road.name}{number}{rest}", (gazetteer.grid(one.grid),))


def _by_grid(gazetteer: Gazetteer, words: str) -> Iterator[Place]:
    for grid in gazetteer.grids:
        if words.lower() in grid.id.lower() or words in grid.name:
            for road in gazetteer.roads:
                if any(one.grid == grid.id for one in road.stretches):
                    yield Place(f"{gazetteer.prefix}{road.name}", (grid,))


def _faults(found: Gazetteer, grids: list[str]) -> Iterator[str]:
    names = [one.name for one in found.roads]
    yield from (f"grid {one} stands twice" for one in grids if grids.count(one) > 1)
    yield from (f"road {one} stands twice" for one in names if names.count(one) > 1)
    for road in found.roads:
        for one in road.stretches:
            if one.grid not in grids:
                yield f"road {road.name}: unknown grid {one.grid}"
            if one.first > one.last or one.first < 1:
                yield f"road {road.name}: numbers {one.first} to {one.last}"
        for number in {one.first for one in road.stretches} | {one.last for one in road.stretches}:
            if sum(one.has(number) for one in road.stretches) > 1:
                yield f"road {road.name}: number {number} lies in two grids"
