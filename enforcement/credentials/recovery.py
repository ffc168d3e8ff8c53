"""A forgotten password: the device asks, the agency's office answers with the store's key, wrapped for that request alone.

- The request is a COSE_Sign1 by the officer's NEW signing key. It carries the store's key as the device had wrapped it for the agency's
  recovery key, and the new public keys. The signing key that the password closed is gone for good: no copy of it exists, so nobody at
  the agency could ever have signed in the officer's name.
- `check_code` is what the device shows and the clerk types: whoever swaps the file on its way swaps the code.
- The answer is a COSE_Sign1 by the agency's issuing key and names the request by its digest.
"""

from __future__ import annotations

from base64 import b32encode
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.credentials.enrolment import challenge
from enforcement.values.cose import CONTENT_TYPE, Signer, key_id, peek1, sign1, verify1
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import Record, from_bytes, to_bytes

REQUEST = "application/hengchi-recovery-request+cbor"
ANSWER = "application/hengchi-recovery-answer+cbor"
CODE_LETTERS, GROUP = 12, 4


class RecoveryRequest(Record):
    """`sign` and `hpke` are the new public keys with the proof of enrolment; `store` is the store's key and `escrow` the officer's
    decryption keys, as wrapped for the agency's recovery key.
    """

    device: UUID
    number: str
    sign: bytes
    hpke: bytes
    proof: bytes
    store: bytes
    made_at: datetime
    escrow: bytes = b""


class Given(Record):
    """What somebody who can open a store hands to somebody who is to: wrapped by HPKE with `given_info`."""

    store_key: bytes
    earlier: tuple[bytes, ...] = ()


class RecoveryAnswer(Record):
    """`given` is a wrapped `Given` for the request whose digest is `request`; `ca` is the agency's issuing certificate."""

    device: UUID
    number: str
    request: bytes
    given: bytes
    ca: bytes
    answered_at: datetime


def store_info(device: UUID) -> bytes:
    """What the store's key is bound to where it is wrapped for the recovery key."""
    return b"hengchi store\x00" + device.bytes


def escrow_info(device: UUID, number: str) -> bytes:
    """What an officer's decryption keys are bound to where they are wrapped for the recovery key."""
    return b"hengchi escrow\x00" + device.bytes + number.encode()


def given_info(device: UUID, number: str, request: bytes) -> bytes:
    """What a `Given` is bound to."""
    return b"hengchi given\x00" + device.bytes + request + number.encode()


def check_code(request: bytes) -> str:
    """Three groups of four letters (60 bits of the digest) to compare by eye."""
    text = b32encode(digest(request)).decode()[:CODE_LETTERS]
    return "-".join(text[at : at + GROUP] for at in range(0, CODE_LETTERS, GROUP))


def make_recovery_request(request: RecoveryRequest, new_key: Signer) -> bytes:
    """The request's bytes."""
    return sign1(to_bytes(request), new_key, headers={CONTENT_TYPE: REQUEST})


def read_recovery_request(data: bytes) -> RecoveryRequest:
    """A checked request; raises KnownError(encoding.*), (signature.*)."""
    claimed = from_bytes(RecoveryRequest, peek1(data).payload)
    try:
        key = Ed25519PublicKey.from_public_bytes(claimed.sign)
        signed = verify1(data, lambda kid: key if kid == key_id(key) else None)
        key.verify(claimed.proof, challenge(claimed.device, claimed.number, claimed.sign, claimed.hpke))
    except ValueError as error:
        raise KnownError("encoding.wrong_shape", why="public key") from error
    except InvalidSignature as error:
        raise KnownError("signature.invalid", number=claimed.number) from error
    if signed.headers.get(CONTENT_TYPE) != REQUEST:
        raise KnownError("encoding.wrong_shape", why="not a recovery request")
    return claimed


def make_answer(answer: RecoveryAnswer, issuing: Signer) -> bytes:
    """The answer's bytes."""
    return sign1(to_bytes(answer), issuing, headers={CONTENT_TYPE: ANSWER})


def read_answer(data: bytes, ca: bytes, device: UUID) -> RecoveryAnswer:
    """An answer of the agency whose issuing certificate is `ca`, for this device.

    Raises KnownError(encoding.*), (signature.*), (recovery.wrong_agency), (recovery.wrong_device).
    """
    from enforcement.credentials.certificate import public_key_of  # X.509 takes 50 ms to import

    claimed = from_bytes(RecoveryAnswer, peek1(data).payload)
    if claimed.ca != ca:
        raise KnownError("recovery.wrong_agency")
    key = public_key_of(ca)
    signed = verify1(data, lambda kid: key if key is not None and kid == key_id(key) else None)
    if signed.headers.get(CONTENT_TYPE) != ANSWER:
        raise KnownError("encoding.wrong_shape", why="not a recovery answer")
    if claimed.device != device:
        raise KnownError("recovery.wrong_device", device=str(claimed.device))
    return claimed
