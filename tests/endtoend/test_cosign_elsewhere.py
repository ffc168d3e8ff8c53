"""The second signature from the colleague's own device, without a network: request as a file, answer as a file or a code."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit

from desktop.app.demo_city import OFFICER
from desktop.printing.codes import qr_png
from desktop.services import cosigning
from desktop.services.signed_in import SignedIn
from enforcement.journal.acts import CaseCosigned
from enforcement.values.errors import KnownError
from tests.endtoend.test_rewrap import opened, renewed
from tests.support.city import ready, signed_in
from tests.support.visit_desks import desk_of, picture, sync

OTHER = "99010088"


def second_device(city):
    """Another officer with a device of their own (folder `other`)."""
    people = city.authority / "incoming" / "other.toml"
    people.write_text(
        f'[[people]]\nnumber = "{OTHER}"\nname = "孙示例"\nunit = "u1"\nroles = ["officer"]\nkind = "执法证"\nfields = ["城市管理"]\n'
        'region = "990100"\nvalid_from = 2024-01-01\nvalid_to = 2039-03-31\nreview_due = 2039-03-31\n',
        "utf-8",
    )
    city.office("people", str(people))
    city._create("other", "一中队-08", (OTHER,))
    city._enrol("other", "u1")
    city._grant("other")
    city.office("publish")


def page(desk, city, folder):
    return ready(SignedIn(desk, ""), city.cast, picture(folder))


@pytest.fixture
def desks(city, tmp_path):
    second_device(city)
    desk, other = desk_of(city, "officer"), opened(city, "other", OTHER)
    renewed(desk)
    city.stop_relay()  # two officers in a basement
    yield desk, other
    desk.database.close()
    other.database.close()
    city.start_relay()


def refused(code, run, *words):
    with pytest.raises(KnownError) as caught:
        run(*words)
    assert caught.value.code == code, caught.value


def test_a_decision_by_two_devices_and_no_network(city, desks, tmp_path):
    desk, other = desks
    assert [one.number for one in cosigning.elsewhere(desk)] == [OTHER]
    draft_id = page(desk, city, tmp_path)
    refused("certificate.same_person", cosigning.ask, desk, "u1", draft_id, OFFICER)
    request = cosigning.ask(desk, "u1", draft_id, OTHER).value
    seen = cosigning.look(other, request)
    assert seen.same
    assert (seen.party, seen.pictures) == (city.cast.company.name, 1)
    answer = cosigning.sign(other, request).value
    issued = cosigning.take(desk, draft_id, answer).value
    case = SignedIn(desk, "").case(issued.case_id)
    assert OTHER in "".join(one.words for one in case.timeline)
    assert case.certificates_valid == (2, 2)
    refused("input.invalid", cosigning.take, desk, draft_id, answer)  # the page is done
    refused("cosign.nothing", cosigning.look, other, _resealed(desk, issued.case_id))
    city.start_relay()
    sync(desk, other, desk)
    mine, theirs = SignedIn(desk, "").case(issued.case_id), SignedIn(other, "").case(issued.case_id)
    assert [one.entry_hash for one in mine.timeline] == [one.entry_hash for one in theirs.timeline]
    assert all(one.effective for one in mine.timeline)
    assert theirs.evidence[0].thumbnail  # the photograph came with the sync
    with desk.database.read() as session:
        entries = desk.journal.entries(session, issued.case_id)
    assert [one.certificate for one in entries if isinstance(one.body, CaseCosigned)] == [OTHER]
    city.stop_relay()


def _resealed(desk, case_id):
    """The same case sealed again once it was decided."""
    from enforcement.sealing import BundleHeader, seal_bundle
    from enforcement.values.cose import KeySigner

    with desk.database.read() as session:
        entries = desk.journal.entries(session, case_id)
    last = max((one for one in entries if one.device == desk.device), key=lambda one: one.seq)
    header = BundleHeader(
        v=1, device=desk.device, unit="u1", first_seq=last.seq, last_seq=last.seq, head=last.hash, blobs=(),
        made_at=desk.clock.now(), suite=1,
    )  # fmt: skip
    recovery = desk.agency.index.roster.recovery
    live = [held.hpke for held in desk.agency.person(OTHER).credentials if held.until is None]
    signer = KeySigner(desk.device_key)
    return seal_bundle(
        case_id, [one.data for one in entries], header, [*live, recovery], recovery, signer, desk.entropy
    ).data


def test_what_is_refused(city, desks, tmp_path):
    desk, other = desks
    draft_id = page(desk, city, tmp_path)
    request = cosigning.ask(desk, "u1", draft_id, OTHER).value
    answer = cosigning.sign(other, request).value
    SignedIn(desk, "").set_field(draft_id, "happened", "改写过的事实")
    refused("cosign.stale", cosigning.take, desk, draft_id, answer)
    again = cosigning.ask(desk, "u1", draft_id, OTHER).value
    refused("cosign.stale", cosigning.take, desk, draft_id, answer)
    second = page(desk, city, tmp_path)
    refused("cosign.stale", cosigning.take, desk, second, answer)
    refused("notice.unreadable", cosigning.take, desk, draft_id, "x")
    for at in range(5, len(answer), 37):
        changed = answer[:at] + ("A" if answer[at] != "A" else "B") + answer[at + 1 :]
        with pytest.raises(KnownError):
            cosigning.take(desk, draft_id, changed)
    for at in range(0, len(again), 499):
        with pytest.raises(KnownError):
            cosigning.look(other, again[:at] + bytes([again[at] ^ 1]) + again[at + 1 :])
    refused("bundle.not_for_us", cosigning.look, desk, again)
    good = cosigning.sign(other, again).value
    assert cosigning.take(desk, draft_id, good).value.document_number


def load(driver, name, path):
    dialog = driver.find(name, QFileDialog)
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    line.setText(str(path))
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_through_both_windows_with_a_photographed_code(city, tmp_path):
    second_device(city)
    desk = desk_of(city, "officer")
    renewed(desk)
    draft_id = page(desk, city, tmp_path)
    desk.database.close()
    opened(city, "other", OTHER).database.close()
    application, driver = signed_in(city.folder / "officer", city.cast)
    application.session.resume_on_spot(draft_id)
    driver.find("onspot.complete")  # nothing is missing
    driver.tap("onspot.go")
    driver.tap("sign.request")
    request = tmp_path / "r.hzs"
    load(driver, "cosign.file", request)
    driver.wait(lambda: "is sealed for them" in driver.find("sign.said", QLabel).text(), "written")

    other, hands = signed_in(city.folder / "other", city.cast, OTHER)
    other.session.cosigning.begin()
    load(hands, "cosign.request", request)
    assert "the same" in hands.find("cosign.same", QLabel).text()
    hands.tap("cosign.go")
    answer = hands.find("answer.code").accessibleDescription()
    hands.tap("answer.close")
    other.window.close()

    photo = tmp_path / "code.png"
    photo.write_bytes(qr_png(answer))
    driver.tap("sign.answer")
    load(driver, "cosign.answer", photo)
    driver.wait(lambda: "is issued and sealed" in application.window.notice_text(), "the number")
    driver.find("save.dialog", QFileDialog).reject()
    application.window.close()
