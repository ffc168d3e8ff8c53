"""Signatures on the screen under a decision on the spot: each vouched for by an officer's key, so that the PDF alone shows it.

The code on the page vouches for the content and is made before anybody signs; it stays as it is. Who has only the PDF finds the
signatures behind its pages, and each of them names the content's digest and is signed by the officer before whom it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.journal.acts import DocumentSigned
from enforcement.notices.signatures import MAX_NAME, Strokes, check_strokes
from enforcement.values.cose import CONTENT_TYPE, Signer, peek1, sign1, verify1
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import Record, from_bytes, to_bytes

FORMAT = "application/hengchi-hand+cbor"
MOST = 12
"""Signatures under one decision: the party, a witness, two officers, and some that were refused first."""


class Hands(Record):
    """What rides behind the pages."""

    hands: tuple[DocumentSigned, ...]


@dataclass(frozen=True)
class OnPage:
    """A signature as it is drawn; `strokes` is None for who refused, in the words of `refused`."""

    role: str
    name: str
    at: datetime
    strokes: Strokes | None
    refused: str


def vouched(hand: DocumentSigned, signer: Signer) -> DocumentSigned:
    """The same with the officer's signature. Raises what `check_strokes` raises, KnownError(input.invalid) without a name, or with
    neither strokes nor words.
    """
    _check(hand)
    return msgspec.structs.replace(hand, vouched=sign1(_bound(hand), signer, headers={CONTENT_TYPE: FORMAT}))


def check_hand_under(
    hand: DocumentSigned, number: str, content: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None]
) -> bytes:
    """The key id of the officer who vouches for it. Raises KnownError(notice.altered) when it was not given under this content,
    (signature.*) when nobody known vouches for it.
    """
    _check(hand)
    if (hand.number, hand.content_digest) != (number, content):
        raise KnownError("notice.altered")
    found = peek1(hand.vouched)
    if verify1(hand.vouched, key_of).payload != _bound(hand):
        raise KnownError("notice.altered")
    return found.kid


def on_page(hands: Sequence[DocumentSigned]) -> tuple[OnPage, ...]:
    """As they are drawn."""
    return tuple(
        OnPage(one.role, one.name, one.at, from_bytes(Strokes, one.strokes) if one.strokes else None, one.refused)
        for one in hands
    )


def hands_bytes(hands: Sequence[DocumentSigned]) -> bytes:
    """Canonical bytes."""
    return to_bytes(Hands(hands=tuple(hands)))


def read_hands(data: bytes) -> tuple[DocumentSigned, ...]:
    """Raises KnownError(encoding.*), (notice.altered) for more than a decision can have."""
    hands = from_bytes(Hands, data).hands
    if len(hands) > MOST:
        raise KnownError("notice.altered")
    return hands


def _check(hand: DocumentSigned) -> None:
    if not hand.name.strip() or len(hand.name) > MAX_NAME:
        raise KnownError("input.invalid", field="name", why="who signs has a name")
    if bool(hand.strokes) == bool(hand.refused):
        raise KnownError("input.invalid", field="signature", why="strokes, or the words of a refusal")
    if hand.strokes:
        check_strokes(from_bytes(Strokes, hand.strokes))


def _bound(hand: DocumentSigned) -> bytes:
    return digest(to_bytes(msgspec.structs.replace(hand, vouched=b"")))
