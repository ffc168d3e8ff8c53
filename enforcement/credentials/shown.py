"""The code on the screen when a certificate is shown (亮证): a signed CWT (RFC 8392) by the officer's own key that holds for minutes, so
that a picture of it is worth nothing afterwards, and only who can unlock the device can show it.

Claims: 1 iss (agency), 4 exp and 6 iat (seconds), -70011 number, -70012 name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.values.clock import EPOCH, from_ms
from enforcement.values.codetext import pack, signed_payload, unpack
from enforcement.values.cose import Signer, peek1, sign1
from enforcement.values.encoding import decode, encode
from enforcement.values.errors import KnownError

PREFIX = "HZS1:"
ISS, EXP, IAT = 1, 4, 6
NUMBER, NAME = -70011, -70012


@dataclass(frozen=True)
class ShownClaims:
    """Who shows their certificate, from when to when the code holds."""

    agency: str
    shown_at: datetime
    until: datetime
    number: str
    name: str


def make_shown_code(claims: ShownClaims, signer: Signer) -> str:
    """The text that the QR code holds."""
    payload = encode(
        {
            ISS: claims.agency,
            EXP: _seconds(claims.until),
            IAT: _seconds(claims.shown_at),
            NUMBER: claims.number,
            NAME: claims.name,
        }
    )
    return pack(PREFIX, sign1(payload, signer))


def shown_signer(text: str) -> bytes:
    """The key id that a code claims, unchecked. Raises KnownError(notice.unreadable)."""
    return peek1(unpack(PREFIX, text)).kid


def read_shown_code(
    text: str, key_of: Callable[[bytes], Ed25519PublicKey | None], at: datetime, tolerance: timedelta
) -> ShownClaims:
    """Checked claims that hold at `at`, give or take the clocks' `tolerance`.

    Raises KnownError(notice.unreadable), (notice.altered), (signature.unknown_key), (shown.over) before or after its minutes.
    """
    payload = signed_payload(PREFIX, text, key_of)
    try:
        match decode(payload):
            case {
                1: str() as agency,
                4: int() as until,
                6: int() as since,
                -70011: str() as number,
                -70012: str() as name,
            }:
                claims = ShownClaims(agency, from_ms(since * 1000), from_ms(until * 1000), number, name)
            case _:
                raise KnownError("notice.altered", why="claims")
    except OverflowError as error:
        raise KnownError("notice.altered", why="claims") from error
    if not claims.shown_at - tolerance <= at < claims.until + tolerance:
        raise KnownError("shown.over", since=claims.shown_at.isoformat(), until=claims.until.isoformat())
    return claims


def _seconds(instant: datetime) -> int:
    return int((instant - EPOCH).total_seconds())
