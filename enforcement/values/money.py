"""Money is integer fen (0.01 yuan). Never a float."""

from __future__ import annotations

from typing import NewType

Fen = NewType("Fen", int)
"""A sum in fen."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def yuan(amount: int) -> Fen:
    """Whole yuan as fen."""
    return Fen(amount * 100)


def plain_text(sum_fen: int) -> str:
    """As in running text, without unit: 1500 yuan -> "1500", 12.50 yuan -> "12.50"."""
    sign, sum_fen = ("-", -sum_fen) if sum_fen < 0 else ("", sum_fen)
    whole, rest = divmod(sum_fen, 100)
    return f"{sign}{whole}" + (f".{rest:02d}" if rest else "")


def grouped_text(sum_fen: int) -> str:
    """As on a scale, thousands parted by a thin no-break space: "20 000"."""
    whole, rest = divmod(sum_fen, 100)
    return f"{whole:,}".replace(",", "\u202f") + (f".{rest:02d}" if rest else "")


def capital_text(sum_fen: int) -> str:
    """Chinese capital numerals as cheques and decisions demand: 1500 yuan -> "壹仟伍佰元整". Raises ValueError below 0."""
    if sum_fen < 0:
        raise ValueError("a negative sum has no capital form here")
    whole, rest = divmod(sum_fen, 100)
    jiao, fen = divmod(rest, 10)
    text = _whole_text(whole) + "元" if whole or not rest else ""
    if not rest:
        return text + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif whole:
        text += "零"
    return text + (_DIGITS[fen] + "分" if fen else "整")


def _whole_text(whole: int) -> str:
    if whole == 0:
        return "零"
    groups: list[int] = []
    while whole:
        whole, group = divmod(whole, 10_000)
        groups.append(group)
    text, gap = "", False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group == 0:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group_text(group) + _GROUPS[index]
        gap = False
    return text


def _group_text(group: int) -> str:
    text, gap = "", False
    for power in (3, 2, 1, 0):
        figure = group // 10**power % 10
        if figure == 0:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[figure] + _UNITS[power]
        gap = False
    return text
