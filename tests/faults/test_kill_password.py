"""kill -9 in the middle of a change of password: the old one opens or the new one, never none."""

import random

import pytest

from desktop.app.tools import render, render_form
from desktop.platform.clock import SystemClock
from desktop.services import profile
from enforcement.values.errors import KnownError
from tests.support.devices import ME, PASSWORD, Device
from tests.support.kills import Victim
from tests.support.offices import HandClock, founded, person

SEED = 20261014


def opens(folder, password):
    try:
        profile.unlock(folder, ME, password, SystemClock(), render, render_form, None).database.close()
    except KnownError as error:
        if error.code != "password.wrong":
            raise
        return False
    return True


def soak(tmp_path, kills):
    clock = HandClock(SystemClock().now())
    office = founded(tmp_path / "office", person(ME), clock=clock)
    device = Device(tmp_path, office)
    device.sign_in()
    device.people.change_password(PASSWORD, "password-0")  # the slot is cheap from the start
    device.close()
    chance, password, old, new = random.Random(SEED), "password-0", 0, 0
    for _ in range(kills):
        victim = Victim("crash_password", device.folder, ME, password)
        victim.live(chance.uniform(0.0, 0.25))
        said = victim.kill()
        if said:
            last = said[-1]
            candidates = last[1:] if last[0] == "asked" else [last[1]]
            good = [one for one in candidates if opens(device.folder, one)]
            assert len(good) == 1, (said[-1], good)
            old += last[0] == "asked" and good[0] == last[1]
            new += last[0] == "asked" and good[0] != last[1]
            password = good[0]
        assert not list(device.folder.glob("keys.cbor.*"))
    print(f"kills {kills}, seed {SEED}: in the middle {old + new}, of these {old} old and {new} new")
    assert old + new


def test_twelve_kills(tmp_path):
    soak(tmp_path, 12)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_three_hundred_kills(tmp_path):
    soak(tmp_path, 300)
