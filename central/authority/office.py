"""What the office does: keeps the roster, enrols, allots numbers, publishes. State is one canonical record, replaced durably."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.signer import Signer

from central.authority.keyring import OFFLINE, Keyring
from central.authority.policy import Policy, check_person, read_policy
from central.authority.repository import ROSTER, publish_set
from central.authority.trust import REPLACEABLE, OfflineSet, first_set, new_signer, replace_keys
from central.platform.files import write_durably
from central.platform.keyfile import DEFAULT_COST, KeyCost, Place
from enforcement.credentials import (
    Agency,
    Credential,
    DeviceInfo,
    EnrolGrant,
    EnterpriseRegister,
    NumberBlock,
    NumberBlocks,
    Person,
    Roster,
    StatusChange,
    Unit,
    VoidedNotices,
    make_grant,
    read_request,
)
from enforcement.credentials.certificate import OfficerClaims, issue_certificate, new_authority
from enforcement.credentials.lifecycle import changed_state
from enforcement.credentials.person import FINAL
from enforcement.credentials.registry import RegistryGrant, read_registry_request, registry_info
from enforcement.law import LawText
from enforcement.rules import LoadedPack
from enforcement.sealing.recipients import wrap
from enforcement.values.clock import Clock
from enforcement.values.cose import ALG, KID, KeySigner, key_id, peek1, sign1
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import Record, from_bytes, to_bytes

CA_YEARS = 20
MAX_TRUST_DAYS, MAX_WARN_DAYS = 366, 366
NOTHING: Mapping[str, Signer] = {}


class Recovery(Record):
    """A password that the office recovered: for whom, on which device, when, by which clerk and why; `request` is the digest."""

    request: bytes
    device: UUID
    number: str
    at: datetime
    clerk: str
    reason: str


class OfficeState(Record):
    """Everything the office keeps besides its keys. `targets` are published files by path."""

    roster: Roster
    trust: OfflineSet
    blocks: tuple[NumberBlock, ...] = ()
    relay: str = ""
    published: int = 0
    recoveries: tuple[Recovery, ...] = ()
    targets: dict[str, bytes] = msgspec.field(default_factory=dict)


class Office:
    """An authority directory: keys/, state.cbor, repository/."""

    def __init__(
        self,
        folder: Path,
        password: str,
        clock: Clock,
        custodians: Sequence[Place] = (),
        cost: KeyCost = DEFAULT_COST,
    ) -> None:
        self.folder, self.clock = folder, clock
        self.keys = Keyring(folder / "keys", password, custodians, cost)
        self._last: tuple[bytes, OfficeState] | None = None

    @property
    def repository(self) -> Path:
        """What is published: copied to the relay, or carried."""
        return self.folder / "repository"

    def found(
        self,
        agency: Agency,
        units: tuple[tuple[str, str], ...],
        trust_days: int,
        relay: str,
        *,
        trust_warn_days: int = 7,
        warn_days: int = 30,
    ) -> None:
        """Make keys, the issuing certificate and an empty roster. Raises KnownError(input.invalid) when there is one."""
        if (self.folder / "state.cbor").exists():
            raise KnownError("input.invalid", field="directory", why="an authority is kept there already")
        _check_days(trust_days, trust_warn_days, warn_days)
        self.keys.make_all()
        now = self.clock.now()
        ca = new_authority(
            self.keys.signing("issuing"),
            agency.name,
            secrets.randbits(120),
            now - timedelta(days=1),
            now + timedelta(days=366 * CA_YEARS),
        )
        roster = Roster(
            version=0,
            issued_at=now,
            agency=msgspec.structs.replace(agency, ca=ca),
            units=tuple(Unit(unit_id=unit, name=name) for unit, name in units),
            people=(),
            devices=(),
            registry=self.keys.opening("registry").public_bytes,
            recovery=self.keys.opening("recovery").public_bytes,
            trust_days=trust_days,
            trust_warn_days=trust_warn_days,
            warn_days=warn_days,
        )
        self._write(OfficeState(roster=roster, relay=relay, trust=first_set(self.keys, now)))

    def state(self) -> OfficeState:
        """What is kept; raises KnownError(input.invalid) when nothing is."""
        try:
            data = (self.folder / "state.cbor").read_bytes()
        except FileNotFoundError as error:
            raise KnownError("input.invalid", field="directory", why="no authority is kept there") from error
        if self._last is None or self._last[0] != data:  # thousands of people take a second to read
            self._last = data, from_bytes(OfficeState, data)
        return self._last[1]

    @property
    def policy(self) -> Policy:
        """What the province lays down for certificates; raises KnownError(input.invalid)."""
        return read_policy(self.folder)

    def add_people(self, people: Sequence[Person]) -> None:
        """Issue certificates: take people into the roster, all or none; their keys follow with enrolment.

        Raises KnownError(input.invalid) for a number that was ever used, a unit that is none, or what the policy does not allow.
        """
        state, policy = self.state(), self.policy
        numbers, units = {one.number for one in state.roster.people}, {unit.unit_id for unit in state.roster.units}
        for person in people:
            if person.number in numbers:
                raise KnownError("input.invalid", field="number", why=f"{person.number} is in the roster already")
            if person.unit not in units:
                raise KnownError("input.invalid", field="unit", why=f"{person.unit}: no such unit")
            check_person(policy, person)
            numbers.add(person.number)
        self._roster(state, people=(*state.roster.people, *people))

    def add_person(self, person: Person) -> None:
        """Issue one certificate."""
        self.add_people([person])

    def put_people(self, people: tuple[Person, ...], targets: Mapping[str, bytes] | None = None) -> None:
        """Replace everybody at once, and what is published where it is given; checked by the caller."""
        state = self.state()
        self._roster(state if targets is None else msgspec.structs.replace(state, targets=dict(targets)), people=people)

    def change_person(self, number: str, change: Callable[[Person], Person]) -> Person:
        """Put what `change` makes of somebody into the roster. Raises KnownError(certificate.unknown) and what `change` raises."""
        state = self.state()
        person = state.roster.person(number)
        if person is None:
            raise KnownError("certificate.unknown", number=number, name="", until="", why="not in the roster")
        new = change(person)
        self._roster(state, people=tuple(new if one.number == number else one for one in state.roster.people))
        return new

    def set_status(self, number: str, change: StatusChange) -> None:
        """Suspend (暂扣), give back, revoke (吊销) or cancel (注销) from an instant on; raises KnownError(input.invalid)."""
        now = self.clock.now()
        self.change_person(
            number,
            lambda person: changed_state(person, change.state, change.since, now, change.reason, change.ground),
        )

    def enrol(self, request: bytes, unit: str, *, reads_only: bool = False) -> bytes:
        """Issue certificates for a checked request and take its device in; the grant's bytes.

        Also for one more officer of a device that is known, and for new keys of one: those they had on it hold no longer.

        Raises KnownError(certificate.unknown) for a number that is not in the roster, (certificate.revoked) or
        (certificate.cancelled) for one that was, (input.invalid) for a unit that is none, (device.unknown) for a device that is known
        under another key, (device.suspended) for one that may not go on.
        """
        asked = read_request(request)
        state = self.state()
        if all(one.unit_id != unit for one in state.roster.units):
            raise KnownError("input.invalid", field="unit", why=f"{unit}: no such unit")
        known = state.roster.device_info(asked.device)
        if known is not None and known.key != asked.key:
            raise KnownError(
                "device.unknown", device=str(asked.device)
            )  # somebody else's request in that device's name
        if known is not None and known.state != "active":
            raise KnownError("device.suspended", device=known.label)
        now = self.clock.now()
        people = {person.number: person for person in state.roster.people}
        for one in asked.people:
            person = in_office(people.get(one.number), one.number, now)
            people[one.number] = self.with_key(person, one.sign, one.hpke, asked.device)
        devices = tuple(info for info in state.roster.devices if info.device != asked.device)
        info = DeviceInfo(
            device=asked.device, label=asked.label, unit=unit, key=asked.key, since=now, reads_only=reads_only
        )
        self._roster(state, people=tuple(people.values()), devices=(*devices, info))
        grant = EnrolGrant(
            device=asked.device,
            unit=unit,
            relay=state.relay,
            root=state.trust.roots[-1],
            ca=state.roster.agency.ca,
            granted_at=now,
        )
        return make_grant(grant, KeySigner(self.keys.signing("issuing")))

    def enrol_registry(self, request: bytes, unit: str) -> bytes:
        """Take the agency's registry in, and seal the key that opens every bundle for it; the grant's bytes.

        Raises KnownError(encoding.*), (signature.*), (input.invalid) for a unit that is none.
        """
        asked, device = read_registry_request(request)
        opening = self.keys.opening("registry")
        grant = self.enrol(asked.enrol, unit, reads_only=True)
        sealed = wrap(opening.private_bytes, asked.opening, registry_info(device.device))
        return to_bytes(RegistryGrant(grant=grant, sealed=sealed))

    def set_device(self, device: UUID, status: Literal["active", "suspended", "lost"], reason: str = "") -> None:
        """Suspend a device, say that it is lost, or let it back in. The certificates whose keys lie on a lost device end there: nothing
        is sealed for them any more, and their holders enrol anew on another. Raises KnownError(device.unknown).
        """
        state, now = self.state(), self.clock.now()
        if state.roster.device_info(device) is None:
            raise KnownError("device.unknown", device=str(device))
        changed = tuple(
            msgspec.structs.replace(info, state=status, since=now, reason=reason) if info.device == device else info
            for info in state.roster.devices
        )
        people = state.roster.people
        if status == "lost":
            people = tuple(ended(person, device, now) for person in people)
        self._roster(state, devices=changed, people=people)

    def put_recovery(self, recovery: Recovery, person: Person) -> None:
        """What was recovered on record, and the officer's new certificate in the roster, in one step."""
        state = self.state()
        people = tuple(person if one.number == person.number else one for one in state.roster.people)
        self._roster(msgspec.structs.replace(state, recoveries=(*state.recoveries, recovery)), people=people)

    def set_trust(self, trust_days: int, trust_warn_days: int, warn_days: int) -> None:
        """How long a device trusts a roster, for how many days before it warns, and how long before it ends a certificate is
        called expiring. Raises KnownError(input.invalid).
        """
        _check_days(trust_days, trust_warn_days, warn_days)
        self._roster(self.state(), trust_days=trust_days, trust_warn_days=trust_warn_days, warn_days=warn_days)

    def set_relay(self, url: str, key: bytes) -> None:
        """Where devices find the relay, and the key that signs its receipts; older keys stay trusted for older receipts."""
        state = self.state()
        keys = tuple(dict.fromkeys((*state.roster.relay_keys, key)))
        self._roster(msgspec.structs.replace(state, relay=url), relay_keys=keys)

    def allot(self, device: UUID, form: str, year: int, count: int, code: str = "") -> NumberBlock:
        """The next block of document numbers for a device; numbers of one series are never allotted twice, and a series belongs to
        one form. `code` is the agency's own for notices on the spot when it is empty. Raises KnownError(input.invalid).
        """
        state = self.state()
        if state.roster.device_info(device) is None:
            raise KnownError("device.unknown", device=str(device))
        code = code or state.roster.agency.number_code
        if any((block.year, block.code) == (year, code) and block.form != form for block in state.blocks):
            raise KnownError("input.invalid", field="code", why=f"{code} numbers another form")
        taken = [block.last for block in state.blocks if (block.form, block.year, block.code) == (form, year, code)]
        first = max(taken, default=0) + 1
        block = NumberBlock(device=device, form=form, code=code, year=year, first=first, last=first + count - 1)
        self._write(msgspec.structs.replace(state, blocks=(*state.blocks, block)))
        return block

    def put_target(self, path: str, data: bytes) -> None:
        """Set a file to be published: a signed pack, a register, a calendar."""
        state = self.state()
        self._write(msgspec.structs.replace(state, targets={**state.targets, path: data}))

    def put_pack(self, loaded: LoadedPack, signed: bytes) -> None:
        """Set a signed pack to be published. Earlier editions stay: acts of their time are judged by them.

        Raises KnownError(input.invalid) when another table was published under the same version.
        """
        pack = loaded.pack
        start = f"packs/{pack.id}@{pack.version}@"
        path = f"{start}{loaded.digest.hex()[:16]}.pack"
        if any(other.startswith(start) and other != path for other in self.state().targets):
            raise KnownError("input.invalid", field="version", why=f"{pack.version} was published with other content")
        self.put_target(path, signed)

    def put_text(self, text: LawText) -> None:
        """Publish the official text of a statute, to be read beside the packs' own summaries."""
        name = digest(f"{text.title}@{text.version}".encode()).hex()[:32]
        self.put_target(f"texts/{name}.cbor", to_bytes(text))

    def put_register(self, register: EnterpriseRegister) -> None:
        """Publish the agency's register of parties."""
        self.put_target("register/enterprises.cbor", to_bytes(register))

    def void(self, number: str, reason: str) -> None:
        """Publish that a notice was voided, so that whoever verifies it learns so with no network."""
        path = "notices/voided.cbor"
        kept = self.state().targets.get(path)
        known = {} if kept is None else from_bytes(VoidedNotices, kept).notices
        self.put_target(path, to_bytes(VoidedNotices(notices={**known, number: reason})))

    def publish(self) -> int:
        """Sign and write the whole repository; the version that it has now.

        The version is taken before the first file is written: one that was begun and not finished is never signed again with other
        content, which a device that had seen its beginning would take for what it knows.
        """
        self.settle()
        state = self.state()
        version = state.published + 1
        now = self.clock.now()
        roster = msgspec.structs.replace(state.roster, version=version, issued_at=now)
        self._write(msgspec.structs.replace(state, roster=roster, published=version))
        publish_set(self.repository, self.keys, state.trust, self.whole_set(state, roster), version, now)
        return version

    def whole_set(self, state: OfficeState, roster: Roster) -> dict[str, bytes]:
        """Every file that is published, by path."""
        return {**self.beside_roster(state), ROSTER: to_bytes(roster)}

    def beside_roster(self, state: OfficeState) -> dict[str, bytes]:
        """Every published file but the roster."""
        targets = dict(state.targets)
        for device in {block.device for block in state.blocks}:
            blocks = NumberBlocks(blocks=tuple(block for block in state.blocks if block.device == device))
            targets[f"numbers/{device.hex}.cbor"] = to_bytes(blocks)
        return targets

    def settle(self) -> None:
        """Finish a replacement of keys that was interrupted, or undo it: the state says which."""
        self.keys.settle({name: held["keyid"] for name, held in self.state().trust.keys.items()})

    def replace_keys(self, names: Sequence[str], brought: Mapping[str, Signer] = NOTHING) -> int:
        """Make new keys for `names`, or take those that were `brought` (on tokens), and let the offline keys say so; with none only
        the days of expiry are new. Then publish.

        Packs that the replaced key of the legal office signed are signed again: their content was taken in when the key was good.
        The version of the root in force. Raises KnownError(key.threshold), (input.invalid).
        """
        wrong = [name for name in names if name not in REPLACEABLE] + [name for name in brought if name not in OFFLINE]
        if wrong:
            raise KnownError("input.invalid", field="key", why=f"{', '.join(wrong)}: one of {', '.join(REPLACEABLE)}")
        self.settle()
        state = self.state()
        made = {name: new_signer() for name in dict.fromkeys(names)}
        signers = {name: signer for name, (_, signer) in made.items()} | dict(brought)
        trust = replace_keys(state.trust, self.keys, signers, self.clock.now())
        targets = dict(state.targets)
        if "legal" in made:
            signer = KeySigner(made["legal"][0])
            targets |= {
                path: _signed_again(data, signer) for path, data in targets.items() if path.startswith("packs/")
            }
        for name, (key, _) in made.items():
            self.keys.put_new(name, key)
        self._write(msgspec.structs.replace(state, trust=trust, targets=targets))
        for name in brought:
            self.keys.forget(name)
        self.publish()
        return trust.root.version

    def with_key(self, person: Person, sign: bytes, hpke: bytes, device: UUID) -> Person:
        """The person with a certificate for new keys on a device; those they had on it end now. Raises KnownError(encoding.wrong_shape)
        for a decryption key that nothing can be sealed for: published, it would stop every device from sealing.
        """
        wrap(b"", hpke, b"")
        now, holder = self.clock.now(), Ed25519PublicKey.from_public_bytes(sign)
        claims = OfficerClaims(
            number=person.number,
            kind=person.kind,
            unit=person.unit,
            fields=person.fields,
            region=person.region,
            hpke=hpke,
        )
        ca, until = self.state().roster.agency.ca, now + timedelta(days=366 * 6)
        issuing, serial = self.keys.signing("issuing"), secrets.randbits(120)
        der = issue_certificate(issuing, ca, claims, holder, serial, now - timedelta(days=1), until)
        person = ended(person, device, now)
        kept = tuple(held for held in person.credentials if held.kid != key_id(holder))
        credential = Credential(kid=key_id(holder), der=der, hpke=hpke, since=now, device=device)
        return msgspec.structs.replace(person, credentials=(*kept, credential))

    def _roster(self, state: OfficeState, **changes: object) -> None:
        self._write(msgspec.structs.replace(state, roster=msgspec.structs.replace(state.roster, **changes)))

    def _write(self, state: OfficeState) -> None:
        write_durably(self.folder / "state.cbor", to_bytes(state))


def _check_days(trust_days: int, trust_warn_days: int, warn_days: int) -> None:
    if not 0 < trust_warn_days < trust_days <= MAX_TRUST_DAYS or not 0 <= warn_days <= MAX_WARN_DAYS:
        why = f"0 < days of warning < days of trust <= {MAX_TRUST_DAYS}, and at most {MAX_WARN_DAYS} days for certificates"
        raise KnownError("input.invalid", field="trust_days", why=why)


def in_office(person: Person | None, number: str, now: datetime) -> Person:
    """Somebody who may have keys. Raises KnownError(certificate.unknown), (certificate.revoked), (certificate.cancelled)."""
    if person is None:
        raise KnownError("certificate.unknown", number=number, name="", until="", why="not in the roster")
    stands = person.state_at(now)
    if stands is not None and stands.state in FINAL:
        since = stands.since.date().isoformat()
        raise KnownError(f"certificate.{stands.state}", number=number, name=person.name, until=since, why=stands.reason)
    return person


def ended(person: Person, device: UUID, now: datetime) -> Person:
    """The person whose certificates for keys on a device end now."""
    credentials = tuple(
        msgspec.structs.replace(held, until=now) if held.device == device and held.until is None else held
        for held in person.credentials
    )
    return msgspec.structs.replace(person, credentials=credentials)


def _signed_again(data: bytes, signer: KeySigner) -> bytes:
    """A pack of the office's own keeping under another signature; what was proved of it stays with it."""
    kept = peek1(data)
    return sign1(
        kept.payload, signer, headers={name: kept.headers[name] for name in kept.headers if name not in (ALG, KID)}
    )


def fingerprint(data: bytes) -> str:
    """A digest to compare by eye: eight groups of four."""
    text = digest(data).hex()[:32]
    return " ".join(text[i : i + 4] for i in range(0, 32, 4))
