"""Where a case stands, as the procedure asks of it: its track, and what follows from the ruler, the sums and the calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from enforcement.casefile import Act, CaseFile, Track, advanced
from enforcement.casefile.track import local_day
from enforcement.discretion import Determination
from enforcement.law import Due, HolidayCalendar, Suspension
from enforcement.procedure.deadline_table import DeadlineTable
from enforcement.procedure.deadlines import PAYMENT, Deadline, open_deadlines
from enforcement.procedure.surcharge import Instalment, Surcharge, surcharge
from enforcement.values.shapes import from_plain

PLAN, PAID = "deferral.granted", frozenset(("payment.part", "payment.full"))
SUIT_DIRECT = "suit.direct"
LAPSED, SURCHARGE_BEGUN = "remedy.lapsed", "surcharge.begun"


@dataclass(frozen=True)
class Situation:
    """What of a case the procedure asks, apart from its track. `fine_fen` is what the two officers propose, None without a proposal."""

    facts: bool = False
    evidence: bool = False
    proposed: bool = False
    fine_fen: int | None = None
    hearing_due: bool = False
    legality_due: bool = False
    discussion_due: bool = False
    exempt: str = ""
    related: bool = False
    recorded: bool = False


def situation_of(case: CaseFile) -> Situation:
    """From the fold. Without a determination of the ruler's a hearing is due: no right is lost by what is not known yet."""
    found = None if case.proposal is None else from_plain(Determination, case.proposal.act.determination)
    holds = {one.id for one in found.follows if one.holds} if found is not None else {"hearing"}
    return Situation(
        facts=case.facts is not None,
        evidence=bool(case.evidence or case.shared) or "evidence" in case.track.marks,
        recorded=bool(case.recordings),
        proposed=case.proposal is not None and case.proposal.cosigned_by is not None,
        fine_fen=case.proposal.act.fine_fen if case.proposal is not None else None,
        hearing_due="hearing" in holds,
        legality_due="legality_review" in holds,
        discussion_due="discussion" in holds or bool(case.proposal is not None and case.proposal.act.deviation),
        exempt=found.exempt if found is not None else "",
        related=any(one.way == "beside" for one in case.related),
    )


@dataclass(frozen=True)
class Position:
    """A case at an instant. `deadlines` count with `calendar`; a year that it does not know makes a deadline uncountable, never over."""

    track: Track
    situation: Situation
    at: datetime
    table: DeadlineTable
    calendar: HolidayCalendar

    @property
    def today(self) -> date:
        return local_day(self.at)

    @cached_property
    def stopped(self) -> tuple[Suspension, ...]:
        """Days on which the additional fine does not run (行政处罚法第七十三条)."""
        return tuple(self.track.halted.get("execution.surcharge", ()))

    @cached_property
    def plan(self) -> tuple[Instalment, ...]:
        """What was to be paid when: the whole by the last day to pay, or the parts that were granted (行政处罚法第六十六条)."""
        fine = self.track.amounts.get("decided", 0)
        granted = self.track.last(PLAN)
        rows = granted.body.values.get("plan", []) if granted is not None else []
        if rows:
            return tuple(Instalment(date.fromisoformat(row["until"]), int(row["sum"])) for row in rows)
        imposed = self.track.events.get("fine.imposed")
        if imposed is None or not fine:
            return ()
        rule = self.table.rule(PAYMENT)
        begun = {"fine.imposed": local_day(imposed)}
        found = open_deadlines((rule,), "ordinary", begun, self.calendar)
        due = found[0].found
        return (Instalment(due.last_day, fine),) if isinstance(due, Due) else ()

    @cached_property
    def payments(self) -> tuple[tuple[date, int], ...]:
        """(day, fen) of what was paid since the decision that stands."""
        return tuple(
            (local_day(act.body.at), act.body.effect.adds.get("paid", 0))
            for act in self.track.acts
            if act.body.act in PAID
        )

    def surcharge(self, until: date | None = None) -> Surcharge:
        """What has been added to the fine by the end of a day, today by default."""
        fine = self.track.amounts.get("decided", 0)
        return surcharge(fine, self.plan, self.payments, until or self.today, self.stopped)

    def owed(self, until: date | None = None) -> int:
        """Fine and additional fine, less what was paid, in fen."""
        amounts = self.track.amounts
        return amounts.get("decided", 0) + self.surcharge(until).fen - amounts.get("paid", 0)

    @cached_property
    def events(self) -> Mapping[str, date | datetime]:
        """What has happened, local days, with what follows from the calendar alone."""
        hours = {rule.begins for rule in self.table.rules if rule.unit == "hours"}
        found: dict[str, date | datetime] = {
            name: at if name in hours else local_day(at) for name, at in self.track.events.items()
        }
        late = [one.due for one in self.plan if one.due < self.today]
        if late and "fine.paid" not in found:
            found[SURCHARGE_BEGUN] = late[0]
        return found

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Every verified deadline that runs now."""
        events, halted = dict(self.events), self.track.halted
        open_ = open_deadlines(self.table.rules, "ordinary", events, self.calendar, halted)
        direct = next((one for one in open_ if one.rule.id == SUIT_DIRECT), None)
        if direct is not None and isinstance(direct.found, Due) and direct.found.last_day < self.today:
            if "review.applied" not in events:
                events[LAPSED] = direct.found.last_day
                open_ = open_deadlines(self.table.rules, "ordinary", events, self.calendar, halted)
        return open_

    def is_over(self, rule_id: str) -> bool:
        """Whether a deadline has run out unsettled."""
        found = next((one.found for one in self.deadlines if one.rule.id == rule_id), None)
        if not isinstance(found, Due):
            return False
        return self.at > found.due if isinstance(found.due, datetime) else found.due < self.today

    def is_so(self, name: str) -> bool:
        """What a condition asks: a mark, a flag, or that a deadline is over."""
        if name.startswith("over."):
            return self.is_over(name.removeprefix("over."))
        flag = _FLAGS.get(name)
        return name in self.track.marks or (flag is not None and flag(self))


def deadlines_run(acts: Iterable[Act], table: DeadlineTable, calendar: HolidayCalendar) -> tuple[Deadline, ...]:
    """Every deadline that ran at some time of a case's acts, each as it was counted last, the first to fall due first."""
    track, found = Track(), dict[str, Deadline]()
    for act in acts:
        if not act.voided:
            track = advanced(track, act)
            position = Position(track, Situation(), act.body.at, table, calendar)
            found |= {one.rule.id: one for one in position.deadlines}
    return tuple(sorted(found.values(), key=lambda one: one.found.last_day if isinstance(one.found, Due) else date.max))


def _late(position: Position) -> bool:
    owed = sum(one.fen for one in position.plan if one.due < position.today)
    return owed > sum(fen for _, fen in position.payments)


_FLAGS: Mapping[str, Callable[[Position], bool]] = {
    "facts": lambda position: position.situation.facts,
    "evidence": lambda position: position.situation.evidence,
    "recorded": lambda position: position.situation.recorded,
    "proposed": lambda position: position.situation.proposed,
    "hearing_due": lambda position: position.situation.hearing_due,
    "legality_due": lambda position: position.situation.legality_due,
    "discussion_due": lambda position: position.situation.discussion_due,
    "exempt_must": lambda position: position.situation.exempt == "must",
    "exempt_may": lambda position: position.situation.exempt == "may",
    "related": lambda position: position.situation.related,
    "fined": lambda position: position.track.amounts.get("decided", 0) > 0,
    "paid_some": lambda position: position.track.amounts.get("paid", 0) > 0,
    "pays_late": _late,
}
