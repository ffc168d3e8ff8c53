"""The system's printers: which there are and what keeps them, several documents as one preview and one job each, and what became
of a job. Jobs go through a pipe; nothing of ours lies on the disk.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pypdf import PdfReader, PdfWriter

from desktop.printing.foreign import FAULTS
from desktop.printing.output import cups, print_pdf, printers
from enforcement.values.errors import KnownError

_PRINTER = re.compile(r"^printer (\S+) (is idle|now printing|disabled)", re.MULTILINE)
_ACCEPTS = re.compile(r"^(\S+) (accepting|not accepting) requests", re.MULTILINE)
_DEFAULT = re.compile(r"^system default destination: (\S+)", re.MULTILINE)
JobState = Literal["waiting", "ended", "gone"]


@dataclass(frozen=True)
class Queue:
    """A printer of the system. `state` is "idle", "printing", "stopped" (it takes jobs and keeps them), "refusing" or "unknown"."""

    name: str
    state: Literal["idle", "printing", "stopped", "refusing", "unknown"]
    usual: bool


@dataclass(frozen=True)
class Document:
    """Something to print."""

    title: str
    pdf: bytes


@dataclass(frozen=True)
class Outcome:
    """What became of one document of a batch: a job's id, or why the queue did not take it; neither when it was not tried."""

    title: str
    job: str = ""
    error: KnownError | None = None


def queues() -> tuple[Queue, ...]:
    """Every printer, the usual one first; none without CUPS."""
    names = printers()
    if not names:
        return ()
    states = dict(_PRINTER.findall(cups("lpstat", "-p")))
    accepts = dict(_ACCEPTS.findall(cups("lpstat", "-a")))
    usual = _DEFAULT.search(cups("lpstat", "-d"))
    found = [
        Queue(name, _state(states.get(name), accepts.get(name)), bool(usual and usual[1] == name)) for name in names
    ]
    return tuple(sorted(found, key=lambda one: (not one.usual, one.name)))


def _state(state: str | None, accepts: str | None) -> Literal["idle", "printing", "stopped", "refusing", "unknown"]:
    if accepts == "not accepting":
        return "refusing"
    match state:
        case "is idle":
            return "idle"
        case "now printing":
            return "printing"
        case "disabled":
            return "stopped"
        case _:
            return "unknown"


def one_preview(documents: Sequence[Document]) -> bytes:
    """All documents as one PDF with a bookmark each. Raises KnownError(input.pdf_unreadable) naming the one that is none."""
    writer = PdfWriter()
    for document in documents:
        first = len(writer.pages)
        try:
            for page in PdfReader(io.BytesIO(document.pdf)).pages:
                writer.add_page(page)
        except FAULTS as error:
            raise KnownError("input.pdf_unreadable", file=document.title, why=type(error).__name__) from error
        writer.add_outline_item(title=document.title, page_number=first)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def print_batch(
    documents: Sequence[Document],
    printer: str,
    copies: int = 1,
    *,
    two_sided: bool | None = None,
    told: Callable[[Outcome], object] | None = None,
) -> tuple[Outcome, ...]:
    """One job for each document, in order, so that each can be found, repeated or taken back by itself.

    The first that the queue does not take ends it: what follows would come out of order. `told` hears of each.
    """
    made: list[Outcome] = []
    stopped = False
    for document in documents:
        outcome = Outcome(document.title)
        if not stopped:
            try:
                outcome = Outcome(document.title, print_pdf(document.pdf, printer, copies, two_sided=two_sided))
            except KnownError as error:
                outcome, stopped = Outcome(document.title, error=error), True
        made.append(outcome)
        if told is not None:
            told(outcome)
    return tuple(made)


def job_state(job: str) -> JobState:
    """Whether it waits or prints, has ended (it left the queue for the printer or was taken back: CUPS' list does not say which), or
    is not known any more.
    """
    if _listed(job, "not-completed"):
        return "waiting"
    return "ended" if _listed(job, "completed") else "gone"


def _listed(job: str, which: str) -> bool:
    return any(line.split()[:1] == [job] for line in cups("lpstat", "-W", which, "-o").splitlines())


def take_back(job: str) -> None:
    """Cancel a job that has not come out."""
    cups("cancel", job)
