"""Many devices that send at once, as cheaply as it goes: requests are signed beforehand, answers are only counted."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from enforcement.exchange import PostBundles
from enforcement.values.shapes import to_bytes
from tests.support.relays import Sender


@dataclass
class Shot:
    """A request ready to be sent, and the bundles in it."""

    data: bytes
    digests: tuple[bytes, ...]


@dataclass
class Result:
    """Seconds of each answer; what was answered with something else than 200."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bundles: int = 0

    def rate(self) -> float:
        return self.bundles / self.seconds

    def at(self, part: float) -> float:
        return sorted(self.latencies)[min(len(self.latencies) - 1, int(len(self.latencies) * part))]


def shot(by: Sender, count: int) -> Shot:
    """A POST of so many new bundles of one device."""
    made = [by.bundle() for _ in range(count)]
    body = to_bytes(PostBundles(bundles=tuple(one.data for one in made)))
    headers = by.request("POST", "/v1/bundles", body)
    lines = [f"{name}: {value}" for name, value in headers.items()]
    top = "\r\n".join(["POST /v1/bundles HTTP/1.1", "Host: relay", f"Content-Length: {len(body)}", *lines, "", ""])
    return Shot(top.encode() + body, tuple(one.digest for one in made))


class _Device(asyncio.Protocol):
    """One connection: the next request as soon as the last one is answered."""

    def __init__(self, shots: list[Shot], result: Result) -> None:
        self._shots, self._result, self._buffer, self._at = iter(shots), result, bytearray(), 0.0
        self._shot: Shot | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end]).lower()
        place = head.find(b"content-length:") + 15
        length = int(head[place : head.find(b"\r", place) if head.find(b"\r", place) > 0 else len(head)])
        if len(self._buffer) < end + 4 + length:
            return
        del self._buffer[: end + 4 + length]
        self._result.latencies.append(time.perf_counter() - self._at)
        status = int(head[9:12])
        self._result.statuses[status] = self._result.statuses.get(status, 0) + 1
        if status == 200:
            self._result.bundles += len(self._shot.digests)
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the relay hung up"))

    def _next(self) -> None:
        self._shot = next(self._shots, None)
        if self._shot is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._at = time.perf_counter()
        self._transport.write(self._shot.data)


def fire(ports: list[int], shots: list[list[Shot]]) -> Result:
    """Each list is a device's; devices are spread over the relays."""
    result = Result()

    async def run() -> None:
        loop = asyncio.get_running_loop()
        begin = time.perf_counter()
        devices = []
        for number, mine in enumerate(shots):
            port = ports[number % len(ports)]
            _, device = await loop.create_connection(lambda mine=mine: _Device(mine, result), "127.0.0.1", port)
            devices.append(device)
        await asyncio.gather(*(device.done for device in devices))
        result.seconds = time.perf_counter() - begin

    asyncio.run(run())
    return result
