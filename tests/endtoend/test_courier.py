"""By stick where there is no network: through the real window and the relay's real command, there and back."""

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit
from sqlalchemy import func, select

from desktop.services import status
from desktop.services.signed_in import SignedIn
from desktop.services.supervising import devices
from desktop.store import outbox
from desktop.store.kept import CONTACT, CURSOR, HEAD, KeptHead, kept, kept_under
from desktop.store.models import BlobRow, EntryRow, OutboxRow
from enforcement.values.shapes import from_bytes
from tests.support.city import copy_of, signed_in
from tests.support.sticks import carried, issued, read, write
from tests.support.visit_desks import desk_of, sync


@pytest.fixture
def stick(tmp_path):
    path = tmp_path / "stick"
    path.mkdir()
    return path


@pytest.fixture
def city(founded, tmp_path):
    """No relay runs; whoever starts it has it stopped."""
    copied = copy_of(founded, tmp_path / "city")
    yield copied
    copied.stop_relay()


@pytest.fixture
def apart(city):
    """The officer's and the supervisor's desk, and no network."""
    desks = desk_of(city, "officer"), desk_of(city, "supervisor")
    yield desks
    for desk in desks:
        desk.database.close()


def states(desk):
    with desk.database.read() as session:
        return [row.state for row in session.scalars(select(OutboxRow).order_by(OutboxRow.number))]


def held(desk):
    """Entries, lacking photographs, own receipts, log size, places in the feed."""
    with desk.database.read() as session:
        head = kept(session, HEAD)
        return (
            session.scalar(select(func.count()).select_from(EntryRow)),
            session.scalar(select(func.count()).where(BlobRow.present.is_(False))),
            len(outbox.received(session, 0, 1000)),
            0 if head is None else from_bytes(KeptHead, head).size,
            kept_under(session, CURSOR),
        )


def codes(back):
    return [one.code for one in back.problems]


def test_a_case_goes_by_stick_to_the_relay_and_to_the_supervisor_and_its_receipt_comes_back(
    city, apart, stick, tmp_path
):
    officer, head = apart
    case_id = issued(officer, city, tmp_path)
    made = write(officer, stick)
    assert (made.bundles, made.blobs, made.lacking) == (2, 1, 0)  # the case and its inspection
    assert states(officer) == ["waiting"] * 2
    with officer.database.read() as session:
        assert all(row.written_at for row in status.sync_page(session, officer, "").rows)
    assert write(head, stick).bundles == 0

    said = carried(city, stick)
    assert "2 bundles taken in" in said
    assert "2 devices answered" in said
    assert "not taken" not in said

    back = read(officer, stick)
    assert (back.step.accepted, back.ignored, codes(back)) == (2, [], [])
    assert states(officer) == ["accepted"] * 2
    with officer.database.read() as session:
        page = status.sync_page(session, officer, "")
    assert (page.rows[0].written_at, page.log_size, page.log_consistent) == (None, 2, True)

    came = read(head, stick)
    assert (came.step.entries_in > 0, came.step.blobs_in, came.ignored, codes(came)) == (True, 1, [], [])
    seen = SignedIn(head, "").case(case_id)
    assert seen.row.status == "issued"
    with head.database.read() as session:
        assert kept(session, CONTACT) is None or status.connection(session, head) != "online"
    (seen,) = [row for row in devices(head) if row.device == officer.device.hex]
    assert (seen.clock_seconds, seen.waiting, seen.received_seq) == (0, 2, seen.announced_seq)
    assert abs(seen.last_seen - officer.clock.now()) < timedelta(minutes=2)
    assert not {"never", "clock", "gap"} & set(seen.alarms)
    before = held(officer), held(head)
    for desk in apart:
        again = read(desk, stick)
        assert (again.step.accepted, again.step.entries_in, again.step.blobs_in, codes(again)) == (0, 0, 0, [])
    assert "0 bundles taken in, 2 known" in carried(city, stick)
    assert (held(officer), held(head)) == before

    # back on the network everything fits together, and nothing is there twice
    city.start_relay()
    sync(officer, head, officer)
    assert SignedIn(officer, "").case(case_id).row.status == "issued"
    assert held(officer)[2:4] == (2, 2)


def test_straight_from_a_colleagues_device_without_the_relay(city, apart, stick, tmp_path):
    officer, head = apart
    case_id = issued(officer, city, tmp_path)
    write(officer, stick)
    came = read(head, stick)
    assert (came.step.blobs_in, came.ignored, codes(came)) == (1, [], ["courier.no_answer"])
    assert SignedIn(head, "").case(case_id).row.status == "issued"
    assert held(head)[3:] == (0, {})  # nothing is known of the relay's log by that
    assert states(officer) == ["waiting"] * 2
    city.start_relay()
    sync(officer, head)
    assert states(officer) == ["accepted"] * 2
    assert held(head)[3] == held(officer)[3] == 2


def test_an_answer_from_before_the_network_came_is_not_believed_over_it(city, apart, stick, tmp_path):
    officer, head = apart
    first = issued(officer, city, tmp_path)
    write(officer, stick)
    write(head, stick)
    carried(city, stick)
    second = issued(officer, city, tmp_path)
    city.start_relay()
    sync(officer, head, officer)
    city.stop_relay()
    before = [held(desk) for desk in apart]
    for desk in apart:
        back = read(desk, stick)
        assert (back.step.entries_in, back.step.problem) == (0, None)
        assert codes(back) == ["courier.other_answer"]
    assert [held(desk) for desk in apart] == before
    with head.database.read() as session:
        assert status.sync_page(session, head, "").log_consistent is True
    third = issued(officer, city, tmp_path)
    for desk in apart:
        write(desk, stick)
    carried(city, stick)
    assert [codes(read(desk, stick)) for desk in apart] == [[], []]
    for case_id in (first, second, third):
        assert SignedIn(head, "").case(case_id).row.status == "issued"
    assert set(states(officer)) == {"accepted"}


def choose(driver, folder):
    """The folder in the dialog that is open."""
    dialog = driver.find("courier.folder", QFileDialog)
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    line.setText(str(folder))
    dialog.accept()


def test_through_the_window(city, apart, stick, tmp_path):
    officer, head = apart
    issued(officer, city, tmp_path)
    officer.database.close()
    write(head, stick)
    application, driver = signed_in(city.folder / "officer", city.cast)
    driver.tap("rail.sync")
    said = lambda: driver.find("courier.said", QLabel).text()  # noqa: E731

    driver.tap("courier.read")
    choose(driver, tmp_path)
    driver.wait(lambda: "There is nothing of a courier" in said(), "the wrong folder")
    driver.tap("courier.write")
    choose(driver, stick)
    driver.wait(lambda: "2 items with 1 attachments" in said(), "written")
    rows = lambda: driver.find("sync.list").model_.items  # noqa: E731
    driver.wait(lambda: all("on a stick since" in row.right for row in rows()), "what the queue says of it")
    assert [row.chip for row in rows()] == ["Waiting"] * 2
    driver.tap("courier.read")
    choose(driver, stick)
    driver.wait(lambda: "nothing for this device on the stick yet" in said(), "not at the relay yet")
    carried(city, stick)
    driver.tap("courier.read")
    choose(driver, stick)
    driver.wait(lambda: "2 receipts, " in said(), "receipts")
    driver.wait(lambda: {row.chip for row in driver.find("sync.list").model_.items} == {"Received"}, "received")
    application.window.close()
    assert read(head, stick).step.blobs_in == 1
