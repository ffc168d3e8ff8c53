"""The relay's connections answer at once."""

import socket

from central.relay.serving import listen


def test_what_the_relay_accepts_does_not_gather_small_pieces():
    listener = listen("127.0.0.1", 0)
    client = socket.create_connection(listener.getsockname())
    accepted, _ = listener.accept()
    try:
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    finally:
        for one in (client, accepted, listener):
            one.close()
