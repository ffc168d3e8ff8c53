"""Reading the data of inspections: TOML whose every fault is named by file, key and reason."""

from __future__ import annotations

import re
import tomllib
from typing import TypeVar

from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_plain

R = TypeVar("R", bound=Record)
_WHERE = re.compile(r"`\$?\.?([^`]+)`")


def read_record(kind: type[R], raw: bytes, file: str) -> R:
    """The checked record of a TOML file. Raises KnownError(inspection.data_invalid) with `file`, `key` and `why`."""
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise fault(file, "$", str(error)) from error
    try:
        return from_plain(kind, table)
    except KnownError as error:
        why = str(error.details["why"])
        found = _WHERE.search(why.partition(" - at ")[2] or why)
        raise fault(file, found[1] if found else "$", why) from error


def fault(file: str, key: str, why: str) -> KnownError:
    """What is wrong, where."""
    return KnownError("inspection.data_invalid", file=file, key=key, why=why)


def no_twice(names: list[str], file: str, key: str) -> None:
    """Raises when a name stands twice."""
    for name in names:
        if names.count(name) > 1:
            raise fault(file, f"{key}.{name}", "stands twice")
