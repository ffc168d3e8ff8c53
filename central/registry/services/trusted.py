"""The agency's published set as the registry keeps it: the newest roster to judge by, every roster, pack and calendar ever seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.registry.store.kept import keep, kept
from central.registry.store.models import PackRow, RosterRow
from enforcement.credentials import NumberBlock, NumberBlocks, Roster, RosterIndex
from enforcement.credentials.authority_set import AuthoritySet, SetVersions, open_set
from enforcement.credentials.certificate import read_certificate
from enforcement.law import HolidayCalendar
from enforcement.rules import Library, open_signed_pack
from enforcement.values.clock import to_ms
from enforcement.values.cose import key_id
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes, to_bytes

VERSIONS, BLOCKS, CALENDAR = "set/versions", "set/blocks", "set/calendar"
ROSTER, HOLIDAYS = "roster/roster.cbor", "calendar/holidays.cbor"


@dataclass(frozen=True)
class Trusted:
    """What everything is judged by. `rosters`: digest of each roster seen, by its version."""

    index: RosterIndex
    library: Library
    calendar: HolidayCalendar
    blocks: tuple[NumberBlock, ...]
    rosters: Mapping[int, bytes]

    @cached_property
    def _by_series(self) -> dict[tuple[UUID, str], list[NumberBlock]]:
        found: dict[tuple[UUID, str], list[NumberBlock]] = {}
        for block in self.blocks:
            found.setdefault((block.device, block.series), []).append(block)
        return found

    def allotted(self, device: UUID, form: str, series: str, running: int) -> bool:
        """Whether that number of that form was this device's to use."""
        mine = self._by_series.get((device, series), ())
        return any(block.form == form and block.first <= running <= block.last for block in mine)


def refresh(session: Session, root: bytes, fetch: Callable[[str], bytes | None], now: datetime) -> bool:
    """Keep a newer set; False when there is none. In the caller's transaction. Raises KnownError(authority.*)."""
    known = kept(session, VERSIONS)
    trusted = SetVersions(root=root) if known is None else from_bytes(SetVersions, known)
    opened = open_set(fetch, trusted, now)
    if opened.versions == trusted:
        return False
    roster = from_bytes(Roster, opened.target(ROSTER))
    _check_roster(roster)
    data = to_bytes(roster)
    session.merge(RosterRow(version=roster.version, digest=digest(data), issued_ms=to_ms(roster.issued_at), data=data))
    _keep_packs(session, opened)
    blocks: list[NumberBlock] = []
    for path in opened.paths("numbers/"):
        blocks += from_bytes(NumberBlocks, opened.target(path)).blocks
    keep(session, BLOCKS, to_bytes(NumberBlocks(blocks=tuple(blocks))))
    if HOLIDAYS in opened.paths("calendar/"):
        keep(session, CALENDAR, opened.target(HOLIDAYS))
    keep(session, VERSIONS, to_bytes(opened.versions))
    return True


def trusted_of(session: Session) -> Trusted:
    """What is kept. Raises KnownError(authority.untrusted) before the first set, (rules.pack_altered)."""
    rosters = {row.version: row.digest for row in session.scalars(select(RosterRow))}
    if not rosters:
        raise KnownError("authority.untrusted", what="roster", why="the agency's set was never fetched")
    newest = session.get_one(RosterRow, max(rosters))
    packs = [open_signed_pack(row.data, _key_of(row.legal)) for row in session.scalars(select(PackRow))]
    calendar, blocks = kept(session, CALENDAR), kept(session, BLOCKS)
    return Trusted(
        RosterIndex(from_bytes(Roster, newest.data)),
        Library(packs),
        HolidayCalendar(years=()) if calendar is None else from_bytes(HolidayCalendar, calendar),
        () if blocks is None else from_bytes(NumberBlocks, blocks).blocks,
        rosters,
    )


def changed_between(old: Roster, new: Roster) -> frozenset[str]:
    """Certificate numbers of whom the newer roster says something else, and ids (hex) of such devices."""
    before: dict[str, object] = {person.number: person for person in old.people}
    before |= {info.device.hex: info for info in old.devices}
    after: dict[str, object] = {person.number: person for person in new.people}
    after |= {info.device.hex: info for info in new.devices}
    return frozenset(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _keep_packs(session: Session, opened: AuthoritySet) -> None:
    legal = b"".join(opened.delegated_keys("legal"))
    for path in opened.paths("packs/"):
        data = opened.target(path)
        session.merge(PackRow(digest=open_signed_pack(data, _key_of(legal)).digest, data=data, legal=legal))


def _check_roster(roster: Roster) -> None:
    for person in roster.people:
        for held in person.credentials:
            claims, key = read_certificate(held.der, roster.agency.ca)
            if (claims.number, claims.hpke, key_id(key)) != (person.number, held.hpke, held.kid):
                raise KnownError("authority.untrusted", what="roster", why=f"certificate of {person.number}")


def _key_of(raw: bytes) -> Callable[[bytes], Ed25519PublicKey | None]:
    keys = [Ed25519PublicKey.from_public_bytes(raw[start : start + 32]) for start in range(0, len(raw), 32)]
    return {key_id(key): key for key in keys}.get
