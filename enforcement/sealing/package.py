"""An export package: a whole case as a court or an archive gets it, checked years later with no server of the agency.

It holds every entry's bytes, the agency's published set as far as the signatures need it (so that the roster with its states in
time is vouched for by the agency's own keys), documents and attachments as they are, rule packs where wished, and a manifest with
the SHA-256 of each part, signed by whoever exported it. Format: docs/package.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO, Literal
from uuid import UUID

from enforcement.credentials.authority_set import SetVersions, open_set
from enforcement.credentials.roster import Roster, RosterIndex
from enforcement.credentials.seal_certificate import DOCUMENT_AUTHORITY
from enforcement.journal import Entry, heads_of, read_entry
from enforcement.journal.acts import CaseDetermined, EvidenceAdded
from enforcement.sealing.container import PartReader, PartWriter
from enforcement.values.cose import CONTENT_TYPE, Signer, peek1, sign1, verify1
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import Record, from_bytes, to_bytes

FORMAT = "application/hengchi-package+cbor"
MANIFEST, WORDS = "manifest.cose", "readme.txt"
AUTHORITY = "authority/"
ROSTER, VOIDED = "roster/roster.cbor", "notices/voided.cbor"
MAX_MANIFEST, MAX_ENTRY, MAX_FILE, MAX_DOCUMENT, MAX_ATTACHMENT = 16 << 20, 4 << 20, 64 << 20, 256 << 20, 1 << 34
PartKind = Literal["words", "entry", "authority", "pack", "document", "attachment"]
LIMITS: Mapping[str, int] = {
    "words": 1 << 16,
    "entry": MAX_ENTRY,
    "authority": MAX_FILE,
    "pack": MAX_FILE,
    "document": MAX_DOCUMENT,
    "attachment": MAX_ATTACHMENT,
}
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf", "video/mp4": "mp4", "audio/mpeg": "mp3"}


class Part(Record):
    """A part as it is when opened. `title` and `number` are a document's, `path` is the name of an authority's file in the
    agency's set, `entry` the hash of the entry that an attachment belongs to, or the digest of a pack.
    """

    name: str
    kind: PartKind
    size: int
    digest: bytes
    title: str = ""
    number: str = ""
    path: str = ""
    entry: bytes = b""
    media_type: str = ""


class Manifest(Record):
    """What the package holds and who vouches for it. `heads` are the hashes of the case's last entries, `rules` the digests of
    the packs that its determinations rest on, `exporter` a certificate number.
    """

    v: int
    made_at: datetime
    agency: str
    aggregate: UUID
    title: str
    exporter: str
    heads: tuple[bytes, ...]
    rules: tuple[bytes, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class PackedDocument:
    """A finished document."""

    title: str
    number: str
    pdf: bytes


@dataclass(frozen=True)
class Contents:
    """What is exported. `authority` are files of the agency's set by name (`authority_files`), `root` the pinned root; `attachments`
    gives, for the digest of a sealed blob, its content (already opened), and `packs` signed packs by the digest of what they hold.
    """

    aggregate: UUID
    title: str
    entries: Sequence[bytes]
    root: bytes
    authority: Mapping[str, bytes]
    documents: Sequence[PackedDocument]
    attachments: Mapping[bytes, Callable[[], Iterable[bytes]]]
    packs: Mapping[bytes, bytes]


@dataclass(frozen=True)
class Package:
    """An opened package: the manifest as claimed, and its parts. Nothing is believed before `check_package`."""

    manifest: Manifest
    kid: bytes
    signed: bytes
    reader: PartReader

    def part(self, part: Part) -> Iterator[bytes]:
        """A part's bytes, piece by piece. Raises KnownError(package.altered), (package.too_large)."""
        return self.reader.stream(part.name, LIMITS[part.kind], sealed=part.kind != "words")

    def read(self, part: Part) -> bytes:
        """All of a part."""
        return b"".join(self.part(part))

    def of(self, kind: PartKind) -> tuple[Part, ...]:
        """The parts of a kind."""
        return tuple(part for part in self.manifest.parts if part.kind == kind)


def authority_files(fetch: Callable[[str], bytes | None], root: bytes, at: datetime) -> dict[str, bytes]:
    """The files of the agency's set that a package needs: metadata, roster, voided notices, document authority.

    Raises KnownError(authority.*).
    """
    kept: dict[str, bytes] = {}

    def keeping(name: str) -> bytes | None:
        data = fetch(name)
        if data is not None:
            kept[name] = data
        return data

    opened = open_set(keeping, SetVersions(root=root), at)
    for version in range(1, opened.root_version):  # whoever trusts an older root goes on from there
        keeping(f"metadata/{version}.root.json")
    opened.target(ROSTER)
    for path in (VOIDED, DOCUMENT_AUTHORITY):
        if path in opened.paths("notices/"):
            opened.target(path)
    return kept


def make_package(
    out: BinaryIO,
    contents: Contents,
    exporter: Signer,
    certificate: str,
    at: datetime,
    *,
    entropy: Callable[[int], bytes],
    password: str = "",
) -> Manifest:
    """Write a package into `out`, which can seek. `certificate` is the exporter's number, `at` aware UTC.

    Raises what `open_set` and `read_entry` raise, for a package that nobody could check is not made; KnownError(digest.mismatch)
    when an attachment is not what its entry says, (input.invalid) when the entries are not one case's.
    """
    opened = open_set(contents.authority.get, SetVersions(root=contents.root), at)
    index = RosterIndex(from_bytes(Roster, opened.target(ROSTER)))
    entries = [read_entry(data, index.officer_key) for data in contents.entries]
    if not entries or {entry.aggregate for entry in entries} != {contents.aggregate}:
        raise KnownError("input.invalid", field="entries", why="the entries of one case are needed")
    writer = _Writing(PartWriter(out, password, entropy))
    writer.words(_readme(contents.title, index.roster.agency.name, bool(password)))
    for number, entry in enumerate(entries, 1):
        writer.put(f"entries/{number:06}.cbor", "entry", entry.data, entry=entry.hash)
    files = {**contents.authority, "root.json": contents.root}
    for number, (path, data) in enumerate(sorted(files.items()), 1):
        writer.put(
            f"authority/{number:03}.{'json' if path.endswith('.json') else 'cbor'}", "authority", data, path=path
        )
    for number, (held, data) in enumerate(sorted(contents.packs.items()), 1):
        writer.put(f"packs/{number:03}.pack", "pack", data, entry=held)
    for number, document in enumerate(contents.documents, 1):
        writer.document(f"documents/{number:03}.pdf", document)
    writer.attachments(entries, contents.attachments)
    manifest = Manifest(
        v=1,
        made_at=at,
        agency=index.roster.agency.name,
        aggregate=contents.aggregate,
        title=contents.title,
        exporter=certificate,
        heads=heads_of(entries),
        rules=rules_of(entries),
        parts=tuple(writer.parts),
    )
    signed = sign1(to_bytes(manifest), exporter, headers={CONTENT_TYPE: FORMAT})
    verify1(
        signed, lambda kid: index.officer_key(kid, certificate)
    )  # a key that the roster does not hold exports nothing
    writer.finish(signed)
    return manifest


def read_package(source: BinaryIO, password: str = "") -> Package:
    """An opened package, its form checked and nothing else. Raises KnownError(package.*)."""
    reader = PartReader(source, password)
    if MANIFEST not in reader.names:
        raise KnownError("package.unreadable", file="", why="no manifest")
    signed = reader.read(MANIFEST, MAX_MANIFEST)
    try:
        claimed = peek1(signed)
        manifest = from_bytes(Manifest, claimed.payload)
    except KnownError as error:
        raise KnownError("package.altered", part=MANIFEST, why="shape") from error
    if claimed.headers.get(CONTENT_TYPE) != FORMAT or manifest.v != 1:
        raise KnownError("package.unreadable", file="", why="another format")
    if manifest.made_at.tzinfo is None:
        raise KnownError("package.altered", part=MANIFEST, why="an instant without a zone")
    named = [part.name for part in manifest.parts]
    if sorted([*named, MANIFEST]) != sorted(reader.names):
        odd = sorted(set(named) ^ (set(reader.names) - {MANIFEST})) or ["twice"]
        raise KnownError("package.altered", part=odd[0], why="the manifest and the parts differ")
    return Package(manifest, claimed.kid, signed, reader)


def rules_of(entries: Iterable[Entry]) -> tuple[bytes, ...]:
    """Digests of the packs that the determinations rest on, ascending."""
    return tuple(sorted({entry.body.pack_digest for entry in entries if isinstance(entry.body, CaseDetermined)}))


class _Writing:
    """Parts as they are written, with what the manifest says of each."""

    def __init__(self, writer: PartWriter) -> None:
        self._writer, self.parts = writer, list[Part]()

    def words(self, data: bytes) -> None:
        self._writer.put(WORDS, data, sealed=False)
        self.parts.append(Part(name=WORDS, kind="words", size=len(data), digest=digest(data)))

    def put(self, name: str, kind: PartKind, data: bytes, *, entry: bytes = b"", path: str = "") -> None:
        self._writer.put(name, data)
        self.parts.append(Part(name=name, kind=kind, size=len(data), digest=digest(data), entry=entry, path=path))

    def document(self, name: str, document: PackedDocument) -> None:
        self._writer.put(name, document.pdf)
        self.parts.append(
            Part(
                name=name,
                kind="document",
                size=len(document.pdf),
                digest=digest(document.pdf),
                title=document.title,
                number=document.number,
                media_type="application/pdf",
            )
        )

    def attachments(self, entries: Iterable[Entry], given: Mapping[bytes, Callable[[], Iterable[bytes]]]) -> None:
        number = 0
        for entry in entries:
            body = entry.body
            if not isinstance(body, EvidenceAdded) or body.blob not in given:
                continue
            number += 1
            name = f"attachments/{number:03}.{_ENDINGS.get(body.media_type, 'bin')}"
            meter = _Meter(given[body.blob](), body.plain_size)
            self._writer.stream(name, meter, body.plain_size)
            if (meter.digest, meter.size) != (body.plain_digest, body.plain_size):
                raise KnownError("digest.mismatch", what=body.caption)
            self.parts.append(
                Part(
                    name=name,
                    kind="attachment",
                    size=meter.size,
                    digest=meter.digest,
                    title=body.caption,
                    entry=entry.hash,
                    media_type=body.media_type,
                )
            )

    def finish(self, signed: bytes) -> None:
        self._writer.put(MANIFEST, signed)
        self._writer.close()


class _Meter:
    """Passes content through, at most `most` bytes of it, and remembers size and digest."""

    def __init__(self, source: Iterable[bytes], most: int) -> None:
        self._source, self._most, self._hasher, self.size = source, most, sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._source:
            self._hasher.update(chunk)
            self.size += len(chunk)
            if self.size > self._most:
                raise KnownError("digest.mismatch", what="attachment")
            yield chunk

    @property
    def digest(self) -> bytes:
        return self._hasher.digest()


def _readme(title: str, agency: str, locked: bool) -> bytes:
    """For a person who opens the file without the program; under a password it says nothing of the case."""
    head = "案卷导出包（已加密）" if locked else f"案卷导出包：{agency}　{title}"
    lines = [
        head,
        "",
        "entries 是全过程记录的原始字节，documents 是文书，attachments 是证据附件，authority 是机关发布的名册和签名。",
        "manifest.cose 列出每一部分的 SHA-256，由导出人签名。改动任何一个字节都会被发现。",
        "核验：hengchi verify 文件名 --trust 机关公布的根（1.root.json），不需要网络，不需要机关的服务器。",
        "",
    ]
    return "\n".join(lines).encode()
