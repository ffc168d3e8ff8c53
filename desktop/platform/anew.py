"""The program started anew in its own place: what it held in memory is gone with the old image, which no freeing in Python can promise."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

FLAG = "--locked"


def can_start_anew() -> bool:
    """Whether this system can replace a program's image and hand it something that never touches a disk."""
    return hasattr(os, "memfd_create") and hasattr(os, "execv")


def start_anew(message: bytes, command: Sequence[str] = ()) -> None:
    """Replace this program by itself, or by `command`, with `FLAG` and the number of a file in memory that holds the message.

    Returns only by raising: OSError when the system does not let it; then everything is as before.
    """
    words = [*(command or [sys.executable, *sys.orig_argv[1:]])]
    if FLAG in words:  # it was started anew before
        at = words.index(FLAG)
        del words[at : at + 2]
    file = os.memfd_create("hengchi", 0)
    try:
        with os.fdopen(os.dup(file), "wb") as writing:
            writing.write(message)
        os.lseek(file, 0, os.SEEK_SET)
        sys.stdout.flush()
        sys.stderr.flush()
        os.set_inheritable(file, True)
        os.execv(words[0], [*words, FLAG, str(file)])
    finally:
        os.close(file)


def message_of(file: int) -> bytes:
    """What the program before this one left; b"" where nothing of the sort is there. The file is gone afterwards."""
    try:
        with os.fdopen(file, "rb") as reading:
            return reading.read()
    except OSError:
        return b""
