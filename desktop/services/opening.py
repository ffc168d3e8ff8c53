"""From a number and a password to a person's secrets: the slot, or keys of theirs that waited for the agency and may now be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.keys import Cost, KeyFile, Pending, Secrets, Slot, close_slot, open_slot, read_key_file, try_password
from enforcement.credentials import EnrolPerson, RosterIndex, challenge
from enforcement.credentials.recovery import Given, escrow_info, given_info, store_info
from enforcement.sealing import DecryptionKey
from enforcement.sealing.recipients import wrap
from enforcement.values.clock import Clock
from enforcement.values.cose import KeySigner
from enforcement.values.encoding import encode
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes


@dataclass(frozen=True)
class Opened:
    """What the password opened. `keys` differ from those on disk when a way in was completed; they are kept once the store is open."""

    keys: KeyFile
    secrets: Secrets


@dataclass(frozen=True)
class NewKeys:
    """Keys made for an officer: the private ones, without any store's key, and the public ones as the agency is asked to enrol them."""

    secrets: Secrets
    person: EnrolPerson
    signer: KeySigner


def new_keys(device: UUID, number: str) -> NewKeys:
    """A new signing key and a new decryption key, with the proof that they are held."""
    sign, opening = Ed25519PrivateKey.generate(), DecryptionKey.generate()
    public = sign.public_key().public_bytes_raw()
    proof = sign.sign(challenge(device, number, public, opening.public_bytes))
    secrets = Secrets(store_key=b"", sign_seed=sign.private_bytes_raw(), decryption_key=opening.private_bytes)
    return NewKeys(
        secrets, EnrolPerson(number=number, sign=public, hpke=opening.public_bytes, proof=proof), KeySigner(sign)
    )


def open_secrets(profile: Path, number: str, password: str, clock: Clock) -> Opened:
    """Raises KnownError(password.wrong), (password.wait), (certificate.unknown), (enrolment.waiting), (store.damaged)."""
    keys = read_key_file(profile)
    if keys is None or number not in keys.numbers:
        raise KnownError("certificate.unknown", number=number, name="", until="", why="not enrolled on this device")
    opened = try_password(profile, number, clock, lambda: _open(keys, number, password))
    if opened is None:
        raise KnownError("enrolment.waiting", number=number)
    return opened


def second_secrets(profile: Path, keys: KeyFile, number: str, password: str, clock: Clock) -> Secrets:
    """Somebody else's secrets while another is signed in: to co-sign. Raises KnownError(password.*), (certificate.unknown)."""
    slot = keys.slot(number)
    if slot is None:
        raise KnownError("certificate.unknown", number=number, name="", until="", why="not enrolled on this device")
    return try_password(profile, number, clock, lambda: open_slot(keys.device, slot, password))


def _open(keys: KeyFile, number: str, password: str) -> Opened | None:
    """None when the password is right and nobody let its owner in yet."""
    slot, waits = keys.slot(number), keys.pending_of(number)
    if slot is not None:
        try:
            return Opened(keys, open_slot(keys.device, slot, password))
        except KnownError:
            if waits is None or waits.why == "renew":
                raise
    assert waits is not None
    mine = open_slot(keys.device, waits.slot, password)
    if not waits.given:
        return None
    key = DecryptionKey.from_private_bytes(mine.decryption_key)
    given = from_bytes(Given, key.unwrap(waits.given, given_info(keys.device, number, waits.request)))
    whole = msgspec.structs.replace(mine, store_key=given.store_key, earlier=given.earlier)
    made = close_slot(keys.device, number, password, whole, cost_of(waits.slot))
    return Opened(keys.with_slot(made).without_pending(number), whole)


def cost_of(slot: Slot) -> Cost:
    """What a slot's password is stretched with."""
    return Cost(slot.memory_kib, slot.passes, slot.lanes)


def renewed(opened: Opened, number: str, password: str, index: RosterIndex) -> Opened:
    """With the keys that were renewed, once the roster names them; otherwise as it was."""
    waits = opened.keys.pending_of(number)
    if waits is None or waits.why != "renew" or not published(index, number, waits):
        return opened
    try:
        mine = open_slot(opened.keys.device, waits.slot, password)
    except KnownError:  # asked for under another password than the one that opened the slot: it is asked for again
        return Opened(opened.keys.without_pending(number), opened.secrets)
    whole = msgspec.structs.replace(mine, store_key=opened.secrets.store_key)
    made = close_slot(opened.keys.device, number, password, whole, cost_of(waits.slot))
    return Opened(opened.keys.with_slot(made).without_pending(number), whole)


def published(index: RosterIndex, number: str, waits: Pending) -> bool:
    """Whether the roster names these keys as that officer's."""
    found = index.holder(digest(waits.sign))
    return found is not None and found[0].number == number and found[1].hpke == waits.hpke


def recoverable(keys: KeyFile, number: str, secrets: Secrets, recovery: bytes) -> KeyFile:
    """With the store's key and the person's decryption keys wrapped for the agency's recovery key, where that is still to be done."""
    if not keys.recovery:
        keys = keys.with_recovery(wrap(secrets.store_key, recovery, store_info(keys.device)))
    slot = keys.slot(number)
    if slot is not None and not slot.escrow:
        plain = encode([secrets.decryption_key, *secrets.earlier])
        sealed = wrap(plain, recovery, escrow_info(keys.device, number))
        keys = keys.with_slot(msgspec.structs.replace(slot, escrow=sealed))
    return keys
