"""The relay's connections answer at once, and it ends when it is asked to."""

import os
import signal
import socket
import time

import uvicorn
from fastapi import FastAPI

from central.relay.serving import listen, serve


def test_what_the_relay_accepts_does_not_gather_small_pieces():
    listener = listen("127.0.0.1", 0)
    client = socket.create_connection(listener.getsockname())
    accepted, _ = listener.accept()
    try:
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    finally:
        for one in (client, accepted, listener):
            one.close()


def test_a_signal_that_comes_before_the_server_stands_ends_it(monkeypatch):
    whole, before = uvicorn.Server.serve, [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)]

    async def early(self, sockets):
        os.kill(os.getpid(), signal.SIGTERM)
        await whole(self, sockets)

    monkeypatch.setattr(uvicorn.Server, "serve", early)
    begun = time.monotonic()
    try:
        serve(FastAPI(), listen("127.0.0.1", 0), None)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert time.monotonic() - begun < 10
