"""Signed bytes as the text of a QR code: deflated, in base45 (RFC 9285), behind a prefix that says whose code it is."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import base45
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.values.cose import verify1
from enforcement.values.errors import KnownError

MAX_BYTES = 4096


def pack(prefix: str, data: bytes) -> str:
    """The text; with an alphanumeric prefix every character is one of the QR code's alphanumeric mode."""
    return prefix + base45.b45encode(zlib.compress(data, 9)).decode()


def unpack(prefix: str, text: str) -> bytes:
    """The bytes of a code.

    Raises KnownError(notice.unreadable) for what is no code with this prefix, (notice.altered) for one that is not the only form of
    its bytes.
    """
    if not text.startswith(prefix):
        raise KnownError("notice.unreadable", why="no code of a notice")
    try:
        packed = base45.b45decode(text.removeprefix(prefix))
        opener = zlib.decompressobj()
        data = opener.decompress(packed, MAX_BYTES)
    except (ValueError, zlib.error) as error:
        raise KnownError("notice.unreadable", why="damaged") from error
    if not opener.eof or opener.unused_data:
        raise KnownError("notice.unreadable", why="cut off")
    if zlib.compress(data, 9) != packed:
        raise KnownError("notice.altered", why="not the one form of the code")
    return data


def signed_payload(prefix: str, text: str, key_of: Callable[[bytes], Ed25519PublicKey | None]) -> bytes:
    """The payload (RFC 9052 4.2) of a code whose signature holds.

    Raises KnownError(notice.unreadable) for what is no code with this prefix, (notice.altered) for a wrong signature or form,
    (signature.unknown_key) when the signer is not known here.
    """
    try:
        return verify1(unpack(prefix, text), key_of).payload
    except KnownError as error:
        if error.code in ("signature.unknown_key", "notice.unreadable"):
            raise
        raise KnownError("notice.altered", why=error.code) from error
