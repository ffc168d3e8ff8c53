"""The agency's seal for documents: a document authority of its own, and certificates under it as password-encrypted PKCS#12.

The authority's key is made when the first certificate is asked for and stays in the office's keyring; its certificate is
published among notices, so that whoever holds the agency's set can check a signed PDF.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    pkcs12,
)

from central.authority.office import CA_YEARS, Office
from enforcement.credentials.seal_certificate import DOCUMENT_AUTHORITY, issue_seal_certificate, new_document_authority
from enforcement.values.errors import KnownError

NAME = "documents"
MAX_DAYS = 366 * 3
MIN_PASSWORD = 8
ROUNDS = 600_000


def issue_seal(office: Office, password: str, days: int) -> tuple[bytes, bytes]:
    """(PKCS#12 of a new key and its certificate, DER of the document authority).

    Raises KnownError(input.invalid) for a short password or a validity of no day or of more than three years, and
    (password.wrong) for the office's own.
    """
    if len(password) < MIN_PASSWORD:
        raise KnownError("input.invalid", field="seal password", why=f"at least {MIN_PASSWORD} letters")
    if not 1 <= days <= MAX_DAYS:
        raise KnownError("input.invalid", field="days", why=f"1 to {MAX_DAYS}")
    authority, root = _authority(office)
    agency = office.state().roster.agency.name
    now = office.clock.now()
    key = ec.generate_private_key(ec.SECP256R1())
    since, until = now - timedelta(hours=1), now + timedelta(days=days)
    der = issue_seal_certificate(authority, root, agency, key.public_key(), secrets.randbits(120), since, until)
    certificate, issuer = x509.load_der_x509_certificate(der), x509.load_der_x509_certificate(root)
    # the file travels: 20,000 rounds, which is what the library takes by itself, are too few for a person's password
    guard = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(SHA256())
        .build(password.encode())
    )
    return pkcs12.serialize_key_and_certificates(agency.encode(), key, certificate, [issuer], guard), root


def _authority(office: Office) -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    state = office.state()
    office.keys.signing("issuing")  # refuses a wrong password before anything is made under it
    if DOCUMENT_AUTHORITY in state.targets:
        key = load_der_private_key(office.keys.secret(NAME), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise KnownError("encoding.wrong_shape", why="key documents")
        return key, state.targets[DOCUMENT_AUTHORITY]
    key = ec.generate_private_key(ec.SECP256R1())
    now = office.clock.now()
    since, until = now - timedelta(days=1), now + timedelta(days=366 * CA_YEARS)
    root = new_document_authority(key, state.roster.agency.name, secrets.randbits(120), since, until)
    office.keys.put_secret(NAME, key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    office.put_target(DOCUMENT_AUTHORITY, root)
    return key, root
