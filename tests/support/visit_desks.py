"""The desks of the demonstration city, and sync between them by the real relay."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from desktop.app.demo_city import DEVICES, PARTNER, City
from desktop.app.syncing import engine_of
from desktop.app.tools import render, render_form
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.desk import Desk
from desktop.services.visits_door import Visits
from desktop.sync import HttpTransport
from enforcement.credentials import EnrolGrant
from enforcement.values.errors import KnownError


class Nobody:
    kid = bytes(32)

    def sign(self, message: bytes) -> bytes:
        raise KnownError("device.unknown", device="")


def desk_of(city: City, name: str, clock=None) -> Desk:
    """The store of one device, open."""
    _, _, (number, *_) = DEVICES[name]
    clock = clock or SystemClock()

    def fetch(grant: EnrolGrant):
        return HttpTransport(grant.relay, Nobody(), clock).public

    return profile.unlock(city.folder / name, number, city.cast.password, clock, render, render_form, fetch)


def sync(*desks: Desk) -> None:
    """Until nothing moves any more."""
    for _ in range(3):
        for desk in desks:
            _drain(desk)


def _drain(desk: Desk) -> None:
    engine = engine_of(desk)
    for _ in range(12):
        result = engine.step()
        assert result.problem is None, result.problem
        if not result.changed:
            return


def picture(folder: Path, name: str = "a.jpg", size=(320, 240)) -> Path:
    """A picture file."""
    path = folder / name
    Image.new("RGB", size, (120, 130, 110)).save(path)
    return path


def planned(visits: Visits, city: City, lists=("storefront",), trigger="plan", **more):
    """An inspection of the story's company, waiting for approval."""
    return visits.plan(
        party_id=city.cast.company.code,
        place="",
        trigger=trigger,
        source="年度检查计划第12项",
        lists=lists,
        partner=PARTNER,
        **more,
    ).value
