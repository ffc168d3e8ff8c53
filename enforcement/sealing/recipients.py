"""Who can open a bundle: HPKE (RFC 9180) key pairs, by suite.

- Suite 1, the default: ML-KEM-768 with X25519 (X-Wing), HKDF-SHA256, AES-256-GCM. Case files stay sensitive for decades.
- Suite numbers 64 to 79 are kept for national cryptography (SM2, SM3, SM4); `_SUITES` is where one is added.
- A public key is 1184 bytes of ML-KEM and 32 of X25519; a private key 64 bytes of ML-KEM seed and 32 of X25519.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

HYBRID = 1
KEM_PUBLIC, KEM_SEED, DH = 1184, 64, 32
PUBLIC_BYTES, PRIVATE_BYTES = KEM_PUBLIC + DH, KEM_SEED + DH

_SUITES = {HYBRID: hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)}


class Decryptor(Protocol):
    """Somebody's decryption key, wherever it is kept."""

    @property
    def recipient_id(self) -> bytes:
        """SHA-256 of the public key."""
        ...

    def unwrap(self, wrapped: bytes, info: bytes, suite: int = HYBRID) -> bytes:
        """The wrapped key; raises KnownError(bundle.altered)."""
        ...


@dataclass(frozen=True)
class DecryptionKey:
    """A Decryptor whose private key is in memory."""

    kem: MLKEM768PrivateKey
    dh: X25519PrivateKey

    @classmethod
    def generate(cls) -> DecryptionKey:
        """A new key pair of the default suite."""
        return cls(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate())

    @classmethod
    def from_private_bytes(cls, data: bytes) -> DecryptionKey:
        """From the 96 bytes of `private_bytes`; raises KnownError(encoding.wrong_shape)."""
        if len(data) != PRIVATE_BYTES:
            raise KnownError("encoding.wrong_shape", why="decryption key")
        return cls(
            MLKEM768PrivateKey.from_seed_bytes(data[:KEM_SEED]), X25519PrivateKey.from_private_bytes(data[KEM_SEED:])
        )

    @property
    def private_bytes(self) -> bytes:
        """64 bytes of ML-KEM seed, 32 of X25519."""
        return self.kem.private_bytes_raw() + self.dh.private_bytes_raw()

    @property
    def public_bytes(self) -> bytes:
        """1184 bytes of ML-KEM, 32 of X25519."""
        return self.kem.public_key().public_bytes_raw() + self.dh.public_key().public_bytes_raw()

    @property
    def recipient_id(self) -> bytes:
        return recipient_id(self.public_bytes)

    def unwrap(self, wrapped: bytes, info: bytes, suite: int = HYBRID) -> bytes:
        return unwrap(wrapped, self, info, suite)


def recipient_id(public_bytes: bytes) -> bytes:
    """SHA-256 of a public key's bytes."""
    return digest(public_bytes)


def wrap(secret: bytes, public_bytes: bytes, info: bytes, suite: int = HYBRID) -> bytes:
    """HPKE base mode, one message: `enc || ciphertext` (RFC 9180 section 6.1). Raises KnownError(encoding.wrong_shape)."""
    if len(public_bytes) != PUBLIC_BYTES:
        raise KnownError("encoding.wrong_shape", why="recipient key")
    try:
        key = hpke.MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public_bytes[:KEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(public_bytes[KEM_PUBLIC:]),
        )
        return _suite(suite).encrypt(secret, key, info=info)
    except ValueError as error:  # bytes that are no key, or a point from which no secret follows
        raise KnownError("encoding.wrong_shape", why="recipient key") from error


def unwrap(wrapped: bytes, key: DecryptionKey, info: bytes, suite: int = HYBRID) -> bytes:
    """What `wrap` wrapped; raises KnownError(bundle.altered)."""
    try:
        return _suite(suite).decrypt(wrapped, hpke.MLKEM768X25519PrivateKey(key.kem, key.dh), info=info)
    except (InvalidTag, ValueError) as error:
        raise KnownError("bundle.altered", what="wrapped key") from error


def _suite(number: int) -> hpke.Suite:
    try:
        return _SUITES[number]
    except KeyError:
        raise KnownError("encoding.wrong_shape", why=f"suite {number} is not known here") from None
