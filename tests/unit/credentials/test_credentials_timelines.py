"""The eight answers over random time lines, against an oracle that replays every event day by day and knows nothing else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enforcement.credentials import Duty, Person, RosterIndex, Unit, require, standing
from enforcement.credentials.lifecycle import amended, changed_state
from enforcement.credentials.roster import Agency, Roster
from enforcement.values.errors import KnownError

START = date(2026, 1, 1)
ZERO = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(hours=8)  # midnight in Beijing
AGENCY = Agency(
    name="示例市城市管理行政执法局", short="城管局", region="990100", address="a", phone="p", number_code="c", bank="b",
    bank_account="0", bank_account_name="n", reconsideration_body="示例市人民政府", court="法院", ca=b"",
)  # fmt: skip
FIELDS, REGIONS = ("城市管理", "交通运输", "市场监管"), ("990100", "990102", "990200")
WARN, TRUST = 6, 45
FIRST, LAST, REVIEW, END = 5, 40, 25, 60
"""Few days, so that events meet each other, the ends of validity and the instant asked about."""


def noon(day):
    return ZERO + timedelta(days=day, hours=12)


def day_of(number):
    return START + timedelta(days=number)


# an event: (kind, day, what). Two events a day at most, in the order of the list.
EVENTS = st.one_of(
    st.tuples(st.sampled_from(["suspended", "valid", "revoked", "cancelled"]), st.integers(0, END), st.none()),
    st.tuples(st.just("reviewed"), st.integers(0, END), st.integers(-5, 90)),
    st.tuples(st.just("renewed"), st.integers(0, END), st.integers(-5, 90)),
    st.tuples(st.just("fields"), st.integers(0, END), st.sets(st.sampled_from(FIELDS), min_size=1)),
    st.tuples(st.just("region"), st.integers(0, END), st.sampled_from(REGIONS)),
)


class Office:
    """The certificate kept as the office keeps it: every event through its own functions, a refused one left out."""

    def __init__(self, events):
        self.taken = []
        self.person = Person(
            number="S1", name="林示例", unit="u1", roles=("officer",), kind="执法证", fields=FIELDS[:1], region="990100",
            valid_from=day_of(FIRST), valid_to=day_of(LAST), review_due=day_of(REVIEW),
        )  # fmt: skip
        for event in sorted(events, key=lambda one: one[1]):
            kind, day, what = event
            at = noon(day)
            try:
                match kind:
                    case "reviewed":
                        self.person = amended(self.person, "reviewed", at, at, "年审", review_due=day_of(what))
                    case "renewed":
                        self.person = amended(self.person, "renewed", at, at, "换发", valid_to=day_of(what))
                    case "fields":
                        self.person = amended(self.person, "amended", at, at, "变更", fields=tuple(sorted(what)))
                    case "region":
                        self.person = amended(self.person, "amended", at, at, "变更", region=what)
                    case state:
                        self.person = changed_state(self.person, state, at, at, "事由")
            except KnownError:
                continue
            self.taken.append(event)

    def index(self, issued):
        return RosterIndex(
            Roster(
                version=1,
                issued_at=noon(issued),
                trust_days=TRUST,
                agency=AGENCY,
                units=(Unit(unit_id="u1", name="一中队"),),
                people=(self.person,),
                devices=(),
                registry=b"",
                recovery=b"",
                warn_days=WARN,
            )
        )


def oracle(taken, day, hour, field, region, age):
    """Replays the events one by one up to the hour asked about; each event happens at noon of its day."""
    if age * 24 > TRUST * 24:
        return "unknown"
    state, first, last, review, fields, home = "valid", FIRST, LAST, REVIEW, {FIELDS[0]}, "990100"
    for kind, when, what in taken:
        if when * 24 + 12 > day * 24 + hour:
            break
        if kind == "reviewed":
            review = what
        elif kind == "renewed":
            last = what
        elif kind == "fields":
            fields = set(what)
        elif kind == "region":
            home = what
        else:
            state = kind
    if state == "suspended":
        return "suspended"
    if state in ("revoked", "cancelled"):
        return "revoked"
    if day < first:
        return "unknown"
    if day > last:
        return "expired"
    if day > review:
        return "review_overdue"
    if field and field not in fields:
        return "outside_field"
    whole_city = home.endswith("00")
    if region and (region[:4] != home[:4] if whole_city else region != home):
        return "outside_region"
    return "expiring" if min(last, review) - day <= WARN else "valid"


@settings(max_examples=800)
@given(
    st.lists(EVENTS, max_size=9),
    st.integers(0, END + 5),
    st.sampled_from([0, 11, 12, 23]),
    st.sampled_from(["", *FIELDS]),
    st.sampled_from(["", *REGIONS, "990201"]),
    st.integers(0, TRUST + 3),
)
def test_every_answer_is_the_oracle_s(events, day, hour, field, region, age):
    office = Office(events)
    at = ZERO + timedelta(days=day, hours=hour)
    index = office.index(issued=day)
    asked = noon(day) + timedelta(days=age)
    found = standing(index, "S1", Duty(field=field, region=region), at, asked)
    assert found.state == oracle(office.taken, day, hour, field, region, age)
    assert found.may_act == (found.state in ("valid", "expiring"))
    assert (found.roster_version, found.roster_digest) == (1, index.digest)
    if found.state in ("suspended", "revoked"):
        assert found.change is not None
        assert found.change in office.person.history
    else:
        assert found.change is None


@settings(max_examples=150)
@given(st.lists(EVENTS, max_size=8), st.lists(EVENTS, max_size=5), st.integers(0, END))
def test_what_is_entered_later_never_changes_an_earlier_answer(events, more, day):
    before = Office(events)
    later = Office([*events, *((kind, max(when, day + 1), what) for kind, when, what in more if kind)])
    prefix = [event for event in before.taken if event[1] <= day]
    if [event for event in later.taken if event[1] <= day] != prefix:
        return  # an event of the first list that lies after the day was refused here and not there
    at = ZERO + timedelta(days=day, hours=13)
    answers = {
        (found.state, found.until)
        for office in (Office(prefix), later)
        for found in [standing(office.index(day), "S1", Duty(field=FIELDS[0], region="990102"), at, noon(day))]
    }
    assert len(answers) == 1


def test_a_late_review_does_not_make_good_what_was_signed_while_it_was_overdue():
    person = Office([("reviewed", 32, 90)]).person
    index = Office([("reviewed", 32, 90)]).index(28)
    assert person.review_due == day_of(90)
    assert standing(index, "S1", Duty(), noon(28)).state == "review_overdue"
    assert standing(index, "S1", Duty(), noon(33)).state == "valid"


@pytest.mark.parametrize(
    ("events", "day", "asked", "code"),
    [
        ([("cancelled", 20, None)], 21, 21, "certificate.cancelled"),
        ([("revoked", 20, None)], 21, 21, "certificate.revoked"),
        ([], 2, 2, "certificate.not_yet"),
        ([], 20, 66, "certificate.roster_old"),
        ([("suspended", 20, None)], 21, 21, "certificate.suspended"),
        ([], 30, 30, "certificate.review_overdue"),
        ([("reviewed", 20, 90)], 41, 41, "certificate.expired"),
    ],
)
def test_a_refusal_has_its_own_sentence_with_the_day(events, day, asked, code):
    index = Office(events).index(day)
    with pytest.raises(KnownError) as caught:
        require(index, "S1", Duty(), noon(day), noon(asked))
    assert caught.value.code == code
    assert date.fromisoformat(str(caught.value.details["until"]))


def test_the_roster_warns_for_days_before_it_runs_out():
    roster = Office([]).index(0).roster
    assert roster.trusted_until == noon(TRUST)
    assert not roster.trust_ends_soon(noon(TRUST - 8))
    assert roster.trust_ends_soon(noon(TRUST - 7))
    assert roster.trust_ends_soon(noon(TRUST + 1))
