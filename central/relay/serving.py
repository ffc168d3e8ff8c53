"""The listeners of one process: devices' requests, and the operator's pages where they are wanted."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI


class _Beside(uvicorn.Server):
    """A server that leaves the signals to the other one."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket whose connections answer at once. asyncio sees to that only on sockets that say they are TCP; what is accepted
    here inherits it. Without it every answer waits some 40 ms for the other side to acknowledge its first piece.
    """
    listener = socket.create_server((host, port), backlog=256)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve(app: FastAPI, listener: socket.socket, operator: tuple[FastAPI, socket.socket] | None) -> None:
    """Until SIGTERM or SIGINT; what is being written is finished."""
    main = uvicorn.Server(_config(app))

    async def both() -> None:
        if operator is None:
            _tell_ready()
            await main.serve(sockets=[listener])
            return
        beside = _Beside(_config(operator[0]))
        pages = asyncio.create_task(beside.serve(sockets=[operator[1]]))
        _tell_ready()
        await main.serve(sockets=[listener])
        beside.should_exit = True
        await pages

    def stop(*_: object) -> None:
        main.should_exit = (
            True  # before uvicorn listens for signals; afterwards it raises them again, and they come here too
        )

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
    with asyncio.Runner(loop_factory=_config(app).get_loop_factory()) as runner:
        runner.run(both())


def _config(app: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="off", backlog=256, timeout_graceful_shutdown=30
    )


def _tell_ready() -> None:
    """systemd's Type=notify, where it asked (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as said:
            said.sendto(b"READY=1", f"\0{address[1:]}" if address.startswith("@") else address)
