"""What a signed-in person works with: the open store, their keys, the agency's data, the clock. Handed to every use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.orm import Session

from desktop.keys import KeyFile, Secrets, write_key_file
from desktop.services.authority import Agency
from desktop.services.changes import ChangedKind, Changes, Done, T
from desktop.services.opening import second_secrets
from desktop.store import Database, JournalStore
from desktop.store.blobs import BlobFolder
from desktop.store.journal import Author
from desktop.store.kept import TIME, kept
from desktop.store.projections import extend_chain, project_case
from enforcement.casefile import CaseFile
from enforcement.journal import Body, Entry, TimeEvidence
from enforcement.journal.acts import DocumentSigned
from enforcement.procedure import DeadlineTable
from enforcement.procedure.profile import Profile
from enforcement.sealing import DecryptionKey
from enforcement.sealing.blob import Beside, at_once
from enforcement.values.clock import LOCAL, Clock
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes

"""Enforcement runs on China Standard Time, whatever the computer is set to."""


Render = Callable[[Mapping[str, Any], str, Sequence[DocumentSigned]], bytes]


@dataclass
class Desk:
    """One person's session on one device. `render` makes a notice's PDF (content, code, hands that signed), `render_form` that of a
    form (id, values); both are handed in from above, like what may run `beside` the sealing of a long recording.
    """

    profile: Path
    database: Database
    keys: KeyFile
    number: str
    secrets: Secrets = field(repr=False)
    device_key: Ed25519PrivateKey
    agency: Agency
    deadlines: DeadlineTable
    procedure: Profile
    clock: Clock
    entropy: Callable[[int], bytes]
    render: Render
    render_form: Callable[[str, Mapping[str, Any]], bytes]
    journal: JournalStore = field(default_factory=JournalStore)
    beside: Beside = at_once

    def __post_init__(self) -> None:
        self.blobs = BlobFolder(self.profile)
        self.clock_offset: timedelta | None = None
        self.sign_key = Ed25519PrivateKey.from_private_bytes(self.secrets.sign_seed)
        self.decryption_key = DecryptionKey.from_private_bytes(self.secrets.decryption_key)
        self.earlier_keys = tuple(DecryptionKey.from_private_bytes(one) for one in self.secrets.earlier)

    def use_keys(self, keys: KeyFile) -> None:
        """Keep a changed key file and work by it."""
        write_key_file(self.profile, keys)
        self.keys = keys

    def author_of(self, number: str, password: str) -> Author:
        """Somebody else enrolled on this device, by their own password. Raises KnownError(certificate.unknown), (password.*)."""
        secrets = second_secrets(self.profile, self.keys, number, password, self.clock)
        return Author(number, KeySigner(Ed25519PrivateKey.from_private_bytes(secrets.sign_seed)), self.device)

    @property
    def device(self) -> UUID:
        return self.keys.device

    @property
    def author(self) -> Author:
        """The person signed in, as author of entries."""
        return Author(self.number, KeySigner(self.sign_key), self.device)

    def key_of(self, kid: bytes, number: str) -> Ed25519PublicKey | None:
        """Whose signature it is, by the roster."""
        return self.agency.key_of(kid, number)

    def today(self) -> date:
        """The local date."""
        return local(self.clock.now()).date()

    def append(
        self, session: Session, aggregate: UUID, *bodies: Body, author: Author | None = None
    ) -> tuple[tuple[Entry, ...], CaseFile]:
        """Sign, append and project in the caller's transaction. Whoever signs is asked here for once more, whatever the use case asked
        before: nothing gets into the journal under a certificate that does not hold. Raises KnownError(certificate.*), (device.suspended),
        (key.not_published).
        """
        by = author or self.author
        now = self.clock.now()
        self.agency.require(by.certificate, "", now)
        self.agency.require_key(by.certificate, by.signer.kid, by.device)
        entries = self.journal.append(session, aggregate, bodies, by, now, self._time_evidence(session))
        case = project_case(session, self.journal, aggregate)
        extend_chain(session, self.journal, by.device, entries)
        return entries, case

    def _time_evidence(self, session: Session) -> TimeEvidence | None:
        data = kept(session, TIME)
        return None if data is None else from_bytes(TimeEvidence, data)


def local(instant: datetime) -> datetime:
    """An instant in local time."""
    return instant.astimezone(LOCAL)


def utc(instant: datetime) -> datetime:
    """An instant in UTC."""
    return instant.astimezone(UTC)


def done(value: T, *kinds: ChangedKind) -> Done[T]:
    """The outcome of an act."""
    return Done(value, Changes(frozenset(kinds)))


def require_text(value: str, name: str) -> str:
    """Stripped text; raises KnownError(input.invalid) when nothing is left."""
    value = value.strip()
    if not value:
        raise KnownError("input.invalid", field=name)
    return value
