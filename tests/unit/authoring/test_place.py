"""What the place shows of a source, and what each edit does to its texts."""

import os
import subprocess
import sys

import pytest

import resources
from central.authority.rules_files import read_folder
from desktop.app import authoring_place
from desktop.messages.language import catalogue
from desktop.services import publishing
from desktop.services.authoring_edit import apply, cell_key, free_id, typed_after
from desktop.services.authoring_files import changed_since, read_place, write_place
from desktop.services.authoring_shapes import (
    CaseAdd,
    CellEdit,
    Confirm,
    HeadEdit,
    PartEdit,
    RowEdit,
    Typed,
    ViolationEdit,
)
from desktop.services.authoring_table import general_parts, lines_of, view_of
from desktop.views.authoring import reading, sign, words
from desktop.views.authoring.preview import CHANGE_WORDS
from enforcement.authoring.edit import part_text
from enforcement.authoring.spots import Spot, read_spotted
from enforcement.values.errors import KnownError
from tests.support.tables import CITY
from tests.unit.authoring.test_edit import lines_changed, windows

TEXTS = read_folder(CITY)
SOURCE = read_spotted(TEXTS)
ROADS = "violations/urban-roads.toml"
PACKS = sorted(path.parent for path in resources.path("rules").glob("*/pack.toml"))


@pytest.mark.parametrize("folder", [*PACKS, CITY], ids=lambda path: path.name)
def test_every_table_can_be_shown_and_read(folder):
    source = read_spotted(read_folder(folder))
    lines = lines_of(source)
    assert len({line.fingerprint for line in lines}) == len(lines)
    for line in lines:
        for version in range(line.versions):
            view = view_of(source, line.number, version)
            assert view.rows
            assert view.specs
            for part in view.parts:
                for pair in reading.pairs_of(part, view.specs):
                    assert all(isinstance(text, str) for text in pair)
    assert all(reading.pairs_of(part, ()) for part in general_parts(source))


def test_what_a_cell_shows_typed_again_changes_no_byte():
    for number in range(len(SOURCE.violations)):
        view = view_of(SOURCE, number, 0)
        for row, line in enumerate(view.rows):
            for column in view.columns:
                assert apply(TEXTS, SOURCE, CellEdit(number, 0, row, column, line.typed[column])) == TEXTS
            assert apply(TEXTS, SOURCE, CellEdit(number, 0, row, "any_of", line.shown["any_of"])) == TEXTS


def changed(edit, texts=TEXTS):
    return apply(texts, read_spotted(texts), edit)


def test_sums_by_party_and_for_all():
    done = changed(CellEdit(1, 0, 1, "high.citizen", "1500"))
    assert lines_changed(TEXTS[ROADS], done[ROADS])[1] == [
        "bands_yuan = { organisation = [3000, 8000], citizen = [200, 1500], sole_trader = [200, 2000] }"
    ]
    gone = changed(CellEdit(1, 0, 1, "low.citizen", ""))
    assert view_of(read_spotted(gone), 1, 0).rows[1].typed["low.citizen"] == ""
    text = (
        TEXTS[ROADS]
        .decode()
        .replace(
            "bands_yuan = { organisation = [1000, 3000], citizen = [50, 200], sole_trader = [50, 200] }",
            "bands_yuan = { all = [50, 200] }",
            1,
        )
    )
    every = {**TEXTS, ROADS: text.encode()}
    one = changed(CellEdit(1, 0, 0, "high.organisation", "3000"), every)
    assert view_of(read_spotted(one), 1, 0).rows[0].typed == {
        "label": "第一阶次", "words": "占用不足10平方米且不满5日", "any_of": "", "low.organisation": "50", "high.organisation": "3000",
        "low.citizen": "50", "high.citizen": "200", "low.sole_trader": "50", "high.sole_trader": "200",
    }  # fmt: skip


def test_rows_and_what_was_typed_into_them():
    added = changed(RowEdit("add", 1, 0, 1))
    view = view_of(read_spotted(added), 1, 0)
    assert [row.id for row in view.rows] == ["t1", "t4", "t2", "t3"]
    assert view.rows[1].typed["low.organisation"] == "1000"
    assert changed(RowEdit("remove", 1, 0, 1), added) == TEXTS
    typed = {cell_key("road-occupy", 0, row, "any_of"): Typed(str(row), "", "") for row in range(3)}
    typed["head|version"] = Typed("x", "", "")

    def rows(edit):
        found = typed_after(SOURCE, typed, edit)
        assert found.pop("head|version").text == "x"
        return {int(key.split("|")[3]): one.text for key, one in found.items()}

    assert rows(RowEdit("add", 1, 0, 1)) == {0: "0", 2: "1", 3: "2"}
    assert rows(RowEdit("remove", 1, 0, 1)) == {0: "0", 1: "2"}
    assert rows(RowEdit("move", 1, 0, 0, 2)) == {2: "0", 0: "1", 1: "2"}
    assert rows(RowEdit("move", 1, 0, 2, 0)) == {1: "0", 2: "1", 0: "2"}
    assert rows(RowEdit("remove", 2, 0, 1)) == {0: "0", 1: "1", 2: "2"}


def test_the_head_keeps_the_kind_of_its_days():
    done = changed(HeadEdit("valid_from", "2025-01-01"))
    assert lines_changed(TEXTS["pack.toml"], done["pack.toml"])[1] == ['valid_from = "2025-01-01"']
    own = {**TEXTS, "pack.toml": TEXTS["pack.toml"].replace(b'valid_from = "2024-01-01"', b"valid_from = 2024-01-01")}
    assert b"valid_from = 2025-01-01\n" in changed(HeadEdit("valid_from", "2025-01-01"), own)["pack.toml"]
    assert b"valid_to" not in changed(HeadEdit("valid_to", ""))["pack.toml"]
    with pytest.raises(KnownError, match="a day such as"):
        changed(HeadEdit("valid_from", "soon"))


def test_parts_confirmations_and_cases():
    path = "violations[1].versions[1].tiers[2]"
    waits = changed(PartEdit(Spot(ROADS, path), False, part_text(TEXTS[ROADS], path) + "proposed = true\n"))
    assert lines_of(read_spotted(waits))[1].waiting == 1
    assert changed(Confirm(Spot(ROADS, path)), waits) == TEXTS
    facts = {"area": 65, "days": 1, "impact": "some", "corrected": "done", "priors": 0}
    case = changed(CaseAdd(1, "半日占道", facts, "organisation", "t1", 150_000, "", ()))
    _, come = lines_changed(TEXTS[ROADS], case[ROADS])
    assert come == [
        'name = "半日占道"',
        'facts = { area = "6.5", days = 1, impact = "some", corrected = "done", priors = 0 }',
    ]
    assert read_spotted(case).violations[1].table["cases"][-1]["fine_yuan"] == 1500
    with pytest.raises(KnownError) as caught:
        changed(PartEdit(Spot("pack.toml", ""), True, 'id = "x"\nid = "y"\n'))
    assert caught.value.details["where"] == "2"
    crlf = {**TEXTS, "pack.toml": windows(TEXTS["pack.toml"])}
    text = TEXTS["pack.toml"].decode().replace("step = 50", "step = 100")
    assert changed(PartEdit(Spot("pack.toml", ""), True, text), crlf)["pack.toml"] == windows(text.encode())


def test_violations_are_copied_and_removed():
    name = free_id(SOURCE, "road-occupy")
    assert name == "road-occupy-2"
    copied = changed(ViolationEdit("copy", 1, name))
    source = read_spotted(copied)
    assert source.violations[-1].table == {**SOURCE.violations[1].table, "id": name}
    assert copied[ROADS].startswith(TEXTS[ROADS].rstrip(b"\n"))
    assert free_id(source, "road-occupy") == "road-occupy-3"
    number = len(source.violations) - 1
    assert changed(ViolationEdit("remove", number), copied)[ROADS].rstrip() == TEXTS[ROADS].rstrip()


def test_a_source_on_the_disk(tmp_path):
    for name, data in TEXTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "notes.toml").write_text("this is no TOML\n", "utf-8")
    opened = read_place(tmp_path / "pack.toml")
    assert (opened.place, opened.kind, opened.texts) == (str(tmp_path), "folder", TEXTS)
    assert changed_since(opened.place, opened.kind, opened.base) == []
    (tmp_path / ROADS).write_bytes(b"")
    (tmp_path / "violations" / "new.toml").write_bytes(b"")
    assert changed_since(opened.place, opened.kind, opened.base) == ["violations/new.toml", ROADS]
    base = write_place(opened.place, opened.kind, opened.texts, {})
    assert base == opened.base
    assert (tmp_path / ROADS).read_bytes() == TEXTS[ROADS]
    assert changed_since(str(tmp_path / "gone"), "folder", opened.base) == sorted(TEXTS)
    for bad in (tmp_path / "violations", tmp_path / "notes.toml", tmp_path / "none.xlsx"):
        with pytest.raises(KnownError, match=r"input\.source_unreadable"):
            read_place(bad)


@pytest.mark.parametrize(
    ("said", "code", "details"),
    [
        ("hengchi-authority: 223 password.wrong (number='legal')", "password.wrong", {"number": "legal"}),
        ("hengchi-authority: 303 rules.pack_invalid (where='a, b', why='it\\'s (so)')", "rules.pack_invalid", {"where": "a, b", "why": "it's (so)"}),
        ("hengchi-authority: No such file or directory: /x", "tool.failed", {"tool": "hengchi-authority", "why": "No such file or directory: /x"}),
        ("hengchi-authority: 999 made.up (why='x')", "tool.failed", {"tool": "hengchi-authority", "why": "999 made.up (why='x')"}),
    ],
)  # fmt: skip
def test_what_the_tool_refused_is_the_error_that_it_was(said, code, details):
    error = publishing._refusal(said)
    assert error.code == code
    assert error.details == details


@pytest.mark.skipif(os.name == "nt", reason="a script as the tool")
@pytest.mark.parametrize(
    ("body", "why"),
    [("exit 3\n", "no words"), ("echo rubbish\n", "rubbish"), ("exec sleep 600\n", "it was stopped")],
)
def test_a_tool_that_does_not_do_it(tmp_path, monkeypatch, body, why):
    tool = tmp_path / "hengchi-authority"
    tool.write_text(f"#!/bin/sh\n{body}", "utf-8")
    tool.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(KnownError, match=why):
        publishing.sign(tmp_path, "x", tmp_path, lambda: True)
    tool.unlink()
    with pytest.raises(KnownError, match=r"tool\.failed"):
        publishing.sign(tmp_path, "x", tmp_path)


def test_the_password_is_in_the_environment_alone(tmp_path, monkeypatch):
    if os.name == "nt":
        pytest.skip("a script as the tool")
    tool = tmp_path / "hengchi-authority"
    tool.write_text(
        '#!/bin/sh\necho "$@" > "$(dirname "$0")/words"\n'
        'echo "{\\"pack\\": \\"$HENGCHI_AUTHORITY_PASSWORD\\", \\"version\\": \\"1\\", \\"digest\\": \\"ab\\"}"\n',
        "utf-8",
    )
    tool.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    found = publishing.sign(tmp_path / "office", "secret", tmp_path / "source")
    assert found.title == "secret"
    assert (tmp_path / "words").read_text("utf-8") == f"--json {tmp_path / 'office'} pack {tmp_path / 'source'}\n"
    assert "HENGCHI_AUTHORITY_PASSWORD" not in os.environ


def test_every_word_of_the_place_has_its_chinese():
    known = catalogue("zh_CN")
    said = {*words.sentences(), *reading.sentences(), *sign.sentences(), *CHANGE_WORDS.values()}
    assert sorted(text for text in said if text not in known) == []


def test_reasons_of_the_builder_in_words():
    said = words.why_words("the band of citizen leaves the statute's range")
    assert said == "the sums of Citizen leave the statute's range"
    assert words.why_words("nobody knows this reason") == "nobody knows this reason"


def test_the_field_app_loads_nothing_of_it():
    code = "import sys, desktop.app.session; print([name for name in ('z3', 'openpyxl', 'tomlkit', 'enforcement.authoring.edit') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_only_the_legal_office_has_it_and_only_with_the_extra(monkeypatch):
    assert authoring_place.may_author(("editor",))
    assert authoring_place.may_author(("officer", "supervisor"))
    assert not authoring_place.may_author(("officer",))
    monkeypatch.setattr(authoring_place, "find_spec", lambda name: None if name == "z3" else object())
    assert not authoring_place.may_author(("editor",))
