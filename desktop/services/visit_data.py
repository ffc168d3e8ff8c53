"""The data of inspections that come with the program: caps, checklists; read once."""

from __future__ import annotations

from functools import lru_cache

import resources
from enforcement.journal.visit_acts import ListVersion
from enforcement.procedure.inspections import CapTable, Checklist, read_caps, read_checklist
from enforcement.procedure.inspections.checklist import list_version
from enforcement.values.errors import KnownError

CAPS, LISTS = "inspections/caps.toml", "inspections/checklists"


@lru_cache(maxsize=1)
def caps() -> CapTable:
    """The caps. Raises KnownError(inspection.data_invalid)."""
    return read_caps(resources.path(CAPS).read_bytes(), "caps.toml")


@lru_cache(maxsize=1)
def checklists() -> dict[str, tuple[Checklist, ListVersion]]:
    """Every checklist by its id. Raises KnownError(inspection.data_invalid)."""
    found: dict[str, tuple[Checklist, ListVersion]] = {}
    for path in sorted(resources.path(LISTS).glob("*.toml")):
        raw = path.read_bytes()
        one = read_checklist(raw, path.name)
        found[one.id] = (one, list_version(one, raw))
    return found


def checklist(id_: str) -> tuple[Checklist, ListVersion]:
    """One of them; raises KnownError(input.invalid)."""
    found = checklists().get(id_)
    if found is None:
        raise KnownError("input.invalid", field="lists", why=f"there is no checklist {id_}")
    return found
