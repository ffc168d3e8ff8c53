"""The relay's HTTP form. Bodies are canonical CBOR (enforcement.exchange); every request but the agency's files is signed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec
from fastapi import FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from central.relay.directory import Directory
from central.relay.services import Relay
from enforcement.exchange import (
    LIMITS,
    BlobStates,
    Devices,
    Feed,
    PostBundles,
    Problem,
    Round,
    RoundAnswer,
    SignedHeaders,
    WantBlobs,
)
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
    "relay.busy": 503,
    "relay.missing": 404,
}
"""HTTP status of each refusal; 400 for the rest."""
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Caller:
    """Who asks, after the signature was checked, and the body."""

    signed: SignedHeaders
    body: bytes


def make_app(relay: Relay, directory: Directory, clock: Clock) -> FastAPI:
    """The application; state is all in `relay`'s store, so any number of these may run."""
    app = FastAPI(title="Hengchi relay", version="1", docs_url=None, redoc_url=None)

    @app.exception_handler(KnownError)
    async def refuse(_: Request, error: Exception) -> Response:
        assert isinstance(error, KnownError)
        problem = Problem(code=error.code, number=error.number, at=clock.now())
        return _answer(problem, STATUS_OF.get(error.code, 400))

    @app.exception_handler(ClientDisconnect)
    async def gone(_: Request, __: Exception) -> Response:
        return Response(status_code=499)  # nobody reads it; the device will send again

    async def caller(request: Request) -> Caller:
        body = await _body(request)
        signed = await run_in_threadpool(_check, relay, directory, clock, request, body)
        return Caller(signed, body)

    @app.get("/v1/health")
    async def health() -> dict[str, int]:
        return {"size": await run_in_threadpool(relay.store.size)}

    @app.get("/authority/{name:path}")
    async def authority(name: str) -> Response:
        data = await run_in_threadpool(directory.file, name)
        return Response(status_code=404) if data is None else Response(data, media_type="application/octet-stream")

    @app.post("/v1/blobs/missing")
    async def missing(request: Request) -> Response:
        asked = from_bytes(WantBlobs, (await caller(request)).body)
        return _answer(BlobStates(blobs=await run_in_threadpool(relay.blob_states, asked.digests)))

    @app.put("/v1/blobs/{digest}")
    async def put_blob(
        request: Request, digest: str, offset: Annotated[int, Query(ge=0)], total: Annotated[int, Query(ge=1)]
    ) -> Response:
        body = (await caller(request)).body
        return _answer(await run_in_threadpool(relay.take_piece, _digest(digest), offset, total, body))

    @app.get("/v1/blobs/{digest}")
    async def get_blob(request: Request, digest: str, offset: Annotated[int, Query(ge=0)] = 0) -> Response:
        await caller(request)
        name = _digest(digest)
        have, whole = await run_in_threadpool(relay.store.blob_have, name)
        if not whole or offset > have:
            raise KnownError("relay.missing", what=digest[:16])
        pieces = relay.store.blob_read(name, offset, have - offset)
        return StreamingResponse(pieces, media_type="application/octet-stream", headers={"X-Total": str(have)})

    @app.post("/v1/bundles")
    async def bundles(request: Request) -> Response:
        posted = from_bytes(PostBundles, (await caller(request)).body)
        return _answer(await run_in_threadpool(relay.take_in, posted.bundles, posted.blobs))

    @app.post("/v1/round")
    async def round_(request: Request) -> Response:
        signed = await caller(request)
        asked = from_bytes(Round, signed.body)
        return _answer(await _round(relay, signed.signed.kid, asked))

    @app.get("/v1/bundles/{digest}")
    async def bundle(request: Request, digest: str) -> Response:
        await caller(request)
        data = await run_in_threadpool(relay.store.bundle, _digest(digest))
        if data is None:
            raise KnownError("relay.missing", what=digest[:16])
        return Response(data, media_type=MEDIA_TYPE)

    @app.get("/v1/feed")
    async def feed(
        request: Request,
        after: Annotated[int, Query(ge=0)],
        recipients: Annotated[str, Query(alias="for")],
        wait: Annotated[float, Query(ge=0, le=LIMITS.wait.total_seconds())] = 0,
    ) -> Response:
        await caller(request)
        wanted = [_digest(text) for text in recipients.split(",")][: LIMITS.recipients_in_feed]
        return _answer(await _long_poll(lambda: relay.feed(after, wanted), wait))

    @app.get("/v1/log/head")
    async def head(request: Request) -> Response:
        await caller(request)
        return Response(await run_in_threadpool(relay.tree_head), media_type=MEDIA_TYPE)

    @app.get("/v1/log/consistency")
    async def consistency(
        request: Request, old: Annotated[int, Query(alias="from", ge=1)], new: Annotated[int, Query(alias="to", ge=1)]
    ) -> Response:
        await caller(request)
        return _answer(await run_in_threadpool(relay.consistency, old, new))

    @app.post("/v1/devices/status")
    async def status(request: Request) -> Response:
        asked = await caller(request)
        await run_in_threadpool(relay.take_status, asked.signed.kid, asked.body)
        return Response(status_code=204)

    @app.get("/v1/devices")
    async def devices(request: Request) -> Response:
        await caller(request)
        return _answer(Devices(devices=await run_in_threadpool(relay.devices)))

    return app


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LIMITS.request:
            raise KnownError("relay.too_large", limit=LIMITS.request)
    return bytes(body)


def _check(relay: Relay, directory: Directory, clock: Clock, request: Request, body: bytes) -> SignedHeaders:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return relay.check_request(
        request.method, request.url.path, request.url.query, body, headers, directory, clock.now()
    )


async def _round(relay: Relay, kid: bytes, asked: Round) -> RoundAnswer:
    """What there is; with nothing for the device, as soon as something came or when it has waited long enough."""
    answer = await run_in_threadpool(relay.round, kid, asked)
    left = min(asked.wait_ms / 1000, LIMITS.wait.total_seconds())
    if answer.items or left <= 0:
        return answer
    while left > 0:
        await asyncio.sleep(POLL_SECONDS)
        left -= POLL_SECONDS
        if await run_in_threadpool(relay.anything, asked):
            break
    return await run_in_threadpool(relay.round, kid, msgspec.structs.replace(asked, status=b""))


async def _long_poll(ask: Callable[[], Feed], wait: float) -> Feed:
    waited = 0.0
    while True:
        found = await run_in_threadpool(ask)
        if found.items or waited >= wait:
            return found
        await asyncio.sleep(POLL_SECONDS)
        waited += POLL_SECONDS


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
