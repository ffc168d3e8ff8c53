"""hengchi-relay: init, serve, key, backup, restore, courier."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.platform.clock import clock_of
from central.platform.files import write_durably
from central.relay.api import make_app
from central.relay.audit import Audit
from central.relay.backup import Manifest, back_up, restore
from central.relay.courier import Courier, open_folder
from central.relay.directory import Directory
from central.relay.limits import read_limits
from central.relay.metrics import Metrics
from central.relay.operator import make_operator_app
from central.relay.services import Relay
from central.relay.serving import listen, serve
from central.relay.store import RelayStore, SqliteStore
from central.relay.store.folder import FolderBlobs
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError

KEY_FILE = "relay.key"
DATABASE = "HENGCHI_RELAY_DATABASE"


def main(argv: list[str] | None = None) -> int:
    """Exit code 0, or 1 with a sentence on standard error."""
    asked = words().parse_args(argv)
    try:
        return int(asked.run(asked))
    except KnownError as error:
        print(f"hengchi-relay: {error}", file=sys.stderr)
        return 1


def words() -> argparse.ArgumentParser:
    """What the program understands."""
    parser = argparse.ArgumentParser(prog="hengchi-relay", description="Takes in and hands out sealed case bundles.")
    commands = parser.add_subparsers(required=True)
    init = commands.add_parser("init", help="make the relay's key and pin the authority's root")
    serving = commands.add_parser("serve", help="answer requests")
    key = commands.add_parser("key", help="print the relay's public key, for the authority's set")
    backup = commands.add_parser("backup", help="add to a folder what it does not hold yet; the relay may go on")
    restoring = commands.add_parser("restore", help="fill an empty store from a backup")
    carrying = commands.add_parser("courier", help="take in what devices put on a stick, and put their answers there")
    carrying.add_argument("folder", type=Path, help="the stick")
    for command in (init, serving, key, backup, restoring, carrying):
        command.add_argument("--data", type=Path, required=True, help="the relay's own folder")
    for command in (init, serving, carrying):
        command.add_argument("--clock", type=Path, help=argparse.SUPPRESS)
        command.add_argument("--authority", type=Path, required=True, help="the authority's published repository")
    for command in (serving, backup, restoring, carrying):
        command.add_argument("--database", help=f"postgresql://…; else {DATABASE}, else SQLite in the folder")
        command.add_argument("--blobs", help="a folder, or s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME]")
        command.add_argument("--limits", type=Path, help="limits instead of those that ship")
    for command in (backup, restoring):
        command.add_argument("folder", type=Path, help="where the backup lies")
    backup.add_argument("--with-key", action="store_true", help="the relay's key too: whoever has it can sign receipts")
    serving.add_argument("--listen", default="127.0.0.1:8470", help="host:port; port 0 takes a free one")
    serving.add_argument("--port-file", type=Path, help="written with the port once the relay answers")
    serving.add_argument("--operator", help="host:port of the operator's pages: /health, /metrics, /audit")
    for command, run in (
        (init, _init), (serving, _serve), (key, _key), (backup, _backup), (restoring, _restore), (carrying, _courier),
    ):  # fmt: skip
        command.set_defaults(run=run)
    return parser


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
    clock, limits, metrics = clock_of(asked.clock), read_limits(asked.limits), Metrics()
    directory = Directory(asked.authority, asked.data, clock)
    relay = Relay(_store(asked), directory, _signer(asked.data), clock, limits)
    audit = Audit(asked.data / "audit", clock, limits.operator.audit_days)
    app = make_app(relay, directory, clock, metrics, audit)
    listener = listen(*_place(asked.listen))
    pages = None
    if asked.operator:
        pages = (make_operator_app(relay, directory, clock, metrics, audit), listen(*_place(asked.operator)))
    audit.write("operator", "serve", "begins", listen=asked.listen)
    if asked.port_file:
        write_durably(asked.port_file, str(listener.getsockname()[1]).encode(), 0o644)
    audit.flush()
    serve(app, listener, pages)
    app.state.gate.close()
    relay.store.close()
    audit.write("operator", "serve", "ends")
    audit.close()
    return 0


def _backup(asked: argparse.Namespace) -> int:
    def work(store: RelayStore) -> Manifest:
        made = back_up(store, asked.folder)
        if asked.with_key:
            write_durably(asked.folder / KEY_FILE, (asked.data / KEY_FILE).read_bytes())
        return made

    return _operate(asked, "backup", work)


def _restore(asked: argparse.Namespace) -> int:
    kept, path = asked.folder / KEY_FILE, asked.data / KEY_FILE
    if not path.exists() and kept.is_file():
        asked.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, kept.read_bytes())
    key = _signer(asked.data).key.public_key()
    return _operate(asked, "restore", lambda store: restore(store, asked.folder, key))


def _courier(asked: argparse.Namespace) -> int:
    clock, limits, signer = clock_of(asked.clock), read_limits(asked.limits), _signer(asked.data)
    directory = Directory(asked.authority, asked.data, clock)
    folder = open_folder(asked.folder, asked.authority)
    audit, store = Audit(asked.data / "audit", clock, limits.operator.audit_days), _store(asked)
    try:
        relay = Relay(store, directory, signer, clock, limits)
        done = Courier(relay, directory, signer, asked.authority, folder, audit).run()
        audit.write("operator", "courier", "ok", folder=str(folder.path), bundles=done.accepted, answers=done.answered)
    except KnownError as error:
        audit.write("operator", "courier", error.code)
        raise
    finally:
        store.close()
        audit.close()
    print(f"{done.accepted} bundles taken in, {done.known} known, {done.incomplete} without all their attachments")
    print(f"{done.answered} devices answered, {done.put} bundles put on the stick")
    for line in done.ignored:
        print(f"not taken: {line}")
    if done.full:
        print("the stick has no room for everything: bring it again once it was read")
    return 0


def _operate(asked: argparse.Namespace, what: str, work: Callable[[RelayStore], Manifest]) -> int:
    """An operator's doing on the store, and its line in the audit."""
    audit = Audit(asked.data / "audit", clock_of(None), read_limits(asked.limits).operator.audit_days)
    store = _store(asked)
    try:
        made = work(store)
        audit.write("operator", what, "ok", bundles=made.size)
    except KnownError as error:
        audit.write("operator", what, error.code)
        raise
    finally:
        store.close()
        audit.close()
    print(f"{made.size} bundles, root {made.root}")
    return 0


def _store(asked: argparse.Namespace) -> RelayStore:
    url = asked.database or os.environ.get(DATABASE, "")
    if not url:
        if asked.blobs:
            raise KnownError("input.invalid", field="blobs", why="with SQLite they lie in the relay's folder")
        return SqliteStore(asked.data)
    # drivers of the server extra, which a relay on SQLite does not need
    from central.relay.store.objects import ObjectBlobs
    from central.relay.store.postgres import PostgresStore

    blobs = asked.blobs or ""
    if blobs.startswith("s3:"):
        return PostgresStore(url, ObjectBlobs.at(blobs))
    return PostgresStore(url, FolderBlobs(Path(blobs) if blobs else asked.data / "blobs"))


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdecimal():
        raise KnownError("input.invalid", field="listen", why=f"{text}: host:port")
    return host, int(port)


def _signer(data: Path) -> KeySigner:
    try:
        return KeySigner(Ed25519PrivateKey.from_private_bytes((data / KEY_FILE).read_bytes()))
    except FileNotFoundError as error:
        raise KnownError("input.invalid", field="data", why="run init first") from error
