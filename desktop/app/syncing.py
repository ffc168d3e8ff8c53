"""Sync by itself: step after step, slower while the relay does not answer; what a person must hear of is said once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from desktop.messages import words_of
from desktop.services import profile
from desktop.services.authority import Agency
from desktop.services.changes import Changes
from desktop.services.desk import Desk
from desktop.store.authority import load
from desktop.sync import Engine, HttpTransport, StepResult
from desktop.sync.courier import ReadBack, Written, read_stick, write_stick
from desktop.work import ahead
from enforcement.values.clock import Clock
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError

if TYPE_CHECKING:
    from desktop.app.session import Session

SOON_MS, STEADY_MS, LONGEST_MS = 60, 1_500, 8_000


def engine_of(desk: Desk, relay: str = "", clock: Clock | None = None, *, metered: bool = False) -> Engine:
    """What takes the steps of an open store, with its own relay and clock unless others are given."""
    grant, signer, clock = profile.grant_of(desk), KeySigner(desk.device_key), clock or desk.clock
    return Engine(
        database=desk.database,
        blobs=desk.blobs,
        journal=desk.journal,
        index=desk.agency.index,
        device=desk.device,
        unit=grant.unit,
        device_signer=signer,
        decryptor=desk.decryption_key,
        earlier=desk.earlier_keys,
        transport=HttpTransport(relay or grant.relay, signer, clock),
        clock=clock,
        metered=metered,
        ahead=ahead,
    )


class Syncing:
    """The steps of one session; `stepped` is called after each. Nothing runs before `begin`."""

    def __init__(self, session: Session, stepped: Callable[[], object], failed: Callable[[Exception], object]) -> None:
        self.session, self._stepped, self._failed = session, stepped, failed
        self.window, self.work = session.window, session.work
        self._running = self._stopped = False
        self._wait_ms = STEADY_MS
        self._told_problem = ""
        self._errand: tuple[Callable[[], Written | ReadBack], Callable[[object], object]] | None = None
        self._timer = QTimer(self.window)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._step)

    def begin(self) -> None:
        """The first step soon, and one after everything written here."""
        self.work.changed.connect(self._changed)
        self._timer.start(SOON_MS)

    def stop(self) -> None:
        """No new step; the one that runs may finish."""
        if not self._stopped:
            self._stopped = True
            self._timer.stop()
            self.work.changed.disconnect(self._changed)

    def now(self) -> None:
        """At once, whatever the back-off says."""
        self._wait_ms = STEADY_MS
        if not self._running and not self._stopped:
            self._timer.start(0)

    def write_stick(self, folder: Path, done: Callable[[object], object]) -> None:
        """Once no step runs; `done` hears what was written, or the error."""
        self._carry(lambda: write_stick(self.session.engine, folder), done)

    def read_stick(self, folder: Path, done: Callable[[object], object]) -> None:
        """The same of what a stick brings."""
        self._carry(lambda: read_stick(self.session.engine, folder), done)

    def _carry(self, run: Callable[[], Written | ReadBack], done: Callable[[object], object]) -> None:
        self._errand = run, done
        if not self._running:
            self._run_errand()

    def _run_errand(self) -> bool:
        """Steps and errands look at the same log and never run together. Whether there was one."""
        errand, self._errand = self._errand, None
        if errand is None or self._stopped:
            return False
        self._running = True
        self._timer.stop()
        run, done = errand

        def carried(value: Written | ReadBack) -> None:
            self._running = False
            if not self._stopped:
                self._announce(value.step if isinstance(value, ReadBack) else StepResult(sealed=1))
                done(value)
                self._timer.start(SOON_MS)

        def failed(error: Exception) -> None:
            self._running = False
            if not isinstance(error, KnownError):
                self._failed(error)
            if not self._stopped:
                self._announce(StepResult(sealed=1, entries_in=1))  # whatever was done before it stopped
                done(error)
                self._timer.start(SOON_MS)

        self.work.net(run, carried, failed)
        return True

    def _changed(self, changes: object) -> None:
        if isinstance(changes, Changes) and "queue" in changes.kinds and not self._running:
            self._timer.start(SOON_MS)

    def _step(self) -> None:
        if self._running or self._stopped:
            return
        self._running = True
        self.work.net(self.session.engine.step, self._synced, self._broke)

    def _synced(self, result: StepResult) -> None:
        self._running = False
        if self._stopped:
            return
        self._announce(result)
        self._wait_ms = min(self._wait_ms * 2, LONGEST_MS) if result.problem else STEADY_MS
        self._stepped()
        if not self._run_errand():
            self._timer.start(SOON_MS if result.changed and not result.problem else self._wait_ms)

    def _announce(self, result: StepResult) -> None:
        """Who shows any of it, looks again."""
        if result.authority_new:
            self.work.store(self._take_authority)
        code = result.problem.code if result.problem is not None else ""
        kinds = {"devices"}
        if result.changed or result.item_problems or code != self._told_problem:
            kinds.add("queue")
        if result.entries_in or result.blobs_in:
            kinds |= {"cases", "review"}
        if result.authority_new:
            kinds |= {"authority", "parties"}
        self._tell_problem(result)
        self.work.announce(Changes(frozenset(kinds)))  # type: ignore[arg-type]

    def _tell_problem(self, result: StepResult) -> None:
        """What a person must hear of, once; that there is no connection is only shown."""
        code = result.problem.code if result.problem is not None else ""
        if code not in ("", "relay.unreachable", "relay.busy", self._told_problem) and result.problem is not None:
            self.window.say(words_of(result.problem))
        self._told_problem = code

    def _broke(self, error: Exception) -> None:
        self._running = False
        self._failed(error)
        if not self._stopped and not self._run_errand():
            self._timer.start(LONGEST_MS)

    def _take_authority(self) -> None:
        session = self.session
        with session.desk.database.read() as reading:
            data = load(reading)
        if data is not None:
            session.desk.agency = Agency(data)
            session.engine.index = data.index
