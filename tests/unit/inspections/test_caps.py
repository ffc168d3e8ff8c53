"""Caps of a year: what counts, what is stopped, what only warns, and a faulty table."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from enforcement.procedure.inspections import PastVisit, check_cap, count_visits, read_caps
from enforcement.values.errors import KnownError

RAW = resources.path("inspections/caps.toml").read_bytes()
TABLE = read_caps(RAW, "caps.toml")
DAY = date(2026, 3, 2)


def visits(*triggers, day=DAY):
    return [PastVisit(day, TABLE.trigger(one).type, one) for one in triggers]


@pytest.mark.parametrize(
    ("past", "trigger", "state", "times"),
    [
        ((), "plan", "allowed", 0),
        (("plan",), "plan", "allowed", 1),
        (("plan", "draw"), "plan", "blocked", 2),
        (("plan", "complaint"), "draw", "blocked", 2),
        (("plan", "draw"), "complaint", "warned", 2),
        (("plan", "draw"), "danger", "warned", 2),
        (("plan", "draw"), "recheck", "warned", 2),
        (("plan", "superior", "superior"), "plan", "allowed", 1),
        (("plan", "draw"), "superior", "allowed", 2),
        (("street", "street", "street"), "plan", "allowed", 0),
    ],
)
def test_what_counts_and_what_a_reached_cap_means(past, trigger, state, times):
    found = check_cap(visits(*past), 2026, TABLE.trigger(trigger), TABLE)
    assert (found.state, found.times, found.cap) == (state, times, 2)
    assert f"已查{times}次" in found.words
    assert found.source


def test_last_year_does_not_count():
    assert check_cap(visits("plan", "plan", day=date(2025, 12, 31)), 2026, TABLE.trigger("plan"), TABLE).times == 0


def test_what_goes_beyond_a_cap_says_why_and_what_is_stopped_does_not():
    past = visits("plan", "plan")
    assert TABLE.trigger("complaint").exempt in check_cap(past, 2026, TABLE.trigger("complaint"), TABLE).words
    assert "不得再查" in check_cap(past, 2026, TABLE.trigger("plan"), TABLE).words


def test_a_trigger_that_the_table_does_not_know_counts():
    assert count_visits([PastVisit(DAY, "case", "unheard-of")], 2026, TABLE) == 1


def test_an_agency_without_a_published_cap_is_told_so():
    bare = read_caps(RAW.replace(b'level = "district"\n\n[labels]', b'level = "province"\n\n[labels]'), "caps.toml")
    found = check_cap(visits("plan", "plan", "plan"), 2026, bare.trigger("plan"), bare)
    assert (found.state, found.cap) == ("allowed", None)


@given(
    st.lists(st.tuples(st.sampled_from([one.id for one in TABLE.triggers]), st.integers(0, 900)), max_size=12),
    st.sampled_from([one.id for one in TABLE.triggers]),
)
def test_one_more_visit_never_makes_the_answer_milder(past, trigger):
    order = ("allowed", "warned", "blocked")
    made = [PastVisit(date(2025, 1, 1) + timedelta(days=days), TABLE.trigger(one).type, one) for one, days in past]
    asked = TABLE.trigger(trigger)
    before = check_cap(made, 2026, asked, TABLE)
    for one in TABLE.triggers:
        after = check_cap([*made, PastVisit(DAY, one.type, one.id)], 2026, asked, TABLE)
        assert order.index(after.state) >= order.index(before.state)
        assert after.times == before.times + one.counts


@pytest.mark.parametrize(
    ("old", "new", "key", "why"),
    [
        (b'level = "district"\n\n[labels]', b'level = "moon"\n\n[labels]', "level", "is no level"),
        (b"per_year = 2", b"per_year = -1", "rules[0].per_year", "negative"),
        (b"per_year = 2", b'per_year = "two"', "rules[0].per_year", "int"),
        (b'types = ["daily", "case", "special"]', b"types = []", "rules[0].types", "no type"),
        (b'id = "draw"', b'id = "plan"', "triggers.plan", "twice"),
        (b'type = "daily"', b'type = "weekly"', "triggers[0].type", "weekly"),
        (b"counts = true", b"counts = true\ncolour = 1", "$", "colour"),
        ('exempt = "投诉'.encode(), 'source2 = "投诉'.encode(), "$", "source2"),
        (b"[labels]", b"[labels", "$", "line"),
    ],
)
def test_a_faulty_table_is_refused_by_file_key_and_reason(old, new, key, why):
    assert old in RAW
    with pytest.raises(KnownError) as caught:
        read_caps(RAW.replace(old, new, 1), "caps.toml")
    details = caught.value.details
    assert caught.value.code == "inspection.data_invalid"
    assert (details["file"], why in str(details["why"])) == ("caps.toml", True)
    assert key in str(details["key"]) or key == "$"
