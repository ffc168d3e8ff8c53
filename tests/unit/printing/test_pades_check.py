"""The agency's signature judged offline by our own verification, as it stands years later."""

import io
import json
import re
from datetime import UTC, datetime, timedelta

import pypdf
import pytest

from desktop.app.main import main
from desktop.printing.formset import library, render_form
from desktop.printing.pades import open_seal, sign_pdf
from desktop.printing.pades_check import check_seal
from desktop.printing.seal import seal_spot
from tests.support.forms import sample
from tests.support.seals import SEAL_PASSWORD, office_with_seal, run


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    made = office_with_seal(tmp_path_factory.mktemp("seal") / "a")
    run(made, "publish")
    return made


@pytest.fixture(scope="module")
def signed(office):
    pdf = render_form(library.form("demand"), sample("demand"))
    seal = open_seal(office.seal.read_bytes(), SEAL_PASSWORD)
    return sign_pdf(pdf, seal, datetime.now(UTC), spot=seal_spot(pdf))


def test_a_signature_under_the_agencys_authority_is_valid(office, signed):
    found = check_seal(signed, office.root.read_bytes())
    assert (found.state, found.agency) == ("valid", "示例市城市管理行政执法局")
    assert abs(found.signed_at - datetime.now(UTC)) < timedelta(minutes=5)


def test_every_sampled_bit_of_the_signed_bytes_matters(office, signed):
    root = office.root.read_bytes()
    ((_, first, second, _),) = [
        [int(one) for one in found.split()] for found in re.findall(rb"/ByteRange \[ ?([\d ]+?) *\]", signed)
    ]
    # between the two ranges stands the signature itself, filled up with zeros that nobody signs
    for place in [one for one in range(1_000, len(signed), len(signed) // 40) if not first <= one < second]:
        flipped = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        assert check_seal(flipped, root).state != "valid", place


def test_what_was_added_after_the_signature_is_an_alteration(office, signed):
    writer = pypdf.PdfWriter(io.BytesIO(signed), incremental=True)
    writer.add_blank_page(100, 100)
    buffer = io.BytesIO()
    writer.write(buffer)
    assert check_seal(buffer.getvalue(), office.root.read_bytes()).state == "altered"


def test_under_another_authority_it_is_untrusted(signed, tmp_path):
    other = office_with_seal(tmp_path / "b", "样例县城市管理行政执法局")
    assert check_seal(signed, other.root.read_bytes()).state == "untrusted"


def test_a_seal_that_has_run_out_since_does_not_undo_what_it_sealed(office):
    pdf = render_form(library.form("demand"), sample("demand"))
    seal = open_seal(office.seal.read_bytes(), SEAL_PASSWORD)
    last_day = sign_pdf(pdf, seal, seal.until - timedelta(hours=1))
    assert check_seal(last_day, office.root.read_bytes()).state == "valid"


def test_no_signature_and_no_pdf_are_told_apart(office):
    root = office.root.read_bytes()
    assert check_seal(render_form(library.form("demand"), sample("demand")), root).state == "none"
    assert check_seal(b"nothing", root).state == "unreadable"


@pytest.mark.parametrize(("change", "code", "state"), [(0, 0, "genuine"), (1, 1, "altered")])
def test_the_command_verifies_a_sealed_document_from_the_published_set(
    office, signed, tmp_path, capsys, change, code, state
):
    place = signed.index(b"stream") + 40
    path = tmp_path / "催告书.pdf"
    path.write_bytes(signed[:place] + bytes([signed[place] ^ change]) + signed[place + 1 :])
    trust = str(office.folder / "repository")
    assert main(["verify", str(path), "--trust", trust, "--json"]) == code
    assert json.loads(capsys.readouterr().out)["state"] == state
