"""Whole cases from source to archive in the real windows of officer, head and reviewer, sync between them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.app.story_demo import run_story
from enforcement.values.ids import digest
from tests.support.printed import codes_of, faults_of, words_of

HENGCHI = Path(sys.executable).parent / "hengchi"
CODED = "行政处罚决定书"


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["exempted", "quashed", "ordinary"])
def test_a_story_ends_in_the_archive(tmp_path, name):
    out, pictures = tmp_path / "out", tmp_path / "pages"
    pictures.mkdir()
    assert run_story(out, 1, name, headless=True) == 0
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["final_status"] == "archived"
    assert summary["same_everywhere"]
    assert summary["archive"]["verified"]
    assert summary["deadlines"]
    assert all(one["due"] and one["why"] and one["basis"] for one in summary["deadlines"])
    assert summary["review_board"]["checks"] >= 60
    assert summary["review_board"]["vetoes"] == []
    for one in summary["documents"]:
        path = out / one["file"]
        assert digest(path.read_bytes()).hex() == one["sha256"]
        assert list(faults_of(path, pictures)) == [], one["kind"]
        assert one["number"] in words_of(path)
        if one["kind"] == CODED:
            (code,) = codes_of(path, pictures)
            told = subprocess.run(
                [HENGCHI, "verify", code, "--trust", out / "authority" / "repository", "--json"],
                capture_output=True,
                text=True,
                check=False,
            )
            assert told.returncode == 0, told.stdout + told.stderr
            assert json.loads(told.stdout)["number"] == one["number"]
    assert [one["kind"] for one in summary["documents"]].count(CODED) == (name != "exempted")
