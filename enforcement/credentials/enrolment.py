"""Enrolment: a device asks the agency to know it and its officers; the agency grants it.

- The request is a COSE_Sign1 by the device's new key; each officer's proof of possession is their signature over the
  request's challenge (device id, number, both public keys), so nobody can enrol a key they do not hold.
- The grant is a COSE_Sign1 by the authority's issuing key and carries the root of trust (TUF root.json) and the relay's
  address. The person who carries it to the device vouches for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.values.cose import CONTENT_TYPE, Signer, key_id, peek1, sign1, verify1
from enforcement.values.encoding import encode
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

REQUEST = "application/hengchi-enrol-request+cbor"
GRANT = "application/hengchi-enrol-grant+cbor"


class EnrolPerson(Record):
    """An officer on the device. Keys are raw bytes; `proof` is their signature over `challenge`."""

    number: str
    sign: bytes
    hpke: bytes
    proof: bytes


class EnrolRequest(Record):
    """A device and its officers."""

    device: UUID
    label: str
    key: bytes
    people: tuple[EnrolPerson, ...]
    made_at: datetime


class EnrolGrant(Record):
    """What a device needs to begin. `root` is the trusted TUF root, `ca` the DER of the issuing certificate."""

    device: UUID
    unit: str
    relay: str
    root: bytes
    ca: bytes
    granted_at: datetime


def challenge(device: UUID, number: str, sign: bytes, hpke: bytes) -> bytes:
    """What an officer signs to prove that they hold the key."""
    return encode(["hengchi enrolment", device.bytes, number, sign, hpke])


def make_request(
    device: UUID, label: str, device_key: Signer, device_public: bytes, people: Sequence[EnrolPerson], at: datetime
) -> bytes:
    """The request's bytes."""
    request = EnrolRequest(device=device, label=label, key=device_public, people=tuple(people), made_at=at)
    return sign1(to_bytes(request), device_key, headers={CONTENT_TYPE: REQUEST})


def read_request(data: bytes) -> EnrolRequest:
    """A checked request; raises KnownError(encoding.*), (signature.invalid)."""
    claimed = from_bytes(EnrolRequest, peek1(data).payload)
    key = _key(claimed.key)
    signed = verify1(data, lambda kid: key if kid == key_id(key) else None)
    if signed.headers.get(CONTENT_TYPE) != REQUEST:
        raise KnownError("encoding.wrong_shape", why="not an enrolment request")
    for person in claimed.people:
        try:
            _key(person.sign).verify(person.proof, challenge(claimed.device, person.number, person.sign, person.hpke))
        except InvalidSignature as error:
            raise KnownError("signature.invalid", number=person.number) from error
    return claimed


def make_grant(grant: EnrolGrant, authority: Signer) -> bytes:
    """The grant's bytes."""
    return sign1(to_bytes(grant), authority, headers={CONTENT_TYPE: GRANT})


def read_grant(data: bytes, device: UUID) -> EnrolGrant:
    """A grant for this device, signed by the key of the certificate that it carries.

    Raises KnownError(encoding.*), (signature.*), (device.unknown) when it is another device's.
    """
    from enforcement.credentials.certificate import public_key_of  # X.509 takes 50 ms to import

    claimed = from_bytes(EnrolGrant, peek1(data).payload)
    key = public_key_of(claimed.ca)
    signed = verify1(data, lambda kid: key if key is not None and kid == key_id(key) else None)
    if signed.headers.get(CONTENT_TYPE) != GRANT:
        raise KnownError("encoding.wrong_shape", why="not an enrolment grant")
    if claimed.device != device:
        raise KnownError("device.unknown", device=str(claimed.device))
    return claimed


def _key(raw: bytes) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise KnownError("encoding.wrong_shape", why="public key") from error
