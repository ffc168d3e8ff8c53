"""The relay's log, where it no longer holds what it had confirmed: what this device saw, and a supervisor's word that it is known."""

from __future__ import annotations

from sqlalchemy.orm import Session

from desktop.services.changes import Done
from desktop.services.desk import Desk, done, require_text
from desktop.services.sync_shapes import LogBreakView
from desktop.store.kept import HEAD, KeptHead, kept, last_break
from enforcement.journal.relay_acts import RELAY_LOG, RelayAcknowledged
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes


def log_break(session: Session, desk: Desk) -> LogBreakView | None:
    """What is still to be acknowledged; None where the log only grew, or everything is known."""
    standing = last_break(session)
    if standing is None or standing.acknowledged:
        return None
    words = [
        act.words
        for entry in desk.journal.entries(session, RELAY_LOG)
        if isinstance(act := entry.body, RelayAcknowledged) and act.at >= standing.old_at
    ]
    return LogBreakView(
        found_at=standing.found_at,
        why=standing.why,
        lost=standing.lost,
        times=standing.times,
        may_acknowledge="supervisor" in desk.agency.person(desk.number).roles and not words,
        said=words[-1] if words else "",
    )


def acknowledge(desk: Desk, words: str) -> Done[None]:
    """Put on the record, for every device, that the relay's loss is known and from which head on its log is watched again.

    Raises KnownError(certificate.*) for anybody but a supervisor, (procedure.not_allowed) when there is nothing to acknowledge.
    """
    words = require_text(words, "words")
    shown = desk.agency.require(desk.number, "supervisor", desk.clock.now())
    with desk.database.write() as session:
        data = kept(session, HEAD)
        head = None if data is None else from_bytes(KeptHead, data)
        if log_break(session, desk) is None or head is None or head.at is None:
            raise KnownError("procedure.not_allowed", why="the relay's log only grew", basis="")
        act = RelayAcknowledged(size=head.size, root=head.root, at=head.at, words=words, shown=shown)
        desk.append(session, RELAY_LOG, act)
    return done(None, "queue", "devices")
