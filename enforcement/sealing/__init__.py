"""Sealed at capture: blobs and bundles that only their recipients can open."""

from enforcement.sealing.blob import SealedBlob, open_blob, seal_blob
from enforcement.sealing.bundle import (
    BlobRef,
    BundleHeader,
    OpenedBundle,
    SealedBundle,
    content_key,
    open_bundle,
    open_with_key,
    peek_cover,
    read_cover,
    read_header,
    seal_bundle,
)
from enforcement.sealing.recipients import DecryptionKey, Decryptor, recipient_id, unwrap, wrap

__all__ = [
    "BlobRef",
    "BundleHeader",
    "DecryptionKey",
    "Decryptor",
    "OpenedBundle",
    "SealedBlob",
    "SealedBundle",
    "content_key",
    "open_blob",
    "open_bundle",
    "open_with_key",
    "peek_cover",
    "read_cover",
    "read_header",
    "recipient_id",
    "seal_blob",
    "seal_bundle",
    "unwrap",
    "wrap",
]
