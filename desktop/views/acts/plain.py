"""Fields with one value: text, sums, days, instants, choices, counts, opinions."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from PySide6.QtWidgets import QCheckBox

from desktop.messages import tr
from desktop.services.act_shapes import FieldView
from desktop.views.acts.editor import Editor, GrowingText
from desktop.views.shared.basics import Pick, Segmented, TextField, label
from enforcement.notices.forms import Column
from enforcement.values.clock import LOCAL
from enforcement.values.money import plain_text

LONG = frozenset(
    (
        "answer", "basis", "checked", "conclusion", "content", "correction", "corrected", "course", "crime",
        "detail", "discretion", "exempt", "facts", "finding", "findings", "forbids", "heard", "introduced",
        "method", "narrative", "next", "note", "notes", "other", "perform", "promise", "proposal", "proves",
        "punishes", "reason", "refused", "result", "said", "standard", "statute", "suggested", "summary",
        "taught", "told", "tools", "use", "why", "wrong", "right",
    )
)  # fmt: skip
"""Last parts of the paths of fields that hold sentences."""
LINE = 40
"""A text longer than this gets several lines."""
IN_SIGHT, IN_SIGHT_CHARS = 4, 22
_MONEY = re.compile(r"(\d{1,13})(?:\.(\d{1,2}))?")


class TextEditor(Editor):
    """A line, or several where the field holds sentences."""

    def __init__(self, field: FieldView) -> None:
        super().__init__(field)
        name, text = f"act.{field.path}", field.value if isinstance(field.value, str) else ""
        self._line: TextField | None = None
        self._text: GrowingText | None = None
        if field.path.rpartition(".")[2] in LONG or len(text) > LINE or "\n" in text:
            self._text = GrowingText(name=name, accessible=field.label)
            self._text.left.connect(self._say)
            self.body.addWidget(self._text)
        else:
            self._line = TextField(name=name, accessible=field.label, trailing=field.unit)
            self._line.left.connect(self._say)
            self._line.entered.connect(self.entered.emit)
            self.body.addWidget(self._line)

    def show_value(self, value: Any) -> None:
        made = self._line or self._text
        assert made is not None
        made.show_value(value if isinstance(value, str) else "")

    def _say(self, text: str) -> None:
        self.left.emit(text.strip() or None)


class ReadEditor(Editor):
    """A line that is read into a value when it is left; what cannot be read stays, marked, and is not saved."""

    hint = ""

    def __init__(self, field: FieldView) -> None:
        super().__init__(field)
        self._line = TextField(
            name=f"act.{field.path}", accessible=field.label, hint=self.hint, trailing=self.trailing(field)
        )
        self._line.left.connect(self._say)
        self._line.entered.connect(self.entered.emit)
        self.body.addWidget(self._line)

    def trailing(self, field: FieldView) -> str:
        """What stands at the line's end."""
        return field.unit

    def read(self, text: str) -> Any:
        """The value; raises ValueError with the words for what is wrong."""
        raise NotImplementedError

    def words(self, value: Any) -> str:
        """The value as it is typed."""
        return str(value)

    def show_value(self, value: Any) -> None:
        if not self._line.property("wrong"):
            self._line.show_value("" if value is None else self.words(value))

    def _say(self, text: str) -> None:
        try:
            value = self.read(text.strip()) if text.strip() else None
        except ValueError as error:
            self._line.set_wrong(True)
            self.wrong.emit(str(error))
            return
        self._line.set_wrong(False)
        self.left.emit(value)


class MoneyEditor(ReadEditor):
    """Yuan are typed, fen are kept."""

    def trailing(self, field: FieldView) -> str:
        return tr("yuan")

    def read(self, text: str) -> int:
        return fen_of(text)

    def words(self, value: Any) -> str:
        return plain_text(int(value))


class CountEditor(ReadEditor):
    """A whole number."""

    def read(self, text: str) -> int:
        return whole_of(text)


class DayEditor(ReadEditor):
    """A day: 2026-03-02, 20260302, 2026.3.2 or 2026年3月2日."""

    hint = "2026-03-02"

    def read(self, text: str) -> str:
        return day_of(text)


class MinuteEditor(ReadEditor):
    """An instant to the minute: 2026-03-02 09:30."""

    hint = "2026-03-02 09:30"

    def read(self, text: str) -> str:
        return minute_of(text).replace(tzinfo=None).isoformat(timespec="minutes")

    def words(self, value: Any) -> str:
        return str(value).replace("T", " ")[:16]


class ChoiceEditor(Editor):
    """One of some: all in sight where they are short, in a list where not."""

    def __init__(self, field: FieldView) -> None:
        super().__init__(field)
        name = f"act.{field.path}"
        self._shown: Segmented | None = None
        self._pick: Pick | None = None
        if len(field.options) <= IN_SIGHT and sum(len(one) for one in field.options) <= IN_SIGHT_CHARS:
            self._shown = Segmented([(one, one) for one in field.options], name=name, accessible=field.label)
            self._shown.chosen.connect(self.left.emit)
            self.body.addWidget(self._shown)
        else:
            self._pick = Pick()
            self._pick.setObjectName(name)
            self._pick.setAccessibleName(field.label)
            self._pick.setPlaceholderText(tr("Choose"))
            self._pick.setSizeAdjustPolicy(Pick.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self._pick.setMinimumContentsLength(8)
            for one in field.options:
                self._pick.addItem(one, one)
            self._pick.setCurrentIndex(-1)
            self._pick.activated.connect(lambda at: self.left.emit(self.field.options[at]))
            self.body.addWidget(self._pick)

    def show_value(self, value: Any) -> None:
        if self._shown is not None:
            self._shown.set_value(str(value or ""))
        elif self._pick is not None:
            self._pick.setCurrentIndex(self._pick.findData(value) if value else -1)


class ChoicesEditor(Editor):
    """Several of some, each with its box."""

    def __init__(self, field: FieldView) -> None:
        super().__init__(field)
        self._boxes: dict[str, QCheckBox] = {}
        for number, one in enumerate(field.options):
            box = QCheckBox(one)
            box.setObjectName(f"act.{field.path}.{number}")
            box.setAccessibleName(f"{field.label}: {one}")
            box.clicked.connect(self._say)
            self._boxes[one] = box
            self.body.addWidget(box)

    def show_value(self, value: Any) -> None:
        chosen = value if isinstance(value, list | tuple) else ()
        for one, box in self._boxes.items():
            box.setChecked(one in chosen)

    def _say(self) -> None:
        self.left.emit([one for one, box in self._boxes.items() if box.isChecked()] or None)


class OpinionEditor(Editor):
    """Words; name and day come with the signature."""

    def __init__(self, field: FieldView) -> None:
        super().__init__(field)
        self._text = GrowingText(name=f"act.{field.path}", accessible=field.label)
        self._text.left.connect(lambda text: self.left.emit({"text": text.strip()} if text.strip() else None))
        self._by = label("", "small", name=f"act.{field.path}.by")
        self.body.addWidget(self._text)
        self.body.addWidget(self._by)

    def show_value(self, value: Any) -> None:
        given = value if isinstance(value, dict) else {}
        self._text.show_value(str(given.get("text", "")))
        signed = " · ".join(str(given[name]) for name in ("by", "on") if given.get(name))
        self._by.setText(signed or tr("Name and day come with your signature."))


def fen_of(text: str) -> int:
    """Yuan as typed, with at most two places, as fen. Raises ValueError in words."""
    found = _MONEY.fullmatch(re.sub(r"[,，\s\u202f元￥¥]", "", text))
    if found is None:
        raise ValueError(tr("A sum in yuan with at most two places, such as 1500 or 12.50"))
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0") or 0)


def whole_of(text: str) -> int:
    """A whole number. Raises ValueError in words."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(tr("A whole number, such as 3"))
    return int(text)


def day_of(text: str) -> str:
    """A day in any of the ways it is written, as 2026-03-02. Raises ValueError in words."""
    try:
        return _day(text).isoformat()
    except ValueError as error:
        raise ValueError(tr("A day, such as 2026-03-02")) from error


def minute_of(text: str) -> datetime:
    """Day and minute, local. Raises ValueError in words."""
    found = re.fullmatch(r"(.+?)[ T　]*?(\d{1,2})[:：时](\d{2})分?", text)
    try:
        if found is None:
            raise ValueError(text)
        day = _day(found[1].strip())
        return datetime(day.year, day.month, day.day, int(found[2]), int(found[3]), tzinfo=LOCAL)
    except ValueError as error:
        raise ValueError(tr("Day and time, such as 2026-03-02 09:30")) from error


def cell_of(column: Column, text: str) -> Any:
    """A cell of a table as its column holds it; None when it is empty. Raises ValueError in words."""
    if not text:
        return None
    match column.kind:
        case "money":
            return fen_of(text)
        case "count":
            return whole_of(text)
        case "day":
            return day_of(text)
        case _:
            return text


def cell_text(column: Column, value: Any) -> str:
    """A cell as it is typed."""
    if value is None:
        return ""
    return plain_text(int(value)) if column.kind == "money" else str(value)


def _day(text: str) -> date:
    found = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", text) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", text
    )
    if found is None:
        raise ValueError(text)
    return date(int(found[1]), int(found[2]), int(found[3]))
