"""The agency's data as the use cases ask of it: who may act, which table holds, which number comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop.services.shapes import PersonView
from desktop.store.authority import AuthorityData
from desktop.store.models import NumberRow
from enforcement.credentials import Duty, NumberBlock, Person, RosterIndex, Standing, require, standing
from enforcement.credentials.standing import within_region
from enforcement.journal.acts import CertificateShown
from enforcement.law import HolidayCalendar
from enforcement.rules import Library, LoadedPack
from enforcement.values.errors import KnownError


@dataclass(frozen=True)
class Agency:
    """AuthorityData with its questions."""

    data: AuthorityData

    @property
    def index(self) -> RosterIndex:
        return self.data.index

    @property
    def calendar(self) -> HolidayCalendar:
        return self.data.calendar

    @property
    def trusted_until(self) -> datetime:
        return self.index.roster.trusted_until

    def key_of(self, kid: bytes, number: str) -> Ed25519PublicKey | None:
        return self.index.officer_key(kid, number)

    def person(self, number: str) -> Person:
        """Raises KnownError(certificate.unknown)."""
        found = self.index.person(number)
        if found is None:
            raise KnownError("certificate.unknown", number=number, name="", until="", why="not in the roster")
        return found

    @property
    def library(self) -> Library:
        """Every table that the agency published."""
        return self.data.library

    def current_packs(self, day: date) -> tuple[LoadedPack, ...]:
        """The tables in force that day; raises KnownError(rules.not_in_force) when there is none, saying since when."""
        found = self.library.current(day)
        if not found:
            last = self.library.packs[0].pack if self.library.packs else None
            since = (last.valid_to or last.valid_from).isoformat() if last else ""
            raise KnownError(
                "rules.not_in_force", what=last.title if last else "裁量基准", day=day.isoformat(), since=since
            )
        return found

    def require(self, number: str, role: str, at: datetime, field: str = "") -> CertificateShown:
        """The certificate as shown for the record; raises KnownError(certificate.*)."""
        duty = Duty(role=role, field=field, region=self.region_for(number, at))  # type: ignore[arg-type]
        return self.shown(require(self.index, number, duty, at))

    def require_key(self, number: str, kid: bytes, device: UUID) -> None:
        """What is signed here must be provable anywhere. Raises KnownError(key.not_published) while the roster does not hold the key,
        (device.suspended) once it says that the device is.
        """
        info = self.index.roster.device_info(device)
        if info is not None and info.state != "active":
            raise KnownError("device.suspended", device=info.label)
        found = self.index.holder(kid)
        if found is None or found[0].number != number:
            raise KnownError("key.not_published", number=number)

    def region_for(self, number: str, at: datetime) -> str:
        """The region that somebody's act is taken to lie in: the agency's, or theirs where theirs is a part of it. Places are kept as
        addresses without a code, so whether a street lies in a district cannot be asked here.
        """
        region, person = self.index.roster.agency.region, self.index.person(number)
        theirs = person.as_of(at).region if person is not None else region
        return theirs if within_region(theirs, region) else region

    def shown(self, found: Standing) -> CertificateShown:
        person = found.person
        return CertificateShown(
            number=found.number,
            name=person.name if person else "",
            unit=self.index.roster.unit_name(person.unit) if person else "",
            state=found.state,
            roster_version=found.roster_version,
            roster_digest=found.roster_digest,
        )

    def person_view(self, number: str, at: datetime, enrolled_here: bool) -> PersonView:
        """Somebody as this device sees them now."""
        found = standing(self.index, number, Duty(role=""), at)
        person = found.person
        return PersonView(
            number=number,
            name=person.name if person else number,
            unit=self.index.roster.unit_name(person.unit) if person else "",
            roles=person.roles if person else (),
            state=found.state,
            until=found.until,
            fields=person.fields if person else (),
            region=person.region if person else "",
            kind=person.kind if person else "",
            review_due=person.review_due if person else None,
            enrolled_here=enrolled_here,
        )

    def next_number(self, session: Session, form: str, year: int) -> tuple[NumberBlock, int]:
        """The next free number of this device's blocks; raises KnownError(numbers.none_left)."""
        for block in self._blocks(form, year):
            free = _next_free(session, block)
            if free is not None:
                return block, free
        raise KnownError("numbers.none_left", form=form, year=year)

    def numbers_left(self, session: Session, form: str, year: int) -> int:
        """How many are left."""
        return sum(
            block.last - free + 1
            for block in self._blocks(form, year)
            if (free := _next_free(session, block)) is not None
        )

    def blocks_view(self, session: Session) -> tuple[tuple[str, int, int, int], ...]:
        """(series, first, last, next free) of each block."""
        return tuple(
            (block.series, block.first, block.last, _next_free(session, block) or block.last + 1)
            for block in self.data.blocks
        )

    def _blocks(self, form: str, year: int) -> list[NumberBlock]:
        mine = [block for block in self.data.blocks if block.form == form and block.year == year]
        return sorted(mine, key=lambda block: block.first)


def _next_free(session: Session, block: NumberBlock) -> int | None:
    used = session.scalar(
        select(func.max(NumberRow.running)).where(
            NumberRow.series == block.series, NumberRow.running.between(block.first, block.last)
        )
    )
    free = block.first if used is None else used + 1
    return free if free <= block.last else None
