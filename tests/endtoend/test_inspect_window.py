"""An inspection in the real windows: no findings in at most nine interactions; a finding to its correction and the second look."""

from PIL import Image
from PySide6.QtWidgets import QLabel, QLineEdit

from desktop.app.demo_city import PARTNER, SUPERVISOR
from desktop.printing.codes import qr_png
from tests.support.city import signed_in

WORDS = "门前人行道堆放瓷砖和木架"


def planned(officer, city):
    """A plan of the officer's, waiting for approval."""
    return officer.session.office.visits.plan(
        party_id=city.cast.company.code,
        place="",
        trigger="plan",
        source="年度检查计划第12项",
        lists=["storefront"],
        partner=PARTNER,
    ).value


def approve(city, count=1):
    """The supervisor approves what waits, in the window."""
    supervisor, desk = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    desk.wait(lambda: supervisor.session.office.visits.waiting() == count, "the plan at the supervisor's desk")
    desk.tap("rail.inspect")
    desk.tap("inspection.approve")
    desk.wait(lambda: supervisor.session.office.visits.waiting() == count - 1, "approved")
    desk.wait(lambda: supervisor.session.office.visits.lines()[0].seal == "accepted", "the approval at the relay")
    supervisor.window.close()


def back_to_today(officer, driver):
    """The officer's window is the one in front again."""
    officer.window.activateWindow()
    driver.wait(officer.window.isActiveWindow, "the officer's window")
    driver.tap("rail.today")
    driver.focused("rail.today")


def photo(folder):
    path = folder / "a.jpg"
    Image.new("RGB", (320, 240), (120, 130, 110)).save(path)
    return path


def arrive(driver, city, officer, visit_id):
    """From Today to the certificates: the code is scanned, the approved inspection opens."""
    driver.key("I")
    driver.focused("inspect.party")
    driver.enter(city.cast.company.code)
    driver.focused("visit.shown")
    driver.key("Space")
    driver.focused("visit.notice")
    driver.key("Space")
    driver.wait(lambda: officer.session.office.visits.detail(visit_id).notice_at is not None, "the notice")


def sign(driver, city):
    driver.focused("sign.password")
    driver.enter(city.cast.password)


def test_no_findings_in_nine_interactions(city, tmp_path):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    visit_id = planned(officer, city)
    officer.session.sync_now()
    approve(city)
    visits = officer.session.office.visits
    officer.session.sync_now()
    driver.wait(lambda: visits.detail(visit_id).approval == "approved", "the approval")
    back_to_today(officer, driver)
    driver.counting = True
    arrive(driver, city, officer, visit_id)
    driver.focused("item.storefront/front")
    driver.drop("item.storefront/front", photo(tmp_path))
    driver.key("1")
    driver.wait(lambda: visits.detail(visit_id).items[0].answer == "conforms", "the first answer")
    driver.wait(lambda: bool(visits.detail(visit_id).items[0].evidence), "the photograph")
    driver.key("Ctrl+E")
    driver.focused("visit.told")
    driver.key("Space")
    sign(driver, city)
    driver.wait(lambda: visits.detail(visit_id).line.outcome == "no_findings", "closed")
    assert driver.interactions <= 9
    driver.counting = False
    detail = visits.detail(visit_id)
    assert (detail.afterwards, detail.line.told) == ((), True)
    assert [one.form for one in detail.papers] == [
        "inspection_approval",
        "inspection_notice",
        "inspection_record",
        "inspection_result",
    ]
    driver.tap("paper.inspection_record")
    driver.find("inspection.page.1")
    officer.window.close()


def test_a_finding_to_its_correction_order_and_the_second_look(city, tmp_path):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    visits = officer.session.office.visits
    visit_id = planned(officer, city)
    officer.session.sync_now()
    approve(city)
    officer.session.sync_now()
    driver.wait(lambda: visits.detail(visit_id).approval == "approved", "the approval")
    back_to_today(officer, driver)
    arrive(driver, city, officer, visit_id)
    driver.focused("item.storefront/front")
    driver.drop("item.storefront/front", photo(tmp_path))
    driver.key("2")
    driver.focused("words.storefront/front")
    driver.enter(WORDS)
    driver.focused("value.storefront/front")
    driver.enter("6.5")
    driver.focused("item.storefront/permit")
    driver.key("3")
    driver.focused("item.storefront/extent")
    driver.wait(lambda: visits.detail(visit_id).items[0].lead == "correction", "the usual time to correct")
    driver.wait(lambda: visits.detail(visit_id).items[1].answer == "not_applicable", "the second answer")
    driver.key("Ctrl+E")
    driver.focused("visit.told")
    assert driver.find("visit.complete", QLabel).text() == "Case review: nothing is missing"
    driver.key("Space")
    sign(driver, city)
    driver.wait(lambda: visits.detail(visit_id).line.outcome == "findings", "closed")
    detail = visits.detail(visit_id)
    assert (detail.items[0].words, detail.items[0].value) == (WORDS, "6.5")
    assert detail.papers[-1].form == "correction_order"
    driver.wait(lambda: officer.session._today.page is not None and bool(officer.session._today.page.visits), "Today")
    assert officer.session._today.page.visits[0].what == "复查责令改正"
    driver.tap("inspection.recheck")
    driver.wait(lambda: visits.lines(view="all")[0].trigger == "整改复查", "the second look planned")
    again = next(one.visit_id for one in visits.lines() if one.trigger == "整改复查")
    officer.session.sync_now()
    approve(city)
    officer.session.sync_now()
    driver.wait(lambda: visits.detail(again).approval == "approved", "the approval")
    back_to_today(officer, driver)
    arrive(driver, city, officer, again)
    driver.focused("item.storefront/front")
    driver.drop("item.storefront/front", photo(tmp_path))
    driver.key("1")
    driver.focused("visit.told")
    driver.wait(lambda: bool(visits.detail(again).items[0].evidence), "the photograph")
    driver.key("Space")
    sign(driver, city)
    driver.wait(lambda: visits.detail(visit_id).line.rechecked == "all", "corrected")
    officer.window.close()


def test_a_picture_of_the_licence_code_finds_the_enterprise_and_asks_for_approval(city, tmp_path):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    code = tmp_path / "licence.png"
    code.write_bytes(qr_png(f"https://bm.example.cn/licence?uniscid={city.cast.others[0].code}&v=1"))
    back_to_today(officer, driver)
    driver.tap("today.inspection")
    driver.focused("inspect.party")
    officer.window.place("inspect").start.read_picture(code)
    driver.find("inspect.trigger")
    assert driver.find("inspect.party", QLineEdit).text() == city.cast.others[0].name
    driver.tap("inspect.list.storefront")
    driver.key("Ctrl+Return")
    visits = officer.session.office.visits
    driver.wait(lambda: bool(visits.lines()), "the plan")
    assert driver.find("inspection.status", QLabel).text() == "Waits for approval"
    officer.window.place("inspect").begin()
    officer.window.place("inspect").start.read_picture(photo(tmp_path))
    driver.wait(lambda: "could be read" in officer.window.notice_text(), "a picture without a code is said so")
    officer.window.close()
