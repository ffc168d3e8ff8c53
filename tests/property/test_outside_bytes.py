"""Every reader of bytes from outside: whatever comes in, either it is what it says or a KnownError says why not; memory stays bounded.

What is signed is also made wrong on the inside and signed again: whoever sends it may hold a good key.
"""

import io
import json
import resource
import shutil
import time
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import cbor2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from central.authority.roster_book import read_roster
from enforcement.credentials.authority_set import SetVersions, open_set
from enforcement.credentials.card import read_card_code
from enforcement.credentials.certificate import read_certificate
from enforcement.credentials.enrolment import read_grant, read_request
from enforcement.credentials.recovery import read_answer, read_recovery_request
from enforcement.credentials.shown import read_shown_code
from enforcement.exchange import (
    BlobStates,
    Devices,
    Feed,
    Outcomes,
    PostBundles,
    Problem,
    Round,
    RoundAnswer,
    RoundItem,
    WantBlobs,
    check_receipt,
    check_tree_head,
    read_status,
)
from enforcement.exchange.courier import check_answer, check_question, read_manifest
from enforcement.journal import read_entry
from enforcement.notices import read_code
from enforcement.sealing import open_blob, open_bundle, read_header
from enforcement.sealing.package import read_package
from enforcement.values.codetext import pack, unpack
from enforcement.values.cose import ALG, KID, sign1
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes, to_bytes
from tests.support.offices import START, founded, person, reader, root_of
from tests.support.roster_books import GOOD, book
from tests.vectors.make_vectors import READER, SIGNER

VECTORS = Path(__file__).parents[1] / "vectors"
AT = datetime(2026, 10, 14, 2, tzinfo=UTC)
MEMORY = 512 << 20
"""Bytes by which the whole run may grow the process; a reader that believes a length takes more at once."""


def vectors(name):
    found = json.loads((VECTORS / f"{name}.json").read_text())
    return [bytes.fromhex(one["data"]) for one in found if one["outcome"] == "ok"]


def key_of(kid, *_):
    return SIGNER.key.public_key() if kid == SIGNER.kid else None


def signed_again(data, change):
    """A COSE_Sign1 with another payload, signed by the key that may."""
    protected, _, payload, _ = cbor2.loads(data).value
    headers = {name: value for name, value in cbor2.loads(protected).items() if name not in (ALG, KID)}
    return sign1(change(payload), SIGNER, headers=headers)


def code_again(data, change, prefix):
    """The same inside a code of characters."""
    return pack(prefix, signed_again(_unpacked(data, prefix), change)).encode()


def _unpacked(data, prefix):
    return unpack(prefix, data.decode())


ROUND = Round(
    status=b"s",
    size=3,
    sizes=(1, 2),
    after=0,
    recipients=(bytes(32),),
    skip=(1,),
    budget=9,
    wait_ms=0,
    devices_since=-1,
)
ANSWER = RoundAnswer(
    head=b"h", path=(bytes(32),), paths=((bytes(32),), ()), items=(RoundItem(index=1, digest=bytes(32), size=3, data=b"abc"),),
    more=False, devices=(), authority=bytes(32),
)  # fmt: skip
PLAIN = {
    "round": (Round, ROUND),
    "round answer": (RoundAnswer, ANSWER),
    "bundles": (PostBundles, PostBundles(bundles=(b"a", b"bc"), blobs=(b"d",))),
    "outcomes": (Outcomes, Outcomes(outcomes=())),
    "feed": (Feed, Feed(items=(), cursor=3)),
    "blob states": (BlobStates, BlobStates(blobs=())),
    "wanted blobs": (WantBlobs, WantBlobs(digests=(bytes(32),))),
    "devices": (Devices, Devices(devices=())),
    "problem": (Problem, Problem(code="relay.busy", number=604, at=AT)),
}


class Office:
    """An agency's published set and what goes to and fro with it."""

    def __init__(self, folder):
        self.office = founded(folder, person())
        self.office.publish()
        self.fetch = reader(self.office.repository)
        self.root = root_of(self.office)
        self.names = sorted(
            str(path.relative_to(self.office.repository))
            for path in self.office.repository.rglob("*")
            if path.is_file()
        )
        self.ca = self.office.state().roster.agency.ca

    def with_file(self, name, data):
        """The set read with one of its files put in another's place."""

        def fetch(asked):
            return data if asked == name else self.fetch(asked)

        opened = open_set(fetch, SetVersions(root=self.root), START)
        for path in opened.paths():
            opened.target(path)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    yield Office(folder / "office")
    shutil.rmtree(folder, ignore_errors=True)


def readers(office):
    """Name: (seeds, how a changed seed is made, reader)."""

    def plain(kind):
        return lambda data: from_bytes(kind, data)

    def as_text(read):
        return lambda data: read(data.decode("utf-8", "replace"))

    def straight(data, change):
        return change(data)

    unit = office.office.state()
    tufs = {name: office.fetch(name) for name in office.names if name.startswith("metadata/")}
    found = {f"message {name}": ([to_bytes(one)], straight, plain(kind)) for name, (kind, one) in PLAIN.items()}
    found |= {
        "entry": (vectors("entry"), signed_again, lambda data: read_entry(data, key_of)),
        "bundle": (vectors("bundle"), signed_again, lambda data: open_bundle(data, key_of, READER)),
        "bundle header": (vectors("bundle"), straight, lambda data: read_header(data, key_of)),
        "receipt": (vectors("receipt"), signed_again, lambda data: check_receipt(data, bytes(32), key_of)),
        "tree head": (vectors("receipt"), signed_again, lambda data: check_tree_head(data, key_of)),
        "courier manifest": (vectors("courier")[:1], straight, lambda data: read_manifest(data, [b"root metadata"])),
        "courier question": (vectors("courier")[1:2], signed_again, lambda data: check_question(data, key_of)),
        "courier answer": (vectors("courier")[2:], signed_again, lambda data: check_answer(data, key_of, UUID(int=3))),
        "status": (vectors("entry"), signed_again, lambda data: read_status(data, key_of)),
        "blob": (vectors("blob"), straight, lambda data: [None for _ in open_blob([data], bytes(32))]),
        "notice code": (vectors("notice"), lambda data, change: code_again(data, change, "HZ1:"), as_text(lambda text: read_code(text, key_of))),
        "notice characters": (vectors("notice"), straight, as_text(lambda text: read_code(text, key_of))),
        "card": (vectors("card"), lambda data, change: code_again(data, change, "HZC1:"), as_text(lambda text: read_card_code(text, key_of))),
        "shown": (
            vectors("shown"), lambda data, change: code_again(data, change, "HZS1:"),
            as_text(lambda text: read_shown_code(text, key_of, AT, timedelta(minutes=2))),
        ),
        "package": (package_seeds(), straight, lambda data: read_package(io.BytesIO(data))),
        "certificate": ([office.ca], straight, lambda data: read_certificate(data, office.ca)),
        "enrolment": (vectors("entry"), signed_again, read_request),
        "grant": (vectors("entry"), signed_again, lambda data: read_grant(data, UUID(int=3))),
        "recovery": (vectors("entry"), signed_again, read_recovery_request),
        "recovery answer": (vectors("entry"), signed_again, lambda data: read_answer(data, office.ca, UUID(int=3))),
        "roster workbook": ([book(GOOD)], straight, lambda data: read_roster(data, "b.xlsx", unit.roster, office.office.policy)),
    }  # fmt: skip
    for name, data in tufs.items():
        found[f"set {name}"] = ([data], straight, lambda changed, name=name: office.with_file(name, changed))
    return found


def package_seeds():
    found = json.loads((VECTORS / "package.json").read_text())
    found = found[0] if isinstance(found, list) else found
    return [bytes.fromhex(found["package"]), bytes.fromhex(found["locked"])]


@st.composite
def changes(draw):
    """A function that spoils bytes: bits, lengths, cuts, repeats, and values of CBOR that stand where others should."""
    edits = draw(st.lists(st.tuples(st.sampled_from(["flip", "cut", "drop", "put", "twice", "big", "whole", "cbor"]), st.integers(0, 1 << 16), st.binary(max_size=24)), min_size=1, max_size=4))  # fmt: skip

    def change(data):
        for sort, at, more in edits:
            at %= len(data) + 1
            match sort:
                case "flip" if at < len(data):
                    data = data[:at] + bytes([data[at] ^ (1 << (len(more) % 8))]) + data[at + 1 :]
                case "cut":
                    data = data[:at]
                case "drop":
                    data = data[:at] + data[at + 1 + len(more) :]
                case "put":
                    data = data[:at] + more + data[at:]
                case "twice":
                    data = data[:at] + data[at:] * 2
                case "big":  # a length that promises much
                    data = data[:at] + b"\x5b\x00\x00\x00\xff\xff\xff\xff\xff" + data[at:]
                case "whole":
                    data = more
                case "cbor":
                    data = _other_value(data, at, more)
        return data

    return change


def _other_value(data, at, more):
    """One value of a CBOR item replaced by another."""
    try:
        value = cbor2.loads(data)
    except Exception:
        return data
    others = [None, at, -at, more, more.hex(), [], {}, [[]] * 3, {"a": at}, True, 1 << 63, "2026-13-01T00:00Z", 1.5]
    count = [at % 17]

    def walk(one):
        count[0] -= 1
        if count[0] == 0:
            return others[len(more) % len(others)]
        if isinstance(one, dict):
            return {key: walk(item) for key, item in one.items()}
        if isinstance(one, list):
            return [walk(item) for item in one]
        return one

    try:
        return cbor2.dumps(walk(value), canonical=True)
    except Exception:  # what stood there is no value that can be written
        return data


def fuzz(office, examples, seconds=None):
    """Change what is good in every way; how often each reader was asked, and what came out of it that should not."""
    asked, wrong = {}, {}
    for name, (seeds, make, read) in readers(office).items():
        asked[name] = _fuzz(name, seeds, make, read, examples, seconds, wrong)
    return asked, wrong


def _fuzz(name, seeds, make, read, examples, seconds, wrong):
    asked = [0]

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=seconds is None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.integers(0, len(seeds) - 1), changes())
    def one(number, change):
        asked[0] += 1
        data = make(seeds[number], change)
        try:
            read(data)
        except KnownError:
            pass
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            wrong[name, type(error).__name__, f"{place.filename}:{place.lineno}"] = (str(error)[:200], data[:200].hex())

    until = time.monotonic() + (seconds or 0)
    one()
    while time.monotonic() < until:
        one()
    return asked[0]


def judge(office, examples, seconds=None):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    asked, wrong = fuzz(office, examples, seconds)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    print(f"{len(asked)} readers, {sum(asked.values())} times, {grown >> 20} MiB more: {asked}")
    assert wrong == {}
    assert grown < MEMORY
    return asked


def test_only_known_errors_come_out(office):
    assert min(judge(office, 25).values()) >= 10


@pytest.mark.slow
@pytest.mark.timeout(6 * 3600)
def test_only_known_errors_come_out_of_five_minutes_each(office):
    judge(office, 500, 300)
