"""Is this package what it says? Every part, every signature, every certificate at its time, as far as the package itself can show.

What cannot be shown is told too: a package is never called whole because nobody looked. The agency's set is opened as of the
instant of export, because its metadata runs out and the package does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Literal
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from enforcement.credentials.authority_set import AuthoritySet, SetVersions, open_set
from enforcement.credentials.certificate import certificate_days, read_certificate
from enforcement.credentials.roster import Roster, RosterIndex, VoidedNotices
from enforcement.credentials.seal_certificate import DOCUMENT_AUTHORITY
from enforcement.credentials.standing import Duty, standing
from enforcement.journal import Entry, Unknown, heads_of, in_causal_order, read_entry
from enforcement.journal.acts import EvidenceAdded
from enforcement.rules import open_signed_pack
from enforcement.sealing.package import ROSTER, VOIDED, Manifest, Package, rules_of
from enforcement.values.cose import key_id, verify1
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes

Problem = Literal[
    "authority",
    "exporter",
    "part",
    "entry",
    "certificate",
    "standing",
    "other_case",
    "later_than_export",
    "chain",
    "parent",
    "heads",
    "attachment",
    "rules",
]
"""What is wrong, by kind; the sentences are made outside."""
Open = Literal["root", "chain_gap", "attachment_absent", "pack_absent", "kind_unknown"]
"""What could not be checked."""


@dataclass(frozen=True)
class Finding:
    """A problem or an open question: what kind, where (a part, an entry's number, a device), and details in plain words."""

    kind: Problem | Open
    where: str
    why: str = ""


@dataclass(frozen=True)
class Signature:
    """An entry's signature as it was judged."""

    at: datetime
    kind: str
    number: str
    name: str
    state: str
    device: UUID
    seq: int


@dataclass(frozen=True)
class Report:
    """What came out. `counted` says how many of each were checked and found good; `anchored` that the agency's root was known beforehand;
    `root` is its SHA-256, to be compared with what the agency publishes; `documents` the DER of its document authority, if any.
    """

    manifest: Manifest
    exporter: str
    anchored: bool
    root: bytes
    counted: dict[str, int]
    signatures: tuple[Signature, ...]
    problems: tuple[Finding, ...]
    unchecked: tuple[Finding, ...]
    index: RosterIndex | None
    voided: dict[str, str]
    documents: bytes

    @property
    def whole(self) -> bool:
        """Nothing is wrong; whether the root is the agency's is said by `anchored`."""
        return not self.problems


def check_package(package: Package, root: bytes | None) -> Report:
    """Check everything. `root` is the agency's TUF root that the reader trusts; None takes the package's own and says so. Raises
    nothing for a bad package: what is wrong stands in the report.
    """
    check = _Check(package)
    check.parts()
    opened, used = check.authority(root)
    index = _index(opened) if opened else None
    if index is not None and opened is not None:
        check.exporter(index)
        entries = check.entries(index)
        check.graph(entries)
        check.chains(entries)
        check.attachments(entries)
        check.rules(entries, opened)
    return Report(
        manifest=package.manifest,
        exporter=check.exported_by,
        anchored=root is not None,
        root=digest(used),
        counted=check.counted,
        signatures=tuple(check.signatures),
        problems=tuple(check.problems),
        unchecked=tuple(check.unchecked),
        index=index,
        voided=_voided(opened) if opened else {},
        documents=_said(opened, DOCUMENT_AUTHORITY) if opened else b"",
    )


class _Check:
    def __init__(self, package: Package) -> None:
        self._package, self._manifest = package, package.manifest
        self.problems: list[Finding] = []
        self.unchecked: list[Finding] = []
        self.signatures: list[Signature] = []
        self.counted: dict[str, int] = {}
        self.exported_by = ""

    def parts(self) -> None:
        """Each part has the size and the digest that the manifest says."""
        for part in self._manifest.parts:
            hasher, size = sha256(), 0
            try:
                for chunk in self._package.part(part):
                    hasher.update(chunk)
                    size += len(chunk)
            except KnownError as error:
                self._wrong("part", part.name, str(error.details.get("why", error.code)))
                continue
            if (hasher.digest(), size) != (part.digest, part.size):
                self._wrong("part", part.name, "digest")
            else:
                self._good("part")

    def authority(self, root: bytes | None) -> tuple[AuthoritySet | None, bytes]:
        """The agency's set as of the export, from the root that is trusted; and that root."""
        try:
            files = {part.path: self._package.read(part) for part in self._package.of("authority")}
        except KnownError as error:
            self._wrong("authority", str(error.details.get("part", "")), "does not open")
            return None, root or b""
        used = files.get("root.json", b"") if root is None else root
        if root is None:
            self.unchecked.append(Finding("root", digest(used).hex()))
        try:
            opened = open_set(files.get, SetVersions(root=used), self._manifest.made_at)
            from_bytes(Roster, opened.target(ROSTER))
        except KnownError as error:
            self._wrong("authority", str(error.details.get("what", "")), str(error.details.get("why", error.code)))
            return None, used
        self._good("authority")
        return opened, used

    def exporter(self, index: RosterIndex) -> None:
        """Who signed the manifest, and that they might act then."""
        number = self._manifest.exporter
        try:
            verify1(self._package.signed, lambda kid: index.officer_key(kid, number))
        except KnownError as error:
            self._wrong("exporter", number, error.code)
            return
        found = standing(index, number, Duty(role=""), self._manifest.made_at)
        self.exported_by = f"{found.person.name if found.person else ''} {number}".strip()
        if not found.may_act:
            self._wrong("exporter", number, found.state)
        if index.roster.agency.name != self._manifest.agency:
            self._wrong("exporter", self._manifest.agency, "agency")

    def entries(self, index: RosterIndex) -> list[Entry]:
        """Signature, certificate and standing of each entry, at its own instant."""
        read: list[Entry] = []
        for part in self._package.of("entry"):
            try:
                entry = read_entry(self._package.read(part), index.officer_key)
            except KnownError as error:
                self._wrong("entry", part.name, error.code)
                continue
            if part.entry != entry.hash:
                self._wrong("entry", part.name, "hash")
            read.append(entry)
            self._good("entry")
            self._person(index, entry, part.name)
            if entry.aggregate != self._manifest.aggregate:
                self._wrong("other_case", part.name, str(entry.aggregate))
            if entry.at > self._manifest.made_at:
                self._wrong("later_than_export", part.name, entry.at.isoformat())
            if isinstance(entry.body, Unknown):
                self.unchecked.append(Finding("kind_unknown", part.name, entry.kind))
        return read

    def _person(self, index: RosterIndex, entry: Entry, where: str) -> None:
        holder = index.holder(entry.kid)
        if holder is None:
            return  # `officer_key` found the key, so there is one
        person, held = holder
        try:
            claims, key = read_certificate(held.der, index.roster.agency.ca)
            since, until = certificate_days(held.der)
        except KnownError as error:
            self._wrong("certificate", where, error.code)
            return
        if (claims.number, key_id(key)) != (entry.certificate, entry.kid) or not since <= entry.at <= until:
            self._wrong("certificate", where, f"{claims.number} {since.date()} {until.date()}")
        else:
            self._good("certificate")
        state = standing(index, entry.certificate, Duty(role=""), entry.at)
        if not state.may_act:
            self._wrong("standing", where, f"{entry.certificate} {state.state}")
        made = Signature(entry.at, entry.kind, entry.certificate, person.name, state.state, entry.device, entry.seq)
        self.signatures.append(made)

    def graph(self, entries: Sequence[Entry]) -> None:
        """No entry rests on one that is not here, and the last ones are those that the exporter named."""
        _, waiting = in_causal_order(entries)
        for entry in waiting:
            self._wrong("parent", f"{entry.device} {entry.seq}", entry.hash.hex())
        if heads_of(entries) != self._manifest.heads:
            self._wrong("heads", "", "the case's last entries are not those that the manifest names")
        else:
            self._good("heads", len(self._manifest.heads))

    def chains(self, entries: Sequence[Entry]) -> None:
        """Of each device: no number twice, and neighbours name each other. Numbers of other cases are not here."""
        for device in sorted({entry.device for entry in entries}, key=str):
            mine = sorted((entry for entry in entries if entry.device == device), key=lambda entry: entry.seq)
            for before, after in pairwise(mine):
                where = f"{device} {after.seq}"
                if after.seq == before.seq:
                    self._wrong("chain", where, "forked")
                elif after.seq == before.seq + 1:
                    if after.prev != before.hash:
                        self._wrong("chain", where, "broken")
                    else:
                        self._good("chain")
                else:
                    self.unchecked.append(Finding("chain_gap", str(device), f"{before.seq}-{after.seq}"))

    def attachments(self, entries: Sequence[Entry]) -> None:
        """What is here is what its entry says; what is not here is told."""
        here = {part.entry: part for part in self._package.of("attachment")}
        for entry in entries:
            if not isinstance(entry.body, EvidenceAdded):
                continue
            part = here.pop(entry.hash, None)
            if part is None:
                self.unchecked.append(Finding("attachment_absent", entry.body.caption, entry.body.plain_digest.hex()))
            elif (part.digest, part.size) != (entry.body.plain_digest, entry.body.plain_size):
                self._wrong("attachment", part.name, "not what its entry says")
            else:
                self._good("attachment")
        for part in here.values():
            self._wrong("attachment", part.name, "no entry speaks of it")

    def rules(self, entries: Sequence[Entry], opened: AuthoritySet) -> None:
        """The packs that were used, where they are here, are the legal office's."""
        if rules_of(entries) != self._manifest.rules:
            self._wrong("rules", "", "the manifest names other packs than the entries")
        here = {part.entry: part for part in self._package.of("pack")}
        for held in self._manifest.rules:
            part = here.pop(held, None)
            if part is None:
                self.unchecked.append(Finding("pack_absent", held.hex()))
                continue
            try:
                loaded = open_signed_pack(self._package.read(part), _keys(opened.delegated_keys("legal")))
            except KnownError as error:
                self._wrong("rules", part.name, error.code)
                continue
            if loaded.digest != held:
                self._wrong("rules", part.name, "digest")
            else:
                self._good("pack")

    def _wrong(self, kind: Problem, where: str, why: str) -> None:
        self.problems.append(Finding(kind, where, why))

    def _good(self, kind: str, count: int = 1) -> None:
        self.counted[kind] = self.counted.get(kind, 0) + count


def _index(opened: AuthoritySet) -> RosterIndex:
    return RosterIndex(from_bytes(Roster, opened.target(ROSTER)))


def _voided(opened: AuthoritySet) -> dict[str, str]:
    """Notices known to be voided at the export; none when the set says nothing of them."""
    data = _said(opened, VOIDED)
    return from_bytes(VoidedNotices, data).notices if data else {}


def _said(opened: AuthoritySet, path: str) -> bytes:
    """A file of the set; nothing when it has none, or when the package left it out."""
    try:
        return opened.target(path)
    except KnownError:
        return b""


def _keys(raw: Sequence[bytes]) -> Callable[[bytes], Ed25519PublicKey | None]:
    keys = [Ed25519PublicKey.from_public_bytes(one) for one in raw]
    return {key_id(key): key for key in keys}.get
