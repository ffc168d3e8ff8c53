"""A certificate shown on the whole screen, from the palette; its code renews itself; a suspended one is not shown."""

from datetime import timedelta

from PIL import Image
from PySide6.QtWidgets import QLabel

from desktop.app.demo_city import OFFICER, SUPERVISOR
from desktop.printing.card_check import shown_verdict
from desktop.printing.codes import read_codes
from desktop.store.models import EntryRow
from tests.endtoend.test_people_window import take_set
from tests.support.city import SECOND_HEAD, second_head, signed_in


def code_on(driver, tmp_path):
    """As a camera reads it off the screen."""
    file = tmp_path / "screen.png"
    driver.find("shown").grab().save(str(file))
    (code,) = read_codes(file.read_bytes())
    return code


def test_the_certificate_is_shown_and_checked_off_the_screen(city, tmp_path):
    portrait = tmp_path / "p.jpg"
    Image.new("RGB", (360, 480), (140, 120, 110)).save(portrait)
    city.office("photo", OFFICER, str(portrait))
    city.office("publish")
    application, driver = signed_in(city.folder / "officer", city.cast)
    take_set(application)
    driver.key("Ctrl+K")
    driver.focused("palette.line")
    driver.enter("Show my certificate")
    screen = driver.find("shown")
    assert driver.find("shown.name", QLabel).text() == city.cast.officer
    assert screen.portrait.has_picture
    first = code_on(driver, tmp_path)
    index, now = application.session.desk.agency.index, application.clock.now()
    assert shown_verdict(first, index, now, timedelta(0)).genuine
    assert not shown_verdict(first, index, now + timedelta(minutes=5), timedelta(0)).genuine
    screen._left_s = screen._renew_s + 1  # half of its minutes are over
    driver.wait(lambda: driver.find("shown.code").accessibleDescription() != first, "another code")
    driver.tap("shown.close")
    driver.wait(lambda: not screen.isVisible(), "closed")
    city.office("suspend", OFFICER, "--reason", "调查")
    city.office("publish")
    take_set(application)
    application.window.open_place("certificates")
    driver.tap("certificate.show")
    driver.wait(lambda: "is suspended" in application.window.notice_text(), "refused")
    application.window.close()


def test_a_supervisor_opens_old_cases_in_the_window(city):
    second_head(city)
    application, driver = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    take_set(application)
    application.window.open_place("certificates")
    people = driver.find("certificates.people")
    driver.wait(lambda: SECOND_HEAD in [one.value for one in people.model_.items], "the new head")
    rows = [one.value for one in people.model_.items]
    people.setCurrentIndex(people.model_.index(rows.index(SUPERVISOR)))
    assert not driver.find("certificates.open").isEnabled()
    people.setCurrentIndex(people.model_.index(rows.index(SECOND_HEAD)))
    driver.tap("certificates.open")
    driver.find("access.text").setPlainText("接任监督科")
    driver.tap("access.go")
    driver.wait(lambda: "sealed bundles are open to" in application.window.notice_text(), "opened")
    with application.session.desk.database.read() as session:
        kinds = [row.kind for row in session.query(EntryRow)]
    assert kinds.count("device.access_given") == 0  # nothing had arrived here that could be opened
    application.window.close()
