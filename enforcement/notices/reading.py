"""Values of a form's fields: checked against their kinds, and as the words that stand on the paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from enforcement.notices.forms import Column, DocumentForm, FormField, empty, value_at
from enforcement.notices.signatures import HandSignature, Strokes, check_signatures, hand_at
from enforcement.values.clock import LOCAL
from enforcement.values.errors import KnownError
from enforcement.values.money import capital_text, plain_text

EMPTY = "————"
"""What a sentence says where it has nothing to say."""
SIGN, DATE = "＿＿＿＿＿＿", "＿＿＿年＿＿月＿＿日"
MINUTE = f"{DATE}＿＿时＿＿分"
MAX_TEXT = 20_000
"""Characters of one text: about 32 pages of a record. Longer ones are attachments, not fields."""
MAX_ROWS = 2_000
MAX_CODE = 1_200
"""Letters of a code: so many are still read from the page at 150 dots an inch (the test of the forms does it)."""
_SLOT = re.compile(r"\{([^{}:]+)(?::([a-z]+))?\}")
_KEYS: Mapping[str, frozenset[str]] = {
    "people": frozenset({"name", "number"}),
    "dialogue": frozenset({"ask", "answer"}),
    "opinion": frozenset({"text", "by", "on"}),
    "photos": frozenset({"picture", "caption", "at", "place", "by"}),
}


def check_values(form: DocumentForm, values: Mapping[str, Any]) -> None:
    """Every value belongs to a field and is of its kind. Raises KnownError(form.value) with `form`, `field` and `why`."""
    known = {field.path for field in form.fields}
    check_signatures(form.id, values.get("signatures", {}))
    for path in _leaves({name: value for name, value in values.items() if name != "signatures"}, known):
        if path not in known:
            raise KnownError("form.value", form=form.id, field=path, why="the form has no such field")
    for field in form.fields:
        value = value_at(values, field.path)
        if value is not None:
            _check(form.id, field, value)


def words(field: FormField, value: Any, style: str = "") -> str:
    """A value as it stands in a cell or a sentence; "" for none. Money (fen) is written in both ways, `plain` as digits alone."""
    if empty(value):
        return ""
    match field.kind:
        case "money":
            return _money(value, style)
        case "day":
            return day_words(value)
        case "minute":
            return minute_words(value)
        case "count":
            return f"{value}{field.unit}"
        case "choices":
            return "、".join(value)
        case "list":
            return "；".join(f"{number}. {one.rstrip('。；')}" for number, one in enumerate(value, 1))
        case "people":
            return "、".join(
                f"{one['name']}（执法证号{one['number']}）" if one.get("number") else one["name"] for one in value
            )
        case "dialogue":
            return "\n".join(line for one in value for line in dialogue_lines(one))
        case "opinion":
            return str(value.get("text", ""))
        case _:
            return str(value)


def cell_words(column: Column, value: Any) -> str:
    """A value in a table's cell."""
    if empty(value):
        return ""
    if column.kind == "money":
        return _money(value, "plain")
    return day_words(value) if column.kind == "day" else str(value)


def boxes(field: FormField, value: Any) -> str:
    """A choice in a cell: every option with its box, the chosen ones filled."""
    chosen = value if isinstance(value, list) else [value]
    return "　".join(("■" if option in chosen else "□") + option for option in field.options)


def filled(text: str, form: DocumentForm, values: Mapping[str, Any], hands: list[Strokes | None] | None = None) -> str:
    """A sentence with its slots filled; a drawn dash where a value lacks, lines where a hand writes. To `hands` is added, for
    each signature line that stays, what was written on the screen for it, or None.
    """
    taken: dict[tuple[int, str], int] = {}

    def sign(role: str, line: int) -> str:
        place = taken.get((line, role), 0)
        taken[line, role] = place + 1
        hand = hand_at(values, role, place)
        if isinstance(hand, str):
            return hand
        if hands is not None:
            hands.append(hand.strokes if isinstance(hand, HandSignature) else hand)
        return SIGN

    def one(found: re.Match[str]) -> str:
        path, style = found[1], found[2] or ""
        if path == "sign":
            return sign(style, text.count("\n", 0, found.start()))
        if path in ("date", "minute"):
            hand = hand_at(values, style, 0)
            at = hand.at.isoformat() if isinstance(hand, HandSignature) else ""
            if path == "minute":
                return minute_words(at) if at else MINUTE
            return minute_words(at).partition("日")[0] + "日" if at else DATE
        told = words(form.field(path), value_at(values, path), style) or EMPTY
        return told.rstrip("。；") if text[found.end() : found.end() + 1] in ("。", "，", "；") else told

    return _SLOT.sub(one, text)


def dialogue_lines(entry: Mapping[str, str]) -> tuple[str, str]:
    """Question and answer."""
    return f"问：{entry['ask']}", f"答：{entry['answer']}"


def day_words(text: str) -> str:
    """2026-03-02 -> 2026年3月2日, without padding (GB/T 9704-2012)."""
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


def minute_words(text: str) -> str:
    """To the minute; an instant with an offset is told in Chinese time, one without is taken as such."""
    at = datetime.fromisoformat(text)
    there = at.astimezone(LOCAL) if at.tzinfo else at
    return f"{there.year}年{there.month}月{there.day}日{there.hour}时{there.minute:02d}分"


def _money(value: int, style: str) -> str:
    return f"{plain_text(value)}元" if style == "plain" else f"人民币{capital_text(value)}（￥{plain_text(value)}）"


def _leaves(values: Mapping[str, Any], known: set[str], before: str = "") -> list[str]:
    """Paths of all values; a map that is itself a field's value is one leaf."""
    found: list[str] = []
    for name, value in values.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping) and path not in known:
            found += _leaves(value, known, f"{path}.")
        else:
            found.append(path)
    return found


def _check(form: str, field: FormField, value: Any) -> None:
    def refuse(why: str) -> KnownError:
        return KnownError("form.value", form=form, field=field.path, why=why)

    match field.kind:
        case "text":
            _text(value, refuse)
        case "code":
            _text(value, refuse)
            if len(value) > MAX_CODE or not value.isascii():
                raise refuse(f"is no code of at most {MAX_CODE} letters and digits")
        case "money" | "count":
            _whole(value, refuse)
        case "day":
            _moment(value, date.fromisoformat, "a day like 2026-03-02", refuse)
        case "minute":
            _moment(value, datetime.fromisoformat, "an instant like 2026-03-02T09:30", refuse)
        case "choice":
            if value not in field.options:
                raise refuse(f"is none of {'、'.join(field.options)}")
        case "choices":
            for one in _rows(value, refuse):
                if one not in field.options:
                    raise refuse(f"{one} is none of {'、'.join(field.options)}")
        case "list":
            for one in _rows(value, refuse):
                _text(one, refuse)
        case "opinion":
            _keyed(value, field.kind, refuse)
        case "table":
            for row in _rows(value, refuse):
                _row(row, field, refuse)
        case "people" | "dialogue" | "photos":
            for one in _rows(value, refuse):
                _keyed(one, field.kind, refuse)


Refuse = Callable[[str], KnownError]


def _text(value: Any, refuse: Refuse) -> None:
    if not isinstance(value, str):
        raise refuse("is no text")
    if len(value) > MAX_TEXT:
        raise refuse(f"has {len(value)} characters, more than {MAX_TEXT}")


def _whole(value: Any, refuse: Refuse) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise refuse("is no whole number from 0")
    if value > 10**15:
        raise refuse("is too large")


def _moment(value: Any, reader: Callable[[str], object], like: str, refuse: Refuse) -> None:
    try:
        reader(value)
    except (TypeError, ValueError) as error:
        raise refuse(f"is not {like}") from error


def _rows(value: Any, refuse: Refuse) -> list[Any]:
    if not isinstance(value, list):
        raise refuse("is no list")
    if len(value) > MAX_ROWS:
        raise refuse(f"has {len(value)} entries, more than {MAX_ROWS}")
    return value


def _keyed(value: Any, kind: str, refuse: Refuse) -> None:
    if not isinstance(value, Mapping):
        raise refuse(f"holds {', '.join(sorted(_KEYS[kind]))}")
    for name, one in value.items():
        if name not in _KEYS[kind]:
            raise refuse(f"has no {name}")
        if name in ("on", "at"):
            _moment(one, datetime.fromisoformat, "a day or an instant", refuse)
        elif name != "picture":
            _text(one, refuse)
        elif not isinstance(one, bytes):
            raise refuse("has a picture that is none")
    for name in {"people": ("name",), "dialogue": ("ask", "answer"), "photos": ("picture",)}.get(kind, ()):
        if name not in value:
            raise refuse(f"lacks {name}")


def _row(row: Any, field: FormField, refuse: Refuse) -> None:
    if not isinstance(row, Mapping):
        raise refuse("has a row that is no table")
    columns = {column.id: column for column in field.columns}
    for name, value in row.items():
        if name not in columns:
            raise refuse(f"has no column {name}")
        match columns[name].kind:
            case "text":
                _text(value, refuse)
            case "day":
                _moment(value, date.fromisoformat, "a day like 2026-03-02", refuse)
            case _:
                _whole(value, refuse)
