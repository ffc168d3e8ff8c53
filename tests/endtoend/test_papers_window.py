"""What becomes of finished documents, in the real window: a case written out and checked, a decision signed on the screen."""

import errno
import os

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QWidget

from desktop.app import archive
from desktop.app.archive import CaseFiling
from desktop.app.demo_city import PARTNER
from desktop.app.demo_story import cast_of
from desktop.app.story_hands import SIGNATURE
from desktop.app.trust import trust_of
from desktop.printing.verification import verify
from enforcement.values.errors import KnownError
from enforcement.values.shapes import to_bytes
from tests.support.city import SEED, copy_of, found, signed_in, written
from tests.support.hands import strokes


def issue(office, cast, folder):
    """A decision on the spot with a photograph; its case's id."""
    draft_id = written(office, cast)
    picture = folder / "a.jpg"
    Image.new("RGB", (64, 48), (90, 120, 90)).save(picture)
    office.attach_photo(draft_id, picture)
    office.record_told(draft_id)
    office.record_statement(draft_id, "none")
    return office.cosign_and_issue(draft_id, PARTNER, cast.password).value.case_id


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """A city whose officer has issued one decision; the relay is gone from then on."""
    city = found(tmp_path_factory.mktemp("city"))
    city.start_relay()
    application, driver = signed_in(city.folder / "officer", city.cast)
    issue(application.session.office, city.cast, tmp_path_factory.mktemp("photo"))
    driver.wait(lambda: application.work.busy <= 1, "a quiet window")
    application.window.close()
    city.stop_relay()
    return city


@pytest.fixture
def city(founded, tmp_path):
    return copy_of(founded, tmp_path / "city")


@pytest.fixture
def officer(city):
    application, driver = signed_in(city.folder / "officer", city.cast)
    yield application, driver
    application.window.close()


def type_into(driver, name, text):
    field = driver.find(name)
    field.setFocus()
    field.clear()
    driver.type(text)


def ask_filing(driver):
    driver.window.activateWindow()  # there is no window manager here to do it when a dialog goes
    driver.tap("rail.cases")
    driver.find("case.file")
    driver.wait(driver.window.isActiveWindow, "the window is active")
    driver.key("Ctrl+E")
    driver.focused("filing.folder")


def told(driver, name):
    return driver.find(name, QLabel).text()


def test_a_case_is_written_out_and_checked_with_no_connection(officer, tmp_path):
    driver = officer[1]
    out = tmp_path / "stick"
    out.mkdir()
    ask_filing(driver)
    type_into(driver, "filing.folder", str(out))
    type_into(driver, "filing.password", "a long password")
    type_into(driver, "filing.again", "a long password")
    driver.key("Return")
    driver.find("filing.done")
    folder = next(out.iterdir())
    assert str(folder) == told(driver, "filing.where")
    assert {path.name for path in folder.iterdir()} == {"main.pdf", "case.hzp"}
    assert (folder / "main.pdf").read_bytes().startswith(b"%PDF")
    assert "case.hzp" in told(driver, "filing.package")
    driver.focused("filing.check")
    driver.key("Space")
    assert told(driver, "filing.state") == "Whole and unaltered"
    assert "codes or seals of 1 documents" in told(driver, "filing.checked")
    driver.key("Return")
    driver.wait(lambda: QApplication.activeModalWidget() is None, "the dialog is gone")
    ask_filing(driver)
    assert driver.find("filing.folder").text() == str(out)
    driver.key("Escape")


def test_what_was_altered_after_it_was_written_is_found(officer, tmp_path):
    driver = officer[1]
    ask_filing(driver)
    type_into(driver, "filing.folder", str(tmp_path / "city"))
    driver.key("Return")
    driver.find("filing.done")
    package = next((tmp_path / "city").glob("*/case.hzp"))
    data = bytearray(package.read_bytes())
    place = data.index(b"%PDF") + 2000
    data[place] ^= 1
    package.write_bytes(data)
    driver.tap("filing.check")
    driver.wait(
        lambda: any(
            one.objectName() in ("filing.state", "filing.problem") and one.isVisible() and one.text()
            for one in driver.window.findChildren(QLabel)
        ),
        "the outcome",
    )
    words = [one.text() for one in driver.window.findChildren(QLabel) if one.isVisible()]
    assert any("do not rely on it" in text.lower() for text in words)


def test_bad_entries_are_said_before_anything_is_written(officer, tmp_path):
    driver = officer[1]
    ask_filing(driver)
    for folder, password, again, words in (
        ("nowhere/at/all", "", "", "no such folder"),
        (str(tmp_path), "first password", "second password", "differ"),
        (str(tmp_path), "short", "short", "at least 8"),
    ):
        type_into(driver, "filing.folder", folder)
        type_into(driver, "filing.password", password)
        type_into(driver, "filing.again", again)
        driver.key("Return")
        assert words in told(driver, "filing.problem")
    assert [path.name for path in tmp_path.iterdir()] == ["city"]


@pytest.mark.parametrize(("fault", "words"), [(errno.ENOSPC, "disk is full"), (errno.EACCES, "cannot be written")])
def test_a_full_disk_or_a_folder_that_refuses_leaves_nothing_half_written(officer, tmp_path, monkeypatch, fault, words):
    driver = officer[1]
    out = tmp_path / "out"
    out.mkdir()

    def refuse(*_args, **_more):
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(archive, "make_package", refuse)
    ask_filing(driver)
    type_into(driver, "filing.folder", str(out))
    driver.key("Return")
    driver.find("filing.problem")
    assert words in told(driver, "filing.problem")
    assert list(out.iterdir()) == []
    monkeypatch.undo()
    driver.key("Return")
    driver.find("filing.done")
    assert len(list(out.iterdir())) == 1


def test_a_picture_that_has_not_arrived_is_told_and_the_rest_is_written(officer, tmp_path):
    application, driver = officer
    office = application.session.office
    case = office.case(office.cases()[0].case_id)
    for path in (application.profile / "blobs").rglob("*"):
        if path.is_file():
            path.unlink()
    assert len(case.evidence) == 1
    ask_filing(driver)
    type_into(driver, "filing.folder", str(tmp_path))
    driver.key("Return")
    assert "1 attachments are not on this device" in told(driver, "filing.absent")


def test_without_the_agency_s_files_the_volumes_are_written_and_the_reason_is_said(officer, tmp_path, monkeypatch):
    driver = officer[1]
    monkeypatch.setattr(archive, "published_files", lambda session: {})
    ask_filing(driver)
    type_into(driver, "filing.folder", str(tmp_path))
    driver.key("Return")
    assert "have not come to this device yet" in told(driver, "filing.without")
    assert sorted(path.name for path in tmp_path.glob("*/*.pdf")) == ["main.pdf"]
    assert not driver.window.findChild(QWidget, "filing.check").isVisible()


def test_a_case_without_a_document_is_refused(officer, tmp_path):
    application = officer[0]
    office = application.session.office
    written(office, cast_of(SEED))
    open_case = next(one for one in office.cases() if not one.document_number)
    with pytest.raises(KnownError) as error:
        CaseFiling(application.session.desk).write(open_case.case_id, tmp_path, "")
    assert error.value.code == "input.invalid"
    assert [path.name for path in tmp_path.iterdir()] == ["city"]


def open_documents(driver):
    driver.window.activateWindow()
    driver.tap("rail.documents")
    driver.find("case.page.1")
    driver.wait(driver.window.isActiveWindow, "the window is active")


def ink(driver):
    """A signature on the pad."""
    pad = driver.find("signature.pad")
    places = [QPoint(round(x * pad.width()), round(y * pad.height())) for x, y in SIGNATURE]
    plain = Qt.KeyboardModifier.NoModifier
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, plain, places[0])
    for place in places[1:]:
        QTest.mouseMove(pad, place)
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, plain, places[-1])


def judged(application, pdf):
    return verify(pdf, trust_of(application.session.desk.agency.index, {}))


def test_the_party_and_an_officer_sign_the_decision_on_the_screen(officer):
    application, driver = officer
    office = application.session.office
    case_id = office.cases()[0].case_id
    before = office.notice_pdf(case_id)
    open_documents(driver)
    driver.key("Ctrl+G")
    driver.focused("signing.name")
    assert driver.find("signing.name").text() == "吴嘉示"
    assert not driver.find("signing.go").isEnabled()
    ink(driver)
    driver.tap("signing.go")
    driver.wait(lambda: office.case(case_id).signed == ("party",), "it is on record")
    assert office.case(case_id).row.delivered
    driver.window.activateWindow()
    driver.wait(lambda: "signed by Party" in told(driver, "case.number"), "it is shown")
    assert not driver.window.findChild(QWidget, "case.signed").isVisible()
    driver.key("Ctrl+G")
    driver.focused("signing.name")
    role = driver.find("signing.role", QComboBox)
    assert [role.itemText(place) for place in range(role.count())] == ["Officer", "Witness"]
    assert driver.find("signing.name").text() == office.case(case_id).row.officers[0]
    ink(driver)
    driver.tap("signing.go")
    driver.wait(lambda: office.case(case_id).signed == ("party", "officer"), "the officer has signed")
    pdf = office.notice_pdf(case_id)
    assert pdf != before
    verdict = judged(application, pdf)
    assert verdict.genuine
    assert "吴嘉示签名" in verdict.why
    assert judged(application, before).genuine


def test_a_refusal_is_put_down_in_words_and_a_tap_is_no_signature(officer):
    application, driver = officer
    office = application.session.office
    case_id = office.cases()[0].case_id
    open_documents(driver)
    driver.tap("case.sign")
    driver.focused("signing.name")
    pad = driver.find("signature.pad")
    QTest.mouseClick(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pad.rect().center())
    driver.tap("signing.go")
    assert driver.find("signing.problem").isVisible()
    driver.tap("signing.refused")
    driver.type("不认可处罚，见证人王芳")
    driver.tap("signing.go")
    driver.wait(lambda: office.case(case_id).row.delivered, "it is on record")
    assert office.case(case_id).signed == ()
    verdict = judged(application, office.notice_pdf(case_id))
    assert verdict.genuine
    assert "吴嘉示拒绝签名" in verdict.why
    assert any("拒绝在决定书上签名：不认可处罚，见证人王芳" in one.words for one in office.case(case_id).timeline)


def test_a_second_signature_of_the_same_person_and_strokes_that_are_none_are_refused(officer):
    office = officer[0].session.office
    case_id = office.cases()[0].case_id
    good = to_bytes(strokes())
    with pytest.raises(KnownError, match="no font holds"):
        office.sign_notice(case_id, "party", "吴嘉示", b"", "\ue000")
    office.sign_notice(case_id, "party", "吴嘉示", good)
    for role, name, given, words in (
        ("party", "吴嘉示", good, ""),
        ("party", "", good, ""),
        ("chair", "吴嘉示", good, ""),
        ("officer", "吴明", b"", " "),
        ("officer", "吴明", b"no strokes", ""),
        ("officer", "吴明", b"", "不签"),
        ("party", "另一人", b"", "后来又拒绝"),
    ):
        with pytest.raises(KnownError):
            office.sign_notice(case_id, role, name, given, words)
    office.void_notice(case_id, "写错")
    with pytest.raises(KnownError):
        office.sign_notice(case_id, "officer", "吴明", good)
    assert office.case(case_id).signed == ("party",)
