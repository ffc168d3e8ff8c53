"""Bundles that somebody opened to us after they had been sent: fetched by name, opened with the content key that was given."""

from __future__ import annotations

from desktop.sync.incoming import take_in_bundle
from desktop.sync.line import Line, StepResult, as_rubbish
from desktop.sync.rewrapped import arrived, put_aside, waiting_keys
from enforcement.values.errors import KnownError

BATCH = 16


def open_older(line: Line, result: StepResult) -> None:
    """Some of those that wait. One that the relay does not have holds up no other; it can be opened to us again."""
    with line.database.read() as session:
        waiting = waiting_keys(session, BATCH)
    for name, key in waiting.items():
        now = line.clock.now()
        try:
            data = line.bundle(name)
        except KnownError as caught:
            error = as_rubbish(caught)
            if error.code not in ("relay.rubbish", "relay.missing"):
                raise
            with line.database.write() as session:
                put_aside(session, name, error, now)
            result.item_problems.append(error)
            continue
        with line.database.write() as session:
            taken = take_in_bundle(session, line.journal, line.index, line.decryptor, data, now, key)
            arrived(session, name)
        result.entries_in += taken.entries
