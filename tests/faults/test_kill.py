"""kill -9 at random moments: nothing acknowledged is lost, nothing is twice, the store opens, the queue goes on."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from desktop.app.demo_city import OFFICER, SUPERVISOR
from desktop.app.tools import render, render_form
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.signed_in import SignedIn
from desktop.store.models import EntryRow, OutboxRow
from desktop.store.projections import rebuild, snapshot
from desktop.sync import Engine, HttpTransport
from enforcement.journal import check_chain
from enforcement.values.cose import KeySigner

SEED = 20261014


def opened(folder, cast, number):
    """Open the store as the next start would; its chain holds, and its projections are what the journal says."""
    desk = profile.unlock(folder, number, cast.password, SystemClock(), render, render_form, None)
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
    return desk


def check_officer(desk, issued):
    """Every number that stood on the screen is there, once, and the numbers run without a gap."""
    numbers = [row.document_number for row in SignedIn(desk, "").documents(limit=100_000)]
    assert len(numbers) == len(set(numbers))
    assert set(issued) <= set(numbers)
    running = sorted(int(number.split("〕")[1].rstrip("号")) for number in numbers)
    assert running == list(range(1, len(running) + 1))


def check_approved(desk, approved):
    """Every approval that stood on the screen is in this store."""
    states = {row.document_number: row.status for row in SignedIn(desk, "").cases(limit=100_000)}
    assert [number for number in approved if states.get(number) != "approved"] == []


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


class Soak:
    """Windows and a relay that die in turn, and what stood on their screens before."""

    def __init__(self, city, chance):
        self.city, self.chance = city, chance
        self.issued, self.approved = [], []
        self.both = False

    def run(self, kills):
        died = {"officer": 0, "relay": 0, "supervisor": 0}
        for number in range(kills):
            victim = ("officer", "relay", "supervisor")[number % 3]
            self._turn(victim)
            died[victim] += 1
        self._end()
        print(
            f"kills {kills} ({died}), seed {SEED}, on screen: "
            f"{len(self.issued)} decisions, {len(self.approved)} approvals"
        )
        assert self.issued
        assert self.approved

    def _turn(self, victim):
        name = "supervisor" if victim == "supervisor" else "officer"
        process = subprocess.Popen(
            [sys.executable, "-m", f"tests.support.crash_{name}", str(self.city.folder / name)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the offscreen platform's own remarks
        )
        assert process.stdout.readline().strip() == b"ready"
        os.set_blocking(process.stdout.fileno(), False)
        deadline, raw = time.monotonic() + self.chance.uniform(0.02, 8.0), b""
        while time.monotonic() < deadline:
            raw += read(process)
            time.sleep(0.005)
        if victim == "relay":
            self.city.relay.kill()
            self.city.relay.wait()
            time.sleep(self.chance.uniform(0.0, 0.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        raw += read(process)
        process.stdout.close()
        if victim == "relay":
            self.city.relay = None
            self.city.start_relay()
        said = [line.split() for line in raw[: raw.rfind(b"\n") + 1].decode().splitlines()]
        self.issued += [words[1] for words in said if words[0] == "issued"]
        self.approved += [words[1] for words in said if words[0] == "approved"]
        desk = self._open(name)
        check_officer(desk, self.issued) if name == "officer" else check_approved(desk, self.approved)
        desk.database.close()

    def _open(self, name):
        return opened(self.city.folder / name, self.city.cast, SUPERVISOR if name == "supervisor" else OFFICER)

    def _end(self):
        """Both queues empty; then each has everything of the other."""
        for name in ("officer", "supervisor", "officer"):
            desk = self._open(name)
            drain(desk, lambda grant, signer: HttpTransport(grant.relay, signer, SystemClock()))
            check_officer(desk, self.issued)
            if name == "supervisor" or self.both:
                check_approved(desk, self.approved)
            self.both = name == "supervisor"
            desk.database.close()


def test_nine_kills(city):
    Soak(city, random.Random(SEED)).run(9)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_hundred_kills(city):
    Soak(city, random.Random(SEED)).run(200)
