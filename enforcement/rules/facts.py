"""Fact values: reading what a person types, writing it back, testing conditions."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from enforcement.rules.model import FactSpec, Test
from enforcement.values.errors import KnownError

FactValue = int | bool | str
Holds = Callable[[Mapping[str, FactValue]], bool]

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def parse_fact(spec: FactSpec, text: str) -> FactValue:
    """The value of what was typed; the unit may stand behind a number. Raises KnownError(rules.fact_invalid)."""
    words = text.strip().translate(_FULL_WIDTH)
    match spec.kind:
        case "number" | "count":
            words = words.removesuffix(spec.unit).strip().replace(",", "")
            if not _NUMBER.fullmatch(words):
                raise _invalid(spec, text, "a number is needed")
            return _scaled(spec, words, text)
        case "choice":
            for choice in spec.choices:
                if text.strip() in (choice.id, choice.label):
                    return choice.id
            raise _invalid(spec, text, "not one of the choices")
        case "flag":
            if words in ("是", "yes", "true"):
                return True
            if words in ("否", "no", "false"):
                return False
            raise _invalid(spec, text, "yes or no is needed")
        case "date":
            try:
                return date.fromisoformat(words).isoformat()
            except ValueError as error:
                raise _invalid(spec, text, "a date is needed") from error


def check_fact(spec: FactSpec, value: FactValue) -> None:
    """Raise KnownError(rules.fact_invalid) when a value is not of its spec's kind or bounds."""
    if not checker(spec)(value):
        raise outside(spec, value)


def checker(spec: FactSpec) -> Callable[[object], bool]:
    """Whether a value is of a spec's kind and bounds, as a function that is made once and asked often."""
    match spec.kind:
        case "number" | "count":
            low, high = spec.low, spec.high
            return lambda value: type(value) is int and low <= value <= high
        case "choice":
            answers = frozenset(choice.id for choice in spec.choices)
            return lambda value: type(value) is str and value in answers
        case "flag":
            return lambda value: type(value) is bool
        case "date":
            return lambda value: type(value) is str and _is_date(value)


def outside(spec: FactSpec, value: FactValue) -> KnownError:
    """The refusal of a value that is not of its spec's kind or bounds."""
    return _invalid(spec, str(value), "outside what the fact can be")


def format_fact(spec: FactSpec, value: FactValue) -> str:
    """As it stands in a document: number with unit, the choice's words, 是 or 否."""
    match spec.kind:
        case "number" | "count":
            return f"{number_text(spec, int(value))}{spec.unit}"
        case "choice":
            return next((choice.label for choice in spec.choices if choice.id == value), str(value))
        case "flag":
            return "是" if value else "否"
        case "date":
            return str(value)


def number_text(spec: FactSpec, value: int) -> str:
    """A scaled number as decimal text without needless zeros."""
    if not spec.decimals:
        return str(value)
    whole, rest = divmod(value, 10**spec.decimals)
    return f"{whole}.{rest:0{spec.decimals}d}".rstrip("0").rstrip(".") if rest else str(whole)


def predicate(test: Test) -> Holds:
    """A condition as a function of facts; while its fact is unknown it does not hold."""
    name, value, values = test.fact, test.value, test.values
    match test.op:
        case "in":
            return lambda facts: name in facts and facts[name] in values
        case "==":
            return lambda facts: name in facts and facts[name] == value
        case "!=":
            return lambda facts: name in facts and facts[name] != value
        case op:
            compare = _COMPARE[op]
            return lambda facts: name in facts and compare(facts[name], value)


def any_group(any_of: tuple[tuple[Test, ...], ...]) -> Holds:
    """Whether all tests of any group hold; no group never holds by itself."""
    return _one_of([_all_of([predicate(test) for test in group]) for group in any_of])


def _all_of(tests: Sequence[Holds]) -> Holds:
    match tests:
        case [one]:
            return one
        case [one, other]:
            return lambda facts: one(facts) and other(facts)

    def holds(facts: Mapping[str, FactValue]) -> bool:
        for one in tests:  # noqa: SIM110  # a generator costs more than the tests
            if not one(facts):
                return False
        return True

    return holds


def _one_of(tests: Sequence[Holds]) -> Holds:
    match tests:
        case [one]:
            return one
        case [one, other]:
            return lambda facts: one(facts) or other(facts)

    def holds(facts: Mapping[str, FactValue]) -> bool:
        for one in tests:  # noqa: SIM110  # as above
            if one(facts):
                return True
        return False

    return holds


def test_holds(test: Test, facts: Mapping[str, FactValue]) -> bool | None:
    """Whether a condition holds; None while its fact is unknown."""
    return predicate(test)(facts) if test.fact in facts else None


test_holds.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _scaled(spec: FactSpec, words: str, text: str) -> int:
    try:
        scaled = Decimal(words).scaleb(spec.decimals)
    except InvalidOperation as error:
        raise _invalid(spec, text, "a number is needed") from error
    if scaled != int(scaled):
        raise _invalid(spec, text, f"at most {spec.decimals} decimals")
    if not spec.low <= scaled <= spec.high:
        raise _invalid(spec, text, "outside what the fact can be")
    return int(scaled)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _invalid(spec: FactSpec, text: str, why: str) -> KnownError:
    return KnownError("rules.fact_invalid", fact=spec.label, text=text[:40], why=why)
