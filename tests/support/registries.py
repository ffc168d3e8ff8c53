"""A registry in a demonstration city, enrolled by the city's own office."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from central.authority.cli import main as office_main
from central.authority.keyring import Keyring
from central.platform.keyfile import KeyCost
from central.registry.cli import main
from central.registry.services import books
from central.registry.services.client import RelayClient
from central.registry.services.identity import Identity
from central.registry.services.pulling import Puller, folder_reader
from central.registry.store import open_register
from central.relay.cli import main as relay_main
from desktop.app.demo_city import PARTNER
from desktop.app.syncing import engine_of
from desktop.keys import open_slot
from desktop.platform.clock import SystemClock
from desktop.store.journal import Author
from desktop.store.models import OutboxRow
from desktop.store.projections import project_case
from enforcement.notices import NoticeClaims, OnSpotDecision, content_digest, make_code
from enforcement.notices.code import party_hint
from enforcement.values.cose import KeySigner
from enforcement.values.ids import uuid7
from enforcement.values.shapes import from_plain, to_plain

CHEAP = KeyCost(passes=1, lanes=1, memory_kib=8)
PASSWORD = "registry-password"


class Registry:
    """The folder `registry` of a city, its register open."""

    def __init__(self, city, clock):
        self.city, self.clock, self.folder = city, clock, city.folder / "registry"
        self.identity = Identity(self.folder, PASSWORD, CHEAP)
        self.register = open_register(self.folder)

    def enrol(self):
        """The request to the office, its grant back, the roster published."""
        files = self.city.authority / "incoming"
        request, grant = files / "registry.request", files / "registry.grant"
        request.write_bytes(self.identity.begin("登记中心", "", self.clock))
        self.city.office("registry", str(request), "--unit", "u9", "--out", str(grant))
        self.identity.take_grant(grant.read_bytes())
        self.city.office("publish")
        return self

    @property
    def puller(self):
        return Puller(self.register, self.identity.opener, self.clock, self.identity.grant.root)

    def client(self):
        return RelayClient(self.identity.grant.relay, self.identity.signer, self.clock)

    def pull(self):
        client = self.client()
        try:
            return self.puller.pull(client)
        finally:
            client.close()

    def close(self):
        self.register.close()


def command(registry: Registry, *words: str, code: int = 0):
    """`hengchi-registry`, and the JSON that it printed."""
    password = registry.folder / "password"
    password.write_text(PASSWORD, "utf-8")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        options = ["--json", "--language", "zh", "--password-file", str(password), str(registry.folder)]
        assert main([*options, *words]) == code
    return json.loads(out.getvalue())


PROGRAMS = {"hengchi-authority": office_main, "hengchi-registry": main, "hengchi-relay": relay_main}


def in_this_process(self, tool, *words, good=(0,)):
    """Instead of City._run: the same commands without a new interpreter for each. What serves stays a process of its own."""
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        code = PROGRAMS[tool](list(words))
    assert code in good, said.getvalue()
    return out.getvalue()


class Bench:
    """A register that is fed by hand, the city's published set beside it; the officer's device, whose entries a test may alter."""

    def __init__(self, city, desk, folder, url=""):
        self.city, self.desk, self.clock = city, desk, SystemClock()
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.register = open_register(folder, url)
        self.opener = opening_key(city)
        root = (city.repository / "metadata" / "1.root.json").read_bytes()
        self.puller = Puller(self.register, self.opener, self.clock, root)
        self.puller.take_authority(folder_reader(city.repository))

    def bundles(self):
        """What the device has sealed and not handed over yet, in its order."""
        engine = engine_of(self.desk)
        engine.seal()
        with self.desk.database.write() as session:
            rows = session.scalars(
                select(OutboxRow).where(OutboxRow.data.is_not(None)).order_by(OutboxRow.number)
            ).all()
            found = [row.data for row in rows]
            for row in rows:
                session.delete(row)
        return found

    def take(self, *bundles):
        """As a courier brings them."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        for number, data in enumerate(bundles):
            (folder / f"{number:03}.bundle").write_bytes(data)
        return self.puller.take_folder(folder)

    def told(self, weight=""):
        """The reasons, in the order of the list."""
        with self.register.read() as session:
            return [one["reason"] for one in books.refused(session, "en", weight)]

    def words(self):
        with self.register.read() as session:
            return [one["words"] for one in books.refused(session, "zh")]

    def acts(self, aggregate):
        """The bodies of a case with their entries' hashes and officers."""
        with self.desk.database.read() as session:
            return [(one.hash, one.body, one.certificate) for one in self.desk.journal.entries(session, aggregate)]

    def like(self, acts, alter=lambda body: body, at=None):
        """Another case of these acts, each altered; signed by the same officers, in the device's chain."""
        desk, at = self.desk, at or self.desk.clock.now()
        case_id, new = uuid7(at, desk.entropy), {}
        partner = _partner(desk, self.city.cast.password)
        with desk.database.write() as session:
            for old, body, certificate in acts:
                author = desk.author if certificate == desk.number else partner
                for name in ("determination", "decision"):
                    if isinstance(getattr(body, name, None), bytes):
                        body = msgspec.structs.replace(body, **{name: new[getattr(body, name)]})
                entry, *_ = desk.journal.append(session, case_id, [alter(body)], author, at, None)
                new[old] = entry.hash
            project_case(session, desk.journal, case_id)
        return case_id

    def issued(self, body, running, **changes):
        """A decision with another number and other content, its code signed as it should be."""
        content = from_plain(OnSpotDecision, body.content)
        number = f"{body.series}{running}号"
        content = msgspec.structs.replace(content, number=number, **changes)
        claims = NoticeClaims(
            agency=content.agency, issued_at=self.clock.now(), number=number, fine_fen=content.fine_fen,
            violation="road-occupy", party_hint=party_hint(content.party.name), content=content_digest(content),
        )  # fmt: skip
        return msgspec.structs.replace(
            body, number=number, running=running, content=to_plain(content), content_digest=content_digest(content),
            code=make_code(claims, KeySigner(self.desk.sign_key)), fine_fen=content.fine_fen,
        )  # fmt: skip

    def close(self):
        self.register.close()


def opening_key(city):
    """The agency's key that opens bundles, out of its office."""
    return Keyring(city.authority / "keys", city.cast.password).opening("registry")


def _partner(desk, password):
    secrets = open_slot(desk.device, desk.keys.slot(PARTNER), password)
    return Author(PARTNER, KeySigner(Ed25519PrivateKey.from_private_bytes(secrets.sign_seed)), desk.device)
