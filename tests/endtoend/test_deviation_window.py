"""A sum outside the band, in the real windows: asked for, allowed or refused by a supervisor, marked for ever."""

from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel

from desktop.app.demo_city import SUPERVISOR
from tests.support.city import signed_in, written

WHY = "当事人系残疾人自谋生活，占用面积小、时间短"


def below_the_band(city, application, driver, tmp_path):
    """The page complete but for telling and statement, its mark drawn to 900 yuan by the arrow keys."""
    draft_id = written(application.session.office, city.cast)
    application.session.office.set_fact(draft_id, "priors", 0)
    application.session.resume_on_spot(draft_id)
    ruler = driver.find("ruler")
    driver.wait(lambda: ruler.state() is not None and ruler.state().chosen == 150_000, "the ruler")
    picture = tmp_path / "a.jpg"
    Image.new("RGB", (64, 48), (90, 120, 90)).save(picture)
    driver.drop("onspot.photos", picture)
    driver.wait(lambda: len(application.session.office.draft(draft_id).evidence) == 1, "sealed")
    ruler.setFocus()
    for _ in range(12):
        QTest.keyClick(ruler, Qt.Key.Key_Left)
    driver.wait(lambda: application.session.office.draft(draft_id).chosen_fen == 90_000, "the sum")
    return draft_id


def state(driver):
    return driver.find("deviation.state", QLabel).text()


def ask(driver):
    driver.tap("deviation.words")
    driver.type(WHY)
    driver.tap("deviation.ask")
    driver.wait(lambda: "is asked for" in state(driver), "asked")


def test_allowed_elsewhere_and_marked_for_ever(city, tmp_path):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    draft_id = below_the_band(city, officer, driver, tmp_path)
    assert "lies outside the band" in state(driver)
    missing = [one.field for one in officer.session.office.assess(officer.session.office.draft(draft_id)).missing]
    assert "deviation" in missing
    ask(driver)
    supervisor, desk = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    desk.tap("rail.review")
    desk.wait(lambda: WHY in desk.find("review.request", QLabel).text(), "the request")
    assert desk.find("review.outside", QLabel).text() == "Deviates"
    assert desk.find("review.ruler").state().outside
    desk.tap("review.approve")
    driver.wait(lambda: "allowed 900 yuan" in state(driver), "the answer")
    driver.tap("onspot.statement.none")
    driver.focused("sign.password")
    driver.enter(city.cast.password)
    driver.find("save.dialog", QFileDialog).reject()
    driver.wait(lambda: bool(officer.session.office.documents()), "issued")
    row = officer.session.office.documents()[0]
    assert row.fine_fen == 90_000
    detail = officer.session.office.case(row.case_id)
    name = supervisor.session.office.strip().person.name
    assert f"因{WHY}，经{name}批准，适用裁量幅度以外的数额" in detail.explanation
    assert detail.deviation.by == name
    assert any("偏离基准" in line.words for line in detail.timeline)
    desk.wait(lambda: bool(supervisor.session.office.documents()), "the decision")
    assert supervisor.session.office.case(row.case_id).deviation.state == "allowed"
    desk.wait(lambda: f"allowed by {name}" in desk.find("review.request", QLabel).text(), "still marked")
    officer.window.close()
    supervisor.window.close()


def test_refused_with_words_and_nothing_is_issued(city, tmp_path):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    draft_id = below_the_band(city, officer, driver, tmp_path)
    ask(driver)
    supervisor, desk = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    desk.tap("rail.review")
    desk.wait(lambda: WHY in desk.find("review.request", QLabel).text(), "the request")
    desk.tap("review.back")
    desk.focused("sendback.text")
    desk.type("请按基准裁量")
    desk.tap("sendback.go")
    driver.wait(lambda: "refused 900 yuan" in state(driver), "the answer")
    assert "请按基准裁量" in state(driver)
    driver.tap("onspot.statement.none")
    assert not driver.find("onspot.go").isEnabled()
    driver.find("ruler").setFocus()
    QTest.keyClick(driver.find("ruler"), Qt.Key.Key_Home)
    driver.wait(lambda: officer.session.office.draft(draft_id).chosen_fen == 150_000, "back in the band")
    driver.wait(lambda: not driver.window.findChild(QLabel, "deviation.state").isVisible(), "no amber")
    officer.window.close()
    supervisor.window.close()


def test_never_outside_the_statute(city, tmp_path):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    draft_id = below_the_band(city, officer, driver, tmp_path)
    ruler = driver.find("ruler")
    for _ in range(40):
        QTest.keyClick(ruler, Qt.Key.Key_PageUp)
    driver.wait(lambda: officer.session.office.draft(draft_id).chosen_fen == 2_000_000, "the statute's end")
    for _ in range(60):
        QTest.keyClick(ruler, Qt.Key.Key_PageDown)
    driver.wait(lambda: officer.session.office.draft(draft_id).chosen_fen == 0, "the statute's beginning")
    officer.window.close()
