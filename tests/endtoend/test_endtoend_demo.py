"""The demonstration as a person would run it, and what `hengchi verify` and `hengchi doctor` say of what it leaves."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.printing.preview import page_images

TOOL = Path(sys.executable).parent / "hengchi"


def run(*words):
    return subprocess.run([str(TOOL), *map(str, words)], capture_output=True, text=True, timeout=280, check=False)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    out = tmp_path_factory.mktemp("story")
    done = run("demo", "--headless", "--out", out, "--seed", "7")
    assert done.returncode == 0, done.stderr[-2000:]
    return out, json.loads((out / "summary.json").read_text("utf-8"))


def verify(out, what):
    done = run("verify", what, "--trust", out / "authority" / "repository", "--json")
    return done.returncode, json.loads(done.stdout)


def test_summary(story):
    out, summary = story
    assert summary["interactions"] <= 12
    assert summary["supervisor_sees"] is True
    assert summary["verified"] is True
    assert summary["final_status"] == "approved"
    assert (summary["relay_plaintext_hits"], summary["profile_plaintext_hits"]) == (0, 0)
    assert len(summary["secrets"]) >= 5
    assert summary["receipts"] == summary["bundles"] > 0
    low, high = summary["range_fen"]
    assert summary["statute_fen"][0] <= low <= summary["fine_fen"] <= high <= 300_000
    assert len(list((out / "pictures").glob("*.png"))) >= 15


def test_the_secrets_can_be_found_where_they_do_stand(story):
    """The search itself works: the office's own register holds them in clear."""
    from desktop.app.demo import hits

    out, summary = story
    assert hits([out / "authority"], summary["secrets"]) > 0


def test_the_notice_reads_back_with_poppler(story):
    out, summary = story
    text = subprocess.run(
        ["pdftotext", "-layout", str(out / "notice.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    flat = "".join(text.split())
    for part in (
        summary["document_number"],
        summary["secrets"][0],
        summary["secrets"][1],
        "当场行政处罚决定书",
        "示例市城市管理行政执法局",
        "先向示例市人民政府申请行政复议",
        "再自收到复议决定书之日起15日内",
        "口头告知",
        "每日按罚款数额的百分之三",
        "99010001",
        "99010002",
        "拒签注明",
    ):
        assert part in flat, part
    assert "复议或者" not in flat
    fonts = subprocess.run(["pdffonts", str(out / "notice.pdf")], capture_output=True, text=True, check=True).stdout
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts.splitlines()[2:] if "Noto" in line)


def test_verify_pdf_picture_and_text(story, tmp_path):
    out, summary = story
    code, verdict = verify(out, out / "notice.pdf")
    assert (code, verdict["state"], verdict["pages_compared"], verdict["number"]) == (
        0,
        "genuine",
        True,
        summary["document_number"],
    )
    picture = tmp_path / "photo.png"
    picture.write_bytes(page_images((out / "notice.pdf").read_bytes(), 150)[-1])
    code, verdict = verify(out, picture)
    assert (code, verdict["state"]) == (0, "genuine")


def test_verify_refuses_what_was_altered(story, tmp_path):
    out, _ = story
    data = (out / "notice.pdf").read_bytes()
    position = data.find(b"%HZ-CONTENT") + 300
    altered = tmp_path / "altered.pdf"
    altered.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
    code, verdict = verify(out, altered)
    assert code == 1
    assert verdict["state"] in ("altered", "unreadable")
    code, verdict = verify(out, "HZ1:NCFOXN")
    assert (code, verdict["state"]) == (1, "unreadable")


def test_projections_rebuild_to_the_same_bytes(story):
    out, summary = story
    password = out / "password"
    password.write_text(summary["demo_password"], "utf-8")
    for name, number in (("officer", "99010001"), ("supervisor", "99019001")):
        done = run("--profile", out / name, "doctor", "--rebuild", "--person", number, "--password-file", password)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "the same bytes" in done.stdout


def test_a_voided_notice_is_known_once_the_agency_has_published_it(story, tmp_path):
    import shutil

    out, summary = story
    shutil.copytree(out / "authority", tmp_path / "authority")
    office = [
        str(TOOL.parent / "hengchi-authority"),
        "--password-file",
        str(tmp_path / "authority/incoming/password"),
        str(tmp_path / "authority"),
    ]
    for words in (["void", summary["document_number"], "--reason", "当事人名称打印错误"], ["publish"]):
        subprocess.run([*office, *words], check=True, capture_output=True)
    code, verdict = verify(tmp_path, out / "notice.pdf")
    assert (code, verdict["state"]) == (1, "voided")
    assert "当事人名称打印错误" in verdict["why"]


def test_an_agency_that_nobody_trusts(story, tmp_path):
    out, _ = story
    done = run("verify", out / "notice.pdf", "--trust", tmp_path)
    assert done.returncode == 2
