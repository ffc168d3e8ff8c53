"""`hengchi demo`: one real case, the whole way, in the real window; what it leaves is described in the README."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageDraw
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from desktop.app.application import Application, make_qt
from desktop.app.demo_city import OFFICER, SUPERVISOR, City
from desktop.app.demo_story import Cast, cast_of
from desktop.app.driver import Driver
from desktop.services.settings import change_settings
from desktop.views.shared.lists import SearchPick
from enforcement.values.errors import BugError

SIZE = (1280, 800)
TOOK_BACK, ANSWER = "请补充违法现场与门牌的位置关系说明", "照片为门前人行道全景，门牌在画面右侧"


def run_demo(out: Path, seed: int, *, headless: bool, desk: Path | None = None) -> int:
    """Run the story; 0 when everything in summary.json is as it must be. `desk` gets the supervisor's profile as it stood
    while the case waited there.
    """
    out = out.resolve()
    if out.exists() and any(out.iterdir()):
        if not left_by_us(out):
            print(f"hengchi: {out} is not empty and no earlier demonstration; choose another folder", file=sys.stderr)
            return 1
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    make_qt(headless)
    story = Story(out, seed, desk)
    try:
        summary = story.tell()
    finally:
        story.close()
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(json.dumps(summary, ensure_ascii=False))
    good = (
        summary["interactions"] <= 12
        and summary["supervisor_sees"]
        and summary["verified"]
        and not summary["relay_plaintext_hits"]
        and not summary["profile_plaintext_hits"]
    )
    return 0 if good else 1


class Story:
    """The parties and the steps."""

    def __init__(self, out: Path, seed: int, desk: Path | None = None) -> None:
        self.out, self.seed, self.desk = out, seed, desk
        self.cast: Cast = cast_of(seed)
        self.city = City(out, self.cast)
        self._steps = 0
        self._open: list[Application] = []

    def close(self) -> None:
        """Windows shut, relay stopped."""
        for application in self._open:
            application.window.close()
        self.city.stop_relay()

    def tell(self) -> dict[str, Any]:
        """Everything, in order."""
        self.city.found()
        officer, driver = self._app("officer", OFFICER)
        self.city.stop_relay()  # from here to the printed notice there is no network
        notice = self.out / "notice.pdf"
        seconds = self._decide(driver, notice)
        interactions = driver.interactions
        session = officer.session
        assert session is not None
        case = session.office.cases()[0]
        driver.wait(lambda: session.office.cases()[0].seal == "accepted", "the receipt")
        self._see(driver, "sync", "synced")
        supervisor, desk = self._app("supervisor", SUPERVISOR)
        other = supervisor.session
        assert other is not None
        desk.wait(lambda: bool(other.office.review_list()), "the case at the supervisor's desk")
        desk.wait(lambda: bool(other.office.case(case.case_id).evidence[0].thumbnail), "the photograph")
        mine = _comparable(session.office.case(case.case_id))
        desk.wait(lambda: _comparable(other.office.case(case.case_id)) == mine, "the same case on both sides")
        same = _comparable(other.office.case(case.case_id)) == mine
        if self.desk is not None:
            shutil.copytree(self.out / "supervisor", self.desk)
        self._review(desk, driver, session, other, case.case_id)
        detail = session.office.case(case.case_id)
        found = detail.determination
        assert found is not None
        queue = session.office.sync_page()
        for application in (officer, supervisor):
            application.window.close()
        self._open.clear()
        secrets = [
            self.cast.company.name,
            self.cast.company.code,
            self.cast.company.address,
            self.cast.incident.happened,
            self.cast.company.representative,
            self.cast.company.phone,
        ]
        return {
            "seed": self.seed,
            "violation": found.title,
            "document_number": case.document_number,
            "case_id": str(case.case_id),
            "fine_fen": case.fine_fen,
            "range_fen": [found.band_lo, found.band_hi],
            "statute_fen": [found.statute_lo, found.statute_hi],
            "interactions": interactions,
            "seconds": round(seconds, 2),
            "bundles": len(queue.rows),
            "receipts": queue.receipts,
            "supervisor_sees": same,
            "final_status": detail.row.status,
            "verified": self._verified(notice),
            "demo_password": self.cast.password,
            "secrets": secrets,
            "relay_plaintext_hits": hits([self.out / "relay"], secrets),
            "profile_plaintext_hits": hits([self.out / "officer", self.out / "supervisor"], secrets),
        }

    # the officer

    def _app(self, name: str, number: str) -> tuple[Application, Driver]:
        profile = self.out / name
        change_settings(profile, language="zh_CN", last=number)
        application = Application(profile)
        application.window.resize(*SIZE)
        application.show()
        self._open.append(application)
        driver = Driver(application.window)
        driver.find("unlock.password")
        application.window.activateWindow()
        driver.focused("unlock.password")
        self._picture(driver, f"{name}-sign-in")
        driver.enter(self.cast.password)
        driver.wait(lambda: application.session is not None and bool(application.window.current_place()), "the places")
        driver.find("stripPerson")
        return application, driver

    def _decide(self, driver: Driver, notice: Path) -> float:
        driver.find("today.penalty")
        driver.wait(lambda: bool(driver.window.findChildren(QLineEdit)) or True, "today")
        self._picture(driver, "today")
        began = time.monotonic()
        driver.counting = True
        driver.window.setFocus()
        driver.key("N")
        driver.focused("onspot.party")
        driver.enter(self.cast.company.name[3:8], settle=found_in(driver, "onspot.party"))
        driver.focused("onspot.happened")
        self._picture(driver, "party")
        driver.enter(self.cast.incident.happened)
        driver.focused("onspot.violation")
        driver.enter(self.cast.incident.typed, settle=found_in(driver, "onspot.violation"))
        for fact, value in self.cast.incident.facts.items():
            if value in ("yes", "no"):
                driver.tap(f"fact.{fact}.{value}")
            else:
                driver.focused(f"fact.{fact}")
                driver.enter(value)
        driver.tap("fact.impact.some")
        driver.tap("fact.corrected.done")
        self._picture(driver, "facts")
        picture = self.out / "authority" / "incoming" / "scene.jpg"
        scene(picture)
        driver.drop("onspot.photos", picture)
        driver.wait(lambda: _evidence(driver) == 1, "the photograph sealed")
        self._picture(driver, "photograph")
        driver.tap("onspot.statement.none")
        driver.focused("sign.password")
        self._picture(driver, "co-sign")
        driver.enter(self.cast.password)
        dialog = driver.find("save.dialog", QFileDialog)
        self._picture(driver, "issued")
        line = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(line, QLineEdit)
        driver.wait(line.hasFocus, "the file name")
        line.selectAll()
        driver.enter(str(notice))
        driver.wait(notice.exists, "the printed notice")
        driver.counting = False
        seconds = time.monotonic() - began
        self.city.start_relay()  # the network is back; what follows is sent by itself
        driver.find("case.page.1")
        self._picture(driver, "notice")
        for place in ("cases", "ruler", "certificates"):
            self._see(driver, place, place)
        return seconds

    # the supervisor

    def _review(self, desk: Driver, driver: Driver, officer: Any, supervisor: Any, case_id: Any) -> None:
        desk.find("review.approve")
        desk.wait(lambda: desk.find("review.approve").isEnabled(), "the case shown")
        self._picture(desk, "review")
        desk.tap("review.back")
        desk.focused("sendback.text")
        desk.type(TOOK_BACK)
        desk.tap("sendback.go")
        driver.wait(lambda: officer.office.case(case_id).row.status == "returned", "what came back")
        driver.tap("rail.today")
        driver.wait(lambda: bool(officer.office.today().waiting), "what waits")
        self._picture(driver, "returned")
        driver.tap("rail.documents")
        driver.tap("case.answer")
        driver.focused("answer.text")
        driver.type(ANSWER)
        driver.tap("answer.go")
        desk.wait(lambda: supervisor.office.case(case_id).row.status == "answered", "the answer")
        desk.wait(lambda: desk.find("review.approve").isEnabled(), "the answer shown")
        self._picture(desk, "answered")
        desk.tap("review.approve")
        driver.wait(lambda: officer.office.case(case_id).row.status == "approved", "the approval")
        self._see(driver, "cases", "approved")
        self._picture(desk, "approved-desk")

    # looking

    def _see(self, driver: Driver, place: str, name: str) -> None:
        driver.tap(f"rail.{place}")
        for _ in range(12):
            QApplication.processEvents()
            time.sleep(0.02)
        self._picture(driver, name)

    def _picture(self, driver: Driver, name: str) -> None:
        self._steps += 1
        driver.picture(self.out / "pictures" / f"{self._steps:02d}-{name}.png")

    def _verified(self, notice: Path) -> bool:
        """In a fresh process, with no network, trusting what the agency published."""
        tool = Path(sys.executable).parent / "hengchi"
        command = [str(tool), "verify", str(notice), "--trust", str(self.city.repository), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise BugError(done.stdout + done.stderr)
        return done.returncode == 0


def scene(path: Path, taken: datetime | None = None) -> None:
    """A drawn street scene: the file that the officer's camera left, with the time it was taken where one is given."""
    picture = Image.new("RGB", (1600, 1200), (206, 214, 216))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 620, 1600, 1200), fill=(150, 148, 140))
    pen.rectangle((80, 140, 980, 640), fill=(188, 160, 128))
    pen.rectangle((420, 330, 640, 640), fill=(92, 74, 60))
    for step in range(12):
        pen.line((step * 150, 1200, 500 + step * 60, 620), fill=(128, 126, 120), width=4)
    for number in range(5):
        left = 760 + number * 90
        pen.rectangle((left, 560 - 22 * (number % 3), left + 78, 790), fill=(168 - 12 * number, 120, 84))
    exif = Image.Exif()
    if taken is not None:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"{taken:%Y:%m:%d %H:%M:%S}"
    picture.save(path, quality=88, exif=exif)


def left_by_us(out: Path) -> bool:
    """Whether a folder holds nothing but a demonstration, be it one that was cut off."""
    names = {"authority", "relay", "officer", "supervisor", "reviewer", "pictures", "notice.pdf", "summary.json"}
    names |= {"documents", "archive", "decision.pdf"}
    return (out / "authority" / "incoming").is_dir() and {path.name for path in out.iterdir()} <= names


def hits(folders: Iterable[Path], secrets: Iterable[str]) -> int:
    """How often a secret stands in any file's bytes, as UTF-8 or UTF-16."""
    needles = [secret.encode(form) for secret in secrets for form in ("utf-8", "utf-16-le", "utf-16-be")]
    count = 0
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                count += sum(data.count(needle) for needle in needles)
    return count


def found_in(driver: Driver, name: str) -> Any:
    """Whether the popup of a search field stands with a row."""

    def standing() -> bool:
        field = driver.find(name, SearchPick)
        found = driver.window.findChildren(QLineEdit, name)
        popup = field._popup
        return bool(found) and popup is not None and popup.isVisible()

    return standing


def _evidence(driver: Driver) -> int:
    from desktop.views.onspot.photos import PhotoStrip

    return len(driver.find("onspot.photos", PhotoStrip)._shown)


def _comparable(detail: Any) -> Any:
    """What both sides must see alike: all but how far the sending has come."""
    return (
        detail.party,
        detail.happened,
        detail.determination,
        detail.explanation,
        detail.facts,
        detail.statement,
        [(one.caption, one.digest) for one in detail.evidence],
        [(one.entry_hash, one.words, one.effective) for one in detail.timeline],
        detail.row.document_number,
        detail.row.fine_fen,
    )
