"""A window to be killed: a supervisor signs in and decides whatever comes to the desk."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QLabel

from desktop.app.demo_city import SUPERVISOR
from desktop.app.demo_story import cast_of
from tests.support.city import SEED, signed_in
from tests.support.crash_officer import say


def _less(office, before):
    return len(office.review_list()) < before


def main(folder: Path) -> None:
    application, driver = signed_in(folder, cast_of(SEED), SUPERVISOR)
    office = application.session.office
    say("ready")
    driver.tap("rail.review")
    while True:
        driver.wait(lambda: bool(office.review_list()), "a case", 3600)
        button = driver.find("review.approve")
        driver.wait(button.isEnabled, "the case shown")
        number = application.window.findChild(QLabel, "review.number").text().split()[0]
        before = len(office.review_list())
        driver.tap("review.approve")
        driver.wait(partial(_less, office, before), "one case less")
        say("approved", number)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
