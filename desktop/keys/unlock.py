"""From a password to the secrets of a slot, and back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from desktop.keys.keyfile import Secrets, Slot
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes, to_bytes


@dataclass(frozen=True)
class Cost:
    """Argon2id's cost: memory in KiB, passes, lanes (RFC 9106 section 4, second recommended option)."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4


DEFAULT_COST = Cost()


def close_slot(device: UUID, number: str, password: str, secrets: Secrets, cost: Cost = DEFAULT_COST) -> Slot:
    """Seal secrets under a password; a new salt and nonce each time. Raises KnownError(input.invalid) when it is empty."""
    if not password:
        raise KnownError("input.invalid", field="password")
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(stretch(password, salt, cost)).encrypt(nonce, to_bytes(secrets), _bound(device, number))
    return Slot(
        number=number,
        salt=salt,
        memory_kib=cost.memory_kib,
        passes=cost.passes,
        lanes=cost.lanes,
        nonce=nonce,
        sealed=sealed,
    )


def open_slot(device: UUID, slot: Slot, password: str) -> Secrets:
    """The secrets of a slot; raises KnownError(password.wrong)."""
    cost = Cost(slot.memory_kib, slot.passes, slot.lanes)
    try:
        plain = AESGCM(stretch(password, slot.salt, cost)).decrypt(slot.nonce, slot.sealed, _bound(device, slot.number))
    except InvalidTag as error:
        raise KnownError("password.wrong", number=slot.number) from error
    return from_bytes(Secrets, plain)


def stretch(password: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes by Argon2id (RFC 9106)."""
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
    return kdf.derive(password.encode())


def _bound(device: UUID, number: str) -> bytes:
    return b"hengchi slot\x00" + device.bytes + number.encode()
