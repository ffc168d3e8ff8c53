"""A year's holidays, as the State Council's notice gives them, from TOML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from central.authority.rules_files import read_file
from enforcement.authoring import Source, read_table
from enforcement.law import HolidayYear


def read_holidays(path: Path) -> HolidayYear:
    """A span is written "first..last". Raises KnownError(rules.pack_invalid) by file and line."""
    source = read_table({path.name: read_file(path)}, path.name)
    return HolidayYear(
        year=source.get("year", int),
        off=tuple(day for text in source.get("off", list) for day in _span(source, text)),
        worked=tuple(day for text in source.get("worked", list) for day in _span(source, text)),
        source=source.get("source", str),
    )


def _span(source: Source, text: str) -> Iterator[date]:
    first, _, last = text.partition("..")
    try:
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise source.fail(f"no date: {text}") from error
    while day <= end:
        yield day
        day = date.fromordinal(day.toordinal() + 1)
