"""The page that anybody checks codes on, run by a JavaScript engine, beside `hengchi verify` on the same codes."""

import io
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from central.authority import certificates
from central.authority.card import card_code
from central.authority.verify_page import make_page
from desktop.printing.card_check import card_verdict, shown_verdict
from desktop.services.showing import clock_tolerance, code_holds, show_certificate
from enforcement.credentials import StatusChange
from enforcement.credentials.shown import ShownClaims, make_shown_code
from enforcement.notices import NoticeClaims, make_code
from enforcement.values.codetext import pack
from enforcement.values.cose import KeySigner, sign1
from enforcement.values.encoding import encode
from enforcement.values.errors import KnownError
from tests.support.devices import ME, PARTNER, Device
from tests.support.offices import index_of
from tests.vectors.make_vectors import OTHER

SCRIPT = Path(__file__).parents[2] / "support" / "page_in_node.js"


def portrait():
    buffer = io.BytesIO()
    Image.new("RGB", (360, 480), (140, 120, 110)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def device(tmp_path):
    made = Device(tmp_path)
    certificates.set_photo(made.office, ME, portrait())
    made.sign_in()
    made.refresh()
    yield made
    made.close()


class Page:
    """The page as published now, and a browser."""

    def __init__(self, device, folder, **more):
        self.file = folder / "verify.html"
        self.file.write_bytes(make_page(device.office, **more))
        self.clock = device.clock

    def ask(self, *codes):
        lines = "".join(json.dumps({"code": one, "now": int(self.clock.now().timestamp())}) + "\n" for one in codes)
        done = subprocess.run(
            [shutil.which("node") or "node", str(SCRIPT), str(self.file)],
            input=lines,
            capture_output=True,
            text=True,
            check=True,
        )
        return [json.loads(line) for line in done.stdout.splitlines()]


def states(device, page, *codes):
    """What the page says of each, and `hengchi verify` beside it."""
    index = index_of(device.office)
    said = page.ask(*codes)
    ours = [shown_verdict(one, index, device.clock.now(), clock_tolerance()).state for one in codes]
    same = {"over": "not_allowed"}
    assert [same.get(one["state"], one["state"]) for one in said] == ours
    return [one["state"] for one in said]


def test_a_shown_certificate_is_checked_offline_and_only_for_its_minutes(device, tmp_path):
    page = Page(device, tmp_path)
    shown = show_certificate(device.desk)
    assert shown.photo.startswith(b"\xff\xd8")
    (found,) = page.ask(shown.code)
    assert found["state"] == "genuine"
    assert ["姓名", "林示例"] in found["facts"]
    assert found["photo"]
    device.clock.at += code_holds()
    assert states(device, page, shown.code) == ["genuine"]  # clocks may differ by two minutes
    device.clock.at += clock_tolerance()
    assert states(device, page, shown.code) == ["over"]
    device.clock.at -= code_holds() + 2 * clock_tolerance()
    assert states(device, page, shown.code) == ["genuine"]
    device.clock.at -= timedelta(seconds=1)
    assert states(device, page, shown.code) == ["over"]


def test_what_the_page_refuses_in_words(device, tmp_path):
    page, now = Page(device, tmp_path), device.clock.now()
    good = show_certificate(device.desk).code
    name = device.office.state().roster.agency.name
    mine = device.desk.author.signer
    until = now + code_holds()
    other_name = make_shown_code(ShownClaims(name, now, until, ME, "别人"), mine)
    other_number = make_shown_code(ShownClaims(name, now, until, PARTNER, "陈示例"), mine)
    stranger = make_shown_code(ShownClaims(name, now, until, ME, "林示例"), OTHER)
    no_claims = pack("HZS1:", sign1(encode({1: name}), mine))
    changed = good[:30] + ("0" if good[30] != "0" else "1") + good[31:]
    found = states(device, page, other_name, other_number, stranger, good[:-4], "HZS1:", "HZS1:!!!!", "x")
    assert found == ["altered", "altered", "unknown_signer", "unreadable", "unreadable", "unreadable", "unreadable"]
    assert page.ask(no_claims)[0]["state"] != "genuine"
    assert page.ask(changed)[0]["state"] in ("altered", "unreadable")
    assert page.ask("  https://x.example/verify#" + good + " ")[0]["state"] == "genuine"


def test_no_changed_character_is_ever_genuine(device, tmp_path):
    page = Page(device, tmp_path)
    good = show_certificate(device.desk).code
    codes = [good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :] for at in range(5, len(good))]
    assert {one["state"] for one in page.ask(*codes)} <= {"altered", "unreadable", "unknown_signer"}


@pytest.mark.parametrize(("state", "words"), [("suspended", "暂扣"), ("revoked", "吊销")])
def test_a_page_published_after_a_suspension_says_so(device, tmp_path, state, words):
    code = show_certificate(device.desk).code
    device.office.set_status(ME, StatusChange(since=device.clock.now(), state=state, reason="调查"))
    device.office.publish()
    page = Page(device, tmp_path)
    assert states(device, page, code) == ["not_allowed"]
    assert words in page.ask(code)[0]["why"]
    device.refresh()
    with pytest.raises(KnownError, match=f"certificate.{state}"):
        show_certificate(device.desk)


def test_a_lost_device_shows_nothing(device, tmp_path):
    code = show_certificate(device.desk).code
    device.clock.at += timedelta(seconds=1)
    device.office.set_device(device.desk.device, "lost")
    device.office.publish()
    device.clock.at += timedelta(seconds=1)
    late = make_shown_code(
        ShownClaims("示例市城市管理行政执法局", device.clock.now(), device.clock.now() + code_holds(), ME, "林示例"),
        device.desk.author.signer,
    )
    assert states(device, Page(device, tmp_path), code, late) == ["genuine", "not_allowed"]


def test_an_old_page_says_that_it_is_old(device, tmp_path):
    page = Page(device, tmp_path)
    device.clock.on(31)
    code = make_shown_code(
        ShownClaims("示例市城市管理行政执法局", device.clock.now(), device.clock.now() + code_holds(), ME, "林示例"),
        device.desk.author.signer,
    )
    assert page.ask(code)[0]["state"] == "not_allowed"
    assert "新的页面" in page.ask(code)[0]["why"]


def test_cards_and_notices_on_the_same_page(device, tmp_path):
    office, now = device.office, device.clock.now()
    person, issuing = office.state().roster.person(ME), KeySigner(office.keys.signing("issuing"))
    name = office.state().roster.agency.name
    good = card_code(person, name, "城管执法一中队", issuing, now)
    old = card_code(person, name, "城管执法二中队", issuing, now)
    office.void("示城管〔2026〕2号", "写错当事人")
    office.publish()
    page = Page(device, tmp_path)
    index = index_of(office)
    said = [one["state"] for one in page.ask(good, old)]
    assert said == [card_verdict(one, index, now).state for one in (good, old)] == ["genuine", "altered"]
    notices = [
        make_code(
            NoticeClaims(name, at, f"示城管〔2026〕{number}号", 150_050, "road-occupy", "示*司", bytes(32)),
            device.desk.author.signer,
        )
        for number, at in ((1, now), (2, now), (3, now - timedelta(days=2000)))
    ]
    found = page.ask(*notices)
    assert [one["state"] for one in found] == ["genuine", "voided", "not_allowed"]
    assert ["罚款", "1500.50 元"] in found[0]["facts"]


def test_a_page_holds_nothing_that_a_name_could_break_out_with(device, tmp_path):
    office = device.office
    office.void("x", "</script><script>alert(1)</script>")
    office.publish()
    text = make_page(office, photos=False).decode()
    assert "<script>alert" not in text
    assert "__TRUST__" not in text
    assert Page(device, tmp_path, photos=False).ask(show_certificate(device.desk).code)[0]["photo"] == ""
    assert "https:" not in text.replace("https://www", "")
