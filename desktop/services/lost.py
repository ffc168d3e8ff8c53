"""What a device wrote that was reported lost: kept, and marked wherever it is read."""

from __future__ import annotations

from desktop.services.case_shapes import LostMark
from desktop.services.desk import local
from enforcement.credentials import RosterIndex
from enforcement.journal import Entry


def lost_mark(index: RosterIndex, entry: Entry) -> LostMark | None:
    """Whether the entry was written on a device that is reported lost now, and by its own clock before that or after."""
    info = index.roster.device_info(entry.device)
    if info is None or info.state != "lost" or info.since is None:
        return None
    return LostMark(info.label, local(info.since).date(), after=entry.at >= info.since)
