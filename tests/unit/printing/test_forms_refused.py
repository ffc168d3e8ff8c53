"""Variants, forms of one's own and the command; faulty files and values are refused by name."""

import re
import tomllib
from copy import deepcopy

import pytest

import resources
from desktop.app.main import main
from desktop.printing.formset import library, render_form
from enforcement.notices.forms import load_form, varied
from enforcement.values.errors import KnownError
from tests.support.forms import poppler, put, read_back, sample

IDS = library.form_ids()


def test_a_variant_changes_title_label_and_block_and_nothing_else(tmp_path):
    form = library.form("demand")
    table = {
        "form": "demand",
        "name": "样例县",
        "title": "催告通知书",
        "filing": "副卷",
        "order": 7,
        "labels": {"fine": "罚款本数"},
        "blocks": [{"id": "rights", "kind": "paragraph", "text": "样例县另有说明：逾期本机关将{next}。"}],
    }
    other = varied(form, "sample-county.toml", table)
    text = read_back(render_form(other, sample("demand")), tmp_path)
    assert "催告通知书" in text
    assert "样例县另有说明" in text
    assert other.field("fine").label == "罚款本数"
    assert (other.filing, other.order) == ("副卷", 7)
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
        ("code", "A" * 5000),
        ("code", "码"),
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
