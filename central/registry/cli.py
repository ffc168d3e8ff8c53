"""hengchi-registry: the agency's register on the command line."""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import os
import signal
import sys
import threading  # noqa: TID251 - an event that a signal sets, no thread
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from central.platform.clock import clock_of
from central.platform.files import write_durably
from central.registry.services import books, log
from central.registry.services.client import RelayClient
from central.registry.services.identity import Identity
from central.registry.services.publicity import publicity
from central.registry.services.pulling import Pulled, Puller
from central.registry.services.trusted import trusted_of
from central.registry.services.verifying import verify
from central.registry.services.words import LANGUAGES
from central.registry.store import Register, open_register
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text

PASSWORD_ENV = "HENGCHI_REGISTRY_PASSWORD"
MAX_GRANT = 1 << 20
POLL_SECONDS, AGAIN_SECONDS, LONGEST_SECONDS = 25.0, 2.0, 120.0
Asked = argparse.Namespace
Result = dict[str, Any]


def main(argv: list[str] | None = None) -> int:
    """Exit code 0; 1 with a sentence on standard error; 2 when `verify` found a difference or `pull` an inconsistent log."""
    asked = _parser().parse_args(argv)
    try:
        result: Result = asked.run(asked)
    except KnownError as error:
        if asked.json:
            print(json.dumps({"error": error.code}, ensure_ascii=False))
        print(f"hengchi-registry: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"hengchi-registry: {error.strerror}: {error.filename}", file=sys.stderr)
        return 1
    code = int(result.pop("exit", 0))
    if asked.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for name, value in result.items():
            _show(name, value)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hengchi-registry", description="Opens every bundle, checks everything again, keeps the register."
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--password-file", type=Path, help=f"the registry's password; otherwise ${PASSWORD_ENV}")
    language = "zh" if os.environ.get("LANG", "").startswith("zh") else "en"
    parser.add_argument("--language", choices=LANGUAGES, default=language, help="of the reasons")
    parser.add_argument("--clock", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("directory", type=Path, help="where the registry is kept")
    commands = parser.add_subparsers(required=True)

    def command(name: str, run: Callable[[Asked], Result], words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words)
        made.set_defaults(run=run)
        return made

    init = command("init", _init, "make keys and the request that hengchi-authority registry takes")
    init.add_argument("--label", required=True, help="how the roster calls it")
    init.add_argument("--request", type=Path, required=True, help="where the request is written")
    init.add_argument("--database", default="", help="SQLAlchemy URL of a PostgreSQL database; default a file here")
    grant = command("grant", _grant, "take the grant that hengchi-authority wrote")
    grant.add_argument("file", type=Path)
    pull = command("pull", _pull, "fetch what the relay has, check it, keep it")
    pull.add_argument("--follow", action="store_true", help="go on until stopped (SIGTERM, Ctrl+C)")
    pull.add_argument("--relay", default="", help="another address than the grant's")
    anew = command("begin-anew", _anew, "after the relay was restored from a backup: watch its log from now on")
    anew.add_argument("--words", required=True, help="why; stays on the list")
    bring = command("import", _import, "take in what a courier brought: bundles as files, the agency's set beside them")
    bring.add_argument("folder", type=Path)
    bad = command("refused", _refused, "what is not believed, or not yet, with the reason")
    bad.add_argument("--weight", choices=("refused", "waiting", "noted"), default="")
    command("cases", _cases, "every case and inspection as it stands")
    command("books", _books, "sums by unit and month: acts, bundles, decisions, fines")
    command("devices", _devices, "each device: what came of it, what it announced, gaps and forks")
    journal = command("journal", _journal, "CSV of every entry: hash, device, number, unit, month, kind, bundle")
    journal.add_argument("--out", type=Path, required=True)
    command("verify", _verify, "make the register again from the kept bundles, and compare")
    export = command("export", _export, "CSV for publicity (公示), without personal data")
    export.add_argument("--out", type=Path, required=True)
    return parser


def _identity(asked: Asked) -> Identity:
    file = asked.password_file
    return Identity(asked.directory, file.read_text("utf-8").strip() if file else os.environ.get(PASSWORD_ENV, ""))


def _init(asked: Asked) -> Result:
    request = _identity(asked).begin(asked.label, asked.database, clock_of(asked.clock))
    _open(asked).close()
    write_durably(asked.request, request)
    return {"request": str(asked.request)}


def _grant(asked: Asked) -> Result:
    if asked.file.stat().st_size > MAX_GRANT:
        raise KnownError("encoding.wrong_shape", why="not a registry's grant")
    grant = _identity(asked).take_grant(asked.file.read_bytes())
    return {"device": str(grant.device), "relay": grant.relay}


def _pull(asked: Asked) -> Result:
    identity = _identity(asked)
    grant, clock, register = identity.grant, clock_of(asked.clock), _open(asked)
    client = RelayClient(asked.relay or grant.relay, identity.signer, clock)
    puller = Puller(register, identity.opener, clock, grant.root)
    try:
        if asked.follow:
            _follow(puller, client)
            return {}
        return _pulled(puller.pull(client))
    finally:
        client.close()
        register.close()


def _follow(puller: Puller, client: RelayClient) -> None:
    """Round after round; slower while the relay does not answer."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    pause, told = AGAIN_SECONDS, ""
    while not stop.is_set():
        try:
            found = puller.pull(client, POLL_SECONDS)
            pause, words = AGAIN_SECONDS, "" if found.consistent else "log.inconsistent"
        except KnownError as error:
            pause, words = min(pause * 2, LONGEST_SECONDS), str(error)
        if words and words != told:
            print(f"hengchi-registry: {words}", file=sys.stderr, flush=True)
        told = words
        if words:
            stop.wait(pause)


def _anew(asked: Asked) -> Result:
    register = _open(asked)
    try:
        with register.write() as session:
            log.begin_anew(session, asked.words)
    finally:
        register.close()
    return {"begun": asked.words}


def _import(asked: Asked) -> Result:
    identity, register = _identity(asked), _open(asked)
    puller = Puller(register, identity.opener, clock_of(asked.clock), identity.grant.root)
    try:
        return _pulled(puller.take_folder(asked.folder))
    finally:
        register.close()


def _pulled(found: Pulled) -> Result:
    return {**dataclasses.asdict(found), "exit": 0 if found.consistent else 2}


def _refused(asked: Asked) -> Result:
    with _reading(asked) as session:
        return {"refused": books.refused(session, asked.language, asked.weight)}


def _cases(asked: Asked) -> Result:
    with _reading(asked) as session:
        return {"cases": books.cases(session)}


def _books(asked: Asked) -> Result:
    with _reading(asked) as session:
        return {**books.totals(session), "books": [dataclasses.asdict(one) for one in books.books(session)]}


def _devices(asked: Asked) -> Result:
    with _reading(asked) as session:
        return {"devices": books.devices(session, trusted_of(session).index.roster)}


def _journal(asked: Asked) -> Result:
    with _reading(asked) as session:
        text, count = books.journal(session)
    write_durably(asked.out, text.encode())
    return {"file": str(asked.out), "entries": count}


def _verify(asked: Asked) -> Result:
    register = _open(asked)
    try:
        found = verify(register, _identity(asked).opener)
    finally:
        register.close()
    return {**dataclasses.asdict(found), "exit": 2 if found.differences else 0}


def _export(asked: Asked) -> Result:
    with _reading(asked) as session:
        trusted = trusted_of(session)
        text = publicity(session, trusted.index.roster, trusted.calendar)
    write_durably(asked.out, b"\xef\xbb\xbf" + text.encode(), 0o644)  # spreadsheets know UTF-8 by its mark
    return {"file": str(asked.out), "decisions": sum(1 for _ in csv.reader(text.splitlines())) - 1}


def _open(asked: Asked) -> Register:
    return open_register(asked.directory, Identity(asked.directory).state().database)


@contextmanager
def _reading(asked: Asked) -> Iterator[Session]:
    register = _open(asked)
    try:
        with register.read() as session:
            yield session
    finally:
        register.close()


def _show(name: str, value: object) -> None:
    """A list as lines, sums in yuan; anything else as it is."""
    if not isinstance(value, list):
        print(f"{name}: {value}")
        return
    print(f"{name}: {len(value)}")
    for one in value:
        if isinstance(one, dict):
            told = [f"{key}={_money(key, item)}" for key, item in one.items() if item not in ("", None, 0)]
            print("  " + "  ".join(told))
        else:
            print(f"  {one}")


def _money(key: str, value: object) -> str:
    return f"{plain_text(value)}元" if key.endswith("_fen") and isinstance(value, int) else str(value)
