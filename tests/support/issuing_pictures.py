"""The issuing office's place at 1280 x 800, day and night, in both languages: `python -m tests.support.issuing_pictures OUT`.

A founded city is kept in OUT/city and used again; the pictures are written to OUT/pictures.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image, ImageDraw
from PySide6.QtWidgets import QDialog

from desktop.app.demo_city import OFFICER, PARTNER, SUPERVISOR, City
from desktop.app.demo_story import cast_of
from desktop.services.settings import change_settings
from desktop.views.issuing.page import IssuingPlace
from tests.support.city import SEED, found, signed_in
from tests.support.issuing_office import IssuingDesk
from tests.support.roster_books import GOOD, book

SIZE = (1280, 800)


def portrait() -> bytes:
    """A head and shoulders on white, of nobody."""
    picture = Image.new("RGB", (480, 640), "#f4f6f8")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((70, 430, 410, 900), fill="#27415f")
    draw.ellipse((150, 130, 330, 380), fill="#d9b79a")
    draw.pieslice((140, 110, 340, 330), 180, 360, fill="#2a2a2a")
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def main(out: Path, languages: tuple[str, ...], themes: tuple[str, ...]) -> None:
    """Every state of the place, in every look."""
    base = out / "city"
    if not base.exists():
        city = found(base)
        city.start_relay()
        application, _ = signed_in(base / "supervisor", city.cast, SUPERVISOR)
        application.window.close()
        city.stop_relay()
    for language in languages:
        for theme in themes:
            work = out / "work"
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(base, work)
            _look(out, City(work, cast_of(SEED)), language, theme)


def _look(out: Path, city: City, language: str, theme: str) -> None:
    desk = IssuingDesk(city)
    photo, wrong = city.folder / "portrait.jpg", city.folder / "名册.xlsx"
    photo.write_bytes(portrait())
    wrong.write_bytes(
        book({**GOOD, "证号": "x"}, {**GOOD, "单位": "十八中队", "发证日期": "2026-02-30"}, {**GOOD, "角色": "队长"})
    )
    desk.application.window.resize(*SIZE)
    desk.office("photo", OFFICER, str(photo))
    desk.office("publish")
    change_settings(city.folder / "supervisor", language=language, theme=theme)
    desk.application.restyle()
    desk.application.session._build_places()
    driver = desk.driver
    driver.tap("rail.issuing")
    driver.find("issuing.start.open")
    desk.place = desk.window.findChildren(IssuingPlace)[-1]
    desk.model = desk.place.model
    tag = f"{language}-{theme}"

    def shoot(state: str) -> None:
        desk.quiet()
        driver.quiet(lambda: desk.application.work.busy, looks=12)
        driver.picture(out / "pictures" / f"{state}-{tag}.png")

    def dialog(state: str, leave: str) -> None:
        desk.quiet()
        driver.quiet(lambda: desk.application.work.busy, looks=8)
        box = next(one for one in desk.window.findChildren(QDialog) if one.isVisible())
        path = out / "pictures" / f"{state}-{tag}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        box.grab().save(str(path))
        driver.tap(leave)
        desk.back()

    shoot("start")
    desk.ask_open(city.authority, "not the password")
    desk.refusal("office")
    dialog("open", "office.cancel")
    desk.open()
    desk.pick(PARTNER)
    desk.act("suspend", reason="涉嫌违纪，正在核查")
    driver.wait(lambda: desk.item(PARTNER).tone == "stop", "suspended")
    desk.pick(PARTNER)
    shoot("suspended")
    desk.pick(OFFICER)
    desk.act("review")
    driver.wait(lambda: len(desk.model.view.unpublished) >= 2, "reviewed")
    desk.quiet()
    driver.tap("issuing.act.amend")
    desk.fill(act__reason="")
    driver.tap("act.go")
    desk.refusal()
    dialog("amend", "act.cancel")
    driver.tap("issuing.act.cancel")
    dialog("cancel", "act.cancel")
    shoot("detail")
    driver.tap("issuing.tabs.card")
    driver.wait(lambda: desk.place.detail.faces.count == 2, "the card")
    shoot("card")
    driver.tap("issuing.waiting")
    dialog("unpublished", "unpublished.cancel")
    driver.tap("issuing.issue")
    desk.fill(issue__number="bad", issue__name="郑示例", issue__fields="城市管理")
    driver.tap("issue.go")
    desk.refusal("issue")
    dialog("issue", "issue.cancel")
    driver.tap("issuing.import")
    desk.name_file(wrong, "issuing.import.dialog")
    driver.find("roster.copy")
    dialog("faults", "roster.cancel")
    driver.tap("issuing.publish")
    driver.find("issuing.all_published")
    shoot("published")
    desk.application.window.resize(1024, 768)
    shoot("narrow")
    desk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2].split(",")), tuple(sys.argv[3].split(",")))
