"""The issuing office's day, through the real window: opened, somebody suspended, published, and a device that learns it."""

import pytest

from desktop.app.demo_city import PARTNER
from desktop.services import profile
from desktop.store.authority import load, refresh
from desktop.sync import HttpTransport
from tests.support.issuing_office import IssuingDesk
from tests.support.visit_desks import Nobody, desk_of


@pytest.fixture
def desk(city):
    made = IssuingDesk(city)
    yield made
    made.close()


def test_somebody_is_suspended_published_and_a_device_learns_it(desk, city):
    desk.open()
    assert desk.driver.find("issuing.all_published").text().startswith("Devices are given version")
    desk.pick(PARTNER)
    desk.act("suspend", reason="涉嫌违纪")
    desk.driver.wait(lambda: desk.model.view is not None and len(desk.model.view.unpublished) == 1, "the change")
    desk.quiet()
    assert desk.driver.find("issuing.waiting").text() == "1 change is not published; devices do not know it yet."
    assert desk.item(PARTNER).chip == "suspended"
    assert desk.driver.find("issuing.told.0").text() == "涉嫌违纪"
    desk.driver.tap("issuing.publish")
    desk.notice("Published: version")
    desk.quiet()
    assert desk.driver.find("issuing.all_published").isVisible()
    held = lambda: desk.application.session.desk.agency.person(PARTNER).history  # noqa: E731
    desk.driver.wait(lambda: bool(held()), "the new roster on this device")
    change = learnt(city, "officer").person(PARTNER).history[-1]
    assert (change.state, change.reason) == ("suspended", "涉嫌违纪")


def learnt(city, name):
    """The roster on another device, once it has asked the relay."""
    device = desk_of(city, name)
    with device.database.write() as session:
        refresh(
            session,
            device.keys.device,
            HttpTransport(profile.grant_of(device).relay, Nobody(), device.clock).public,
            device.clock.now(),
        )
        index = load(session).index
    device.database.close()
    return index
