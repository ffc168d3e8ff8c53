"""Jobs run off the interface thread; their outcome arrives on it.

- The store has one worker, so its jobs run one after the other in the order they were asked for.
- The network has its own pool, so that a slow relay never delays a keystroke's save.
- What computes for long has one worker: z3 knows one context only, and neither saves nor the network wait for a proof.
- One long-lived relay object carries every outcome back; a job is kept referenced until its outcome has arrived.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot

from desktop.services.changes import Changes, Done
from enforcement.values.errors import KnownError

T = TypeVar("T")
log = logging.getLogger(__name__)


class Job(Generic[T]):
    """One asked-for piece of work: what to run, and who wants to know."""

    def __init__(
        self,
        run: Callable[[], T] | Callable[[], Done[T]],
        done: Callable[[T], object] | None,
        failed: Callable[[Exception], object] | None,
    ) -> None:
        self.run, self.done, self.failed = run, done, failed
        self.cancelled = self.optional = False
        self.value: object = None
        self.error: Exception | None = None

    def cancel(self) -> None:
        """The outcome is no longer wanted; a job already running still finishes its work."""
        self.cancelled = True


class _Carrier(QObject):
    arrived = Signal(object)


class _Runnable(QRunnable):
    def __init__(self, job: Job[Any], carrier: _Carrier) -> None:
        super().__init__()
        self.job, self.carrier = job, carrier

    def run(self) -> None:
        try:
            if not (self.job.cancelled and self.job.optional):
                self.job.value = self.job.run()
        except Exception as error:  # carried to whoever asked, or to `Work.failed`; nothing is swallowed
            self.job.error = error
        self.carrier.arrived.emit(self.job)


class Work(QObject):
    """Where viewmodels and the composition root have work done.

    `changed(Changes)` follows every act, after its own `done`; `failed(Exception)` carries what nobody asked to hear.
    """

    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._carrier = _Carrier()
        self._carrier.arrived.connect(self._arrive, Qt.ConnectionType.QueuedConnection)
        self._store = QThreadPool()
        self._store.setMaxThreadCount(1)
        self._store.setExpiryTimeout(-1)
        self._net = QThreadPool()
        self._net.setMaxThreadCount(2)
        self._think = QThreadPool()
        self._think.setMaxThreadCount(1)
        self._pending: set[Job[Any]] = set()
        self.unheard: list[Exception] = []

    def store(
        self,
        run: Callable[[], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> Job[T]:
        """A question, on the store's one worker."""
        return self._start(self._store, run, done, failed)

    def act(
        self,
        run: Callable[[], Done[T]],
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> Job[T]:
        """An act, on the store's one worker; `changed` follows it."""
        return self._start(self._store, run, done, failed)

    def net(
        self,
        run: Callable[[], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> Job[T]:
        """Run on the network pool."""
        return self._start(self._net, run, done, failed)

    def compute(
        self,
        run: Callable[[], T],
        done: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> Job[T]:
        """A long computation, one after the other; a job that was cancelled before it began is never run."""
        return self._start(self._think, run, done, failed, optional=True)

    @property
    def busy(self) -> int:
        """Jobs whose outcome has not arrived."""
        return len(self._pending)

    def announce(self, changes: Changes) -> None:
        """Say on the interface thread that something changed."""
        self.changed.emit(changes)

    def stop(self, timeout_ms: int = 30_000) -> bool:
        """Let running jobs finish; False when the time ran out. Whoever asked hears nothing of them any more; what went
        wrong stands in `unheard`.
        """
        self._net.clear()
        self._think.clear()
        pools = (self._store, self._net, self._think)
        finished = all([pool.waitForDone(timeout_ms) for pool in pools])
        self.unheard = [job.error for job in self._pending if job.error is not None]
        self._pending.clear()
        return finished

    def _start(
        self,
        pool: QThreadPool,
        run: Callable[[], T] | Callable[[], Done[T]],
        done: Callable[[T], object] | None,
        failed: Callable[[Exception], object] | None,
        *,
        optional: bool = False,
    ) -> Job[T]:
        job: Job[T] = Job(run, done, failed)
        job.optional = optional
        self._pending.add(job)
        pool.start(_Runnable(job, self._carrier))
        return job

    @Slot(object)
    def _arrive(self, arrived: object) -> None:
        job = cast(Job[Any], arrived)
        if job not in self._pending:  # whoever asked is gone
            return
        self._pending.discard(job)
        if job.error is not None:
            self._arrive_failed(job, job.error)
            return
        value, changes = (job.value.value, job.value.changes) if isinstance(job.value, Done) else (job.value, None)
        if job.done is not None and not job.cancelled:
            job.done(value)
        if changes is not None:
            self.changed.emit(changes)

    def _arrive_failed(self, job: Job[Any], error: Exception) -> None:
        if not isinstance(error, KnownError):
            log.error("a job failed: %s", "".join(traceback.format_exception_only(error)).strip())
        if job.failed is not None and not job.cancelled:
            job.failed(error)
        else:
            self.failed.emit(error)
