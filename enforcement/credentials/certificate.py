"""The X.509 profile (RFC 5280) of an enforcement certificate.

- Ed25519 (RFC 8410); the subject's common name is the certificate number (执法证号); no person's name stands in it.
- The extension `CLAIMS` (an OID of the UUID arc 2.25, ITU-T X.667) holds canonical CBOR of `OfficerClaims`: kind, unit, fields,
  region, HPKE public key.
- Issued directly by the agency's own authority; there is no intermediate.
"""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

CLAIMS = ObjectIdentifier("2.25.147695778971757908355580010658183027264")


class OfficerClaims(Record):
    """What a certificate binds to the signing key."""

    number: str
    kind: str
    unit: str
    fields: tuple[str, ...]
    region: str
    hpke: bytes


def new_authority(key: Ed25519PrivateKey, name: str, serial: int, since: datetime, until: datetime) -> bytes:
    """DER of the agency's self-signed issuing certificate."""
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)])
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
    )
    return builder.sign(key, None).public_bytes(Encoding.DER)


def issue_certificate(
    authority: Ed25519PrivateKey,
    authority_der: bytes,
    claims: OfficerClaims,
    holder: Ed25519PublicKey,
    serial: int,
    since: datetime,
    until: datetime,
) -> bytes:
    """DER of an officer's certificate."""
    issuer = x509.load_der_x509_certificate(authority_der)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, claims.number)]))
        .issuer_name(issuer.subject)
        .public_key(holder)
        .serial_number(serial)
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.UnrecognizedExtension(CLAIMS, to_bytes(claims)), critical=False)
    )
    return builder.sign(authority, None).public_bytes(Encoding.DER)


def read_certificate(der: bytes, authority_der: bytes) -> tuple[OfficerClaims, Ed25519PublicKey]:
    """Claims and key of a certificate that the authority issued.

    Raises KnownError(signature.invalid) when it did not, (encoding.wrong_shape) when it is none of ours.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.verify_directly_issued_by(x509.load_der_x509_certificate(authority_der))
        extension = certificate.extensions.get_extension_for_oid(CLAIMS).value
    except InvalidSignature as error:
        raise KnownError("signature.invalid", kid="certificate") from error
    except (ValueError, TypeError, x509.ExtensionNotFound) as error:
        raise KnownError("encoding.wrong_shape", why="certificate") from error
    key = certificate.public_key()
    if not isinstance(extension, x509.UnrecognizedExtension) or not isinstance(key, Ed25519PublicKey):
        raise KnownError("encoding.wrong_shape", why="certificate profile")
    claims = from_bytes(OfficerClaims, extension.value)
    common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if [str(name.value) for name in common] != [claims.number]:
        raise KnownError("encoding.wrong_shape", why="certificate number")
    return claims, key


def certificate_days(der: bytes) -> tuple[datetime, datetime]:
    """From when to when a certificate holds, in UTC."""
    certificate = x509.load_der_x509_certificate(der)
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def public_key_of(der: bytes) -> Ed25519PublicKey | None:
    """The key of a certificate that was checked before."""
    key = x509.load_der_x509_certificate(der).public_key()
    return key if isinstance(key, Ed25519PublicKey) else None
