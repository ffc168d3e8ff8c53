"""The office's private keys: PKCS#8 files, each encrypted under the office's password. PKCS#11 tokens follow.

`root` and `issuing` belong offline; `targets`, `snapshot`, `timestamp`, `legal` and `personnel` sign what is published;
`registry` and `recovery` are HPKE keys that open bundles.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from central.platform.files import write_durably
from enforcement.sealing import DecryptionKey
from enforcement.values.errors import KnownError

PASSWORD_ENV = "HENGCHI_AUTHORITY_PASSWORD"
SIGNING = ("root", "targets", "snapshot", "timestamp", "legal", "personnel", "issuing")
OPENING = ("registry", "recovery")


class Keyring:
    """Keys in `folder`, opened with `password` when asked for."""

    def __init__(self, folder: Path, password: str) -> None:
        if not password:
            raise KnownError("input.invalid", field="password")
        self._folder, self.password = folder, password

    def make_all(self) -> None:
        """New keys for every role."""
        for name in SIGNING:
            pem = Ed25519PrivateKey.generate().private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(self.password.encode())
            )
            write_durably(self._folder / f"{name}.pem", pem)
        for name in OPENING:
            salt, nonce = os.urandom(16), os.urandom(12)
            sealed = AESGCM(self._derived(salt)).encrypt(nonce, DecryptionKey.generate().private_bytes, name.encode())
            write_durably(self._folder / f"{name}.key", salt + nonce + sealed)

    def signing(self, name: str) -> Ed25519PrivateKey:
        """A signing key; raises KnownError(password.wrong)."""
        try:
            key = load_pem_private_key((self._folder / f"{name}.pem").read_bytes(), self.password.encode())
        except ValueError as error:
            raise KnownError("password.wrong", number=name) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KnownError("encoding.wrong_shape", why=f"key {name}")
        return key

    def opening(self, name: str) -> DecryptionKey:
        """A decryption key; raises KnownError(password.wrong)."""
        data = (self._folder / f"{name}.key").read_bytes()
        try:
            plain = AESGCM(self._derived(data[:16])).decrypt(data[16:28], data[28:], name.encode())
        except InvalidTag as error:
            raise KnownError("password.wrong", number=name) from error
        return DecryptionKey.from_private_bytes(plain)

    def _derived(self, salt: bytes) -> bytes:
        return Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=65_536).derive(self.password.encode())
