"""`hengchi demo --story`: a whole case from source to archive in the real windows of everybody concerned, sync between them.

It leaves what the first demonstration leaves, and in summary.json the documents, the deadlines that ran, what the review board says,
and the archive. What is in it is described in docs/procedure.md.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import story_hands as hands
from desktop.app.application import Application, make_qt
from desktop.app.archive import PACKAGE, archive_case
from desktop.app.demo import SIZE, found_in, hits, left_by_us, scene
from desktop.app.demo_city import OFFICER, REVIEWER, SUPERVISOR, City
from desktop.app.demo_story import cast_of
from desktop.app.driver import Driver
from desktop.app.session import Session
from desktop.app.stories import tale_of
from desktop.app.story_steps import PROPOSE, Step, Tale
from desktop.messages.periods import derivation
from desktop.platform.clock import SystemClock
from desktop.services.act_desk import standing_of
from desktop.services.desk import local
from desktop.services.settings import change_settings
from desktop.views.ruler.widget import RulerWidget
from desktop.views.shared.lists import ItemList
from enforcement.law import Due
from enforcement.procedure.position import deadlines_run
from enforcement.values.errors import BugError
from enforcement.values.ids import digest

PEOPLE = {"officer": OFFICER, "supervisor": SUPERVISOR, "reviewer": REVIEWER}
ARCHIVE = "archive"
SETTLES = 300
"""Milliseconds until what was asked for is drawn; a picture is of what a person sees, not of the way there."""


def run_story(out: Path, seed: int, name: str, *, headless: bool) -> int:
    """Tell it; 0 when the case ended as the tale says and everything in summary.json is as it must be."""
    out = out.resolve()
    if out.exists() and any(out.iterdir()):
        if not left_by_us(out):
            print(f"hengchi: {out} is not empty and no earlier demonstration; choose another folder", file=sys.stderr)
            return 1
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    make_qt(headless)
    teller = Teller(out, seed, name)
    try:
        summary = teller.tell()
    finally:
        teller.close()
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(
        json.dumps(
            {**summary, "documents": len(summary["documents"]), "deadlines": len(summary["deadlines"])},
            ensure_ascii=False,
        )
    )
    good = (
        summary["final_status"] == teller.tale.ends
        and summary["same_everywhere"]
        and summary["archive"]["verified"]
        and not summary["review_board"]["vetoes"]
        and not summary["relay_plaintext_hits"]
        and not summary["profile_plaintext_hits"]
    )
    return 0 if good else 1


@dataclass
class Seat:
    """Somebody's window."""

    application: Application
    driver: Driver

    @property
    def session(self) -> Session:
        if self.application.session is None:
            raise BugError("nobody is signed in")
        return self.application.session


class Teller:
    """The seats and the steps."""

    def __init__(self, out: Path, seed: int, name: str) -> None:
        self.out, self.seed = out, seed
        self.cast = cast_of(seed)
        self.city = City(out, self.cast)
        self.tale: Tale = tale_of(name, self.cast, local(SystemClock().now()).date())
        self.seats: dict[str, Seat] = {}
        self.case_id: UUID | None = None
        self._pictures = 0

    def close(self) -> None:
        """Windows shut, relay stopped."""
        for seat in self.seats.values():
            seat.application.window.close()
        self.city.stop_relay()

    def tell(self) -> dict[str, Any]:
        """Everything, in order."""
        self.city.found()
        for name, number in PEOPLE.items():
            self.seats[name] = self._sit(name, number)
        self._find()
        for step in self.tale.steps:
            self._take(step)
        return self._summary()

    # sitting down

    def _sit(self, name: str, number: str) -> Seat:
        profile = self.out / name
        change_settings(profile, language="zh_CN", last=number)
        application = Application(profile)
        application.window.resize(*SIZE)
        application.show()
        driver = Driver(application.window)
        driver.find("unlock.password")
        application.window.activateWindow()
        driver.focused("unlock.password")
        driver.enter(self.cast.password)
        driver.wait(lambda: application.session is not None and bool(application.window.current_place()), "the places")
        return Seat(application, driver)

    def _turn_to(self, seat: Seat) -> Driver:
        """This person works now; the others' windows stay open behind."""
        seat.application.window.raise_()
        seat.application.window.activateWindow()
        QApplication.processEvents()
        return seat.driver

    # the steps

    def _find(self) -> None:
        """The page on which it was found, and its turn to the ordinary procedure."""
        seat = self.seats["officer"]
        driver, tale = self._turn_to(seat), self.tale
        driver.find("today.penalty")
        driver.window.setFocus()
        driver.key("N")
        driver.focused("onspot.party")
        hands.type_over(driver, driver.find("onspot.found"), tale.moment(0, "10:00").strftime("%Y-%m-%d %H:%M"))
        driver.find("onspot.party").setFocus(Qt.FocusReason.TabFocusReason)
        driver.enter(self.cast.company.name[3:8], settle=found_in(driver, "onspot.party"))
        driver.wait(lambda: bool(seat.session.office.cases()), "the case")
        self.case_id = seat.session.office.cases()[0].case_id
        hands.type_over(driver, driver.find("onspot.place"), tale.place)
        hands.type_over(driver, driver.find("onspot.happened"), tale.happened)
        driver.find("onspot.violation").setFocus(Qt.FocusReason.TabFocusReason)
        driver.enter(tale.typed, settle=found_in(driver, "onspot.violation"))
        self._facts(driver)
        picture = self.out / "authority" / "incoming" / "scene.jpg"
        scene(picture, tale.moment(0, "10:05"))
        driver.drop("onspot.photos", picture)
        driver.wait(lambda: len(self._case("officer").evidence) == 1, "the photograph sealed")
        self._picture(seat, "found")
        driver.tap("onspot.ordinary")
        driver.focused("turn.text")
        driver.find("turn.text").selectAll()  # type: ignore[attr-defined]  # it is a line or a text
        driver.type(tale.why)
        driver.tap("turn.go")
        driver.window.activateWindow()
        driver.find("offer.opening.asked")
        self._picture(seat, "ordinary")

    def _facts(self, driver: Driver) -> None:
        specs = {spec.id: spec for spec in self.seats["officer"].session.office.fact_specs(self.tale.violation)}
        for name, value in self.tale.facts.items():
            if specs[name].kind in ("choice", "flag"):
                hands.choose(driver, f"fact.{name}", value)
            else:
                hands.type_over(driver, driver.find(f"fact.{name}"), value)

    def _take(self, step: Step) -> None:
        """One act by whoever does it, once the case has come to them as it stands."""
        seat = self.seats[step.by]
        self._arrived(seat)
        driver = self._turn_to(seat)
        if step.act == PROPOSE:
            self._propose(seat)
            return
        self._open(seat, step.act)
        page = hands.page_of(driver)
        values = dict(step.values)
        if began := self.tale.began_of(step):
            values = {"began": began, **values}
        when = self.tale.moment(step.day, step.at).strftime("%Y-%m-%d %H:%M")
        hands.write(driver, page, {path: self._value(path, value) for path, value in values.items()}, when)
        if step.act in SEEN:
            self._picture(seat, step.act)
        hands.sign(driver, page, self.cast.password)
        if step.party_signs:
            self._party_signs(seat, step.act)
        elif step.act in ("decision.made", "decision.exempted"):
            self._save(self.seats["officer"], step.act)

    def _open(self, seat: Seat, act: str) -> None:
        """To the page of the act: from the case, or for the head and the reviewer from what waits for them."""
        driver = seat.driver
        if seat is self.seats["officer"]:
            self._show_case(seat)
            driver.wait(lambda: _offered(driver, f"offer.{act}"), f"{act} offered")
            driver.tap(f"offer.{act}")
            if _confirms(driver):
                driver.tap("confirm.other")
            return
        driver.tap("rail.review")
        driver.wait(lambda: len(seat.session.office.acts.turns()) == 1, "the case at the desk")
        driver.wait(lambda: bool(driver.find("review.list", ItemList).model_.items), "it is listed")
        self._choose_first(driver, "review.list")
        if act.endswith(".approved"):
            driver.tap("approval.sheet")
            return
        driver.wait(lambda: _offered(driver, f"offer.{act}"), f"{act} offered")
        driver.tap(f"offer.{act}")

    def _show_case(self, seat: Seat) -> None:
        driver = seat.driver
        driver.tap("rail.cases")
        driver.wait(lambda: bool(driver.find("cases.list", ItemList).model_.items), "the cases")
        self._choose_first(driver, "cases.list")
        driver.wait(lambda: any(one.isVisible() for one in _named(driver, "case.stages")), "the case")

    def _choose_first(self, driver: Driver, name: str) -> None:
        listed = driver.find(name, ItemList)
        spot = listed.visualRect(listed.model_.index(0)).center()
        QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        QApplication.processEvents()

    def _propose(self, seat: Seat) -> None:
        self._show_case(seat)
        seat.driver.tap("offer.propose")
        ruler = seat.driver.find("ruler", RulerWidget)
        seat.driver.wait(lambda: ruler.state() is not None and seat.driver.find("onspot.go").isEnabled(), "the answer")
        self._picture(seat, "propose")
        seat.driver.tap("onspot.go")
        seat.driver.focused("sign.password")
        seat.driver.enter(self.cast.password)
        seat.driver.wait(lambda: self._case("officer").determination is not None, "the sum put forward")
        seat.driver.window.activateWindow()

    def _party_signs(self, seat: Seat, act: str) -> None:
        """The paper on the screen, signed by the party with a pen."""
        self._open_paper(seat, act)
        hands.sign_pad(seat.driver)
        seat.driver.wait(lambda: bool(self._paper(act).signed), "the party's signature")
        if act in SEEN:
            self._picture(seat, f"{act}-signed")
        seat.driver.tap("paper.back")

    def _save(self, seat: Seat, act: str) -> None:
        """The officer prints the decision to hand it over."""
        self._arrived(seat)
        self._turn_to(seat)
        self._open_paper(seat, act)
        hands.save_paper(seat.driver, self.out / "decision.pdf")
        seat.driver.wait(lambda: self._paper(act).prints == 1, "the print on the record")
        self._picture(seat, "decision")
        seat.driver.tap("paper.back")

    def _open_paper(self, seat: Seat, act: str) -> None:
        self._show_case(seat)
        seat.driver.tap(f"paper.{self._paper(act).entry.hex()[:8]}")
        seat.driver.find("paper.page.1")

    def _value(self, path: str, value: Any) -> Any:
        """What a tale leaves to the case: all its pictures, half of what was decided."""
        if path == "photos":
            return len(self._case("officer").evidence)
        decided = self.seats["officer"].session.office.acts.view(self._id).sums.decided or 0
        half = decided // 200 * 100
        if path == "plan":
            return [{**row, "sum": half if row["sum"] == "half" else decided - half} for row in value]
        return half if value == "half" else value

    # looking

    @property
    def _id(self) -> UUID:
        if self.case_id is None:
            raise BugError("no case yet")
        return self.case_id

    def _case(self, name: str) -> Any:
        return self.seats[name].session.office.case(self._id)

    def _paper(self, act: str) -> Any:
        papers = self.seats["officer"].session.office.acts.view(self._id).papers
        return next(one for one in reversed(papers) if one.act == act)

    def _record(self, name: str) -> set[bytes]:
        """The entries of the case that stand in somebody's store, none before any came."""
        seat = self.seats[name]
        with seat.session.desk.database.read() as session:
            return {one.hash for one in seat.session.desk.journal.entries(session, self._id)}

    def _arrived(self, seat: Seat) -> None:
        """Until everything that anybody wrote stands here."""
        name = next(one for one, other in self.seats.items() if other is seat)
        whole = set().union(*(self._record(one) for one in self.seats))
        seat.driver.wait(lambda: self._record(name) >= whole, "the case as it stands", 90)

    def _deadlines(self) -> list[dict[str, str]]:
        """Every one that ran, with how it was counted."""
        desk = self.seats["officer"].session.desk
        with desk.database.read() as session:
            track = standing_of(session, desk, self._id).case.track
        return [
            {
                "what": one.rule.label,
                "due": str(one.found.due),
                "why": "；".join(derivation(one.found)),
                "basis": one.rule.basis,
            }
            for one in deadlines_run(track.acts, desk.deadlines, desk.agency.calendar)
            if isinstance(one.found, Due)
        ]

    def _picture(self, seat: Seat, name: str) -> None:
        self._pictures += 1
        QTest.qWait(SETTLES)
        seat.driver.picture(self.out / "pictures" / f"{self._pictures:02d}-{name}.png")

    # what it came to

    def _summary(self) -> dict[str, Any]:
        officer = self.seats["officer"]
        for seat in self.seats.values():
            self._arrived(seat)
        for name, place in (
            ("officer", "cases"),
            ("officer", "documents"),
            ("officer", "parties"),
            ("supervisor", "review"),
        ):
            self.seats[name].driver.tap(f"rail.{place}")
            if place == "cases":
                self._choose_first(self.seats[name].driver, "cases.list")
            QTest.qWait(600)
            self._picture(self.seats[name], place)
        detail, view = self._case("officer"), officer.session.office.acts.view(self._id)
        board = officer.session.office.board.of(self._id)
        records = {name: self._record(name) for name in self.seats}
        transport = officer.session.engine.transport
        filed = archive_case(officer.session.desk, self._id, self.out / ARCHIVE, transport.public)
        documents, deadlines = self._documents(view), self._deadlines()
        party = self.cast.company
        secrets = [party.name, party.code, party.address, party.representative, party.phone, self.tale.happened]
        for seat in self.seats.values():
            seat.application.window.close()
        self.seats.clear()
        self.city.stop_relay()
        return {
            "seed": self.seed,
            "story": self.tale.name,
            "violation": detail.determination.title if detail.determination is not None else "",
            "case_id": str(self._id),
            "document_number": detail.row.document_number,
            "final_status": detail.row.status,
            "acts": len(self.tale.steps),
            "entries": len(records["officer"]),
            "same_everywhere": len({frozenset(one) for one in records.values()}) == 1,
            "documents": documents,
            "deadlines": deadlines,
            "review_board": {
                "score": board.score,
                "checks": board.checks_run,
                "vetoes": [_line(one) for one in board.lines if one.veto],
                "deductions": [_line(one) for one in board.lines if not one.veto],
            },
            "archive": {
                "files": [*filed.volumes, filed.package],
                "pages": {name: volume.pages for name, volume in filed.volumes.items()},
                "pdf_a": {name: not volume.doubts for name, volume in filed.volumes.items()},
                "verified": self._verified(),
            },
            "demo_password": self.cast.password,
            "secrets": secrets,
            "relay_plaintext_hits": hits([self.out / "relay"], secrets),
            "profile_plaintext_hits": hits([self.out / name for name in PEOPLE], secrets),
        }

    def _documents(self, view: Any) -> list[dict[str, str]]:
        """Every paper as it is printed, in a folder."""
        folder, made = self.out / "documents", []
        folder.mkdir(exist_ok=True)
        office = self.seats["officer"].session.office
        for number, paper in enumerate(sorted(view.papers, key=lambda one: (one.filing, one.order, one.at)), 1):
            path = folder / f"{number:02d}-{paper.form}.pdf"
            data = office.acts.paper_pdf(self._id, paper.entry)
            path.write_bytes(data)
            name = str(path.relative_to(self.out))
            made.append({"kind": paper.title, "number": paper.number, "file": name, "sha256": digest(data).hex()})
        return made

    def _verified(self) -> bool:
        """In a fresh process, with no server, trusting what the agency published."""
        tool = Path(sys.executable).parent / "hengchi"
        package = self.out / ARCHIVE / PACKAGE
        command = [str(tool), "verify", str(package), "--trust", str(self.city.repository), "--json"]
        return subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0


SEEN = frozenset(
    ("opening.asked", "evidence.inquired", "report.made", "hearing.held", "legality.reviewed", "decision.made",
     "decision.exempted", "decision.served", "decision.handed", "review.quashed", "education.given", "closing.asked")
)  # fmt: skip
"""Acts whose page is kept as a picture."""


def _line(one: Any) -> Mapping[str, str]:
    return {"check": one.check, "words": one.words, "points": one.points, "basis": one.basis}


def _named(driver: Driver, name: str) -> list[Any]:
    return [one for one in driver.window.findChildren(QWidget) if getattr(one, "objectName", str)() == name]


def _offered(driver: Driver, name: str) -> bool:
    """Whether the line of an act stands there and can be chosen."""
    for one in _named(driver, name):
        holder = one.parentWidget() if one.isVisible() else None
        while holder is not None:
            if holder.property("can"):
                return True
            holder = holder.parentWidget()
    return False


def _confirms(driver: Driver) -> bool:
    """Whether the act needs nothing written, and a dialog asks for the press that does it."""
    QTest.qWait(60)
    dialog = QApplication.activeModalWidget()
    return dialog is not None and dialog.objectName() == "confirm"
