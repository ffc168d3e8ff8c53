from datetime import date
from typing import Literal

import cbor2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.values.encoding import decode, encode
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes, to_plain

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=12) | st.binary(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6) | st.integers(0, 300), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(plain)
def test_one_value_has_one_encoding_and_comes_back(value):
    data = encode(value)
    assert decode(data) == value
    assert encode(decode(data)) == data


def test_keys_stand_in_bytewise_order():
    assert encode({"b": 1, "a": 2, 300: 3, 1: 4}) == bytes.fromhex("a40104 19012c03 616102 616201".replace(" ", ""))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("longer form of an integer", bytes.fromhex("1801")),
        ("indefinite list", bytes.fromhex("9f01ff")),
        ("keys out of order", bytes.fromhex("a2616201616101")),
        ("one key twice", bytes.fromhex("a2616101616102")),
        ("float", bytes.fromhex("f93c00")),
        ("tag", bytes.fromhex("c074323032362d30312d30315430303a30303a30305a")),
        ("bytes left over", bytes.fromhex("0101")),
        ("cut off", bytes.fromhex("4201")),
        ("nothing", b""),
        ("text that is not UTF-8", bytes.fromhex("61ff")),
    ],
)
def test_every_other_form_is_refused(name, data):
    with pytest.raises(KnownError) as caught:
        decode(data)
    assert caught.value.code in ("encoding.not_canonical", "encoding.wrong_shape"), name


@pytest.mark.parametrize("value", [1.5, {b"k": 1}, {True: 1}, object(), {1, 2}])
def test_values_outside_the_profile_are_refused(value):
    with pytest.raises(KnownError, match=r"wrong_shape"):
        encode(value)


def test_deep_nesting_is_refused_both_ways():
    value: object = 1
    for _ in range(40):
        value = [value]
    with pytest.raises(KnownError):
        encode(value)
    with pytest.raises(KnownError):
        decode(cbor2.dumps(value))
    with pytest.raises(KnownError):
        decode(b"\x81" * 100_000)


class Inner(Record):
    name: str
    sums: dict[str, int] = msgspec.field(default_factory=dict)


class Closed(Record):
    day: date
    parts: tuple[Inner, ...]
    data: bytes
    kind: Literal["a", "b"]
    more: int | bool | str | None = None


inner = st.builds(
    Inner, name=st.text(max_size=30), sums=st.dictionaries(st.text(max_size=300), st.integers(), max_size=6)
)


@given(
    st.builds(
        Closed,
        day=st.dates(),
        parts=st.lists(inner, max_size=3).map(tuple),
        data=st.binary(max_size=40),
        kind=st.sampled_from(["a", "b"]),
        more=st.none() | st.booleans() | st.text() | st.integers(-(2**63), 2**64 - 1),
    )
)
def test_the_short_way_gives_the_same_bytes(record):
    data = to_bytes(record)
    assert data == encode(to_plain(record))
    assert from_bytes(Closed, data) == record


@pytest.mark.parametrize("part", [b"\xf9\x3c\x00", b"\xc1\x01", b"\x18\x01", b"\x9f\xff", b"\x61\xff"])
def test_the_short_way_refuses_what_the_long_one_does(part):
    record = to_bytes(Inner(name="x", sums={"a": 1}))
    with pytest.raises(KnownError, match=r"encoding\."):
        from_bytes(Inner, record[:-1] + part)
