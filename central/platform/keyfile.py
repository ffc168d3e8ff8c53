"""A private key on disk: one file each, sealed with AES-256-GCM under Argon2id of a password."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from central.platform.files import write_durably
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

NEW = ".new"
MAX_PASSES, MAX_LANES, MAX_MEMORY_KIB = 16, 16, 1 << 20


class KeyCost(Record):
    """What Argon2id (RFC 9106) takes."""

    passes: int
    lanes: int
    memory_kib: int


DEFAULT_COST = KeyCost(passes=3, lanes=4, memory_kib=65_536)


class KeyFile(Record):
    """A key on disk: `sealed` is the 32-byte seed of a signing key or the raw HPKE key, with the key's name as associated data."""

    name: str
    salt: bytes
    cost: KeyCost
    nonce: bytes
    sealed: bytes


@dataclass
class Place:
    """A folder with keys, and the password they are sealed under."""

    folder: Path
    password: str = field(repr=False)
    _derived: dict[tuple[bytes, KeyCost], bytes] = field(default_factory=dict, repr=False)

    def read(self, name: str, state: str = "") -> bytes | None:
        """A key's bytes, None when it is not kept here; raises KnownError(password.wrong), (encoding.*)."""
        try:
            kept = from_bytes(KeyFile, self.path(name, state).read_bytes())
        except FileNotFoundError:
            return None
        try:
            return AESGCM(self._key(kept.salt, kept.cost)).decrypt(kept.nonce, kept.sealed, name.encode())
        except InvalidTag as error:
            raise KnownError("password.wrong", number=name) from error

    def write(self, name: str, plain: bytes, cost: KeyCost, state: str = "") -> None:
        """Seal a key here; keys made by one process share the salt, so that the password is stretched once."""
        salt = next((salt for salt, of in self._derived if of == cost), b"") or os.urandom(16)
        nonce = os.urandom(12)
        sealed = AESGCM(self._key(salt, cost)).encrypt(nonce, plain, name.encode())
        write_durably(
            self.path(name, state), to_bytes(KeyFile(name=name, salt=salt, cost=cost, nonce=nonce, sealed=sealed))
        )

    def path(self, name: str, state: str = "") -> Path:
        """Where a key lies; `NEW` for one that is about to take the place of another."""
        return self.folder / f"{name}{state}.key"

    def _key(self, salt: bytes, cost: KeyCost) -> bytes:
        named = (salt, cost)
        if named not in self._derived:
            within = 0 < cost.passes <= MAX_PASSES and 0 < cost.lanes <= MAX_LANES
            if not within or not 8 * cost.lanes <= cost.memory_kib <= MAX_MEMORY_KIB:
                raise KnownError("encoding.wrong_shape", why="cost of a key")
            kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib)
            self._derived[named] = kdf.derive(self.password.encode())
        return self._derived[named]
