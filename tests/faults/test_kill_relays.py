"""Two relays on one PostgreSQL behind a plain reverse proxy, and each of the three dies under load: nothing that was acknowledged is
lost, nothing is twice, the log stays one log.
"""

import http.client
import random
import threading
import time
from collections import Counter

import pytest

from central.relay.store.folder import FolderBlobs
from central.relay.store.postgres import PostgresStore
from enforcement.exchange import Outcomes, PostBundles, check_receipt
from enforcement.exchange.merkle import grow, leaf_hash, root
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes, to_bytes
from tests.support.postgres import Cluster
from tests.support.proxy import Proxy
from tests.support.relays import RelayProcess, ask, fleet

SEED = 20261014
DEVICES = 4


class Load:
    """Devices that send and, whatever happens, send the same again until it is acknowledged."""

    def __init__(self, port, senders, key):
        self.port, self.key = port, key
        self.acknowledged, self.sent = {}, []
        self.failures = Counter()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._send, args=(one, n), daemon=True) for n, one in enumerate(senders)
        ]

    def __enter__(self):
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for one in self._threads:
            one.join(60)
        assert not any(one.is_alive() for one in self._threads)

    def _send(self, by, number):
        chance = random.Random(number)
        while not self._stop.is_set():
            bundles = [by.bundle() for _ in range(chance.randint(1, 4))]
            self.sent.extend(one.digest for one in bundles)
            body = to_bytes(PostBundles(bundles=tuple(one.data for one in bundles)))
            while not self._through(by, bundles, body):
                time.sleep(0.05)
            time.sleep(chance.uniform(0, 0.15))

    def _through(self, by, bundles, body):
        try:
            status, data, _ = ask(self.port, by, "POST", "/v1/bundles", body, timeout=20)
        except (OSError, http.client.HTTPException) as error:
            self.failures[type(error).__name__] += 1
            return False
        if status != 200:
            self.failures[status] += 1
            return False
        outcomes = from_bytes(Outcomes, data).outcomes
        for one, outcome in zip(bundles, outcomes, strict=True):
            assert outcome.code == 0
            self.acknowledged[one.digest] = check_receipt(outcome.receipt, one.digest, lambda _: self.key)
        return True


def check(store, load):
    """What devices hold receipts for is in the log, where the receipt says, once; and the log is one: grown again here from what it
    holds, it had each receipt's root when that was given.
    """
    acknowledged = dict(load.acknowledged)
    state = store.log_state()
    assert state.consistent
    rows = store.rows(0, state.size)
    places = {digest(data): index for index, (data, _, _) in enumerate(rows)}
    assert len(rows) == len(places) == state.size  # nothing twice
    nodes, roots = {}, []
    for index, name in enumerate(places):
        nodes.update({(level, at): hash_ for level, at, hash_ in grow(index, leaf_hash(name), lambda *at: nodes[at])})
        roots.append(root(index + 1, lambda *at: nodes[at]))
    assert roots[-1] == state.root
    for name, receipt in acknowledged.items():
        assert places[name] == receipt.index  # nothing lost
        assert roots[receipt.index] == receipt.root
    assert len(acknowledged) <= state.size
    return state.size


def settled(store, load):
    """As `check`, once the store answers again."""
    for _ in range(100):
        try:
            return check(store, load)
        except KnownError:
            time.sleep(0.1)
    raise AssertionError("the store does not answer")


def soak(folder, kills):
    chance, cluster = random.Random(SEED), Cluster()
    try:
        url, some = cluster.database(), fleet(folder, DEVICES)
        relays = [
            RelayProcess(folder / f"relay{n}", some.repository, ("--database", url, "--blobs", str(folder / "blobs")))
            for n in range(2)
        ]
        relays[0].init()
        relays[1].data.mkdir()
        for name in ("relay.key", "authority.cbor"):
            (relays[1].data / name).write_bytes((relays[0].data / name).read_bytes())
        for one in relays:
            one.start()
        died = Counter()
        with Proxy([one.port for one in relays]).running() as proxy:
            with Load(proxy.port, some.senders, relays[0].key) as load:
                store = PostgresStore(url, FolderBlobs(folder / "blobs"))
                for number in range(kills):
                    time.sleep(chance.uniform(0.05, 0.6))
                    victim = ("one", "postgres", "other")[number % 3]
                    if victim == "postgres":
                        cluster.stop("immediate")
                        time.sleep(chance.uniform(0, 0.3))
                        cluster.start()
                    else:
                        relay = relays[victim == "other"]
                        relay.kill()
                        time.sleep(chance.uniform(0, 0.3))
                        relay.start()
                    died[victim] += 1
                    if number % 10 == 9:
                        settled(store, load)
            size = settled(store, load)
            # all that was begun is through by now
            assert set(load.sent) == set(load.acknowledged)
            assert size == len(load.sent)
            store.close()
        for one in relays:
            one.stop()
            assert one.process.returncode == 0
        print(f"kills {kills} {dict(died)}, seed {SEED}, bundles {size}, what senders met: {dict(load.failures)}")
        assert load.failures
    finally:
        cluster.close()


def test_three_deaths_under_load(tmp_path):
    soak(tmp_path, 3)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_and_twenty_deaths_under_load(tmp_path):
    soak(tmp_path, 120)
