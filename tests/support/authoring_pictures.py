"""The Authoring place in three themes, two languages and two sizes: `python -m tests.support.authoring_pictures OUT`.

A founded city is kept in OUT/city and used again; the pictures are written to OUT/pictures.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from desktop.app.demo_city import SUPERVISOR, City
from desktop.app.demo_story import cast_of
from desktop.app.driver import Driver
from desktop.services.settings import change_settings
from desktop.views.authoring.grid import MarkRole
from desktop.views.authoring.page import AuthoringPlace
from desktop.views.shared.theme import THEMES
from tests.support.city import SEED, found, signed_in
from tests.support.tables import CITY

LANGUAGES = ("zh_CN", "en")
SIZES = ((1024, 768), (1920, 1080))


def main(out: Path) -> None:
    """Every state of the place, in every look."""
    base = out / "city"
    if not base.exists():
        city = found(base)
        city.start_relay()
        application, _ = signed_in(base / "supervisor", city.cast, SUPERVISOR)
        application.window.close()
        city.stop_relay()
    for language in LANGUAGES:
        for theme in THEMES:
            _look(out, City(base, cast_of(SEED)), language, theme)


def _look(out: Path, city: City, language: str, theme: str) -> None:
    profile, source = out / "profile", out / "road-table"
    for folder in (profile, source):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(city.folder / "supervisor", profile)
    shutil.copytree(CITY, source)
    application, driver = signed_in(profile, city.cast, SUPERVISOR)
    change_settings(profile, language=language, theme=theme)
    application.restyle()
    application.session._build_places()
    driver.tap("rail.authoring")
    driver.find("authoring.start.open")
    place = application.window.findChildren(AuthoringPlace)[-1]
    tag = f"{language}-{theme}"

    def shoot(state: str) -> None:
        for size in SIZES:
            application.window.resize(*size)
            driver.quiet(lambda: application.work.busy, looks=12)
            driver.picture(out / "pictures" / f"{state}-{tag}-{size[0]}.png")

    shoot("start")
    place.model.open(source)
    driver.wait(lambda: place.model.state is not None, "the source")
    place._choose(1)
    driver.wait(lambda: place.model.answer() is not None, "the answer")
    shoot("table")
    table = driver.find("authoring.table")
    table.setFocus()
    table.go(0, "any_of")
    driver.key("F2")
    driver.find("authoring.cell")
    driver.type("area < 8 且 days < 5")
    driver.wait(lambda: table.tiers.data(table.tiers.place(0, "any_of"), MarkRole) == "fault", "the red cell")
    shoot("typing")
    driver.key("Return")
    place.middle.faults.list.pick(0)
    shoot("fault")
    place._show_side("preview")
    shoot("preview")
    driver.tap("authoring.tabs.changes")
    driver.wait(lambda: bool(place.preview._against.text()), "the changes")
    shoot("changes")
    driver.tap("authoring.tabs.form")
    place._show_side("table")
    application.window.resize(*SIZES[1])
    driver.tap("authoring.part.facts.edit")
    driver.find("authoring.part.facts.text")
    driver.type("[[wrong")
    driver.wait(lambda: driver.find("authoring.part.facts.problem").isVisible(), "the refusal")
    shoot("part")
    place._choose(-1)
    shoot("general")
    place.new()
    driver.find("frame.id")
    _dialog(application, driver, out, "frame", tag)
    driver.tap("frame.cancel")
    place.sign()
    driver.find("publish.folder")
    driver.wait(lambda: "…" not in driver.find("publish.state").text(), "everything checked")
    _dialog(application, driver, out, "publish", tag)
    driver.tap("publish.cancel")
    application.window.close()


def _dialog(application: object, driver: Driver, out: Path, state: str, tag: str) -> None:
    from PySide6.QtWidgets import QDialog

    window = driver.window
    dialog = next(one for one in window.findChildren(QDialog) if one.isVisible())
    driver.quiet(lambda: application.work.busy, looks=12)
    path = out / "pictures" / f"{state}-{tag}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    dialog.grab().save(str(path))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
