"""A bad line: a proxy on loopback with so many bits a second each way, a round trip, and connections that are cut now and then."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time

CHUNK = 4_096
IN_FLIGHT = 128 << 10
"""Bytes that the line itself holds, each way."""


class SlowLink:
    """Everything that goes through shares the line. Counts the bytes of each way and the cuts."""

    def __init__(self, port: int, *, bits: float = 2e6, rtt: float = 0.3, cut_every: float = 0.0) -> None:
        self.target, self.bits, self.rtt, self.cut_every = port, bits, rtt, cut_every
        self.up = self.down = self.cuts = self.connections = 0
        self._free = {"up": 0.0, "down": 0.0}
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()

    def _run(self, ready):
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = self._server.sockets[0].getsockname()[1]
        self._open: set[asyncio.StreamWriter] = set()
        if self.cut_every:
            self._cutter = self._loop.create_task(self._cut())
        ready.set()
        self._loop.run_forever()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    async def _cut(self):
        while True:
            await asyncio.sleep(self.cut_every)
            for writer in list(self._open):
                self.cuts += 1
                with contextlib.suppress(OSError):
                    writer.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                    )
                writer.transport.abort()

    async def _serve(self, reader, writer):
        self.connections += 1
        self._open.add(writer)
        await asyncio.sleep(self.rtt)  # the handshake
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._open.add(far_writer)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(self._pump("up", reader, far_writer), self._pump("down", far_reader, writer))
        for one in (writer, far_writer):
            self._open.discard(one)
            one.close()

    async def _pump(self, way, reader, writer):
        queue: asyncio.Queue = asyncio.Queue(IN_FLIGHT // CHUNK)

        async def deliver():
            while (item := await queue.get()) is not None:
                at, data = item
                if writer.is_closing():
                    continue  # what is still on its way when the line is cut arrives nowhere
                await asyncio.sleep(max(0.0, at - time.monotonic()))
                with contextlib.suppress(OSError):
                    writer.write(data)
                    await writer.drain()

        delivering = self._loop.create_task(deliver())
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while data := await reader.read(CHUNK):
                setattr(self, way, getattr(self, way) + len(data))
                sent = max(time.monotonic(), self._free[way]) + len(data) * 8 / self.bits
                self._free[way] = sent
                await queue.put((sent + self.rtt / 2, data))
        await queue.put(None)
        with contextlib.suppress(OSError):
            await delivering
            if writer.can_write_eof():
                writer.write_eof()

    def close(self):
        async def end():
            self._server.close()
            for writer in list(self._open):
                writer.transport.abort()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
