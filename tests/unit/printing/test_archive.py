"""A case bound for the archive: what stands where, what the catalogue says of it, and what speaks against PDF/A."""

import io
import re
import shutil
import subprocess
from datetime import UTC, date, datetime

import pypdf
import pytest
from PIL import ImageCms
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas

from desktop.printing.archive import ArchivePart, Sheets, archive_pdf, archive_volumes
from desktop.printing.formset import library, render_form
from desktop.printing.pages import render_notice
from desktop.printing.pdfa import doubts_of
from enforcement.values.errors import KnownError
from tests.support.forms import poppler, sample
from tests.support.on_spot import code_for, decision

AT = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
MM = 72 / 25.4


def part(id_, day=date(2026, 3, 3)):
    form, values = library.form(id_), sample(id_)
    return ArchivePart(form.title, values.get("decision_number", ""), day, render_form(form, values))


def sheets():
    return Sheets(sample("case_cover"), sample("case_notes"))


MAIN = ("case_opening", "penalty_decision", "photo_sheet", "inquiry_record")
INNER = ("investigation_report", "legality_review")


def volume(ids=MAIN, name="正卷"):
    return archive_pdf(name, sheets(), [part(one) for one in ids], made_at=AT)


def pages_of(pdf, tmp_path):
    return [re.sub(r"\s", "", page) for page in poppler("pdftotext", pdf, tmp_path, "-raw").split("\f")[:-1]]


def foot_numbers(pdf, tmp_path):
    """The number at the lower right corner of each page, or None; what stands elsewhere does not count."""
    found = []
    for page in poppler("pdftotext", pdf, tmp_path, "-bbox").split("<page ")[1:]:
        words = re.findall(r'xMin="[\d.]+" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)<', page)
        at = [text for top, right, text in words if float(top) > 277 * MM and float(right) > 195 * MM]
        found.append(int(at[0]) if at else None)
    return found


def test_the_catalogue_names_the_page_on_which_each_document_begins(tmp_path):
    made = volume()
    texts, numbers = pages_of(made.pdf, tmp_path), foot_numbers(made.pdf, tmp_path)
    assert made.pages == len(texts) - 3
    assert numbers == [None, None, *range(1, made.pages + 1), None]
    catalogue = texts[1]
    first = 1
    for place, id_ in enumerate(MAIN):
        count = len(pypdf.PdfReader(io.BytesIO(part(id_).pdf)).pages)
        assert library.form(id_).title in texts[1 + first]
        last = place == len(MAIN) - 1
        assert f"2026年3月3日{first}-{made.pages}" in catalogue if last else f"2026年3月3日{first}" in catalogue
        first += count
    assert f"{made.pages}页" in texts[0]
    assert f"{made.pages}页" in texts[-1]
    assert "■正卷" in texts[0]


def test_cover_catalogue_and_notes_have_no_number_of_any_kind(tmp_path):
    texts = pages_of(volume().pdf, tmp_path)
    for page in (texts[0], texts[1], texts[-1]):
        assert not re.search(r"第\d+页", page)
    assert re.search(r"第1页共1页", texts[2])


def test_the_inner_volume_is_a_file_of_its_own_and_absent_when_empty(tmp_path):
    both = {"正卷": sheets(), "副卷": sheets()}
    main, inner = archive_volumes(both, [part(MAIN[0])], [part(one) for one in INNER], made_at=AT)
    assert (main.name, inner.name) == ("正卷", "副卷")
    assert "■副卷" in pages_of(inner.pdf, tmp_path)[0]
    assert library.form(INNER[0]).title not in "".join(pages_of(main.pdf, tmp_path))
    assert len(archive_volumes(both, [part(MAIN[0])], [], made_at=AT)) == 1


def test_bookmarks_and_page_labels_lead_to_each_document():
    reader = pypdf.PdfReader(io.BytesIO(volume().pdf))
    marks = [(one.title, reader.get_destination_page_number(one)) for one in reader.outline]
    titles = [library.form(one).title for one in MAIN]
    assert [title.split("　")[0] for title, _ in marks] == ["案卷封面", "卷内文件目录", *titles, "卷内备考表"]
    for title, page in marks[2:-1]:
        assert title.split("　")[0] in reader.pages[page].extract_text().replace("\n", "")
    assert reader.page_labels[2:5] == ["1", "2", "3"]


def test_two_volumes_that_draw_something_else_have_other_identifiers():
    ids = [pypdf.PdfReader(io.BytesIO(volume((one,)).pdf)).trailer["/ID"][0] for one in MAIN[:2]]
    assert ids[0] != ids[1]


def test_the_same_case_gives_the_same_bytes_and_another_day_others():
    first = volume(MAIN[:2])
    assert volume(MAIN[:2]).pdf == first.pdf
    other = archive_pdf("正卷", sheets(), [part(one) for one in MAIN[:2]], made_at=AT.replace(day=7))
    assert other.pdf != first.pdf


def test_what_pdf_a_demands_of_the_file_is_there(tmp_path):
    made = volume()
    assert made.doubts == ()
    reader = pypdf.PdfReader(io.BytesIO(made.pdf))
    root = reader.trailer["/Root"]
    packet = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in packet
    assert root["/Metadata"].get("/Filter") is None
    assert f">{reader.metadata.title}<" in packet
    assert f">{reader.metadata.author}<" in packet
    assert "2026-05-06T02:00:00+00:00" in packet
    assert reader.metadata.creation_date == AT
    intent = root["/OutputIntents"][0].get_object()
    assert intent["/S"] == "/GTS_PDFA1"
    profile = ImageCms.ImageCmsProfile(io.BytesIO(intent["/DestOutputProfile"].get_object().get_data()))
    assert profile.profile.xcolor_space.strip() == "RGB"
    assert len(reader.trailer["/ID"]) == 2
    assert made.pdf.startswith(b"%PDF-1.7\n%")
    assert all(byte > 127 for byte in made.pdf[10:14])
    fonts = poppler("pdffonts", made.pdf, tmp_path, to="").splitlines()[2:]
    assert fonts
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in fonts)
    if shutil.which("qpdf"):
        path = tmp_path / "volume.pdf"
        path.write_bytes(made.pdf)
        checked = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def foreign(draw=None, **more):
    """A PDF that another program made."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=more.get("size", (595, 842)))
    canvas.drawString(100, 700, "scan")
    if draw:
        draw(canvas)
    canvas.save()
    return buffer.getvalue()


def test_a_foreign_part_without_its_fonts_is_bound_but_not_claimed_to_be_pdf_a():
    made = archive_pdf("正卷", sheets(), [ArchivePart("鉴定意见", "", None, foreign())], made_at=AT)
    assert made.doubts == ("字体未嵌入：Helvetica",)
    packet = pypdf.PdfReader(io.BytesIO(made.pdf)).trailer["/Root"]["/Metadata"].get_data()
    assert b"pdfaid:part" not in packet


def test_ink_of_four_colours_is_named():
    def four(canvas):
        canvas.setFillColorCMYK(0.1, 0.2, 0.3, 0.4)
        canvas.rect(100, 100, 50, 50, fill=1)

    part_ = ArchivePart("宣传册", "", None, foreign(four))
    assert "页面用CMYK颜色" in archive_pdf("正卷", sheets(), [part_], made_at=AT).doubts


def test_what_acts_or_hides_in_a_document_is_named():
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(foreign()))
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")})
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
    writer.add_attachment("a.txt", b"x")
    found = doubts_of(writer)
    assert "含有脚本或者动作" in found
    assert "含有附件" in found


def test_a_turned_page_of_another_size_still_has_its_number_at_the_lower_right(tmp_path):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(foreign(size=(842, 595))))
    writer.pages[0].rotate(90)
    buffer = io.BytesIO()
    writer.write(buffer)
    made = archive_pdf("正卷", sheets(), [ArchivePart("图纸", "", None, buffer.getvalue())], made_at=AT)
    page = pypdf.PdfReader(io.BytesIO(made.pdf)).pages[2]
    assert (round(page.mediabox.width), round(page.mediabox.height), page.rotation) == (595, 842, 0)
    assert foot_numbers(made.pdf, tmp_path)[2] == 1


def encrypted():
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(foreign()))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.announced
@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 nothing", b"PK\x03\x04", foreign()[:200], encrypted()])
def test_a_part_that_cannot_be_read_is_named(data):
    with pytest.raises(KnownError) as refused:
        archive_pdf("正卷", sheets(), [part(MAIN[0]), ArchivePart("图纸", "", None, data)], made_at=AT)
    assert refused.value.code == "input.pdf_unreadable"
    assert refused.value.details["file"] == "图纸"


def test_a_volume_without_a_document_is_not_made():
    with pytest.raises(KnownError) as refused:
        archive_pdf("正卷", sheets(), [], made_at=AT)
    assert refused.value.code == "input.invalid"


def test_a_decision_on_the_spot_goes_into_a_volume_that_is_pdf_a():
    made = decision()
    part_ = ArchivePart("当场行政处罚决定书", made.number, made.decided_on, render_notice(made, code_for(made)))
    assert archive_pdf("正卷", sheets(), [part_], made_at=AT).doubts == ()
