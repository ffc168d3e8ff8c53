import os
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from enforcement.sealing import BlobRef, BundleHeader, DecryptionKey, open_bundle, read_cover, read_header, seal_bundle
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError

DEVICE = KeySigner(Ed25519PrivateKey.generate())
SUPERVISOR, RECOVERY, STRANGER = (DecryptionKey.generate() for _ in range(3))
CASE = uuid4()
HEADER = BundleHeader(
    v=1,
    device=UUID(int=7),
    unit="u1",
    first_seq=3,
    last_seq=4,
    head=bytes(32),
    blobs=(BlobRef(digest=bytes(32), size=9),),
    made_at=datetime(2026, 10, 14, tzinfo=UTC),
    suite=1,
)


def key_of(kid):
    return DEVICE.key.public_key() if kid == DEVICE.kid else None


BUNDLE = seal_bundle(
    CASE,
    [b"one", b"two" * 40],
    HEADER,
    [SUPERVISOR.public_bytes, RECOVERY.public_bytes],
    RECOVERY.public_bytes,
    DEVICE,
    os.urandom,
)


@pytest.mark.parametrize("reader", [SUPERVISOR, RECOVERY])
def test_each_recipient_opens_it(reader):
    opened = open_bundle(BUNDLE.data, key_of, reader)
    assert (opened.aggregate, opened.entries, opened.header) == (CASE, (b"one", b"two" * 40), HEADER)


def test_a_stranger_reads_the_header_and_nothing_else():
    assert read_header(BUNDLE.data, key_of) == HEADER
    assert CASE.bytes not in BUNDLE.data
    assert b"two" not in BUNDLE.data
    assert len(read_cover(BUNDLE.data, key_of)[1]) == 2
    with pytest.raises(KnownError, match=r"not_for_us"):
        open_bundle(BUNDLE.data, key_of, STRANGER)


@given(st.integers(0, len(BUNDLE.data) * 8 - 1))
def test_every_changed_bit_is_refused(position):
    altered = bytearray(BUNDLE.data)
    altered[position // 8] ^= 1 << position % 8
    with pytest.raises(KnownError):
        open_bundle(bytes(altered), key_of, SUPERVISOR)


def test_nothing_is_sealed_that_the_agency_could_not_recover():
    with pytest.raises(KnownError, match=r"no_recovery_recipient"):
        seal_bundle(CASE, [b"x"], HEADER, [SUPERVISOR.public_bytes], RECOVERY.public_bytes, DEVICE, os.urandom)


def test_sizes_say_little():
    def size(length):
        recipients = [RECOVERY.public_bytes]
        return len(seal_bundle(CASE, [os.urandom(length)], HEADER, recipients, recipients[0], DEVICE, os.urandom).data)

    assert size(1000) == size(1010)


def test_private_keys_come_back():
    again = DecryptionKey.from_private_bytes(SUPERVISOR.private_bytes)
    assert open_bundle(BUNDLE.data, key_of, again).aggregate == CASE
    with pytest.raises(KnownError):
        DecryptionKey.from_private_bytes(b"short")
