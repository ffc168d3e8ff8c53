"""A relay process is restored from a backup: the devices notice, bring back what is missing, and a supervisor ends the warning."""

import shutil

import pytest

from desktop.app.tools import render, render_form
from desktop.messages import words_of
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.signed_in import SignedIn
from enforcement.values.errors import KnownError
from tests.support.sync_four import NAMES, PASSWORD, PEOPLE, Prepared, scratch
from tests.support.sync_http import City


@pytest.fixture
def city():
    prepared = Prepared(scratch(), SystemClock())
    made = City(prepared, SystemClock())
    made.serve()
    for name in NAMES:
        made.through(name, f"http://127.0.0.1:{made.port}")
    yield made
    made.close()
    shutil.rmtree(prepared.folder, ignore_errors=True)


def everybody(city, passes=3):
    """What each was told last."""
    told = {}
    for _ in range(passes):
        for name, device in city.devices.items():
            result = device.engine.step()
            told[name] = told.get(name) or result.problem
    return told


def office(device):
    """The place of a person who signs in there."""
    number = PEOPLE[device.person]
    desk = profile.unlock(device.folder, number, PASSWORD, device.clock, render, render_form, None)
    return SignedIn(desk, "")


def page(device):
    signed_in = office(device)
    found = signed_in.sync_page()
    signed_in.desk.database.close()
    return found


def test_everything_comes_back_and_a_supervisor_ends_the_warning(city):
    one, head = city.devices["one"], city.devices["head"]
    first = one.opened("two")
    assert set(everybody(city).values()) == {None}
    city.stop()
    shutil.copytree(city.folder / "relay", city.folder / "backup")
    city.serve()
    for name in NAMES:
        city.through(name, f"http://127.0.0.1:{city.port}")
    second = one.opened("two")
    photograph = one.photograph(second, 600_000)
    city.devices["two"].opened("one")
    assert set(everybody(city).values()) == {None}
    books = head.books()

    city.stop()
    shutil.rmtree(city.folder / "relay")
    shutil.copytree(city.folder / "backup", city.folder / "relay")
    city.serve()
    for name in NAMES:
        city.through(name, f"http://127.0.0.1:{city.port}")
    told = everybody(city)
    assert {problem.code for problem in told.values()} == {"log.inconsistent"}
    assert "sent again by itself" in words_of(told["one"]).todo
    assert set(one.queue().values()) == {"accepted"}
    assert head.books() == city.devices["books"].books() == books
    city.relay.open()
    assert city.relay.store.blob_have(photograph)[1]
    for case in (first, second):
        assert one.case_bytes(case) == head.case_bytes(case)

    seen = page(one)
    assert not seen.log_consistent
    assert (seen.log_break.lost, seen.log_break.may_acknowledge) == (2, False)
    officer = office(one)
    with pytest.raises(KnownError, match=r"certificate\.wrong_kind"):
        officer.acknowledge_relay("已恢复")
    officer.desk.database.close()
    supervisor = office(head)
    assert supervisor.sync_page().log_break.may_acknowledge
    supervisor.acknowledge_relay("十一月三十日从前一晚的备份恢复")
    assert supervisor.sync_page().log_break.said
    supervisor.desk.database.close()
    everybody(city)
    for name in NAMES[:3]:
        ended = page(city.devices[name])
        assert ended.log_break is None, name
        assert ended.log_consistent, name
    supervisor = office(head)
    with pytest.raises(KnownError, match=r"procedure\.not_allowed"):
        supervisor.acknowledge_relay("再一次")
    supervisor.desk.database.close()
