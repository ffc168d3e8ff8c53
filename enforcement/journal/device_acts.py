"""What is done to a device itself: who was let in, who was removed, whom old cases were opened to. The aggregate is the device's id."""

from __future__ import annotations

from enforcement.journal.acts import CertificateShown
from enforcement.journal.kinds import Body, kind


@kind("device.person_added")
class PersonAdded(Body):
    """Whoever signs this let a colleague in, after the agency had put the colleague's key `kid` on the roster."""

    number: str
    kid: bytes


@kind("device.person_removed")
class PersonRemoved(Body):
    """Whoever signs this took a colleague's way in away."""

    number: str
    words: str


@kind("device.access_given")
class AccessGiven(Body):
    """Whoever signs this opened these older bundles to somebody they were not sealed for, and why. The content keys travel in a bundle
    of their own, sealed for `number` alone.
    """

    number: str
    words: str
    bundles: tuple[bytes, ...]


@kind("device.asked_again")
class AskedAgain(Body):
    """A supervisor asks the device to send once more what stands in its chain from `first` to `last`."""

    first: int
    last: int
    shown: CertificateShown


@kind("device.reported_lost")
class ReportedLost(Body):
    """A supervisor reports the device lost. The agency's office ends its enrolment and the certificates on it."""

    words: str
    shown: CertificateShown


OF_DEVICES = frozenset({PersonAdded, PersonRemoved, AccessGiven, AskedAgain, ReportedLost})
