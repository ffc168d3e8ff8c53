"""One promise, every store: SQLite with a folder, PostgreSQL with a folder, PostgreSQL with S3."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.relay.services import Relay
from central.relay.store import Asked, Usage
from enforcement.exchange import check_receipt
from enforcement.exchange.merkle import consistency_path, leaf_hash, root, verify_consistency, verify_inclusion
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from tests.support.offices import HandClock
from tests.support.relays import READERS, sender

AT = datetime(2026, 10, 14, 1, tzinfo=UTC)
KEY = KeySigner(Ed25519PrivateKey.generate())
FIRST, SECOND = READERS[0].recipient_id, READERS[1].recipient_id


def relay_on(store):
    return Relay(store, None, KEY, HandClock(AT))


def accept(store, *bundles):
    return relay_on(store).log([bundles])[0]


def test_a_receipt_proves_itself_and_is_given_once(store):
    device = sender()
    bundles = [device.stored() for _ in range(9)]
    first = accept(store, *bundles[:4])
    again = accept(store, bundles[2], *bundles[4:], bundles[4])
    assert [one.index for one in first] == [0, 1, 2, 3]
    assert [one.index for one in again] == [2, 4, 5, 6, 7, 8, 4]
    assert again[0] == first[2]
    assert again[-1] == again[1]
    assert store.size() == 9
    for bundle, known in zip(bundles, [*first, *again[1:-1]], strict=True):
        receipt = check_receipt(known.receipt, bundle.digest, lambda _: KEY.key.public_key())
        assert (receipt.index, receipt.size) == (known.index, known.index + 1)
        path = consistency_path(receipt.size, 9, store.node)
        assert verify_consistency(receipt.size, 9, path, receipt.root, root(9, store.node))
        assert store.bundle(bundle.digest) == bundle.data
        assert store.accepted(bundle.digest) == known
    assert store.bundle(bytes(32)) is None
    assert store.accepted(bytes(32)) is None


def test_what_was_kept_is_there_when_it_is_opened_again(place):
    store, device = place.open(), sender()
    bundles = [device.stored() for _ in range(5)]
    known = accept(store, *bundles)
    blob = os.urandom(1000)
    store.blob_append(digest(blob), 0, len(blob), blob)
    store.close()
    store = place.open()
    assert accept(store, *bundles) == known
    assert store.log_state().size == 5
    assert store.log_state().consistent
    assert store.blob_have(digest(blob)) == (1000, True)
    store.close()


def test_two_writers_at_once_make_one_log(place):
    """Each on connections of its own, as two processes are."""
    stores = [place.open(), place.open()]
    devices = [sender() for _ in range(2)]
    rounds = [[[device.stored() for _ in range(3)] for _ in range(12)] for device in devices]
    shared = [sender().stored() for _ in range(12)]

    def write(number):
        return [accept(stores[number], *some, shared[turn]) for turn, some in enumerate(rounds[number])]

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(write, range(2)))
    given = {one.digest: one for some in made for turn in some for one in turn}
    assert len(given) == 2 * 36 + 12
    assert sorted(one.index for one in given.values()) == list(range(84))
    for turn in range(12):  # what both sent has one receipt
        assert made[0][turn][3] == made[1][turn][3]
    state = stores[0].log_state()
    assert (state.size, state.consistent) == (84, True)
    for one in given.values():
        receipt = check_receipt(one.receipt, one.digest, lambda _: KEY.key.public_key())
        assert verify_inclusion(leaf_hash(one.digest), receipt.index, receipt.size, receipt.path, receipt.root)
        path = consistency_path(receipt.size, 84, stores[1].node)
        assert verify_consistency(receipt.size, 84, path, receipt.root, state.root)
    for one in stores:
        one.close()


def test_a_transaction_that_fails_leaves_nothing(store):
    device = sender()
    accept(store, device.stored())
    before = store.log_state()
    signer = relay_on(store)._receipt()
    bundles = [device.stored(), device.stored()]

    def dies(name, index, get):
        if name == bundles[1].digest:
            raise RuntimeError("the power went")
        return signer(name, index, get)

    with pytest.raises(RuntimeError):
        store.accept(bundles, dies, AT)
    assert store.log_state() == before
    assert store.accepted(bundles[0].digest) is None
    assert [one.index for one in accept(store, *bundles)] == [1, 2]


def test_the_feed_is_in_order_and_for_whom_it_was_sealed(store):
    device = sender()
    bundles = [device.stored() for _ in range(6)]
    accept(store, *bundles)
    rows = store.feed(0, [FIRST], 100)
    assert [(index, name, size) for index, name, size in rows] == [
        (n, b.digest, len(b.data)) for n, b in enumerate(bundles)
    ]
    assert [row[0] for row in store.feed(2, [FIRST, SECOND], 3)] == [2, 3, 4]
    assert store.feed(0, [bytes(32)], 100) == []
    assert store.feed(6, [FIRST], 100) == []
    assert store.addressed(6, [FIRST]) == (6, set())
    assert store.addressed(5, [FIRST, bytes(32)]) == (6, {FIRST})


def test_forks_and_highest_sequences_are_kept_by_device(store):
    one, other = sender(), sender()
    accept(store, one.stored(), one.stored())
    assert store.received() == {one.info.device: (2, False)}
    accept(store, other.stored(seq=9), one.stored(seq=1, head=digest(b"another life")))
    assert store.received() == {one.info.device: (2, True), other.info.device: (9, False)}
    twice = sender()
    accept(store, twice.stored(seq=1), twice.stored(seq=1, head=digest(b"a clone")))
    assert store.received()[twice.info.device] == (1, True)


def test_a_blob_grows_piece_by_piece_and_only_where_it_stands(store):
    blob = os.urandom(700_000)
    name, third = digest(blob), 250_000
    assert store.blob_have(name) == (0, False)
    assert store.blob_append(name, 5, len(blob), b"too early") == (0, False)
    assert store.blob_append(name, 0, len(blob), blob[:third]) == (third, False)
    assert store.blob_append(name, 0, len(blob), blob[:third]) == (third, False)
    assert store.blob_append(name, third, len(blob), blob[third:] + b"more") == (third, False)
    assert store.blob_append(name, third, len(blob), blob[third : 2 * third]) == (2 * third, False)
    assert list(store.blob_names()) == []
    assert store.blob_append(name, 2 * third, len(blob), blob[2 * third :]) == (len(blob), True)
    assert store.blob_append(name, 0, len(blob), blob[:third]) == (len(blob), True)
    assert b"".join(store.blob_read(name, 0, len(blob))) == blob
    assert b"".join(store.blob_read(name, 600_000, 50_000)) == blob[600_000:650_000]
    assert list(store.blob_names()) == [name]


def test_a_blob_that_is_not_what_it_is_called_begins_anew(store):
    blob = os.urandom(9000)
    name = digest(blob)
    for pieces in ([b"x" * 9000], [blob[:4000], b"x" * 5000]):
        have = 0
        for piece in pieces[:-1]:
            have, _ = store.blob_append(name, have, 9000, piece)
        with pytest.raises(KnownError, match=r"digest\.mismatch"):
            store.blob_append(name, have, 9000, pieces[-1])
        assert store.blob_have(name) == (0, False)
    assert store.blob_append(name, 0, 9000, blob) == (9000, True)


def test_two_send_the_same_blob_at_once(place):
    stores = [place.open(), place.open()]
    blob = os.urandom(400_000)
    name = digest(blob)

    def send(one):
        have, whole = 0, False
        while not whole:
            have, whole = one.blob_append(name, have, len(blob), blob[have : have + 50_000])
        return whole

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, stores)) == [True, True]
    assert b"".join(stores[0].blob_read(name, 0, len(blob))) == blob
    for one in stores:
        one.close()


def test_what_is_kept_for_a_unit_is_counted_once(store):
    device, blob = sender("u2"), os.urandom(500)
    bundle = device.stored()
    for _ in range(2):
        accept(store, bundle)
        store.count_blob(digest(blob), "u2", 500)
        store.count_blob(digest(blob), "u1", 500)
    assert store.unit_bytes() == {"u2": 500 + len(bundle.data)}


def test_statements_of_devices_are_replaced(store):
    device = sender().info.device
    store.put_status(device, b"one", AT)
    store.put_status(device, b"two", AT + timedelta(seconds=1))
    assert store.statuses() == [(device, b"two", AT + timedelta(seconds=1))]


def asked(kid=b"k" * 32, **more):
    return Asked(kid, os.urandom(16), AT, "u1", **more)


def anybody(one, used, kept):
    return ""


def test_a_nonce_is_taken_once(place):
    stores = [place.open(), place.open()]
    one, other = asked(), asked()
    forget = AT - timedelta(minutes=20)
    assert stores[0].admit([one, other, one], anybody, AT, forget) == ["", "", "relay.replayed"]
    assert stores[1].admit([asked(), other], anybody, AT, forget) == ["", "relay.replayed"]
    assert stores[1].admit([Asked(b"q" * 32, one.nonce, AT, "u1")], anybody, AT, forget) == [""]
    # long after, when a request of then would be refused for its time, it is forgotten
    later = AT + timedelta(hours=1)
    assert stores[0].admit([asked()], anybody, later, later - timedelta(minutes=20)) == [""]
    assert stores[1].admit([one], anybody, later, later - timedelta(minutes=20)) == [""]
    for one in stores:
        one.close()


def test_what_was_used_is_counted_over_all_processes(place):
    stores = [place.open(), place.open()]
    seen = []

    def judge(one, used, kept):
        seen.append((used, kept))
        return "relay.too_often" if used.bundles + one.bundles > 5 else ""

    forget = AT - timedelta(minutes=20)
    accept(stores[0], sender("u1").stored())
    kept = stores[0].unit_bytes()["u1"]
    wishes = [asked(bundles=3, bytes=100), asked(bundles=3, bytes=100), asked(bundles=2, bytes=50)]
    assert stores[0].admit(wishes, judge, AT, forget) == ["", "relay.too_often", ""]
    assert seen == [(Usage(), kept), (Usage(1, 3, 100), kept), (Usage(2, 3, 100), kept)]
    seen.clear()
    stores[1].admit([asked(), asked(b"other".ljust(32))], judge, AT, forget)
    assert seen == [(Usage(3, 5, 150), 0), (Usage(), 0)]
    seen.clear()
    # the next minute: requests and bundles begin anew, bytes with the next day of the country (at 16:00 UTC)
    minute, midnight = AT + timedelta(minutes=1), AT.replace(hour=16)
    stores[1].admit([asked()], judge, minute, forget)
    stores[1].admit([asked()], judge, midnight, forget)
    assert seen == [(Usage(0, 0, 150), 0), (Usage(), 0)]
    for one in stores:
        one.close()
