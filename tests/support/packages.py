"""An agency with an officer's device, a case of theirs, and its export package."""

import io
import os
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.authority.office import Office
from desktop.printing.pages import render_notice
from enforcement.credentials import Agency, EnrolPerson, Person, StatusChange, challenge, make_request
from enforcement.journal import NO_ENTRY, seal_entry
from enforcement.journal.acts import CaseDetermined, EvidenceAdded
from enforcement.notices import NoticeClaims, content_digest, make_code
from enforcement.notices.code import party_hint
from enforcement.sealing import DecryptionKey
from enforcement.sealing.package import Contents, PackedDocument, authority_files, make_package
from enforcement.values.cose import KeySigner
from enforcement.values.ids import digest, uuid7
from tests.support.journal_maker import opened
from tests.support.offices import CHEAP
from tests.support.on_spot import decision

START = datetime(2026, 10, 14, 1, 42, tzinfo=UTC)
EXPORTED = START + timedelta(days=20)
CASE = UUID(int=7)
NUMBERS = ("99010001", "99010002")
NAMES = ("林示例", "陈示例")
PHOTO = b"\x89PNG the picture" * 400


class FixedClock:
    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at


class City:
    """Office, device, two officers; `add` appends an entry."""

    def __init__(self, folder, name="示例市城市管理行政执法局", start=START - timedelta(days=10)):
        self.clock = FixedClock(start)
        self.office = Office(folder, "office-password", self.clock, cost=CHEAP)
        self.office.found(
            Agency(
                name=name, short="城管局", region="990100", address="a", phone="p", number_code="示城管", bank="b",
                bank_account="0", bank_account_name="n", reconsideration_body="示例市人民政府", court="法院", ca=b"",
            ),
            (("u1", "示范中队"),), 60, "",
        )  # fmt: skip
        for number, name_ in zip(NUMBERS, NAMES, strict=True):
            self.office.add_person(
                Person(
                    number=number, name=name_, unit="u1", roles=("officer",), kind="执法证", fields=("城市管理",), region="990100",
                    valid_from=date(2024, 1, 1), valid_to=date(2029, 12, 31), review_due=date(2027, 12, 31),
                )
            )  # fmt: skip
        self.device, device_key = uuid4(), Ed25519PrivateKey.generate()
        self.signers = {number: KeySigner(Ed25519PrivateKey.generate()) for number in NUMBERS}
        people = []
        for number, signer in self.signers.items():
            sign, hpke = signer.key.public_key().public_bytes_raw(), DecryptionKey.generate().public_bytes
            proof = signer.sign(challenge(self.device, number, sign, hpke))
            people.append(EnrolPerson(number=number, sign=sign, hpke=hpke, proof=proof))
        public = device_key.public_key().public_bytes_raw()
        self.request = make_request(self.device, "平板", KeySigner(device_key), public, people, self.clock.at)
        self.office.publish()
        self.office.enrol(self.request, "u1")
        self.office.publish()
        self.seq, self.prev, self.heads, self.at = 0, NO_ENTRY, (), START
        self.entries = []

    @property
    def root(self):
        return (self.office.repository / "metadata" / "1.root.json").read_bytes()

    def fetch(self, name):
        path = self.office.repository / name
        return path.read_bytes() if path.is_file() else None

    def add(self, body, officer=NUMBERS[0], case=CASE, parents=None):
        self.at += timedelta(minutes=1)
        entry = seal_entry(
            body, entry_id=uuid7(self.at, os.urandom), aggregate=case, certificate=officer, device=self.device,
            seq=self.seq + 1, prev=self.prev, parents=self.heads if parents is None else parents, at=self.at,
            evidence=None, signer=self.signers[officer],
        )  # fmt: skip
        self.seq, self.prev = entry.seq, entry.hash
        if case == CASE:
            self.heads = (entry.hash,)
            self.entries.append(entry)
        return entry

    def suspend(self, number, since):
        self.office.set_status(number, StatusChange(since=since, state="suspended", reason="暂扣"))
        self.office.publish()


def evidence(content=PHOTO, caption="门前人行道全景"):
    return EvidenceAdded(
        evidence=uuid4(), sort="photograph", caption=caption, media_type="image/png", blob=digest(b"sealed" + content),
        sealed_size=len(content) + 32, plain_digest=digest(content), plain_size=len(content), key=bytes(32),
        taken_at=START, taken_by=NUMBERS[0], place="示范路18号",
    )  # fmt: skip


def case_of(city):
    """Opened, a photograph, an act of another case between, determined by one officer with a pack, and by the second."""
    city.add(opened())
    city.add(evidence())
    city.add(opened(), case=UUID(int=8), parents=())
    city.add(
        CaseDetermined(
            pack_digest=bytes(range(32)), violation="road", facts={"area": 65}, acted_on=START.date(), decided_on=START.date(),
            determination={"title": "擅自占用城市道路", "tier": "t1"}, fine_fen=150_000,
        ),
        NUMBERS[1],
    )  # fmt: skip
    return city


def notice(city):
    """A decision on the spot with the code of the city's officer."""
    made = decision()
    claims = NoticeClaims(
        made.agency, START, made.number, made.fine_fen, "road", party_hint(made.party.name), content_digest(made)
    )
    return PackedDocument(
        "当场行政处罚决定书", made.number, render_notice(made, make_code(claims, city.signers[NUMBERS[0]]))
    )


def contents(city, **changes):
    values = dict(
        aggregate=CASE,
        title="擅自占用城市道路案",
        entries=[entry.data for entry in city.entries],
        root=city.root,
        authority=authority_files(city.fetch, city.root, EXPORTED),
        documents=[notice(city)],
        attachments={
            entry.body.blob: lambda: iter([PHOTO[:1000], PHOTO[1000:]])
            for entry in city.entries
            if hasattr(entry.body, "blob")
        },
        packs={},
    )
    return Contents(**{**values, **changes})


def packed(city, given=None, *, at=EXPORTED, password="", signer=None, number=NUMBERS[0]):
    """The bytes of a package."""
    out = io.BytesIO()
    make_package(
        out, given or contents(city), signer or city.signers[number], number, at, entropy=os.urandom, password=password
    )
    return out.getvalue()
