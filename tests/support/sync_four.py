"""Four enrolled devices with real stores, prepared once and copied for each run: two officers, a supervisor, a reader like the registry."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from central.relay.directory import Directory
from desktop.keys import Cost, open_slot, read_key_file
from desktop.services import profile
from desktop.store import JournalStore, open_database
from desktop.store.authority import load, refresh, trust_root
from desktop.store.blobs import BlobFolder
from desktop.store.journal import Author
from desktop.store.kept import DEVICE_SEED, GRANT, keep, kept
from desktop.store.models import ChainRow, EntryRow, OutboxRow
from desktop.store.projections import extend_chain, project_case, rebuild, snapshot
from desktop.sync import Engine
from enforcement.credentials import EnrolGrant
from enforcement.journal.acts import CaseOpened, CertificateShown, EvidenceAdded, FactsRecorded, Party, ReviewAnswered
from enforcement.journal.relay_acts import RELAY_LOG, RelayAcknowledged
from enforcement.sealing import DecryptionKey
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest, uuid7
from enforcement.values.shapes import from_bytes, to_bytes
from tests.support.offices import HandClock, founded, person, reader
from tests.support.relay_memory import KEY_FILE, MemoryLine, MemoryRelay

PEOPLE = {"one": "99010001", "two": "99010002", "head": "99019001", "books": "99018001"}
PASSWORD = "device-password"
CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
NAMES = tuple(PEOPLE)


def scratch() -> Path:
    """A folder in memory where there is one: what is tested is what is written, not how fast a disk is."""
    base = "/dev/shm" if os.path.isdir("/dev/shm") else None
    return Path(tempfile.mkdtemp(prefix="hengchi-", dir=base))


@dataclass(frozen=True)
class Secrets:
    device: UUID
    store_key: bytes
    sign: Ed25519PrivateKey
    opens: DecryptionKey
    seed: bytes


class Prepared:
    """The folder that runs are copied from."""

    def __init__(self, folder: Path, clock=None) -> None:
        self.folder, clock = folder, clock or HandClock()
        people = [
            person(number, name=name, roles=("supervisor",) if name == "head" else ("officer",))
            for name, number in PEOPLE.items()
        ]
        self.office = founded(folder / "office", *people, clock=clock)
        relay_key = Ed25519PrivateKey.generate()
        (folder / "relay").mkdir()
        (folder / "relay" / KEY_FILE).write_bytes(relay_key.private_bytes_raw())
        self.office.set_relay("", relay_key.public_key().public_bytes_raw())
        for name, number in PEOPLE.items():
            request = profile.create(folder / name, name, [(number, PASSWORD)], clock, CHEAP)
            profile.put_grant(folder / name, self.office.enrol(request, "u1"))
        self.office.publish()
        self.published = self.office.repository
        Directory(self.published, folder / "relay", clock).trust(
            (self.published / "metadata" / "1.root.json").read_bytes()
        )
        self.secrets = {name: self._first(name, number, clock) for name, number in PEOPLE.items()}
        self.started = clock.now()

    def _first(self, name: str, number: str, clock) -> Secrets:
        keys = read_key_file(self.folder / name)
        secrets = open_slot(keys.device, keys.slot(number), PASSWORD)
        grant: EnrolGrant = profile.read_put_grant(self.folder / name)
        database = open_database(self.folder / name, secrets.store_key)
        with database.write() as session:
            keep(session, GRANT, to_bytes(grant))
            trust_root(session, grant.root)
            refresh(session, keys.device, reader(self.published), clock.now())
            seed = kept(session, DEVICE_SEED)
        database.close()
        opens = self.office.keys.opening("registry") if name == "books" else None
        return Secrets(
            keys.device,
            secrets.store_key,
            Ed25519PrivateKey.from_private_bytes(secrets.sign_seed),
            opens or DecryptionKey.from_private_bytes(secrets.decryption_key),
            seed,
        )


class ShiftedClock:
    """A device's own clock: the world's, off by `shift`."""

    def __init__(self, world) -> None:
        self.world, self.shift = world, timedelta()

    def now(self):
        return self.world.now() + self.shift


class Four:
    """One run."""

    def __init__(self, prepared: Prepared, clock=None) -> None:
        self.prepared, self.folder = prepared, scratch()
        self.world = clock or HandClock(prepared.started)
        for name in (*NAMES, "relay"):
            shutil.copytree(prepared.folder / name, self.folder / name)
        self.relay = MemoryRelay(self.folder / "relay", prepared.published, self.world)
        self.devices = {name: Device(self, name, name) for name in NAMES}

    def tick(self, **time):
        self.world.at += timedelta(**(time or {"seconds": 1}))

    def clone(self, name: str) -> Device:
        """A second machine with the same profile."""
        source, number = self.devices[name], sum(one.startswith(f"{name}-") for one in self.devices)
        source.close()
        shutil.copytree(source.folder, self.folder / f"{name}-{number}")
        source.open()
        made = self.devices[f"{name}-{number}"] = Device(self, name, f"{name}-{number}")
        return made

    def close(self):
        for device in self.devices.values():
            device.close()
        self.relay.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def one_by_one(run):
    """Asks at once what is asked ahead: the interleaving with the most between question and use, the same at every run."""
    try:
        answer = run()
    except KnownError as problem:
        error = problem

        def fails():
            raise error

        return fails
    return lambda: answer


class Device:
    """A device with its store and its engine; acts are appended as the desk does, in one transaction with their projections."""

    def __init__(self, four: Four, person: str, folder: str) -> None:
        self.four, self.name, self.folder = four, folder, four.folder / folder
        self.person, self.secrets = person, four.prepared.secrets[person]
        self.clock, self.journal = ShiftedClock(four.world), JournalStore()
        self.device = self.secrets.device
        self.acted: set[bytes] = set()
        self.line: MemoryLine | None = None
        self.transport = None
        self.open()

    def open(self):
        self.database = open_database(self.folder, self.secrets.store_key)
        self.blobs = BlobFolder(self.folder)
        self.blobs.sweep()
        with self.database.read() as session:
            index = load(session).index
        signer = KeySigner(Ed25519PrivateKey.from_private_bytes(self.secrets.seed))
        late = self.line.late if self.line is not None else []
        self.line = MemoryLine(self.four.relay, signer, self.clock)
        self.line.late = late
        self.engine = Engine(
            database=self.database, blobs=self.blobs, journal=self.journal, index=index, device=self.device, unit="u1",
            device_signer=signer, decryptor=self.secrets.opens, transport=self.transport or self.line, clock=self.clock,
            ahead=one_by_one,
        )  # fmt: skip

    def close(self):
        self.database.close()

    def restart(self):
        self.close()
        self.open()

    def author(self, who: str = "") -> Author:
        who = who or self.person
        return Author(PEOPLE[who], KeySigner(self.four.prepared.secrets[who].sign), self.device)

    def act(self, aggregate: UUID, *bodies, who: str = "") -> tuple[bytes, ...]:
        """Durable when it returns."""
        with self.database.write() as session:
            made = self.journal.append(session, aggregate, bodies, self.author(who), self.clock.now(), None)
            project_case(session, self.journal, aggregate)
            extend_chain(session, self.journal, self.device, made)
        hashes = tuple(entry.hash for entry in made)
        self.acted.update(hashes)
        return hashes

    def opened(self, with_: str = "", facts: int = 1) -> UUID:
        """A case, its second officer's hand under it where one is named."""
        case = uuid7(self.four.world.now(), os.urandom)
        party = Party(party_id="p", name="示例公司", kind="organisation", code="", address="示例市")
        self.act(
            case,
            CaseOpened(
                inspection=uuid7(self.four.world.now(), os.urandom), party=party, unit="u1", officer=PEOPLE[self.person],
                place="示例路", found_at=self.clock.now(), procedure="summary",
            ),
            *[self.facts(number) for number in range(facts)],
        )  # fmt: skip
        if with_:
            self.act(case, ReviewAnswered(words="同意"), who=with_)
        return case

    def facts(self, number: int = 0) -> FactsRecorded:
        return FactsRecorded(
            violation="v", happened=f"所见 {number} {os.urandom(8).hex()}", place="示例路", facts={"area": number}
        )

    def photograph(self, case: UUID, size: int = 2_000) -> bytes:
        """Sealed bytes in the folder, and their act; the blob's name."""
        data = os.urandom(size)
        with self.blobs.writing() as (write, finish):
            write(data)
            name = finish()
        with self.database.write() as session:
            from desktop.store.models import BlobRow

            session.add(BlobRow(digest=name, size=size, aggregate=case.bytes, present=True))
        self.act(
            case,
            EvidenceAdded(
                evidence=uuid7(self.four.world.now(), os.urandom), sort="photograph", caption="", media_type="image/jpeg", blob=name,
                sealed_size=size, plain_digest=digest(data), plain_size=size, key=bytes(32), taken_at=self.clock.now(),
                taken_by=PEOPLE[self.person], place="",
            ),
        )  # fmt: skip
        return name

    def acknowledge(self, words: str = "已从备份恢复") -> None:
        """The supervisor says that the relay's restore is known."""
        from desktop.store.kept import HEAD, KeptHead

        with self.database.read() as session:
            head = from_bytes(KeptHead, kept(session, HEAD))
        shown = CertificateShown(
            number=PEOPLE[self.person], name="", unit="u1", state="valid", roster_version=1, roster_digest=b""
        )
        self.act(RELAY_LOG, RelayAcknowledged(size=head.size, root=head.root, at=head.at, words=words, shown=shown))

    # what is there

    def hashes(self) -> set[bytes]:
        with self.database.read() as session:
            return set(session.scalars(select(EntryRow.hash)))

    def queue(self) -> dict[bytes, str]:
        with self.database.read() as session:
            return {row.digest: row.state for row in session.scalars(select(OutboxRow))}

    def chain(self, device: UUID) -> ChainRow | None:
        with self.database.read() as session:
            return session.get(ChainRow, device.bytes)

    def twice(self) -> bool:
        with self.database.read() as session:
            return bool(session.execute(select(EntryRow.hash).group_by(EntryRow.hash).having(func.count() > 1)).first())

    def books(self) -> bytes:
        """Every projection, after it was seen to be what the journal says."""
        with self.database.write() as session:
            before = snapshot(session)
            rebuild(session, self.journal)
            assert snapshot(session) == before
            return before

    def case_bytes(self, case: UUID) -> bytes:
        """The fold of one case, as bytes."""
        from enforcement.casefile import fold_case

        with self.database.read() as session:
            return repr(fold_case(case, self.journal.entries(session, case))).encode()
