"""COSE_Sign1 (RFC 9052 section 4.2) with Ed25519 (RFC 9864), in the one form that Hengchi writes and reads.

- Tag 18; protected header a canonical map with `alg` and `kid` and what the caller adds; unprotected header empty.
- `kid` is the SHA-256 of the signer's 32-byte public key.
- The signature covers Sig_structure ["Signature1", protected, external_aad, payload] (RFC 9052 section 4.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from enforcement.values.encoding import decode, encode
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

ALG, CONTENT_TYPE, KID = 1, 3, 4
EDDSA = -8
COSE_SIGN1 = b"\xd2"
"""Tag 18 in one byte: how a COSE_Sign1 begins."""


class Signer(Protocol):
    """Somebody's signing key, wherever it is kept."""

    @property
    def kid(self) -> bytes:
        """SHA-256 of the public key, 32 bytes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature (RFC 8032)."""
        ...


@dataclass(frozen=True)
class KeySigner:
    """A Signer whose private key is in memory."""

    key: Ed25519PrivateKey

    @property
    def kid(self) -> bytes:
        return key_id(self.key.public_key())

    def sign(self, message: bytes) -> bytes:
        return self.key.sign(message)


@dataclass(frozen=True)
class Signed:
    """A COSE_Sign1 whose signature was checked."""

    kid: bytes
    headers: Mapping[int | str, Any]
    payload: bytes


def key_id(key: Ed25519PublicKey) -> bytes:
    """SHA-256 of the raw 32-byte public key."""
    return digest(key.public_bytes_raw())


def sign1(payload: bytes, signer: Signer, *, headers: Mapping[int | str, Any] | None = None, aad: bytes = b"") -> bytes:
    """The bytes of a COSE_Sign1 over `payload`; `headers` are added to the protected ones."""
    protected = encode({**(headers or {}), ALG: EDDSA, KID: signer.kid})
    signature = signer.sign(_to_be_signed(protected, aad, payload))
    return COSE_SIGN1 + encode([protected, {}, payload, signature])


def verify1(data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None], *, aad: bytes = b"") -> Signed:
    """Check a COSE_Sign1; `key_of(kid)` gives the key or None.

    Raises KnownError(encoding.*) for bytes of another form, (signature.unknown_key), (signature.invalid).
    """
    protected, payload, signature, headers = _parts(data)
    kid = headers[KID]
    key = key_of(kid)
    if key is None:
        raise KnownError("signature.unknown_key", kid=kid.hex())
    try:
        key.verify(signature, _to_be_signed(protected, aad, payload))
    except InvalidSignature as error:
        raise KnownError("signature.invalid", kid=kid.hex()) from error
    return Signed(kid=kid, headers=headers, payload=payload)


def peek1(data: bytes) -> Signed:
    """What a COSE_Sign1 claims, unchecked: to find out which key to check it with."""
    _, payload, _, headers = _parts(data)
    return Signed(kid=headers[KID], headers=headers, payload=payload)


def _parts(data: bytes) -> tuple[bytes, bytes, bytes, Mapping[int | str, Any]]:
    if data[:1] != COSE_SIGN1:
        raise KnownError("encoding.wrong_shape", why="not a COSE_Sign1")
    match decode(data[1:]):
        case [bytes() as protected, {}, bytes() as payload, bytes() as signature] if len(signature) == 64:
            headers = decode(protected)
        case _:
            raise KnownError("encoding.wrong_shape", why="not a COSE_Sign1")
    if not isinstance(headers, dict) or headers.get(ALG) != EDDSA or not isinstance(headers.get(KID), bytes):
        raise KnownError("encoding.wrong_shape", why="COSE headers")
    return protected, payload, signature, headers


def _to_be_signed(protected: bytes, aad: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, aad, payload])
