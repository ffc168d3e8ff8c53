"""A bundle: new entries of one aggregate and the list of their blobs, sealed for its recipients, signed by the device.

- Outer: COSE_Sign1 (RFC 9052) by the device; its protected header `hz` is the canonical bytes of `BundleHeader`, all that
  a relay may see: device, unit, sequence range, sizes, digests.
- Payload: COSE_Encrypt (RFC 9052 section 5.1, tag 96) with AES-256-GCM; the content key is wrapped for each recipient by
  HPKE (RFC 9180), with the header's bytes as `info`, so that nothing can be moved from one bundle to another.
- Content: zstd of canonical CBOR {"agg", "entries"} and, where old bundles are opened to somebody (docs/decisions/0012-rewrap.md),
  "keys": [[name of an old bundle, its content key]]; padded with zero bytes to a step, so that sizes say little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import cbor2
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from enforcement.sealing.recipients import HYBRID, Decryptor, recipient_id, wrap
from enforcement.values.cose import CONTENT_TYPE, Signed, Signer, peek1, sign1, verify1
from enforcement.values.encoding import decode, encode
from enforcement.values.errors import KnownError
from enforcement.values.ids import DIGEST_BYTES, digest
from enforcement.values.shapes import Record, from_bytes, to_bytes

FORMAT = "application/hengchi-bundle+cbor"
A256GCM, ALG, IV, KID = 3, 1, 5, 4
HPKE_ALG = -65537
"""Private-use COSE algorithm: HPKE base mode with the suite that the header names (RFC 9052 section 11.1)."""
_TAG_ENCRYPT = b"\xd8\x60"
MAX_CONTENT = 64 << 20
KEY_BYTES = 32


class BlobRef(Record):
    """A blob by name and sealed size in bytes."""

    digest: bytes
    size: int


class BundleHeader(Record):
    """All that whoever carries a bundle can see. `head` is the hash of the entry with `last_seq`."""

    v: int
    device: UUID
    unit: str
    first_seq: int
    last_seq: int
    head: bytes
    blobs: tuple[BlobRef, ...]
    made_at: datetime
    suite: int


@dataclass(frozen=True)
class SealedBundle:
    """A bundle's bytes, its name (SHA-256 of them) and its header."""

    digest: bytes
    data: bytes
    header: BundleHeader


@dataclass(frozen=True)
class OpenedBundle:
    """What was sealed: the aggregate and the entries' bytes, still to be checked one by one; content keys of older bundles by name."""

    aggregate: UUID
    entries: tuple[bytes, ...]
    header: BundleHeader
    keys: Mapping[bytes, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class _Sealed:
    """A bundle whose device's signature was checked, taken apart."""

    header: BundleHeader
    visible: bytes
    protected: bytes
    iv: bytes
    ciphertext: bytes
    wrapped: list[Any]

    def content_key(self, decryptor: Decryptor) -> bytes:
        return decryptor.unwrap(_wrapped_for(self.wrapped, decryptor.recipient_id), self.visible, self.header.suite)

    def open(self, key: bytes) -> OpenedBundle:
        if len(key) != KEY_BYTES:
            raise KnownError("bundle.altered", why="content key")
        try:
            content = AESGCM(key).decrypt(self.iv, self.ciphertext, _enc_structure(self.protected, self.visible))
        except InvalidTag as error:
            raise KnownError("bundle.altered", why="content") from error
        match decode(_unpack(content)):
            case {"agg": bytes() as aggregate, "entries": list() as entries, **more} if len(aggregate) == 16 and all(
                isinstance(entry, bytes) for entry in entries
            ):
                return OpenedBundle(UUID(bytes=aggregate), tuple(entries), self.header, _keys(more.get("keys", [])))
            case _:
                raise KnownError("bundle.altered", why="content shape")


def seal_bundle(
    aggregate: UUID,
    entries: Sequence[bytes],
    header: BundleHeader,
    recipients: Sequence[bytes],
    recovery: bytes,
    device: Signer,
    entropy: Callable[[int], bytes],
    keys: Mapping[bytes, bytes] | None = None,
) -> SealedBundle:
    """Seal for `recipients` (public keys), which must hold the agency's recovery key `recovery` (public key); `keys` are content keys
    of older bundles that are to be opened to them.

    Raises KnownError(bundle.no_recovery_recipient): a bundle that could never be read again is not made.
    """
    if recovery not in recipients:
        raise KnownError("bundle.no_recovery_recipient")
    visible = to_bytes(header)
    key, iv = entropy(KEY_BYTES), entropy(12)
    protected = encode({ALG: A256GCM})
    plain: dict[str, Any] = {"agg": aggregate.bytes, "entries": list(entries)}
    if keys:
        plain["keys"] = [[name, keys[name]] for name in sorted(keys)]
    content = _pad(zstandard.ZstdCompressor(level=6).compress(encode(plain)))
    ciphertext = AESGCM(key).encrypt(iv, content, _enc_structure(protected, visible))
    wrapped = [
        [encode({ALG: HPKE_ALG}), {KID: recipient_id(public)}, wrap(key, public, visible, header.suite)]
        for public in sorted(set(recipients))
    ]
    payload = _TAG_ENCRYPT + encode([protected, {IV: iv}, ciphertext, wrapped])
    data = sign1(payload, device, headers={CONTENT_TYPE: FORMAT, "hz": visible})
    return SealedBundle(digest(data), data, header)


def read_header(data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None]) -> BundleHeader:
    """The visible header, after the device's signature was checked.

    Raises KnownError(signature.*), (encoding.*) or (bundle.altered).
    """
    return _outer(data, key_of)[0]


def open_bundle(data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None], decryptor: Decryptor) -> OpenedBundle:
    """Check, decrypt and unpack. Raises what `read_header` raises, and KnownError(bundle.not_for_us)."""
    sealed = _sealed(data, key_of)
    return sealed.open(sealed.content_key(decryptor))


def content_key(data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None], decryptor: Decryptor) -> bytes:
    """The 32-byte key of a bundle's content, to be handed to somebody whom it was not sealed for. Raises what `open_bundle` raises."""
    return _sealed(data, key_of).content_key(decryptor)


def open_with_key(data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None], key: bytes) -> OpenedBundle:
    """Open a bundle with its content key. Raises what `read_header` raises, and KnownError(bundle.altered) for another key."""
    return _sealed(data, key_of).open(key)


def read_cover(
    data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None]
) -> tuple[BundleHeader, tuple[bytes, ...]]:
    """The visible header and the ids of those it was sealed for. Raises what `read_header` raises."""
    return _cover(verify1(data, key_of))


def peek_cover(data: bytes) -> tuple[BundleHeader, tuple[bytes, ...]]:
    """The same of bytes that somebody vouches for already: a relay's own log, whose receipts name them."""
    return _cover(peek1(data))


def _cover(signed: Signed) -> tuple[BundleHeader, tuple[bytes, ...]]:
    header, _ = _header(signed)
    match decode(signed.payload[2:]):
        case [_, _, _, list() as wrapped]:
            return header, tuple(_recipient(item) for item in wrapped)
        case _:
            raise KnownError("bundle.altered", why="shape")


def _sealed(data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None]) -> _Sealed:
    header, visible, payload = _outer(data, key_of)
    if payload[:2] != _TAG_ENCRYPT:
        raise KnownError("bundle.altered", why="no COSE_Encrypt")
    match decode(payload[2:]):
        case [bytes() as protected, {5: bytes() as iv}, bytes() as ciphertext, list() as wrapped]:
            pass
        case _:
            raise KnownError("bundle.altered", why="shape")
    if protected != encode({ALG: A256GCM}) or len(iv) != 12:
        raise KnownError("bundle.altered", why="algorithm")
    return _Sealed(header, visible, protected, iv, ciphertext, wrapped)


def _keys(found: object) -> Mapping[bytes, bytes]:
    match found:
        case list() if all(
            isinstance(one, list) and len(one) == 2 and all(isinstance(part, bytes) and len(part) == 32 for part in one)
            for one in found
        ):
            return {name: key for name, key in found}
        case _:
            raise KnownError("bundle.altered", why="keys")


def _outer(data: bytes, key_of: Callable[[bytes], Ed25519PublicKey | None]) -> tuple[BundleHeader, bytes, bytes]:
    signed = verify1(data, key_of)
    return *_header(signed), signed.payload


def _header(signed: Signed) -> tuple[BundleHeader, bytes]:
    visible = signed.headers.get("hz")
    if signed.headers.get(CONTENT_TYPE) != FORMAT or not isinstance(visible, bytes):
        raise KnownError("encoding.wrong_shape", why="not a bundle")
    header = from_bytes(BundleHeader, visible)
    if header.v != 1 or not 1 <= header.first_seq <= header.last_seq or len(header.head) != DIGEST_BYTES:
        raise KnownError("encoding.wrong_shape", why="bundle header")
    return header, visible


def _recipient(item: Any) -> bytes:
    match item:
        case [bytes(), {4: bytes() as kid}, bytes()]:
            return kid
        case _:
            raise KnownError("bundle.altered", why="recipient")


def _wrapped_for(wrapped: list[Any], wanted: bytes) -> bytes:
    for item in wrapped:
        match item:
            case [bytes(), {4: bytes() as kid}, bytes() as sealed]:
                if kid == wanted:
                    return sealed
            case _:
                raise KnownError("bundle.altered", why="recipient")
    raise KnownError("bundle.not_for_us")


def _enc_structure(protected: bytes, aad: bytes) -> bytes:
    """RFC 9052 section 5.3."""
    return cbor2.dumps(["Encrypt", protected, aad])


def _pad(content: bytes) -> bytes:
    """Length (4 bytes), content, zero bytes up to the next step: a sixteenth of the next power of two, at least 256."""
    length = len(content) + 4
    step = max(256, 1 << max(0, length.bit_length() - 4))
    return len(content).to_bytes(4, "big") + content + bytes(-length % step)


def _unpack(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:4], "big")
    if len(padded) < 4 + length or any(padded[4 + length :]):
        raise KnownError("bundle.altered", why="padding")
    packed = padded[4 : 4 + length]
    try:
        if not 0 <= zstandard.frame_content_size(packed) <= MAX_CONTENT:
            raise KnownError("bundle.altered", why="content size")
        return zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError as error:
        raise KnownError("bundle.altered", why="compression") from error


__all__ = [
    "HYBRID",
    "BlobRef",
    "BundleHeader",
    "OpenedBundle",
    "SealedBundle",
    "content_key",
    "open_bundle",
    "open_with_key",
    "peek_cover",
    "read_cover",
    "read_header",
    "seal_bundle",
]
