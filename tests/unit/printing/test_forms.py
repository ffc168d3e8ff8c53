"""Every form that data set: printed from its sample, read back by poppler, measured, and fed with what it must refuse."""

import re
import subprocess
import tomllib
from copy import deepcopy

import pypdfium2
import pytest
from stdnum.cn import uscc

import resources
from desktop.app.main import main
from desktop.printing.formset import library, render_form
from enforcement.notices.forms import holds, missing_in, value_at, varied
from enforcement.notices.reading import MAX_TEXT, boxes, cell_words, dialogue_lines, words
from enforcement.values.errors import KnownError

IDS = library.form_ids()
RECORDS = [one for one in IDS if library.form(one).page == "record"]
RARE = ("𬭎", "㛃", "䶮", "𠅤", "王㐂")
MM = 72 / 25.4
LEFT, TOP, RIGHT, LOW = 28 * MM, 37 * MM, 184 * MM, 262 * MM


def sample(id_):
    return library.read_values(resources.path(f"forms/samples/{id_}.toml"), library.form(id_))


def poppler(tool, pdf, tmp_path, *options, to="-"):
    path = tmp_path / "form.pdf"
    path.write_bytes(pdf)
    command = [tool, *options, str(path)] + ([to] if to else [])
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def read_back(pdf, tmp_path):
    """The words of all pages without spaces and without what stands under the type area."""
    text = poppler("pdftotext", pdf, tmp_path, "-raw")
    return re.sub(r"第\d+页共\d+页", "", re.sub(r"\s", "", text))


def put(values, path, value):
    *before, last = path.split(".")
    for name in before:
        values = values.setdefault(name, {})
    values[last] = value


def drop(values, path):
    *before, last = path.split(".")
    for name in before:
        values = values[name]
    del values[last]


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


def test_a_variant_changes_title_label_and_block_and_nothing_else(tmp_path):
    form = library.form("demand")
    table = {
        "form": "demand",
        "name": "样例县",
        "title": "催告通知书",
        "labels": {"fine": "罚款本数"},
        "blocks": [{"id": "rights", "kind": "paragraph", "text": "样例县另有说明：逾期本机关将{next}。"}],
    }
    other = varied(form, "sample-county.toml", table)
    text = read_back(render_form(other, sample("demand")), tmp_path)
    assert "催告通知书" in text
    assert "样例县另有说明" in text
    assert other.field("fine").label == "罚款本数"
    assert [block.id for block in other.blocks] == [block.id for block in form.blocks]
    for wrong, key in (
        ({**table, "form": "x"}, "form"),
        ({**table, "labels": {"nothing": "x"}}, "labels.nothing"),
        ({**table, "blocks": [{"id": "nothing", "kind": "note"}]}, "blocks.nothing"),
        ({**table, "blocks": [{"id": "rights", "kind": "paragraph", "text": "{nothing}"}]}, "blocks.rights"),
    ):
        with pytest.raises(KnownError) as refused:
            varied(form, "v.toml", wrong)
        assert (refused.value.code, refused.value.details["key"]) == ("form.invalid", key)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda t: t.pop("title"), "title"),
        (lambda t: t.update(page="scroll"), "$.page"),
        (lambda t: t.update(colour="red"), "colour"),
        (lambda t: t["fields"].append({"path": "party.name", "label": "x"}), "fields.party.name"),
        (lambda t: t["fields"].append({"path": "new", "label": "x", "mandatory": False}), "fields.new"),
        (lambda t: t["fields"].append({"path": "new", "label": "x"}), "fields.new.article"),
        (lambda t: t["blocks"].append({"id": "b", "kind": "note", "text": "{gone}"}), "blocks.b"),
        (lambda t: t["blocks"].append({"id": "b", "kind": "note", "when": "!gone"}), "blocks.b.when"),
        (lambda t: t["blocks"].append({"id": "b", "kind": "note", "text": "{reason:plain}"}), "blocks.b"),
        (
            lambda t: t["blocks"].append({"id": "b", "kind": "grid", "rows": [["reason"]], "tall": {"cause": 9}}),
            "blocks.b.tall",
        ),
        (lambda t: t["blocks"].append({"id": "b", "kind": "table"}), "blocks.b.field"),
        (lambda t: t["blocks"].append({"id": "b", "kind": "dance"}), "$.blocks[7].kind"),
        (lambda t: t.update(fields="x"), "fields"),
    ],
)
def test_a_faulty_form_file_is_refused_by_file_and_key(change, key):
    from enforcement.notices.forms import load_form

    common = tomllib.loads(resources.path("forms/common.toml").read_text("utf-8"))
    table = tomllib.loads(resources.path("forms/recusal_decision.toml").read_text("utf-8"))
    change(table)
    with pytest.raises(KnownError) as refused:
        load_form("mine.toml", table, common)
    assert refused.value.code == "form.invalid"
    assert refused.value.details["file"] == "mine.toml"
    assert re.sub(r"\[\d+\]|\[\.\.\.\]", "", str(refused.value.details["key"])) == re.sub(r"\[\d+\]", "", key)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("colour", "red"),
        ("party.shoe", "42"),
        ("fine", "12000"),
        ("fine", -1),
        ("fine", True),
        ("fine", 1.5),
        ("issued_on", "7.4.2026"),
        ("evidence", "现场照片"),
        ("evidence", [1]),
        ("officers", None),
        ("party.name", ["a"]),
        ("facts", "字" * 100_000),
        ("party", "示例"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_field(path, value):
    form, values = library.form("penalty_decision"), deepcopy(sample("penalty_decision"))
    put(values, path, value)
    if value is None:
        put(values, path, [{"name": "吴明"}])
    with pytest.raises(KnownError) as refused:
        render_form(form, values)
    assert refused.value.code == "form.value"
    assert refused.value.details["field"] == path


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


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_photo_that_is_none_is_named(data):
    form, values = library.form("photo_sheet"), deepcopy(sample("photo_sheet"))
    values["photos"][1]["picture"] = data
    with pytest.raises(KnownError) as refused:
        render_form(form, values)
    assert (refused.value.code, refused.value.details["file"]) == ("input.photo_not_image", "照片2")


def test_a_letter_that_no_font_holds_is_named():
    form, values = library.form("recusal_decision"), sample("recusal_decision")
    values["reason"] = "\U000e0041"
    with pytest.raises(KnownError) as refused:
        render_form(form, values)
    assert refused.value.code == "input.invalid"


def test_the_command_lists_prints_and_says_what_is_missing(tmp_path, capsys):
    assert main(["form", "list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(IDS)
    assert main(["form", "list", "--json"]) == 0
    assert '"行政强制法第三十五条"' in capsys.readouterr().out
    data = resources.path("forms/samples/demand.toml")
    out = tmp_path / "demand.pdf"
    assert main(["form", "print", "demand", "--data", str(data), "--out", str(out)]) == 0
    assert out.read_bytes() == render_form(library.form("demand"), sample("demand"))
    short = tmp_path / "short.toml"
    short.write_text('agency = "示例市城市管理行政执法局"\n', "utf-8")
    out.unlink()
    assert main(["form", "print", "demand", "--data", str(short), "--out", str(out)]) == 1
    assert "应缴罚款：没有明确的金额（行政强制法第三十五条）" in capsys.readouterr().err
    assert not out.exists()
    assert main(["form", "print", "demand", "--data", str(short), "--out", str(out), "--draft"]) == 0
    for page in poppler("pdftotext", out.read_bytes(), tmp_path).split("\f")[:-1]:
        assert "稿" in page


@pytest.mark.parametrize(
    ("kind", "text", "words_"),
    [
        ("nothing", "", "nothing"),
        ("../samples/case", "", "samples"),
        ("demand", "a = [", "short.toml"),
        ("demand", "colour = 1\n", "colour"),
        ("demand", 'base = "gone.toml"\n', "gone.toml"),
        ("photo_sheet", '[[photos]]\npicture = "gone.png"\n', "gone.png"),
    ],
)
def test_the_command_refuses_in_words(kind, text, words_, tmp_path, capsys):
    data = tmp_path / "short.toml"
    data.write_text(text, "utf-8")
    assert main(["form", "print", kind, "--data", str(data), "--out", str(tmp_path / "x.pdf")]) == 1
    assert words_ in capsys.readouterr().err
    assert not (tmp_path / "x.pdf").exists()


def test_a_new_kind_is_a_data_file_and_no_code(tmp_path):
    form = tmp_path / "thanks.toml"
    form.write_text(
        """id = "thanks"
title = "致谢函"
stage = "其他"
filing = "副卷"
order = 1
condition = "案件结束"
page = "letter"
[[fields]]
path = "agency"
article = "本机关内部规定第一条"
[[fields]]
path = "party.name"
mandatory = false
[[fields]]
path = "issued_on"
article = "本机关内部规定第一条"
[[blocks]]
id = "head"
kind = "head"
style = "red"
[[blocks]]
id = "body"
kind = "paragraph"
text = "感谢{party.name}的配合。"
[[blocks]]
id = "seal"
kind = "seal"
field = "issued_on"
""",
        "utf-8",
    )
    data = tmp_path / "values.toml"
    data.write_text('agency = "示例市城市管理行政执法局"\nissued_on = 2026-05-06\n[party]\nname = "王㐂"\n', "utf-8")
    out = tmp_path / "thanks.pdf"
    assert main(["form", "print", str(form), "--data", str(data), "--out", str(out)]) == 0
    assert "感谢王㐂的配合。" in read_back(out.read_bytes(), tmp_path)
    variant = tmp_path / "variant.toml"
    variant.write_text('form = "thanks"\nname = "样例县"\ntitle = "感谢信"\n', "utf-8")
    assert main(["form", "print", str(form), "--data", str(data), "--out", str(out), "--variant", str(variant)]) == 0
    assert "感谢信" in read_back(out.read_bytes(), tmp_path)
