"""Whatever the relay's own description of its requests allows, and whatever it does not: no answer of the 500s. Signed, so that it gets
past the door; the log and the blobs of a real store behind it.
"""

import os
import shutil
import time

import pytest
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from starlette.requests import Request

from central.relay.api import make_app
from enforcement.exchange import sign_request
from enforcement.values.cose import KeySigner
from enforcement.values.encoding import encode
from tests.support.sync_four import Four, Prepared, scratch

BYTES = {"type": "string", "minLength": 0, "maxLength": 200}
NAME = {"type": "string", "minLength": 32, "maxLength": 32, "pattern": "^[a-z]{32}$"}
SMALL = {"type": "integer", "minimum": 0, "maximum": 30}
NUMBER = {"anyOf": [SMALL, SMALL, {"type": "integer", "minimum": -2, "maximum": 2**64 - 1}]}


def many(kind):
    return {"type": "array", "items": kind, "maxItems": 5}


def record(**fields):
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


BODIES = {
    ("/v1/round", "post"): record(
        status=BYTES, size=NUMBER, sizes=many(NUMBER), after=NUMBER,
        recipients=many(NAME), skip=many(NUMBER), budget=NUMBER, wait_ms={"type": "integer", "minimum": -1, "maximum": 50},
        devices_since=NUMBER,
    ),
    ("/v1/bundles", "post"): {"anyOf": [record(bundles=many(BYTES)), record(bundles=many(BYTES), blobs=many(BYTES))]},
    ("/v1/blobs/missing", "post"): record(digests=many({"anyOf": [NAME, BYTES]})),
    ("/v1/blobs/{digest}", "put"): BYTES,
    ("/v1/devices/status", "post"): BYTES,
}  # fmt: skip


@schemathesis.serializer("application/cbor")
def as_cbor(_, value):
    return value if isinstance(value, bytes) else _raw(value) if isinstance(value, str) else encode(_plain(value))


def _raw(text):
    return text.encode("utf-8", "surrogatepass")


def _plain(value):
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case str():
            return _raw(value)
        case float():
            return int(value)
    return value


class Signing:
    """Every request to /v1 is signed by a device before it comes in."""

    def __init__(self, app, signer, clock):
        self.app, self.signer, self.clock = app, signer, clock

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            return await self.app(scope, receive, send)
        request = Request(scope, receive)
        body = await request.body()
        url = request.url
        signed = sign_request(scope["method"], url.path, url.query, body, self.signer, self.clock.now(), os.urandom(16))
        names = {name.lower().encode() for name in signed}
        headers = [pair for pair in scope["headers"] if pair[0] not in names]
        headers += [(name.lower().encode(), value.encode()) for name, value in signed.items()]

        async def again():
            return {"type": "http.request", "body": body, "more_body": False}

        return await self.app({**scope, "headers": headers}, again, send)


@pytest.fixture(scope="module")
def four():
    prepared = Prepared(scratch())
    made = Four(prepared)
    for name in ("one", "two"):
        device = made.devices[name]
        device.photograph(device.opened())
        assert device.engine.step().problem is None
    yield made
    made.close()
    shutil.rmtree(prepared.folder, ignore_errors=True)


@pytest.fixture(scope="module")
def schema(four):
    memory = four.relay
    app = make_app(memory.relay, memory.directory, four.world)
    described = app.openapi()
    for (path, method), body in BODIES.items():
        described["paths"][path][method]["requestBody"] = {
            "required": True,
            "content": {"application/cbor": {"schema": body}},
        }
    for operations in described["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in ("digest", "for"):
                    parameter["schema"] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    app.openapi_schema = described
    signer = KeySigner(Ed25519PrivateKey.from_private_bytes(four.devices["one"].secrets.seed))
    return schemathesis.openapi.from_asgi("/openapi.json", Signing(app, signer, four.world))


def hammer(schema, examples, until=None):
    """Requests of every operation; how many of each status."""
    seen = {}
    for result in schema.get_all_operations():
        operation = result.ok()

        def send(case):
            if until is not None and time.monotonic() > until:
                return
            answer = case.call()
            seen[operation.label, answer.status_code] = seen.get((operation.label, answer.status_code), 0) + 1  # noqa: B023
            case.validate_response(answer, checks=[not_a_server_error])

        from hypothesis import given

        given(case=operation.as_strategy())(
            settings(
                max_examples=examples, deadline=None, database=None, derandomize=until is None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )(send)
        )()  # fmt: skip
    print(seen)
    return seen


def test_no_server_error(schema):
    seen = hammer(schema, 12)
    assert {label for label, status in seen if status in (200, 204)} >= {
        "POST /v1/round", "POST /v1/bundles", "POST /v1/blobs/missing", "GET /v1/log/head",
    }  # fmt: skip
    assert max(status for _, status in seen) < 500


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_server_error_in_ten_minutes(schema):
    until, total = time.monotonic() + 600, 0
    while time.monotonic() < until:
        total += sum(hammer(schema, 200, until).values())
    print(f"{total} requests in ten minutes")
    assert total > 1_000
