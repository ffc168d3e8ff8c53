"""What a supervisor asks of this device: to send once more what did not arrive. Each asking is answered once."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.store.kept import keep, kept
from desktop.store.models import EntryRow
from desktop.sync.line import Line
from enforcement.journal import reread_entry
from enforcement.journal.device_acts import AskedAgain

ANSWERED = "asked/"


def unheard(session: Session, line: Line) -> Mapping[str, AskedAgain]:
    """Askings that were not answered yet, by the name under which that is kept."""
    rows = session.execute(
        select(EntryRow.hash, EntryRow.data).where(
            EntryRow.aggregate == line.device.bytes, EntryRow.kind == "device.asked_again"
        )
    )
    found = {f"{ANSWERED}{name.hex()}": reread_entry(data).body for name, data in rows.all()}
    return {
        place: body for place, body in found.items() if isinstance(body, AskedAgain) and kept(session, place) is None
    }


def hear(session: Session, line: Line, askings: Mapping[str, AskedAgain]) -> None:
    """In the caller's transaction: what is asked for stands in no bundle any more."""
    for place, body in askings.items():
        line.journal.loosen(session, line.device, body.first, body.last)
        keep(session, place, b"1")
