from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.credentials import Agency, Duty, Person, Roster, RosterIndex, StatusChange, Unit, require, standing
from enforcement.values.errors import KnownError

NOW = datetime(2026, 10, 14, 2, tzinfo=UTC)
AGENCY = Agency(
    name="示例市城市管理行政执法局",
    short="城管局",
    region="990100",
    address="a",
    phone="p",
    number_code="c",
    bank="b",
    bank_account="0",
    bank_account_name="n",
    reconsideration_body="示例市人民政府",
    court="法院",
    ca=b"",
)


def roster(**changes):
    person = dict(
        number="S1",
        name="林示例",
        unit="u1",
        roles=("officer",),
        kind="执法证",
        fields=("城市管理",),
        region="990100",
        valid_from=date(2024, 1, 1),
        valid_to=date(2028, 3, 31),
        review_due=date(2027, 3, 31),
    )
    person.update(changes)
    return RosterIndex(
        Roster(
            version=3,
            issued_at=NOW - timedelta(days=2),
            trust_days=30,
            agency=AGENCY,
            units=(Unit(unit_id="u1", name="一中队"),),
            people=(Person(**person),),
            devices=(),
            registry=b"",
            recovery=b"",
        )
    )


def change(days, state):
    return StatusChange(since=NOW + timedelta(days=days), state=state, reason="x")


@pytest.mark.parametrize(
    ("state", "changes", "duty"),
    [
        ("valid", {}, Duty()),
        ("expiring", {"valid_to": date(2026, 10, 30)}, Duty()),
        ("expired", {"valid_to": date(2026, 10, 13)}, Duty()),
        ("review_overdue", {"review_due": date(2026, 10, 13)}, Duty()),
        ("suspended", {"history": (change(-1, "suspended"),)}, Duty()),
        ("revoked", {"history": (change(-9, "suspended"), change(-1, "revoked"))}, Duty()),
        ("outside_field", {}, Duty(field="交通运输")),
        ("outside_region", {}, Duty(region="440100")),
        ("valid", {}, Duty(field="城市管理", region="990102")),
        ("valid", {"history": (change(-9, "suspended"), change(-1, "valid"))}, Duty()),
        ("valid", {"history": (change(1, "revoked"),)}, Duty()),
    ],
)
def test_the_answers(state, changes, duty):
    assert standing(roster(**changes), "S1", duty, NOW).state == state


def test_unknown_number_and_old_roster():
    assert standing(roster(), "S9", Duty(), NOW).state == "unknown"
    assert standing(roster(), "S1", Duty(), NOW + timedelta(days=29)).state == "unknown"
    assert standing(roster(), "S1", Duty(), NOW, NOW + timedelta(days=29)).state == "unknown"


def test_require_says_why():
    with pytest.raises(KnownError, match=r"certificate\.expired"):
        require(roster(valid_to=date(2026, 1, 1)), "S1", Duty(), NOW)
    with pytest.raises(KnownError, match=r"certificate\.wrong_kind"):
        require(roster(), "S1", Duty(role="supervisor"), NOW)


@given(
    st.lists(st.tuples(st.integers(-500, 500), st.sampled_from(["valid", "suspended", "revoked"])), max_size=6),
    st.integers(-500, 25),
)
def test_what_was_done_while_valid_stays_valid(steps, later):
    """What comes after an instant never changes the answer for that instant."""
    at = NOW + timedelta(days=min(later, 0))
    history = tuple(change(days, state) for days, state in steps)
    until = tuple(one for one in history if one.since <= at)
    assert (
        standing(roster(history=history), "S1", Duty(), at).state
        == standing(roster(history=until), "S1", Duty(), at).state
    )
