"""Numbers as tables write them: 1000, 1，000, １０００, 一千, 两万元, 1.5万元, 百分之三十, 三成."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

_WIDE = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
_POWERS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_SCALES = {"百": 100, "千": 1000, **_GROUPS}
NUMBER = (
    r"(?:[0-9０-９][0-9０-９,，.．]*[0-9０-９]|[0-9０-９]|[零〇一二两三四五六七八九十百千壹贰叁拾佰仟]+)(?:[万亿千百])?"
)
UNITS = (
    "平方米", "平方公里", "平方千米", "亩", "立方米", "公里", "千米", "厘米", "毫米", "米", "吨", "千克", "公斤", "克", "升", "小时", "分钟",
    "工作日", "日", "天", "个月", "月", "年", "次", "处", "块", "个", "件", "株", "棵", "头", "只", "辆", "人", "户", "间", "层", "台", "套", "幅",
    "条", "份", "批", "包", "袋", "盒", "瓶", "倍", "分贝", "万元", "元", "%",
)  # fmt: skip
QUANTITY = rf"(?P<number>{NUMBER})(?P<unit>{'|'.join(UNITS)})"
_SAME = ({"日", "天"}, {"千克", "公斤"}, {"公里", "千米"}, {"%", "％"}, {"株", "棵"}, {"个月", "月"}, {"件", "个"})


def number_of(text: str) -> Decimal | None:
    """The number of a text, or none."""
    words = text.strip().translate(_WIDE).replace("，", "").replace(",", "").replace(" ", "")
    scale = 1
    while len(words) > 1 and words[0] in "0123456789." and words[-1] in _SCALES:
        scale, words = scale * _SCALES[words[-1]], words[:-1]
    try:
        return Decimal(words) * scale
    except InvalidOperation:
        value = _chinese(words)
        return None if value is None else Decimal(value) * scale


def same_unit(one: str, other: str) -> bool:
    """Whether two words name one unit."""
    return one == other or any(one in pair and other in pair for pair in _SAME)


def _chinese(words: str) -> int | None:
    if not words:
        return None
    total = section = digit = 0
    for char in words:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _POWERS:
            section, digit = section + (digit or 1) * _POWERS[char], 0
        elif char in _GROUPS:
            total, section, digit = total + (section + digit) * _GROUPS[char], 0, 0
        else:
            return None
    return total + section + digit


def plain(text: str) -> str:
    """Full-width digits and signs as plain ones, white space gone: what conditions are read from."""
    narrow = "".join(
        chr(ord(char) - 0xFEE0) if 0xFF01 <= ord(char) <= 0xFF5E and char not in "，；：（）！？" else char
        for char in text
    )
    return re.sub(r"\s+", "", narrow)
