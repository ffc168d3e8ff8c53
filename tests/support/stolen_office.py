"""An officer's real window that writes cases, shows one, sends them, locks and waits: `python -m tests.support.stolen_office PROFILE CASES`.

Every case has a party, a place and words of its own, named by `secrets_of`. Prints `open` when everything was sent, waits for a line, prints `locked` and how many sessions live when the lock
screen stands; after another line it starts the program anew, as the window does.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QCoreApplication
from stdnum.cn import uscc

from desktop.app.demo_city import PARTNER
from desktop.app.demo_story import cast_of
from desktop.app.session import Session
from desktop.platform.anew import start_anew
from tests.support.city import SEED, signed_in, written

PIN = "205071"


def secrets_of(number: int) -> dict[str, str]:
    """What must stand in no file in the clear."""
    body = f"91990101MA{number:07}"
    return {
        "name": f"示例市密{number:04}号杂货店",
        "code": body + uscc.calc_check_digit(body),
        "address": f"示例市示范区密径{number:04}号",
        "happened": f"门前堆放第{number:04}批木料",
        "heard": f"陈述第{number:04}次：已经清走",
    }


def write_case(office, cast, number: int, photo: Path) -> None:
    """One decision on the spot, issued."""
    words = secrets_of(number)
    draft_id = written(office, cast)
    party = office.add_party(
        name=words["name"],
        kind="organisation",
        code=words["code"],
        address=words["address"],
        representative="",
        phone="",
    ).value
    office.choose_party(draft_id, party.party_id)
    office.set_field(draft_id, "happened", words["happened"])
    office.attach_photo(draft_id, photo)
    office.record_told(draft_id)
    office.record_statement(draft_id, words["heard"])
    office.cosign_and_issue(draft_id, PARTNER, cast.password)


def main(folder: Path, cases: int) -> None:
    cast = cast_of(SEED)
    application, driver = signed_in(folder, cast)
    photo = folder.parent / "photo.jpg"
    Image.new("RGB", (64, 48), (90, 120, 90)).save(photo)
    office = application.session.office
    for number in range(cases):
        write_case(office, cast, number, photo)
        QCoreApplication.processEvents()
    for place in ("documents", "cases"):
        application.window.open_place(place)
        driver.wait(lambda: application.work.busy <= 1, "a quiet window")
    while office.strip().waiting:
        QCoreApplication.processEvents()
        time.sleep(0.05)
    office.here.set_pin(PIN)
    del office
    left: list[bytes] = []
    application.anew = left.append
    print("open", flush=True)
    sys.stdin.readline()
    application.lock_window()
    driver.wait(lambda: application.session is None and application.page is not None, "the lock screen")
    until, alive = time.monotonic() + 20, 1
    while alive and time.monotonic() < until:  # what goes later is gone by then
        QCoreApplication.processEvents()
        time.sleep(0.05)
        gc.collect()
        alive = sum(isinstance(one, Session) for one in gc.get_objects())
    print("locked", alive, flush=True)
    sys.stdin.readline()
    # as the window's own program does; here the test has to look first at what stays without it
    start_anew(left[0], [sys.executable, "-m", "desktop.app.main", "--profile", str(folder)])


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
