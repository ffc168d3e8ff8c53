"""ESC/POS as field printers take it: a picture in bands, some paper forward, a cut; sent to a device or over the network.

Ours, because three commands are all it takes: python-escpos brings USB and serial drivers, a file of printer models and YAML along,
and tells a caller neither how much was sent before a fault nor whether the printer had worked it off.
"""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

from enforcement.values.errors import KnownError

START = b"\x1b@"
RASTER = b"\x1dv0\x00"
CUT = b"\x1dV\x42\x00"
STATUS = b"\x1dr\x01"
"""Asks for the state of the paper; the printer answers when it has worked off what came before."""
PAPER_OUT = 0x0C
BAND = 240
"""Lines a band: small printers hold no more."""
CHUNK = 4096
PORT = 9100
FEED = 4


@dataclass(frozen=True)
class Sent:
    """A whole document went out: `size` bytes. `confirmed` when the printer said that it worked them off."""

    size: int
    confirmed: bool


def raster(picture: Image.Image) -> bytes:
    """The commands for a picture of one bit a dot (0 is black), whose width is a multiple of 8."""
    wide, high = picture.size
    # on paper a set bit is black
    ink = ImageChops.invert(picture.convert("L")).convert("1")
    rows = ink.tobytes()
    across = wide // 8
    made = [START]
    for top in range(0, high, BAND):
        lines = min(BAND, high - top)
        made.append(RASTER + across.to_bytes(2, "little") + lines.to_bytes(2, "little"))
        made.append(rows[top * across : (top + lines) * across])
    return b"".join([*made, b"\x1bd" + bytes([FEED]), CUT])


def to_device(path: Path, data: bytes, *, wait: float = 30.0) -> Sent:
    """Into a device such as /dev/usb/lp0; nothing is ever created there. `wait` seconds without progress end it.

    Raises KnownError(printer.missing) before anything went out, (printer.unfinished) after.
    """
    name = str(path)
    if os.name == "nt":  # no device files there: such printers are reached over the network
        raise KnownError("printer.missing", printer=name, why="Windows")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        raise KnownError("printer.missing", printer=name, why=error.strerror or "") from error
    try:

        def write(piece: bytes) -> int:
            _, ready, _ = select.select([], [handle], [], wait)
            if not ready:
                raise TimeoutError
            return os.write(handle, piece)

        _send(name, data, write)
    finally:
        os.close(handle)
    return Sent(len(data), confirmed=False)


def to_network(host: str, data: bytes, *, port: int = PORT, wait: float = 10.0) -> Sent:
    """To a printer that listens (raw port). Afterwards its state is asked for: only an answer confirms.

    Raises KnownError(printer.missing), (printer.unfinished) when the connection ended or the paper did, never half a document as
    a whole one.
    """
    name = f"{host}:{port}"
    try:
        link = socket.create_connection((host, port), timeout=wait)
    except OSError as error:
        raise KnownError("printer.missing", printer=name, why=error.strerror or type(error).__name__) from error
    with link:
        _send(name, data, link.send)
        try:
            link.sendall(STATUS)
            answer = link.recv(1)
        except TimeoutError:
            return Sent(len(data), confirmed=False)  # many models never answer
        except OSError as error:
            raise _unfinished(name, len(data), len(data)) from error
    if not answer:
        raise _unfinished(name, len(data), len(data))
    if answer[0] & PAPER_OUT:
        raise KnownError("printer.failed", printer=name, why="没有纸了")
    return Sent(len(data), confirmed=True)


def _send(name: str, data: bytes, write: Callable[[bytes], int]) -> None:
    sent = 0
    while sent < len(data):
        try:
            sent += write(data[sent : sent + CHUNK])
        except OSError as error:
            raise _unfinished(name, sent, len(data)) from error


def _unfinished(name: str, sent: int, total: int) -> KnownError:
    return KnownError("printer.unfinished", printer=name, sent=sent, total=total)
