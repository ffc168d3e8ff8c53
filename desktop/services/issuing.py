"""The issuing office by its own tool, one process for as long as the office is open: keys and password stay in there.

The tool answers line by line (`hengchi-authority DIR serve`); every act of the window is the command of the same name.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from desktop.services.desk import Desk
from desktop.services.issuing_shapes import ActForm, Brought, CardFaces, CertificateLine, Holder, OfficeView
from desktop.services.publishing import PASSWORD_ENV, TOOL, is_authority, tool
from desktop.services.settings import change_settings, read_settings
from enforcement.values.clock import LOCAL
from enforcement.values.errors import CODES, KnownError
from resources.pinyin import initials

T = TypeVar("T")
END_SECONDS = 20.0
DATED = frozenset(("valid-from", "valid-to", "review-due", "next-due"))
SHAPES = ("%Y-%m-%d %H:%M", "%Y-%m-%d")


class IssuingTool:
    """The process. One question at a time; whoever asks waits. `end` may come from anywhere."""

    def __init__(self, folder: Path, password: str) -> None:
        """Raises KnownError(office.not_here), (tool.failed)."""
        if not is_authority(folder):
            raise KnownError("office.not_here", folder=str(folder))
        self.folder = folder
        try:
            self._process = subprocess.Popen(
                [str(tool()), str(folder), "serve"],
                env={**os.environ, PASSWORD_ENV: password, "PYTHONIOENCODING": "utf-8"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            raise KnownError("tool.failed", tool=TOOL, why=error.strerror or str(error)) from error

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, *words: str) -> dict[str, Any]:
        """The result of a command. Raises KnownError as the tool refuses it, (office.ended) when it is no more."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(list(words)) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (OSError, ValueError) as error:  # ValueError: it was ended meanwhile
            raise KnownError("office.ended", why=self._last_words()) from error
        if not line.endswith("\n"):
            raise KnownError("office.ended", why=self._last_words())
        answer = json.loads(line)
        if "error" not in answer:
            return dict(answer["result"])
        code, details = str(answer["error"]), dict(answer.get("details", {}))
        if code not in CODES:
            raise KnownError("tool.failed", tool=TOOL, why=code)
        raise KnownError(code, **details)

    def end(self) -> None:
        """Let it finish what it does, and no more."""
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except OSError:  # it is gone already
                pass

    def wait(self) -> None:
        """Until it is gone; one that does not go is made to."""
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def _last_words(self) -> str:
        """What it said before it ended; only asked once its output is closed."""
        try:
            code = self._process.wait(END_SECONDS)
            said = self._process.stderr.read().strip() if self._process.stderr is not None else ""
        except (subprocess.TimeoutExpired, ValueError, OSError):
            return TOOL
        return said.rpartition("\n")[2].removeprefix(f"{TOOL}: ")[-200:] or f"{TOOL}: {code}"


class Issuing:
    """What the place asks of an open office; each method waits for the tool."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def last_folder(self) -> str:
        """Where the office was when it was last opened from this device."""
        return read_settings(self.desk.profile).office

    def remember(self, folder: str) -> None:
        change_settings(self.desk.profile, office=folder)

    def view(self, tool: IssuingTool) -> OfficeView:
        """Everything, with what the list is searched by. Raises KnownError(password.wrong)."""
        found = _read(OfficeView, tool.ask("overview"))
        return replace(found, people=tuple(replace(one, initials=initials(one.name)) for one in found.people))

    def person(self, tool: IssuingTool, number: str) -> Holder:
        return _read(Holder, tool.ask("person", number))

    def do(self, tool: IssuingTool, form: ActForm) -> None:
        """Have an act taken in; nothing is when it raises. Raises KnownError."""
        tool.ask(*words_of_form(form))

    def publish(self, tool: IssuingTool) -> int:
        return int(tool.ask("publish")["version"])

    def bring(self, tool: IssuingTool, book: Path, *, only_look: bool) -> Brought:
        """Issue the certificates of a workbook, or only say which. Raises KnownError(roster.faulty) with every fault."""
        return _read(Brought, tool.ask("import", str(book), *(("--dry-run",) if only_look else ())))

    def template(self, tool: IssuingTool, path: Path) -> None:
        tool.ask("template", str(path))

    def card(self, tool: IssuingTool, number: str, draw: Callable[[bytes], Sequence[bytes]]) -> CardFaces:
        """The card, its code signed now; `draw` makes pictures of its pages."""
        pdf = msgspec.convert(tool.ask("card-data", number)["pdf"], bytes)
        return CardFaces(number, pdf, tuple(draw(pdf)))


def words_of_form(form: ActForm) -> tuple[str, ...]:
    """The command's words. Raises KnownError(input.invalid) for days that are none."""
    words = [form.act, form.number]
    if form.act == "photo":
        return (*words, form.texts["file"])
    for name, text in form.texts.items():
        if text:
            words.append(f"--{name}={day_of(name, text) if name in DATED else text}")
    words += [f"--{name}={text}" for name, texts in form.lists.items() for text in texts]
    if form.reason:
        words.append(f"--reason={form.reason}")
    if form.since:
        words.append(f"--since={instant_of(form.since)}")
    return tuple(words)


def instant_of(text: str) -> str:
    """A local day, or day and minute, with its zone. Raises KnownError(input.invalid)."""
    for shape in SHAPES:
        try:
            return datetime.strptime(text.strip(), shape).replace(tzinfo=LOCAL).isoformat()
        except ValueError:
            continue
    raise KnownError("input.invalid", field="since", why="a day such as 2026-10-14, or 2026-10-14 09:00")


def day_of(name: str, text: str) -> str:
    """A day as the tool reads it. Raises KnownError(input.invalid)."""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise KnownError("input.invalid", field=name.replace("-", "_"), why="a day such as 2026-10-14") from error


def urgent_first(people: Sequence[CertificateLine]) -> tuple[CertificateLine, ...]:
    """By the day by which something has to be done; those that are gone at the end."""
    return tuple(sorted(people, key=lambda one: (one.gone, one.next_day, one.number)))


def matching(people: Sequence[CertificateLine], which: str, words: str) -> tuple[CertificateLine, ...]:
    """Those of a filter (all, due, suspended, gone) whose name, number, unit or initials hold every word."""
    wanted = words.lower().split()

    def fits(one: CertificateLine) -> bool:
        text = f"{one.name} {one.number} {one.unit_name} {one.initials}".lower()
        return _of(one, which) and all(word in text for word in wanted)

    return tuple(one for one in people if fits(one))


def _of(one: CertificateLine, which: str) -> bool:
    match which:
        case "due":
            return bool(one.due)
        case "suspended":
            return one.state == "suspended"
        case "gone":
            return one.gone
    return True


def _read(shape: type[T], plain: dict[str, Any]) -> T:
    """Raises KnownError(tool.failed) for what is not of that shape: another edition of the tool answered."""
    try:
        return msgspec.convert(plain, shape)
    except msgspec.ValidationError as error:
        raise KnownError("tool.failed", tool=TOOL, why=str(error)) from error
