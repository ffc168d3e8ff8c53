"""Sheets for photographs, audio and video say what, when, where, by whom, and the digest of the original bytes."""

import hashlib
import re

from desktop.printing.formset import library, render_form
from enforcement.notices.forms import missing_in
from enforcement.notices.reading import minute_words
from tests.support.forms import drop, poppler, read_back, sample


def test_each_photograph_has_caption_time_place_taker_and_the_digest_of_its_bytes(tmp_path):
    values = sample("photo_sheet")
    text = read_back(render_form(library.form("photo_sheet"), values), tmp_path)
    for number, photo in enumerate(values["photos"], 1):
        assert f"照片{number}" in text
        for told in (photo["caption"], photo["place"], photo["by"], minute_words(photo["at"])):
            assert re.sub(r"\s", "", told) in text
        assert hashlib.sha256(photo["picture"]).hexdigest() in text


def test_a_changed_photograph_has_another_digest_on_the_sheet(tmp_path):
    values = sample("photo_sheet")
    before = hashlib.sha256(values["photos"][0]["picture"]).hexdigest()
    values["photos"] = [{**values["photos"][0], "picture": values["photos"][0]["picture"] + b"\0"}]
    assert before not in read_back(render_form(library.form("photo_sheet"), values), tmp_path)


def test_each_recording_is_numbered_with_start_end_interruption_and_digest(tmp_path):
    form, values = library.form("media_record"), sample("media_record")
    text = read_back(render_form(form, values), tmp_path)
    for row in values["media"]:
        for told in row.values():
            assert told in text
    for path in ("media", "transcript", "original", "told", "proves"):
        without = sample("media_record")
        drop(without, path)
        assert path in [item.path for item in missing_in(form, without)]


def test_signatures_that_begin_a_page_have_words_over_them(tmp_path):
    values = sample("media_record")
    for count in range(1, 14):
        values["media"] = (sample("media_record")["media"] * 5)[:count]
        pages = poppler("pdftotext", render_form(library.form("media_record"), values), tmp_path, "-raw").split("\f")
        last = re.sub(r"\s", "", next(page for page in pages if "当事人核对" in page))
        assert "摘要由原始文件" in last.split("当事人核对")[0]
