"""Around every request: how long it took, how large it was, what came of it; for the figures and for the audit."""

from __future__ import annotations

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.relay.audit import Audit
from central.relay.metrics import Metrics

FLUSH_SECONDS = 0.25
AUDITED = {"/v1/bundles", "/v1/blobs/{digest}", "/v1/bundles/{digest}"}
"""What is written down when it went well: sealed things taken in and handed out. Every refusal of a known device is."""


class Watch:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, metrics: Metrics, audit: Audit | None) -> None:
        self._app, self._metrics, self._audit = app, metrics, audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, status, size_in, size_out = time.perf_counter(), 500, 0, 0

        async def hear() -> Message:
            nonlocal size_in
            message = await receive()
            size_in += len(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            nonlocal status, size_out
            status = message.get("status", status)
            size_out += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, hear, say)
        finally:
            self._note(scope, status, time.perf_counter() - begin, size_in, size_out)

    def _note(self, scope: Scope, status: int, seconds: float, size_in: int, size_out: int) -> None:
        route = getattr(scope.get("route"), "path", "none")
        metrics, state = self._metrics, scope.get("state", {})
        metrics.requests.labels(route, str(status)).inc()
        metrics.seconds.labels(route).observe(seconds)
        metrics.bytes_in.inc(size_in)
        metrics.bytes_out.inc(size_out)
        code, who = state.get("refusal", ""), state.get("who")
        if code:
            metrics.refusals.labels(code).inc()
        if self._audit is not None and who is not None and (code or route in AUDITED):
            if not self._audit.waiting:
                # together: what was taken in stands in the log for good, whether these lines come to the disk or not
                asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._audit.flush)
            what, outcome = f"{scope['method']} {route}", code or str(status)
            self._audit.write(
                str(who.device),
                what,
                outcome,
                label=who.label,
                bytes_in=size_in,
                bytes_out=size_out,
                **state.get("items", {}),
            )
