"""A window to be killed: an officer signs in and takes one decision after the other.

What the window acknowledged is a line on standard output, written after it stood on the screen.
"""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path

from PIL import Image
from PySide6.QtWidgets import QFileDialog

from desktop.app.demo_story import cast_of
from tests.support.city import SEED, signed_in, written

NUMBER = re.compile(r"\S+〔\d+〕\d+号")


def say(*words: object) -> None:
    print(*words, flush=True)


def _has_photo(office, draft_id):
    return bool(office.draft(draft_id).evidence)


def _loaded(driver):
    return driver.find("onspot.happened").text() != ""


def main(folder: Path) -> None:
    cast = cast_of(SEED)
    application, driver = signed_in(folder, cast)
    window, session = application.window, application.session
    photo = folder.parent / "photo.jpg"
    if not photo.exists():
        Image.new("RGB", (64, 48), (90, 120, 90)).save(photo)
    say("ready")
    while True:
        draft_id = written(session.office, cast)
        session.office.set_fact(draft_id, "priors", 0)  # the same party each time would leave the summary procedure
        session.resume_on_spot(draft_id)
        driver.wait(partial(_loaded, driver), "the draft")
        driver.drop("onspot.photos", photo)
        driver.wait(partial(_has_photo, session.office, draft_id), "the photograph sealed")
        say("photo", draft_id)
        driver.tap("onspot.statement.none")
        driver.focused("sign.password")
        driver.enter(cast.password)
        driver.wait(lambda: NUMBER.search(window.notice_text()) is not None, "the number on the screen")
        say("issued", NUMBER.search(window.notice_text()).group())
        driver.find("save.dialog", QFileDialog).reject()
        driver.tap("rail.today")
        driver.find("today.penalty")
        window.say_done("")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
