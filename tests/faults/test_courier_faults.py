"""What happens to a stick on its way: cut-off copies, flipped bytes, the wrong stick, no room, a relay that lies, a command that is killed."""

import os
import random
import shutil
import subprocess
import time
from contextlib import contextmanager

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from central.relay.store import SqliteStore
from desktop.messages import words_of
from desktop.services import status
from desktop.store.models import EntryRow, OutboxRow
from enforcement.exchange import Receipt, courier, sign_receipt, sign_tree_head
from enforcement.exchange.receipt import TreeHead
from enforcement.values.cose import KeySigner, peek1
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes, to_bytes
from tests.support.city import copy_of
from tests.support.relays import Fleet, RelayProcess, fleet
from tests.support.sticks import bytes_on, carried, files, issued, read, refused_there, write
from tests.support.visit_desks import desk_of

ROOT = os.name != "nt" and os.getuid() == 0


@pytest.fixture
def city(founded, tmp_path):
    return copy_of(founded, tmp_path / "city")


@pytest.fixture
def officer(city):
    desk = desk_of(city, "officer")
    yield desk
    desk.database.close()


@pytest.fixture
def head(city):
    desk = desk_of(city, "supervisor")
    yield desk
    desk.database.close()


@pytest.fixture
def stick(tmp_path):
    path = tmp_path / "stick"
    path.mkdir()
    return path


def entries(desk):
    with desk.database.read() as session:
        return session.scalar(select(func.count()).select_from(EntryRow))


def states(desk):
    with desk.database.read() as session:
        return {row.state for row in session.scalars(select(OutboxRow))}


def flip(path, at=-40):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def refused(code, run, *words):
    """The error, and that a person reads a sentence of it."""
    with pytest.raises(KnownError) as caught:
        run(*words)
    assert caught.value.code == code, caught.value
    assert "…" not in words_of(caught.value).what
    return caught.value


def test_what_was_cut_off_or_altered_on_its_way_counts_as_not_there_and_comes_whole_the_next_time(
    city, officer, head, stick, tmp_path
):
    issued(officer, city, tmp_path)
    write(head, stick)
    write(officer, stick)
    for path in files(stick, courier.BUNDLES):
        path.write_bytes(path.read_bytes()[:-9])
    flip(*files(stick, courier.BLOBS))
    left = stick / courier.FOLDER / courier.BUNDLES / f".{'ab' * 32}-x3k2"
    left.write_bytes(b"half")
    said = carried(city, stick)
    assert "0 bundles taken in" in said
    assert said.count("not what its name says") == 2
    assert not left.exists()
    back = read(officer, stick)
    assert (back.step.accepted, back.problems, states(officer)) == (0, [], {"waiting"})
    back = read(head, stick)
    assert (back.step.entries_in, len(back.ignored)) == (0, 2)

    write(officer, stick)  # bundles are whole again, the photograph is flipped once more
    flip(*files(stick, courier.BLOBS))
    said = carried(city, stick)
    assert "1 bundles taken in, 0 known, 1 without all their attachments" in said
    assert "digest.mismatch" in said
    back = read(officer, stick)
    assert (back.step.accepted, back.incomplete, states(officer)) == (1, 1, {"accepted", "waiting"})

    write(officer, stick)
    assert "1 bundles taken in" in carried(city, stick)
    answer = stick / courier.FOLDER / courier.ANSWERS / officer.device.hex
    flip(answer)
    assert [one.code for one in read(officer, stick).problems] == ["receipt.altered"]
    assert "0 bundles taken in" in carried(city, stick)
    assert read(officer, stick).step.accepted == 1
    assert states(officer) == {"accepted"}

    whole = {path: path.read_bytes() for path in files(stick, courier.BUNDLES)}
    for path in whole:
        path.unlink()  # the copy to the supervisor's machine is cut off: the answer came, the bundles did not
    back = read(head, stick)
    assert (back.step.entries_in, back.problems) == (0, [])
    for path, data in whole.items():
        path.write_bytes(data)
    flip(*files(stick, courier.BLOBS))
    back = read(head, stick)
    assert back.step.entries_in > 0
    assert (back.step.blobs_in, [one.partition("/")[0] for one in back.ignored]) == (0, [courier.BLOBS])
    write(head, stick)
    carried(city, stick)  # asked for by name
    back = read(head, stick)
    assert (back.step.blobs_in, back.step.entries_in, back.ignored, back.problems) == (1, 0, [], [])


def test_the_wrong_stick_is_refused_in_words_and_left_as_it_is(city, officer, stick, tmp_path):
    refused("courier.not_here", read, officer, stick)
    assert "courier.not_here" in refused_there(city, stick)
    paper = tmp_path / "paper"
    paper.write_text("x")
    for run in (read, write):
        refused("courier.not_here", run, officer, paper)
        refused("courier.not_here", run, officer, tmp_path / "nowhere")
    assert "courier.not_here" in refused_there(city, paper)
    assert bytes_on(stick) == {}

    folder = stick / courier.FOLDER
    folder.mkdir()
    (folder / "notes.txt").write_text("something of somebody else")
    before = bytes_on(stick)
    for run in (read, write):
        refused("courier.not_here", run, officer, stick)
    assert bytes_on(stick) == before
    (folder / "notes.txt").unlink()

    for code, manifest in (
        ("courier.wrong_agency", courier.Manifest(v=1, agency="示例市另一机关", roots=(bytes(32),))),
        ("courier.newer", courier.Manifest(v=2, agency="示例市另一机关", roots=(bytes(32),))),
        ("courier.unreadable", None),
    ):
        (folder / courier.MANIFEST).write_bytes(b"\xff" if manifest is None else to_bytes(manifest))
        before = bytes_on(stick)
        for run in (read, write):
            refused(code, run, officer, stick)
        assert code in refused_there(city, stick)
        assert bytes_on(stick) == before
    shutil.rmtree(folder)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    write(officer, elsewhere)
    (elsewhere / courier.FOLDER / courier.ANSWERS).symlink_to(city.folder)
    before = bytes_on(city.folder / "relay")
    assert "courier.unreadable" in refused_there(city, elsewhere)
    assert not (city.folder / officer.device.hex).exists()
    folder.symlink_to(elsewhere / courier.FOLDER)
    refused("courier.unreadable", write, officer, stick)


@contextmanager
def small_stick(folder, size, *options):
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.slow
@pytest.mark.skipif(not ROOT, reason="mounting a small disk needs root")
def test_a_stick_that_is_full_or_write_protected(city, officer, head, tmp_path):
    issued(officer, city, tmp_path)
    with small_stick(tmp_path / "small", "16k") as small:
        error = refused("courier.full", write, officer, small)
        assert "no room" in words_of(error).what
        with officer.database.read() as session:
            written = [row for row in status.sync_page(session, officer, "").rows if row.written_at is not None]
        assert len(written) < 2
        assert all(path.name[0] != "." for path in small.rglob("*"))
    with small_stick(tmp_path / "middle", "5m") as middle:
        bundles = write(officer, middle).bundles
        write(head, middle)
        (middle / "film").write_bytes(bytes(900 << 10))
        said = carried(city, middle)  # what devices wrote is there already; answers fit, the feed needs no room
        assert "2 devices answered" in said
        assert read(officer, middle).step.accepted == bundles
        subprocess.run(["mount", "-o", "remount,ro", str(middle)], check=True)
        refused("courier.read_only", write, officer, middle)
        assert "courier.read_only" in refused_there(city, middle)
        assert read(head, middle).problems == []  # reading needs no writing
        come = entries(head)
    issued(officer, city, tmp_path)
    with small_stick(tmp_path / "large", "8m") as large:
        write(officer, large)
        carried(city, large)
    with small_stick(tmp_path / "other", "4300k") as other:
        write(head, other)
        said = carried(city, other)
        assert "the stick has no room for everything" in said
        assert "1 devices answered" in said
        back = read(head, other)
        assert (back.step.entries_in, back.problems, entries(head)) == (0, [], come)
    with small_stick(tmp_path / "again", "8m") as again:  # what had no room comes the next time
        write(head, again)
        carried(city, again)
        assert read(head, again).step.entries_in > 0


def signer_of(city):
    return KeySigner(Ed25519PrivateKey.from_private_bytes((city.folder / "relay" / "relay.key").read_bytes()))


def lie(city, stick, desk, change, by=None):
    """The relay's answer to that device, made otherwise."""
    path = stick / courier.FOLDER / courier.ANSWERS / desk.device.hex
    answer = from_bytes(courier.Answer, peek1(path.read_bytes()).payload)
    path.write_bytes(courier.sign_answer(change(answer), by or signer_of(city)))


def test_a_relay_that_lies_on_the_stick_is_found_out(city, officer, head, stick, tmp_path):
    stranger, change = KeySigner(Ed25519PrivateKey.generate()), msgspec.structs.replace
    issued(officer, city, tmp_path)
    write(officer, stick)
    write(head, stick)
    carried(city, stick)
    honest = (stick / courier.FOLDER / courier.ANSWERS / officer.device.hex).read_bytes()

    lie(city, stick, officer, lambda answer: answer, by=stranger)
    assert [one.code for one in read(officer, stick).problems] == ["receipt.altered"]

    def other_key(answer):
        outcomes = tuple(
            change(one, receipt=sign_receipt(from_bytes(Receipt, peek1(one.receipt).payload), stranger))
            for one in answer.outcomes
        )
        return change(answer, outcomes=outcomes)

    lie(city, stick, officer, other_key)
    back = read(officer, stick)
    assert (back.step.accepted, {one.code for one in back.problems}) == (0, {"receipt.altered"})
    assert states(officer) == {"waiting"}
    with officer.database.read() as session:
        assert {row.problem for row in status.sync_page(session, officer, "").rows} == {"receipt.altered"}

    path = stick / courier.FOLDER / courier.ANSWERS / officer.device.hex
    path.write_bytes(honest)
    assert read(officer, stick).step.accepted == 2
    issued(officer, city, tmp_path)
    write(officer, stick)
    carried(city, stick)
    honest = path.read_bytes()

    lie(city, stick, officer, lambda answer: change(answer, sizes=(), paths=()))
    assert "relay.rubbish" in [one.code for one in read(officer, stick).problems]

    path.write_bytes(honest)

    def another_log(answer):
        told = from_bytes(TreeHead, peek1(answer.head).payload)
        return change(answer, head=sign_tree_head(change(told, root=bytes(32)), signer_of(city)))

    lie(city, stick, officer, another_log)
    assert "log.inconsistent" in [one.code for one in read(officer, stick).problems]
    with officer.database.read() as session:
        page = status.sync_page(session, officer, "")
    assert page.log_consistent is False
    assert page.log_break is not None


def counted(folder):
    store = SqliteStore(folder)
    try:
        return store.size(), store.log_state().consistent
    finally:
        store.close()


def device_stick(many: Fleet, stick):
    """Bundles of those devices on a stick, and a question of each."""
    root = (many.repository / "metadata" / "1.root.json").read_bytes()
    folder = stick / courier.FOLDER
    for part in (courier.BUNDLES, courier.QUESTIONS):
        (folder / part).mkdir(parents=True)
    (folder / courier.MANIFEST).write_bytes(to_bytes(courier.make_manifest("示例市", [root])))
    return folder


@pytest.mark.parametrize("kills", [2, pytest.param(30, marks=[pytest.mark.slow, pytest.mark.timeout(1200)])])
def test_the_relays_command_killed_at_any_moment_and_done_again_has_everything_once(tmp_path, stick, kills):
    many, bundles = fleet(tmp_path, 2), 160
    relay = RelayProcess(tmp_path / "relay", many.repository)
    relay.init()
    folder = device_stick(many, stick)
    for number in range(bundles):
        made = many.senders[number % 2].bundle()
        (folder / courier.BUNDLES / made.digest.hex()).write_bytes(made.data)
    words = command_of(relay, stick)
    chance, killed, grew = random.Random(kills), 0, []
    for number in range(kills):
        before = counted(relay.data)[0]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if number % 2:
            time.sleep(chance.uniform(0.5, 3.0))
        else:  # right after something was logged
            while process.poll() is None and counted(relay.data)[0] == before:
                time.sleep(0.002)
        killed += process.poll() is None
        process.kill()
        process.wait()
        grew.append(counted(relay.data)[0])
    assert killed
    assert 0 < grew[0] < bundles
    assert grew == sorted(grew)
    done = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert f"{bundles - grew[-1]} bundles taken in, {grew[-1]} known" in done
    assert counted(relay.data) == (bundles, True)


def command_of(relay, stick):
    from tests.support.sticks import TOOL

    return [str(TOOL), "courier", "--data", str(relay.data), "--authority", str(relay.repository), str(stick)]
