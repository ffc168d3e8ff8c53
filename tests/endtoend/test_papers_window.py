"""What becomes of finished documents, in the real window: a case written out and checked, a decision signed on the screen,
documents to printers."""

import errno
import os
import socket
import threading

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QMenu, QWidget

from desktop.app import archive
from desktop.app.archive import CaseFiling
from desktop.app.demo_city import PARTNER
from desktop.app.demo_story import cast_of
from desktop.app.story_hands import SIGNATURE
from desktop.app.trust import trust_of
from desktop.printing.escpos import STATUS
from desktop.printing.verification import verify
from enforcement.values.errors import KnownError
from enforcement.values.shapes import to_bytes
from tests.support.city import SEED, copy_of, signed_in, written
from tests.support.hands import strokes


def issue(office, cast, folder, party=""):
    """A decision on the spot with a photograph, against the company or another party; its case's id."""
    draft_id = written(office, cast)
    if party:
        office.choose_party(draft_id, party)
        office.choose_violation(draft_id, cast.incident.violation)
    picture = folder / "a.jpg"
    Image.new("RGB", (64, 48), (90, 120, 90)).save(picture)
    office.attach_photo(draft_id, picture)
    office.record_told(draft_id)
    office.record_statement(draft_id, "none")
    return office.cosign_and_issue(draft_id, PARTNER, cast.password).value.case_id


@pytest.fixture(scope="module")
def founded(new_city, tmp_path_factory):
    """A city whose officer has issued one decision; the relay is gone from then on."""
    city = copy_of(new_city, tmp_path_factory.mktemp("city"))
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
    driver.focused("filing.go")
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


class FieldPrinter:
    """A printer in the network that takes documents and says that it worked them off."""

    def __init__(self):
        self.got = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                link, _ = self._door.accept()
            except OSError:
                return
            with link:
                data = bytearray()
                while not data.endswith(STATUS):
                    data.extend(link.recv(65_536))
                self.got.append(bytes(data))
                link.sendall(b"\x00")

    def close(self):
        self._door.close()


@pytest.fixture
def field_printer():
    made = FieldPrinter()
    yield made
    made.close()


@pytest.fixture
def cups(tmp_path, monkeypatch):
    """Programs that stand for CUPS with one queue; `refuse` names the job from which on it takes none."""
    folder, jobs = tmp_path / "bin", tmp_path / "jobs"
    folder.mkdir()
    jobs.mkdir()
    for name, body in (
        ("lpstat", 'case "$1" in -e) echo office;; -d) echo "system default destination: office";; esac'),
        (
            "lp",
            f"n=$(ls {jobs} | wc -l); [ -e {tmp_path}/refuse ] && [ $n -ge $(cat {tmp_path}/refuse) ] && "
            f'{{ echo "queue full" >&2; exit 1; }}; cat > {jobs}/$n; echo "$@" >> {tmp_path}/asked; echo "request id is o-$n"',
        ),
    ):
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return tmp_path


def choose(driver, start):
    """Take a line of the printers' menu."""

    def shown():
        found = [menu for menu in driver.window.findChildren(QMenu, "printers") if menu.isVisible()]
        return found[-1] if found else None

    driver.wait(lambda: shown() is not None, "the printers")
    menu = shown()
    action = next(one for one in menu.actions() if one.text().startswith(start))
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Return)


def printed(office, case_id):
    return [one.words for one in office.case(case_id).timeline if one.kind == "document.printed"]


def test_a_decision_comes_out_of_the_field_printer_which_is_remembered(officer, field_printer):
    application, driver = officer
    office = application.session.office
    case_id = office.cases()[0].case_id
    open_documents(driver)
    driver.key("Ctrl+Shift+P")
    choose(driver, "80 mm field printer")
    driver.focused("field_printer.address")
    driver.type("no place, really")
    driver.key("Return")
    assert "neither a device nor an address" in told(driver, "field_printer.problem")
    type_into(driver, "field_printer.address", field_printer.address)
    driver.key("Return")
    driver.wait(lambda: len(printed(office, case_id)) == 1, "it is on record")
    assert field_printer.got[0].startswith(b"\x1b@")
    assert "80 毫米" in printed(office, case_id)[0]
    driver.window.activateWindow()
    driver.wait(driver.window.isActiveWindow, "the window is active")
    driver.key("Ctrl+P")
    choose(driver, f"80 mm printer {field_printer.address}")
    driver.wait(lambda: len(printed(office, case_id)) == 2, "the reprint is on record")
    assert printed(office, case_id)[1].startswith("重印")
    assert field_printer.got[0] == field_printer.got[1]


def test_a_field_printer_that_is_not_there_is_said_and_nothing_is_put_on_record(officer):
    application, driver = officer
    office = application.session.office
    case_id = office.cases()[0].case_id
    office.prints.set_field_printer("/dev/hengchi-no-such-printer")
    open_documents(driver)
    driver.key("Ctrl+P")
    choose(driver, "80 mm printer")
    driver.wait(lambda: "is not there" in driver.window.notice_text(), "the reason")
    assert printed(office, case_id) == []


def test_several_documents_are_seen_once_and_printed_one_job_each(officer, city, cups, tmp_path):
    application, driver = officer
    office = application.session.office
    first = office.cases()[0].case_id
    office.record_print(first, "printer", "office", 1)
    second = issue(office, city.cast, tmp_path, city.cast.others[0].code)
    application.session.window.open_place("documents")
    application.session._documents.model.reload()
    open_documents(driver)
    driver.wait(lambda: len(application.session._documents.model.page) == 2, "both are listed")
    driver.key("Ctrl+B")
    driver.find("batch.page.1")
    for place in (0, 1):
        box = driver.find(f"batch.line.{place}")
        if not box.isChecked():
            driver.tap(f"batch.line.{place}")
    driver.wait(lambda: told(driver, "batch.told").startswith("2 documents"), "the preview")
    assert "1 of them were printed before" in told(driver, "batch.told")
    driver.tap("batch.finance.2")
    assert "4 of each" in told(driver, "batch.told")
    (cups / "refuse").write_text("1")
    driver.tap("batch.go")
    choose(driver, "office")
    driver.wait(lambda: "came out" in driver.find("batch.problem", QLabel).text(), "the second was refused")
    assert "1 came out" in told(driver, "batch.problem")
    driver.wait(lambda: told(driver, "batch.told").startswith("1 documents"), "only the other is left")
    (cups / "refuse").unlink()
    driver.tap("batch.go")
    choose(driver, "office")
    driver.wait(lambda: len(printed(office, first)) == 2 and len(printed(office, second)) == 1, "both are on record")
    assert printed(office, first)[1].startswith("重印决定书 4 份")
    assert printed(office, second)[0].startswith("打印决定书 4 份")
    asked = (cups / "asked").read_text().splitlines()
    assert [line.split()[3] for line in asked] == ["4", "4"]
    assert {(cups / "jobs" / name).read_bytes() for name in "01"} == {
        office.notice_pdf(first),
        office.notice_pdf(second),
    }
