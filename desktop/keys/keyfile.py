"""The key file of a profile: one slot for each officer of the device. No name and nothing of a case stands in it.

Form: canonical CBOR of `KeyFile`, mode 0600, replaced durably. A slot's `sealed` is AES-256-GCM under a key that Argon2id
(RFC 9106) makes from the officer's password; the additional data bind device and certificate number.
"""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from desktop.platform.files import write_durably
from desktop.platform.paths import KEY_FILE
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes


class Secrets(Record):
    """What a password opens: the store's raw 256-bit key, the Ed25519 seed, the HPKE private key."""

    store_key: bytes
    sign_seed: bytes
    decryption_key: bytes


class Slot(Record):
    """One officer's way in. `memory_kib`, `passes`, `lanes` are Argon2id's; they are raised by rewriting the slot."""

    number: str
    salt: bytes
    memory_kib: int
    passes: int
    lanes: int
    nonce: bytes
    sealed: bytes


class KeyFile(Record):
    """All ways into this device's store. `recovery` is the store key wrapped for the agency's recovery key, once enrolled."""

    v: int
    device: UUID
    slots: tuple[Slot, ...] = ()
    recovery: bytes = b""

    def slot(self, number: str) -> Slot | None:
        return next((slot for slot in self.slots if slot.number == number), None)

    def with_slot(self, slot: Slot) -> KeyFile:
        others = tuple(other for other in self.slots if other.number != slot.number)
        return KeyFile(v=self.v, device=self.device, slots=(*others, slot), recovery=self.recovery)

    def with_recovery(self, wrapped: bytes) -> KeyFile:
        return KeyFile(v=self.v, device=self.device, slots=self.slots, recovery=wrapped)


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
