import cwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from enforcement.values.cose import KeySigner, peek1, sign1, verify1
from enforcement.values.errors import KnownError

SIGNER = KeySigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
KEY = SIGNER.key.public_key()


def test_what_was_signed_comes_back():
    data = sign1(b"payload", SIGNER, headers={"x": 1}, aad=b"context")
    signed = verify1(data, lambda kid: KEY if kid == SIGNER.kid else None, aad=b"context")
    assert (signed.payload, signed.headers["x"], signed.kid) == (b"payload", 1, SIGNER.kid)
    assert peek1(data) == signed


def test_another_context_or_key_is_refused():
    data = sign1(b"payload", SIGNER, aad=b"context")
    with pytest.raises(KnownError, match=r"signature\.invalid"):
        verify1(data, lambda _: KEY)
    with pytest.raises(KnownError, match=r"signature\.unknown_key"):
        verify1(data, lambda _: None, aad=b"context")


@given(st.data())
def test_every_changed_bit_is_refused(data):
    signed = sign1(b"payload of some length", SIGNER)
    position = data.draw(st.integers(0, len(signed) * 8 - 1))
    altered = bytearray(signed)
    altered[position // 8] ^= 1 << position % 8
    with pytest.raises(KnownError):
        verify1(bytes(altered), lambda kid: KEY if kid == SIGNER.kid else None)


def test_a_second_reader_agrees():
    pem = KEY.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    data = sign1(b"read by another library", SIGNER)
    assert cwt.COSE.new().decode(data, cwt.COSEKey.from_pem(pem, kid=SIGNER.kid)) == b"read by another library"
