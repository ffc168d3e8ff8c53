"""What a supervisor says of the agency's relay; it concerns no case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from enforcement.journal.acts import CertificateShown
from enforcement.journal.kinds import Body, kind

RELAY_LOG = UUID("8b1d0f6e-5c1a-8f00-a000-68656e676368")
"""The aggregate of these entries, the same on every device: it is no case."""


@kind("relay.acknowledged")
class RelayAcknowledged(Body):
    """That the relay's log no longer holds what it had confirmed is known, and why (it was restored from a backup, say). From this head
    on it is watched again; `at` is the relay's instant in that head.
    """

    size: int
    root: bytes
    at: datetime
    words: str
    shown: CertificateShown
