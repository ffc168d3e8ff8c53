"""X.509 certificates (RFC 5280) under which PDFs carry the agency's signature, in the algorithm that PDF readers take: ECDSA P-256.

The officers' Ed25519 certificates are not accepted by NSS, which Firefox, poppler and Okular read signatures with; so documents
have an authority of their own. Its certificate is what a court or a party puts into their reader as trusted.
"""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

DOCUMENT_AUTHORITY = "notices/document-authority.der"
"""Where the agency's published set holds the certificate of its document authority."""
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336)."""


def new_document_authority(
    key: EllipticCurvePrivateKey, agency: str, serial: int, since: datetime, until: datetime
) -> bytes:
    """DER of the self-signed certificate of the agency's document authority."""
    name = _name(agency, f"{agency} 文书签发")
    public = key.public_key()
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = (
        _begun(name, name, public, serial, since, until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def issue_seal_certificate(
    authority: EllipticCurvePrivateKey,
    authority_der: bytes,
    agency: str,
    holder: EllipticCurvePublicKey,
    serial: int,
    since: datetime,
    until: datetime,
) -> bytes:
    """DER of the certificate of the agency's seal for documents: signing and non-repudiation, nothing else."""
    issuer = x509.load_der_x509_certificate(authority_der)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    # e-mail protection besides: NSS checks the signer of a PDF as it checks one of a mail
    purposes = x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION])
    builder = (
        _begun(_name(agency, f"{agency} 电子印章"), issuer.subject, holder, serial, since, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(purposes, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(holder), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),
            critical=False,
        )
    )
    return builder.sign(authority, hashes.SHA256()).public_bytes(Encoding.DER)


def _name(agency: str, common: str) -> x509.Name:
    """X.520 allows 64 letters of either."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, agency[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[-64:]),
        ]
    )


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    public: EllipticCurvePublicKey,
    serial: int,
    since: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(since)
        .not_valid_after(until)
    )
