"""A case under the ordinary procedure in the real windows: from the on-the-spot page to an inquiry record, the head's approval between."""

from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from desktop.app.demo_city import PARTNER, REVIEWER, SUPERVISOR
from desktop.views.acts.page import ActPage
from tests.support.city import signed_in, written

WHY = "案情需要进一步调查"


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


def begun(city, application):
    """An ordinary case by the services; its id."""
    office = application.session.office
    draft_id = written(office, city.cast)
    return office.acts.turn_ordinary(draft_id, WHY).value


def asked(city, application):
    """The same with its opening asked for by both officers."""
    case_id = begun(city, application)
    acts = application.session.office.acts
    draft = acts.begin(case_id, "opening.asked").value
    for path, value in (
        ("source", "巡查发现"),
        ("received_on", "2026-03-02"),
        ("opinions.officer", {"text": "建议立案。"}),
    ):
        acts.set_value(draft.draft_id, path, value)
    done = acts.do(draft.draft_id, PARTNER, city.cast.password)
    application.work.announce(done.changes)
    return case_id


def test_a_sum_is_proposed_by_the_ruler_without_telling_and_statement(city):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    case_id = begun(city, officer)
    officer.session._show_case(case_id)
    driver.tap("offer.propose")
    ruler = driver.find("ruler")
    driver.wait(lambda: ruler.state() is not None, "the ruler")
    assert not lines(driver, "onspot.told")
    assert not lines(driver, "onspot.statement")
    assert driver.find("onspot.go").accessibleName() == "Propose"
    driver.find("onspot.go").setFocus()
    driver.key("Ctrl+Return")
    driver.focused("sign.password")
    driver.enter(city.cast.password)
    driver.wait(lambda: officer.session.office.case(case_id).proposed_fen == 150_000, "proposed")
    driver.wait(lambda: "proposed 1500 yuan" in driver.find("case.number", QLabel).text(), "said")
    assert officer.session.office.documents() == ()
    officer.window.close()


def test_the_head_refuses_with_words_and_the_officers_go_on(city):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    case_id = asked(city, officer)
    head, desk = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    desk.tap("rail.review")
    desk.find("approval.refuse")
    desk.tap("approval.refuse")
    desk.focused("refusal.text")
    desk.type("证据不足，请补充。")
    desk.tap("refusal.go")
    driver.wait(lambda: officer.session.office.acts.view(case_id).turn == "officer", "the answer has come")
    assert any("不批准" in line.words for line in officer.session.office.case(case_id).timeline)
    officer.session._show_case(case_id)
    driver.find("offer.opening.asked")
    head.window.close()
    officer.window.close()


def test_a_paper_is_found_in_documents_signed_on_the_screen_refused_and_voided(city):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    case_id = asked(city, officer)
    head, _ = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    acts = head.session.office.acts
    driver.wait(lambda: len(acts.turns()) == 1, "the case has come")
    draft = acts.begin(case_id, "opening.approved").value
    head.work.announce(acts.do(draft.draft_id).changes)
    office = officer.session.office
    driver.wait(lambda: len(office.acts.papers()) == 1, "the paper has come")
    driver.window.activateWindow()
    driver.tap("rail.documents")
    driver.find("paper.page.1")
    assert "示城管立" in driver.find("paper.about", QLabel).text()
    driver.tap("paper.sign")
    driver.focused("signing.name")
    pad = driver.find("signature.pad")
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=pad.rect().center())
    for step in range(30):
        QTest.mouseMove(pad, pad.rect().center() + QPoint(4 * step, (step % 5) * 12))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=pad.rect().center() + QPoint(120, 0))
    driver.tap("signing.go")
    driver.wait(lambda: office.acts.view(case_id).papers[0].signed == ("party",), "signed")
    driver.tap("paper.sign")
    driver.focused("signing.name")
    assert not driver.find("signing.go").isEnabled()
    driver.tap("signing.refused")
    driver.type("当事人不在场")
    driver.tap("signing.go")
    driver.wait(lambda: any("拒绝签名" in one.words for one in office.case(case_id).timeline), "noted")
    driver.tap("paper.void")
    driver.focused("void.text")
    driver.type("写错了")
    driver.tap("void.go")
    driver.wait(lambda: office.acts.view(case_id).papers[0].voided == "写错了", "voided")
    driver.wait(lambda: not lines(driver, "paper.void") - {"paper.voided"}, "nothing to void")
    head.window.close()
    officer.window.close()


def test_who_only_reviews_has_review_without_the_devices(city):
    reviewer, driver = signed_in(city.folder / "reviewer", city.cast, REVIEWER)
    assert reviewer.window.current_place() == "review"
    driver.find("rail.review")
    assert driver.find("review.count", QLabel).text() == "0 wait for me"
    assert not lines(driver, "review.devices")
    assert "Nothing waits" in " ".join(one.text() for one in driver.window.findChildren(QLabel) if one.isVisible())
    reviewer.window.close()


def test_a_party_is_found_by_initials_and_its_case_opens(city):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    case_id = begun(city, officer)
    driver.tap("rail.parties")
    driver.find("parties.search").setFocus()
    driver.type(city.cast.company.code[-8:].lower())
    driver.wait(lambda: len(driver.find("parties.list").model_.items) == 1, "one is left")
    QTest.keyClick(driver.find("parties.list"), Qt.Key.Key_Down)
    driver.wait(lambda: driver.find("party.shown", QLabel).text() == city.cast.company.name, "shown")
    driver.tap(f"history.{case_id}")
    driver.find("case.stages")
    assert officer.window.current_place() == "cases"
    officer.window.close()
