"""Onto paper or into a file. Nothing of ours lies in plaintext on the disk: the queue gets the PDF through a pipe."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
from pathlib import Path

from desktop.platform.files import write_durably
from enforcement.values.errors import KnownError

_REQUEST = re.compile(r"request id is (\S+)")


def save_pdf(path: Path, pdf: bytes) -> None:
    """Where the person wants it; raises KnownError(store.disk_full) or (output.not_written)."""
    try:
        write_durably(path, pdf, 0o644)
    except KnownError as error:
        if error.code != "store.read_only":
            raise
        raise KnownError("output.not_written", file=path.name, why=os.strerror(errno.EACCES)) from error
    except OSError as error:
        raise KnownError("output.not_written", file=path.name, why=error.strerror or "") from error


def printers() -> list[str]:
    """Names of CUPS queues; empty without CUPS."""
    if shutil.which("lpstat") is None:
        return []
    asked = cups("lpstat", "-e")
    return [line.strip() for line in asked.splitlines() if line.strip()] if asked else []


def print_pdf(pdf: bytes, printer: str, copies: int, *, two_sided: bool | None = None) -> str:
    """Hand the PDF to a queue; the job's id. The page keeps its size, for a form is measured in millimetres, and the job's name says
    nothing of the case; without `two_sided` the queue's own setting holds. Raises KnownError(printer.failed).
    """
    sides = {None: [], True: ["sides=two-sided-long-edge"], False: ["sides=one-sided"]}[two_sided]
    options = [part for one in (*sides, "media=A4", "print-scaling=none") for part in ("-o", one)]
    command = ["lp", "-d", printer, "-n", str(copies), "-t", "hengchi", *options, "-"]
    try:
        done = subprocess.run(command, input=pdf, capture_output=True, timeout=60, check=False, env=_plain_words())
    except (OSError, subprocess.TimeoutExpired) as error:
        raise KnownError("printer.failed", printer=printer, why=type(error).__name__) from error
    if done.returncode:
        raise KnownError("printer.failed", printer=printer, why=done.stderr.decode(errors="replace").strip()[:200])
    found = _REQUEST.search(done.stdout.decode(errors="replace"))
    return found[1] if found else ""


def cups(*command: str) -> str:
    """What a command of CUPS says, in its own plain words whatever the system's language; "" when it fails or is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False, env=_plain_words())
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _plain_words() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}
