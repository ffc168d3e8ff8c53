"""Every form that data set: printed from its sample, read back by poppler, measured, and fed with what it must refuse."""

import re
import tomllib
from copy import deepcopy

import pypdfium2
import pytest
from stdnum.cn import uscc

import resources
from desktop.printing.codes import read_codes
from desktop.printing.formset import library, render_form
from desktop.printing.preview import page_images
from enforcement.notices.forms import holds, missing_in, value_at
from enforcement.notices.reading import MAX_CODE, MAX_TEXT, boxes, cell_words, dialogue_lines, words
from tests.support.forms import drop, poppler, put, read_back, sample

IDS = library.form_ids()
RECORDS = [one for one in IDS if library.form(one).page == "record"]
RARE = ("𬭎", "㛃", "䶮", "𠅤", "王㐂")
MM = 72 / 25.4
LEFT, TOP, RIGHT, LOW = 28 * MM, 37 * MM, 184 * MM, 262 * MM


def pieces(field, value):
    """What must be found on the paper of a field's value."""
    match field.kind:
        case "table":
            return [cell_words(column, row.get(column.id)) for row in value for column in field.columns]
        case "dialogue":
            return [line for entry in value for line in dialogue_lines(entry)]
        case "opinion":
            return [value["text"], value["by"]]
        case "photos":
            return [one[key] for one in value for key in ("caption", "place", "by")]
        case "list":
            return list(value)
        case "code":
            return []
        case _:
            return words(field, value).split("\n")


def test_there_are_more_than_the_36_that_were_asked_for():
    assert len(IDS) >= 50
    for id_ in IDS:
        form = library.form(id_)
        assert form.id == id_
        assert form.condition
        assert form.filing in ("正卷", "副卷")


@pytest.mark.parametrize("id_", IDS)
def test_a_sample_prints_every_field_and_nothing_is_missing(id_, tmp_path):
    form, values = library.form(id_), sample(id_)
    assert missing_in(form, values) == ()
    pdf = render_form(form, values)
    assert render_form(form, values) == pdf
    text = read_back(pdf, tmp_path)
    assert re.sub(r"\s", "", form.title) in text
    # a sentence whose condition does not hold is not printed; every field of the sample stands in one that is
    for field in form.fields:
        value = value_at(values, field.path)
        if value is None:
            continue
        for piece in pieces(field, value):
            found = re.sub(r"\s", "", piece).rstrip("。；")
            boxed = field.options and re.sub(r"\s", "", boxes(field, value)) in text
            assert found in text or boxed, (field.path, piece)


@pytest.mark.parametrize("id_", IDS)
def test_fonts_are_embedded_subsets_and_pages_are_counted(id_, tmp_path):
    pdf = render_form(library.form(id_), sample(id_))
    rows = poppler("pdffonts", pdf, tmp_path, to="").splitlines()[2:]
    assert rows
    for row in rows:
        assert re.match(r"[A-Z]{6}\+Noto", row), row
        assert row.split()[-5:-2] == ["yes", "yes", "yes"], row
    pages = poppler("pdftotext", pdf, tmp_path).split("\f")[:-1]
    assert [re.sub(r"\s", "", page).count(f"第{n}页共{len(pages)}页") for n, page in enumerate(pages, 1)] == [1] * len(
        pages
    )


@pytest.mark.parametrize("id_", IDS)
def test_words_and_ink_keep_within_a_millimetre_of_the_type_area(id_, tmp_path):
    pdf = render_form(library.form(id_), sample(id_))
    boxed = poppler("pdftotext", pdf, tmp_path, "-bbox")
    found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<', boxed)
    assert found
    for left, top, right, _, text in found:
        # a page's number stands below the type area
        foot = float(top) > LOW
        assert float(left) >= LEFT - MM, text
        assert float(right) <= RIGHT + MM, text
        assert foot or float(top) >= TOP - MM - 3, text  # poppler's box is the font's, 3 points over the letters
        if foot:
            assert text in "第页共" or text.isdigit(), text
            assert float(top) <= LOW + 8 * MM
    poppler("pdftoppm", pdf, tmp_path, "-r", "100", "-gray", to=str(tmp_path / "page"))
    for number, page in enumerate(sorted(tmp_path.glob("page*.pgm"))):
        left, top, right, low = ink(page)
        if number == 0 and library.form(id_).page != "letter":  # its tables are as wide as the type area
            assert abs(left - 28) <= 1
            assert abs(right - 184) <= 1
        assert left >= 28 - 1
        assert top >= 37 - 1
        assert right <= 184 + 1
        assert low <= 262 + 7 + 5.5


def ink(path):
    """Edges of everything that is not white, in millimetres."""
    from PIL import Image, ImageOps

    with Image.open(path) as picture:
        box = ImageOps.invert(picture.convert("L")).point(lambda one: 255 if one > 60 else 0).getbbox()
    return [edge / 100 * 25.4 for edge in box]


@pytest.mark.parametrize("name", RARE)
@pytest.mark.parametrize("id_", IDS)
def test_rare_names_print_and_copy_out(id_, name, tmp_path):
    form, values = library.form(id_), deepcopy(sample(id_))
    path = next(
        one
        for one in ("party.name", "person.name", "contact", "officers", "agency")
        if one in {field.path for field in form.fields} and one in shown(form, values)
    )
    put(
        values,
        path,
        [{"name": name, "number": "1"}, {"name": "严范", "number": "2"}] if path == "officers" else f"示例{name}",
    )
    pdf = render_form(form, values)
    assert (name if path == "officers" else f"示例{name}") in read_back(pdf, tmp_path)
    assert poppler("pdffonts", pdf, tmp_path, to="").count("no ") == 0


def shown(form, values):
    """Paths that the printed blocks name."""
    text = " ".join(
        " ".join([block.text, block.field, *block.lines, *(f"{{{path}}}" for row in block.rows for path in row)])
        for block in form.blocks
        if holds(block.when, values)
    )
    return re.findall(r"\{([a-z_.]+)", text) + (
        ["agency"] if any(block.kind in ("head", "seal") for block in form.blocks) else []
    )


@pytest.mark.parametrize("id_", IDS)
def test_each_mandatory_field_is_missed_with_its_article(id_):
    form = library.form(id_)
    for field in form.fields:
        values = deepcopy(sample(id_))
        if value_at(values, field.path) is None:
            continue
        drop(values, field.path)
        named = {item.path: item.article for item in missing_in(form, values)}
        if field.mandatory and holds(field.when, values):
            assert named[field.path] == field.article
            assert re.search(r"第.+条|〔\d{4}〕\d+号", field.article), field.path
        else:
            assert field.path not in named
        assert render_form(form, values, draft=True).startswith(b"%PDF")


@pytest.mark.parametrize("id_", RECORDS)
def test_a_long_record_has_a_signature_line_and_its_head_on_every_page(id_, tmp_path):
    form, values = library.form(id_), deepcopy(sample(id_))
    field = form.field(next(block.field for block in form.blocks if block.kind == "record"))
    told = value_at(values, field.path)
    put(values, field.path, told * 40 if field.kind == "dialogue" else "\n".join([told] * 40))
    pages = poppler("pdftotext", render_form(form, values), tmp_path, "-raw").split("\f")[:-1]
    assert len(pages) >= 3
    signed = re.sub(r"\s", "", form.page_signature.split("{")[0])
    for number, page in enumerate(pages, 1):
        flat = re.sub(r"\s", "", page)
        assert flat.count(signed) == 1, number
        assert ((re.sub(r"\s", "", form.title) + "（续页）") in flat) == (number > 1)
    assert "（以下空白）" in "".join(pages)


TABLES = [(one, field.path) for one in IDS for field in library.form(one).fields if field.kind == "table"]


@pytest.mark.parametrize(("id_", "path"), TABLES)
def test_a_long_table_repeats_its_head_on_every_page(id_, path, tmp_path):
    form, values = library.form(id_), deepcopy(sample(id_))
    rows = value_at(values, path)
    put(values, path, (rows * 120)[:120])
    pages = poppler("pdftotext", render_form(form, values), tmp_path, "-raw").split("\f")[:-1]
    flat = [re.sub(r"\s", "", page) for page in pages]
    heads = "".join(["序号", *(column.label for column in form.field(path).columns)])
    with_head = [heads in page for page in flat]
    assert sum(with_head) >= 3
    first, last = with_head.index(True), len(with_head) - 1 - with_head[::-1].index(True)
    assert all(with_head[first : last + 1])
    assert "以下空白" in flat[last]


def test_a_cell_longer_than_a_page_breaks_and_keeps_every_word(tmp_path):
    form, values = library.form("case_opening"), sample("case_opening")
    words_ = "".join(f"第{n}句说明占用道路的经过。" for n in range(400))
    values["facts"] = words_
    pdf = render_form(form, values)
    assert words_ in re.sub("案情摘要|违法事实", "", read_back(pdf, tmp_path))
    assert poppler("pdftotext", pdf, tmp_path).count("\f") >= 3


def strokes(pdf):
    """How many lines and shapes the pages draw."""
    document = pypdfium2.PdfDocument(pdf)
    return sum(1 for page in document for one in page.get_objects() if one.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH)


def test_what_has_no_content_is_struck_through():
    form, values = library.form("case_closing"), sample("case_closing")
    before = strokes(render_form(form, values))
    drop(values, "published")
    drop(values, "opinions.unit")
    assert strokes(render_form(form, values)) == before + 2


def test_the_samples_hold_valid_check_digits():
    case = tomllib.loads(resources.path("forms/samples/case.toml").read_text("utf-8"))
    assert uscc.is_valid(case["party"]["code"])
    numbers = {
        found
        for path in resources.path("forms/samples").glob("*.toml")
        for found in re.findall(r"\b\d{17}[\dX]\b", path.read_text("utf-8"))
        if not path.name.startswith("penalty_decision")
    }
    assert "990100198506070016" in numbers
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for number in numbers:
        assert "10X98765432"[sum(int(a) * b for a, b in zip(number, weights, strict=False)) % 11] == number[-1], number


def test_no_form_offers_the_wrong_remedy():
    """What is not decided on the spot: 60 days to reconsideration or six months to a suit, never "first"."""
    for id_ in IDS:
        form = library.form(id_)
        for block in form.blocks:
            if "{reconsideration_body}" in block.text:
                assert "六十日内" in block.text
                assert "六个月内" in block.text
                assert "也可以" in block.text


def test_a_letter_has_22_lines_of_28_letters_a_page(tmp_path):
    form, values = library.form("recusal_decision"), sample("recusal_decision")
    values["finding"] = "字" * 3000
    pages = poppler("pdftotext", render_form(form, values), tmp_path, "-layout").split("\f")[:-1]
    full = [line.strip() for line in pages[1].splitlines() if line.strip()]
    assert full[:-1] == ["字" * 28] * 22
    assert re.sub(r"\s", "", full[-1]) == f"第2页共{len(pages)}页"


def test_a_rare_letter_in_a_heading_prints_too(tmp_path):
    form, values = library.form("recusal_decision"), sample("recusal_decision")
    values["agency"] = "示例县𠅤乡人民政府"
    assert read_back(render_form(form, values), tmp_path).count("示例县𠅤乡人民政府") == 2


def test_the_longest_text_prints(tmp_path):
    form, values = library.form("inspection_record"), sample("inspection_record")
    values["narrative"] = "字" * MAX_TEXT
    assert read_back(render_form(form, values), tmp_path).count("字") >= MAX_TEXT


@pytest.mark.parametrize("length", [200, MAX_CODE])
def test_a_code_is_read_from_the_printed_page(length):
    form, values = library.form("penalty_decision"), sample("penalty_decision")
    values["code"] = "HZ1:" + ("A1" * length)[: length - 4]
    pages = page_images(render_form(form, values), dpi=150)
    assert [values["code"] in read_codes(page) for page in pages] == [False] * (len(pages) - 1) + [True]
    del values["code"]
    assert all(read_codes(page) == () for page in page_images(render_form(form, values), dpi=150))
