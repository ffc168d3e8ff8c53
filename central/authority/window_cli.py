"""The office for a window: what it shows, and every other command answered line by line, the keys stretched once.

`serve` reads a JSON list of words a line, as they would stand on the command line after the folder, and answers each with one line:
`{"result": …}`, or `{"error": CODE, "details": …}` and nothing changed. It ends where its input ends.
"""

from __future__ import annotations

import argparse
import errno
import io
import json
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any, TextIO

from central.authority.office import Office
from central.authority.overview import one_person, overview
from central.platform.lock import alone_in
from enforcement.values.errors import KnownError

Result = dict[str, Any]
Run = Callable[[Office, argparse.Namespace], Result]
Command = Callable[[str, Run, str], argparse.ArgumentParser]
READS = frozenset(("overview", "person", "card-data", "card", "page", "due", "history", "show", "template", "keys"))
"""Commands that change nothing in the folder, so that they need not wait for one that does."""
FULL = frozenset((errno.ENOSPC, errno.EDQUOT))
CLOSED = frozenset((errno.EROFS, errno.EACCES, errno.EPERM))
WAITS = 5.0


def add_commands(command: Command, parser: argparse.ArgumentParser) -> None:
    """What a window asks for; `parser` is the one that reads the words of `serve`."""
    command("overview", _overview, "every certificate, what may be done with it, and what is not published yet")
    person = command("person", _person, "one certificate with its portrait and everything that happened to it")
    person.add_argument("number")
    card = command("card-data", _card_data, "the card of a certificate as PDF in base64; nothing is written")
    card.add_argument("number")
    serve = command("serve", _serve, "answer commands line by line on standard input, for a window")
    serve.add_argument("--patience", type=float, default=WAITS, help="seconds to wait for another program at work here")
    serve.set_defaults(parser=parser)


def run_alone(office: Office, asked: argparse.Namespace, patience: float) -> Result:
    """Run a command, alone in the folder unless it only reads. Raises KnownError, the disk's own trouble among it."""
    with _disk_errors():
        if asked.command in READS or asked.command == "serve":
            return _result(office, asked)
        with alone_in(office.folder, patience):
            return _result(office, asked)


def _result(office: Office, asked: argparse.Namespace) -> Result:
    result: Result = asked.run(office, asked)
    return result


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise KnownError("store.disk_full") from error
        if error.errno in CLOSED:
            why = error.strerror or str(error)
            raise KnownError("output.not_written", file=str(error.filename or ""), why=why) from error
        raise


def _overview(office: Office, _: argparse.Namespace) -> Result:
    found = overview(office)
    office.keys.secret("timestamp")  # whoever looks has the office's password
    return found


def _person(office: Office, asked: argparse.Namespace) -> Result:
    found = one_person(office, asked.number)
    return {**found, "photo": b64encode(found["photo"]).decode()}


def _card_data(office: Office, asked: argparse.Namespace) -> Result:
    from central.authority.card import issue_card  # reportlab and the fonts take a fifth of a second

    return {"number": asked.number, "pdf": b64encode(issue_card(office, asked.number)).decode()}


def _serve(office: Office, asked: argparse.Namespace) -> Result:
    return serve(office, asked.parser, asked.patience, sys.stdin, sys.stdout)


def serve(office: Office, parser: argparse.ArgumentParser, patience: float, lines: TextIO, answers: TextIO) -> Result:
    """Answer until the lines end; how many were answered."""
    count = 0
    for line in lines:
        answers.write(json.dumps(_answer(office, parser, patience, line), ensure_ascii=True) + "\n")
        answers.flush()
        count += 1
    return {"answered": count}


def _answer(office: Office, parser: argparse.ArgumentParser, patience: float, line: str) -> Result:
    try:
        asked = _read(office, parser, line)
        return {"result": run_alone(office, asked, patience)}
    except KnownError as error:
        return {"error": error.code, "details": plain(error)}
    except OSError as error:
        why = f"{error.strerror}: {error.filename}"
        return {"error": "tool.failed", "details": {"tool": parser.prog, "why": why}}


def _read(office: Office, parser: argparse.ArgumentParser, line: str) -> argparse.Namespace:
    """The words of a line. Raises KnownError(input.invalid) for what the command line would refuse."""
    said = io.StringIO()
    try:
        words = json.loads(line)
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words) or "serve" in words[:1]:
            raise KnownError("input.invalid", field="command", why="a list of words is needed")
        with redirect_stderr(said):
            return parser.parse_args([str(office.folder), *words])
    except ValueError as error:
        raise KnownError("input.invalid", field="command", why=str(error)) from error
    except SystemExit as error:
        last = said.getvalue().strip().rpartition("\n")[2]
        raise KnownError("input.invalid", field="command", why=last.partition("error: ")[2] or last) from error


def plain(error: KnownError) -> Result:
    """An error's details as JSON takes them."""
    return {
        name: list(value) if isinstance(value, tuple) else value if isinstance(value, int) else str(value)
        for name, value in error.details.items()
    }
