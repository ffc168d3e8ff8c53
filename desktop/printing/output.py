"""Onto paper or into a file. Nothing of ours lies in plaintext on the disk: the queue gets the PDF through a pipe."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from desktop.platform.files import write_durably
from enforcement.values.errors import KnownError


def save_pdf(path: Path, pdf: bytes) -> None:
    """Where the person wants it; raises KnownError(store.disk_full) or (store.read_only)."""
    write_durably(path, pdf, 0o644)


def printers() -> list[str]:
    """Names of CUPS queues; empty without CUPS."""
    if shutil.which("lpstat") is None:
        return []
    asked = subprocess.run(["lpstat", "-e"], capture_output=True, text=True, timeout=10, check=False)
    return [line.strip() for line in asked.stdout.splitlines() if line.strip()] if asked.returncode == 0 else []


def print_pdf(pdf: bytes, printer: str, copies: int) -> None:
    """Hand the PDF to a queue; raises KnownError(printer.failed)."""
    command = ["lp", "-d", printer, "-n", str(copies), "-t", "hengchi", "-"]
    try:
        done = subprocess.run(command, input=pdf, capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise KnownError("printer.failed", printer=printer, why=type(error).__name__) from error
    if done.returncode:
        raise KnownError("printer.failed", printer=printer, why=done.stderr.decode(errors="replace").strip()[:200])
