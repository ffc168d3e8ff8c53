"""PDF/A-2b (ISO 19005-2) as far as a writer can see to it: metadata, output intent, nothing that acts; and what speaks against it.

The claim is written only when nothing speaks against it. What is checked is structure (ISO 19005-2 6.1 to 6.6); the programs of
the fonts are those that reportlab embeds and are not opened here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from PIL import ImageCms
from pypdf import PageObject, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from desktop.printing.foreign import FAULTS
from enforcement.values.ids import digest

PRODUCER = "Hengchi"
ACTIVE = frozenset({"/JavaScript", "/JS", "/Launch", "/RichMedia", "/Movie", "/Sound", "/3D", "/Screen"})
_CMYK = re.compile(rb"(?:^|\s)(?:[-\d.]+\s+){4}[kK](?:\s|$)")
"""The operators that set a CMYK colour, which an sRGB output intent says nothing of."""
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


def settle(writer: PdfWriter, title: str, author: str, at: datetime, lang: str = "zh-CN") -> tuple[str, ...]:
    """Make the document PDF/A-2b; what speaks against it, in words. Same document, same bytes: the identifier is a digest of
    the title and of what the pages hold, and the instant is the one handed in.
    """
    writer.pdf_header = "%PDF-1.7"
    for page in writer.pages:
        for key in ("/AA", "/Trans", "/Metadata", "/PieceInfo", "/PresSteps", "/Thumb"):
            page.pop(key, None)
    root: Any = writer.root_object
    for key in ("/OpenAction", "/AA", "/AcroForm", "/OCProperties", "/Perms"):
        root.pop(key, None)
    root[NameObject("/Lang")] = TextStringObject(lang)
    _intent(writer, root)
    doubts = doubts_of(writer)
    stamp = at.strftime("D:%Y%m%d%H%M%S+00'00'")
    writer.metadata = None
    writer.add_metadata(
        {
            "/Title": title,
            "/Author": author,
            "/Creator": PRODUCER,
            "/Producer": PRODUCER,
            "/CreationDate": stamp,
            "/ModDate": stamp,
        }
    )
    packet = StreamObject()
    packet.set_data(_packet(title, author, at, claimed=not doubts).encode())
    packet[NameObject("/Type")], packet[NameObject("/Subtype")] = NameObject("/Metadata"), NameObject("/XML")
    root[NameObject("/Metadata")] = writer._add_object(packet)
    name = ByteStringObject(digest(title.encode() + stamp.encode() + _held(writer))[:16])
    writer._ID = ArrayObject([name, name])
    return doubts


def doubts_of(document: Any) -> tuple[str, ...]:
    """What of ISO 19005-2 a reader or writer of pypdf does not keep, each said once."""
    found: dict[str, None] = {}
    if getattr(document, "is_encrypted", False):
        found["文件加密"] = None
    for one in _objects(document.root_object, set()):
        for words in _doubts(one):
            found[words] = None
    if any(_CMYK.search(drawn(page)) for page in document.pages):
        found["页面用CMYK颜色"] = None
    return tuple(found)


def _doubts(one: DictionaryObject) -> Iterator[str]:
    kind, sub = one.get("/Type"), one.get("/Subtype")
    if kind == "/Font" and sub in ("/TrueType", "/Type1", "/MMType1", "/CIDFontType0", "/CIDFontType2"):
        descriptor = _of(one.get("/FontDescriptor"))
        if not isinstance(descriptor, DictionaryObject) or not any(key in descriptor for key in _FONT_FILES):
            yield f"字体未嵌入：{str(one.get('/BaseFont', '')).lstrip('/')}"
        elif sub == "/TrueType" and int(descriptor.get("/Flags", 0)) & 4 and "/Encoding" in one:
            yield "符号字体带有编码"
    if ("/S" in one and str(one["/S"]) in ACTIVE) or ACTIVE & set(one.keys()):
        yield "含有脚本或者动作"
    if "/EmbeddedFile" in (kind, sub) or "/EmbeddedFiles" in one:
        yield "含有附件"
    filters = _of(one.get("/Filter"))
    if "/LZWDecode" in (filters if isinstance(filters, list) else [filters]):
        yield "含有LZW压缩"
    if sub == "/Image":
        if "/DeviceCMYK" in (_of(one.get("/ColorSpace")),):
            yield "图像为CMYK颜色"
        if one.get("/Interpolate") and bool(one["/Interpolate"]):
            yield "图像要求插值"
    if kind == "/Annot" or ("/AP" in one and "/Rect" in one):
        yield "含有批注"
    if sub == "/Form" and isinstance(one, StreamObject):
        try:
            if _CMYK.search(one.get_data()):
                yield "页面用CMYK颜色"
        except FAULTS:
            yield "内容不能解开"
    if sub == "/PS" or ("/PS" in one and sub == "/Form"):
        yield "含有PostScript"


def _objects(root: Any, seen: set[int]) -> Iterator[DictionaryObject]:
    """Every dictionary that hangs on the catalogue, once."""
    waiting = [root]
    while waiting:
        one = _of(waiting.pop())
        if not isinstance(one, DictionaryObject | ArrayObject) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, DictionaryObject):
            yield one
            waiting += [value for key, value in one.items() if key != "/Parent"]
        else:
            waiting += list(one)


def _of(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _intent(writer: PdfWriter, root: Any) -> None:
    profile = StreamObject()
    profile.set_data(srgb())
    profile[NameObject("/N")] = NumberObject(3)
    intent = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/OutputIntent"),
            NameObject("/S"): NameObject("/GTS_PDFA1"),
            NameObject("/OutputConditionIdentifier"): TextStringObject("sRGB IEC61966-2.1"),
            NameObject("/Info"): TextStringObject("sRGB IEC61966-2.1"),
            NameObject("/DestOutputProfile"): writer._add_object(profile.flate_encode()),
        }
    )
    root[NameObject("/OutputIntents")] = ArrayObject([writer._add_object(intent)])


@lru_cache(maxsize=1)
def srgb() -> bytes:
    """An ICC profile of sRGB. LittleCMS writes the time of day into it (bytes 24 to 35): the first day of 2000 instead."""
    made = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    day = b"".join(part.to_bytes(2, "big") for part in (2000, 1, 1, 0, 0, 0))
    return made[:24] + day + made[36:]


def _held(writer: PdfWriter) -> bytes:
    """A digest of what the pages draw."""
    return digest(b"".join(digest(drawn(page)) for page in writer.pages))


def drawn(page: PageObject) -> bytes:
    """The operators of a page. Contents are a dictionary without keys, hence false: only None says that there are none."""
    contents = page.get_contents()
    return b"" if contents is None else bytes(contents.get_data())


def _packet(title: str, author: str, at: datetime, *, claimed: bool) -> str:
    claim = "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" if claimed else ""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
        f'{claim}<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>"
        f"<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool><xmp:CreateDate>{stamp}</xmp:CreateDate>"
        f"<xmp:ModifyDate>{stamp}</xmp:ModifyDate><pdf:Producer>{PRODUCER}</pdf:Producer>"
        '</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
    )
