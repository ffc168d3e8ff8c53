"""Printing through CUPS: with programs that stand for it, and with a real one where it runs."""

import io
import os
import shutil
import subprocess
import time
from pathlib import Path

import pypdf
import pytest

from desktop.printing.formset import library, render_form
from desktop.printing.output import print_pdf
from desktop.printing.preview import page_images
from desktop.printing.queues import Document, job_state, one_preview, print_batch, queues, take_back
from enforcement.values.errors import KnownError
from tests.support.forms import sample

STATES = """printer office is idle.  enabled since Wed
printer cellar disabled since Wed -
\tPaused
printer hall now printing hall-7.  enabled since Wed
"""
ACCEPTS = """office accepting requests since Wed
cellar accepting requests since Wed
hall not accepting requests since Wed -
"""


def document(id_):
    form = library.form(id_)
    return Document(form.title, render_form(form, sample(id_)))


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """Programs of CUPS that note what they were asked and given."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (tmp_path / "states").write_text(STATES)
    (tmp_path / "accepts").write_text(ACCEPTS)

    def put(name, body):
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)

    put("lpstat", f'case "$1" in -e) printf "office\\ncellar\\nhall\\nnew\\n";; -p) cat {tmp_path}/states;; '
        f'-a) cat {tmp_path}/accepts;; -d) echo "system default destination: hall";; esac')  # fmt: skip
    put("lp", f'n=$(ls {tmp_path}/jobs | wc -l); cat > {tmp_path}/jobs/$n; echo "$@" >> {tmp_path}/asked; '
        f'echo "request id is $2-$n (1 file(s))"')  # fmt: skip
    (tmp_path / "jobs").mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    put.folder = tmp_path
    return put


def test_queues_are_listed_with_what_keeps_them_and_the_usual_one_first(tools):
    assert [(one.name, one.state, one.usual) for one in queues()] == [
        ("hall", "refusing", True),
        ("cellar", "stopped", False),
        ("new", "unknown", False),
        ("office", "idle", False),
    ]


def test_without_cups_there_is_no_queue(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert queues() == ()


def test_a_batch_is_one_job_for_each_document_and_nothing_lies_on_the_disk(tools):
    documents = [document("demand"), document("service_receipt")]
    heard = []
    made = print_batch(documents, "office", 2, two_sided=True, told=heard.append)
    assert [(one.title, one.job) for one in made] == [("履行行政决定催告书", "office-0"), ("送达回证", "office-1")]
    assert tuple(heard) == made
    for place, one in enumerate(documents):
        assert (tools.folder / "jobs" / str(place)).read_bytes() == one.pdf
    asked = (tools.folder / "asked").read_text()
    assert "-n 2" in asked
    assert "sides=two-sided-long-edge" in asked
    assert "print-scaling=none" in asked
    assert "催告" not in asked
    assert list((tools.folder / "tmp").iterdir()) == []


def test_the_first_that_is_refused_ends_the_batch(tools):
    tools(
        "lp", 'if grep -q "second"; then echo "lp: jammed" >&2; exit 1; fi; echo "request id is office-1 (1 file(s))"'
    )
    made = print_batch([Document(name, name.encode()) for name in ("first", "second", "third")], "office")
    assert [(one.job, one.error.code if one.error else "") for one in made] == [
        ("office-1", ""),
        ("", "printer.failed"),
        ("", ""),
    ]
    assert "jammed" in str(made[1].error.details["why"])


def test_a_program_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KnownError) as refused:
        print_pdf(b"%PDF", "office", 1)
    assert refused.value.code == "printer.failed"
    assert job_state("office-1") == "gone"


def test_one_preview_holds_every_page_with_a_bookmark_for_each_document():
    documents = [document("demand"), document("service_receipt")]
    preview = one_preview(documents)
    alone = [page for one in documents for page in page_images(one.pdf, 40)]
    assert page_images(preview, 40) == alone
    assert [mark.title for mark in pypdf.PdfReader(io.BytesIO(preview)).outline] == [one.title for one in documents]


@pytest.mark.announced
def test_what_is_no_pdf_is_named_in_a_preview():
    with pytest.raises(KnownError) as refused:
        one_preview([document("demand"), Document("图纸", b"nothing")])
    assert refused.value.details["file"] == "图纸"


def running():
    """Whether a CUPS with a queue that writes PDFs runs here; its queue."""
    if os.geteuid() or shutil.which("lpstat") is None:
        return ""
    asked = subprocess.run(
        ["lpstat", "-v"], capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    found = [line.split()[2].rstrip(":") for line in asked.stdout.splitlines() if "cups-pdf:/" in line]
    return found[0] if found else ""


@pytest.mark.skipif(not running(), reason="needs cupsd with a queue of cups-pdf, as root")
def test_a_real_queue_takes_each_document_and_gives_every_page():
    queue = running()
    assert queue in [one.name for one in queues()]
    documents = [document("demand"), document("inquiry_record")]
    made = print_batch(documents, queue)
    deadline = time.monotonic() + 60
    while any(job_state(one.job) == "waiting" for one in made) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert [job_state(one.job) for one in made] == ["ended", "ended"]
    for one, given in zip(made, documents, strict=True):
        number = one.job.rsplit("-", 1)[1]
        (path,) = Path("~/PDF").expanduser().glob(f"*job_{number}.pdf")
        printed = pypdf.PdfReader(path)
        assert len(printed.pages) == len(pypdf.PdfReader(io.BytesIO(given.pdf)).pages)
        assert [round(float(side)) for side in printed.pages[0].mediabox[2:]] == [595, 842]
        path.unlink()


@pytest.mark.skipif(not running(), reason="needs cupsd with a queue of cups-pdf, as root")
def test_a_job_of_a_stopped_queue_waits_and_can_be_taken_back():
    queue = running()
    subprocess.run(["cupsdisable", queue], check=True)
    try:
        assert next(one.state for one in queues() if one.name == queue) == "stopped"
        (made,) = print_batch([document("demand")], queue)
        assert job_state(made.job) == "waiting"
        take_back(made.job)
        assert job_state(made.job) == "ended"
    finally:
        subprocess.run(["cupsenable", queue], check=True)
