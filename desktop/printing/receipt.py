"""Documents on an 80 mm strip: the decision on the spot with everything that Art. 52 demands, and any form's values in one column.

The words of the decision are those of its A4 pages (`pages.sections`), so that nothing can be missing on the one and stand on the other.
The code is the same too: it vouches for the content, whatever the paper.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from PIL import Image, UnidentifiedImageError

from desktop.printing.hand import hand_png
from desktop.printing.pages import local_minute, received, refusal, sections
from desktop.printing.strip import Strip
from enforcement.journal.acts import DocumentSigned
from enforcement.notices import OnSpotDecision
from enforcement.notices.forms import Block, DocumentForm, empty, holds, value_at
from enforcement.notices.hands import OnPage, on_page
from enforcement.notices.reading import (
    EMPTY,
    SIGN,
    boxes,
    cell_words,
    check_values,
    day_words,
    filled,
    minute_words,
    words,
)
from enforcement.notices.signatures import Strokes
from enforcement.values.errors import KnownError

SMALL, USUAL, HEAD, TITLE = 20, 24, 28, 36
SEAL = 130


def decision_strip(content: OnSpotDecision, code: str, hands: Sequence[DocumentSigned] = ()) -> Strip:
    """The decision on the spot (当场行政处罚决定书). Raises KnownError(input.invalid) for a letter that no font holds."""
    strip, drawn = Strip(), on_page(hands)
    who = content.party
    citizen = who.kind == "citizen"
    _head(strip, content.agency, "当场行政处罚决定书", content.number)
    pairs = [
        ("当事人", who.name),
        ("身份证号" if citizen else "统一社会信用代码", who.code),
        *([] if citizen else [("法定代表人", who.representative)]),
        ("住址" if citizen else "住所", who.address),
        ("联系电话", who.phone),
        ("违法行为时间", local_minute(content.found_at)),
        ("违法行为地点", content.place),
        ("执法单位", content.officer_unit),
    ]
    for name, value in pairs:
        strip.text(f"{name}：{value or EMPTY}", USUAL)
    strip.rule()
    for heading, text in sections(content):
        strip.gap(6)
        strip.text(heading, USUAL, bold=True)
        strip.text(text, USUAL, indent=2)
    strip.rule()
    for officer in content.officers:
        strip.text(f"执法人员：{officer.name}（执法证号 {officer.number}）", USUAL)
        strip.text(f"已电子签名 {local_minute(officer.signed_at)}", SMALL, indent=2)
        _drawn(strip, [one for one in drawn if (one.role, one.name) == ("officer", officer.name)])
    party, no = received(drawn), refusal(drawn)
    if party is not None:
        strip.text(f"当事人签收：{party.name}　{local_minute(party.at)}", USUAL)
        _drawn(strip, [party])
    elif no:
        strip.text(no, USUAL)
    else:
        strip.signing("当事人签收：")
        strip.text("签收时间：＿＿＿＿年＿＿月＿＿日＿＿时＿＿分", USUAL, lead=2.0)
        strip.signing("□ 拒绝签名，原因：")
    witnesses = [one for one in drawn if one.role == "witness"]
    for one in witnesses:
        strip.text(f"见证人：{one.name}", USUAL)
        _drawn(strip, [one])
    if party is None and not witnesses:
        strip.signing("见证人：")
    strip.text("备案：本决定由执法人员报所属行政机关备案", USUAL)
    strip.gap(8)
    strip.code(code)
    strip.text("扫码验真：号码、数额、当事人首尾字与本决定书一致", SMALL, align="center")
    _seal(strip, content.agency, day_words(content.decided_on.isoformat()))
    strip.text(f"{content.agency_address}　{content.agency_phone}".strip(), SMALL)
    return strip


def form_strip(form: DocumentForm, values: Mapping[str, Any]) -> Strip:
    """Any document that data set, one line a field. Raises KnownError(form.value), (input.invalid), (input.photo_not_image)."""
    check_values(form, values)
    strip = Strip()
    for block in form.blocks:
        if not holds(block.when, values):
            continue
        if block.heading:
            strip.gap(6)
            strip.text(filled(block.heading, form, values), USUAL, bold=True)
        _block(strip, block, form, values)
    if form.page_signature:
        strip.rule()
        _hands(strip, form.page_signature.split("\n"), form, values)
    return strip


def _head(strip: Strip, agency: str, title: str, number: str) -> None:
    strip.gap(16)
    strip.text(agency, HEAD, bold=True, align="center")
    strip.text(title, TITLE, bold=True, align="center")
    strip.text(number, USUAL, align="center")
    strip.rule()


def _seal(strip: Strip, agency: str, day: str) -> None:
    """Room above and below for a seal of 42 mm over name and day, so that it covers nothing else."""
    strip.gap(SEAL)
    strip.text(f"{agency}（印章）", USUAL, align="center")
    strip.text(day, USUAL, align="center")
    strip.gap(SEAL)


def _block(strip: Strip, block: Block, form: DocumentForm, values: Mapping[str, Any]) -> None:
    match block.kind:
        case "head":
            number = words(form.field(block.field), value_at(values, block.field)) if block.field else ""
            _head(strip, str(value_at(values, "agency") or EMPTY), form.title, number)
        case "grid":
            for path in (path for row in block.rows for path in row):
                _pair(strip, form, values, path)
        case "table":
            _table(strip, block, form, values)
        case "list":
            for place, one in enumerate(value_at(values, block.field) or [EMPTY], 1):
                strip.text(f"{place}. {one}", USUAL)
        case "record":
            strip.text((words(form.field(block.field), value_at(values, block.field)) or EMPTY), USUAL)
            strip.text("（以下空白）", USUAL)
        case "signatures":
            strip.gap(8)
            _hands(strip, block.lines, form, values)
        case "seal":
            day = words(form.field(block.field), value_at(values, block.field)) if block.field else ""
            _seal(strip, str(value_at(values, "agency") or EMPTY), day or EMPTY)
        case "code":
            text = value_at(values, block.field)
            if not empty(text):
                strip.code(str(text))
                strip.text("扫码验真", SMALL, align="center")
        case "photos":
            for place, photo in enumerate(value_at(values, block.field) or [], 1):
                _photo(strip, place, photo)
        case "note":
            strip.text(filled(block.text, form, values), SMALL)
        case _:
            indent = 0 if block.style in ("plain", "address") else 2
            strip.text(filled(block.text, form, values), USUAL, bold=block.style == "strong", indent=indent)


def _pair(strip: Strip, form: DocumentForm, values: Mapping[str, Any], path: str) -> None:
    field, value = form.field(path), value_at(values, path)
    text = boxes(field, value) if field.options else words(field, value)
    strip.text(f"{field.label}：{text or EMPTY}", USUAL)
    if field.kind == "opinion" and not empty(value):
        on = value.get("on", "")
        strip.text(f"签名：{value.get('by', '')}　{day_words(on[:10]) if on else ''}", USUAL, align="right")


def _table(strip: Strip, block: Block, form: DocumentForm, values: Mapping[str, Any]) -> None:
    field = form.field(block.field)
    rows = value_at(values, block.field) or []
    strip.text(field.label, USUAL, bold=True)
    for number, row in enumerate(rows, 1):
        told = [(column.label, cell_words(column, row.get(column.id))) for column in field.columns]
        strip.text(f"{number}. " + "；".join(f"{name}：{text}" for name, text in told if text), USUAL)
    strip.text("（以下空白）" if rows else "无", USUAL)


def _photo(strip: Strip, number: int, photo: Mapping[str, Any]) -> None:
    try:
        with Image.open(io.BytesIO(photo["picture"])) as picture:
            strip.picture(picture.convert("L"))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError) as error:
        raise KnownError("input.photo_not_image", file=f"照片{number}") from error
    at = minute_words(photo["at"]) if photo.get("at") else EMPTY
    strip.text(f"照片{number}：{photo.get('caption') or EMPTY}", USUAL)
    strip.text(f"{at}　{photo.get('place') or EMPTY}　拍摄人：{photo.get('by') or EMPTY}", SMALL)
    strip.text(f"SHA-256 {hashlib.sha256(photo['picture']).hexdigest()}", SMALL)


def _drawn(strip: Strip, hands: Sequence[OnPage]) -> None:
    for one in hands:
        if one.strokes is not None:
            with Image.open(io.BytesIO(hand_png(one.strokes))) as picture:
                strip.picture(picture.convert("L"), 260)


def _hands(strip: Strip, lines: Sequence[str], form: DocumentForm, values: Mapping[str, Any]) -> None:
    """Each line for a hand on a line of its own, far apart; a signature written on the screen stands under it."""
    for line in lines:
        hands: list[Strokes | None] = []
        waiting = iter(hands)
        for part in filled(line, form, values, hands).replace("　", "\n").split("\n"):
            strip.text(part, USUAL, lead=2.6)
            for hand in islice(waiting, part.count(SIGN)):
                if hand is not None:
                    with Image.open(io.BytesIO(hand_png(hand))) as picture:
                        strip.picture(picture.convert("L"), 260)
