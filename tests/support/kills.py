"""A process that is killed, and the store of its device as the next start finds it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from sqlalchemy import func, select

from desktop.app.syncing import engine_of
from desktop.app.tools import render, render_form
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.store.models import EntryRow, OutboxRow
from desktop.store.projections import rebuild, snapshot
from enforcement.journal import check_chain


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


def drain(desk):
    """Send what is left; every bundle has a receipt at the end."""
    engine = engine_of(desk, clock=SystemClock())
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


class Victim:
    """A process that says on standard output what it acknowledged, from its `ready` on."""

    def __init__(self, module, *words):
        self.process = subprocess.Popen(
            [sys.executable, "-m", f"tests.support.{module}", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the offscreen platform's own remarks
        )
        assert self.process.stdout.readline().strip() == b"ready"
        os.set_blocking(self.process.stdout.fileno(), False)
        self._raw = b""

    def live(self, seconds, enough=lambda _: False):
        """Let it go on so long, or until what it has said is enough."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not enough(self._raw):
            self._hear()
            time.sleep(0.005)

    def kill(self):
        """kill -9; the words of every whole line that it said."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self._hear()
        self.process.stdout.close()
        raw = self._raw
        return [line.split() for line in raw[: raw.rfind(b"\n") + 1].decode().splitlines()]

    def _hear(self):
        try:
            self._raw += os.read(self.process.stdout.fileno(), 1 << 16)
        except BlockingIOError:
            return
