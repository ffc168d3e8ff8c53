"""Today in the real window: each deadline with how it was counted, and a line for what cannot be counted."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

from desktop.app.demo_city import SUPERVISOR
from desktop.app.reminding import Reminding
from desktop.platform.clock import SystemClock
from desktop.services.desk import local
from desktop.store.kept import forget, kept_under
from desktop.views.shared.basics import Link
from desktop.views.today.near import NearFrame
from enforcement.law import workday_before
from tests.support.city import copy_of, signed_in, written


class Later(SystemClock):
    """The same clock some days on."""

    def __init__(self, days):
        self.days = days

    def now(self):
        return super().now() + timedelta(days=self.days)


PICTURES = os.environ.get("HENGCHI_PICTURES", "")
TODAY = local(SystemClock().now()).date()
NAMED = [TODAY + timedelta(days=3), TODAY + timedelta(days=5)]


def publish(city, *years):
    """A calendar of these years and no other, with one holiday some days from now."""
    paths = []
    for year in years:
        mine = [day for day in (NAMED[0] + timedelta(days=n) for n in range(3)) if day.year == year]
        path = city.folder / f"{year}.toml"
        names = ["示例节"] * len(mine)
        path.write_text(
            f'year = {year}\nsource = "示例市"\nworked = []\noff = {[str(day) for day in mine]}\nnames = {names}\n',
            "utf-8",
        )
        paths.append(str(path))
    city.office("calendar", *paths)
    city.office("publish")


@pytest.fixture(scope="module")
def decided(founded, tmp_path_factory):
    """A city whose officer has issued one decision today, written in the window."""
    city = copy_of(founded, tmp_path_factory.mktemp("city"))
    publish(city, TODAY.year, TODAY.year + 1)
    city.start_relay()
    application, driver = signed_in(city.folder / "officer", city.cast)
    draft_id = written(application.session.office, city.cast)
    application.session.office.set_fact(draft_id, "priors", 0)
    application.session.resume_on_spot(draft_id)
    ruler = driver.find("ruler")
    driver.wait(lambda: ruler.state() is not None and ruler.state().chosen == 150_000, "the ruler")
    picture = tmp_path_factory.mktemp("pictures") / "a.jpg"
    Image.new("RGB", (64, 48), (90, 120, 90)).save(picture)
    driver.drop("onspot.photos", picture)
    driver.wait(lambda: len(application.session.office.draft(draft_id).evidence) == 1, "sealed")
    driver.tap("onspot.statement.none")
    driver.focused("sign.password")
    driver.enter(city.cast.password)
    driver.find("save.dialog", QFileDialog).reject()
    driver.wait(lambda: bool(application.session.office.documents()), "issued")
    application.window.close()
    city.stop_relay()
    yield city
    city.stop_relay()


@pytest.fixture
def city(decided, tmp_path):
    copied = copy_of(decided, tmp_path / "city")
    copied.start_relay()
    yield copied
    copied.stop_relay()


def rows(driver):
    return driver.find("today.deadlines").model_.items


def today(city, clock=None):
    application, driver = signed_in(city.folder / "officer", city.cast, clock=clock)
    driver.tap("rail.today")
    driver.wait(lambda: bool(rows(driver)), "deadlines")
    return application, driver


def test_each_deadline_shows_how_it_was_counted(city):
    application, driver = today(city)
    publicity, payment = rows(driver)
    assert [publicity.right, payment.right] == ["国办发〔2018〕118号", "行政处罚法第六十七条"]
    listed = driver.find("today.deadlines")
    model = listed.model_
    tip = model.data(model.index(0), Qt.ItemDataRole.ToolTipRole)
    page = application.session.office.today()
    last = page.deadlines[0].found.due
    assert publicity.subtitle.startswith(f"{last} · 7 working days · ")
    lines = tip.splitlines()
    assert lines[0] == f"From {TODAY}, which does not count: 7 working days"
    assert any(line.startswith("Left out: 示例节") for line in lines)
    assert f"Last day {last}" in lines
    assert tip == model.data(model.index(0), Qt.ItemDataRole.AccessibleDescriptionRole)
    assert page.uncounted == ()
    where = listed.visualRect(model.index(0)).center()
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    assert driver.find("today.why", QLabel).text() == tip
    QTest.keyClick(listed, Qt.Key.Key_Down)
    assert "15 natural days" in driver.find("today.why", QLabel).text()
    assert payment.lead == f"{page.deadlines[1].days_left} days left"
    application.window.close()


def test_a_year_that_is_not_known_is_said_and_comes_back_when_it_is_published(city):
    publish(city, TODAY.year - 1)
    application, driver = today(city)
    words = f"Cannot be counted: the holidays of {TODAY.year} are not known yet"
    driver.wait(lambda: rows(driver)[0].title == words, "the line")
    assert rows(driver)[0].subtitle.startswith("Deadlines: ")
    assert "处罚决定须公示，先行备案审核" in rows(driver)[0].tip
    driver.find("today.deadlines").opened.emit(rows(driver)[0].value)
    driver.wait(lambda: driver.window.current_place() != "today", "the case")
    application.window.close()
    publish(city, TODAY.year, TODAY.year + 1)
    application, driver = today(city)
    driver.wait(lambda: [row.lead != "not counted" for row in rows(driver)] == [True, True], "counted again")
    application.window.close()


def test_what_is_over_is_said_to_be_over(city):
    application, driver = today(city, Later(60))
    assert [row.lead for row in rows(driver)] == ["overdue", "overdue"]
    assert driver.find("today.summary", QLabel).text().startswith("2 overdue, 0 deadlines end today")
    application.window.close()


def test_the_time_to_pay_runs_on_when_the_decision_is_on_record(city):
    application, driver = today(city)
    office = application.session.office
    driver.wait(lambda: office.cases()[0].seal == "accepted", "the receipt")
    supervisor, desk = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    other = supervisor.session.office
    desk.wait(lambda: bool(other.review_list()), "the case at the supervisor's desk")
    other.approve(other.review_list()[0].case_id)
    supervisor.session.sync_now()
    driver.wait(lambda: office.cases()[0].status == "approved", "the approval")
    driver.wait(lambda: [row.right for row in rows(driver)] == ["行政处罚法第六十七条"], "only the payment")
    supervisor.window.close()
    application.window.close()
    application, driver = signed_in(city.folder / "officer", city.cast, clock=Later(38))
    driver.tap("rail.today")
    driver.wait(lambda: application.session._today.page is not None, "Today")
    assert application.session._today.page.deadlines == ()
    application.window.close()


def test_a_last_day_is_told_once_and_stands_on_today_until_it_is_done(city):
    application, driver = today(city)
    deadline = application.session.office.today().deadlines[0]
    assert "deadlines end soon" not in application.window.notice_text()
    assert driver.window.findChild(NearFrame).isHidden()
    before = workday_before(deadline.found.last_day, application.session.desk.agency.calendar)
    application.window.close()
    later = Later((before - TODAY).days)
    application, driver = today(city, later)
    driver.wait(lambda: "1 deadlines end soon" in application.window.notice_text(), "told")
    assert deadline.what in application.window.notice_text()
    line = driver.find("today.near.0", Link)
    assert line.text().endswith(f"：{deadline.what} · {deadline.about}")
    if PICTURES:
        driver.picture(Path(PICTURES) / "today-near.png")
    line.clicked.emit()
    driver.wait(lambda: application.window.current_place() == "cases", "the case")
    application.window.close()
    application, driver = today(city, later)
    driver.find("today.near.0", Link)
    driver.wait(lambda: application.work.busy == 0, "nothing on its way")
    assert "deadlines end soon" not in application.window.notice_text()
    told = []
    tray = Reminding(
        application.session.office,
        application.work,
        application.window,
        told.append,
        lambda title, text: bool(told.append((title, text))) or True,
    )
    tray.look()
    driver.wait(lambda: application.work.busy == 0, "looked")
    assert told == []
    with application.session.desk.database.write() as session:
        for name in kept_under(session, "reminded/"):
            forget(session, name)
    tray.look()
    driver.wait(lambda: bool(told), "told by the desktop")
    ((title, text),) = told
    assert title == "1 deadlines end soon"
    assert text.endswith(f"：{deadline.what}")
    assert deadline.about.split(" · ")[0] not in text  # it may stand on a locked screen
    application.window.close()
