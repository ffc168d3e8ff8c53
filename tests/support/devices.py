"""A device enrolled by a cheap office, with its own store and keys, and a clock moved by hand."""

from __future__ import annotations

import pytest

from desktop.app.tools import render, render_form
from desktop.keys.unlock import Cost
from desktop.services import profile
from desktop.services.authority import Agency
from desktop.services.people import People
from desktop.store.authority import load, refresh
from enforcement.values.errors import KnownError
from tests.support.offices import HandClock, founded, person, reader

ME, PARTNER, THIRD, PASSWORD = "99010001", "99010002", "99010003", "device-password"
CHEAP = Cost(memory_kib=8, passes=1, lanes=1)


class Device:
    """`people` sign in from the start; `office` may know more."""

    def __init__(self, folder, office=None, people=(ME,), name="officer"):
        self.folder = folder / name
        self.clock = office.clock if office is not None else HandClock()
        everybody = (person(ME), person(PARTNER, name="陈示例"), person(THIRD, name="孙示例"))
        self.office = office or founded(folder / "office", *everybody, clock=self.clock)
        asked = [(number, PASSWORD) for number in people]
        profile.put_grant(
            self.folder, self.office.enrol(profile.create(self.folder, "平板", asked, self.clock, CHEAP), "u1")
        )
        self.office.publish()
        self.desk = None

    def sign_in(self, number=ME, password=PASSWORD):
        """The store opened by one officer, the one before signed out."""
        self.close()
        fetch = reader(self.office.repository)
        self.desk = profile.unlock(self.folder, number, password, self.clock, render, render_form, lambda _: fetch)
        return self.desk

    def refresh(self):
        """The agency's newest set, as sync brings it."""
        self.office.publish()
        with self.desk.database.write() as session:
            refresh(session, self.desk.device, reader(self.office.repository), self.clock.now())
            self.desk.agency = Agency(load(session))

    @property
    def people(self):
        return People(self.desk, CHEAP)

    def close(self):
        if self.desk is not None:
            self.desk.database.close()
            self.desk = None


def refused(code, run, *words, **more):
    """The error with which that is refused."""
    with pytest.raises(KnownError) as caught:
        run(*words, **more)
    assert caught.value.code == code, caught.value
    return caught.value
