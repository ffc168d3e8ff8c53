from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from enforcement.exchange import Receipt, check_receipt, sign_receipt
from enforcement.exchange.merkle import (
    consistency_path,
    grow,
    inclusion_path,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError

# the eight leaves and roots that the certificate-transparency projects publish with RFC 6962
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def tree(leaves):
    nodes, roots = {}, []
    roots.append(root(0, lambda level, index: nodes[level, index]))
    for number, leaf in enumerate(leaves):
        for level, index, hash_ in grow(number, leaf_hash(leaf), lambda level, index: nodes[level, index]):
            nodes[level, index] = hash_
        roots.append(root(number + 1, lambda level, index: nodes[level, index]))
    return (lambda level, index: nodes[level, index]), roots


def test_published_roots():
    assert [found.hex() for found in tree(LEAVES)[1]] == ROOTS


MANY = [bytes([number]) for number in range(40)]
GET, ALL_ROOTS = tree(MANY)


@given(st.integers(1, 40), st.data())
def test_proofs_hold_and_no_other_does(size, data):
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, GET)
    leaf = leaf_hash(MANY[index])
    assert verify_inclusion(leaf, index, size, path, ALL_ROOTS[size])
    other = data.draw(st.integers(0, 39))
    assert verify_inclusion(leaf_hash(MANY[other]), index, size, path, ALL_ROOTS[size]) == (other == index)
    old = data.draw(st.integers(1, size))
    proof = consistency_path(old, size, GET)
    assert verify_consistency(old, size, proof, ALL_ROOTS[old], ALL_ROOTS[size])
    wrong = data.draw(st.integers(1, 40))
    assert verify_consistency(old, size, proof, ALL_ROOTS[wrong], ALL_ROOTS[size]) == (wrong == old)


RELAY = KeySigner(Ed25519PrivateKey.generate())
SIGNED = sign_receipt(
    Receipt(
        bundle=MANY[6],
        index=6,
        at=datetime(2026, 10, 14, tzinfo=UTC),
        size=7,
        root=ALL_ROOTS[7],
        path=inclusion_path(6, 7, GET),
    ),
    RELAY,
)


def key_of(kid):
    return RELAY.key.public_key() if kid == RELAY.kid else None


def test_a_receipt_proves_itself_for_its_bundle_only():
    assert check_receipt(SIGNED, MANY[6], key_of).index == 6
    with pytest.raises(KnownError, match=r"receipt\.altered"):
        check_receipt(SIGNED, MANY[5], key_of)


@given(st.integers(0, len(SIGNED) * 8 - 1))
def test_every_changed_bit_of_a_receipt_is_refused(position):
    altered = bytearray(SIGNED)
    altered[position // 8] ^= 1 << position % 8
    with pytest.raises(KnownError):
        check_receipt(bytes(altered), MANY[6], key_of)
