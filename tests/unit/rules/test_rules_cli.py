import json

import pytest

from central.authority.rules_cli import main
from tests.support.tables import CITY

PACK = str(CITY)


@pytest.fixture
def facts(tmp_path):
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"area": "6.5", "days": 3, "impact": "部分", "corrected": "done", "priors": 0}), "utf-8")
    return str(path)


def test_lint_and_test(capsys):
    assert main(["lint", PACK, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "violations": 14,
        "rows": 42,
        "unverified": [],
        "remarks": [],
    }
    assert main(["test", PACK, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"cases": 42, "wrong": []}


def test_eval_of_source_and_of_compiled_is_the_same(capsys, facts, tmp_path):
    question = ["--violation", "road-occupy", "--facts", facts, "--at", "2026-10-14", "--json"]
    assert main(["eval", PACK, *question]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["recommended_fen"] == 150_000
    assert main(["compile", PACK, "--out", str(tmp_path / "pack")]) == 0
    capsys.readouterr()
    assert main(["eval", str(tmp_path / "pack"), *question]) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert main(["explain", PACK, *question]) == 0
    assert "决定罚款1500元" in json.loads(capsys.readouterr().out)["reasons"]


def test_faults_have_an_exit_code_and_words(capsys, facts, tmp_path):
    question = ["--violation", "road-occupy", "--facts", facts, "--json"]
    assert main(["eval", PACK, *question, "--at", "2020-01-01"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == "rules.not_in_force"
    assert main(["eval", str(tmp_path / "nothing"), *question, "--at", "2026-01-01"]) == 1
    assert "nothing" in json.loads(capsys.readouterr().out)["error"]
