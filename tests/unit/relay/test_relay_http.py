"""The relay as devices, the desktop's transport and the operator meet it."""

import asyncio
import json
import os
import re
from dataclasses import replace
from datetime import timedelta

import httpx
import msgspec
import pytest

from central.platform.clock import SystemClock
from central.relay.api import make_app
from central.relay.audit import Audit
from central.relay.directory import Directory
from central.relay.limits import read_limits
from central.relay.metrics import Metrics
from central.relay.operator import make_operator_app
from central.relay.services import Relay
from central.relay.store import SqliteStore
from desktop.store import open_database
from desktop.store import outbox as queue
from desktop.store.models import OutboxRow
from desktop.sync.transport import HttpTransport
from enforcement.exchange import BlobStates, Feed, Outcomes, PostBundles, check_receipt
from enforcement.sealing import BlobRef
from enforcement.values.clock import from_ms
from enforcement.values.errors import CODES, KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes, to_bytes
from tests.support.offices import HandClock
from tests.support.relays import READERS, RelayProcess, fleet
from tests.unit.relay.test_store import KEY

FIRST = READERS[0].recipient_id.hex()


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    return fleet(tmp_path_factory.mktemp("fleet"), 4)


class Desk:
    """A relay in this process, asked through its ASGI application."""

    def __init__(self, some, folder, store, limits=None):
        self.clock = SystemClock()
        directory = Directory(some.repository, folder, self.clock)
        directory.trust((some.repository / "metadata" / "1.root.json").read_bytes())
        self.relay = Relay(store, directory, KEY, self.clock, limits)
        self.metrics = Metrics()
        self.audit = Audit(folder / "audit", self.clock, 30)
        self.app = make_app(self.relay, directory, self.clock, self.metrics, self.audit)
        self.pages = make_operator_app(self.relay, directory, self.clock, self.metrics, self.audit)

    async def ask(self, by, method, path, body=b"", query="", headers=None):
        headers = headers or by.request(method, path, body, query)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://relay") as client:
            return await client.request(method, f"{path}?{query}" if query else path, content=body, headers=headers)

    def once(self, *words, **more):
        return asyncio.run(self.ask(*words, **more))

    def post(self, by, *bundles):
        body = to_bytes(PostBundles(bundles=tuple(one.data for one in bundles)))
        return self.once(by, "POST", "/v1/bundles", body)

    def page(self, path):
        async def ask():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.pages), base_url="http://relay") as client:
                return await client.get(path)

        return asyncio.run(ask())


@pytest.fixture
def desk(some, tmp_path, place):
    store = place.open()
    made = Desk(some, tmp_path / "own", store)
    yield made
    made.app.state.gate.close()
    store.close()


@pytest.fixture
def strict(some, tmp_path):
    """SQLite, and next to nothing let in."""
    limits = read_limits()
    device = msgspec.structs.replace(limits.device, requests_a_minute=5, bundles_a_minute=64, bytes_a_day=16 << 20)
    store = SqliteStore(tmp_path / "relay")
    made = Desk(some, tmp_path / "own", store, msgspec.structs.replace(limits, device=device))
    yield made
    made.app.state.gate.close()
    store.close()


def test_many_devices_at_once_each_get_their_own_receipt(desk, some):
    bundles = [[one.bundle() for _ in range(6)] for one in some.senders]

    async def send(one, bundle):
        body = to_bytes(PostBundles(bundles=(bundle.data,)))
        answer = await desk.ask(one, "POST", "/v1/bundles", body)
        assert answer.status_code == 200
        (outcome,) = from_bytes(Outcomes, answer.content).outcomes
        return check_receipt(outcome.receipt, bundle.digest, lambda _: KEY.key.public_key()).index

    async def all_at_once():
        return await asyncio.gather(
            *(send(one, bundle) for one, mine in zip(some.senders, bundles, strict=True) for bundle in mine)
        )

    assert sorted(asyncio.run(all_at_once())) == list(range(24))
    assert desk.relay.store.log_state().consistent
    text = desk.page("/metrics").text
    (commits,) = re.findall(r"^hengchi_relay_commit_bundles_count (\S+)$", text, re.MULTILINE)
    assert float(commits) < 24  # many shared a transaction
    assert 'hengchi_relay_bundles_total{outcome="accepted"} 24.0' in text
    assert "hengchi_relay_log_size 24.0" in text


def test_one_bad_bundle_does_not_hold_up_another(desk, some):
    one = some.senders[0]
    good, bad = one.bundle(), one.bundle()
    blob = b"a photograph, sealed"
    waiting = one.bundle(BlobRef(digest=digest(blob), size=len(blob)))
    altered = replace(bad, data=bad.data[:-1] + bytes([bad.data[-1] ^ 1]))
    outcomes = from_bytes(Outcomes, desk.post(one, altered, good, waiting).content).outcomes
    assert [outcome.code for outcome in outcomes] == [CODES["signature.invalid"], 0, CODES["relay.refused"]]
    assert outcomes[2].missing == (digest(blob),)
    answer = desk.once(one, "PUT", f"/v1/blobs/{digest(blob).hex()}", blob, f"offset=0&total={len(blob)}")
    assert from_bytes(BlobStates, answer.content).blobs[0].whole
    assert from_bytes(Outcomes, desk.post(one, waiting).content).outcomes[0].code == 0


def test_a_long_poll_wakes_when_something_for_it_came_and_only_then(desk, some):
    one, other = some.senders[:2]

    async def wait(recipient):
        answer = await desk.ask(one, "GET", "/v1/feed", query=f"after=0&for={recipient}&wait=20")
        return asyncio.get_running_loop().time(), from_bytes(Feed, answer.content).items

    async def both():
        loop = asyncio.get_running_loop()
        mine = asyncio.create_task(wait(FIRST))
        short = asyncio.create_task(desk.ask(other, "GET", "/v1/feed", query=f"after=0&for={bytes(32).hex()}&wait=1.5"))
        await asyncio.sleep(0.5)
        assert not mine.done()
        body = to_bytes(PostBundles(bundles=(other.bundle().data,)))
        sent = await desk.ask(other, "POST", "/v1/bundles", body)
        assert sent.status_code == 200
        at = loop.time()
        woke, items = await asyncio.wait_for(mine, 10)
        assert from_bytes(Feed, (await short).content).items == ()
        return woke - at, items

    late, items = asyncio.run(both())
    assert len(items) == 1
    assert late < 5


def test_a_replay_is_refused(desk, some):
    one = some.senders[0]
    headers = one.request("GET", "/v1/log/head")
    assert desk.once(one, "GET", "/v1/log/head", headers=headers).status_code == 200
    assert desk.once(one, "GET", "/v1/log/head", headers=headers).status_code == 409


def test_too_many_requests_wait_for_the_next_minute(strict, some):
    one, other = some.senders[:2]
    left = 60 - strict.clock.now().second
    answers = [strict.once(one, "GET", "/v1/log/head") for _ in range(11)]
    codes = [answer.status_code for answer in answers]
    assert codes.count(429) >= 1  # five of either minute, should one begin meanwhile
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert int(refused.headers["Retry-After"]) <= left or codes.count(200) > 5
    assert strict.once(other, "GET", "/v1/log/head").status_code == 200


def test_a_day_s_bytes_and_a_unit_s_room_are_limits(strict, some):
    one, other = some.senders[:2]
    piece = os.urandom(4 << 20)
    query = f"offset=0&total={8 << 20}"
    codes = [
        strict.once(one, "PUT", f"/v1/blobs/{digest(bytes([n])).hex()}", piece, query).status_code for n in range(5)
    ]
    assert codes == [200, 200, 200, 200, 429]
    small = msgspec.structs.replace(strict.relay.limits.unit, storage=(16 << 20) + 1)
    strict.relay.limits = msgspec.structs.replace(strict.relay.limits, unit=small)
    strict.relay.store.count_blob(digest(b"kept"), other.info.unit, 16 << 20)
    answer = strict.post(other, other.bundle())
    assert answer.status_code == 507
    assert answer.headers["Retry-After"] == "3600"
    assert strict.post(other).status_code == 507


def test_a_body_over_the_limit_is_not_read_to_its_end(strict, some):
    one = some.senders[0]
    assert strict.once(one, "POST", "/v1/bundles", bytes((16 << 20) + 1)).status_code == 413
    assert (
        strict.once(
            one, "PUT", f"/v1/blobs/{bytes(32).hex()}", bytes((4 << 20) + 1), "offset=0&total=9000000"
        ).status_code
        == 413
    )


def test_the_desktop_s_queue_waits_until_the_relay_said(strict, some, tmp_path):
    one = some.senders[3]
    transport = HttpTransport("http://relay", one.signer, strict.clock)
    answers = [strict.once(one, "GET", "/v1/log/head") for _ in range(11)]
    refused = next(answer for answer in answers if answer.status_code == 429)
    told = httpx.MockTransport(
        lambda _: httpx.Response(refused.status_code, headers=refused.headers, stream=httpx.ByteStream(refused.content))
    )
    transport._client = httpx.Client(transport=told, base_url="http://relay")
    with pytest.raises(KnownError, match=r"relay\.too_often") as error:
        transport.call("GET", "/v1/log/head")
    seconds = int(refused.headers["Retry-After"])
    assert error.value.details["retry_seconds"] == seconds
    database = open_database(tmp_path, os.urandom(32))
    now = strict.clock.now()
    day = KnownError("relay.day_full", until="", retry_seconds=40_000)
    with database.write() as session:
        for number, why in enumerate((error.value, day)):
            bundle = one.bundle()
            queue.enqueue(session, bundle, bytes([number]) * 16, False, now)
            session.flush()
            queue.mark_failed(session, bundle.digest, why, now, final=False)
            session.flush()
            row = session.get(OutboxRow, bundle.digest)
            assert from_ms(row.next_try_ms) - now >= timedelta(seconds=int(why.details["retry_seconds"]))
            assert row.state == "waiting"
    transport.close()
    database.close()


def test_the_operator_sees_what_is_wrong(desk, some):
    one = some.senders[0]
    desk.post(one, one.bundle(), one.bundle())
    found = desk.page("/health")
    assert (found.status_code, found.json()["log"]["size"], found.json()["log"]["consistent"]) == (200, 2, True)
    store = desk.relay.store
    with store._writing() as connection:
        connection.exec_driver_sql("DELETE FROM bundle WHERE idx = 1")
    assert desk.page("/health").json()["problems"] == ["the log does not agree with its head"]
    assert desk.page("/health").status_code == 503


def test_a_set_that_ran_out_is_no_health(some, tmp_path):
    store = SqliteStore(tmp_path / "relay")
    made = Desk(some, tmp_path / "own", store)
    assert made.page("/health").status_code == 200
    later = HandClock(SystemClock().now() + timedelta(days=400))
    made.pages = make_operator_app(
        made.relay, Directory(some.repository, tmp_path / "own", later), later, made.metrics, made.audit
    )
    found = made.page("/health")
    assert found.status_code == 503
    assert "authority.expired" in found.json()["problems"][0]
    made.app.state.gate.close()
    store.close()


def test_the_audit_says_who_did_what_and_never_what_was_in_it(strict, some):
    one = some.senders[0]
    bundle = one.bundle()
    strict.post(one, bundle)
    strict.once(one, "GET", "/v1/log/head")
    for _ in range(12):
        strict.once(one, "GET", "/v1/devices")
    lines = [json.loads(line) for line in strict.page("/audit").text.splitlines()]
    assert {line["who"] for line in lines} == {str(one.info.device)}
    first = lines[0]
    assert (first["what"], first["outcome"], first["bundles"]) == ("POST /v1/bundles", "200", 1)
    assert first["bytes_in"] > len(bundle.data)
    assert {(line["what"], line["outcome"]) for line in lines[1:]} == {("GET /v1/devices", "relay.too_often")}
    assert strict.page("/audit?day=2001-01-01").text == ""


def test_old_audit_is_removed_when_a_day_begins(tmp_path):
    clock = HandClock()
    audit = Audit(tmp_path, clock, 2)
    for _ in range(5):
        audit.write("operator", "backup", "ok")
        clock.on(1)
    audit.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "2026-10-16.jsonl",
        "2026-10-17.jsonl",
        "2026-10-18.jsonl",
    ]


def test_the_program_serves_both_listeners_and_ends_when_told(some, tmp_path):
    relay = RelayProcess(tmp_path / "relay", some.repository, ("--operator", "127.0.0.1:0"))
    relay.init()
    relay.start()
    assert relay.ask(some.senders[0], "GET", "/v1/log/head")[0] == 200
    relay.stop()
    assert relay.process.returncode == 0
    (path,) = (tmp_path / "relay" / "audit").iterdir()
    assert [json.loads(line)["outcome"] for line in path.read_text().splitlines()] == ["begins", "ends"]
