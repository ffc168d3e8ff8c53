"""A case under the ordinary procedure in the real windows: from the on-the-spot page to an inquiry record, the head's approval between."""

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from desktop.app.demo_city import SUPERVISOR
from desktop.views.acts.page import ActPage
from tests.support.city import copy_of, found, signed_in, written

WHY = "案情需要进一步调查"


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    city = found(tmp_path_factory.mktemp("city"))
    city.start_relay()
    for profile, number in (("officer", None), ("supervisor", SUPERVISOR)):
        application, _ = signed_in(city.folder / profile, city.cast, *([number] if number else []))
        application.window.close()
    city.stop_relay()
    yield city
    city.stop_relay()


@pytest.fixture
def city(founded, tmp_path):
    copied = copy_of(founded, tmp_path / "city")
    copied.start_relay()
    yield copied
    copied.stop_relay()


def open_page(city, application, driver, tmp_path):
    """The on-the-spot page with everything that an ordinary case needs; its draft id."""
    office = application.session.office
    draft_id = written(office, city.cast)
    application.session.resume_on_spot(draft_id)
    ruler = driver.find("ruler")
    driver.wait(lambda: ruler.state() is not None, "the ruler")
    picture = tmp_path / "a.jpg"
    Image.new("RGB", (64, 48), (90, 120, 90)).save(picture)
    driver.drop("onspot.photos", picture)
    driver.wait(lambda: len(office.draft(draft_id).evidence) == 1, "sealed")
    return draft_id


def turn(city, application, driver, tmp_path):
    """Go on under the ordinary procedure; the case's id."""
    open_page(city, application, driver, tmp_path)
    driver.tap("onspot.ordinary")
    driver.focused("turn.text")
    driver.type(WHY)
    driver.tap("turn.go")
    driver.window.activateWindow()  # there is no window manager here to do it when a dialog goes
    driver.find("case.stages")
    driver.find("offer.opening.asked")
    return application.session.office.cases()[0].case_id


def page_of(application, driver):
    """The act that is being written, once its fields stand."""
    driver.find("act.sign")
    page = next(one for one in application.window.findChildren(ActPage) if one.isVisible())
    driver.wait(lambda: page.model.draft is not None, "the page")
    return page


def fill(driver, name, text):
    """Write into a field and leave it."""
    driver.tap(name)
    driver.type(text)
    QTest.keyClick(driver.window.focusWidget(), Qt.Key.Key_Tab)


def sign_with_partner(city, driver):
    driver.tap("act.sign")
    driver.focused("sign.password")
    driver.enter(city.cast.password)
    driver.window.activateWindow()


def ask_for_opening(city, application, driver):
    driver.tap("offer.opening.asked")
    page_of(application, driver)
    driver.focused("act.source")
    fill(driver, "act.source", "巡查发现")
    fill(driver, "act.received_on", "20260302")
    fill(driver, "act.opinions.officer", "建议立案。")
    sign_with_partner(city, driver)
    driver.wait(lambda: "呈批：立案" in driver.find("notice.what", QLabel).text(), "the notice")


def lines(driver, start):
    """Object names of the lines on show that begin so."""
    return {
        one.objectName()
        for one in driver.window.findChildren(QWidget)
        if one.isVisible() and one.objectName().startswith(start)
    }


def test_from_the_spot_to_an_inquiry_record_with_the_head_s_approval(city, tmp_path):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    case_id = turn(city, officer, driver, tmp_path)
    office = officer.session.office
    assert office.cases()[0].status == "underway"
    ask_for_opening(city, officer, driver)
    assert office.acts.view(case_id).turn == "supervisor"

    head, desk = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    desk.tap("rail.review")
    desk.wait(lambda: len(head.session.office.acts.turns()) == 1, "the case has come")
    desk.wait(lambda: bool(desk.find("review.list").model_.items), "it is listed")
    desk.find("approval.approve")
    assert desk.find("approval.words").text() == "同意。"
    assert "case.stages" in lines(desk, "case.stages")
    desk.counting = True
    desk.tap("approval.approve")
    assert desk.interactions <= 2
    desk.wait(lambda: head.session.office.acts.turns() == (), "it waits no longer")

    driver.wait(lambda: office.acts.view(case_id).turn == "officer", "the approval has come")
    driver.window.activateWindow()
    driver.find("offer.evidence.inquired")
    paper = office.acts.view(case_id).papers[0]
    assert paper.number.startswith("示城管立")
    driver.tap("offer.evidence.inquired")
    page = page_of(officer, driver)
    assert any(item.field == "dialogue" for item in page.model.draft.missing)
    driver.find("missing.dialogue")
    write_inquiry(driver, page)
    sign_with_partner(city, driver)
    driver.wait(lambda: any(one.act == "evidence.inquired" for one in office.acts.view(case_id).papers), "the record")
    record = next(one for one in office.acts.view(case_id).papers if one.act == "evidence.inquired")
    driver.tap(f"paper.{record.entry.hex()[:8]}")
    driver.find("paper.page.1")
    head.window.close()
    officer.window.close()


def write_inquiry(driver, page):
    """What the law wants on an inquiry record, question and answer by Enter."""
    values = {
        "place": "示例市示范区和平里1号",
        "person.name": "吴嘉示",
        "person.id": "990100198506070016",
        "checked": "以上笔录我看过，与我说的一致。",
    }
    for item in page.model.draft.missing:
        path = item.field
        field = next(one for one in page.model.draft.fields if one.path == path)
        if path == "dialogue":
            driver.tap("act.dialogue.0.ask")
            driver.enter("请说明你的身份。")
            driver.focused("act.dialogue.0.answer")
            driver.enter("我是公司的法定代表人。")
            driver.focused("act.dialogue.1.ask")
        elif field.kind == "choice":
            page.focus_field(path)
            driver.tap(f"act.{path}.{field.options[0]}") if len(field.options) < 4 else page.model.set_value(
                path, field.options[0]
            )
        elif field.kind == "minute":
            fill(driver, f"act.{path}", page.model.draft.at.strftime("%Y-%m-%d %H:%M"))
        else:
            fill(driver, f"act.{path}", values.get(path, "示例"))
    driver.wait(lambda: page.go.isEnabled(), "nothing is missing")
