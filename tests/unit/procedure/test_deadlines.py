"""The table of deadlines against the statutes' own rules of counting, its refusals by line, and what a case has due."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from uuid import uuid4

import msgspec
import pytest

import resources
from central.authority.holidays import read_holidays
from desktop.messages import install_language, tr
from desktop.messages.language import catalogue
from desktop.messages.periods import LENGTHS, derivation
from desktop.services.shapes import UncountedRow
from desktop.services.status import deadline_row
from desktop.views.today.deadlines import deadline_item, uncounted_item
from enforcement.casefile import fold_case
from enforcement.journal.acts import DocumentVoided, ReviewApproved
from enforcement.law import Due, Halted, HolidayCalendar, Period, Suspension, count
from enforcement.procedure import (
    PAYMENT,
    RECONSIDERATION,
    SUIT,
    OnSpot,
    Uncountable,
    deadlines_of,
    open_deadlines,
    read_deadlines,
)
from enforcement.rules.citations import citations
from enforcement.values.errors import BugError, KnownError
from tests.support.journal_maker import Device, decided_case, shown

RAW = resources.path("procedure/deadlines.toml").read_bytes()
TABLE = read_deadlines(RAW, "deadlines.toml")
CALENDAR = HolidayCalendar(
    years=tuple(read_holidays(path) for path in sorted(resources.path("calendar").glob("*.toml")))
)
BEIJING = timezone(timedelta(hours=8))
ISSUED = date(2026, 10, 14)


def laws_of(rule):
    return {one.title for one in citations(rule.basis)}


# the data


def test_every_deadline_stands_on_an_article_or_a_document():
    assert len(TABLE.rules) >= 35
    for rule in TABLE.rules:
        assert citations(rule.basis) or re.search(r"〔\d{4}〕\d+号|令第\d+号", rule.basis), rule.id
        assert {rule.begins, *rule.ends} <= set(TABLE.events)


@pytest.mark.parametrize(
    ("law", "in_workdays", "article"),
    [
        ("行政处罚法", lambda days: days in (2, 3, 5, 7), "第八十五条"),
        ("行政强制法", lambda days: days <= 10, "第六十九条"),
        ("行政复议法", lambda days: days in (3, 5, 7, 10), "第八十八条"),
        ("行政诉讼法", lambda days: False, ""),
        ("民事诉讼法", lambda days: False, ""),
    ],
)
def test_units_are_those_that_the_law_gives_its_numbers(law, in_workdays, article):
    """行政处罚法第八十五条、行政强制法第六十九条、行政复议法第八十八条; other statutes know no working days."""
    mine = [rule for rule in TABLE.rules if laws_of(rule) == {law} and rule.unit in ("workdays", "days")]
    assert mine
    for rule in mine:
        assert (rule.unit == "workdays") == in_workdays(rule.count), rule.id
        if rule.unit == "workdays":
            assert article in rule.basis, rule.id


def test_only_where_a_law_says_so_does_the_last_day_move_against_the_agency():
    """行政复议法第八十八条 and 行政诉讼法第一百零一条 refer to 民事诉讼法第八十五条; the party's own time always moves."""
    for rule in TABLE.rules:
        if rule.unit in ("days", "months"):
            told = "行政复议法" in rule.basis or "行政诉讼法" in rule.basis
            assert rule.rolls <= (rule.who == "party" or told), rule.id
            assert rule.rolls or rule.who != "party", rule.id


def test_what_a_notice_names():
    assert [TABLE.rule(id_).count for id_ in (PAYMENT, RECONSIDERATION, SUIT)] == [15, 60, 15]
    assert {TABLE.rule(id_).unit for id_ in (PAYMENT, RECONSIDERATION, SUIT)} == {"days"}
    with pytest.raises(BugError, match=r"no penalty\.nothing"):
        TABLE.rule("penalty.nothing")


# the loader


SMALL = """[events]
"case.filed" = "立案"
"case.concluded" = "作出处理决定"

[[deadlines]]
id = "penalty.decision"
label = "作出行政处罚决定"
begins = "case.filed"
ends = ["case.concluded"]
unit = "days"
count = 90
who = "agency"
basis = "行政处罚法第六十条"
missed = "超期"
status = "verified"
"""


def test_a_small_table_is_read():
    table = read_deadlines(SMALL.encode(), "small.toml")
    assert table.rules[0].period == Period(unit="days", count=90)
    assert table.events == {"case.filed": "立案", "case.concluded": "作出处理决定"}


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ('unit = "days"', 'unit = "weeks"', 10, "weeks"),
        ("count = 90", "count = 0", 11, "at least 1"),
        ("count = 90", 'count = "90"', 11, "Expected `int`"),
        ("count = 90", "", 5, "missing required field `count`"),
        ('who = "agency"', 'who = "agency"\nwhose = "ours"', 13, "unknown field `whose`"),
        ('who = "agency"', 'who = "mayor"', 12, "mayor"),
        ('begins = "case.filed"', 'begins = "case.field"', 8, "unknown event case.field"),
        ('ends = ["case.concluded"]', 'ends = ["case.closed"]', 9, "unknown event case.closed"),
        ('ends = ["case.concluded"]', "ends = []", 9, "another event"),
        ('ends = ["case.concluded"]', 'ends = ["case.filed"]', 9, "another event"),
        ('basis = "行政处罚法第六十条"', 'basis = "惯例"', 13, "no article"),
        ('missed = "超期"', 'missed = ""', 14, "words are needed"),
        ('id = "penalty.decision"', 'id = "Decision"', 6, "a name such as"),
        ('unit = "days"', 'unit = "workdays"\nrolls = true', 11, "only days and months move on"),
        ('unit = "days"', 'unit = "days"\nrolls = true\nbefore = true', 11, "only days and months move on"),
        ('unit = "days"', 'unit = "months"\nbefore = true', 11, "only workdays and days are counted back"),
        ('status = "verified"', 'status = "local"\nwatch = true', 16, "only what is verified"),
        ('"case.filed" = "立案"', '"case.filed" = "立案"\n"case.lost" = "丢失"', 3, "no deadline begins or ends"),
        ('"case.filed" = "立案"', '"filed" = "立案"', 2, "a name such as case.filed"),
        ("[[deadlines]]", '[more]\nwords = "x"\n\n[[deadlines]]', 5, "unknown key more"),
        ("count = 90", "count = ", 11, "Invalid value"),
    ],
)
def test_a_fault_is_refused_by_its_line(old, new, line, why):
    assert old in SMALL
    with pytest.raises(KnownError, match=r"period\.table_invalid") as caught:
        read_deadlines(SMALL.replace(old, new, 1).encode(), "small.toml")
    assert (caught.value.details["where"], why in str(caught.value.details["why"])) == (f"small.toml:{line}", True)


ROW = SMALL[SMALL.index("[[deadlines]]") :]


def test_a_key_that_lacks_is_not_looked_for_in_the_next_row():
    short = SMALL.replace("count = 90\n", "")
    with pytest.raises(KnownError) as caught:
        read_deadlines(f"{short}\n{ROW.replace('penalty.decision', 'penalty.other')}".encode(), "small.toml")
    assert caught.value.details["where"] == "small.toml:5"


def test_twice_the_same_is_refused_at_the_second():
    with pytest.raises(KnownError) as caught:
        read_deadlines(f"{SMALL}\n{ROW}".encode(), "small.toml")
    assert (caught.value.details["where"], caught.value.details["why"]) == (
        "small.toml:18",
        "penalty.decision: stands in the table twice",
    )


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\xff", "no UTF-8"),
        (b"deadlines = []", "events"),
        (SMALL.replace("[[deadlines]]", "[deadlines]").encode(), "under [[deadlines]]"),
    ],
)
def test_what_is_no_table_is_refused(raw, why):
    with pytest.raises(KnownError, match=r"period\.table_invalid") as caught:
        read_deadlines(raw, "small.toml")
    assert why in str(caught.value.details["why"])


# what is open


def found(events, procedure="ordinary", **more):
    return {one.rule.id: one.found for one in open_deadlines(TABLE.rules, procedure, events, CALENDAR, **more)}


def test_an_event_begins_a_deadline_and_another_ends_it():
    filed = found({"case.filed": date(2026, 3, 2)})
    assert {id_: one.due for id_, one in filed.items()} == {"penalty.decision": date(2026, 5, 31)}
    assert "penalty.decision" not in found({"case.filed": date(2026, 3, 2), "case.concluded": date(2026, 4, 1)})
    assert found({"case.filed": date(2026, 3, 2)}, "summary") == {}
    hearing = found({"hearing.told": date(2026, 9, 22), "hearing.held": date(2026, 10, 20)})
    assert hearing["hearing.request"].due == date(2026, 9, 30)
    assert hearing["hearing.notice"].due == date(2026, 10, 10)


def test_suspensions_belong_to_their_deadline():
    seized = {"seizure.made": date(2026, 11, 2)}
    tests = Suspension(first=date(2026, 11, 5), last=date(2026, 11, 14), reason="检测")
    assert found(seized)["seizure.term"].due == date(2026, 12, 2)
    assert found(seized, suspensions={"seizure.term": [tests]})["seizure.term"].due == date(2026, 12, 12)
    assert found(seized, suspensions={"freeze.term": [tests]})["seizure.term"].due == date(2026, 12, 2)
    halted = Suspension(first=date(2026, 11, 5), reason="检测")
    assert isinstance(found(seized, suspensions={"seizure.term": [halted]})["seizure.term"], Halted)


def test_hours_and_what_nobody_verified():
    at = datetime(2026, 11, 2, 21, 30, tzinfo=BEIJING)
    assert found({"measure.urgent": at})["measure.report"].due == at + timedelta(hours=24)
    assert found({"clue.received": date(2026, 11, 2)}) == {}


def test_earliest_first_and_what_has_no_last_day_behind():
    events = {
        "fine.imposed": date(2026, 12, 28),
        "penalty.imposed": date(2026, 12, 23),
        "fine.handed_in": date(2026, 12, 28),
    }
    order = [one.rule.id for one in open_deadlines(TABLE.rules, "summary", events, CALENDAR)]
    assert order[0] == "penalty.bank"
    assert found(events, "summary")["publicity.penalty"] == Uncountable(2027)
    assert order.index("publicity.penalty") > order.index("penalty.bank")


# a case decided on the spot


def case(*more):
    device, case_id = Device("S1", "S2", "J1"), uuid4()
    entries = decided_case(device, case_id)
    for make in more:
        entries.append(device.add(case_id, make(entries), [entries[-1].hash], "J1"))
    return fold_case(case_id, entries)


def due(one, on_spot=False, issued=ISSUED):
    decided = one.decision
    seen = OnSpot(one.status, issued if decided else None, decided.act.fine_fen if decided else 0, on_spot)
    return [
        (found.rule.id, found.found.due if isinstance(found.found, Due) else found.found)
        for found in deadlines_of(seen, TABLE, CALENDAR)
    ]


def test_what_a_decision_on_the_spot_has_due():
    assert due(case()) == [
        ("publicity.penalty", date(2026, 10, 23)),
        ("penalty.payment", date(2026, 10, 29)),
    ]
    assert due(case(), on_spot=True) == [
        ("penalty.hand_in", date(2026, 10, 16)),
        ("publicity.penalty", date(2026, 10, 23)),
    ]


def test_a_warning_has_no_payment():
    warned = case()
    decision = replace(warned.decision, act=msgspec.structs.replace(warned.decision.act, fine_fen=0))
    bare = replace(warned, decision=decision)
    assert due(bare) == [("publicity.penalty", date(2026, 10, 23))]


def test_what_is_settled_voided_or_not_yet_decided_has_none():
    assert due(case(lambda entries: ReviewApproved(decision=entries[-1].hash, shown=shown("J1")))) == [
        ("penalty.payment", date(2026, 10, 29))
    ]
    number = case().decision.act.number
    assert due(case(lambda _: DocumentVoided(number=number, words="打印错误"))) == []
    assert due(fold_case(uuid4(), [])) == []


def test_what_runs_into_a_year_that_is_not_known_is_said():
    assert due(case(), issued=date(2026, 12, 23)) == [
        ("publicity.penalty", Uncountable(2027)),
        ("penalty.payment", Uncountable(2027)),
    ]


# in words


def row(period, begun, *suspensions, now):
    counted = count(period, begun, CALENDAR, suspensions)
    return deadline_row(TABLE.rule("seizure.term"), counted, "某公司 · 某案", uuid4(), now)


@pytest.mark.parametrize(
    ("day", "lead", "tone"),
    [
        (8, "3 days left", "quiet"),
        (9, "2 days left", "quiet"),
        (10, "tomorrow", "reason"),
        (11, "today", "stop"),
        (12, "overdue", "stop"),
    ],
)
def test_warned_from_one_day_before_and_overdue_said_as_overdue(day, lead, tone):
    now = datetime(2026, 11, day, 10, tzinfo=BEIJING)
    item = deadline_item(row(Period(unit="workdays", count=7), date(2026, 11, 2), now=now))
    assert (item.lead, item.lead_tone) == (lead, tone)
    assert item.subtitle == "2026-11-11 · 7 working days · 某公司 · 某案"
    assert item.tip.splitlines() == [
        "From 2026-11-02, which does not count: 7 working days",
        "Left out: weekends, days: 2",
        "Last day 2026-11-11",
        "If it is missed: 期满未处理的，必须解除并退还财物",
    ]


def test_an_open_suspension_says_since_when_and_why():
    now = datetime(2026, 11, 20, 10, tzinfo=BEIJING)
    stopped = Suspension(first=date(2026, 11, 5), reason="检测")
    item = deadline_item(row(Period(unit="days", count=30), date(2026, 11, 2), stopped, now=now))
    assert (item.lead, item.lead_tone) == ("halted", "quiet")
    assert item.subtitle == "30 natural days · 某公司 · 某案"
    assert item.tip.splitlines()[1] == "Suspended since 2026-11-05 (检测); the last day is not known until it ends"


def test_a_year_that_is_not_known_is_a_line_of_its_own():
    first = uuid4()
    item = uncounted_item(UncountedRow(2027, ("甲公司 · 缴款", "乙公司 · 公示"), first))
    assert item.title == "Cannot be counted: the holidays of 2027 are not known yet"
    assert (item.subtitle, item.value.case_id) == ("Deadlines: 2 · 甲公司 · 缴款；乙公司 · 公示", first)
    assert item.tip.splitlines()[-1] == "Ask the agency's office to publish them."


EVERY_STEP = [
    (Period(unit="workdays", count=7), date(2026, 2, 10), ["春节", "2026-02-14"]),
    (Period(unit="days", count=15, rolls=True), date(2026, 11, 6), ["2026-11-21", "2026-11-23"]),
    (Period(unit="days", count=15, rolls=True), date(2026, 9, 20), ["国庆节", "2026-10-08"]),
    (Period(unit="months", count=1), date(2026, 1, 31), ["2026-02-28"]),
    (Period(unit="workdays", count=3, before=True), date(2026, 11, 10), ["2026-11-05"]),
    (Period(unit="hours", count=24), datetime(2026, 11, 2, 9, 5, tzinfo=BEIJING), ["2026-11-03 09:05"]),
]


@pytest.mark.parametrize(("period", "begun", "parts"), EVERY_STEP)
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_step_has_its_sentence(qapp, period, begun, parts, language):
    install_language(language)
    try:
        lines = derivation(count(period, begun, CALENDAR))
        text = "\n".join(lines)
        assert all(part in text for part in parts)
        assert bool(re.search("[a-z]{3}", text)) == (language == "en")
        assert len(lines) == len(count(period, begun, CALENDAR).steps) + 1
    finally:
        install_language("en")


def test_lengths_are_translated():
    assert set(LENGTHS.values()) <= set(catalogue("zh_CN"))
    assert tr(LENGTHS["months"], count=3) == "3 calendar months"
