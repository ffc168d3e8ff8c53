"""The 80 mm printer of an officer: where it is, what a document is on its strip, sent as often as it was asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop.printing.escpos import PORT, raster, to_device, to_network
from desktop.printing.formset import library
from desktop.printing.receipt import decision_strip, form_strip
from enforcement.journal.acts import DocumentSigned
from enforcement.notices import OnSpotDecision
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain

_HOST = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)(?::([0-9]{1,5}))?")


def place_of(address: str) -> Path | tuple[str, int]:
    """A device's path, or host and port (9100 where none is said). Raises KnownError(input.invalid)."""
    address = address.strip()
    if address.startswith("/"):
        if not address.startswith("/dev/"):
            raise KnownError("input.invalid", field="printer", why="a device stands under /dev")
        return Path(address)
    found = _HOST.fullmatch(address)
    port = int(found[2] or PORT) if found is not None else 0
    if found is None or not 0 < port < 65_536:
        raise KnownError("input.invalid", field="printer", why="/dev/usb/lp0, or host:9100")
    return found[1], port


def strip_bytes(form: str, values: Mapping[str, Any], code: str, hands: Sequence[DocumentSigned]) -> bytes:
    """The commands for a document; without `form` it is a decision on the spot. Raises what the strips raise."""
    strip = (
        form_strip(library.form(form), values)
        if form
        else decision_strip(from_plain(OnSpotDecision, dict(values)), code, hands)
    )
    return raster(strip.image())


def send(address: str, data: bytes, copies: int = 1) -> None:
    """Each copy by itself. Raises KnownError(printer.missing), (printer.unfinished), (printer.failed), (input.invalid)."""
    place = place_of(address)
    for _ in range(copies):
        if isinstance(place, Path):
            to_device(place, data)
        else:
            to_network(place[0], data, port=place[1])
