import tomllib
from datetime import UTC, datetime

import cwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

import resources
from desktop.printing.codes import qr_png, read_codes
from desktop.printing.fonts import marked
from desktop.printing.output import printers
from desktop.printing.pages import render_notice
from desktop.printing.preview import page_images
from desktop.printing.verification import SignerInfo, Trust, verify
from enforcement.notices import (
    Form,
    NoticeClaims,
    OfficerLine,
    OnSpotDecision,
    PartyBlock,
    Payment,
    content_digest,
    make_code,
    missing_items,
    read_code,
)
from enforcement.notices.code import PREFIX, party_hint
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain, to_plain

NOW = datetime(2026, 10, 14, 1, 42, tzinfo=UTC)
SIGNER = KeySigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
RARE = ["𬭎", "镕", "堃", "喆", "䶮"]


def content(**changes):
    values = dict(
        form="on_spot_decision",
        number="示城管简罚决〔2026〕41号",
        agency="示例市城市管理行政执法局",
        agency_phone="0",
        agency_address="a",
        party=PartyBlock(
            name="示例市衡平建材有限公司",
            kind="organisation",
            code="91990100MA87244670",
            address="示范路18号",
            representative="".join(RARE),
        ),
        found_at=NOW,
        place="示范路18号门前",
        violation="擅自占用城市道路",
        happened="堆放瓷砖",
        facts=(("占用面积", "6.5平方米"),),
        evidence=("现场照片",),
        forbids="城市道路管理条例第二十七条第（一）项",
        punishes="城市道路管理条例第四十二条",
        kind="罚款",
        fine_fen=150_000,
        reasons="符合第一阶次。",
        correction="立即清理",
        informed_at=NOW,
        statement="当事人未提出陈述、申辩意见",
        heard="",
        payment=Payment(days=15, bank="示例银行", account_name="专户", account="0"),
        reconsideration_body="示例市人民政府",
        reconsideration_days=60,
        court="示例市示范区人民法院",
        suit_days=15,
        officers=(
            OfficerLine(name="林示例", number="99010001", signed_at=NOW),
            OfficerLine(name="陈示例", number="99010002", signed_at=NOW),
        ),
        decided_on=NOW.date(),
        pack="p",
        pack_digest=bytes(32),
    )
    return OnSpotDecision(**{**values, **changes})


def code_for(made):
    claims = NoticeClaims(
        made.agency, NOW, made.number, made.fine_fen, "road-occupy", party_hint(made.party.name), content_digest(made)
    )
    return make_code(claims, SIGNER)


CONTENT = content()
CODE = code_for(CONTENT)


def key_of(kid):
    return SIGNER.key.public_key() if kid == SIGNER.kid else None


def trust(allowed=(True, "valid"), **voided):
    def signer_of(kid):
        return (
            SignerInfo("林示例", "99010001", "一中队", SIGNER.key.public_key(), lambda _: allowed)
            if kid == SIGNER.kid
            else None
        )

    return Trust("示例市城市管理行政执法局", signer_of, voided)


def test_the_code_comes_back():
    claims = read_code(CODE, key_of)
    assert (claims.number, claims.fine_fen, claims.party_hint) == (CONTENT.number, 150_000, "示*司")


@given(st.integers(0, len(CODE) - 1), st.integers(0, 7))
def test_every_changed_bit_of_the_code_is_refused(position, bit):
    altered = bytearray(CODE.encode())
    altered[position] ^= 1 << bit
    with pytest.raises(KnownError):
        read_code(altered.decode("latin-1"), key_of)


def test_a_second_reader_agrees():
    import zlib

    import base45

    pem = SIGNER.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    raw = zlib.decompress(base45.b45decode(CODE.removeprefix(PREFIX)))
    claims = cwt.decode(raw, cwt.COSEKey.from_pem(pem, kid=SIGNER.kid))
    assert claims[1] == CONTENT.agency
    assert claims[-70002] == 150_000


@pytest.mark.parametrize("text", ["", "HZ1:", "HC1:NCF", "HZ1:%%%", CODE[:-3], CODE + "A", CODE.lower()])
def test_what_is_no_code(text):
    with pytest.raises(KnownError):
        read_code(text, key_of)


def test_every_mandatory_item_is_missed_by_name():
    form = from_plain(Form, tomllib.loads(resources.path("forms/on_spot_decision.toml").read_text("utf-8")))
    plain = to_plain(CONTENT)
    assert missing_items(plain, form) == ()
    assert len(form.fields) >= 19
    found = missing_items({**plain, "number": "", "officers": plain["officers"][:1], "court": ""}, form)
    assert [one.words for one in found] == ["决定书未编号", "未告知诉讼途径和期限", "执法人员少于两人"]
    assert len(missing_items({}, form)) == len(form.fields)


PDF = render_notice(CONTENT, CODE)


def test_pages_depend_on_content_and_code_only():
    assert render_notice(content(), CODE) == PDF


def test_the_qr_is_read_from_the_pixels_of_the_page():
    codes = [code for picture in page_images(PDF, 150) for code in read_codes(picture)]
    assert codes == [CODE]
    assert read_codes(qr_png(CODE)) == (CODE,)


def test_verdicts():
    assert verify(PDF, trust()).genuine
    assert verify(page_images(PDF, 150)[-1], trust()).genuine
    assert verify(CODE.encode(), trust()).genuine
    assert verify(CODE.encode(), trust((False, "suspended"))).state == "not_allowed"
    assert verify(CODE.encode(), trust(**{CONTENT.number: "误"})).state == "voided"
    assert verify(CODE.encode(), Trust("a", lambda _: None, {})).state == "unknown_signer"
    assert verify(b"nothing", trust()).state == "unreadable"
    assert verify(b"%PDF-1.4 nothing", trust()).state == "unreadable"


def test_a_page_with_another_sum_under_the_true_code_is_altered():
    other = content(fine_fen=50_000)
    swapped = render_notice(other, CODE)
    assert verify(swapped, trust()).state == "altered"
    cut = PDF.rfind(b"\n%HZ-CONTENT")
    pages_of_other = render_notice(other, CODE)
    forged = pages_of_other[: pages_of_other.rfind(b"\n%HZ-CONTENT")] + PDF[cut:]
    verdict = verify(forged, trust())
    assert verdict.state == "altered"
    assert "页" in verdict.why


@pytest.mark.parametrize("char", RARE)
def test_rare_characters_print_and_copy_out(char, tmp_path):
    import subprocess

    path = tmp_path / "rare.pdf"
    path.write_bytes(PDF)
    text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert char in text


def test_a_character_that_no_font_holds_is_refused_by_name():
    with pytest.raises(KnownError, match=r"U\+1F600"):
        marked("示例\U0001f600")


def test_printing_hands_the_pdf_to_the_queue_through_a_pipe(tmp_path, monkeypatch):
    from desktop.printing.output import print_pdf

    for name, body in (("lp", 'cat > "$HZ_SINK"'), ("lpstat", "echo office")):
        tool = tmp_path / name
        tool.write_text(f"#!/bin/sh\n{body}\n")
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("HZ_SINK", str(tmp_path / "sink"))
    assert printers() == ["office"]
    print_pdf(PDF, "office", 1)
    assert (tmp_path / "sink").read_bytes() == PDF
    (tmp_path / "lp").write_text("#!/bin/sh\necho jammed >&2; exit 1\n")
    with pytest.raises(KnownError, match=r"jammed"):
        print_pdf(PDF, "office", 1)
