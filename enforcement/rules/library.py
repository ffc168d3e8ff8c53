"""All the packs that a device holds: several fields side by side, several editions of one table in time.

Two editions of one table may both be in force by their days; the one that came into force later is the table. An older one stays
for acts of its time, and for records that name it by its digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from enforcement.rules.model import Violation
from enforcement.rules.pack import LoadedPack, in_force
from enforcement.values.errors import KnownError


class Library:
    """Packs, asked by violation and day."""

    def __init__(self, packs: Iterable[LoadedPack]) -> None:
        self.packs = tuple(sorted(packs, key=lambda one: (one.pack.valid_from, one.pack.version), reverse=True))

    @cached_property
    def _holding(self) -> dict[str, tuple[LoadedPack, ...]]:
        found: dict[str, list[LoadedPack]] = {}
        for loaded in self.packs:
            for violation in loaded.pack.violations:
                found.setdefault(violation.id, []).append(loaded)
        return {name: tuple(packs) for name, packs in found.items()}

    def at(self, violation_id: str, day: date) -> LoadedPack:
        """The pack that measures a violation on a day.

        Raises KnownError(rules.violation_unknown), or (rules.not_in_force) saying since when.
        """
        holding = self._holding.get(violation_id)
        if holding is None:
            raise KnownError("rules.violation_unknown", violation=violation_id)
        found = self.at_or_none(violation_id, day)
        if found is not None:
            return found
        last = holding[0].pack
        since = last.valid_to if last.valid_to and day > last.valid_to else min(one.pack.valid_from for one in holding)
        raise KnownError("rules.not_in_force", what=last.title, day=day.isoformat(), since=since.isoformat())

    def at_or_none(self, violation_id: str, day: date) -> LoadedPack | None:
        """The same, or none where no edition in force that day holds the violation."""
        for loaded in self._holding.get(violation_id, ()):
            if in_force(loaded.pack.valid_from, loaded.pack.valid_to, day):
                return loaded
        return None

    def violation(self, violation_id: str, day: date) -> Violation:
        """Raises as `at` does."""
        return self.at(violation_id, day).violation(violation_id)

    def by_digest(self, digest: bytes) -> LoadedPack | None:
        """The pack that a record names."""
        return next((loaded for loaded in self.packs if loaded.digest == digest), None)

    def current(self, day: date) -> tuple[LoadedPack, ...]:
        """The tables in force that day: of each its newest edition."""
        found: dict[str, LoadedPack] = {}
        for loaded in self.packs:
            if in_force(loaded.pack.valid_from, loaded.pack.valid_to, day):
                found.setdefault(loaded.pack.id, loaded)
        return tuple(found.values())

    def search(self, query: str, day: date) -> tuple[tuple[LoadedPack, Violation], ...]:
        """Violations in force that day that hold every word of the query; best first."""
        found = [
            (rank, violation.title, index, loaded, violation)
            for index, loaded in enumerate(self.current(day))
            for rank, violation in loaded.ranked(query, day)
        ]
        return tuple((loaded, violation) for *_, loaded, violation in sorted(found, key=lambda one: one[:3]))
