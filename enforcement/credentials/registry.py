"""Enrolment of the agency's registry: a device without officers that only reads, and the agency's key that opens bundles.

- The request is a COSE_Sign1 by the registry's new device key over `RegistryRequest`: an enrolment request without people, and an HPKE
  public key made for this one purpose.
- The grant carries the usual grant, and the agency's opening key sealed for that public key: nothing secret travels in the clear, and no
  password has to be agreed.
"""

from __future__ import annotations

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.credentials.enrolment import EnrolRequest, read_request
from enforcement.values.cose import CONTENT_TYPE, Signer, key_id, peek1, sign1, verify1
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

REQUEST = "application/hengchi-registry-request+cbor"


class RegistryRequest(Record):
    """`enrol` are the bytes of the device's enrolment request, `opening` an HPKE public key (1216 bytes)."""

    enrol: bytes
    opening: bytes


class RegistryGrant(Record):
    """`grant` are the bytes of the device's grant; `sealed` is the agency's opening key, wrapped with `registry_info` as HPKE info."""

    grant: bytes
    sealed: bytes


def make_registry_request(enrol: bytes, opening: bytes, device_key: Signer) -> bytes:
    """The request's bytes."""
    return sign1(to_bytes(RegistryRequest(enrol=enrol, opening=opening)), device_key, headers={CONTENT_TYPE: REQUEST})


def read_registry_request(data: bytes) -> tuple[RegistryRequest, EnrolRequest]:
    """A checked request: both parts are signed by the same new key. Raises KnownError(encoding.*), (signature.*)."""
    claimed = from_bytes(RegistryRequest, peek1(data).payload)
    asked = read_request(claimed.enrol)
    key = Ed25519PublicKey.from_public_bytes(asked.key)
    signed = verify1(data, lambda kid: key if kid == key_id(key) else None)
    if signed.headers.get(CONTENT_TYPE) != REQUEST or asked.people:
        raise KnownError("encoding.wrong_shape", why="not a registry's request")
    return claimed, asked


def registry_info(device: UUID) -> bytes:
    """What the opening key is bound to when it is wrapped."""
    return b"hengchi registry\x00" + device.bytes
