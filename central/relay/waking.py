"""Long polls wake when something for them came: one question for all that wait, each time the log grew, and none while it did not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from fastapi.concurrency import run_in_threadpool

from central.relay.store import RelayStore
from enforcement.values.errors import KnownError

SETTLE_SECONDS = 0.05
"""What comes in so short a time is asked about once."""


class Waker:
    """Of one process. It watches only while somebody waits."""

    def __init__(self, store: RelayStore) -> None:
        self._store = store
        self._waiting: dict[bytes, set[asyncio.Event]] = {}
        self._watcher: asyncio.Task[None] | None = None
        self._seen = 0
        self._grew = asyncio.Event()

    def grew(self) -> None:
        """This process wrote something."""
        self._grew.set()

    async def wait(self, since: int, recipients: Iterable[bytes], seconds: float) -> None:
        """Returns when something for one of them may have come since the log was of size `since`, at the latest after `seconds`."""
        event, names = asyncio.Event(), tuple(recipients)
        for one in names:
            self._waiting.setdefault(one, set()).add(event)
        if self._watcher is None:
            self._seen, self._watcher = since, asyncio.create_task(self._watch())
        self._seen = min(self._seen, since)
        self._grew.set()  # what came between the caller's own question and now is asked about
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
        finally:
            for one in names:
                self._waiting[one].discard(event)
                if not self._waiting[one]:
                    del self._waiting[one]

    async def _watch(self) -> None:
        growth = asyncio.create_task(self._store.growth())
        try:
            while self._waiting:
                own = asyncio.create_task(self._grew.wait())
                await asyncio.wait({growth, own}, return_when=asyncio.FIRST_COMPLETED, timeout=1)
                own.cancel()
                if growth.done():
                    growth.result()
                    growth = asyncio.create_task(self._store.growth())
                self._grew.clear()
                with suppress(KnownError):  # a store that does not answer now is asked again at the next growth
                    size, names = await run_in_threadpool(self._store.addressed, self._seen, tuple(self._waiting))
                    self._seen = size
                    for name in names:
                        for event in self._waiting.get(name, ()):
                            event.set()
                await asyncio.sleep(SETTLE_SECONDS)
        finally:
            growth.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await growth
            self._watcher = None
