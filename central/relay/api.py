"""The relay's HTTP form. Bodies are canonical CBOR (enforcement.exchange); every request but the agency's files is signed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated

from fastapi import FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from central.relay.audit import Audit
from central.relay.directory import Directory
from central.relay.gate import Gate
from central.relay.metrics import Metrics
from central.relay.services import Relay
from central.relay.watching import Watch
from enforcement.exchange import LIMITS, BlobStates, Devices, PostBundles, Problem, Round, WantBlobs
from enforcement.exchange.messages import MEDIA_TYPE
from enforcement.values.clock import Clock
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_bytes, to_bytes

STATUS_OF: Mapping[str, int] = {
    "device.unknown": 401,
    "signature.invalid": 401,
    "signature.unknown_key": 401,
    "device.suspended": 403,
    "clock.behind": 401,
    "clock.ahead": 401,
    "relay.replayed": 409,
    "relay.too_large": 413,
    "relay.too_often": 429,
    "relay.day_full": 429,
    "relay.unit_full": 507,
    "relay.busy": 503,
    "relay.missing": 404,
    "relay.store_unreachable": 503,
    "store.disk_full": 503,
}
"""HTTP status of each refusal; 400 for the rest."""
LARGEST = 1 << 62
"""No place in a log or a blob lies beyond, and every database counts so far."""


def make_app(
    relay: Relay, directory: Directory, clock: Clock, metrics: Metrics | None = None, audit: Audit | None = None
) -> FastAPI:
    """The application; state is all in `relay`'s store, so any number of these may run."""
    app = FastAPI(title="Hengchi relay", version="1", docs_url=None, redoc_url=None)
    metrics = metrics or Metrics()
    gate = Gate(relay, metrics)
    app.state.gate = gate
    app.add_middleware(Watch, metrics=metrics, audit=audit)

    @app.exception_handler(KnownError)
    async def refuse(request: Request, error: Exception) -> Response:
        assert isinstance(error, KnownError)
        request.state.refusal = error.code
        now = clock.now()
        answer = _answer(Problem(code=error.code, number=error.number, at=now), STATUS_OF.get(error.code, 400))
        wait = relay.limits.wait(error.code, now)
        if wait is not None:
            answer.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
        return answer

    @app.exception_handler(ClientDisconnect)
    async def gone(_: Request, __: Exception) -> Response:
        return Response(status_code=499)  # nobody reads it; the device will send again

    @app.get("/v1/health")
    async def health() -> dict[str, int]:
        return {"size": await run_in_threadpool(relay.store.size)}

    @app.get("/authority/{name:path}")
    async def authority(name: str) -> Response:
        data = await run_in_threadpool(directory.file, name)
        return Response(status_code=404) if data is None else Response(data, media_type="application/octet-stream")

    @app.post("/v1/blobs/missing")
    async def missing(request: Request) -> Response:
        asked = from_bytes(WantBlobs, (await gate.caller(request)).body)
        return _answer(BlobStates(blobs=await run_in_threadpool(relay.blob_states, asked.digests)))

    @app.put("/v1/blobs/{digest}")
    async def put_blob(
        request: Request,
        digest: str,
        offset: Annotated[int, Query(ge=0, lt=LARGEST)],
        total: Annotated[int, Query(ge=1, lt=LARGEST)],
    ) -> Response:
        caller = await gate.signed(request)
        name = _digest(digest)
        await gate.admit(caller, size=len(caller.body))
        return _answer(await run_in_threadpool(relay.take_piece, caller.info.unit, name, offset, total, caller.body))

    @app.get("/v1/blobs/{digest}")
    async def get_blob(request: Request, digest: str, offset: Annotated[int, Query(ge=0, lt=LARGEST)] = 0) -> Response:
        await gate.caller(request)
        name = _digest(digest)
        have, whole = await run_in_threadpool(relay.store.blob_have, name)
        if not whole or offset > have:
            raise KnownError("relay.missing", what=digest[:16])
        pieces = relay.store.blob_read(name, offset, have - offset)
        return StreamingResponse(pieces, media_type="application/octet-stream", headers={"X-Total": str(have)})

    @app.post("/v1/bundles")
    async def bundles(request: Request) -> Response:
        caller = await gate.signed(request)
        posted = from_bytes(PostBundles, caller.body)
        request.state.items = {"bundles": len(posted.bundles), "blobs": len(posted.blobs)}
        await gate.admit(caller, len(posted.bundles), len(caller.body))
        return _answer(await gate.take_in(caller.info.unit, posted.bundles, posted.blobs))

    @app.post("/v1/round")
    async def round_(request: Request) -> Response:
        caller = await gate.caller(request)
        asked = from_bytes(Round, caller.body)
        return _answer(await gate.round(caller.signed.kid, asked))

    @app.get("/v1/bundles/{digest}")
    async def bundle(request: Request, digest: str) -> Response:
        await gate.caller(request)
        data = await run_in_threadpool(relay.store.bundle, _digest(digest))
        if data is None:
            raise KnownError("relay.missing", what=digest[:16])
        return Response(data, media_type=MEDIA_TYPE)

    @app.get("/v1/feed")
    async def feed(
        request: Request,
        after: Annotated[int, Query(ge=0, lt=LARGEST)],
        recipients: Annotated[str, Query(alias="for")],
        wait: Annotated[float, Query(ge=0, le=LIMITS.wait.total_seconds())] = 0,
    ) -> Response:
        await gate.caller(request)
        wanted = [_digest(text) for text in recipients.split(",")][: LIMITS.recipients_in_feed]
        return _answer(await gate.feed(after, wanted, wait))

    @app.get("/v1/log/head")
    async def head(request: Request) -> Response:
        await gate.caller(request)
        return Response(await run_in_threadpool(relay.tree_head), media_type=MEDIA_TYPE)

    @app.get("/v1/log/consistency")
    async def consistency(
        request: Request,
        old: Annotated[int, Query(alias="from", ge=1, lt=LARGEST)],
        new: Annotated[int, Query(alias="to", ge=1, lt=LARGEST)],
    ) -> Response:
        await gate.caller(request)
        return _answer(await run_in_threadpool(relay.consistency, old, new))

    @app.post("/v1/devices/status")
    async def status(request: Request) -> Response:
        asked = await gate.caller(request)
        await run_in_threadpool(relay.take_status, asked.signed.kid, asked.body)
        return Response(status_code=204)

    @app.get("/v1/devices")
    async def devices(request: Request) -> Response:
        await gate.caller(request)
        return _answer(Devices(devices=await run_in_threadpool(relay.devices)))

    return app


def _answer(record: Record, status: int = 200) -> Response:
    return Response(to_bytes(record), status_code=status, media_type=MEDIA_TYPE)


def _digest(text: str) -> bytes:
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if len(data) != 32:
        raise KnownError("encoding.wrong_shape", why="digest")
    return data
