"""The card: its size measured by poppler, its letters read back, its code verified by `hengchi verify` with no network."""

import io
import json
import re
import shutil
import subprocess
from datetime import timedelta

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageDraw

from central.authority import certificates
from central.authority.card import card_code, issue_card
from central.authority.cli import main as office_main
from desktop.app.main import main
from desktop.printing.card_check import card_code_in, card_verdict
from enforcement.credentials.card import PREFIX, read_card_code
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from tests.support.offices import PASSWORD, START, HandClock, founded, index_of, person

RARE = ("王𬭎", "郭堃䶮", "㛃喆", "李𫖯", "𬀩镕𠅤")
"""Characters of GB 18030 that are missing from GB 2312, five of them beyond the BMP."""
LONG = "阿卜杜热西提·阿卜杜克热木江·麦麦提敏"
needs_poppler = pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="poppler-utils")


def portrait(width=480, height=640):
    picture = Image.new("RGB", (width, height), "white")
    drawn = ImageDraw.Draw(picture)
    drawn.ellipse((width * 0.3, height * 0.2, width * 0.7, height * 0.62), fill=(231, 197, 171))
    drawn.ellipse((width * 0.12, height * 0.68, width * 0.88, height * 1.3), fill=(33, 52, 84))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    names = (*RARE, LONG, "林示例")
    people = [person(f"9901{place:04}", name=name, fields=("城市管理", "交通运输")) for place, name in enumerate(names)]
    made = founded(tmp_path_factory.mktemp("cards") / "office", *people, clock=HandClock())
    for one in people:
        certificates.set_photo(made, one.number, portrait())
    made.publish()
    return made


@pytest.fixture(scope="module")
def cards(office):
    return {one.name: issue_card(office, one.number) for one in office.state().roster.people}


def tool(name, data, tmp_path, *words):
    path = tmp_path / "card.pdf"
    path.write_bytes(data)
    return subprocess.run(
        [name, *words, str(path), *(["-"] if name == "pdftotext" else [])],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


@needs_poppler
def test_both_faces_are_an_identity_card_s_size(cards, tmp_path):
    told = tool("pdfinfo", cards["林示例"], tmp_path, "-f", "1", "-l", "2")
    sizes = re.findall(r"Page\s+\d+ size:\s+([\d.]+) x ([\d.]+) pts", told)
    assert len(sizes) == 2
    for width, height in sizes:
        assert abs(float(width) / 72 * 25.4 - 85.60) < 0.5
        assert abs(float(height) / 72 * 25.4 - 54.00) < 0.5


@needs_poppler
@pytest.mark.parametrize("name", [*RARE, LONG])
def test_rare_and_long_names_print_and_copy_out(cards, tmp_path, name):
    text = tool("pdftotext", cards[name], tmp_path)
    assert name in re.sub(r"\s", "", text)
    fonts = tool("pdffonts", cards[name], tmp_path).splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), "every font is embedded"


@needs_poppler
def test_nothing_is_cut_off_at_the_edge(cards, tmp_path):
    """Every word of both faces lies inside the card, 2.8 mm from its sides."""
    for name in ("林示例", LONG):
        told = tool("pdftotext", cards[name], tmp_path, "-bbox")
        boxes = [
            tuple(float(part) for part in found)
            for found in re.findall(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)"', told)
        ]
        assert len(boxes) > 15
        for left, top, right, bottom in boxes:
            assert left >= 8
            assert top >= 0
            assert right <= 85.6 / 25.4 * 72 - 8
            assert bottom <= 54 / 25.4 * 72


def test_the_code_is_read_from_a_picture_of_the_card_and_says_what_stands_there(office, cards, tmp_path):
    code = card_code_in(cards["林示例"])
    assert code.startswith(PREFIX)
    claims = read_card_code(code, lambda kid: office.keys.signing("issuing").public_key())
    one = office.state().roster.people[-1]
    assert (claims.number, claims.name, claims.unit, claims.fields) == (
        one.number,
        "林示例",
        "城管执法一中队",
        one.fields,
    )
    assert (claims.valid_from, claims.valid_to, claims.issued_at) == (one.valid_from, one.valid_to, START)


@needs_poppler
def test_the_code_survives_a_photograph_at_200_dots_an_inch(cards, tmp_path):
    (tmp_path / "card.pdf").write_bytes(cards[LONG])
    subprocess.run(
        ["pdftoppm", "-r", "200", "-f", "1", "-l", "1", "-jpeg", str(tmp_path / "card.pdf"), str(tmp_path / "front")],
        check=True,
        timeout=60,
    )
    picture = Image.open(next(tmp_path.glob("front*.jpg"))).rotate(4, expand=True, fillcolor="gray")
    assert [one.text[: len(PREFIX)] for one in zxingcpp.read_barcodes(picture.convert("L"))] == [PREFIX]


def test_the_same_card_is_made_of_the_same_certificate_to_the_byte(office, cards):
    assert issue_card(office, office.state().roster.people[-1].number) == cards["林示例"]


def test_a_card_needs_a_portrait_and_a_certificate_in_force(office):
    office.add_person(person("99018888"))
    with pytest.raises(KnownError, match="portrait"):
        issue_card(office, "99018888")
    certificates.set_state(office, "99018888", "suspended", START, "x")
    with pytest.raises(KnownError, match=r"certificate\.suspended"):
        issue_card(office, "99018888")
    with pytest.raises(KnownError, match=r"certificate\.unknown"):
        issue_card(office, "nobody")


def test_a_character_that_no_font_holds_is_named_and_no_card_is_made(tmp_path):
    made = founded(tmp_path / "office", person(name="林𪨊"), clock=HandClock())
    certificates.set_photo(made, "99010001", portrait())
    with pytest.raises(KnownError, match="𪨊"):
        issue_card(made, "99010001")


@pytest.fixture
def small(tmp_path):
    made = founded(tmp_path / "office", person(), clock=HandClock())
    return made, card_code(
        made.state().roster.people[0],
        "示例市城市管理行政执法局",
        "城管执法一中队",
        KeySigner(made.keys.signing("issuing")),
        START,
    )


def verdict(office, code):
    office.publish()
    return card_verdict(code, index_of(office), office.clock.now())


def test_a_genuine_card_of_somebody_in_force(small):
    office, code = small
    found = verdict(office, code)
    assert found.genuine
    assert "执法证 99010001 林示例" in found.why


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda office: certificates.set_state(office, "99010001", "suspended", START, "复训"), "暂扣"),
        (lambda office: certificates.set_state(office, "99010001", "revoked", START, "违纪"), "吊销"),
        (lambda office: certificates.set_state(office, "99010001", "cancelled", START, "", "loss"), "注销"),
        (lambda office: office.clock.on(365), "年审逾期"),
        (lambda office: certificates.replace_lost(office, "99010001", "99010002", START, ""), "补发 99010002"),
    ],
)
def test_a_genuine_card_is_not_enough_to_act_under(small, change, words):
    office, code = small
    change(office)
    found = verdict(office, code)
    assert found.state == "not_allowed"
    assert words in found.why


def test_an_old_roster_says_that_it_does_not_know(small):
    office, code = small
    office.publish()
    index = index_of(office)
    found = card_verdict(code, index, START + timedelta(days=31))
    assert (found.state, "超过信任期" in found.why) == ("not_allowed", True)


def test_a_card_that_says_what_the_roster_no_longer_says(small):
    office, code = small
    certificates.amend(office, "99010001", START, "调队", unit="u2")
    found = verdict(office, code)
    assert found.state == "altered"
    assert "单位" in found.why


def test_forged_altered_and_foreign_cards(small, tmp_path):
    office, code = small
    office.publish()
    index, one = index_of(office), office.state().roster.people[0]
    forged = card_code(
        one, "示例市城市管理行政执法局", "城管执法一中队", KeySigner(Ed25519PrivateKey.generate()), START
    )
    assert card_verdict(forged, index, START).state == "unknown_signer"
    for text in (code[:-1], code[:40] + ("A" if code[40] != "A" else "B") + code[41:], PREFIX, "HZ1:123", code.lower()):
        assert card_verdict(text, index, START).state in ("unreadable", "altered", "unknown_signer"), text


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 broken", b"\x89PNG", b"HZ1:ABC", b"HZC"])
def test_what_holds_no_card_has_no_code(data):
    assert card_code_in(data) == ""


def test_printed_at_the_office_and_checked_by_hengchi_verify(tmp_path, capsys):
    office = founded(tmp_path / "office", person())
    (tmp_path / "pw").write_text(PASSWORD)
    (tmp_path / "face.jpg").write_bytes(portrait())

    def run(*words):
        assert office_main(["--password-file", str(tmp_path / "pw"), str(office.folder), *words]) == 0

    run("photo", "99010001", str(tmp_path / "face.jpg"))
    run("card", "99010001", "--out", str(tmp_path / "cards"))
    run("publish")
    capsys.readouterr()
    trust = ("--trust", str(office.repository))
    assert main(["verify", str(tmp_path / "cards" / "99010001.pdf"), *trust]) == 0
    assert capsys.readouterr().out.startswith("证件真实有效。执法证 99010001 林示例")
    run("suspend", "99010001", "--reason", "复训不合格")
    run("publish")
    capsys.readouterr()
    assert main(["verify", str(tmp_path / "cards" / "99010001.pdf"), *trust, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "not_allowed"
    assert "复训不合格" in told["why"]
