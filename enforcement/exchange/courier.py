"""What a courier carries where networks are kept apart: the bundles themselves as files, a device's question, the relay's answer.

- Bundles and blobs are files named by the SHA-256 of their bytes; whatever does not hash to its name is not there.
- A question is a COSE_Sign1 by the device over the same `Round` that it would ask by HTTP; an answer is a COSE_Sign1 by the relay, of one
  state of its log. Both are files named by the device.
- Only the layout and the checks stand here; the disk is for desktop and relay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.exchange.limits import LIMITS
from enforcement.exchange.messages import DeviceSeen, FeedItem, Outcome
from enforcement.exchange.rounds import Round
from enforcement.values.cose import CONTENT_TYPE, Signer, sign1, verify1
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import Record, from_bytes, to_bytes

FOLDER, MANIFEST = "hengchi-courier", "courier.cbor"
BUNDLES, BLOBS, QUESTIONS, ANSWERS, AUTHORITY = "bundles", "blobs", "questions", "answers", "authority"
VERSION = 1
QUESTION = "application/hengchi-courier-question+cbor"
ANSWER = "application/hengchi-courier-answer+cbor"
MOST_MANIFEST, MOST_QUESTION, MOST_ANSWER = 64 << 10, 4 << 20, 64 << 20
"""Larger files of these kinds are not read; bytes."""
MOST_ROUNDS = 16
_UNFINISHED = re.compile(r"\..+-.+")
_DIGEST, _DEVICE = re.compile("[0-9a-f]{64}"), re.compile("[0-9a-f]{32}")


class Manifest(Record):
    """Whose folder it is. `roots`: digests of root metadata of the agency, any that the writer knows; `agency` is for people."""

    v: int
    agency: str
    roots: tuple[bytes, ...]


class Question(Record):
    """What a device would ask in a round: one `Round` for its key, and one for each earlier key whose feed it has not read to its end.
    The first may hold its statement. `budget` and `wait_ms` mean nothing here. `bundles`, `blobs`: what it knows by name and lacks.
    """

    device: UUID
    at: datetime
    rounds: tuple[Round, ...]
    bundles: tuple[bytes, ...] = ()
    blobs: tuple[bytes, ...] = ()


class CarriedFeed(Record):
    """Bundles for one recipient from index `after` on, without those at the indexes that its round skips; `more`: there was no room for
    the rest.
    """

    recipient: bytes
    after: int
    items: tuple[FeedItem, ...]
    more: bool = False


class Answer(Record):
    """To the question with that digest, of one state of the log.

    `sizes` and `paths`: consistency from trees of these sizes to the head: those of the question, and those that the receipts speak of.
    `outcomes`: of every bundle of this device in the folder. `authority`: digest of the published set's timestamp.
    """

    device: UUID
    question: bytes
    head: bytes
    sizes: tuple[int, ...]
    paths: tuple[tuple[bytes, ...], ...]
    outcomes: tuple[Outcome, ...]
    feeds: tuple[CarriedFeed, ...]
    devices: tuple[DeviceSeen, ...]
    authority: bytes


KeyOf = Callable[[bytes], Ed25519PublicKey | None]
T = TypeVar("T", bound=Record)


def digest_in(name: str) -> bytes | None:
    """The digest that a file's name stands for, or None."""
    return bytes.fromhex(name) if _DIGEST.fullmatch(name) else None


def device_in(name: str) -> UUID | None:
    """The device that a file's name stands for, or None."""
    return UUID(hex=name) if _DEVICE.fullmatch(name) else None


def unfinished(name: str) -> bool:
    """Whether it is the name of a file that was still being written; one that stays behind is nothing."""
    return _UNFINISHED.fullmatch(name) is not None


def read_manifest(data: bytes, roots: Iterable[bytes]) -> Manifest:
    """The manifest of a folder of the agency with these root metadata.

    Raises KnownError(courier.unreadable), (courier.newer) for a later form, (courier.wrong_agency).
    """
    try:
        manifest = from_bytes(Manifest, data)
    except KnownError as error:
        raise KnownError("courier.unreadable", file=MANIFEST, why=error.code) from error
    if manifest.v > VERSION:
        raise KnownError("courier.newer")
    if not {digest(root) for root in roots} & set(manifest.roots):
        raise KnownError("courier.wrong_agency", agency=manifest.agency)
    return manifest


def make_manifest(agency: str, roots: Iterable[bytes]) -> Manifest:
    """For the agency with these root metadata."""
    return Manifest(v=VERSION, agency=agency, roots=tuple(sorted({digest(root) for root in roots})))


def sign_question(question: Question, device: Signer) -> bytes:
    """The question's bytes."""
    return sign1(to_bytes(question), device, headers={CONTENT_TYPE: QUESTION})


def check_question(data: bytes, key_of: KeyOf) -> tuple[Question, bytes]:
    """A checked question, and the id of the key that signed it; whose key that is, is the caller's to ask.

    Raises KnownError(signature.*), (encoding.*), (relay.too_large), and what `key_of` raises.
    """
    question, kid = _checked(data, key_of, QUESTION, Question)
    if max(len(question.bundles), len(question.blobs)) > LIMITS.digests_in_request:
        raise KnownError("relay.too_large", limit=LIMITS.digests_in_request)
    if not 1 <= len(question.rounds) <= MOST_ROUNDS or any(len(one.recipients) != 1 for one in question.rounds):
        raise KnownError("encoding.wrong_shape", why="rounds of a question")
    return question, kid


def sign_answer(answer: Answer, relay: Signer) -> bytes:
    """The answer's bytes."""
    return sign1(to_bytes(answer), relay, headers={CONTENT_TYPE: ANSWER})


def check_answer(data: bytes, key_of: KeyOf, device: UUID) -> Answer:
    """The relay's answer to that device; raises KnownError(receipt.altered) for anything else."""
    try:
        answer, _ = _checked(data, key_of, ANSWER, Answer)
    except KnownError as error:
        raise KnownError("receipt.altered", why=error.code) from error
    if answer.device != device or len(answer.sizes) != len(answer.paths):
        raise KnownError("receipt.altered", why="an answer to somebody else")
    return answer


def run_ends(indexes: Sequence[int]) -> list[int]:
    """Of leaves with these indexes, the sizes of the trees at which a run of neighbours ends: receipts inside a run prove themselves."""
    known = set(indexes)
    return sorted(index + 1 for index in known if index + 1 not in known)


def _checked(data: bytes, key_of: KeyOf, form: str, kind: type[T]) -> tuple[T, bytes]:
    signed = verify1(data, key_of)
    if signed.headers.get(CONTENT_TYPE) != form:
        raise KnownError("encoding.wrong_shape", why="another kind of file")
    return from_bytes(kind, signed.payload), signed.kid
