"""Signing and publishing by the office's own tool, run as a process: its keys and their password's use stay in there.

The password goes over in the environment of that one process, never in a file or on its command line.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from desktop.services.authoring_shapes import Signed
from enforcement.values.errors import CODES, KnownError

TOOL = "hengchi-authority"
PASSWORD_ENV = "HENGCHI_AUTHORITY_PASSWORD"
POLL_SECONDS = 0.2
_REFUSAL = re.compile(rf"{TOOL}: \d+ (?P<code>[a-z_]+\.[a-z_]+)(?: \((?P<details>.*)\))?")


def sign(authority: Path, password: str, source: Path, stopped: Callable[[], bool] = lambda: False) -> Signed:
    """Have the source built, proved, signed and taken in; once `stopped` says yes the tool is ended and nothing is signed.

    Raises KnownError as the tool refuses it (rules.pack_invalid, password.wrong, input.invalid), or (tool.failed).
    """
    found = _run(authority, password, ("pack", str(source)), stopped)
    return Signed(str(found.get("pack", "")), str(found.get("version", "")), str(found.get("digest", "")))


def publish(authority: Path, password: str) -> int:
    """Have the whole repository signed and written; its version. Raises KnownError(password.wrong), (tool.failed)."""
    return int(_run(authority, password, ("publish",), lambda: False).get("version", 0))


def is_authority(folder: Path) -> bool:
    """Whether an authority is kept there."""
    return (folder / "state.cbor").is_file() and (folder / "keys").is_dir()


def _run(authority: Path, password: str, words: tuple[str, ...], stopped: Callable[[], bool]) -> Mapping[str, Any]:
    command = [str(tool()), "--json", str(authority), *words]
    environment = {**os.environ, PASSWORD_ENV: password}
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
    except OSError as error:
        raise KnownError("tool.failed", tool=TOOL, why=error.strerror or str(error)) from error
    out, err = _outcome(process, stopped)
    if process.returncode:
        raise _refusal(err)
    try:
        return dict(json.loads(out))
    except ValueError as error:
        raise KnownError("tool.failed", tool=TOOL, why=out[:200]) from error


def _outcome(process: subprocess.Popen[str], stopped: Callable[[], bool]) -> tuple[str, str]:
    while True:
        try:
            return process.communicate(timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if stopped():
                process.terminate()
                process.communicate()
                raise KnownError("tool.failed", tool=TOOL, why="it was stopped") from None


def _refusal(err: str) -> KnownError:
    """What the tool said, as the error that it was."""
    found = _REFUSAL.search(err)
    if found is None or found["code"] not in CODES:
        return KnownError("tool.failed", tool=TOOL, why=err.strip().removeprefix(f"{TOOL}: ")[-300:] or "no words")
    return KnownError(found["code"], **_details(found["details"] or ""))


def _details(text: str) -> dict[str, Any]:
    """`name='value', …` as `KnownError` writes it."""
    try:
        call = ast.parse(f"f({text})", mode="eval").body
        assert isinstance(call, ast.Call)
        return {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
    except (SyntaxError, ValueError):
        return {"why": text}


def tool() -> Path:
    """Beside this program: where it is installed, or where it is packed."""
    return Path(sys.executable).parent / (f"{TOOL}.exe" if os.name == "nt" else TOOL)
