"""PDFs under the agency's certificate, judged by poppler with the certificates of NSS, and by pyHanko."""

import io
from datetime import UTC, datetime, timedelta

import pypdf
import pytest
from cryptography import x509
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from central.authority.seals import issue_seal
from desktop.printing.archive import ArchivePart, Sheets, archive_pdf
from desktop.printing.formset import library, render_form
from desktop.printing.pades import open_seal, sign_pdf
from desktop.printing.pages import render_notice
from desktop.printing.preview import page_images
from desktop.printing.seal import SIDE, Spot, seal_picture, seal_spot
from desktop.printing.verification import verify
from enforcement.values.errors import KnownError
from tests.support.forms import poppler, sample
from tests.support.on_spot import code_for, decision, trust
from tests.support.packages import City
from tests.support.seals import PASSWORD, SEAL_PASSWORD, needs_nss, nss, office_with_seal, pdfsig, run

MM = 72 / 25.4


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return office_with_seal(tmp_path_factory.mktemp("seal") / "a")


@pytest.fixture(scope="module")
def seal(office):
    return open_seal(office.seal.read_bytes(), SEAL_PASSWORD)


@pytest.fixture(scope="module")
def pdf():
    return render_form(library.form("penalty_decision"), sample("penalty_decision"))


def now():
    return datetime.now(UTC).replace(microsecond=0)


@needs_nss
def test_a_reader_that_trusts_the_agency_accepts_the_signature_and_any_change_is_seen(office, seal, pdf, tmp_path):
    at = now()
    signed = sign_pdf(pdf, seal, at)
    trusting = nss(tmp_path / "nss", office.root)
    said = pdfsig(signed, trusting, tmp_path / "a.pdf")
    assert "Signature Validation: Signature is Valid." in said
    assert "Certificate Validation: Certificate is Trusted." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert f"Signing Time: {at.strftime('%b %d %Y %H:%M:%S')}" in said
    assert "示例市城市管理行政执法局 电子印章" in said
    place = signed.index(b"stream") + 40
    flipped = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
    assert "Digest Mismatch" in pdfsig(flipped, trusting, tmp_path / "b.pdf")
    longer = pypdf.PdfWriter(io.BytesIO(signed), incremental=True)
    longer.add_blank_page(100, 100)
    buffer = io.BytesIO()
    longer.write(buffer)
    assert "Not total document signed" in pdfsig(buffer.getvalue(), trusting, tmp_path / "c.pdf")


@needs_nss
def test_under_another_agencys_root_it_is_not_trusted(seal, pdf, tmp_path):
    other = office_with_seal(tmp_path / "b", "样例县城市管理行政执法局")
    said = pdfsig(sign_pdf(pdf, seal, now()), nss(tmp_path / "nss", other.root), tmp_path / "a.pdf")
    assert "Signature is Valid." in said
    assert "Certificate is Trusted." not in said


def test_the_seal_lies_over_name_and_day_and_the_words_stay_as_they_were(seal, pdf, tmp_path):
    spot = seal_spot(pdf)
    signed = sign_pdf(pdf, seal, now(), spot=spot)
    assert signed.startswith(pdf.rstrip())
    assert poppler("pdftotext", signed, tmp_path) != ""
    plain = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(signed)).pages] == plain
    assert spot.page == len(plain) - 1
    (tmp_path / "s.pdf").write_bytes(signed)
    box = red_box(poppler_page(signed, tmp_path, spot.page))
    assert box == pytest.approx([(spot.x - SIDE / 2) / MM, (spot.x + SIDE / 2) / MM], abs=1.5)
    assert 28 <= box[0] < box[1] <= 184 + 3


def poppler_page(pdf, tmp_path, page):
    poppler(
        "pdftoppm", pdf, tmp_path, "-r", "100", "-f", str(page + 1), "-l", str(page + 1), "-png", to=str(tmp_path / "p")
    )
    return next(tmp_path.glob("p-*.png"))


def red_box(path):
    """Left and right edge of what is red, in millimetres."""
    with Image.open(path) as picture:
        red, green, _ = picture.convert("RGB").split()
        box = Image.eval(green, lambda one: 255 if one < 120 else 0)
        strong = Image.eval(red, lambda one: 255 if one > 150 else 0)
        both = Image.composite(box, Image.new("L", picture.size), strong).getbbox()
    return [both[0] / 100 * 25.4, both[2] / 100 * 25.4]


def test_an_archive_copy_shows_the_seal_though_it_has_no_signature(seal, pdf, tmp_path):
    signed = sign_pdf(pdf, seal, now(), spot=seal_spot(pdf))
    part = ArchivePart("行政处罚决定书", "", None, signed)
    made = archive_pdf("正卷", Sheets(sample("case_cover"), sample("case_notes")), [part], made_at=now())
    assert made.doubts == ()
    reader = pypdf.PdfReader(io.BytesIO(made.pdf))
    assert "/AcroForm" not in reader.trailer["/Root"]
    plain = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    for place, words in enumerate(plain):
        assert words in reader.pages[2 + place].extract_text()
    page = 2 + seal_spot(pdf).page
    spot = seal_spot(pdf)
    box = red_box(poppler_page(made.pdf, tmp_path, page))
    assert box == pytest.approx([(spot.x - SIDE / 2) / MM, (spot.x + SIDE / 2) / MM], abs=1.5)


def test_pyhanko_finds_it_whole_certified_and_under_the_root(office, seal, pdf):
    signed = sign_pdf(pdf, seal, now(), spot=seal_spot(pdf))
    (found,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    assert found.sig_object["/Reference"][0]["/TransformMethod"] == "/DocMDP"
    context = ValidationContext(trust_roots=[asn1(office.root.read_bytes())], allow_fetching=False)
    status = validate_pdf_signature(found, context)
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.coverage.name == "ENTIRE_FILE"


def test_a_signed_document_is_not_signed_again(seal, pdf):
    with pytest.raises(KnownError) as refused:
        sign_pdf(sign_pdf(pdf, seal, now()), seal, now())
    assert refused.value.code == "seal.already"


def asn1(der):
    from asn1crypto import x509 as certificates

    return certificates.Certificate.load(der)


def test_a_seal_certificate_says_what_it_is_for(office):
    from cryptography.hazmat.primitives.serialization import pkcs12

    _, certificate, others = pkcs12.load_key_and_certificates(office.seal.read_bytes(), SEAL_PASSWORD.encode())
    root = x509.load_der_x509_certificate(office.root.read_bytes())
    certificate.verify_directly_issued_by(root)
    assert others == [root]
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (True, True, False)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36") in purposes


def test_a_second_seal_is_of_the_same_authority_which_the_set_publishes(office, tmp_path):
    (tmp_path / "spw").write_text(SEAL_PASSWORD)
    asked = ("--out", str(tmp_path / "2.p12"), "--root", str(tmp_path / "2.der"), "--seal-password-file")
    run(office, "seal-certificate", *asked, str(tmp_path / "spw"))
    assert (tmp_path / "2.der").read_bytes() == office.root.read_bytes()
    assert (tmp_path / "2.p12").read_bytes() != office.seal.read_bytes()
    run(office, "publish")
    published = list((office.folder / "repository" / "targets" / "notices").glob("*.document-authority.der"))
    assert [one.read_bytes() for one in published] == [office.root.read_bytes()]


@pytest.mark.parametrize(("password", "days"), [("short", "10"), (SEAL_PASSWORD, "0"), (SEAL_PASSWORD, "5000")])
def test_a_short_password_and_a_wrong_validity_are_refused(office, tmp_path, password, days):
    (tmp_path / "spw").write_text(password)
    asked = ("--out", str(tmp_path / "x.p12"), "--root", str(tmp_path / "x.der"), "--days", days)
    run(office, "seal-certificate", *asked, "--seal-password-file", str(tmp_path / "spw"), expect=1)
    assert not (tmp_path / "x.p12").exists()


def test_the_wrong_office_password_makes_no_seal(office, tmp_path):
    before = {path: path.read_bytes() for path in (office.folder / "keys").iterdir()}
    (office.folder.parent / "pw").write_text("wrong")
    try:
        asked = ("--out", str(tmp_path / "x.p12"), "--root", str(tmp_path / "x.der"))
        run(office, "seal-certificate", *asked, "--seal-password-file", str(office.folder.parent / "spw"), expect=1)
    finally:
        (office.folder.parent / "pw").write_text(PASSWORD)
    assert {path: path.read_bytes() for path in (office.folder / "keys").iterdir()} == before


@pytest.mark.parametrize("days", [-1, 400])
def test_outside_its_validity_a_seal_signs_nothing(seal, pdf, days):
    with pytest.raises(KnownError) as refused:
        sign_pdf(pdf, seal, now() + timedelta(days=days))
    assert refused.value.code == "seal.not_valid"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 nothing", b"PK\x03\x04"])
def test_what_is_no_pdf_is_not_signed(seal, data):
    with pytest.raises(KnownError) as refused:
        sign_pdf(data, seal, now())
    assert refused.value.code == "input.pdf_unreadable"
    with pytest.raises(KnownError):
        seal_spot(data)


def test_a_spot_on_no_page_is_refused(seal, pdf):
    with pytest.raises(KnownError) as refused:
        sign_pdf(pdf, seal, now(), spot=Spot(9, 100, 100))
    assert refused.value.code == "input.invalid"


def test_a_wrong_password_and_a_foreign_file_open_no_seal(office):
    for packed, password in ((office.seal.read_bytes(), "wrong"), (b"", SEAL_PASSWORD), (b"x" * 99, SEAL_PASSWORD)):
        with pytest.raises(KnownError) as refused:
            open_seal(packed, password)
        assert refused.value.code == "seal.unreadable"


@pytest.mark.parametrize(
    "name", ["示例", "示例市示范区综合行政执法局", "示例自治区示例自治州示例自治县市场监督管理综合行政执法大队"]
)
def test_a_seal_keeps_within_its_ring(name):
    with Image.open(io.BytesIO(page_images(seal_picture(name), dpi=200)[0])) as picture:
        inverted = Image.eval(picture.convert("L"), lambda one: 255 - one).getbbox()
        assert inverted[0] <= 6
        assert inverted[2] >= picture.width - 6
        corner = picture.convert("L").crop((0, 0, picture.width // 8, picture.height // 8))
        assert corner.getextrema() == (255, 255)


@pytest.mark.parametrize("name", ["", "局", "长" * 41])
def test_a_name_that_fits_on_no_ring_is_refused(name):
    with pytest.raises(KnownError):
        seal_picture(name)


def test_a_decision_on_the_spot_is_still_verified_by_its_code_when_it_is_signed(seal):
    made = decision()
    signed = sign_pdf(render_notice(made, code_for(made)), seal, now())
    verdict = verify(signed, trust())
    assert (verdict.state, verdict.compared) == ("genuine", True)
    other = render_notice(decision(fine_fen=50_000), code_for(made))
    assert verify(sign_pdf(other, seal, now()), trust()).state == "altered"


def test_a_document_without_a_place_for_a_seal_has_none():
    assert seal_spot(render_form(library.form("case_opening"), sample("case_opening"))) is None


@needs_nss
def test_under_a_certificate_that_has_run_out_it_is_not_trusted(pdf, tmp_path):
    then = now() - timedelta(days=40)
    city = City(tmp_path / "a", start=then)
    packed, root = issue_seal(city.office, SEAL_PASSWORD, 30)
    (tmp_path / "root.der").write_bytes(root)
    signed = sign_pdf(pdf, open_seal(packed, SEAL_PASSWORD), then + timedelta(days=1))
    said = pdfsig(signed, nss(tmp_path / "nss", tmp_path / "root.der"), tmp_path / "a.pdf")
    assert "Signature is Valid." in said
    assert "Certificate has Expired" in said
    assert "Certificate is Trusted." not in said
