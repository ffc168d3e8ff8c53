"""Whose word is taken: the roster of a published repository or of the profile, the root of either."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.platform.clock import SystemClock
from desktop.platform.paths import profile_path
from desktop.printing.verification import SignerInfo, Trust
from desktop.services.profile import read_put_grant
from desktop.store.authority import check_roster
from enforcement.credentials import Duty, Roster, RosterIndex, VoidedNotices, standing
from enforcement.credentials.authority_set import AuthoritySet, SetVersions, open_set
from enforcement.credentials.certificate import public_key_of
from enforcement.credentials.seal_certificate import DOCUMENT_AUTHORITY
from enforcement.credentials.standing import MAY_ACT
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes

VOIDED = "notices/voided.cbor"


def pinned_root(trust: Path | None, profile: Path | None) -> bytes | None:
    """The agency's root as known here: a published repository's, a root file itself, the profile's; None when there is none."""
    try:
        if trust is not None:
            return (trust / "metadata" / "1.root.json" if trust.is_dir() else trust).read_bytes()
        return read_put_grant(profile_path(profile)).root
    except (KnownError, OSError):
        return None


def load_set(repository: Path | None, profile: Path | None) -> AuthoritySet:
    """A published repository's set, or that of the one which the profile's grant pins, read with no network.

    Raises KnownError(authority.*).
    """
    if repository is None:
        folder = profile_path(profile)
        pinned = read_put_grant(folder).root
        repository = folder / "authority"
    else:
        pinned = (repository / "metadata" / "1.root.json").read_bytes()
    return open_set(reader_of(repository), SetVersions(root=pinned), SystemClock().now())


def roster_in(opened: AuthoritySet) -> RosterIndex:
    """Its roster, every certificate checked. Raises KnownError(authority.*)."""
    roster = from_bytes(Roster, opened.target("roster/roster.cbor"))
    check_roster(roster)
    return RosterIndex(roster)


def load_trust(opened: AuthoritySet) -> Trust:
    """Trust in the people and the document authority of a set. Raises KnownError(authority.*)."""
    listed = VOIDED in opened.paths("notices/")
    voided = from_bytes(VoidedNotices, opened.target(VOIDED)).notices if listed else {}
    sealed = DOCUMENT_AUTHORITY in opened.paths("notices/")
    return trust_of(roster_in(opened), voided, opened.target(DOCUMENT_AUTHORITY) if sealed else b"")


def trust_of(index: RosterIndex, voided: Mapping[str, str], documents: bytes = b"") -> Trust:
    """Trust in the people of a roster, and in the agency's document authority (DER) where there is one."""

    def signer_of(kid: bytes) -> SignerInfo | None:
        found = index.holder(kid)
        if found is None:
            return None
        person, held = found
        key = public_key_of(held.der)
        if not isinstance(key, Ed25519PublicKey):
            return None

        def allowed_at(at: datetime) -> tuple[bool, str]:
            state = standing(index, person.number, Duty(role=""), at).state
            return state in MAY_ACT, state

        return SignerInfo(person.name, person.number, index.roster.unit_name(person.unit), key, allowed_at)

    return Trust(index.roster.agency.name, signer_of, voided, documents)


def reader_of(folder: Path) -> Callable[[str], bytes | None]:
    """A published folder's files by name; never one outside it."""

    def read(name: str) -> bytes | None:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            return None
        return path.read_bytes()

    return read
