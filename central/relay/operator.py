"""The operator's pages, on a listener of their own: is it well, its figures, its audit. Nothing here needs or shows a device's data."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import FastAPI, Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, StreamingResponse

from central.relay.audit import Audit
from central.relay.directory import Directory
from central.relay.metrics import Metrics
from central.relay.services import Relay
from enforcement.values.clock import Clock
from enforcement.values.errors import KnownError


def make_operator_app(relay: Relay, directory: Directory, clock: Clock, metrics: Metrics, audit: Audit) -> FastAPI:
    """For whoever runs the relay; never to be reached from outside."""
    app = FastAPI(title="Hengchi relay: operator", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    async def health() -> Response:
        found = await run_in_threadpool(look, relay, directory, clock)
        metrics.ready.set(1 if found["ready"] else 0)
        return JSONResponse(found, 200 if found["ready"] else 503)

    @app.get("/metrics")
    async def figures() -> Response:
        def measure() -> bytes:
            try:
                metrics.size.set(relay.store.size())
                for unit, size in relay.store.unit_bytes().items():
                    metrics.units.labels(unit).set(size)
            except KnownError:
                metrics.ready.set(0)
            return metrics.text()

        return Response(await run_in_threadpool(measure), media_type="text/plain; version=0.0.4; charset=utf-8")

    @app.get("/audit")
    async def lines(day: Annotated[date | None, Query()] = None) -> Response:
        return StreamingResponse(audit.read(day or audit.today()), media_type="application/x-ndjson")

    return app


def look(relay: Relay, directory: Directory, clock: Clock) -> dict[str, Any]:
    """What the health page says: ready when the store answers, the log agrees with its head, and the agency's set holds."""
    found: dict[str, Any] = {"ready": True, "problems": []}

    def problem(words: str) -> None:
        found["ready"] = False
        found["problems"].append(words)

    now = clock.now()
    try:
        state = relay.store.log_state()
        found["log"] = {"size": state.size, "root": state.root.hex(), "consistent": state.consistent}
        if not state.consistent:
            problem("the log does not agree with its head")
    except KnownError as error:
        problem(str(error))
    try:
        until = directory.expires(now)
        found["authority"] = {"expires": until.isoformat()}
        if until - now < timedelta(hours=relay.limits.operator.authority_hours):
            found["warnings"] = [f"the agency's set ends at {until.isoformat()}"]
    except KnownError as error:
        problem(str(error))
    return found
