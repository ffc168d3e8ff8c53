"""A founded demonstration city for tests, copied for each test that changes it; the relay on its own port."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import resources
from desktop.app.application import Application, make_qt
from desktop.app.demo_city import OFFICER, City
from desktop.app.demo_story import Cast, cast_of
from desktop.app.driver import Driver
from desktop.platform.clock import SystemClock
from desktop.services.settings import change_settings
from enforcement.rules import parse_fact

SEED = 1
SECOND_HEAD = "99019002"


def found(folder: Path) -> City:
    """A city from nothing by the real tools, its relay stopped again."""
    city = City(folder, cast_of(SEED))
    city.found()
    city.stop_relay()
    return city


def second_head(city: City) -> str:
    """Another supervisor with a device of their own (folder `supervisor2`) and numbers; the agency's data is published anew."""
    people = city.authority / "incoming" / "second.toml"
    today = SystemClock().now().date()
    people.write_text(
        f"""[[people]]
number = "{SECOND_HEAD}"
name = "沈明远"
unit = "u9"
roles = ["supervisor"]
kind = "监督证"
fields = ["城市管理"]
region = "990100"
valid_from = {today.year - 2}-01-01
valid_to = {today.year + 2}-03-31
review_due = {today.year + 1}-03-31
""",
        "utf-8",
    )
    city.office("people", str(people))
    device = city._create("supervisor2", "监督科-02", (SECOND_HEAD,))
    city._enrol("supervisor2", "u9")
    city._grant("supervisor2")
    codes = tomllib.loads(resources.path("demo/numbers.toml").read_text("utf-8"))["supervisor"]
    forms = [word for form, code in codes.items() for word in ("--form", f"{form}={code}" if code else form)]
    city.office("numbers", "--device", device, "--year", str(today.year), "--count", "200", *forms)
    city.office("publish")
    return device


def copy_of(city: City, folder: Path) -> City:
    """The same city in another folder, at the same relay address."""
    shutil.copytree(city.folder, folder, dirs_exist_ok=True)
    return City(folder, city.cast, port=city.port)


def signed_in(profile: Path, cast: Cast, number: str = OFFICER, clock=None) -> tuple[Application, Driver]:
    """The real window, signed in."""
    application, driver = at_the_door(profile, number, clock)
    driver.enter(cast.password)
    driver.wait(lambda: application.session is not None and bool(application.window.current_place()), "the places")
    driver.find("stripPerson")
    return application, driver


def at_the_door(profile: Path, number: str = OFFICER, clock=None) -> tuple[Application, Driver]:
    """The real window at the sign-in page."""
    make_qt(headless=True)
    change_settings(profile, language="en", last=number)
    application = Application(profile, clock)
    application.window.resize(1280, 800)
    application.show()
    driver = Driver(application.window)
    driver.find("unlock.password")
    application.window.activateWindow()
    driver.focused("unlock.password")
    return application, driver


def written(office, cast: Cast):
    """A page that lacks only the photograph, the telling and the statement; its draft id."""
    draft_id = office.begin_on_spot().value.draft_id
    office.choose_party(draft_id, cast.company.code)
    office.set_field(draft_id, "happened", cast.incident.happened)
    office.choose_violation(draft_id, cast.incident.violation)
    specs = {spec.id: spec for spec in office.fact_specs(cast.incident.violation)}
    for name, text in {**cast.incident.facts, "impact": "some", "corrected": "done"}.items():
        office.set_fact(draft_id, name, parse_fact(specs[name], text))
    return draft_id


def ready(office, cast: Cast, photo: Path):
    """A page, first of its kind for its party, that lacks only the second signature; its draft id."""
    draft_id = written(office, cast)
    office.set_fact(draft_id, "priors", 0)
    office.attach_photo(draft_id, photo)
    office.record_told(draft_id)
    office.record_statement(draft_id, "none")
    return draft_id
