"""Random lawful walks through the ordinary procedure: any act that nothing forbids, any day, until the case is in the archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from enforcement.casefile.track import Track
from enforcement.procedure.engine import offers, refusals
from enforcement.values.clock import LOCAL
from tests.support.procedure import FIRST, HEAD, REVIEWER, SECOND, after, ordinary, people_for, position

LONG = 400
"""Days: longer than any period that an act waits for."""


def start(chance):
    """A case that comes in on some day of 2021 to 2025."""
    at = datetime(2021, 1, 4, 2, tzinfo=UTC) + timedelta(days=chance.randrange(1500), minutes=chance.randrange(400))
    where = position(Track(), at)
    return replace(where, situation=situation(chance))


def situation(chance):
    """What the ruler might say."""
    exempt = chance.choice(("", "", "", "", "may", "must"))
    return position(
        fine_fen=0 if exempt == "must" else chance.choice((0, 20_000, 500_000, 9_000_000)),
        hearing_due=chance.random() < 0.4,
        legality_due=chance.random() < 0.4,
        discussion_due=chance.random() < 0.3,
        exempt=exempt,
        related=chance.random() < 0.3,
    ).situation


def values_for(rule, where, chance):
    """What somebody might write into the act's paper; kept inside what its checks can allow."""
    day = where.at.astimezone(LOCAL).date().isoformat()
    values = {"at": where.at.astimezone(LOCAL).isoformat(), "received_on": day, "applied_on": day, "from": day}
    if rule.choices:
        path, _, option = chance.choice(list(rule.choices)).partition("=")
        values[path] = option
    if rule.id == "hearing.called":
        values["at"] = (where.at + timedelta(days=chance.randrange(8, 30))).astimezone(LOCAL).isoformat()
    if rule.id == "notice.given":
        values["days"] = chance.choice((3, 5, 7, 10))
    owed, decided = where.owed(), where.track.amounts.get("decided", 0)
    match rule.id:
        case "payment.part":
            values["sum"] = chance.randrange(1, max(owed, 2))
        case "payment.full":
            values["sum"] = owed
        case "payment.refunded":
            values["sum"] = where.track.amounts.get("paid", 0)
        case "review.changed":
            values["sum"] = chance.randrange(1, max(decided, 1) + 1)
        case "deferral.granted":
            first = owed // 2
            days = (where.at.date() + timedelta(days=30), where.at.date() + timedelta(days=60))
            plan = zip(days, (first, decided - first), strict=True)
            values["plan"] = [{"until": until.isoformat(), "sum": fen} for until, fen in plan]
    return values


def lawful(where, chance):
    """Every act that somebody may do now, with values that stand."""
    found = []
    for person in (FIRST, HEAD, REVIEWER):
        for offer in offers(ordinary(), where, person):
            values = values_for(offer.rule, where, chance)
            if not refusals(ordinary(), offer.rule, where, people_for(offer.rule), values, where.at):
                found.append((offer.rule, values))
    return found


def step(where, chance):
    """One act, after a while. A case where nothing can be done for long has come to a dead end: None."""
    where = replace(where, at=where.at + timedelta(days=chance.choice((0, 0, 1, 2, 3, 8, 20, 70)), minutes=1))
    undecided = not where.track.marks & {"decided", "ended", "closed"}
    if undecided and chance.random() < 0.1:
        where = replace(where, situation=situation(chance))
    can = lawful(where, chance)
    if not can:
        can = lawful(replace(where, at=where.at + timedelta(days=LONG)), chance)
        if not can:
            return None
        where = replace(where, at=where.at + timedelta(days=LONG))
    rule, values = chance.choices(can, [weight(one[0]) for one in can])[0]
    return after(where, rule, values)


def finished(where, chance, most=120):
    """The case brought to the archive by whoever wants to be done with it: acts not yet done come first. None when it cannot be."""
    for _ in range(most):
        if "archived" in where.track.marks:
            return where
        later = replace(where, at=where.at + timedelta(days=1))
        can = lawful(later, chance)
        if all(rule.id in done(where) for rule, _ in can):
            waited = replace(where, at=where.at + timedelta(days=LONG))
            more = lawful(waited, chance)
            if any(rule.id not in done(where) for rule, _ in more):
                later, can = waited, more
        if not can:
            return None
        rule, values = min(can, key=lambda one: (times(where, one[0].id) + 2 * rank(one[0]), chance.random()))
        where = after(later, rule, values)
    return None


ORDER = ("archive.filed", "closing.approved", "closing.asked")
BACKWARDS = (
    "reopened",
    "refused",
    "seizure.urgent",
    "preserved",
    "seizure.made",
    "commissioned",
    "registered",
    "revoked",
    "correction.ordered",
    "linking",
    "splitting",
    "party.added",
    "suspension.asked",
    "suspension.approved",
    "recusal",
)


def weight(rule):
    """How likely a step is: what ends a case early would otherwise end most walks before they come to anything."""
    if rule.id.startswith(
        ("transfer", "withdrawal", "merger", "no_case", "decision.dismissed", "decision.exempted", "execution_end")
    ):
        return 0.02
    return (
        0.15 if rank(rule) > 0 or rule.id in ("document.corrected", "address.confirmed", "evidence.assistance") else 1.0
    )


def rank(rule):
    """Forward first."""
    if rule.id in ORDER:
        return ORDER.index(rule.id) - len(ORDER)
    return (
        1 if any(word in rule.id for word in BACKWARDS) or rule.id.startswith(("evidence", "source", "no_case")) else 0
    )


def done(where):
    return {act.body.act for act in where.track.acts}


def times(where, name):
    return sum(act.body.act == name for act in where.track.acts)


__all__ = ["SECOND", "finished", "lawful", "start", "step"]
