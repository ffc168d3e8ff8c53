"""The first run, through the window: the demonstration city, and a real device that asks and is granted."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog

from desktop.app.application import Application, _demonstration, make_qt
from desktop.app.driver import Driver
from desktop.services.settings import change_settings


def first_run(profile):
    make_qt(headless=True)
    change_settings(profile, language="en")
    application = Application(profile)
    application.demonstration.connect(lambda: _demonstration(application))
    application.show()
    driver = Driver(application.window)
    application.window.activateWindow()
    return application, driver


@pytest.mark.alone  # a whole city is founded while the window waits for it
def test_the_demonstration_city_from_one_tap(tmp_path):
    application, driver = first_run(tmp_path / "profile")
    driver.tap("setup.demo")
    driver.find("unlock.password")
    words = application.page.subtitle.text()
    assert words.startswith("Demonstration: the password of everybody is ")
    application.window.activateWindow()
    driver.focused("unlock.password")
    driver.enter(words.rsplit(" ", 1)[1])
    driver.find("today.penalty")
    driver.wait(lambda: application.session.office.strip().connection == "online", "the relay")
    application.window.close()


def test_a_real_device_asks_and_is_granted(city, tmp_path):
    person = tmp_path / "one.toml"
    person.write_text(
        '[[people]]\nnumber = "99010077"\nname = "陶示例"\nunit = "u1"\nroles = ["officer"]\nkind = "执法证"\nfields = ["城市管理"]\n'
        'region = "990100"\nvalid_from = 2024-01-01\nvalid_to = 2039-03-31\nreview_due = 2039-03-31\n',
        "utf-8",
    )
    city.office("people", str(person))
    profile = tmp_path / "real"
    application, driver = first_run(profile)
    driver.tap("setup.real")
    assert application.page.problem_text() == "Fill in all three fields."
    for name, text in (("setup.label", "09"), ("setup.number", "99010077"), ("setup.password", "correct horse")):
        application.window.activateWindow()
        driver.tap(name)
        driver.focused(name)
        driver.type(text)
    driver.tap("setup.real")
    request = driver.find("setup.request").text()
    city.office("enrol", request, "--unit", "u1", "--out", str(tmp_path / "grant"))
    city.office("publish")
    driver.tap("setup.grant")
    dialog = driver.find("grant.dialog", QFileDialog)
    dialog.selectFile(str(tmp_path / "grant"))
    QTest.mouseClick(dialog.findChild(QDialogButtonBox).buttons()[0], Qt.MouseButton.LeftButton)
    driver.find("unlock.password")
    application.window.activateWindow()
    driver.focused("unlock.password")
    driver.enter("correct horse")
    driver.wait(lambda: application.session is not None, "the session")
    assert application.session.office.strip().person.name == "陶示例"
    driver.wait(lambda: bool(application.window.current_place()), "the places")
    application.window.close()
