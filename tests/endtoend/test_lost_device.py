"""A lost device: the relay refuses it at once, supervisors see it, and what had arrived is kept and marked in the window."""

import pytest
from PySide6.QtWidgets import QLabel, QListView, QTableView

from desktop.app.demo_city import OFFICER, PARTNER, SUPERVISOR
from desktop.app.syncing import engine_of
from desktop.services.authority import Agency
from desktop.services.signed_in import SignedIn
from desktop.store.authority import load, refresh
from enforcement.credentials import Duty, standing
from enforcement.sealing import recipient_id
from tests.support.city import signed_in, written
from tests.support.visit_desks import desk_of, picture, sync


def issued(desk, city, folder):
    """A decision on the spot; its number."""
    office = SignedIn(desk, "")
    draft_id = written(office, city.cast)
    office.attach_photo(draft_id, picture(folder))
    office.record_told(draft_id)
    office.record_statement(draft_id, "none")
    return office.cosign_and_issue(draft_id, PARTNER, city.cast.password).value.document_number


def renewed(desk):
    engine = engine_of(desk)
    with desk.database.write() as session:
        refresh(session, desk.device, engine.transport.public, desk.clock.now())
        desk.agency = Agency(load(session))


@pytest.fixture
def lost(city, tmp_path):
    """A decision that had arrived, and a device that was reported lost after it."""
    desk, head = desk_of(city, "officer"), desk_of(city, "supervisor")
    number = issued(desk, city, tmp_path)
    sync(desk, head)
    city.office("device", str(desk.device), "lost", "--reason", "车上被盗")
    renewed(head)
    yield desk, head, number
    desk.database.close()
    head.database.close()


def test_the_relay_refuses_it_and_nothing_is_sealed_for_its_keys(lost):
    desk, head, _ = lost
    problem = engine_of(desk).step().problem
    assert problem is not None
    assert problem.code == "device.suspended"
    held = head.agency.person(OFFICER).credentials
    assert [one.until is not None for one in held] == [True]
    from desktop.sync.outgoing import recipients_for

    sealed_for = {recipient_id(one) for one in recipients_for(head.agency.index, {OFFICER}, head.clock.now())}
    assert desk.decryption_key.recipient_id not in sealed_for
    assert standing(
        head.agency.index, OFFICER, Duty(), head.clock.now()
    ).may_act  # the person is not suspended, the keys are


@pytest.mark.slow
def test_it_signs_nothing_any_more_once_it_knows(lost, city, tmp_path):
    desk, _, _ = lost
    renewed(desk)
    with pytest.raises(Exception, match=r"device\.suspended"):
        issued(desk, city, tmp_path)


def test_the_supervisor_sees_the_device_and_the_mark(lost, city):
    desk, head, number = lost
    rows = {one.device: one for one in SignedIn(head, "").devices()}
    row = rows[desk.device.hex]
    assert (row.state, row.reason) == ("lost", "车上被盗")
    head.database.close()
    application, driver = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    table = driver.find("review.devices", QTableView)
    driver.wait(
        lambda: any("reported lost" in table.model().index(at, 5).data() for at in range(table.model().rowCount())),
        "the device's line",
    )
    cases = driver.find("review.list", QListView)
    driver.wait(lambda: bool(cases.model_.items), "the case")
    chip = driver.find("review.lost", QLabel)
    assert chip.text() == "from a lost device"
    assert "reported lost on" in driver.find("case.record").accessibleDescription()
    assert number in "".join(one.document_number for one in application.session.office.review_list())
    application.window.close()
