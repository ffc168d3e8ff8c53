"""A forgotten password: what the office answers, what it refuses, and what a device takes."""

from datetime import timedelta

import pytest

from central.authority.recovery import HOLDS, recover
from desktop.keys import read_key_file
from desktop.services.recovering import RECOVERY_FILE, ask_recovery, asked, take_answer
from enforcement.credentials import StatusChange
from enforcement.credentials.recovery import check_code
from enforcement.values.errors import KnownError
from tests.support.devices import CHEAP, ME, PARTNER, PASSWORD, THIRD, Device, refused
from tests.support.offices import founded, person

NEW = "a-new-password"


@pytest.fixture
def device(tmp_path):
    made = Device(tmp_path, people=(ME, PARTNER))
    made.sign_in()
    made.close()
    yield made
    made.close()


def request(device, number=ME, password=NEW):
    found = ask_recovery(device.folder, number, password, device.clock, CHEAP)
    return (device.folder / RECOVERY_FILE).read_bytes(), found.code


def answered(device, data, code):
    return recover(device.office, data, code, "韩示例", "本人到场")


def test_a_password_comes_back_with_new_keys_and_is_on_record(device):
    old = device.sign_in()
    kid, recipient = old.author.signer.kid, old.decryption_key.recipient_id
    device.close()
    data, code = request(device)
    assert asked(device.folder).code == code
    assert take_answer(device.folder, answered(device, data, code)) == ME
    assert asked(device.folder) is None
    refused("key.not_published", _sign, device.sign_in(ME, NEW))  # the roster here does not know the new key yet
    device.refresh()
    desk = device.sign_in(ME, NEW)
    _sign(desk)
    assert desk.author.signer.kid != kid
    assert [one.recipient_id for one in desk.earlier_keys] == [recipient]
    refused("password.wrong", device.sign_in, ME, PASSWORD)
    (record,) = device.office.state().recoveries
    assert (record.number, record.device, record.clerk, record.reason) == (ME, desk.device, "韩示例", "本人到场")
    assert device.sign_in(PARTNER).number == PARTNER  # nobody else noticed


def _sign(desk):
    from uuid import uuid4

    from enforcement.journal.acts import ReviewAnswered

    with desk.database.write() as session:
        desk.append(session, uuid4(), ReviewAnswered(words="补正"))


def test_no_copy_of_the_signing_key_exists(device):
    seed = device.sign_in().secrets.sign_seed
    device.close()
    data, code = request(device)
    office = device.office
    given = office.keys.opening("recovery")
    from enforcement.credentials.recovery import escrow_info, read_recovery_request, store_info

    asked_for = read_recovery_request(data)
    opened = given.unwrap(asked_for.escrow, escrow_info(asked_for.device, ME)) + given.unwrap(
        asked_for.store, store_info(asked_for.device)
    )
    assert seed not in opened
    answered(device, data, code)


def test_until_the_answer_is_taken_the_old_password_opens(device):
    data, code = request(device)
    assert device.sign_in(ME, PASSWORD).number == ME
    refused("enrolment.waiting", device.sign_in, ME, NEW)
    answered(device, data, code)
    assert device.sign_in(ME, PASSWORD).number == ME


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC", "x"])
def test_the_office_answers_no_file_whose_code_the_device_does_not_show(device, code):
    data, _ = request(device)
    refused("recovery.code", answered, device, data, code)
    assert device.office.state().recoveries == ()


def test_a_code_is_read_as_people_type_it(device):
    data, code = request(device)
    assert take_answer(device.folder, answered(device, data, f" {code.lower().replace('-', ' ')} ")) == ME


def test_a_request_is_answered_once(device):
    data, code = request(device)
    answered(device, data, code)
    refused("recovery.answered", answered, device, data, code)


def test_an_answer_is_taken_once_and_for_the_newest_request_only(device):
    data, code = request(device)
    first = answered(device, data, code)
    second, second_code = request(device)  # asked anew before the answer came
    refused("recovery.not_asked", take_answer, device.folder, first)
    answer = answered(device, second, second_code)
    take_answer(device.folder, answer)
    refused("recovery.not_asked", take_answer, device.folder, answer)
    device.sign_in(ME, NEW)
    device.close()
    refused("recovery.not_asked", take_answer, device.folder, answer)


def test_another_devices_answer_is_refused(device, tmp_path):
    other = Device(tmp_path, device.office, people=(THIRD,), name="other")
    other.sign_in(THIRD)
    other.close()
    data, code = request(other, THIRD)
    refused("recovery.wrong_device", take_answer, device.folder, answered(other, data, code))


def test_another_agencys_answer_is_refused_and_another_agency_cannot_make_one(device, tmp_path):
    stranger = founded(tmp_path / "stranger", person(ME), clock=device.clock)
    data, code = request(device)
    refused("device.unknown", recover, stranger, data, code, "x", "y")
    other = Device(tmp_path, stranger, people=(ME,), name="strange")
    other.sign_in()
    other.close()
    theirs, their_code = request(other)
    answer = recover(stranger, theirs, their_code, "x", "y")
    refused("recovery.wrong_agency", take_answer, device.folder, answer)


def test_what_the_office_refuses(device):
    data, code = request(device)
    refused("input.invalid", recover, device.office, data, code, " ", "本人到场")
    refused("input.invalid", recover, device.office, data, code, "韩示例", "")
    device.clock.at += HOLDS
    refused("recovery.not_possible", answered, device, data, code)
    device.clock.at -= HOLDS + timedelta(days=2)
    refused("recovery.not_possible", answered, device, data, code)
    device.clock.at += timedelta(days=2)
    desk_id = read_key_file(device.folder).device
    device.office.set_device(desk_id, "lost", "车上被盗")
    refused("device.suspended", answered, device, data, code)
    device.office.set_device(desk_id, "active")
    device.office.set_status(ME, StatusChange(since=device.clock.now(), state="revoked", reason="x"))
    refused("certificate.revoked", answered, device, data, code)


def test_a_thief_who_asks_in_another_officers_name_has_no_device_of_theirs(device):
    data, _ = request(device)
    import msgspec

    from desktop.services.opening import new_keys
    from enforcement.credentials.recovery import make_recovery_request, read_recovery_request

    claimed = read_recovery_request(data)
    made = new_keys(claimed.device, THIRD)
    forged = msgspec.structs.replace(
        claimed, number=THIRD, sign=made.person.sign, hpke=made.person.hpke, proof=made.person.proof, escrow=b""
    )
    bad = make_recovery_request(forged, made.signer)
    refused("recovery.not_possible", answered, device, bad, check_code(bad))


def test_every_change_of_a_request_or_an_answer_is_refused(device):
    data, code = request(device)
    answer = answered(device, data, code)
    for place in range(0, len(data), 41):
        changed = data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]
        with pytest.raises(KnownError):
            recover(device.office, changed, check_code(changed), "x", "y")
    for place in range(0, len(answer), 29):
        with pytest.raises(KnownError):
            take_answer(device.folder, answer[:place] + bytes([answer[place] ^ 4]) + answer[place + 1 :])
    assert take_answer(device.folder, answer) == ME


def test_a_device_nobody_ever_opened_has_nothing_to_recover(tmp_path):
    device = Device(tmp_path)
    refused("recovery.not_possible", ask_recovery, device.folder, ME, NEW, device.clock, CHEAP)
    refused("recovery.not_possible", ask_recovery, tmp_path / "none", ME, NEW, device.clock, CHEAP)
