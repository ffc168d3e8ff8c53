"""A year's holidays, as the State Council's notice gives them, from TOML."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from central.authority.rules_files import read_file
from enforcement.authoring import Source, read_table
from enforcement.law import Holiday, HolidayYear


def read_holidays(path: Path) -> HolidayYear:
    """A span is written "first..last" or as one day; `names` are those of the spans of `off`, in their order.

    Raises KnownError(rules.pack_invalid) by file and line, also for a day of another year and a worked day that is no weekend.
    """
    source = read_table({path.name: read_file(path)}, path.name)
    source.only("year", "source", "off", "names", "worked")
    year = source.get("year", int)
    spans = [_span(source, "off", year, text) for text in source.get("off", list)]
    worked = tuple(day for text in source.get("worked", list) for day in _span(source, "worked", year, text))
    if any(day.weekday() < 5 for day in worked):
        raise source.fail("worked: only a Saturday or a Sunday is worked instead", "worked")
    names = source.get("names", list, [])
    if names and (len(names) != len(spans) or not all(isinstance(name, str) and name for name in names)):
        raise source.fail("names: one for each span of off", "names")
    return HolidayYear(
        year=year,
        off=tuple(day for span in spans for day in span),
        worked=worked,
        source=source.get("source", str),
        names=tuple(
            Holiday(first=span[0], last=span[-1], name=name) for span, name in zip(spans, names, strict=bool(names))
        ),
    )


def _span(source: Source, key: str, year: int, text: object) -> tuple[date, ...]:
    first, _, last = str(text).partition("..")
    try:
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError as error:
        raise source.fail(f"no date: {text}", key) from error
    if end < day or day.year != year or end.year != year:
        raise source.fail(f"not a span of {year}: {text}", key)
    return tuple(day + timedelta(days=count) for count in range((end - day).days + 1))
