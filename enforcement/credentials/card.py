"""The code on the card of a certificate: a signed CWT (RFC 8392) by the agency's issuing key, so that whoever holds the agency's
published set can check the card with no network.

Claims: 1 iss (agency), 6 iat (seconds), and private ones: -70011 number, -70012 name, -70013 kind, -70014 unit, -70015 fields,
-70016 region (GB/T 2260), -70017 first and last day of validity (ISO 8601).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.values.clock import EPOCH, from_ms
from enforcement.values.codetext import pack, signed_payload
from enforcement.values.cose import Signer, sign1
from enforcement.values.encoding import decode, encode
from enforcement.values.errors import KnownError

PREFIX = "HZC1:"
ISS, IAT = 1, 6
NUMBER, NAME, KIND, UNIT, FIELDS, REGION, VALIDITY = -70011, -70012, -70013, -70014, -70015, -70016, -70017


@dataclass(frozen=True)
class CardClaims:
    """What stands on the card."""

    agency: str
    issued_at: datetime
    number: str
    name: str
    kind: str
    unit: str
    fields: tuple[str, ...]
    region: str
    valid_from: date
    valid_to: date


def make_card_code(claims: CardClaims, issuing: Signer) -> str:
    """The text that the QR code holds."""
    payload = encode(
        {
            ISS: claims.agency,
            IAT: int((claims.issued_at - EPOCH).total_seconds()),
            NUMBER: claims.number,
            NAME: claims.name,
            KIND: claims.kind,
            UNIT: claims.unit,
            FIELDS: list(claims.fields),
            REGION: claims.region,
            VALIDITY: [claims.valid_from.isoformat(), claims.valid_to.isoformat()],
        }
    )
    return pack(PREFIX, sign1(payload, issuing))


def read_card_code(text: str, key_of: Callable[[bytes], Ed25519PublicKey | None]) -> CardClaims:
    """Checked claims. Raises KnownError(notice.unreadable), (notice.altered), (signature.unknown_key) for another agency's."""
    payload = signed_payload(PREFIX, text, key_of)
    try:
        match decode(payload):
            case {
                1: str() as agency,
                6: int() as issued,
                -70011: str() as number,
                -70012: str() as name,
                -70013: str() as kind,
                -70014: str() as unit,
                -70015: list() as fields,
                -70016: str() as region,
                -70017: [str() as first, str() as last],
            } if all(isinstance(field, str) for field in fields):
                days = date.fromisoformat(first), date.fromisoformat(last)
                return CardClaims(
                    agency, from_ms(issued * 1000), number, name, kind, unit, tuple(fields), region, *days
                )
            case _:
                raise KnownError("notice.altered", why="claims")
    except (OverflowError, ValueError) as error:
        raise KnownError("notice.altered", why="claims") from error
