"""One step of synchronization, in the order that loses nothing: seal, send, look at the log, say who we are, take in.

Each part fails for itself: a relay that refuses one bundle still hands out the others. Whatever is true of the queue after a
step is in the store before the step returns. A step in which there is nothing to do is one request.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from desktop.store import authority as authority_data
from desktop.store import outbox as queue
from desktop.store.kept import PROBLEM, SET, keep, kept
from desktop.sync.asked import hear, unheard
from desktop.sync.incoming import try_refused_again
from desktop.sync.line import Line, StepResult
from desktop.sync.older import open_older
from desktop.sync.outgoing import seal_pending
from desktop.sync.sending import Sending
from desktop.sync.taking import Taking, fetch_blobs
from desktop.sync.transport import WAITS
from enforcement.values.clock import from_ms, to_ms
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

AUTHORITY, STORE = "authority.", "store."
LOOK_AT_SET = timedelta(hours=1)
"""A set that did not change is read again after this time, for it may have run out meanwhile."""
ROUNDS = 64


class SetSeen(Record):
    """The published set as it was read last: digest of its timestamp, and when."""

    timestamp: bytes
    at_ms: int


@dataclass
class Engine(Line):
    """Takes the steps."""

    def step(self, wait: float = 0) -> StepResult:
        """One round; `wait` seconds of long poll when there is nothing else to do. Only bugs are raised."""
        result = StepResult()
        try:
            result.sealed = self.seal()
            self._go(result, wait)
        except KnownError as error:
            result.problem = result.problem or error
        self._keep_problem(result)
        return result

    def _go(self, result: StepResult, wait: float) -> None:
        sending = Sending(self, result)
        with self.database.read() as session:
            busy = bool(queue.due(session, self.clock.now(), 1, without_blobs=self.metered))
        if busy:
            self._send(sending)  # before anything else: a line may hold for this one request only
        with closing(Taking(self, result)) as taking:
            taking.round(self.budget, 0 if busy else wait)
            if self._wake_after_silence():
                self._send(sending)
            if taking.more or result.accepted or taking.has_to_speak():
                for number in range(ROUNDS):
                    taking.round(self.budget, speak=number == 0)
                    if not taking.more:
                        break
        for decryptor in self.earlier:  # what was sealed before keys were renewed, and had not arrived then
            with closing(Taking(self, result, decryptor)) as older:
                for _ in range(ROUNDS):
                    if not older.behind():
                        break
                    older.round(self.budget)
        self.take_set(result, taking.authority)
        open_older(self, result)
        if not self.metered:
            sending.blobs_again()
        fetch_blobs(self, result)

    @staticmethod
    def _send(sending: Sending) -> None:
        """What is not taken is said at each item; a relay that takes nothing today may still have something for us."""
        try:
            sending.run()
        except KnownError as error:
            if error.code in ("relay.unreachable", "relay.slow") or error.code.startswith(STORE):
                raise

    def _keep_problem(self, result: StepResult) -> None:
        """A disk that is full cannot keep even this; then the step still ends with its reason."""
        code = (result.problem.code if result.problem else "").encode()
        try:
            with self.database.read() as session:
                same = (kept(session, PROBLEM) or b"") == code
            if not same:
                with self.database.write() as session:
                    keep(session, PROBLEM, code)
        except KnownError as error:
            if not error.code.startswith(STORE):
                raise
            result.problem = result.problem or error

    def _wake_after_silence(self) -> bool:
        """The relay answers again: nothing has to wait out its back-off. Whether it did not answer before."""
        with self.database.read() as session:
            problem = (kept(session, PROBLEM) or b"").decode()
        if not problem or problem.startswith(AUTHORITY) or problem in WAITS:
            return False
        with self.database.write() as session:
            queue.wake_all(session)
        return True

    def seal(self) -> int:
        """Seal what has been written since, and what a supervisor asks for again; works with no network."""
        with self.database.read() as session:
            askings = unheard(session, self)
            if not askings and not self.journal.loose(session):
                return 0
        with self.database.write() as session:
            hear(session, self, askings)
            return seal_pending(
                session, self.journal, self.index, self.device, self.unit, self.device_signer, self.clock.now()
            )

    def take_set(self, result: StepResult, timestamp: bytes) -> None:
        """A newer set. One that is refused is told, and nothing of it taken; cases are sent all the same, sealed for whom the set
        that is trusted names.
        """
        now = self.clock.now()
        with self.database.read() as session:
            data, trusted = kept(session, SET), authority_data.trusted(session)
        seen = None if data is None else from_bytes(SetSeen, data)
        if seen is not None and seen.timestamp == timestamp and abs(now - from_ms(seen.at_ms)) < LOOK_AT_SET:
            return
        try:
            # no transaction waits for the network
            fetch = authority_data.read_ahead(trusted, self.transport.public, now)
            with self.database.write() as session:
                result.authority_new = authority_data.refresh(session, self.device, fetch, now)
                keep(session, SET, to_bytes(SetSeen(timestamp=timestamp, at_ms=to_ms(now))))
                if result.authority_new:
                    loaded = authority_data.load(session)
                    self.index = loaded.index if loaded is not None else self.index
                    ours = (self.decryptor, *self.earlier)
                    result.entries_in += try_refused_again(session, self.journal, self.index, ours, now)
        except KnownError as error:
            if not error.code.startswith(AUTHORITY):
                raise
            result.problem = error
