"""The 80 mm strip: what the law demands stands on it, what is sent is what was drawn, and the code verifies."""

import io
from copy import deepcopy

import pytest
from PIL import Image

from desktop.printing.codes import read_codes
from desktop.printing.escpos import BAND, raster
from desktop.printing.formset import library
from desktop.printing.pages import sections
from desktop.printing.receipt import decision_strip, form_strip
from desktop.printing.strip import WIDTH, Strip
from desktop.printing.verification import verify
from enforcement.notices.reading import MAX_CODE
from enforcement.values.errors import KnownError
from tests.support.escpos_reader import printed
from tests.support.forms import sample
from tests.support.hands import strokes
from tests.support.on_spot import code_for, decision, trust

IDS = library.form_ids()


def png(picture):
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def test_what_is_sent_is_the_picture_that_was_drawn():
    made = decision()
    picture = decision_strip(made, code_for(made)).image()
    paper, cuts = printed(raster(picture))
    assert paper.size == picture.size
    assert paper.width == WIDTH
    assert paper.tobytes() == picture.tobytes()
    assert cuts == 1
    # ink is on the paper, and little of it: black and white were not exchanged
    assert 0.03 < paper.convert("L").histogram()[0] / (paper.width * paper.height) < 0.4


def test_the_code_on_the_paper_verifies():
    made = decision()
    code = code_for(made)
    paper, _ = printed(raster(decision_strip(made, code).image()))
    assert read_codes(png(paper)) == (code,)
    verdict = verify(png(paper), trust())
    assert verdict.genuine
    assert verdict.claims.number == made.number


@pytest.mark.parametrize("changes", [{}, {"kind": "警告", "fine_fen": 0}, {"kind": "警告、罚款"}])
def test_everything_that_article_52_demands_stands_on_the_strip(changes):
    made = decision(**changes)
    words = decision_strip(made, code_for(made)).words
    for heading, text in sections(made):
        assert heading in words
        assert text in words
    told = "\n".join(words)
    for item in (
        made.number,
        made.agency,
        made.party.name,
        made.party.code,
        made.party.address,
        made.place,
        made.violation,
    ):
        assert item in told
    for officer in made.officers:
        assert officer.name in told
        assert officer.number in told
    assert "先向示例市人民政府申请行政复议" in told
    assert told.index("申请行政复议") < told.index("提起行政诉讼")
    assert "60日内" in told
    assert "拒绝签名" in told
    assert "备案" in told
    assert "2026年10月14日" in told


def test_a_citizen_is_told_by_identity_number_and_has_no_representative():
    party = decision().party.__class__(name="吴嘉示", kind="citizen", code="990100198506070016", address="文昌路111号")
    made = decision(party=party)
    told = "\n".join(decision_strip(made, code_for(made)).words)
    assert "身份证号：990100198506070016" in told
    assert "法定代表人" not in told


def test_every_line_stays_on_the_paper_and_its_ink_inside_the_edges():
    made = decision()
    picture = decision_strip(made, code_for(made)).image().convert("L")
    left, _, right, _ = Image.eval(picture, lambda one: 255 - one).getbbox()
    assert left >= 4
    assert right <= WIDTH - 2


@pytest.mark.parametrize("length", [60, 426, MAX_CODE, 3_000])
def test_a_code_has_at_least_three_whole_dots_a_module_and_is_read(length):
    text = "HZ1:" + ("A1%B" * length)[: length - 4]
    strip = Strip()
    strip.code(text)
    picture = strip.image()
    assert read_codes(png(picture)) == (text,)
    row = picture.convert("L").crop((0, picture.height // 2, WIDTH, picture.height // 2 + 1)).tobytes()
    runs, last = [], 0
    for place in range(1, len(row)):
        if row[place] != row[place - 1]:
            runs.append(place - last)
            last = place
    assert min(runs[1:]) >= 3


def test_a_code_too_long_for_the_paper_is_refused():
    strip = Strip()
    with pytest.raises(KnownError) as refused:
        strip.code("a" * 2_400)
    assert refused.value.code == "input.invalid"


@pytest.mark.parametrize("id_", IDS)
def test_every_form_prints_on_the_strip(id_):
    form, values = library.form(id_), sample(id_)
    strip = form_strip(form, values)
    paper, _ = printed(raster(strip.image()))
    assert paper.width == WIDTH
    told = "".join(strip.words)
    assert form.title in told
    assert values["agency"] in told


def test_rare_names_print_and_a_letter_that_no_font_holds_is_refused():
    values = deepcopy(sample("inquiry_record"))
    values["person"]["name"] = "𬭎㛃䶮"
    assert "𬭎㛃䶮" in "".join(form_strip(library.form("inquiry_record"), values).words)
    values["person"]["name"] = "示例\U0001f600"
    with pytest.raises(KnownError):
        form_strip(library.form("inquiry_record"), values)


def test_a_signature_of_the_screen_is_on_the_strip():
    form, values = library.form("service_receipt"), deepcopy(sample("service_receipt"))
    plain = form_strip(form, values).image()
    values["signatures"] = {"officer": ["代签", strokes()]}
    signed = form_strip(form, values)
    assert signed.image().height > plain.height + 60
    assert any("代签" in words for words in signed.words)


def test_a_long_strip_goes_in_bands_and_an_endless_one_is_refused():
    strip = Strip()
    for _ in range(40):
        strip.text("字" * 100)
    data = raster(strip.image())
    assert data.count(b"\x1dv0\x00") >= strip.image().height // BAND
    strip.gap(80_000)
    with pytest.raises(KnownError):
        strip.image()


def test_a_picture_that_is_none_is_named():
    values = deepcopy(sample("photo_sheet"))
    values["photos"][1]["picture"] = b"nothing"
    with pytest.raises(KnownError) as refused:
        form_strip(library.form("photo_sheet"), values)
    assert refused.value.details["file"] == "照片2"
