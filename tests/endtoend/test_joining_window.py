"""Two parties of one act in the windows of officer and head: added from a form, opened by one press, evidence taken over, found by any party."""

import pytest
from PySide6.QtWidgets import QLabel

from desktop.app.demo_city import PARTNER, SUPERVISOR
from tests.endtoend.test_ordinary_window import fill, page_of, sign_with_partner, turn
from tests.support.city import copy_of, signed_in

OTHER = "示例市若水乙装饰有限公司"


@pytest.fixture(scope="module")
def city(new_city, tmp_path_factory):
    made = copy_of(new_city, tmp_path_factory.mktemp("city"))
    made.start_relay()
    yield made
    made.stop_relay()


def written(application, case_id, act, *second, **values):
    """An act by the services, as if it had been written on its page."""
    acts = application.session.office.acts
    draft = acts.begin(case_id, act).value
    for path, value in values.items():
        acts.set_value(draft.draft_id, path.replace("__", "."), value)
    application.work.announce(acts.do(draft.draft_id, *second).changes)


def asked(city, officer, case_id):
    opinion = {"opinions__officer": {"text": "建议立案。"}}
    written(
        officer,
        case_id,
        "opening.asked",
        PARTNER,
        city.cast.password,
        source="巡查发现",
        received_on="2026-03-02",
        **opinion,
    )


def approved(head, desk, case_id, act):
    office = head.session.office
    desk.wait(lambda: any(one.case_id == case_id for one in office.acts.turns()), "the case has come")
    written(head, case_id, act)


def test_a_second_party_is_added_on_a_page_and_both_files_know_each_other(city, tmp_path):
    officer, driver = signed_in(city.folder / "officer", city.cast)
    first = turn(city, officer, driver, tmp_path)
    office = officer.session.office
    head, desk = signed_in(city.folder / "supervisor", city.cast, SUPERVISOR)
    asked(city, officer, first)
    approved(head, desk, first, "opening.approved")
    driver.wait(lambda: office.acts.view(first).turn == "officer", "the approval has come")
    driver.window.activateWindow()

    driver.tap("offer.party.added")
    page = page_of(officer, driver)
    driver.focused("act.added.name")
    fill(driver, "act.added.name", OTHER)
    page.model.set_value("added.kind", "法人或者其他组织")
    fill(driver, "act.added.code", "91990100MA87000002")
    fill(driver, "act.added.address", "示例市示范区文昌路113号")
    fill(driver, "act.share", "两名当事人共同占用。")
    driver.wait(lambda: any("校验不符" in one.words for one in page.model.draft.against), "the code is wrong")
    assert not page.go.isEnabled()
    page.model.set_value("added.code", "91990100MA87000001")
    driver.wait(page.go.isEnabled, "it may be signed")
    sign_with_partner(city, driver)
    driver.wait(lambda: len(office.cases()) == 2, "a case of its own")
    second = next(one.case_id for one in office.cases() if one.party == OTHER)

    driver.find(f"related.{second}")
    assert driver.find("case.together", QLabel).text() == "1 related"
    driver.tap(f"related.{second}")
    driver.find(f"related.{first}")
    assert officer.window.current_place() == "cases"
    driver.find("offer.opening.asked")
    driver.find("cases.search").setFocus()
    driver.type("91990100MA87000001")
    driver.wait(lambda: len(driver.find("cases.list").model_.items) == 1, "its code finds its own case")
    driver.find("cases.search").clear()
    driver.type(OTHER)
    driver.wait(lambda: len(driver.find("cases.list").model_.items) == 2, "its name finds both")

    asked(city, officer, second)
    desk.window.activateWindow()
    desk.tap("rail.review")
    desk.tap(f"related.{first}")  # whoever approves sees what it stands beside
    desk.wait(lambda: head.window.current_place() == "cases", "opened from Review")
    approved(head, desk, second, "opening.approved")
    driver.wait(lambda: office.acts.view(second).turn == "officer", "the approval has come")
    shown = {one.case_id: one for one in head.session.office.case(first).related}
    assert (shown[second].party, shown[second].status) == (OTHER, "underway")
    head.session._show_case(first)
    desk.tap(f"related.{second}")
    desk.find(f"related.{first}")
    head.window.close()
    officer.window.close()
