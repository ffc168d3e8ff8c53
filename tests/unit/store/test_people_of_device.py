"""Several officers on one device, their passwords, the PIN and the count of wrong tries, with a real store and a real office."""

from datetime import timedelta
from uuid import uuid4

import pytest

from desktop.app.tools import render, render_form
from desktop.keys import read_key_file, unlock_rules
from desktop.services import drafts
from desktop.services.drafts import DraftData
from desktop.services.profile import look, unlock_again
from desktop.services.signed_in import SignedIn
from desktop.store.kept import drafts_of
from enforcement.credentials import read_request
from enforcement.journal import check_chain
from enforcement.journal.acts import ReviewAnswered
from enforcement.journal.device_acts import PersonAdded, PersonRemoved
from tests.support.devices import ME, PARTNER, PASSWORD, THIRD, Device, refused

OWN = "another-password"


@pytest.fixture
def device(tmp_path):
    made = Device(tmp_path)
    yield made
    made.close()


def joined(device, number=PARTNER, password=OWN):
    """The colleague asks, the office enrols, the officer signed in lets them in."""
    device.sign_in()
    device.people.ask_join(number, password, device.folder / "join.hzq")
    device.office.enrol((device.folder / "join.hzq").read_bytes(), "u1")
    device.refresh()
    device.people.let_in(number)


def test_a_colleague_joins_by_the_agency_and_by_who_has_it_open(device):
    device.sign_in()
    device.people.ask_join(PARTNER, OWN, device.folder / "join.hzq")
    assert look(device.folder).numbers == (ME, PARTNER)
    assert [one.state for one in device.people.page().here] == ["in", "asked"]
    refused("enrolment.waiting", device.people.let_in, PARTNER)
    refused("enrolment.waiting", device.sign_in, PARTNER, OWN)
    device.sign_in()
    device.office.enrol((device.folder / "join.hzq").read_bytes(), "u1")
    device.refresh()
    assert [one.state for one in device.people.page().here] == ["in", "enrolled"]
    refused("enrolment.waiting", device.sign_in, PARTNER, OWN)  # enrolled, but nobody opened the door
    device.sign_in()
    device.people.let_in(PARTNER)
    assert [one.state for one in device.people.page().here] == ["in", "let_in"]
    first = device.sign_in(PARTNER, OWN)
    assert first.number == PARTNER
    refused("password.wrong", device.sign_in, PARTNER, PASSWORD)
    device.sign_in()
    assert [one.state for one in device.people.page().here] == ["in", "in"]


def test_the_store_opens_to_nobody_before_they_are_let_in(device):
    device.sign_in()
    store_key = device.desk.secrets.store_key
    device.people.ask_join(PARTNER, OWN, device.folder / "join.hzq")
    from desktop.keys import open_slot

    waits = read_key_file(device.folder).pending_of(PARTNER)
    assert open_slot(device.desk.device, waits.slot, OWN).store_key == b""
    assert store_key not in (device.folder / "join.hzq").read_bytes()


def test_one_chain_and_each_signs_for_themselves(device):
    joined(device)
    for number, password in ((ME, PASSWORD), (PARTNER, OWN), (ME, PASSWORD)):
        desk = device.sign_in(number, password)
        with desk.database.write() as session:
            desk.append(session, uuid4(), ReviewAnswered(words="补正"))
    with desk.database.read() as session:
        chain = check_chain(desk.device, desk.journal.links(session, desk.device))
        assert (chain.faults, chain.joined) == ((), 4)
        record = desk.journal.entries(session, desk.device)
    assert [(one.certificate, type(one.body)) for one in record] == [(ME, PersonAdded)]


def test_drafts_of_another_are_not_shown_found_or_counted(device):
    joined(device)
    desk = device.sign_in()
    draft = SignedIn(desk, "").begin_on_spot().value
    SignedIn(desk, "").set_field(draft.draft_id, "happened", "占道经营的秘密草稿")
    mine = SignedIn(desk, "").today()
    assert [one.draft_id for one in mine.begun] == [draft.draft_id]
    desk = device.sign_in(PARTNER, OWN)
    office = SignedIn(desk, "")
    assert office.today().begun == ()
    assert office.find_places("秘密草稿") == ()
    refused("input.invalid", office.draft, draft.draft_id)
    office.discard_draft(draft.draft_id)  # nothing of theirs, so nothing goes
    with desk.database.read() as session:
        assert drafts_of(session, PARTNER) == []
    assert office.strip().waiting == mine.waiting_items
    desk = device.sign_in()
    assert SignedIn(desk, "").draft(draft.draft_id).happened == "占道经营的秘密草稿"


def test_who_was_removed_gets_in_no_more_and_it_is_on_record(device):
    joined(device)
    device.sign_in()
    refused("enrolment.last", device.people.remove, ME, "调离")
    refused("input.invalid", device.people.remove, PARTNER, "  ")
    refused("input.invalid", device.people.remove, THIRD, "调离")
    device.people.remove(PARTNER, "调离")
    refused("certificate.unknown", device.sign_in, PARTNER, OWN)
    desk = device.sign_in()
    with desk.database.read() as session:
        last = desk.journal.entries(session, desk.device)[-1]
    assert (last.certificate, last.body) == (ME, PersonRemoved(number=PARTNER, words="调离"))


def test_an_office_enrols_nobody_in_the_name_of_a_known_device(device, tmp_path):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from desktop.services import profile
    from enforcement.credentials import make_request
    from enforcement.values.cose import KeySigner

    device.sign_in()
    device.people.ask_join(PARTNER, OWN, tmp_path / "join")
    asked = read_request((tmp_path / "join").read_bytes())
    other = Ed25519PrivateKey.generate()
    forged = make_request(
        asked.device, "x", KeySigner(other), other.public_key().public_bytes_raw(), asked.people, asked.made_at
    )
    refused("device.unknown", device.office.enrol, forged, "u1")
    device.office.set_device(asked.device, "suspended")
    refused("device.suspended", device.office.enrol, (tmp_path / "join").read_bytes(), "u1")
    assert profile.look(device.folder).stage == "ready"


def test_a_password_is_changed(device):
    device.sign_in()
    refused("password.short", device.people.change_password, PASSWORD, "short")
    refused("password.wrong", device.people.change_password, "wrong", OWN)
    device.people.change_password(PASSWORD, OWN)
    refused("password.wrong", device.sign_in, ME, PASSWORD)
    assert device.sign_in(ME, OWN).number == ME


def test_wrong_passwords_make_wait_also_after_a_restart(device):
    rules = unlock_rules()
    for _ in range(rules.free):
        refused("password.wrong", device.sign_in, ME, "x")
    assert device.sign_in().number == ME  # a right one clears the count
    for _ in range(rules.free + 1):
        refused("password.wrong", device.sign_in, ME, "x")
    waits = refused("password.wait", device.sign_in)  # even the right one
    assert waits.details["failed"] == rules.free + 1
    device.clock.at += rules.waits[0] - timedelta(seconds=1)
    refused("password.wait", device.sign_in)
    device.clock.at += timedelta(seconds=1)
    refused("password.wrong", device.sign_in, ME, "x")
    device.clock.at += rules.waits[0]
    refused("password.wait", device.sign_in)
    device.clock.at -= timedelta(days=3)  # a clock set back neither frees nor locks out for days
    refused("password.wait", device.sign_in)
    device.clock.at += rules.waits[1]
    assert device.sign_in().number == ME


def test_the_wait_of_one_is_not_anothers(device):
    joined(device)
    for _ in range(unlock_rules().free + 1):
        refused("password.wrong", device.sign_in, PARTNER, "x")
    refused("password.wait", device.sign_in, PARTNER, OWN)
    assert device.sign_in().number == ME


def test_a_cosigner_is_counted_too(device):
    joined(device)
    device.sign_in(PARTNER, OWN)
    desk = device.sign_in()
    for _ in range(unlock_rules().free + 1):
        refused("password.wrong", desk.author_of, PARTNER, "x")
    refused("password.wait", desk.author_of, PARTNER, OWN)


@pytest.mark.parametrize("pin", ["12345", "1234567", "111111", "123456", "987654", "12a456", "１２３４５７", ""])
def test_what_is_no_pin(device, pin):
    device.sign_in()
    refused("pin.invalid", device.people.set_pin, pin)


def test_a_pin_opens_after_a_short_lock_and_not_for_ever(device):
    device.sign_in()
    assert device.people.short_lock() is None
    device.people.set_pin("204060")
    lock = device.people.short_lock()
    device.close()
    assert refused("pin.wrong", lock.open, "204061").details["left"] == unlock_rules().pin_tries - 1
    secrets = lock.open("204060")
    device.desk = unlock_again(device.folder, ME, secrets, device.clock, render, render_form)
    with device.desk.database.write() as session:
        device.desk.append(session, uuid4(), ReviewAnswered(words="补正"))
    refused("pin.over", lock.open, "204060")  # once


def test_a_pin_is_over_after_five_wrong_ones(device):
    device.sign_in()
    device.people.set_pin("204060")
    lock = device.people.short_lock()
    for left in (4, 3, 2, 1):
        assert refused("pin.wrong", lock.open, "204061").details["left"] == left
    refused("pin.over", lock.open, "204061")
    refused("pin.over", lock.open, "204060")
    assert not lock._sealed


@pytest.mark.parametrize("way", [1, -1])
def test_a_pin_is_over_after_the_minutes_that_the_data_set(device, way):
    device.sign_in()
    device.people.set_pin("204060")
    lock = device.people.short_lock()
    device.clock.at += way * (unlock_rules().pin_for - timedelta(seconds=1))
    assert lock.open_to_pin
    device.clock.at += way * timedelta(seconds=1)
    refused("pin.over", lock.open, "204060")
    assert not lock._sealed


def test_a_pin_opens_for_nobody_who_was_removed_meanwhile(device):
    joined(device)
    device.sign_in(PARTNER, OWN)
    device.people.set_pin("204060")
    lock = device.people.short_lock()
    device.sign_in()
    device.people.remove(PARTNER, "调离")
    secrets = lock.open("204060")
    refused("certificate.unknown", unlock_again, device.folder, PARTNER, secrets, device.clock, render, render_form)


def test_no_secret_of_a_locked_device_lies_on_its_disk(device):
    joined(device)
    device.people.set_pin("204060")
    secrets = device.desk.secrets
    whole = b"".join(path.read_bytes() for path in device.folder.rglob("*") if path.is_file())
    for secret in (secrets.store_key, secrets.sign_seed, secrets.decryption_key, b"204060", OWN.encode()):
        assert secret not in whole


def test_keys_are_renewed_and_what_was_sealed_for_the_old_ones_stays_readable(device):
    from enforcement.sealing import recipient_id

    desk = device.sign_in()
    device.people.set_pin("204060")
    old_kid, old_recipient = desk.author.signer.kid, desk.decryption_key.recipient_id
    device.people.renew_keys(PASSWORD, device.folder / "renew.hzq")
    assert device.people.page().renewing
    assert device.sign_in().author.signer.kid == old_kid  # nothing changes before the agency has spoken
    device.office.enrol((device.folder / "renew.hzq").read_bytes(), "u1")
    device.refresh()
    desk = device.sign_in()
    assert desk.author.signer.kid != old_kid
    assert [one.recipient_id for one in desk.earlier_keys] == [old_recipient]
    held = desk.agency.person(ME).credentials
    assert [one.until is None for one in held] == [False, True]
    assert recipient_id(held[1].hpke) == desk.decryption_key.recipient_id
    with desk.database.write() as session:
        desk.append(session, uuid4(), ReviewAnswered(words="补正"))
    assert not device.people.page().renewing
    assert not device.people.page().pin  # it was sealed under the key that was renewed: it is set again
    assert device.people.short_lock() is None


def test_a_password_changed_while_new_keys_wait_opens_them_too(device):
    device.sign_in()
    device.people.renew_keys(PASSWORD, device.folder / "renew.hzq")
    device.people.change_password(PASSWORD, OWN)
    device.office.enrol((device.folder / "renew.hzq").read_bytes(), "u1")
    device.refresh()
    old = device.desk.author.signer.kid
    assert device.sign_in(ME, OWN).author.signer.kid != old


def test_drafts_stay_with_their_owner_over_a_renewal(device):
    desk = device.sign_in()
    with desk.database.write() as session:
        drafts.store_draft(
            session, desk, DraftData(draft_id=uuid4(), inspection=uuid4(), found_at=device.clock.now(), place="x")
        )
    device.people.renew_keys(PASSWORD, device.folder / "renew.hzq")
    device.office.enrol((device.folder / "renew.hzq").read_bytes(), "u1")
    device.refresh()
    desk = device.sign_in()
    with desk.database.read() as session:
        assert len(drafts_of(session, ME)) == 1
