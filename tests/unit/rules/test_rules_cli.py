"""hengchi-rules as the legal office uses it."""

import json
import shutil
from datetime import date

import msgspec
import pytest

import resources
from central.authority.rules_cli import main
from central.authority.rules_commands import plain
from enforcement.discretion import Determination
from tests.support.city import copy_of
from tests.support.tables import CITY

PACK = str(CITY)


@pytest.fixture
def facts(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"area": "6.5", "days": 3, "impact": "部分", "corrected": "done", "priors": 0}), "utf-8")
    return str(path)


def run(capsys, *words, code=0):
    assert main([*map(str, words), "--json"]) == code
    return json.loads(capsys.readouterr().out)


def question(facts, *more):
    return ["--violation", "road-occupy", "--facts", facts, "--at", "2026-10-14", *more]


def test_lint_and_test(capsys):
    assert run(capsys, "lint", PACK) == {"violations": 14, "rows": 42, "unverified": [], "remarks": []}
    assert run(capsys, "test", PACK) == {"cases": 42, "wrong": []}


def test_what_ships_is_proved(capsys):
    """At least 60 violations of city management, 40 of market supervision, 25 of transport, from articles that were read."""
    result = run(capsys, "prove", resources.path("rules"))
    assert result["faults"] == []
    assert result["proved"] == result["formulas"] == result["versions"] > result["violations"] >= 125
    assert result["unverified"] == 0
    assert result["seconds"] < 180
    assert run(capsys, "lint", resources.path("rules"))["remarks"] == []
    cases = run(capsys, "test", resources.path("rules"))
    assert cases["wrong"] == []
    assert cases["cases"] >= 3 * result["violations"]


def test_eval_of_source_compiled_and_workbook_is_the_same(capsys, facts, tmp_path):
    first = run(capsys, "eval", PACK, *question(facts))
    assert first["recommended_fen"] == 150_000
    run(capsys, "compile", PACK, "--out", tmp_path / "pack")
    run(capsys, "export", PACK, "--out", tmp_path / "pack.xlsx")
    run(capsys, "export", tmp_path / "pack", "--out", tmp_path / "again.xlsx")
    for other in ("pack", "pack.xlsx", "again.xlsx"):
        assert run(capsys, "eval", tmp_path / other, *question(facts)) == first
    told = run(capsys, "explain", PACK, *question(facts))
    assert "决定罚款1500元" in told["reasons"]
    assert told["why_not"].endswith("时才进入第二阶次")


def test_the_schema_of_a_determination_is_the_one_in_docs(capsys, facts):
    """docs/schemas/determination-3.json; in JSON, digests are hex."""
    path = resources.path(".").parent / "docs" / "schemas" / "determination-3.json"
    schema = msgspec.json.schema(Determination)
    assert json.loads(path.read_text("utf-8")) == json.loads(json.dumps(schema))
    answer = run(capsys, "eval", PACK, *question(facts))
    assert set(answer) <= set(schema["$defs"]["Determination"]["properties"])
    assert answer["schema"] == 3


def test_persons_limitation_and_one_fine(capsys, facts):
    assert (
        "十四"
        in run(capsys, "eval", PACK, *question(facts, "--party", "citizen", "--age", "13"), code=1)["refusals"][0]
    )
    late = question(facts, "--decided", "2028-11-30")
    assert "二年" in run(capsys, "eval", PACK, *late, code=1)["refusals"][0]
    assert run(capsys, "eval", PACK, *late, "--found", "2026-12-01")["tier"] == "t1"
    assert run(capsys, "eval", PACK, *question(facts, "--already-fined"), code=1)["refusals"]
    hearing = run(capsys, "eval", PACK, *question(facts, "--hearing", "1500"))
    assert hearing["hearing_fen"] == 150_000


def test_a_newer_edition_is_compared(capsys, facts, tmp_path):
    newer = tmp_path / "newer"
    shutil.copytree(CITY, newer)
    head = newer / "pack.toml"
    head.write_text(head.read_text("utf-8").replace('valid_from = "2024-01-01"', 'valid_from = "2026-11-01"'), "utf-8")
    file = newer / "violations" / "urban-roads.toml"
    file.write_text(
        file.read_text("utf-8").replace("organisation = [1000, 3000]", "organisation = [500, 2000]", 1), "utf-8"
    )
    found = run(capsys, "eval", PACK, *question(facts, "--decided", "2026-11-20", "--later", str(newer)))
    assert (found["judged_by"], found["band_lo"], found["band_hi"]) == ("decision", 50_000, 200_000)
    assert found["compared"]
    changes = run(capsys, "diff", PACK, newer, "--examples", tmp_path / "examples")["changes"]
    measured = [one for one in changes if one["violation"] == "road-occupy"]
    assert "由第一阶次1000–3000元改为第一阶次500–2000元" in measured[0]["words"]
    assert measured[0]["party"] == "organisation"
    example = sorted((tmp_path / "examples").iterdir())[0]
    old, new = (
        run(capsys, "eval", pack, "--violation", "road-occupy", "--facts", example, "--at", "2026-12-01") for pack in (PACK, newer)
    )  # fmt: skip
    assert old["band_hi"] != new["band_hi"]


def test_no_change_is_said(capsys):
    assert run(capsys, "diff", PACK, PACK)["changes"] == []


def test_faults_have_an_exit_code_and_words(capsys, facts, tmp_path):
    old = ["--violation", "road-occupy", "--facts", facts, "--at", "2020-01-01"]
    assert run(capsys, "eval", PACK, *old, code=1)["error"] == "rules.not_in_force"
    assert "nothing" in run(capsys, "eval", tmp_path / "nothing", *question(facts), code=1)["error"]
    assert (
        run(capsys, "eval", PACK, *question(facts)[2:], "--violation", "no-such", code=1)["error"]
        == "rules.violation_unknown"
    )
    wrong = tmp_path / "wrong.json"
    for text in ("[]", "{", '{"area": "much"}', '{"nobody": 1}'):
        wrong.write_text(text, "utf-8")
        assert run(capsys, "eval", PACK, "--violation", "road-occupy", "--facts", wrong, "--at", "2026-01-05", code=1)[
            "error"
        ]
    with pytest.raises(SystemExit, match="2"):
        main(["eval", PACK])


def test_new_proves_and_is_never_written_over_another(capsys, tmp_path):
    words = ["--id", "own-table", "--title", "本局裁量基准", "--agency", "示例局", "--from", "2026-01-01"]
    run(capsys, "new", tmp_path / "own", *words)
    for command in ("lint", "prove", "test"):
        run(capsys, command, tmp_path / "own")
    assert "not empty" in run(capsys, "new", tmp_path / "own", *words, code=1)["why"]
    assert run(capsys, "new", tmp_path / "other", "--id", "Bad id", *words[2:], code=1)["error"] == "input.invalid"


@pytest.fixture(scope="module")
def city(founded, tmp_path_factory):
    return copy_of(founded, tmp_path_factory.mktemp("city"))


def test_signed_here_measured_there_to_the_same_bytes(capsys, facts, tmp_path, city):
    password = city.folder / "authority" / "incoming" / "password"
    out = tmp_path / "city.pack"
    words = ["--authority", city.folder / "authority", "--password-file", password, "--out", out]
    signed = run(capsys, "sign", PACK, *words)
    here = run(capsys, "eval", PACK, *question(facts))
    assert run(capsys, "eval", out, *question(facts, "--key", signed["key"])) == here
    assert "signed" in run(capsys, "eval", out, *question(facts), code=1)["why"]
    other = "00" * 31 + "01"
    assert run(capsys, "eval", out, *question(facts, "--key", other), code=1)["error"] == "rules.pack_altered"
    data = out.read_bytes()
    for position in range(3, len(data), len(data) // 40):
        out.write_bytes(data[:position] + bytes([data[position] ^ 4]) + data[position + 1 :])
        assert (
            run(capsys, "eval", out, *question(facts, "--key", signed["key"]), code=1)["error"] == "rules.pack_altered"
        )


def test_nothing_faulty_is_signed(capsys, tmp_path, city):
    faulty = tmp_path / "faulty"
    shutil.copytree(CITY, faulty)
    file = faulty / "violations" / "urban-roads.toml"
    file.write_text(file.read_text("utf-8").replace('["area >= 50"]', '["area < 5"]', 1), "utf-8")
    password = city.folder / "authority" / "incoming" / "password"
    words = ["--authority", city.folder / "authority", "--password-file", password, "--out", tmp_path / "x.pack"]
    assert run(capsys, "sign", faulty, *words, code=1)["error"] == "rules.pack_invalid"
    assert not (tmp_path / "x.pack").exists()


def test_json_has_no_bytes():
    assert plain({"a": b"\x01", "b": (1, None, date(2026, 1, 1))}) == {"a": "01", "b": [1, None, "2026-01-01"]}
