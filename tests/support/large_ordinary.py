"""Ordinary cases for a large profile: one told through the services, its likes with other parties, places, numbers and days.

A like stops somewhere on the way, so that every stage stands in the lists. What names an entry, an identifier, a day or a number is
renamed all through; every entry is signed anew by whose it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from desktop.app.demo_city import OFFICER, PARTNER, City
from desktop.app.stories import tale_of
from desktop.platform.clock import SystemClock
from desktop.services.desk import Desk, local
from desktop.store.journal import Author
from desktop.store.projections import project_case
from enforcement.journal.acts import EvidenceAdded, Party
from enforcement.journal.entry import Entry
from enforcement.journal.kinds import Body
from enforcement.values.ids import digest, uuid7
from tests.support.tales import Told

NUMBER = re.compile(r"〕\d+号")
LEAST = 12
"""Entries of the shortest like: found, turned to the ordinary procedure, opened."""


@dataclass(frozen=True)
class Tale:
    """The entries of the case that was told, in the order in which they had their effect."""

    entries: tuple[Entry, ...]
    began: datetime


def told(city: City, folder: Path) -> Tale:
    """Tell one through the services of three desks, the real relay between them."""
    teller = Told(city, tale_of("ordinary", city.cast, local(SystemClock().now()).date()), folder)
    try:
        case_id = teller.open()
        for step in teller.tale.steps:
            teller.step(step)
            teller.sync()
        desk = teller.desks["officer"]
        with desk.database.read() as session:
            entries = desk.journal.entries(session, case_id)
    finally:
        teller.close()
    return Tale(entries, teller.tale.moment(0, "10:00"))


def like(
    session: Session,
    desk: Desk,
    tale: Tale,
    authors: Mapping[str, Author],
    number: int,
    at: datetime,
    party: Party,
) -> UUID:
    """A like of it that began at `at`, as far as its number says; its case."""
    case_id, by = uuid7(at, desk.entropy), at - tale.began
    names: dict[Any, Any] = {tale.entries[0].aggregate: case_id}
    waiting: list[tuple[Entry, Body]] = []

    def write() -> None:
        if waiting:
            first = waiting[0][0]
            bodies = [body for _, body in waiting]
            made = desk.journal.append(
                session, case_id, bodies, authors[first.certificate], _done_at(waiting[-1][0]) + by, None
            )
            names.update(zip((one.hash for one, _ in waiting), (one.hash for one in made), strict=True))
            waiting.clear()

    for entry in tale.entries[: LEAST + number % (len(tale.entries) - LEAST + 1)]:
        if waiting and (
            waiting[0][0].certificate != entry.certificate or any(one.hash in entry.data for one, _ in waiting)
        ):
            write()
        if isinstance(entry.body, EvidenceAdded):
            names[entry.body.evidence] = uuid7(at, desk.entropy)
            names[entry.body.blob] = digest(case_id.bytes + entry.body.blob)
        waiting.append((entry, _renamed(entry.body, names, by, f"〕{number + 1}号", party)))
    write()
    project_case(session, desk.journal, case_id)
    return case_id


def _done_at(entry: Entry) -> datetime:
    at = getattr(entry.body, "at", None)
    return at if isinstance(at, datetime) else entry.at


def _renamed(value: Any, names: Mapping[Any, Any], by: timedelta, number: str, party: Party) -> Any:
    def again(one: Any) -> Any:
        return _renamed(one, names, by, number, party)

    match value:
        case Party():
            return party
        case msgspec.Struct():
            return msgspec.structs.replace(
                value, **{name: again(getattr(value, name)) for name in value.__struct_fields__}
            )
        case datetime() | date():
            return value + by
        case str():
            return NUMBER.sub(number, value)
        case bytes() | UUID():
            return names.get(value, value)
        case tuple() | list():
            return type(value)(again(one) for one in value)
        case frozenset():
            return frozenset(again(one) for one in value)
        case Mapping():
            return {again(key): again(one) for key, one in value.items()}
        case _:
            return value


def authors(desk: Desk, partner: Author, others: tuple[Author, ...]) -> dict[str, Author]:
    """By certificate number."""
    return {OFFICER: desk.author, PARTNER: partner, **{one.certificate: one for one in others}}
