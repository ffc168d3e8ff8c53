"""A relay that deceives, with its own key: each lie is detected or bounded, and said in words."""

import shutil
import socket
import threading
import time
import tracemalloc
from types import SimpleNamespace

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from desktop.messages import words_of
from desktop.messages.errors import words_of_code
from desktop.services.supervising import devices as device_rows
from desktop.store import outbox
from desktop.store.kept import HEAD, LOST, KeptHead, kept, kept_under, last_break
from desktop.store.models import OutboxRow, RefusedBundleRow
from desktop.sync import HttpTransport, incoming
from enforcement.exchange import (
    LIMITS,
    Outcome,
    Outcomes,
    Receipt,
    Round,
    RoundAnswer,
    RoundItem,
    TreeHead,
    sign_receipt,
    sign_tree_head,
)
from enforcement.exchange.merkle import EMPTY_ROOT, leaf_hash
from enforcement.values.cose import KeySigner
from enforcement.values.encoding import decode
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes, to_bytes
from tests.support.offices import HandClock
from tests.support.relay_memory import KEY_FILE, MemoryRelay
from tests.support.sync_four import Four, Prepared, scratch


@pytest.fixture
def head(four):
    return four.devices["head"]


def key_of(relay):
    return KeySigner(Ed25519PrivateKey.from_private_bytes((relay.folder / KEY_FILE).read_bytes()))


def lie(device, twist):
    """Every answer to this device goes through `twist(path, request body, answer)`."""
    honest = device.line.relay.handle

    def handle(method, path, query, body, headers):
        status, data = honest(method, path, query, body, headers)
        return status, twist(path, body, data) if status == 200 else data

    device.line.answer = lambda request: handle(*request)
    device.line.honest = lambda: setattr(device.line, "answer", lambda request: honest(*request))


def rounds(change):
    """A twist of the answers to rounds."""

    def twist(path, body, data):
        if path != "/v1/round":
            return data
        return to_bytes(change(from_bytes(Round, body), from_bytes(RoundAnswer, data)))

    return twist


def said(result, code):
    """The problem, and the sentence that a person reads."""
    assert result.problem is not None
    assert result.problem.code == code
    words = words_of(result.problem)
    assert words.what
    assert words.todo
    return f"{words.what} {words.todo}"


def stands(device):
    with device.database.read() as session:
        return last_break(session)


def test_it_drops_what_it_had_confirmed(four, one, tmp_path):
    four.relay.backup(four.folder / "before")
    one.opened()
    assert one.engine.step().accepted == 1
    four.relay.restore(four.folder / "before")
    result = one.engine.step()
    assert "dropped or rewrote" in said(result, "log.inconsistent")
    with one.database.read() as session:
        assert [row.state for row in session.scalars(select(OutboxRow))] == ["waiting"]
        (row,) = session.scalars(select(OutboxRow))
        assert "had given its receipt 0" in words_of_code(row.problem, decode(row.problem_details))
        assert len(kept_under(session, LOST)) == 1
    four.tick()
    assert one.engine.step().accepted == 1
    assert stands(one).lost == 1


def test_it_writes_its_log_anew(four, one):
    one.opened()
    one.opened()
    one.engine.step()
    old = stands(one)
    four.relay.close()
    (four.relay.folder / "relay.db").unlink()
    four.relay.open()
    four.devices["two"].opened()
    four.devices["two"].engine.step()
    said(one.engine.step(), "log.inconsistent")
    assert old is None
    assert stands(one).why == "head"
    with one.database.read() as session:
        assert stands(one).old != from_bytes(KeptHead, kept(session, HEAD)).signed


def test_it_hands_the_feed_out_of_order(four, one, head):
    for _ in range(3):
        one.opened()
    one.engine.step()
    lie(head, rounds(lambda asked, answer: msgspec.structs.replace(answer, items=answer.items[::-1])))
    assert "not the relay" in said(head.engine.step(), "relay.rubbish")
    assert head.hashes() == set()
    head.line.honest()
    assert head.engine.step().entries_in == 6


def test_it_puts_another_bundle_under_a_name(four, one, head):
    one.opened()
    one.engine.step()

    def swap(asked, answer):
        items = [msgspec.structs.replace(item, data=item.data[:-1] + b"x") for item in answer.items]
        return msgspec.structs.replace(answer, items=tuple(items))

    lie(head, rounds(swap))
    said(head.engine.step(), "relay.rubbish")


def test_it_serves_an_old_answer(four, one, head):
    head.engine.step()
    recorded = []
    lie(head, lambda path, body, data: recorded.append(data) or data if path == "/v1/round" else data)
    head.engine.step()
    head.line.honest()
    one.opened()
    one.engine.step()
    head.engine.step()
    four.tick()
    lie(head, lambda path, body, data: recorded[0] if path == "/v1/round" else data)
    said(head.engine.step(), "log.inconsistent")
    assert stands(head).why == "head"


def withhold(asked, answer):
    return msgspec.structs.replace(answer, items=(), more=False)


def as_desk(device):
    agency = SimpleNamespace(index=device.engine.index)
    return SimpleNamespace(agency=agency, database=device.database, clock=device.engine.clock)


def test_it_keeps_a_case_from_the_supervisor_who_sees_the_gap_and_gets_it_once_the_relay_gives_it(four, one, head):
    lie(head, rounds(withhold))
    one.opened()
    one.engine.step()
    four.tick(seconds=30)
    assert head.engine.step().problem is None
    row = next(row for row in device_rows(as_desk(head)) if row.label == "one")
    assert (row.announced_seq, row.received_seq, row.unsent) == (2, 0, 2)
    head.line.honest()
    for _ in range(4):
        four.tick(seconds=121)
        head.engine.step()
    row = next(row for row in device_rows(as_desk(head)) if row.label == "one")
    assert (row.received_seq, row.unsent) == (2, 0)


def test_it_shows_two_devices_two_logs(four, one, head):
    other = MemoryRelay(_beside(four), four.prepared.published, four.world)
    one.line.relay = other
    one.opened()
    one.engine.step()
    four.tick(seconds=61)
    one.engine.step()
    four.devices["two"].opened()
    four.devices["two"].engine.step()
    head.engine.step()
    for device, data, _ in other.store.statuses():
        four.relay.store.put_status(
            device, data, four.world.now()
        )  # what the devices say of themselves it cannot write itself
    four.tick(seconds=30)
    head.engine.step()
    four.tick(seconds=30)
    said(head.engine.step(), "log.inconsistent")
    assert stands(head).why == "other"
    other.close()


def _beside(four):
    shutil.copytree(four.prepared.folder / "relay", four.folder / "other")
    return four.folder / "other"


def receipts(make):
    def twist(path, body, data):
        if path != "/v1/bundles":
            return data
        outcomes = from_bytes(Outcomes, data).outcomes
        return to_bytes(Outcomes(outcomes=tuple(make(outcome) for outcome in outcomes)))

    return twist


def test_it_gives_no_receipt_or_one_for_something_else(four, one):
    one.opened()
    one.engine.step()
    with one.database.read() as session:
        earlier = session.scalar(select(OutboxRow.receipt))
    for wrong in (b"", b"\x00", earlier):
        one.opened()
        lie(one, receipts(lambda outcome, wrong=wrong: msgspec.structs.replace(outcome, receipt=wrong)))
        result = one.engine.step()
        assert [error.code for error in result.item_problems] == ["receipt.altered"]
        assert result.accepted == 0
        assert "does not fit what was sent" in words_of(result.item_problems[0]).what
        one.line.honest()
        four.tick(hours=1)
        assert one.engine.step().accepted == 1


def test_it_gives_a_receipt_of_a_log_that_it_shows_to_nobody(four, one):
    signer = key_of(four.relay)

    def forged(outcome: Outcome) -> Outcome:
        leaf = leaf_hash(outcome.digest)
        receipt = Receipt(bundle=outcome.digest, index=0, at=four.world.now(), size=1, root=leaf, path=())
        return msgspec.structs.replace(outcome, receipt=sign_receipt(receipt, signer))

    two = four.devices["two"]
    two.opened()
    two.engine.step()
    one.opened()
    lie(one, receipts(forged))
    result = one.engine.step()
    said(result, "log.inconsistent")
    assert stands(one).why == "receipt"
    one.line.honest()
    four.tick()
    assert one.engine.step().accepted == 1


def test_it_says_that_it_has_what_it_never_took(four, one):
    """It swallows a bundle and gives a good receipt for a place in its log that it then leaves out."""
    four.relay.backup(four.folder / "before")
    one.opened()

    def swallow(path, body, data):
        if path == "/v1/bundles":
            four.relay.restore(four.folder / "before")
        return data

    lie(one, swallow)
    said(one.engine.step(), "log.inconsistent")
    assert set(one.queue().values()) == {"waiting"}


def test_it_mixes_two_agencies(four, one, head, prepared):
    elsewhere = Prepared(scratch())
    strangers = Four(elsewhere)
    strangers.devices["one"].opened()
    strangers.devices["one"].engine.step()
    stranger_head = strangers.relay.relay.tree_head()
    one.opened()
    one.engine.step()
    with strangers.devices["one"].database.read() as session:
        bundle = session.scalar(select(OutboxRow.data))
    lie(one, rounds(lambda asked, answer: msgspec.structs.replace(answer, head=stranger_head)))
    assert "receipt" in said(one.engine.step(), "receipt.altered")

    def mix(asked, answer):
        items = tuple(
            RoundItem(index=item.index, digest=incoming.digest(bundle), size=len(bundle), data=bundle)
            for item in answer.items[:1]
        )
        return msgspec.structs.replace(answer, items=items)

    lie(head, rounds(mix))
    head.engine.step()
    assert head.hashes() == set()
    with head.database.read() as session:
        assert "signature.unknown_key" in session.scalar(select(RefusedBundleRow.why))
    strangers.close()
    shutil.rmtree(elsewhere.folder, ignore_errors=True)


def test_a_feed_without_end_is_bounded(four, head, monkeypatch):
    monkeypatch.setattr(incoming, "REFUSED_BYTES", 40_000)
    signer, count = key_of(four.relay), [0]

    def endless(asked, answer):
        items = []
        for _ in range(20):
            data = count[0].to_bytes(8, "big") + bytes(2_000)
            items.append(RoundItem(index=count[0], digest=incoming.digest(data), size=len(data), data=data))
            count[0] += 1
        made = TreeHead(size=1 << 40, root=EMPTY_ROOT, at=four.world.now())
        return msgspec.structs.replace(answer, head=sign_tree_head(made, signer), items=tuple(items), more=True)

    lie(head, rounds(endless))
    head.engine.step()
    assert head.line.relay.requests < 100
    with head.database.read() as session:
        assert session.scalar(select(func.sum(func.length(RefusedBundleRow.data)))) <= 40_000
        assert session.scalar(select(func.count()).select_from(RefusedBundleRow)) > 100


def test_a_log_that_is_another_at_every_look_ends_the_step_and_is_counted(four, one):
    signer, count = key_of(four.relay), [0]

    def flip(asked, answer):
        count[0] += 1
        made = TreeHead(size=5, root=count[0].to_bytes(32, "big"), at=four.world.now())
        return msgspec.structs.replace(answer, head=sign_tree_head(made, signer), items=(), more=False)

    lie(one, rounds(flip))
    for _ in range(6):
        one.engine.step()
        four.tick()
    assert count[0] <= 13
    assert stands(one).times >= 5


def test_what_is_refused_is_tried_again_by_itself(four, one):
    one.opened()
    lie(one, receipts(lambda outcome: Outcome(digest=outcome.digest, code=109)))
    result = one.engine.step()
    assert result.refused == 1
    assert "bundle.altered" in words_of(result.item_problems[0]).what
    one.line.honest()
    assert one.engine.step().accepted == 0
    four.tick(hours=7)
    assert one.engine.step().accepted == 1


# on the wire


class Wire:
    """A listener that says what it is told to whoever connects."""

    def __init__(self, say):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, args=(say,), daemon=True).start()

    def _serve(self, say):
        try:
            while True:
                connection, _ = self.listener.accept()
                with connection:
                    connection.recv(1 << 16)
                    try:
                        say(connection)
                    except OSError:
                        continue
        except OSError:
            return

    def close(self):
        self.listener.close()


def ask(say, **more):
    wire = Wire(say)
    line = HttpTransport(wire.url, KeySigner(Ed25519PrivateKey.generate()), HandClock(), **more)
    begun = time.monotonic()
    with pytest.raises(KnownError) as caught:
        line.call("GET", "/v1/log/head")
    line.close()
    wire.close()
    return caught.value, time.monotonic() - begun


def endless_body(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/cbor\r\n\r\n")
    while True:
        connection.sendall(bytes(1 << 20))


def drip(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def drip_headers(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X: y\r\n")
        time.sleep(0.05)


def bomb(connection):
    import zlib

    body = zlib.compressobj(wbits=31)
    packed = b"".join(body.compress(bytes(1 << 20)) for _ in range(64)) + body.flush()
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    )


def test_an_answer_without_end_takes_no_memory():
    tracemalloc.start()
    error, _ = ask(endless_body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.code == "relay.rubbish"
    assert peak < 3 * LIMITS.answer


@pytest.mark.parametrize("say", [drip, drip_headers])
def test_an_answer_that_drips_is_not_waited_for(say):
    error, seconds = ask(say, read_seconds=1.0)
    assert error.code == "relay.slow"
    assert "too slowly" in words_of(error).what
    assert seconds < 3


def test_an_answer_that_unpacks_to_something_huge_is_not_unpacked():
    wire = Wire(bomb)
    line = HttpTransport(wire.url, KeySigner(Ed25519PrivateKey.generate()), HandClock())
    assert len(line.call("GET", "/v1/log/head")) < 1 << 20
    line.close()
    wire.close()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "relay.unreachable"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "relay.rubbish"),
        (b"", "relay.unreachable"),
        (b"HTTP/1.1 500 no\r\nContent-Length: 2\r\n\r\nno", "relay.rubbish"),
        (b"HTTP/1.1 503 no\r\nContent-Length: 2\r\n\r\nno", "relay.busy"),
    ],
)
def test_what_is_no_answer(raw, code):
    assert ask(lambda connection: connection.sendall(raw))[0].code == code


def test_times_of_a_clock_that_was_wrong_hold_nothing_up(four, one):
    one.opened()
    one.engine.seal()
    (name,) = one.queue()
    with one.database.write() as session:
        far = one.clock.now().replace(year=2090)
        outbox.mark_failed(session, name, KnownError("relay.busy"), far, final=False)
    assert one.engine.step().accepted == 1
