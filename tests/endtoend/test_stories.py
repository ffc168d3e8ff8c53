"""Whole cases from source to archive in the real windows of officer, head and reviewer, sync between them."""

import json

import pytest

from desktop.app.story_demo import run_story


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["exempted", "quashed", "ordinary"])
def test_a_story_ends_in_the_archive(tmp_path, name):
    assert run_story(tmp_path / "out", 1, name, headless=True) == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert summary["final_status"] == "archived"
    assert summary["archive"]["verified"]
    assert summary["documents"]
    assert all((tmp_path / "out" / one["file"]).is_file() for one in summary["documents"])
    assert summary["review_board"]["checks"] >= 60
