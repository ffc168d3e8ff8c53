"""`hengchi pictures`: every place in three themes, two languages and two sizes, on the profiles that a demonstration left."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import UUID

from desktop.app.application import Application, make_qt
from desktop.app.demo import run_demo
from desktop.app.demo_city import OFFICER, SUPERVISOR
from desktop.app.demo_story import cast_of
from desktop.app.driver import Driver
from desktop.services.settings import change_settings
from desktop.views.onspot.page import OnSpotPage
from desktop.views.shared.theme import THEMES
from enforcement.rules import parse_fact

LANGUAGES = ("zh_CN", "en")
SIZES = ((1024, 768), (1920, 1080))
SEED = 1
OFFICER_PLACES = (
    "today",
    "inspect",
    "cases",
    "onspot",
    "documents",
    "parties",
    "ruler",
    "sync",
    "certificates",
    "settings",
)
SUPERVISOR_PLACES = ("review", "inspect", "today", "authoring")
PREFIX = {"officer": "", "desk": "supervisor-"}


def run_pictures(out: Path) -> int:
    """Write the pictures under `out`/pictures; 0 when the demonstration went as it must."""
    make_qt(headless=True)
    story = out / "story"
    shutil.rmtree(out / "desk", ignore_errors=True)
    code = run_demo(story, SEED, headless=True, desk=out / "desk")
    shutil.move(out / "desk", story / "desk")
    for name, number, places in (("officer", OFFICER, OFFICER_PLACES), ("desk", SUPERVISOR, SUPERVISOR_PLACES)):
        for language in LANGUAGES:
            for theme in THEMES:
                change_settings(story / name, language=language, theme=theme)
                folder = out / "pictures"
                _render(story / name, number, places, folder, f"{language}-{theme}", PREFIX[name])
    return code


def _render(profile: Path, number: str, places: tuple[str, ...], folder: Path, tag: str, prefix: str) -> None:
    application = Application(profile)
    application.show()
    driver = Driver(application.window)
    driver.find("unlock.password")
    for size in SIZES:
        application.window.resize(*size)
        driver.picture(folder / f"{prefix}unlock-{tag}-{size[0]}.png")
    application.window.activateWindow()
    driver.focused("unlock.password")
    driver.enter(cast_of(SEED).password)
    driver.wait(lambda: application.session is not None and bool(application.window.current_place()), "the places")
    driver.find("stripPerson")
    draft = _half_written(application) if "onspot" in places else None
    for place in places:
        for size in SIZES:
            application.window.resize(*size)
            _show(application, place, draft)
            if place == "documents":
                driver.find("case.page.1")
            if place == "authoring":
                driver.find("authoring.start.open")  # its libraries are imported when it is first opened
            driver.quiet(lambda: application.work.busy)
            driver.picture(folder / f"{prefix}{place}-{tag}-{size[0]}.png")
    application.window.close()


def _show(application: Application, place: str, draft: UUID | None) -> None:
    session = application.session
    assert session is not None
    if place != "onspot":
        application.window.open_place(place)
    elif draft is not None and not application.window.findChildren(OnSpotPage):
        session.resume_on_spot(draft)


def _half_written(application: Application) -> UUID:
    """A page with its facts entered, as an officer leaves it between two steps."""
    session = application.session
    assert session is not None
    office, cast = session.office, cast_of(SEED)
    begun = office.today().begun
    if begun:
        return begun[0].draft_id
    draft_id = office.begin_on_spot().value.draft_id
    office.choose_party(draft_id, cast.others[0].code)
    office.set_field(draft_id, "happened", cast.incident.happened)
    office.choose_violation(draft_id, cast.incident.violation)
    specs = {spec.id: spec for spec in office.fact_specs(cast.incident.violation)}
    for name, text in {**cast.incident.facts, "impact": "some", "corrected": "done"}.items():
        office.set_fact(draft_id, name, parse_fact(specs[name], text))
    return draft_id
