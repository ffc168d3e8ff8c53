"""Signatures written on the screen stand on the lines of the form, on every page of a record; without them nothing changes."""

import io
import re
from copy import deepcopy

import pypdfium2
import pytest
from PIL import Image

from desktop.printing.formset import library, render_form
from desktop.printing.hand import hand_png
from enforcement.notices.forms import load_form, slots
from enforcement.notices.signatures import ROLES
from enforcement.values.errors import KnownError
from tests.support.forms import poppler, read_back, sample
from tests.support.hands import hand, strokes

IDS = library.form_ids()
RECORDS = [one for one in IDS if library.form(one).page == "record"]


def hands_for(form):
    """One signature for each line of each role that the form has."""
    texts = [form.page_signature, *(line for block in form.blocks for line in block.lines)]
    found = {}
    for text in texts:
        for line in text.split("\n"):
            for role in {style for path, style in slots(line) if path == "sign" and style}:
                count = sum(1 for path, style in slots(line) if (path, style) == ("sign", role))
                found[role] = max(found.get(role, 0), count)
    return {role: [hand(role, f"{role}{n}", b"pdf", n + 1) for n in range(count)] for role, count in found.items()}


def paths(pdf):
    """Boxes of every stroked path, page by page, in points."""
    found = []
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        boxes = [one.get_bounds() for one in page.get_objects() if one.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH]
        found.append(boxes)
    return found


SIGNED = [one for one in IDS if hands_for(library.form(one))]


def test_every_record_and_every_receipt_has_roles_on_its_lines():
    assert set(RECORDS) <= set(SIGNED)
    assert {"demand", "service_receipt", "photo_sheet", "penalty_prior_notice"} <= set(SIGNED)


@pytest.mark.parametrize("id_", SIGNED)
def test_signatures_are_drawn_and_the_words_stay(id_, tmp_path):
    form, values = library.form(id_), deepcopy(sample(id_))
    plain = render_form(form, values)
    hands = hands_for(form)
    values["signatures"] = hands
    signed = render_form(form, values)
    assert render_form(form, values) == signed
    before, after = paths(plain), paths(signed)
    assert len(before) == len(after)
    more = sum(map(len, after)) - sum(map(len, before))
    assert more >= 6 * sum(map(len, hands.values()))
    dated = re.compile(r"\d*年\d*月\d*日|\d*时\d*分")
    assert dated.sub("", read_back(signed, tmp_path).replace("＿", "")) == dated.sub(
        "", read_back(plain, tmp_path).replace("＿", "")
    )


@pytest.mark.parametrize("id_", RECORDS)
def test_a_record_carries_the_signatures_at_the_foot_of_each_page_and_nowhere_else(id_, tmp_path):
    form, values = library.form(id_), deepcopy(sample(id_))
    field = form.field(next(block.field for block in form.blocks if block.kind == "record"))
    told = values[field.path]
    values[field.path] = told * 30 if isinstance(told, list) else "\n".join([told] * 30)
    plain = paths(render_form(form, values))
    role = next(iter(sorted(hands_for(form))))
    values["signatures"] = {role: [strokes()]}
    signed = paths(render_form(form, values))
    assert len(signed) >= 3
    for before, after in zip(plain, signed, strict=True):
        new = list(after)
        for box in before:
            new.remove(box)
        assert new
        assert all(99 < low < high < 99 + 17 * 72 / 25.4 for _, low, _, high in new)  # inside the room for signatures


def test_each_signature_lies_on_its_own_line(tmp_path):
    form, values = library.form("service_receipt"), deepcopy(sample("service_receipt"))
    plain = paths(render_form(form, values))
    marks = []
    for role, place in (("party", 0), ("witness", 0), ("officer", 0), ("officer", 1)):
        hands = ["代" for _ in range(place)]
        values["signatures"] = {role: [*hands, strokes()]}
        signed = paths(render_form(form, values))
        new = list(signed[-1])
        for box in plain[-1]:
            new.remove(box)
        marks.append((min(b[0] for b in new), max(b[2] for b in new), min(b[1] for b in new), max(b[3] for b in new)))
    (party, witness, first, second) = marks
    assert party[2] > witness[3] > witness[2] > first[3]
    assert all(right - left <= 72 + 2 for left, right, _, _ in marks)
    assert second[0] > first[0]
    assert all(high - low <= 26 for _, _, low, high in marks)


def test_words_stand_in_the_place_of_somebody_who_did_not_sign(tmp_path):
    form, values = library.form("inspection_record"), deepcopy(sample("inspection_record"))
    values["signatures"] = {"party": ["当事人拒绝签名"], "witness": [strokes()]}
    text = read_back(render_form(form, values), tmp_path)
    assert "当事人（签名）：当事人拒绝签名" in text
    assert "见证人（签名）：＿＿＿＿＿＿" in text


def test_the_day_and_the_minute_are_those_of_the_signature_in_chinese_time(tmp_path):
    form, values = library.form("service_receipt"), deepcopy(sample("service_receipt"))
    values["signatures"] = {"party": [hand("party", "吴嘉示", b"pdf")]}
    text = read_back(render_form(form, values), tmp_path)
    assert "收到时间：2026年3月4日14时50分" in text
    # strokes without an instant leave the day to the hand
    values["signatures"] = {"party": [strokes()]}
    assert "收到时间：＿＿＿年＿＿月＿＿日＿＿时＿＿分" in read_back(render_form(form, values), tmp_path)


def test_an_interpreter_has_a_line_of_their_own_on_each_page(tmp_path):
    form, values = library.form("inquiry_record"), deepcopy(sample("inquiry_record"))
    pages = poppler("pdftotext", render_form(form, values), tmp_path, "-raw")
    assert "翻译人" not in pages
    values["signatures"] = {"interpreter": [strokes()]}
    pages = poppler("pdftotext", render_form(form, values), tmp_path, "-raw").split("\f")[:-1]
    assert all("翻译人（签名）" in re.sub(r"\s", "", page) for page in pages)


def test_more_signatures_than_lines_are_not_lost_silently_on_the_page_but_kept_in_the_values():
    form, values = library.form("demand"), deepcopy(sample("demand"))
    values["signatures"] = {"party": [strokes()]}
    one = render_form(form, values)
    values["signatures"] = {"party": [strokes(), strokes(2)]}
    assert render_form(form, values) == one


def test_a_role_that_nobody_has_is_refused_in_a_form_and_in_values():
    form, values = library.form("demand"), deepcopy(sample("demand"))
    values["signatures"] = {"king": [strokes()]}
    with pytest.raises(KnownError) as refused:
        render_form(form, values)
    assert refused.value.details["field"] == "signatures.king"
    table = {
        "id": "x", "title": "x", "stage": "x", "filing": "正卷", "order": 1, "condition": "x", "page": "letter",
        "fields": [{"path": "agency", "label": "机关", "article": "第一条"}],
        "blocks": [{"id": "h", "kind": "head"}, {"id": "s", "kind": "signatures", "lines": ["甲：{sign:king}"]}],
    }  # fmt: skip
    with pytest.raises(KnownError) as wrong:
        load_form("x.toml", table, {})
    assert "king" in wrong.value.details["why"]
    assert "party" in ROLES


def test_a_picture_of_a_signature_is_cut_to_its_ink():
    with Image.open(io.BytesIO(hand_png(strokes(), 300))) as picture:
        box = Image.eval(picture, lambda one: 255 - one).getbbox()
        assert picture.width == 300
        assert box[0] <= 20
        assert box[2] >= 280
