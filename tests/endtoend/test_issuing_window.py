"""The issuing office's day, through the real window: opened, somebody suspended, published, and a device that learns it."""

import os
import signal
from datetime import date, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtWidgets import QLineEdit, QPushButton

from central.platform.lock import alone_in
from desktop.app.demo_city import OFFICER, PARTNER, SUPERVISOR
from desktop.services import profile
from desktop.services.settings import read_settings
from desktop.store.authority import load, refresh
from desktop.sync import HttpTransport
from desktop.views.shared.basics import Pick
from desktop.views.shared.lists import ItemList
from resources.pinyin import initials
from tests.support.issuing_office import IssuingDesk
from tests.support.issuing_pictures import portrait
from tests.support.roster_books import GOOD, book
from tests.support.visit_desks import Nobody, desk_of


@pytest.fixture
def desk(city):
    made = IssuingDesk(city)
    yield made
    made.close()


def test_somebody_is_suspended_published_and_a_device_learns_it(desk, city):
    desk.open()
    assert desk.driver.find("issuing.all_published").text().startswith("Devices are given version")
    desk.pick(PARTNER)
    desk.act("suspend", reason="涉嫌违纪")
    desk.driver.wait(lambda: desk.model.view is not None and len(desk.model.view.unpublished) == 1, "the change")
    desk.quiet()
    assert desk.driver.find("issuing.waiting").text() == "1 change is not published; devices do not know it yet."
    assert desk.item(PARTNER).chip == "suspended"
    assert desk.driver.find("issuing.told.0").text() == "涉嫌违纪"
    desk.driver.tap("issuing.publish")
    desk.notice("Published: version")
    desk.quiet()
    assert desk.driver.find("issuing.all_published").isVisible()
    held = lambda: desk.application.session.desk.agency.person(PARTNER).history  # noqa: E731
    desk.driver.wait(lambda: bool(held()), "the new roster on this device")
    change = learnt(city, "officer").person(PARTNER).history[-1]
    assert (change.state, change.reason) == ("suspended", "涉嫌违纪")


def learnt(city, name):
    """The roster on another device, once it has asked the relay."""
    device = desk_of(city, name)
    with device.database.write() as session:
        refresh(
            session,
            device.keys.device,
            HttpTransport(profile.grant_of(device).relay, Nobody(), device.clock).public,
            device.clock.now(),
        )
        index = load(session).index
    device.database.close()
    return index


def test_the_list_is_urgent_first_filtered_and_searched(desk, city):
    today = date.today()
    desk.office("review", PARTNER, "--next-due", (today + timedelta(days=5)).isoformat())
    desk.open()
    assert desk.listed()[0] == PARTNER
    assert desk.item(PARTNER).chip == "ends soon"
    assert "5 days left" in desk.item(PARTNER).tip
    desk.driver.tap("issuing.filter.due")
    assert desk.listed() == [PARTNER]
    desk.driver.tap("issuing.filter.all")
    name = desk.item(OFFICER).title
    for words in (OFFICER, initials(name), name):
        desk.fill(issuing__search=words)
        assert OFFICER in desk.listed()
        assert SUPERVISOR not in desk.listed()
    desk.driver.find("issuing.search", QLineEdit).clear()
    desk.driver.tap("issuing.filter.suspended")
    assert not desk.window.findChild(ItemList, "issuing.people").isVisible()


def test_acts_through_their_forms_until_nothing_may_follow(desk, city):
    desk.open()
    desk.pick(PARTNER)
    desk.act("suspend")
    assert desk.refusal() == "Reason: a reason is needed. Correct it and try again."
    desk.fill(act__reason="核查", act__since="yesterday")
    desk.driver.tap("act.go")
    desk.driver.wait(lambda: "a day such as" in desk.refusal(), "the wrong day")
    desk.fill(act__since="")
    desk.driver.tap("act.go")
    done(desk, "suspended")
    desk.act("resume", reason="查清", since="2026-01-02 09:00")
    said = desk.refusal()
    assert said.startswith("Holds from: the last change holds from "), said
    assert "may not stand before it" in said
    desk.fill(act__since="")
    desk.driver.tap("act.go")
    done(desk, "given back")
    assert desk.item(PARTNER).chip == "valid"
    desk.driver.tap("issuing.act.amend")
    desk.driver.find("act.unit", Pick).setCurrentIndex(1)
    desk.driver.tap("act.roles.supervisor")
    desk.fill(act__reason="调动")
    desk.driver.tap("act.go")
    done(desk, "amended")
    person = desk.office("history", PARTNER)
    assert person["earlier"][-1]["reason"] == "调动"
    assert "法制审核科" in desk.driver.find("issuing.told.0").text()
    desk.act("replace", new="99010001")
    assert "99010001 is in the roster already" in desk.refusal()
    desk.fill(act__new="99010088")
    desk.driver.tap("act.go")
    done(desk, "another issued")
    desk.driver.wait(lambda: desk.model.holder.number == "99010088", "the new one")
    desk.quiet()
    assert desk.driver.find("issuing.act.review").isVisible()
    desk.pick(PARTNER)
    assert desk.item(PARTNER).chip == "cancelled"
    acts = [
        made.objectName()
        for made in desk.window.findChildren(QPushButton)
        if made.objectName().startswith("issuing.act.")
    ]
    assert [name for name in acts if desk.window.findChild(QPushButton, name).isVisible()] == []


def test_a_certificate_is_issued_given_a_portrait_and_its_card_saved(desk, city, tmp_path):
    photo, broken, out = tmp_path / "p.jpg", tmp_path / "broken.jpg", tmp_path / "card.pdf"
    photo.write_bytes(portrait())
    broken.write_bytes(b"no picture")
    desk.open()
    desk.driver.tap("issuing.issue")
    desk.driver.tap("issue.go")
    assert "Certificate number: it is missing" in desk.refusal("issue")
    desk.fill(issue__number="中-1", issue__name="郑示例", issue__fields="城市管理")
    desk.driver.tap("issue.go")
    desk.driver.wait(lambda: "does not follow the numbers" in desk.refusal("issue"), "the wrong number")
    assert desk.driver.find("issue.number").hasFocus()
    desk.fill(issue__number="99010077")
    desk.driver.tap("issue.go")
    done(desk, "is issued")
    desk.driver.wait(lambda: desk.model.holder.number == "99010077", "the new one")
    desk.quiet()
    desk.driver.tap("issuing.tabs.card")
    assert desk.driver.find("card.words").text() == "A card needs a portrait first."
    desk.driver.tap("issuing.tabs.certificate")
    desk.driver.tap("issuing.act.photo")
    desk.name_file(broken, "issuing.photo.dialog")
    desk.notice("no JPEG or PNG that can be read")
    desk.driver.tap("issuing.act.photo")
    desk.name_file(photo, "issuing.photo.dialog")
    done(desk, "portrait is set")
    desk.driver.wait(lambda: desk.place.detail.portrait.has_picture, "the portrait")
    desk.driver.tap("issuing.tabs.card")
    desk.driver.wait(lambda: desk.place.detail.faces.count == 2, "both faces")
    desk.driver.tap("card.save")
    desk.name_file(out, "card.dialog")
    desk.driver.wait(out.exists, "the card")
    pages = PdfReader(out).pages
    assert [round(float(page.mediabox.width) / 72 * 25.4, 1) for page in pages] == [85.6, 85.6]


def done(desk, part):
    """The form is gone and the window says so."""
    desk.notice(part)
    desk.quiet()
    desk.back()


def test_a_workbook_with_faults_is_told_by_cell_and_one_without_is_issued(desk, city, tmp_path):
    wrong, good = tmp_path / "wrong.xlsx", tmp_path / "good.xlsx"
    wrong.write_bytes(book(GOOD, {**GOOD, "证号": "99010102", "单位": "十八中队"}))
    good.write_bytes(book(GOOD, {**GOOD, "证号": "99010102"}))
    desk.open()
    before = (city.authority / "state.cbor").read_bytes()
    bring(desk, wrong)
    desk.driver.find("roster.copy")
    desk.quiet()
    (line,) = desk.driver.find("roster.list", ItemList).model_.items
    assert line.subtitle == "名册!C3"
    assert "十八中队" in line.title
    assert not desk.driver.find("roster.go").isEnabled()
    desk.driver.tap("roster.cancel")
    desk.back()
    assert (city.authority / "state.cbor").read_bytes() == before
    bring(desk, tmp_path / "wrong.xlsx", text=b"no workbook at all")
    assert "no workbook that can be read" in desk.refusal("roster")
    desk.driver.tap("roster.cancel")
    desk.back()
    bring(desk, good)
    desk.driver.tap("roster.go")
    desk.notice("2 certificates are issued.")
    desk.quiet()
    assert {"99010101", "99010102"} <= set(desk.listed())
    assert desk.driver.find("issuing.waiting").text().startswith("2 changes")
    desk.driver.tap("issuing.waiting")
    assert len(desk.driver.find("unpublished.list", ItemList).model_.items) == 2
    desk.driver.tap("unpublished.go")
    desk.notice("Published")


def bring(desk, path, text=None):
    if text is not None:
        path.write_bytes(text)
    desk.driver.tap("issuing.import")
    desk.name_file(path, "issuing.import.dialog")
    desk.driver.find("roster.said")


def test_what_cannot_be_opened_and_a_folder_that_is_in_use(desk, city, tmp_path):
    desk.ask_open(tmp_path, city.cast.password)
    assert f"No office is kept in {tmp_path}." in desk.refusal("office")
    desk.fill(office__folder=str(city.authority), office__password="not the password")
    desk.driver.tap("office.go")
    desk.driver.wait(lambda: "The password is not right." in desk.refusal("office"), "the wrong password")
    assert desk.driver.find("office.password").hasFocus()
    desk.fill(office__password=city.cast.password)
    desk.driver.tap("office.go")
    desk.driver.find("issuing.people")
    desk.quiet()
    desk.back()
    assert read_settings(city.folder / "supervisor").office == str(city.authority)
    desk.pick(PARTNER)
    before = (city.authority / "state.cbor").read_bytes()
    with alone_in(city.authority):
        desk.act("suspend", reason="核查")
        desk.driver.wait(lambda: "Another program is at work" in desk.refusal(), "the other program")
        assert (city.authority / "state.cbor").read_bytes() == before
        desk.driver.tap("act.cancel")
        desk.back()
    desk.office("suspend", PARTNER, "--reason", "另处")  # whoever works beside is seen with the next answer
    desk.act("resume" if "resume" in desk.model.holder.acts else "suspend", reason="核查")
    assert "it cannot become suspended" in desk.refusal()
    desk.driver.tap("act.cancel")


def test_closed_killed_and_signed_out_the_tool_is_gone(desk, city):
    desk.open()
    first = desk.model._tool.pid
    desk.driver.tap("issuing.close")
    desk.driver.find("issuing.start.open")
    desk.driver.wait(lambda: not alive(first), "the tool gone")
    desk.open()
    os.kill(desk.model._tool.pid, signal.SIGKILL)
    desk.people.pick(2)
    desk.driver.wait(lambda: desk.driver.find("issuing.start.problem").isVisible(), "the reason")
    assert desk.driver.find("issuing.start.problem").text().startswith("The office's tool ended before it answered")
    desk.open()
    second = desk.model._tool.pid
    desk.application.sign_out()
    desk.driver.find("unlock.password")
    desk.driver.wait(lambda: not alive(second), "the tool gone")


def alive(pid):
    """Whether that process still runs; one that waits to be asked for its end does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
