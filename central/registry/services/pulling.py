"""One round with the relay: the agency's newest data, the log's head, the feed to its end, what the devices say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.platform.courier import CourierFolder, is_courier
from central.registry.services import log
from central.registry.services.client import RelayClient
from central.registry.services.feed import bundle_of, feed_from
from central.registry.services.intake import Touched, settle, take_in, try_again
from central.registry.services.restored import acknowledged
from central.registry.services.trusted import Trusted, changed_between, refresh, trusted_of
from central.registry.store import Register
from central.registry.store.kept import CURSOR, HEAD, keep, kept
from central.registry.store.models import BundleRow, SeenRow
from enforcement.exchange import LIMITS, Devices, TreeHead, check_tree_head, courier, read_status
from enforcement.sealing import Decryptor
from enforcement.sealing.bundle import FORMAT
from enforcement.values.clock import Clock, to_ms
from enforcement.values.cose import CONTENT_TYPE, peek1
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes

Fetch = Callable[[str], bytes | None]
AT_ONCE = 32
"""Bundles in one transaction; the place in the feed moves on with them."""


@dataclass
class Pulled:
    """What a round came to."""

    bundles: int = 0
    entries: int = 0
    known: int = 0
    authority_new: bool = False
    consistent: bool = True
    ignored: list[str] = field(default_factory=list)


@dataclass
class Puller:
    """Everything that a round needs. `root` is the TUF root of the registry's grant."""

    register: Register
    opener: Decryptor
    clock: Clock
    root: bytes
    _passed_over: set[bytes] = field(default_factory=set, repr=False)
    """Bundles in which no supervisor's word was found."""

    def pull(self, client: RelayClient, wait: float = 0) -> Pulled:
        """One round; `wait` seconds of long poll when there is nothing. Raises KnownError(relay.*), (authority.*), (receipt.altered).

        A log that does not continue the one seen before is written down and nothing more of it is taken in, until a supervisor's word
        that its loss is known stands in it.
        """
        result = Pulled()
        result.authority_new = self.take_authority(client.public)
        with self.register.read() as session:
            trusted = trusted_of(session)
        head = self._head(client, trusted, result)
        if head is None and self._known(client, trusted):
            head = self._head(client, trusted, result)
        if head is None:
            return result
        waited = wait
        while self._page(client, trusted, result, waited):
            waited = 0
        head = self._head(client, trusted, result)
        if head is not None:
            with self.register.write() as session:
                log.audit(session, head)
        self._statements(client, trusted)
        return result

    def take_authority(self, fetch: Fetch) -> bool:
        """A newer set of the agency; what it changes is judged again. Raises KnownError(authority.*)."""
        with self.register.write() as session:
            before = _trusted(session)
            if not refresh(session, self.root, fetch, self.clock.now()):
                return False
            session.flush()
            trusted, touched = trusted_of(session), Touched()
            if before is not None:
                changed = changed_between(before.index.roster, trusted.index.roster)
                try_again(session, trusted, self.opener, changed, touched)
                settle(session, trusted, touched)
        return True

    def take_folder(self, folder: Path) -> Pulled:
        """Courier: every bundle among the files of a folder, whatever they are called; with the agency's set where it lies there too.
        Of a courier's folder only what is this agency's, and what hashes to its name.

        Raises KnownError(authority.*), (courier.*) and (input.invalid) for what is no folder.
        """
        if not folder.is_dir():
            raise KnownError("input.invalid", field="folder", why=str(folder))
        result = Pulled()
        if is_courier(folder):
            stick = CourierFolder.open(folder, [self.root])
            return self._take_files(stick.path / courier.AUTHORITY, stick.bundles(result.ignored), result)
        published = next((one for one in (folder, folder / "authority") if (one / "metadata").is_dir()), None)
        files = (
            path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not (published is not None and path.is_relative_to(published / "metadata"))
        )
        datas = ((one.name, one.read_bytes() if one.stat().st_size <= LIMITS.bundle else b"") for one in files)
        return self._take_files(published, datas, result)

    def _take_files(self, published: Path | None, files: Iterable[tuple[str, bytes]], result: Pulled) -> Pulled:
        if published is not None and (published / "metadata").is_dir():
            result.authority_new = self.take_authority(folder_reader(published))
        with self.register.read() as session:
            trusted = trusted_of(session)
        batch: list[bytes] = []
        for name, data in files:
            if not _is_bundle(data):
                result.ignored.append(name)
                continue
            batch.append(data)
            if len(batch) == AT_ONCE:
                self._take(trusted, [(data, None) for data in batch], result, "courier")
                batch.clear()
        self._take(trusted, [(data, None) for data in batch], result, "courier")
        return result

    def _head(self, client: RelayClient, trusted: Trusted, result: Pulled) -> TreeHead | None:
        data = client.get("/v1/log/head")
        with self.register.write() as session:
            head = log.check_head(session, data, log.key_in(trusted.index.roster.relay_keys), client.get)
            session.flush()
            result.consistent = not log.refused_head(session)
        return head if result.consistent else None

    def _known(self, client: RelayClient, trusted: Trusted) -> bool:
        """Begin anew where a supervisor has acknowledged that the relay was restored."""
        head = check_tree_head(client.get("/v1/log/head"), log.key_in(trusted.index.roster.relay_keys))
        with self.register.read() as session:
            old = kept(session, HEAD)
            self._passed_over.update(session.scalars(select(BundleRow.digest)))
        if old is None:
            return False
        act = acknowledged(client.get, trusted, self.opener, from_bytes(TreeHead, old), head, self._passed_over)
        if act is None:
            return False
        with self.register.write() as session:
            log.begin_anew(session, act.words)
        return True

    def _page(self, client: RelayClient, trusted: Trusted, result: Pulled, wait: float) -> bool:
        with self.register.read() as session:
            cursor = int((kept(session, CURSOR) or b"0").decode())
        feed = feed_from(lambda path, query: client.get(path, query, wait), self.opener, cursor, wait)
        for start in range(0, len(feed.items), AT_ONCE):
            some = feed.items[start : start + AT_ONCE]
            batch = [(bundle_of(client.get, item), item.index) for item in some]
            self._take(trusted, batch, result, "relay", some[-1].index + 1)
        return bool(feed.items)

    def _take(
        self,
        trusted: Trusted,
        batch: Sequence[tuple[bytes, int | None]],
        result: Pulled,
        came: str,
        cursor: int | None = None,
    ) -> None:
        touched, now = Touched(), self.clock.now()
        with self.register.write() as session:
            for data, idx in batch:
                take_in(session, trusted, self.opener, data, now, touched, came=came, idx=idx)
            settle(session, trusted, touched)
            if cursor is not None:
                keep(session, CURSOR, str(cursor).encode())
        result.bundles += touched.bundles
        result.entries += touched.entries
        result.known += len(batch) - touched.bundles

    def _statements(self, client: RelayClient, trusted: Trusted) -> None:
        devices = from_bytes(Devices, client.get("/v1/devices")).devices
        with self.register.write() as session:
            spoke: list[UUID] = []
            for one in devices:
                try:
                    said = read_status(one.status, trusted.index.device_key)
                except KnownError:
                    continue  # whoever signed it is in no roster that is known here
                row = session.get(SeenRow, said.device.bytes)
                if row is not None and row.at_ms >= to_ms(said.at):
                    continue
                session.merge(
                    SeenRow(
                        device=said.device.bytes, seq=said.seq, head=said.head, waiting=said.waiting,
                        at_ms=to_ms(said.at), data=one.status,
                    )
                )  # fmt: skip
                spoke.append(said.device)
            session.flush()
            settle(session, trusted, Touched(came={device: [] for device in spoke}))


def _trusted(session: Session) -> Trusted | None:
    try:
        return trusted_of(session)
    except KnownError as error:
        if error.code != "authority.untrusted":
            raise
        return None


def _is_bundle(data: bytes) -> bool:
    try:
        return peek1(data).headers.get(CONTENT_TYPE) == FORMAT
    except KnownError:
        return False


def folder_reader(folder: Path) -> Fetch:
    """The files of a published set in a folder; never one outside it."""

    def fetch(name: str) -> bytes | None:
        path = (folder / name).resolve()
        return path.read_bytes() if path.is_relative_to(folder.resolve()) and path.is_file() else None

    return fetch
