"""kill -9 at random moments: nothing acknowledged is lost, nothing is twice, the store opens, the queue goes on."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from desktop.app.demo_city import OFFICER
from desktop.app.tools import render
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.signed_in import SignedIn
from desktop.store.models import EntryRow, OutboxRow
from desktop.store.projections import rebuild, snapshot
from desktop.sync import Engine, HttpTransport
from enforcement.journal import check_chain
from enforcement.values.cose import KeySigner
from tests.support.city import found, signed_in

SEED = 20261014


def check(folder, cast, acknowledged):
    """Open the store as the next start would, and look at everything that was acknowledged."""
    desk = profile.unlock(folder, OFFICER, cast.password, SystemClock(), render, None)
    office = SignedIn(desk, "")
    with desk.database.write() as session:
        chain = check_chain(desk.device, desk.journal.links(session, desk.device))
        assert chain.faults == ()
        before = snapshot(session)
        rebuild(session, desk.journal)
        assert snapshot(session) == before
        twice = session.execute(
            select(EntryRow.seq).group_by(EntryRow.device, EntryRow.seq).having(func.count() > 1)
        ).all()
        assert twice == []
    numbers = [row.document_number for row in office.documents(limit=100_000)]
    assert len(numbers) == len(set(numbers))
    assert set(acknowledged) <= set(numbers)
    running = sorted(int(number.split("〕")[1].rstrip("号")) for number in numbers)
    assert running == list(range(1, len(running) + 1))
    return desk


def drain(desk, transport):
    """Send what is left; every bundle has a receipt at the end."""
    grant = profile.grant_of(desk)
    signer = KeySigner(desk.device_key)
    engine = Engine(
        desk.database,
        desk.blobs,
        desk.journal,
        desk.agency.index,
        desk.device,
        grant.unit,
        signer,
        desk.decryption_key,
        transport(grant, signer),
        SystemClock(),
    )
    with desk.database.write() as session:
        for row in session.scalars(select(OutboxRow).where(OutboxRow.state != "accepted")):
            row.next_try_ms = 0
    for _ in range(40):
        result = engine.step()
        with desk.database.read() as session:
            open_ = session.scalar(select(func.count()).where(OutboxRow.state != "accepted"))
        if not open_ and result.problem is None:
            return
        time.sleep(0.1)
    raise AssertionError(f"the queue does not empty: {result.problem}")


def read(process):
    """What the process has said since; nothing when it is silent."""
    try:
        return os.read(process.stdout.fileno(), 1 << 16)
    except BlockingIOError:
        return b""


def soak(city, kills, chance):
    folder, cast = city.folder / "officer", city.cast
    acknowledged, who_died = [], {"officer": 0, "relay": 0}
    for number in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.crash_officer", str(folder)], stdout=subprocess.PIPE
        )
        assert process.stdout.readline().strip() == b"ready"
        victim = "relay" if number % 3 == 2 else "officer"
        deadline = time.monotonic() + chance.uniform(0.02, 0.9)
        os.set_blocking(process.stdout.fileno(), False)
        raw = b""
        while time.monotonic() < deadline:
            raw += read(process)
            time.sleep(0.005)
        if victim == "relay":
            city.relay.kill()
            city.relay.wait()
            time.sleep(chance.uniform(0.0, 0.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
        raw += read(process)
        process.stdout.close()
        who_died[victim] += 1
        if victim == "relay":
            city.relay = None
            city.start_relay()
        whole = raw[: raw.rfind(b"\n") + 1].decode().splitlines()
        acknowledged += [line.split()[1] for line in whole if line.startswith("issued")]
        desk = check(folder, cast, acknowledged)
        desk.database.close()
    desk = check(folder, cast, acknowledged)
    drain(desk, lambda grant, signer: HttpTransport(grant.relay, signer, SystemClock()))
    with desk.database.read() as session:
        bundles = session.scalar(select(func.count()).select_from(OutboxRow))
    desk.database.close()
    print(
        f"kills {kills} ({who_died}), seed {SEED}, decisions acknowledged {len(acknowledged)}, bundles received {bundles}"
    )
    assert acknowledged


@pytest.fixture
def city(tmp_path):
    founded = found(tmp_path / "city")
    founded.start_relay()
    application, _ = signed_in(founded.folder / "officer", founded.cast)
    application.window.close()
    yield founded
    founded.stop_relay()


def test_six_kills(city):
    soak(city, 6, random.Random(SEED))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_hundred_kills(city):
    soak(city, 200, random.Random(SEED))
