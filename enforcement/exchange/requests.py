"""Signed requests: HTTP Message Signatures (RFC 9421) with Ed25519, in the one form that Hengchi uses.

- Covered: "@method", "@path", "@query", "content-digest" (RFC 9530, sha-256), with created, nonce, keyid, alg.
- keyid is the hex of the device's key id. The nonce is 16 random bytes; a relay takes each only once, within its window.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.values.cose import Signer
from enforcement.values.errors import KnownError

LABEL = "hengchi"
_INPUT = re.compile(
    r'hengchi=(?P<params>\("@method" "@path" "@query" "content-digest"\);created=(?P<created>[0-9]{1,12});'
    r'nonce="(?P<nonce>[0-9a-f]{32})";keyid="(?P<keyid>[0-9a-f]{64})";alg="ed25519")'
)
_SIGNATURE = re.compile(r"hengchi=:(?P<signature>[A-Za-z0-9+/=]{88}):")


@dataclass(frozen=True)
class SignedHeaders:
    """Who signed a request, when, with which nonce."""

    kid: bytes
    created: datetime
    nonce: bytes


def sign_request(
    method: str, path: str, query: str, body: bytes, signer: Signer, now: datetime, nonce: bytes
) -> dict[str, str]:
    """The headers to add; `query` without its question mark, `nonce` 16 bytes."""
    digest = content_digest(body)
    params = (
        f'("@method" "@path" "@query" "content-digest");created={int(now.timestamp())};'
        f'nonce="{nonce.hex()}";keyid="{signer.kid.hex()}";alg="ed25519"'
    )
    signature = signer.sign(_base(method, path, query, digest, params))
    return {
        "Content-Digest": digest,
        "Signature-Input": f"{LABEL}={params}",
        "Signature": f"{LABEL}=:{base64.b64encode(signature).decode()}:",
    }


def check_request(
    method: str,
    path: str,
    query: str,
    body: bytes,
    headers: Mapping[str, str],
    key_of: Callable[[bytes], Ed25519PublicKey | None],
    now: datetime,
    window: timedelta,
) -> SignedHeaders:
    """Whose request it is; names of `headers` in lower case.

    Raises KnownError(signature.invalid), (device.unknown), (clock.behind) or (clock.ahead). The nonce is the caller's to keep.
    """
    inputs = _INPUT.fullmatch(headers.get("signature-input", ""))
    signature = _SIGNATURE.fullmatch(headers.get("signature", ""))
    digest = headers.get("content-digest", "")
    if inputs is None or signature is None or digest != content_digest(body):
        raise KnownError("signature.invalid", kid="request")
    kid = bytes.fromhex(inputs["keyid"])
    key = key_of(kid)
    if key is None:
        raise KnownError("device.unknown", device=inputs["keyid"][:8])
    try:
        key.verify(base64.b64decode(signature["signature"]), _base(method, path, query, digest, inputs["params"]))
    except InvalidSignature as error:
        raise KnownError("signature.invalid", kid=kid.hex()) from error
    created = datetime.fromtimestamp(int(inputs["created"]), UTC)
    if created < now - window:
        raise KnownError("clock.behind", seconds=int((now - created).total_seconds()))
    if created > now + window:
        raise KnownError("clock.ahead", seconds=int((created - now).total_seconds()))
    return SignedHeaders(kid, created, bytes.fromhex(inputs["nonce"]))


def content_digest(body: bytes) -> str:
    """RFC 9530 section 2."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def _base(method: str, path: str, query: str, digest: str, params: str) -> bytes:
    """RFC 9421 section 2.5."""
    return (
        f'"@method": {method}\n"@path": {path}\n"@query": ?{query}\n"content-digest": {digest}\n"@signature-params": {params}'
    ).encode()
