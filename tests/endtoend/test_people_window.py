"""People and keys of one device, through the real window: joining, signing in as another, a lock, a forgotten password."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QListView

from desktop.app.application import Application
from desktop.app.demo_city import OFFICER, PARTNER
from desktop.app.driver import Driver
from desktop.app.left import read_left
from desktop.keys import read_key_file
from desktop.services.authority import Agency
from desktop.store.authority import load, refresh
from enforcement.values.errors import KnownError
from tests.support.city import signed_in

NEW, OWN = "99010099", "their-own-password"


@pytest.fixture
def window(city):
    application, driver = signed_in(city.folder / "officer", city.cast)
    yield application, driver
    application.window.close()


def fill(driver, **texts):
    """Lines of a dialog or page, by name."""
    for name, text in texts.items():
        field = driver.find(name.replace("__", "."), QLineEdit)
        QTest.keyClicks(field, text)


def save_as(driver, name, path):
    dialog = driver.find(name, QFileDialog)
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    line.setText(str(path))
    QTest.keyClick(line, Qt.Key.Key_Return)
    driver.wait(path.exists, f"{path.name} written")


def load_file(driver, name, path):
    dialog = driver.find(name, QFileDialog)
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    line.setText(str(path))
    QTest.keyClick(line, Qt.Key.Key_Return)


def enter_password(application, driver, number, password):
    """At the sign-in page, as one of the people it offers."""
    pick = driver.find("unlock.number")
    driver.wait(lambda: pick.findText(number) >= 0, "everybody of the device")
    pick.setCurrentText(number)
    application.window.activateWindow()
    driver.focused("unlock.password")
    driver.enter(password)


def signed(application, driver, number):
    driver.wait(lambda: application.session is not None and application.session.desk.number == number, number)
    driver.wait(lambda: bool(application.window.current_place()), "the places")


def one_more(city):
    people = city.authority / "incoming" / "more.toml"
    people.write_text(
        f'[[people]]\nnumber = "{NEW}"\nname = "孙示例"\nunit = "u1"\nroles = ["officer"]\nkind = "执法证"\nfields = ["城市管理"]\n'
        'region = "990100"\nvalid_from = 2024-01-01\nvalid_to = 2039-03-31\nreview_due = 2039-03-31\n',
        "utf-8",
    )
    city.office("people", str(people))


def take_set(application):
    """The agency's set as sync brings it, now."""
    session = application.session
    with session.desk.database.write() as writing:
        refresh(writing, session.desk.device, session.engine.transport.public, application.clock.now())
        session.desk.agency = Agency(load(writing))


def choose(driver, number):
    rows = driver.find("people.list", QListView)
    at = next(at for at, item in enumerate(rows.model_.items) if item.value == number)
    rows.setCurrentIndex(rows.model_.index(at))


def test_an_officer_joins_in_the_window_and_signs_in_by_themselves(city, window, tmp_path):
    application, driver = window
    one_more(city)
    draft = application.session.office.begin_on_spot().value
    application.session.office.set_field(draft.draft_id, "happened", "QQHIDDENQQ")
    application.window.open_place("settings")
    driver.tap("people.add")
    fill(driver, join__number=NEW, join__new=OWN, join__again="something else")
    driver.tap("join.go")
    assert driver.find("join.problem").text() == "The two entries are not the same."
    driver.find("join.again", QLineEdit).clear()
    fill(driver, join__again=OWN)
    driver.tap("join.go")
    save_as(driver, "join.file", tmp_path / "join.hzq")
    rows = driver.find("people.list", QListView)
    driver.wait(lambda: [one.chip for one in rows.model_.items][-1] == "waits for the agency", "the line")
    choose(driver, NEW)
    assert not driver.find("people.let_in").isEnabled()
    city.office("enrol", str(tmp_path / "join.hzq"), "--unit", "u1", "--out", str(tmp_path / "grant"))
    city.office("publish")
    take_set(application)
    application.session.window.open_place("settings")
    application.work.announce(_changes("settings"))
    driver.wait(lambda: [one.chip for one in rows.model_.items][-1] == "to be let in", "enrolled")
    choose(driver, NEW)
    driver.tap("people.let_in")
    driver.wait(lambda: [one.chip for one in rows.model_.items][-1] == "let in, not signed in yet", "let in")
    application.sign_out()
    enter_password(application, driver, NEW, OWN)
    signed(application, driver, NEW)
    assert application.session.office.today().begun == ()
    assert application.session.office.find("QQHIDDENQQ") == ()
    assert application.session.office.strip().person.name == "孙示例"
    application.window.open_place("settings")
    rows = driver.find("people.list", QListView)
    driver.wait(lambda: len(rows.model_.items) == 3, "three")
    choose(driver, PARTNER)
    driver.tap("people.remove")
    QTest.keyClicks(driver.find("removal.text"), "moved")
    driver.tap("removal.go")
    driver.wait(lambda: len(rows.model_.items) == 2, "two")
    assert read_key_file(city.folder / "officer").numbers == (OFFICER, NEW)


def _changes(*kinds):
    from desktop.services.changes import Changes

    return Changes(frozenset(kinds))


def test_a_pin_opens_after_a_lock_and_the_password_after_five_wrong_ones(city, window):
    application, driver = window
    application.window.open_place("settings")
    driver.tap("people.pin")
    fill(driver, pin__new="123456", pin__again="123456")
    driver.tap("pin.go")
    driver.wait(lambda: "PIN" in driver.find("pin.problem").text(), "refused")
    for name in ("pin.new", "pin.again"):
        driver.find(name, QLineEdit).clear()
    fill(driver, pin__new="205071", pin__again="205071")
    driver.tap("pin.go")
    driver.wait(lambda: "is set" in application.window.notice_text(), "set")
    application.window.open_place("ruler")
    application.lock_window()
    field = driver.find("unlock.pin", QLineEdit)
    assert application.session is None
    QTest.keyClicks(field, "205072")
    driver.wait(lambda: "4 tries" in application.page.problem_text(), "one wrong")
    QTest.keyClicks(driver.find("unlock.pin", QLineEdit), "205071")
    signed(application, driver, OFFICER)
    assert application.window.current_place() == "ruler"
    application.lock_window()
    for left in (4, 3, 2, 1, 0):
        field = driver.find("unlock.pin", QLineEdit)
        driver.wait(lambda field=field: not field.isReadOnly(), "the line")
        QTest.keyClicks(field, "999998")
        if left:
            driver.wait(lambda left=left: f"{left} tries" in application.page.problem_text(), f"{left} left")
    driver.find("unlock.password")
    assert "opens nothing any more" in application.page.problem_text()
    enter_password(application, driver, OFFICER, city.cast.password)
    signed(application, driver, OFFICER)


def test_the_program_that_follows_a_locked_one_goes_on_where_it_stood(city, window):
    application, driver = window
    office = application.session.office
    office.here.set_pin("205071")
    application.window.open_place("ruler")
    left, where = [], application.window.saveGeometry().data()
    application.anew = left.append
    application.lock_window()
    QTest.keyClicks(driver.find("unlock.pin", QLineEdit), "205072")
    driver.wait(lambda: "4 tries" in application.page.problem_text(), "this program goes on where no other follows")
    application.window.close()
    assert left[0].count(office.desk.device_key.private_bytes_raw()) == 0
    assert read_left(left[0]).window == where
    following = Application(city.folder / "officer")
    following.resume(left[0])
    following.show()
    driver = Driver(following.window)
    QTest.keyClicks(driver.find("unlock.pin", QLineEdit), "205072")
    driver.wait(lambda: "4 tries" in following.page.problem_text(), "a wrong one counts")
    QTest.keyClicks(driver.find("unlock.pin", QLineEdit), "205071")
    signed(following, driver, OFFICER)
    assert following.window.current_place() == "ruler"
    following.window.close()


@pytest.mark.parametrize("message", [b"", b"\x00", b"\xa1aa\x01"])
def test_what_no_program_left_is_a_start_like_any_other(qapp, city, message):
    application = Application(city.folder / "officer")
    application.resume(message)
    application.show()
    Driver(application.window).find("unlock.password")
    application.window.close()


def test_signing_out_starts_anew_too_but_never_over_something_unsaid(city, window):
    application, driver = window
    left = []
    application.anew = left.append
    application.sign_out()
    driver.find("unlock.password")
    assert len(left) == 1
    assert b"lock" not in left[0]
    enter_password(application, driver, OFFICER, city.cast.password)
    signed(application, driver, OFFICER)
    stop = application.work.stop

    def stops_with_something_to_say():
        stop()
        application.work.unheard.append(KnownError("store.disk_full"))

    application.work.stop = stops_with_something_to_say
    application.sign_out()
    assert len(left) == 1
    assert application.page.problem_text()


def test_a_forgotten_password_comes_back_by_the_agency(city, window, tmp_path):
    application, driver = window
    draft = application.session.office.begin_on_spot().value.draft_id
    application.sign_out()
    driver.find("unlock.password")
    driver.tap("unlock.forgotten")
    fill(driver, recover__new="a new password", recover__again="a new password")
    driver.tap("recover.ask")
    code, file = driver.find("recover.code").text(), driver.find("recover.file").text()
    answer = tmp_path / "answer.hza"
    words = ("--clerk", "韩示例", "--reason", "本人持身份证到场", "--out", str(answer))
    with pytest.raises(Exception, match=r"recovery\.code"):
        city.office("recover", file, "--code", "AAAA-BBBB-CCCC", *words)
    city.office("recover", file, "--code", code, *words)
    with pytest.raises(Exception, match=r"recovery\.answered"):
        city.office("recover", file, "--code", code, *words)
    assert "韩示例" in city.office("recoveries")
    driver.tap("recover.answer")
    junk = tmp_path / "junk.hza"
    junk.write_bytes(b"junk")
    load_file(driver, "answer.dialog", junk)
    driver.wait(lambda: bool(application.page.problem_text()), "junk refused")
    driver.tap("recover.answer")
    load_file(driver, "answer.dialog", answer)
    driver.find("unlock.password")
    enter_password(application, driver, OFFICER, "a new password")
    signed(application, driver, OFFICER)
    assert [one.draft_id for one in application.session.office.today().begun] == [draft]


@pytest.mark.slow
def test_an_interrupted_recovery_leaves_the_old_password(city, window):
    application, driver = window
    application.sign_out()
    driver.tap("unlock.forgotten")
    fill(driver, recover__new="a new password", recover__again="a new password")
    driver.tap("recover.ask")
    driver.find("recover.code")
    driver.tap("recover.back")
    enter_password(application, driver, OFFICER, city.cast.password)
    signed(application, driver, OFFICER)


def test_the_password_is_changed_in_the_window(city, window):
    application, driver = window
    application.window.open_place("settings")
    driver.tap("people.password")
    fill(driver, password__old="wrong", password__new="a new password", password__again="a new password")
    driver.tap("password.go")
    driver.wait(lambda: "not right" in driver.find("password.problem").text(), "refused")
    driver.find("password.old", QLineEdit).clear()
    fill(driver, password__old=city.cast.password)
    driver.tap("password.go")
    driver.wait(lambda: "was changed" in application.window.notice_text(), "changed")
    application.sign_out()
    enter_password(application, driver, OFFICER, city.cast.password)
    driver.wait(lambda: "not right" in application.page.problem_text(), "the old one")
    enter_password(application, driver, OFFICER, "a new password")
    signed(application, driver, OFFICER)
