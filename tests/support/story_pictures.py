"""An ordinary case half way in every place of officer and head: `python -m tests.support.story_pictures OUT`.

The case is told through the services until the head has an approval before them; the profiles are kept in OUT/city and used again; the
pictures, in three themes, two languages and two sizes, are written to OUT/pictures.
"""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.app.demo_city import OFFICER, SUPERVISOR, City
from desktop.app.demo_story import cast_of
from desktop.app.driver import Driver
from desktop.app.stories import tale_of
from desktop.platform.clock import SystemClock
from desktop.services.desk import local
from desktop.services.settings import change_settings
from desktop.views.shared.lists import ItemList
from desktop.views.shared.theme import THEMES
from tests.support.city import SEED, found, signed_in
from tests.support.tales import Told

LANGUAGES = ("zh_CN", "en")
SIZES = ((1024, 768), (1920, 1080))
STOP = "statement_review.asked"
ACT = "statement.made"


def main(out: Path) -> None:
    """Every place, in every look."""
    base = out / "city"
    if not base.exists():
        case_id = _tell(found(base), base)
        (out / "case").write_text(case_id.hex)
    city, case_id = City(base, cast_of(SEED)), UUID((out / "case").read_text())
    for language in LANGUAGES:
        for theme in THEMES:
            for name, number in (("officer", OFFICER), ("supervisor", SUPERVISOR)):
                _look(out, city, case_id, name, number, language, theme)


def _tell(city: City, folder: Path) -> UUID:
    city.start_relay()
    teller = Told(city, tale_of("ordinary", city.cast, local(SystemClock().now()).date()), folder)
    case_id = teller.open()
    for step in teller.tale.steps:
        teller.step(step)
        teller.sync()
        if step.act == STOP:
            break
    teller.close()
    city.stop_relay()
    return case_id


def _look(out: Path, city: City, case_id: UUID, name: str, number: str, language: str, theme: str) -> None:
    application, driver = signed_in(city.folder / name, city.cast, number)
    change_settings(city.folder / name, language=language, theme=theme)
    application.restyle()
    session = application.session
    session._build_places()

    def shoot(state: str) -> None:
        for size in SIZES:
            application.window.resize(*size)
            driver.quiet(lambda: application.work.busy, 0)  # no relay is there to be waited for
            driver.picture(out / "pictures" / f"{name}-{state}-{language}-{theme}-{size[0]}.png")

    for place in ("today", "inspect", "cases", "documents", "parties") if name == "officer" else ("review", "today"):
        driver.tap(f"rail.{place}")
        if place in ("cases", "documents", "parties", "review"):
            _first(driver, f"{place}.list")
        shoot(place)
    if name == "officer":
        driver.tap("rail.cases")
        session._case_acts.open_act(ACT, case_id=case_id)
        driver.find("act.sign")
        shoot("act")
    application.window.close()


def _first(driver: Driver, name: str) -> None:
    listed = driver.find(name, ItemList)
    driver.wait(lambda: bool(listed.model_.items), "the list")
    spot = listed.visualRect(listed.model_.index(0)).center()
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
