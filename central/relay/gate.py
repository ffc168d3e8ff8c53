"""What stands between HTTP and the relay's services: signatures, admission and logging, each for many requests at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from central.relay.commits import GroupCommit
from central.relay.metrics import Metrics
from central.relay.services import Relay
from central.relay.store import Accepted, Asked, StoredBundle
from central.relay.waking import Waker
from enforcement.credentials import DeviceInfo
from enforcement.exchange import LIMITS, Feed, Outcomes, Round, RoundAnswer, SignedHeaders
from enforcement.values.errors import KnownError

WithItems = TypeVar("WithItems", Feed, RoundAnswer)
COMMIT_BYTES = 32 << 20
ADMIT_AT_ONCE = 512
AT_ONCE_BYTES = 64 << 10
"""Larger bodies are hashed and checked beside the loop, so that others are answered meanwhile."""


@dataclass(frozen=True)
class Caller:
    """Who asks, after the signature was checked, and the body."""

    signed: SignedHeaders
    info: DeviceInfo
    body: bytes


class Gate:
    """Of one process."""

    def __init__(self, relay: Relay, metrics: Metrics) -> None:
        self.relay, self.metrics, self.waker = relay, metrics, Waker(relay.store)
        self._writer = ThreadPoolExecutor(1, "log")
        # SQLite has one writer: two that meet would sleep until the other is done, so they queue here
        self._door = self._writer if relay.store.one_writer else ThreadPoolExecutor(1, "door")
        self._admit: GroupCommit[Asked, str] = GroupCommit(relay.admit, self._door, lambda _: 1, ADMIT_AT_ONCE)
        self._log: GroupCommit[tuple[StoredBundle, ...], list[Accepted]] = GroupCommit(
            self._log_many, self._writer, lambda some: sum(len(one.data) for one in some), COMMIT_BYTES
        )

    async def signed(self, request: Request) -> Caller:
        """Whose request it is, and its body. Not yet let in."""
        body = await _body(request, self.relay.limits.sizes.request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        words = (request.method, request.url.path, request.url.query, body, headers)
        if len(body) > AT_ONCE_BYTES:
            signed, info = await run_in_threadpool(self.relay.who_asks, *words)
        else:
            signed, info = self.relay.who_asks(*words)
        request.state.who = info
        return Caller(signed, info, body)

    async def admit(self, caller: Caller, bundles: int = 0, size: int = 0) -> None:
        """Let a request in once, with what it brings; raises KnownError for the refusals of `Relay.admit`."""
        signed, unit = caller.signed, caller.info.unit
        code = await self._admit(Asked(signed.kid, signed.nonce, signed.created, unit, bundles, size))
        if code:
            raise KnownError(code)

    async def caller(self, request: Request) -> Caller:
        """A request that brings nothing to be kept."""
        caller = await self.signed(request)
        await self.admit(caller)
        return caller

    async def take_in(self, unit: str, bundles: Sequence[bytes], blobs: Sequence[bytes]) -> Outcomes:
        """Keep the small blobs, check and log; the answer is there when it is on the disk."""
        if blobs:
            await run_in_threadpool(self.relay.keep_small, unit, blobs)
        if sum(map(len, bundles)) > AT_ONCE_BYTES:
            checked = await run_in_threadpool(self.relay.check, bundles)
        else:
            checked = self.relay.check(bundles)
        if checked.with_blobs:
            checked = await run_in_threadpool(self.relay.complete, checked)
        accepted = await self._log(checked.good) if checked.good else []
        self.metrics.bundles.labels("accepted").inc(len(accepted))
        self.metrics.bundles.labels("refused").inc(len(bundles) - len(accepted))
        return checked.outcomes(accepted)

    async def round(self, kid: bytes, asked: Round) -> RoundAnswer:
        """What there is; with nothing for the device, as soon as something came or when it has waited long enough."""
        first = True

        def ask() -> RoundAnswer:
            nonlocal first
            status, first = asked.status if first else b"", False
            return self.relay.round(kid, msgspec.structs.replace(asked, status=status))

        seconds = min(asked.wait_ms / 1000, LIMITS.wait.total_seconds())
        return await self._until_something(ask, asked.recipients, seconds)

    async def feed(self, after: int, recipients: Sequence[bytes], seconds: float) -> Feed:
        """The same of the feed alone."""
        return await self._until_something(lambda: self.relay.feed(after, recipients), recipients, seconds)

    async def _until_something(
        self, ask: Callable[[], WithItems], recipients: Sequence[bytes], seconds: float
    ) -> WithItems:
        until = time.monotonic() + seconds
        self.metrics.waiting.inc()
        try:
            while True:
                size = await run_in_threadpool(self.relay.store.size)
                found = await run_in_threadpool(ask)
                left = until - time.monotonic()
                if found.items or left <= 0:
                    return found
                await self.waker.wait(size, recipients, left)
        finally:
            self.metrics.waiting.dec()

    def close(self) -> None:
        """Wait for what is being written."""
        self._door.shutdown()
        self._writer.shutdown()

    def _log_many(self, many: Sequence[tuple[StoredBundle, ...]]) -> list[list[Accepted]]:
        begin = time.perf_counter()
        accepted = self.relay.log(many)
        self.metrics.commit_seconds.observe(time.perf_counter() - begin)
        self.metrics.commits.observe(sum(map(len, many)))
        return accepted


async def _body(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise KnownError("relay.too_large", limit=most)
    return bytes(body)
