"""What comes from outside about people and keys is read or refused with a known error, also where its signature holds."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from central.authority.recovery import recover
from enforcement.credentials.certificate import new_authority
from enforcement.credentials.enrolment import challenge
from enforcement.credentials.recovery import (
    REQUEST,
    RecoveryRequest,
    check_code,
    make_recovery_request,
    read_answer,
    read_recovery_request,
)
from enforcement.credentials.shown import PREFIX, read_shown_code
from enforcement.sealing import BundleHeader, DecryptionKey, open_bundle, seal_bundle
from enforcement.sealing.recipients import wrap
from enforcement.values.codetext import pack
from enforcement.values.cose import CONTENT_TYPE, KeySigner, sign1
from enforcement.values.encoding import encode
from enforcement.values.errors import KnownError
from tests.support.devices import ME
from tests.support.offices import START, founded, person
from tests.unit.authority.test_outside_bytes import PLAIN

KEY = Ed25519PrivateKey.generate()
SIGNER = KeySigner(KEY)
READER = DecryptionKey.generate()


def key_of(_):
    return KEY.public_key()


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=80).map(lambda one: PREFIX + one), PLAIN.map(lambda one: packed(one))))
def test_any_signed_payload_is_no_shown_certificate(text):
    with pytest.raises(KnownError):
        read_shown_code(text, key_of, START, timedelta(0))


def packed(value):
    try:
        return pack(PREFIX, sign1(encode(value), SIGNER))
    except KnownError:
        return PREFIX


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), PLAIN.map(lambda one: signed(one))))
def test_any_bytes_are_no_request_and_no_answer(data):
    with pytest.raises(KnownError):
        read_recovery_request(data)
    with pytest.raises(KnownError):
        read_answer(data, CA, UUID(int=1))


CA = new_authority(KEY, "x", 1, START, START + timedelta(days=9))


def signed(value):
    try:
        return sign1(encode(value), SIGNER, headers={CONTENT_TYPE: REQUEST})
    except KnownError:
        return b""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    made = founded(tmp_path_factory.mktemp("outside") / "office", person(ME))
    made.publish()
    return made


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=1300), st.binary(max_size=64), st.binary(max_size=64), st.datetimes(timezones=st.just(UTC)))
def test_an_office_answers_no_made_up_request(office, hpke, store, escrow, at):
    public = KEY.public_key().public_bytes_raw()
    request = RecoveryRequest(
        device=UUID(int=1), number=ME, sign=public, hpke=hpke, store=store, escrow=escrow, made_at=at,
        proof=KEY.sign(challenge(UUID(int=1), ME, public, hpke)),
    )  # fmt: skip
    data = make_recovery_request(request, SIGNER)
    with pytest.raises(KnownError):
        recover(office, data, check_code(data), "x", "y")
    assert office.state().recoveries == ()


@pytest.mark.parametrize("hpke", [b"", bytes(10), bytes(1216), b"\xff" * 1216])
def test_no_certificate_is_issued_for_a_key_that_nothing_can_be_sealed_for(office, hpke):
    """Published, it would stop every device of the agency from sealing."""
    try:
        office.with_key(office.state().roster.people[0], KEY.public_key().public_bytes_raw(), hpke, UUID(int=1))
    except KnownError as error:
        assert error.code == "encoding.wrong_shape"  # noqa: PT017
    else:
        wrap(b"x", hpke, b"")  # a key that was certified seals


@settings(max_examples=120, deadline=None)
@given(st.one_of(PLAIN, st.binary(min_size=32, max_size=32)))
def test_any_keys_in_a_bundle_are_read_or_refused(value):
    header = BundleHeader(
        v=1, device=UUID(int=3), unit="u", first_seq=1, last_seq=1, head=bytes(32), blobs=(),
        made_at=datetime(2026, 1, 1, tzinfo=UTC), suite=1,
    )  # fmt: skip
    try:
        encode(value)
    except KnownError:
        return

    keys = {bytes(32): value}
    try:
        made = seal_bundle(
            UUID(int=2),
            [b"e"],
            header,
            [READER.public_bytes],
            READER.public_bytes,
            SIGNER,
            lambda size: bytes(size),
            keys,
        )
        opened = open_bundle(made.data, key_of, READER)
    except KnownError:
        return
    assert opened.keys == keys
    assert isinstance(value, bytes)
    assert len(value) == 32
