"""The ordinary procedure as shipped, and positions made without signing anything: for tests of the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import count

import resources
from central.authority.holidays import read_holidays
from desktop.printing.formset import library
from enforcement.casefile import Act, Track, advanced
from enforcement.journal.acts import CertificateShown
from enforcement.journal.procedure_acts import ActDone
from enforcement.law import HolidayCalendar
from enforcement.procedure import read_deadlines
from enforcement.procedure.engine import Person, effect_of, refusals
from enforcement.procedure.position import Position, Situation
from enforcement.procedure.profile import read_profile

FIRST, SECOND = Person("99010001", frozenset({"officer"})), Person("99010002", frozenset({"officer"}))
HEAD, REVIEWER = Person("99019001", frozenset({"supervisor"})), Person("99018001", frozenset({"reviewer"}))
OTHERS = (FIRST, SECOND, HEAD, REVIEWER)
_serial = count(1)


@cache
def table():
    return read_deadlines(resources.path("procedure/deadlines.toml").read_bytes(), "deadlines.toml")


@cache
def calendar():
    years = tuple(read_holidays(path) for path in sorted(resources.path("calendar").glob("*.toml")))
    return HolidayCalendar(years=years)


@cache
def ordinary():
    raw = resources.path("procedure/ordinary.toml").read_bytes()
    return read_profile(raw, "ordinary.toml", table(), frozenset(library.form_ids()))


def people_for(rule):
    """Who would do it when everybody keeps to their part."""
    by_role = {"officer": (FIRST, SECOND), "supervisor": (HEAD,), "reviewer": (REVIEWER,)}[rule.who]
    return by_role if rule.second else by_role[:1]


def position(track=None, at=None, **situation):
    """At the start by default, on a day of 2026."""
    return Position(
        track or Track(),
        Situation(**{"facts": True, "evidence": True, "proposed": True, "fine_fen": 500_000, **situation}),
        at or datetime(2026, 3, 2, 2, 0, tzinfo=UTC),
        table(),
        calendar(),
    )


def shown(person):
    return CertificateShown(
        number=person.number, name="甲", unit="一中队", state="valid", roster_version=1, roster_digest=b""
    )


def after(where, rule, values=None, at=None, people=None):
    """The position after the act, as the fold would make it."""
    values, at = values or {}, at or where.at
    people = people or people_for(rule)
    bars = [values.get(rule.bars, "0")] if rule.bars and values.get("result") == "同意回避" else []
    effect = effect_of(rule, where, values, at, bars)
    body = ActDone(
        act=rule.id,
        profile=ordinary().name,
        at=at,
        shown=tuple(shown(one) for one in people),
        effect=effect,
        values=values,
        part=rule.part,
    )
    act = Act(body, next(_serial).to_bytes(32, "big"), people[0].number, at)
    return replace(where, track=advanced(where.track, act), at=max(at, where.at))


def do(where, name, values=None, at=None, people=None):
    """Take a step that must be lawful."""
    rule = ordinary().rule(name)
    people = people or people_for(rule)
    against = refusals(ordinary(), rule, where, people, values or {}, at or where.at)
    assert against == (), (name, against)
    return after(where, rule, values, at, people)


def against(where, name, values=None, at=None, people=None):
    """What stands in the way of a step."""
    rule = ordinary().rule(name)
    return refusals(ordinary(), rule, where, people or people_for(rule), values or {}, at or where.at)
