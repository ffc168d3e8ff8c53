"""What a person types into a table's cell: conditions with ids or labels, sums in yuan, shares in per cent.

Refusals are KnownError(rules.condition_invalid) with `text`, the piece that cannot stand, and `why`, one of the sentences here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from enforcement.authoring.numerals import number_of
from enforcement.rules import FactSpec, format_fact, parse_fact
from enforcement.rules.facts import FactValue, number_text
from enforcement.values.errors import KnownError

NO_FACT = "no fact of this violation is called so"
NO_OPERATOR = "a comparison such as >= or == is missing"
NO_ORDER = "more or less can be asked of numbers, counts and days only"
NO_NUMBER = "a number is needed here"
TOO_FINE = "it has more decimals than the fact"
OUT_OF_BOUNDS = "it lies outside what the fact can be"
NO_CHOICE = "it is not one of the fact's choices"
NO_FLAG = "yes or no is needed here"
NO_DAY = "a day such as 2024-07-01 is needed here"
NO_JOIN = "且 or 或 is missing before it"
NO_SUM = "a sum in yuan is needed, such as 3000 or 0.50"
LOW_FIRST = "the lowest sum comes first"
NO_SHARE = "a share from 0 to 100 per cent is needed"
WHYS = (NO_FACT, NO_OPERATOR, NO_ORDER, NO_NUMBER, TOO_FINE, OUT_OF_BOUNDS, NO_CHOICE, NO_FLAG, NO_DAY, NO_JOIN, NO_SUM,
        LOW_FIRST, NO_SHARE)  # fmt: skip

Groups = list[list[str]]
End = Literal["low", "high"]
_SIGNS = str.maketrans({"≥": ">=", "≤": "<=", "≠": "!=", "＞": ">", "＜": "<", "＝": "=", "　": " "})
_OPERATORS = {
    ">=": ">=", "<=": "<=", "==": "==", "!=": "!=", ">": ">", "<": "<", "=": "==", "达到": ">=", "不少于": ">=", "不超过": "<=",
    "不足": "<", "不满": "<", "超过": ">", "不为": "!=", "为": "==", "属于": "in", "in": "in",
}  # fmt: skip
_OPERATOR = re.compile("|".join(f"{one}(?![a-z])" if one.isalpha() and one.isascii() else one for one in _OPERATORS))
_SHOWN = {">=": "≥", "<=": "≤", "==": "=", "!=": "≠", "in": "属于"}
_AND = re.compile(r"\s*(?:并且|且|and\b|&&|[,，])\s*")
_OR = re.compile(r"[ \t]*(?:(?:[;；\n]\s*)(?:或者|或|or\b)?|或者|或|or\b)\s*")
_NUMBER = re.compile(r"[0-9０-９][0-9０-９,.．]*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ANSWERS = ("yes", "no", "true", "false", "是", "否")
_ORDERED = ("number", "count", "date")


class _Test(NamedTuple):
    spec: FactSpec
    op: str
    values: tuple[FactValue, ...]

    def source(self) -> str:
        typed = ", ".join(_source_value(self.spec, one) for one in self.values)
        return f"{self.spec.id} {self.op} " + (f"[{typed}]" if self.op == "in" else typed)

    def words(self) -> str:
        return f"{self.spec.label} {_SHOWN.get(self.op, self.op)} " + "、".join(
            format_fact(self.spec, one) for one in self.values
        )


def read_conditions(text: str, specs: Sequence[FactSpec]) -> Groups:
    """Groups of conditions as a source writes them: `area >= 10 且 days >= 5`, groups on lines of their own or parted by 或; labels
    of facts and choices may stand for their ids. Empty for a text without any.
    """
    return [[test.source() for test in group] for group in _Reader(text, specs).groups()]


def conditions_text(groups: object) -> str:
    """Groups as they are typed; whatever cannot be read stands as it is."""
    return "\n或 ".join(" 且 ".join(str(test) for test in group) for group in _listed(groups))


def conditions_words(groups: object, specs: Sequence[FactSpec]) -> str:
    """Groups with labels and units, for reading."""
    return "\n或 ".join(" 且 ".join(_in_words(str(test), specs) for test in group) for group in _listed(groups))


def read_end(old: object, end: End, text: str) -> Any:
    """A range in the source's form with one end set: "3000", "1万", "<3000" and ">1000" for ends that do not belong, "" for none. None
    when no end is left; what it is reckoned from, its floor and cap stay.
    """
    typed = text.strip().translate(_SIGNS).removesuffix("元").strip()
    found = _parts(old)
    if not typed:
        ends = {"low": "", "high": ""} if end == "low" else {"low": found.low, "high": ""}
    else:
        _yuan(typed.removeprefix("<" if end == "high" else ">").strip(), text)
        ends = {"low": found.low, "high": found.high, end: typed}
    if not ends["low"]:
        if ends["high"]:
            raise KnownError("rules.condition_invalid", text=text.strip(), why=LOW_FIRST)
        return None
    return _range(found, ends["low"], ends["high"])


def end_text(value: object, end: End) -> str:
    """An end of a range as `read_end` takes it."""
    found = _parts(value)
    return found.low if end == "low" else found.high


def read_share(old: object, end: End, text: str) -> Any:
    """A share in the source's form (thousandths) with one end set in per cent, "<30" and ">30" for ends that do not belong; None when
    no end is left.
    """
    low, high = share_text(old, "low"), share_text(old, "high")
    typed = text.strip().translate(_SIGNS).removesuffix("%").strip()
    low, high = (typed, high) if end == "low" else (low, typed)
    if not low and not high:
        return None
    part = [_thousandths(low.removeprefix(">") or "0", text), _thousandths(high.removeprefix("<") or "100", text)]
    open_ = _open_name(low.startswith(">"), high.startswith("<"))
    more = {"of": old["of"]} if isinstance(old, Mapping) and "of" in old else {}
    return {"part": part, **({"open": open_} if open_ else {}), **more} if open_ or more else part


def share_text(value: object, end: End) -> str:
    """An end of a share as `read_share` takes it."""
    table = value if isinstance(value, Mapping) else {"part": value}
    part, open_ = table.get("part"), str(table.get("open", ""))
    if not isinstance(part, list) or len(part) != 2 or not all(isinstance(one, int) for one in part):
        return ""
    sign = {"low": ">" if open_ in ("lo", "both") else "", "high": "<" if open_ in ("hi", "both") else ""}[end]
    return f"{sign}{part[0 if end == 'low' else 1] / 10:g}"


class _Range(NamedTuple):
    low: str
    high: str
    key: str
    more: Mapping[str, Any]


def _parts(value: object) -> _Range:
    table = value if isinstance(value, Mapping) else {"sum": value}
    key = next((one for one in ("sum", "each", "times") if one in table), "sum")
    ends, open_ = table.get(key), str(table.get("open", ""))
    more = {name: inner for name, inner in table.items() if name not in (key, "open")}
    if not isinstance(ends, list) or not 1 <= len(ends) <= 2:
        return _Range("", "", key, more)
    low = f"{'>' if open_ in ('lo', 'both') else ''}{ends[0]}"
    high = f"{'<' if open_ in ('hi', 'both') else ''}{ends[1]}" if len(ends) == 2 else ""
    return _Range(low, high, key, more)


def _range(found: _Range, low: str, high: str) -> Any:
    ends = [_yuan(low.removeprefix(">").strip(), low)]
    ends += [_yuan(high.removeprefix("<").strip(), high)] if high else []
    open_ = _open_name(low.startswith(">"), high.startswith("<"))
    if found.key == "sum" and not open_:
        return ends
    return {found.key: ends, **found.more, **({"open": open_} if open_ else {})}


def _open_name(low: bool, high: bool) -> str:
    return "both" if low and high else "lo" if low else "hi" if high else ""


def _yuan(words: str, text: str) -> int | str:
    value = number_of(words)
    if value is None or value < 0 or value >= 10**15 or value != round(value, 2):
        raise KnownError("rules.condition_invalid", text=text.strip(), why=NO_SUM)
    return int(value) if value == value.to_integral_value() else f"{value:.2f}"


def _thousandths(words: str, text: str) -> int:
    value = number_of(words)
    if value is None or not 0 <= value <= 100 or value * 10 != int(value * 10):
        raise KnownError("rules.condition_invalid", text=text.strip(), why=NO_SHARE)
    return int(value * Decimal(10))


class _Reader:
    """Reads from left to right; the longest name that fits is meant, so that 或 and 且 inside a label part nothing."""

    def __init__(self, text: str, specs: Sequence[FactSpec]) -> None:
        self._text, self._at = text.translate(_SIGNS).strip(), 0
        names = [(name.translate(_SIGNS), spec) for spec in specs for name in (spec.id, spec.label) if name]
        self._names = sorted(names, key=lambda one: len(one[0]), reverse=True)

    def groups(self) -> list[list[_Test]]:
        found: list[list[_Test]] = []
        while self._at < len(self._text):
            found.append([self._test()])
            while self._take(_AND):
                found[-1].append(self._test())
            if self._at < len(self._text) and not self._take(_OR):
                raise self._wrong(NO_JOIN)
        return found

    def _test(self) -> _Test:
        spec = self._fact()
        self._space()
        found = _OPERATOR.match(self._text, self._at)
        if found is None:
            raise self._wrong(NO_OPERATOR)
        op = _OPERATORS[found[0]]
        if op in ("<", "<=", ">", ">=") and spec.kind not in _ORDERED:
            raise self._wrong(NO_ORDER)
        self._at = found.end()
        if op != "in":
            return _Test(spec, op, (self._value(spec),))
        closing = self._take(re.compile(r"\s*[\[（(]"))
        values = [self._value(spec)]
        while self._take(re.compile(r"\s*[,，、]\s*")):
            values.append(self._value(spec))
        if closing:
            self._take(re.compile(r"\s*[\]）)]"))
        return _Test(spec, op, tuple(values))

    def _fact(self) -> FactSpec:
        self._space()
        for name, spec in self._names:
            after = self._text[self._at + len(name) : self._at + len(name) + 1]
            part_of_word = name.isascii() and re.match(r"[A-Za-z0-9_]", after) is not None
            if self._text.startswith(name, self._at) and not part_of_word:
                self._at += len(name)
                return spec
        raise self._wrong(NO_FACT)

    def _value(self, spec: FactSpec) -> FactValue:
        self._space()
        match spec.kind:
            case "choice":
                names = [(name, one.id) for one in spec.choices for name in (one.id, one.label)]
                return self._one_of(names, NO_CHOICE)
            case "flag":
                return self._one_of([(name, name) for name in _ANSWERS], NO_FLAG) in ("yes", "true", "是")
            case "date":
                return self._read(spec, _DAY, NO_DAY)
            case _:
                value = self._read(spec, _NUMBER, NO_NUMBER)
                if spec.unit:
                    self._take(re.compile(rf"\s*{re.escape(spec.unit)}"))
                return value

    def _one_of(self, names: Sequence[tuple[str, str]], why: str) -> str:
        for name, value in sorted(names, key=lambda one: len(one[0]), reverse=True):
            if self._text.startswith(name.translate(_SIGNS), self._at):
                self._at += len(name.translate(_SIGNS))
                return value
        raise self._wrong(why)

    def _read(self, spec: FactSpec, pattern: re.Pattern[str], why: str) -> FactValue:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise self._wrong(why)
        try:
            value = parse_fact(spec, found[0])
        except KnownError as error:
            reason = str(error.details.get("why"))
            known = {"outside what the fact can be": OUT_OF_BOUNDS, "a date is needed": NO_DAY}
            better = TOO_FINE if "decimals" in reason else known.get(reason, why)
            raise KnownError("rules.condition_invalid", text=found[0], why=better) from error
        self._at = found.end()
        return value

    def _space(self) -> None:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1

    def _take(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
        return found is not None

    def _wrong(self, why: str) -> KnownError:
        self._space()
        piece = re.split(r"[\n；;]", self._text[self._at :], maxsplit=1)[0].strip()
        return KnownError("rules.condition_invalid", text=piece[:40] or self._text[-40:], why=why)


def _source_value(spec: FactSpec, value: FactValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number_text(spec, value) if isinstance(value, int) else value


def _in_words(test: str, specs: Sequence[FactSpec]) -> str:
    try:
        ((found,),) = _Reader(test, specs).groups()
    except (KnownError, ValueError):
        return test
    return found.words()


def _listed(groups: object) -> list[list[object]]:
    return [one if isinstance(one, list) else [one] for one in groups] if isinstance(groups, list) else []
