"""The key file of a profile: one slot for each officer of the device. No name and nothing of a case stands in it.

Form: canonical CBOR of `KeyFile`, mode 0600, replaced durably. A slot's `sealed` is AES-256-GCM under a key that Argon2id
(RFC 9106) makes from the officer's password; the additional data bind device and certificate number.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from uuid import UUID

import msgspec

from desktop.platform.files import write_durably
from desktop.platform.paths import KEY_FILE
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes


class Secrets(Record):
    """What a password opens: the store's raw 256-bit key, the Ed25519 seed, the HPKE private key, and those HPKE keys that it took the
    place of, the newest first: what was sealed for them stays readable.
    """

    store_key: bytes
    sign_seed: bytes
    decryption_key: bytes
    earlier: tuple[bytes, ...] = ()


class Slot(Record):
    """One officer's way in. `memory_kib`, `passes`, `lanes` are Argon2id's; they are raised by rewriting the slot. `escrow` is the
    decryption keys wrapped for the agency's recovery key, which can open every bundle anyway; the signing key is never in it.
    """

    number: str
    salt: bytes
    memory_kib: int
    passes: int
    lanes: int
    nonce: bytes
    sealed: bytes
    escrow: bytes = b""


class Pending(Record):
    """New keys of somebody that wait for the agency. `why`: they `join` the device, `renew` their keys, or `recover` from a forgotten
    password. `slot` is sealed under the password they chose, without the store's key for who joins or recovers; `given` is what brings
    it, wrapped for `hpke` (`enforcement.credentials.recovery.Given`). `request` is the digest of what was asked.
    """

    why: Literal["join", "renew", "recover"]
    slot: Slot
    sign: bytes
    hpke: bytes
    request: bytes
    given: bytes = b""


class KeyFile(Record):
    """All ways into this device's store. `recovery` is the store key wrapped for the agency's recovery key, once enrolled."""

    v: int
    device: UUID
    slots: tuple[Slot, ...] = ()
    recovery: bytes = b""
    pending: tuple[Pending, ...] = ()

    def slot(self, number: str) -> Slot | None:
        return next((slot for slot in self.slots if slot.number == number), None)

    def pending_of(self, number: str) -> Pending | None:
        return next((one for one in self.pending if one.slot.number == number), None)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Everybody who may sign in here or waits to."""
        return tuple(dict.fromkeys([slot.number for slot in (*self.slots, *(one.slot for one in self.pending))]))

    def with_slot(self, slot: Slot) -> KeyFile:
        """A way in, in place of the same officer's earlier one."""
        if self.slot(slot.number) is None:
            return msgspec.structs.replace(self, slots=(*self.slots, slot))
        slots = tuple(slot if other.number == slot.number else other for other in self.slots)
        return msgspec.structs.replace(self, slots=slots)

    def with_pending(self, pending: Pending) -> KeyFile:
        return msgspec.structs.replace(self, pending=(*self.without_pending(pending.slot.number).pending, pending))

    def without_pending(self, number: str) -> KeyFile:
        return msgspec.structs.replace(self, pending=tuple(one for one in self.pending if one.slot.number != number))

    def without(self, number: str) -> KeyFile:
        """Nobody of that number gets in any more."""
        slots = tuple(slot for slot in self.slots if slot.number != number)
        return msgspec.structs.replace(self.without_pending(number), slots=slots)

    def with_recovery(self, wrapped: bytes) -> KeyFile:
        return msgspec.structs.replace(self, recovery=wrapped)


def read_key_file(profile: Path) -> KeyFile | None:
    """The key file, or None when the profile has none; raises KnownError(store.damaged)."""
    path = profile / KEY_FILE
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        return from_bytes(KeyFile, data)
    except KnownError as error:
        raise KnownError("store.damaged", file=KEY_FILE) from error


def write_key_file(profile: Path, keys: KeyFile) -> None:
    """Replace the key file durably; raises KnownError(store.disk_full) or (store.read_only)."""
    write_durably(profile / KEY_FILE, to_bytes(keys))
