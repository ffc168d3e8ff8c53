"""What a supervisor asks of this device: to send once more what did not arrive. Each asking is answered once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.store.kept import keep, kept
from desktop.store.models import EntryRow
from desktop.sync.line import Line
from enforcement.journal import reread_entry
from enforcement.journal.device_acts import AskedAgain

ANSWERED = "asked/"


def hear_askings(session: Session, line: Line) -> None:
    """In the caller's transaction: what is asked for stands in no bundle any more and is sealed anew by the next step."""
    rows = session.execute(
        select(EntryRow.hash, EntryRow.data).where(
            EntryRow.aggregate == line.device.bytes, EntryRow.kind == "device.asked_again"
        )
    )
    for name, data in rows.all():
        place, body = f"{ANSWERED}{name.hex()}", reread_entry(data).body
        if kept(session, place) is None and isinstance(body, AskedAgain):
            line.journal.loosen(session, line.device, body.first, body.last)
            keep(session, place, b"1")
