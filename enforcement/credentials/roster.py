"""What the agency says of itself: its units, people, devices, recipients. One signed record, as of one instant.

Names stand here and nowhere in a certificate. Every state has the instant it began, so that the roster answers for the
past: what was done while valid stays valid.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.credentials.person import Credential, Person
from enforcement.values.ids import digest
from enforcement.values.shapes import Record, to_bytes


class Agency(Record):
    """The enforcement body (执法主体) and what its documents say of it. `ca` is the DER of its issuing certificate."""

    name: str
    short: str
    region: str
    address: str
    phone: str
    number_code: str
    bank: str
    bank_account: str
    bank_account_name: str
    reconsideration_body: str
    court: str
    ca: bytes
    hearing_citizen_fen: int | None = None
    hearing_organisation_fen: int | None = None


class Unit(Record):
    """A unit of the agency."""

    unit_id: str
    name: str


class DeviceInfo(Record):
    """A device of the agency. `key` is its 32-byte Ed25519 public key; `since` is when its state began, `reason` why. One that
    `reads_only` (the registry) seals no bundle.
    """

    device: UUID
    label: str
    unit: str
    key: bytes
    state: Literal["active", "suspended", "lost"] = "active"
    since: datetime | None = None
    reads_only: bool = False
    reason: str = ""


class Roster(Record):
    """The roster. `trust_days`: how long a device may go on with it when it hears nothing newer; in the last `trust_warn_days` of
    them it says so every time it is looked at. `warn_days`: how long before a certificate or its review ends it is called expiring.

    `registry` and `recovery` are HPKE public keys; `relay_keys` are Ed25519 public keys that sign receipts.
    """

    version: int
    issued_at: datetime
    trust_days: int
    agency: Agency
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    devices: tuple[DeviceInfo, ...]
    registry: bytes
    recovery: bytes
    relay_keys: tuple[bytes, ...] = ()
    warn_days: int = 30
    trust_warn_days: int = 7

    @property
    def trusted_until(self) -> datetime:
        """After this instant the roster answers nothing any more."""
        return self.issued_at + timedelta(days=self.trust_days)

    def trust_ends_soon(self, now: datetime) -> bool:
        """Whether the device should be connected within days, or is past that."""
        return now >= self.trusted_until - timedelta(days=self.trust_warn_days)

    def person(self, number: str) -> Person | None:
        return next((person for person in self.people if person.number == number), None)

    def device_info(self, device: UUID) -> DeviceInfo | None:
        return next((info for info in self.devices if info.device == device), None)

    def unit_name(self, unit_id: str) -> str:
        return next((unit.name for unit in self.units if unit.unit_id == unit_id), unit_id)


class RosterIndex:
    """A roster with what is looked up often: keys by id, its own digest."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster

    @cached_property
    def digest(self) -> bytes:
        return digest(to_bytes(self.roster))

    @cached_property
    def _by_number(self) -> dict[str, Person]:
        return {person.number: person for person in self.roster.people}

    @cached_property
    def _by_kid(self) -> dict[bytes, tuple[Person, Credential]]:
        return {held.kid: (person, held) for person in self.roster.people for held in person.credentials}

    @cached_property
    def _devices(self) -> dict[bytes, DeviceInfo]:
        return {digest(info.key): info for info in self.roster.devices}

    def person(self, number: str) -> Person | None:
        """The holder of a certificate number."""
        return self._by_number.get(number)

    def holder(self, kid: bytes) -> tuple[Person, Credential] | None:
        """Whose signing key this is, whatever their standing."""
        return self._by_kid.get(kid)

    def officer_key(self, kid: bytes, number: str) -> Ed25519PublicKey | None:
        """The key of that certificate number's holder with that id. The certificate was checked when the set was opened."""
        from_kid = self._by_kid.get(kid)
        if from_kid is None or from_kid[0].number != number:
            return None
        return _public_key(from_kid[1].der)

    def device_key(self, kid: bytes) -> Ed25519PublicKey | None:
        """The key of the device with that key id; None for one that only reads, whose word nobody needs."""
        info = self._devices.get(kid)
        return None if info is None or info.reads_only else Ed25519PublicKey.from_public_bytes(info.key)


def _public_key(der: bytes) -> Ed25519PublicKey | None:
    from enforcement.credentials.certificate import public_key_of  # X.509 takes 50 ms to import

    return public_key_of(der)


class NumberBlock(Record):
    """Document numbers allotted to one device beforehand: unique and gap-free without a network."""

    device: UUID
    form: str
    code: str
    year: int
    first: int
    last: int

    @property
    def series(self) -> str:
        return f"{self.code}〔{self.year}〕"

    def number(self, running: int) -> str:
        """As printed: code 〔year〕 running number 号 (GB/T 9704-2012 7.2.5)."""
        return f"{self.series}{running}号"


class NumberBlocks(Record):
    """The blocks of one device, as published."""

    blocks: tuple[NumberBlock, ...]


class Enterprise(Record):
    """A party of the agency's register. `code` is a unified social credit code (GB 32100) or, for citizens, an id number."""

    party_id: str
    name: str
    kind: Literal["citizen", "organisation", "sole_trader"]
    code: str
    address: str
    representative: str = ""
    phone: str = ""


class VoidedNotices(Record):
    """Numbers of voided notices with the reason, as far as the agency has published them."""

    notices: dict[str, str]


class EnterpriseRegister(Record):
    """Known parties, so that they are found with no network."""

    issued_at: datetime
    parties: tuple[Enterprise, ...]
