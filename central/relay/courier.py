"""By courier: takes in what devices put on a stick, and puts there what they would have been answered by HTTP.

What comes is checked as `POST /v1/bundles` checks it. Who asks is known by the device's signature under its question. Everything is
logged before anything is answered, and every file is put in place whole, so a run that was killed is simply done again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from central.platform.courier import CourierFolder
from central.relay.audit import Audit
from central.relay.directory import TIMESTAMP, Directory
from central.relay.services import Checked, Relay, bounded
from central.relay.store import StoredBundle
from enforcement.exchange import LIMITS, FeedItem, Outcome, Receipt, Round, courier, read_status
from enforcement.exchange.courier import Answer, CarriedFeed, Question
from enforcement.sealing import peek_cover
from enforcement.values.cose import Signer, peek1
from enforcement.values.errors import CODES, KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes, to_bytes

TOGETHER = 32
"""Bundles logged in one transaction."""
RESERVE, EACH = 4 << 20, 2 << 10
"""Bytes kept free for the answers: of all, and for each receipt or item of a feed in one."""


@dataclass
class Carried:
    """What a run came to. `put`: bundles of feeds that were written; `full`: there was no room for all. `ignored`: files that are not
    what their name says, bundles and questions that are refused, each with the reason.
    """

    accepted: int = 0
    known: int = 0
    refused: int = 0
    incomplete: int = 0
    answered: int = 0
    put: int = 0
    full: bool = False
    ignored: list[str] = field(default_factory=list)


class Courier:
    """One run with one folder. `published` is the authority's repository."""

    def __init__(
        self, relay: Relay, directory: Directory, signer: Signer, published: Path, folder: CourierFolder, audit: Audit
    ) -> None:
        self._relay, self._directory, self._signer = relay, directory, signer
        self._published, self._folder, self._audit = published, folder, audit
        self._outcomes: dict[UUID, list[Outcome]] = {}
        self._most = relay.limits.sizes.bundle
        self._spoken_for = RESERVE
        self.done = Carried()

    def run(self) -> Carried:
        """Take in, then answer. Raises KnownError(courier.*), (relay.store_unreachable), (store.disk_full), (authority.*)."""
        self._folder.sweep()
        self._take_in()
        asked = [one for text in self._folder.names(courier.QUESTIONS) for one in self._question(text)]
        try:
            self._put_authority()
        except KnownError as error:
            if error.code != "courier.full":
                raise
            self.done.full = True
        for question, name in asked:
            self._answer(question, name)
        return self.done

    def _take_in(self) -> None:
        """Each device's bundles in the order in which it made them."""
        found: list[tuple[bytes, int, bytes]] = []
        for text in self._folder.names(courier.BUNDLES):
            name = courier.digest_in(text)
            data = None if name is None else self._folder.whole(courier.BUNDLES, name, self._most)
            if data is None:
                self._ignore(f"{courier.BUNDLES}/{text}", "not what its name says, or too large")
                continue
            (judged,) = self._relay.check([data]).judged
            if isinstance(judged, StoredBundle):
                found.append((judged.header.device.bytes, judged.header.first_seq, judged.digest))
            else:
                self._refused(data, judged)
        kept = self._relay.store.unit_bytes()
        found.sort()
        for start in range(0, len(found), TOGETHER):
            self._log([name for _, _, name in found[start : start + TOGETHER]], kept)

    def _refused(self, data: bytes, outcome: Outcome) -> None:
        """Whoever signed it: the device that it names, and that has it in its queue, is to hear why."""
        self.done.refused += 1
        self._ignore(f"{courier.BUNDLES}/{outcome.digest.hex()}", outcome.words)
        try:
            header, _ = peek_cover(data)
        except KnownError:
            return
        self._outcomes.setdefault(header.device, []).append(outcome)

    def _log(self, names: list[bytes], kept: dict[str, int]) -> None:
        datas = [self._folder.whole(courier.BUNDLES, name, self._most) for name in names]
        good = self._relay.check([data for data in datas if data is not None]).good
        known = {one.digest for one in good if self._relay.store.accepted(one.digest) is not None}
        complete = self._relay.complete(Checked(tuple(self._fitting(one, kept, one.digest in known) for one in good)))
        outcomes = complete.outcomes(self._relay.log([complete.good])[0]).outcomes
        devices = {one.digest: one.header.device for one in good}
        came: dict[UUID, int] = {}
        for outcome in outcomes:
            device = devices[outcome.digest]
            self._outcomes.setdefault(device, []).append(outcome)
            if outcome.missing:
                self.done.incomplete += 1
            elif not outcome.receipt:
                self.done.refused += 1
                self._ignore(f"{courier.BUNDLES}/{outcome.digest.hex()}", outcome.words)
            elif outcome.digest in known:
                self.done.known += 1
            else:
                self.done.accepted += 1
                came[device] = came.get(device, 0) + 1
        for device, count in came.items():
            self._audit.write(str(device), "courier in", "ok", bundles=count)
        self._audit.flush()

    def _fitting(self, bundle: StoredBundle, kept: dict[str, int], known: bool) -> StoredBundle | Outcome:
        """With its attachments taken in, unless there is no room left for its unit."""
        unit, size = bundle.header.unit, len(bundle.data) + sum(ref.size for ref in bundle.header.blobs)
        if not known:
            if kept.get(unit, 0) + size > self._relay.limits.unit.storage:
                return Outcome(digest=bundle.digest, code=CODES["relay.unit_full"], words="relay.unit_full")
            kept[unit] = kept.get(unit, 0) + size
        for ref in bundle.header.blobs:
            self._take_blob(unit, ref.digest, ref.size)
        return bundle

    def _take_blob(self, unit: str, name: bytes, size: int) -> None:
        """From where the relay stands; the store checks it by its name when it is whole."""
        have, whole = self._relay.store.blob_have(name)
        if whole or self._folder.size(courier.BLOBS, name) != size:
            return
        try:
            for piece in self._folder.pieces(courier.BLOBS, name, have, self._relay.limits.sizes.piece):
                self._relay.take_piece(unit, name, have, size, piece)
                have += len(piece)
        except KnownError as error:
            if error.code not in ("digest.mismatch", "relay.too_large"):
                raise
            self._ignore(f"{courier.BLOBS}/{name.hex()}", error.code)

    def _question(self, text: str) -> list[tuple[Question, bytes]]:
        """The question of that file and its digest; none where it is refused."""
        device, data = courier.device_in(text), self._folder.read(courier.QUESTIONS, text, courier.MOST_QUESTION)
        try:
            if device is None or data is None:
                raise KnownError("encoding.wrong_shape", why="not a question")
            question, kid = courier.check_question(data, self._directory.device_key)
            info = self._directory.device(kid)
            if info is None or not info.device == question.device == device:
                raise KnownError("device.unknown", device=text)
            for asked in question.rounds:
                bounded(asked)
        except KnownError as error:
            if error.code.startswith("authority."):
                raise
            self._ignore(f"{courier.QUESTIONS}/{text}", error.code)
            return []
        status = question.rounds[0].status
        if status:
            self._hear(kid, status)
        return [(question, digest(data))]

    def _hear(self, kid: bytes, status: bytes) -> None:
        """What a device says of itself, unless something newer was heard of it meanwhile."""
        known = {device: data for device, data, _ in self._relay.store.statuses()}
        try:
            said = read_status(status, self._directory.any_device_key)
            before = known.get(said.device)
            if before is None or read_status(before, self._directory.any_device_key).at < said.at:
                self._relay.take_status(kid, status)
        except KnownError as error:
            self._ignore(courier.QUESTIONS, error.code)

    def _put_authority(self) -> None:
        """The agency's published set; its timestamp last, so that a set that was cut off is the one before."""
        names = [
            path.relative_to(self._published).as_posix()
            for part in ("targets", "metadata")
            for path in sorted((self._published / part).rglob("*"))
            if path.is_file()
        ]
        stamp = self._directory.file(TIMESTAMP) or b""
        for name in names:
            data = self._directory.file(name)
            if name != TIMESTAMP and data is not None:
                self._folder.put(courier.AUTHORITY, name, data)
        self._folder.put(courier.AUTHORITY, TIMESTAMP, stamp)

    def _answer(self, question: Question, name: bytes) -> None:
        """Of one state of the log; what its device is to have lies there before it."""
        size = self._relay.store.size()
        outcomes = tuple(self._outcomes.get(question.device, ()))
        self._spoken_for += EACH * (len(outcomes) + 1)
        first = question.rounds[0]
        feeds = tuple(self._feed(one, size) for one in question.rounds)
        for bundle in question.bundles:
            self._put_bundle(bundle)
        for blob in question.blobs:
            self._put_blob(blob)
        ends = courier.run_ends([one for one in map(_index_of, outcomes) if one is not None])
        wanted = {one for asked in question.rounds for one in (asked.size, *asked.sizes)}
        sizes = tuple(sorted(one for one in {*wanted, *ends} if 0 < one <= size))
        answer = Answer(
            device=question.device,
            question=name,
            head=self._relay.head(size),
            sizes=sizes,
            paths=tuple(self._relay.path(one, size) for one in sizes),
            outcomes=outcomes,
            feeds=feeds,
            devices=() if first.devices_since < 0 else self._relay.devices(first.devices_since),
            authority=digest(self._directory.file(TIMESTAMP) or b""),
        )
        self._folder.put(courier.ANSWERS, question.device.hex, courier.sign_answer(answer, self._signer))
        self.done.answered += 1
        carried = sum(len(one.items) for one in feeds)
        self._audit.write(str(question.device), "courier out", "ok", receipts=len(outcomes), bundles=carried)
        self._audit.flush()

    def _feed(self, asked: Round, size: int) -> CarriedFeed:
        """Everything from there on, as far as the stick has room."""
        items: list[FeedItem] = []
        after, more = asked.after, True
        while more:
            rows, more = self._relay.items(asked, after, size, LIMITS.feed_items)
            for index, name, length in rows:
                if not self._put_bundle(name):
                    return CarriedFeed(recipient=asked.recipients[0], after=asked.after, items=tuple(items), more=True)
                items.append(FeedItem(index=index, digest=name, size=length))
                self._spoken_for += EACH
                after = index + 1
        return CarriedFeed(recipient=asked.recipients[0], after=asked.after, items=tuple(items))

    def _put_bundle(self, name: bytes) -> bool:
        """A bundle, and the attachments that there is room for. False where there is none for the bundle."""
        data = self._relay.store.bundle(name)
        if data is None:
            return True
        if self._folder.whole(courier.BUNDLES, name, self._most) is None:
            if not self._has_room(len(data)):
                return False
            self._folder.put(courier.BUNDLES, name.hex(), data)
            self.done.put += 1
        header, _ = peek_cover(data)
        for ref in header.blobs:
            self._put_blob(ref.digest)
        return True

    def _put_blob(self, name: bytes) -> None:
        """What has no room is asked for by name the next time."""
        have, whole = self._relay.store.blob_have(name)
        if whole and not self._folder.holds(courier.BLOBS, name, have) and self._has_room(have):
            self._folder.put_pieces(courier.BLOBS, name, have, self._relay.store.blob_read(name, 0, have))

    def _has_room(self, size: int) -> bool:
        fits = self._folder.free() - self._spoken_for > size
        self.done.full |= not fits
        return fits

    def _ignore(self, name: str, why: str) -> None:
        self.done.ignored.append(f"{name}: {why}")
        self._audit.write("operator", "courier", "ignored", file=name, why=why)


def _index_of(outcome: Outcome) -> int | None:
    """Where its receipt says that it stands; the relay's own, so nobody has to check it."""
    return from_bytes(Receipt, peek1(outcome.receipt).payload).index if outcome.receipt else None


def roots_of(published: Path) -> list[bytes]:
    """Every root metadata of the agency that its repository holds."""
    return [path.read_bytes() for path in sorted((published / "metadata").glob("*.root.json"))]


def open_folder(chosen: Path, published: Path) -> CourierFolder:
    """The folder on that stick, if it is this agency's; from now on it names every root of the agency, whichever its devices know.

    Raises what `CourierFolder.open` and `put` raise.
    """
    roots = roots_of(published)
    folder = CourierFolder.open(chosen, roots)
    data = folder.read("", courier.MANIFEST, courier.MOST_MANIFEST) or b""
    manifest = courier.read_manifest(data, roots)
    folder.put("", courier.MANIFEST, to_bytes(courier.make_manifest(manifest.agency, roots)))
    return folder
