"""Electronic delivery in the real window: consent, the agency's seal on the PDF, the service on the record with its proof."""

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from desktop.app.demo_city import PARTNER
from desktop.services.act_values import paper_digest
from enforcement.journal.procedure_acts import ActDone, Effect, Paper
from enforcement.values.errors import KnownError
from enforcement.values.shapes import to_bytes
from tests.support.city import copy_of, signed_in, written
from tests.support.forms import sample
from tests.support.hands import strokes
from tests.support.seals import SEAL_PASSWORD, needs_nss, nss, office_with_seal, pdfsig

ADDRESS = "party@example.invalid"


@pytest.fixture(scope="module")
def founded(new_city, tmp_path_factory):
    city = copy_of(new_city, tmp_path_factory.mktemp("city"))
    city.start_relay()
    application, driver = signed_in(city.folder / "officer", city.cast)
    driver.wait(lambda: application.work.busy <= 1, "a quiet window")
    application.window.close()
    city.stop_relay()
    return city


@pytest.fixture(scope="module")
def seal(tmp_path_factory):
    return office_with_seal(tmp_path_factory.mktemp("seal") / "a")


@pytest.fixture
def officer(founded, tmp_path):
    city = copy_of(founded, tmp_path / "city")
    application, driver = signed_in(city.folder / "officer", city.cast)
    yield application, driver, city.cast
    application.window.close()


def put(desk, case_id, act, form, values, *marks):
    """An act with its paper, as another device may have written it; its entry."""
    now = desk.clock.now()
    paper = Paper(
        form=form, content=values, content_digest=paper_digest(values), number=f"示城管告〔2026〕{len(form)}号"
    )
    body = ActDone(
        act=act,
        profile=desk.procedure.name,
        at=now,
        shown=(desk.agency.require(desk.number, "officer", now),),
        effect=Effect(marks=marks),
        paper=paper,
    )
    with desk.database.write() as session:
        entries, _ = desk.append(session, case_id, body)
    return entries[-1].hash


def ordinary(office, cast):
    """A case under the ordinary procedure whose notice was given and waits to be served; case and notice."""
    draft_id = written(office, cast)
    case_id = office.acts.turn_ordinary(draft_id, "案情复杂").value
    notice = put(
        office.desk, case_id, "notice.given", "penalty_prior_notice", sample("penalty_prior_notice"), "opened", "told"
    )
    return case_id, notice


def consent(office, case_id, answer="同意", *, sign=True):
    values = {**sample("address_confirmation"), "electronic": answer, "channel": "电子邮件", "address": ADDRESS}
    entry = put(office.desk, case_id, "address.confirmed", "address_confirmation", values, "electronic")
    if sign:
        office.acts.sign_paper(case_id, entry, "party", "吴嘉示", to_bytes(strokes()))
    return entry


def open_paper(application, driver, case_id, entry):
    application.session._show_case(case_id)
    driver.tap(f"paper.{entry.hex()[:8]}")
    driver.find("paper.page.1")


def save_to(driver, path):
    dialog = driver.find("save.dialog")
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    line.setFocus()
    line.clear()
    driver.type(str(path))
    driver.key("Return")
    driver.find("delivery").activateWindow()  # there is no window manager here to do it
    driver.wait(lambda: not dialog.isVisible(), "the file is chosen")


def retype(driver, name, text):
    """Other words in a field, and Enter."""
    dialog, field = driver.find("delivery"), driver.find(name)
    driver.wait(lambda: dialog.isActiveWindow() and field.isEnabled(), "the dialog is active")
    field.setFocus()
    driver.focused(name)
    field.clear()
    driver.type(text)
    driver.key("Return")


def told(driver, name):
    return driver.find(name, QLabel).text()


@needs_nss
def test_a_notice_goes_out_under_the_seal_and_its_service_is_on_record(officer, seal, tmp_path):
    application, driver, cast = officer
    office = application.session.office
    case_id, notice = ordinary(office, cast)
    consent(office, case_id)
    office.electronic.set_seal_file(seal.seal)
    open_paper(application, driver, case_id, notice)
    driver.wait(driver.window.isActiveWindow, "the window is active")
    driver.key("Ctrl+D")
    driver.focused("delivery.password")
    assert ADDRESS in told(driver, "delivery.agreed")
    driver.type("not the password")
    driver.key("Return")
    save_to(driver, tmp_path / "wrong.pdf")
    driver.wait(lambda: "cannot be opened" in driver.find("delivery.problem", QLabel).text(), "the reason")
    assert not (tmp_path / "wrong.pdf").exists()
    retype(driver, "delivery.password", SEAL_PASSWORD)
    save_to(driver, tmp_path / "notice.pdf")
    assert "notice.pdf is sealed" in told(driver, "delivery.done")
    said = pdfsig((tmp_path / "notice.pdf").read_bytes(), nss(tmp_path / "db", seal.root), tmp_path / "copy.pdf")
    assert "Signature is Valid" in said
    assert "Certificate is Trusted" in said
    paper = next(one for one in office.acts.view(case_id).papers if one.entry == notice)
    assert paper.prints == 1
    driver.find("delivery.proof")
    driver.wait(lambda: driver.find("delivery.officer").count() > 0, "the colleagues")
    driver.tap("delivery.go")
    assert "what shows it" in told(driver, "delivery.problem")
    driver.tap("delivery.proof")
    driver.type("2026年3月9日10时发送，当日收到对方回复")
    driver.tap("delivery.their_password")
    driver.type("wrong")
    driver.key("Return")
    driver.wait(lambda: "assword" in driver.find("delivery.problem", QLabel).text(), "the reason")
    retype(driver, "delivery.their_password", cast.password)
    driver.wait(
        lambda: any(one.act == "notice.served" for one in office.acts.view(case_id).papers), "the service is on record"
    )
    receipt = next(one for one in office.acts.view(case_id).papers if one.act == "notice.served")
    values = office.prints.printable(_ref(case_id, receipt.entry)).values
    assert (values["way"], values["place"], values["receiver"]) == ("电子", ADDRESS, "吴嘉示")
    assert "收到对方回复" in values["note"]
    assert "SHA-256" in values["note"]
    assert values["documents"][0]["number"] == paper.number


def _ref(case_id, entry):
    from desktop.services.prints import Ref

    return Ref(case_id, entry)


@pytest.mark.parametrize(
    ("answer", "sign", "words"),
    [("", False, "signed no confirmation"), ("不同意", True, "did not agree"), ("同意", False, "does not bear")],
)
def test_without_signed_consent_there_is_no_button_and_the_reason_stands_there(officer, answer, sign, words):
    application, driver, cast = officer
    office = application.session.office
    case_id, notice = ordinary(office, cast)
    if answer:
        consent(office, case_id, answer, sign=sign)
    open_paper(application, driver, case_id, notice)
    assert words in told(driver, "paper.not_electronic")
    assert not driver.window.findChild(QWidget, "paper.deliver").isVisible()
    with pytest.raises(KnownError):
        office.electronic.ready(case_id, notice)
    with pytest.raises(KnownError):
        office.electronic.serve(case_id, notice, bytes(32), "已发送", PARTNER, cast.password)


def test_without_a_seal_on_this_device_it_is_said_what_to_do(officer):
    application, driver, cast = officer
    office = application.session.office
    case_id, notice = ordinary(office, cast)
    inside = consent(office, case_id)
    open_paper(application, driver, case_id, notice)
    driver.tap("paper.deliver")
    assert "No seal of the agency" in told(driver, "delivery.seal")
    assert not driver.find("delivery.go").isEnabled()
    assert office.electronic.of(case_id, inside).why == "inside"


def test_a_confirmation_that_was_voided_is_none(officer):
    application, _, cast = officer
    office = application.session.office
    case_id, notice = ordinary(office, cast)
    entry = consent(office, case_id)
    assert office.electronic.of(case_id, notice).act == "notice.served"
    office.acts.void_paper(case_id, entry, "地址写错")
    assert office.electronic.of(case_id, notice).why == "no_consent"
