"""The code on a notice: a signed CWT (RFC 8392), deflated, in base45 (RFC 9285), as the EU's health certificates do it.

- Claims: 1 iss (agency), 6 iat (seconds), and private ones: -70001 number, -70002 sum (fen), -70003 violation, -70004 a hint
  of the party (first and last character), -70005 SHA-256 of the content.
- The officer who issued it signs; `kid` is their key id; "HZ1:" stands before the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.values.clock import EPOCH, from_ms
from enforcement.values.codetext import pack, signed_payload, unpack
from enforcement.values.cose import Signer, peek1, sign1
from enforcement.values.encoding import decode, encode
from enforcement.values.errors import KnownError

PREFIX = "HZ1:"
ISS, IAT = 1, 6
NUMBER, SUM, VIOLATION, PARTY, CONTENT = -70001, -70002, -70003, -70004, -70005


@dataclass(frozen=True)
class NoticeClaims:
    """What the code says. `fine_fen` in fen; `content` is the digest of the notice's content."""

    agency: str
    issued_at: datetime
    number: str
    fine_fen: int
    violation: str
    party_hint: str
    content: bytes


def party_hint(name: str) -> str:
    """First and last character, the rest as one star: enough to compare with the paper, little to a stranger."""
    return name if len(name) < 2 else f"{name[0]}*{name[-1]}"


def make_code(claims: NoticeClaims, signer: Signer) -> str:
    """The text that the QR code holds."""
    payload = encode(
        {
            ISS: claims.agency,
            IAT: int((claims.issued_at - EPOCH).total_seconds()),
            NUMBER: claims.number,
            SUM: claims.fine_fen,
            VIOLATION: claims.violation,
            PARTY: claims.party_hint,
            CONTENT: claims.content,
        }
    )
    return pack(PREFIX, sign1(payload, signer))


def code_signer(text: str) -> bytes:
    """The key id that a code claims, unchecked. Raises KnownError(notice.unreadable)."""
    return peek1(unpack(PREFIX, text)).kid


def read_code(text: str, key_of: Callable[[bytes], Ed25519PublicKey | None]) -> NoticeClaims:
    """Checked claims.

    Raises KnownError(notice.unreadable) for what is no code of ours, (notice.altered) for a wrong signature or form,
    (signature.unknown_key) when the signer is not known here.
    """
    payload = signed_payload(PREFIX, text, key_of)
    try:
        match decode(payload):
            case {
                1: str() as agency,
                6: int() as issued,
                -70001: str() as number,
                -70002: int() as fine_fen,
                -70003: str() as violation,
                -70004: str() as hint,
                -70005: bytes() as content,
            }:
                return NoticeClaims(agency, from_ms(issued * 1000), number, fine_fen, violation, hint, content)
            case _:
                raise KnownError("notice.altered", why="claims")
    except OverflowError as error:
        raise KnownError("notice.altered", why="claims") from error
