"""hengchi-relay: init, serve, key."""

from __future__ import annotations

import argparse
import socket
import sys
from pathlib import Path

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.platform.clock import clock_of
from central.platform.files import write_durably
from central.relay.api import make_app
from central.relay.directory import Directory
from central.relay.services import Relay
from central.relay.store import SqliteStore
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError

KEY_FILE = "relay.key"


def main(argv: list[str] | None = None) -> int:
    """Exit code 0, or 1 with a sentence on standard error."""
    parser = argparse.ArgumentParser(prog="hengchi-relay", description="Takes in and hands out sealed case bundles.")
    commands = parser.add_subparsers(required=True)
    init = commands.add_parser("init", help="make the relay's key and pin the authority's root")
    serve = commands.add_parser("serve", help="answer requests")
    key = commands.add_parser("key", help="print the relay's public key, for the authority's set")
    for command in (init, serve, key):
        command.add_argument("--data", type=Path, required=True, help="the relay's own folder")
    for command in (init, serve):
        command.add_argument("--clock", type=Path, help=argparse.SUPPRESS)
        command.add_argument("--authority", type=Path, required=True, help="the authority's published repository")
    serve.add_argument("--listen", default="127.0.0.1:8470", help="host:port; port 0 takes a free one")
    serve.add_argument("--port-file", type=Path, help="written with the port once the relay answers")
    init.set_defaults(run=_init)
    serve.set_defaults(run=_serve)
    key.set_defaults(run=_key)
    asked = parser.parse_args(argv)
    try:
        return int(asked.run(asked))
    except KnownError as error:
        print(f"hengchi-relay: {error}", file=sys.stderr)
        return 1


def _init(asked: argparse.Namespace) -> int:
    path = asked.data / KEY_FILE
    if not path.exists():
        asked.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, Ed25519PrivateKey.generate().private_bytes_raw())
    root = asked.authority / "metadata" / "1.root.json"
    if not root.is_file():
        raise KnownError("authority.untrusted", what="root", why=f"{root.name} is not in the repository")
    Directory(asked.authority, asked.data, clock_of(asked.clock)).trust(root.read_bytes())
    return _key(asked)


def _key(asked: argparse.Namespace) -> int:
    print(_signer(asked.data).key.public_key().public_bytes_raw().hex())
    return 0


def _serve(asked: argparse.Namespace) -> int:
    clock = clock_of(asked.clock)
    directory = Directory(asked.authority, asked.data, clock)
    relay = Relay(SqliteStore(asked.data), directory, _signer(asked.data), clock)
    host, _, port = asked.listen.rpartition(":")
    listener = listen(host, int(port))
    if asked.port_file:
        write_durably(asked.port_file, str(listener.getsockname()[1]).encode(), 0o644)
    config = uvicorn.Config(make_app(relay, directory, clock), log_level="warning", access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])
    relay.store.close()
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket whose connections answer at once. asyncio sees to that only on sockets that say they are TCP; what is accepted
    here inherits it. Without it every answer waits some 40 ms for the other side to acknowledge its first piece.
    """
    listener = socket.create_server((host, port), backlog=256)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _signer(data: Path) -> KeySigner:
    try:
        return KeySigner(Ed25519PrivateKey.from_private_bytes((data / KEY_FILE).read_bytes()))
    except FileNotFoundError as error:
        raise KnownError("input.invalid", field="data", why="run init first") from error
