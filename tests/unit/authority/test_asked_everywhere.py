"""The eight answers are asked at sign-in, at opening and at each signature, on a device with its own store and keys."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.authority import certificates
from desktop.app.main import main
from desktop.app.strip import strip_parts
from desktop.app.tools import render, render_form
from desktop.keys.unlock import Cost
from desktop.services import profile
from desktop.services.signed_in import SignedIn
from desktop.store.authority import refresh
from desktop.sync.engine import Engine
from enforcement.credentials import StatusChange
from enforcement.exchange import RoundAnswer, TreeHead, sign_tree_head
from enforcement.exchange.merkle import EMPTY_ROOT
from enforcement.journal.acts import ReviewAnswered
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.shapes import to_bytes
from tests.support.offices import START, HandClock, founded, person, reader

ME, PARTNER, PASSWORD = "99010001", "99010002", "device-password"
CHEAP = Cost(memory_kib=8, passes=1, lanes=1)


class Device:
    """An enrolled device of two officers, and the office."""

    def __init__(self, folder, **mine):
        self.folder, self.clock = folder / "officer", HandClock()
        self.office = founded(folder / "office", person(ME, **mine), person(PARTNER, name="陈示例"), clock=self.clock)
        request = profile.create(self.folder, "平板", [(ME, PASSWORD), (PARTNER, PASSWORD)], self.clock, CHEAP)
        profile.put_grant(self.folder, self.office.enrol(request, "u1"))
        self.office.publish()
        self.desk = None

    def sign_in(self, number=ME):
        self.close()
        fetch = reader(self.office.repository)
        self.desk = profile.unlock(self.folder, number, PASSWORD, self.clock, render, render_form, lambda _: fetch)
        return self.desk

    def sync(self):
        """The newest set taken in, as the next sign-in finds it."""
        self.office.publish()
        self.sign_in()
        with self.desk.database.write() as session:
            refresh(session, self.desk.keys.device, reader(self.office.repository), self.clock.now())
        return self.sign_in()

    def close(self):
        if self.desk is not None:
            self.desk.database.close()
            self.desk = None


@pytest.fixture
def device(tmp_path):
    made = Device(tmp_path)
    yield made
    made.close()


def entries(desk, aggregate):
    with desk.database.read() as session:
        return desk.journal.entries(session, aggregate)


def sign(desk, aggregate=None):
    with desk.database.write() as session:
        desk.append(session, aggregate or uuid4(), ReviewAnswered(words="照片为门前人行道全景"))


ANSWERS = {
    "valid": (lambda one: None, ""),
    "expiring": (lambda one: certificates.renew(one.office, ME, one.clock.now(), "", START.date() + timedelta(days=9)), ""),
    "suspended": (lambda one: certificates.set_state(one.office, ME, "suspended", one.clock.now(), "复训"), "certificate.suspended"),
    "revoked": (lambda one: certificates.set_state(one.office, ME, "cancelled", one.clock.now(), "", "transfer"), "certificate.cancelled"),
    "review_overdue": (lambda one: certificates.review(one.office, ME, one.clock.now(), "", date(2026, 10, 1)), "certificate.review_overdue"),
    "expired": (lambda one: certificates.renew(one.office, ME, one.clock.now(), "", date(2026, 10, 1)), "certificate.expired"),
    "outside_region": (lambda one: certificates.amend(one.office, ME, one.clock.now(), "调动", region="440100"), "certificate.outside_region"),
}  # fmt: skip


@pytest.mark.parametrize("state", ANSWERS)
def test_at_sign_in_at_opening_and_at_each_signature(device, state):
    change, code = ANSWERS[state]
    device.clock.on(1)
    change(device)
    device.clock.on(1)
    desk = device.sync()
    office = SignedIn(desk, "")
    shown = office.strip().person
    assert shown.state == ("valid" if state == "outside_region" else state)  # the strip asks for no region
    if not code:
        sign(desk)
        return
    for act in (office.begin_on_spot, lambda: sign(desk)):
        with pytest.raises(KnownError) as caught:
            act()
        assert caught.value.code == code
    assert desk.journal is not None
    with desk.database.read() as session:
        assert list(desk.journal.devices(session)) == []


def test_the_second_officer_s_signature_is_asked_for_too(device):
    desk = device.sign_in()
    certificates.set_state(device.office, PARTNER, "suspended", device.clock.on(1), "复训")
    desk = device.sync()
    with pytest.raises(KnownError, match=r"certificate\.suspended"):
        desk.agency.require(PARTNER, "officer", device.clock.now())
    sign(desk)


def test_suspended_in_the_middle_of_a_case_what_was_signed_stays_and_nothing_follows(device):
    desk, case = device.sign_in(), uuid4()
    sign(desk, case)
    certificates.set_state(device.office, ME, "suspended", device.clock.on(1), "复训")
    sign(desk, case)  # the device has not heard of it yet
    at_device = device.clock.now()
    device.clock.on(1)
    desk = device.sync()
    with pytest.raises(KnownError, match=r"certificate\.suspended"):
        sign(desk, case)
    kept = entries(desk, case)
    assert len(kept) == 2
    states = [desk.agency.index and _state(desk, one.at, device.clock.now()) for one in kept]
    assert states == ["valid", "suspended"]
    assert kept[1].at == at_device


def _state(desk, at, now):
    from enforcement.credentials import Duty, standing

    return standing(desk.agency.index, ME, Duty(), at, now).state


def test_an_officer_of_a_district_acts_for_the_city_s_agency(tmp_path):
    device = Device(tmp_path, region="990102")
    sign(device.sign_in())
    device.close()


def test_a_roster_grows_old_is_warned_of_for_days_and_then_nobody_signs(device):
    desk = device.sign_in()
    office = SignedIn(desk, "")

    def authority():
        return next(part for part in strip_parts(office.strip()) if part.id == "authority")

    assert (office.strip().authority_ends_soon, authority().tone) == (False, "")
    device.clock.on(23)
    assert office.strip().authority_ends_soon
    assert authority().tone == "reason"
    assert "7 days" in authority().words
    sign(desk)
    device.clock.on(8)
    assert authority().tone == "stop"
    for act in (office.begin_on_spot, lambda: sign(desk)):
        with pytest.raises(KnownError, match=r"certificate\.roster_old"):
            act()
    desk = device.sync()
    sign(desk)
    assert not SignedIn(desk, "").strip().authority_ends_soon


class DeafRelay:
    """Hands out the set of a folder and an empty log, and is asked for everything else in vain."""

    def __init__(self, folder, clock):
        self.public, self.asked, self.clock = reader(folder), [], clock
        self.key = KeySigner(Ed25519PrivateKey.generate())

    def call(self, method, path, *more):
        self.asked.append(path)
        if path == "/v1/round":
            head = sign_tree_head(TreeHead(size=0, root=EMPTY_ROOT, at=self.clock.now()), self.key)
            answer = RoundAnswer(head=head, path=(), paths=(), items=(), more=False, devices=(), authority=bytes(32))
            return to_bytes(answer)
        raise KnownError("relay.busy", why="test")


@pytest.mark.parametrize(("days", "code"), [(91, "authority.expired"), (1, "authority.threshold")])
def test_a_refused_set_does_not_keep_cases_from_being_sent(device, days, code, monkeypatch):
    desk = device.sign_in()
    sign(desk)
    device.clock.on(days)
    if code == "authority.threshold":
        stamp = device.office.repository / "metadata" / "timestamp.json"
        stamp.write_bytes(stamp.read_bytes().replace(b'"version":1', b'"version":9'))
    relay = DeafRelay(device.office.repository, device.clock)
    engine = Engine(
        database=desk.database, blobs=desk.blobs, journal=desk.journal, index=desk.agency.index, device=desk.keys.device, unit="u1",
        device_signer=KeySigner(desk.device_key), decryptor=desk.decryption_key, transport=relay, clock=device.clock,
    )  # fmt: skip
    monkeypatch.setattr(engine, "relay_key", lambda kid: relay.key.key.public_key())
    result = engine.step()
    assert result.problem.code == code
    assert [one.code for one in result.item_problems] == ["relay.busy"]
    assert result.sealed == 1
    assert relay.asked[:2] == ["/v1/bundles", "/v1/round"]
    assert not result.authority_new


def test_the_agency_s_data_comes_from_a_stick_under_the_same_checks(tmp_path, capsys):
    from central.platform.clock import SystemClock

    device = Device(tmp_path)
    device.clock.at = SystemClock().now()
    device.office.publish()
    (tmp_path / "pw").write_text(PASSWORD)
    device.sign_in()
    device.close()
    device.office.set_status(PARTNER, StatusChange(since=device.clock.now(), state="suspended", reason="复训"))
    device.office.publish()

    def carry(folder):
        asked = ["--file", str(folder), "--person", ME, "--password-file", str(tmp_path / "pw")]
        code = main(["--profile", str(device.folder), "profile", "authority", *asked])
        return code, capsys.readouterr()

    code, told = carry(device.office.repository)
    assert (code, told.out.split(":")[0]) == (0, "taken in")
    assert carry(device.office.repository)[1].out.startswith("nothing newer")
    assert SignedIn(device.sign_in(), "").people()[1].state == "suspended"
    device.close()
    stamp = device.office.repository / "metadata" / "timestamp.json"
    stamp.write_bytes(stamp.read_bytes().replace(b'"version":3', b'"version":9'))
    code, told = carry(device.office.repository)
    assert code == 1
    assert "authority.threshold" in told.err
    code, told = carry(tmp_path / "nowhere")
    assert code == 1
    assert "input.invalid" in told.err
