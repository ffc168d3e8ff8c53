"""Do the registry's books equal the sum of the devices' journals? Asked entry by entry, and unit by unit and month by month."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from desktop.app.town import Station, Town
from desktop.services import profile
from desktop.store.models import EntryRow, OutboxRow
from enforcement.casefile import fold_case
from enforcement.journal import reread_entry
from enforcement.journal.acts import DecisionIssued
from enforcement.values.clock import LOCAL, from_ms

Key = tuple[str, str]
"""Unit and month."""


@dataclass
class Sums:
    """By unit and month."""

    acts: Counter[Key] = field(default_factory=Counter)
    bundles: Counter[Key] = field(default_factory=Counter)
    decisions: Counter[Key] = field(default_factory=Counter)
    fines_fen: Counter[Key] = field(default_factory=Counter)
    undone: Counter[Key] = field(default_factory=Counter)


@dataclass
class Journals:
    """All that the devices hold. `unsent` never left a device that is gone; `receipted` are entries of bundles with a receipt."""

    hashes: set[str] = field(default_factory=set)
    receipted: set[str] = field(default_factory=set)
    unsent: int = 0
    waiting: int = 0
    sums: Sums = field(default_factory=Sums)


def journals_of(town: Town) -> Journals:
    """Read from every device's own store."""
    found = Journals()
    for station in town.stations.values():
        _add(found, station)
    return found


def _add(found: Journals, station: Station) -> None:
    desk, unit = station.desk, profile.grant_of(station.desk).unit
    with desk.database.read() as session:
        accepted = set(session.scalars(select(OutboxRow.digest).where(OutboxRow.state == "accepted")))
        mine = session.execute(
            select(EntryRow.hash, EntryRow.bundle, EntryRow.at_ms, EntryRow.kind, EntryRow.aggregate).where(
                EntryRow.device == desk.device.bytes
            )
        ).all()
        bundles: set[tuple[Key, bytes]] = set()
        for row in mine:
            sent = row.bundle in accepted
            if not sent:
                if station.gone:
                    found.unsent += 1
                    continue
                found.waiting += 1
            key = (unit, f"{from_ms(row.at_ms).astimezone(LOCAL):%Y-%m}")
            found.hashes.add(row.hash.hex())
            if sent:
                found.receipted.add(row.hash.hex())
                bundles.add((key, row.bundle))
            found.sums.acts[key] += 1
            if row.kind == "decision.issued":
                data = session.scalars(select(EntryRow.data).where(EntryRow.hash == row.hash)).one()
                case = fold_case(UUID(bytes=row.aggregate), desk.journal.entries(session, UUID(bytes=row.aggregate)))
                body = reread_entry(data).body
                stands = case.decision is not None and case.decision.entry == row.hash and not case.decision.voided
                if stands and isinstance(body, DecisionIssued):
                    found.sums.decisions[key] += 1
                    found.sums.fines_fen[key] += body.fine_fen
                else:
                    found.sums.undone[key] += 1
        found.sums.bundles.update(key for key, _ in bundles)


@dataclass
class Compared:
    """What came out; `equal` only when every sum of every unit and month is the same on both sides."""

    acts: int
    bundles: int
    lost: int
    twice: int
    strange: int
    equal: bool
    disputed: int
    fines_fen: int


def compare(journals: Journals, listed: Path, books: dict[str, Any]) -> Compared:
    """The registry's list of entries and its books beside the devices' journals."""
    with listed.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    here = Counter(row["hash"] for row in rows)
    places = Counter((row["device"], row["seq"]) for row in rows)
    sums = _sums(books["books"])
    ours = journals.sums
    pairs: Iterable[tuple[Counter[Key], Counter[Key]]] = (
        (ours.acts, sums.acts),
        (ours.bundles, sums.bundles),
        (ours.decisions, sums.decisions),
        (ours.fines_fen, sums.fines_fen),
        (ours.undone, sums.undone),
    )
    return Compared(
        acts=len(here),
        bundles=int(books["bundles"]),
        lost=len((journals.receipted | journals.hashes) - here.keys()),
        twice=sum(count - 1 for count in here.values()) + sum(count - 1 for count in places.values()),
        strange=len(here.keys() - journals.hashes),
        equal=all(+one == +other for one, other in pairs),
        disputed=sum(one["disputed"] for one in books["books"]),
        fines_fen=sum(sums.fines_fen.values()),
    )


def _sums(books: Iterable[dict[str, Any]]) -> Sums:
    """What is disputed was decided all the same: the devices count it, so both sides do."""
    found = Sums()
    for one in books:
        key = (one["unit"], one["month"])
        found.acts[key] += one["acts"]
        found.bundles[key] += one["bundles"]
        found.decisions[key] += one["decisions"] + one["disputed"]
        found.fines_fen[key] += one["fines_fen"] + one["disputed_fen"]
        found.undone[key] += one["undone"]
    return found


def reasons(refused: str) -> dict[str, int]:
    """How often the registry gives each reason."""
    return dict(sorted(Counter(one["reason"] for one in json.loads(refused)["refused"]).items()))
