"""What the checks look at: one case with its papers as a board reads them, and what has to be handed in beside it.

An act counts when its entry has its effect; one whose paper was voided does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from enforcement.casefile import Act, CaseFile
from enforcement.casefile.track import local_day
from enforcement.discretion import Determination
from enforcement.law import Due, Period, count
from enforcement.law.periods import Unit
from enforcement.procedure.board.retrace import Law, Retraced, retraced
from enforcement.procedure.checks import when_of
from enforcement.procedure.position import Situation, situation_of
from enforcement.procedure.summary import Missing
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain

ON_SPOT = "on_spot_decision"
PENALTY, ASKED = "decision.made", "penalty.asked"
DECISIONS = (PENALTY, "decision.exempted", "decision.dismissed")
SERVED = ("decision.served", "decision.handed", "decision.served_by_post")
NOTICES = ("notice.given", "notice.hearing")
MAY_ACT = frozenset(("valid", "expiring"))


@dataclass(frozen=True)
class Presence:
    """Where an officer was in another case: certificate number, from and to, and what the case is called."""

    number: str
    began: datetime
    ended: datetime
    about: str


@dataclass(frozen=True)
class BoardContext:
    """What a pure function has to be given.

    `missing`: form id and values to the mandatory fields that are empty. `forms`: ids of the agency's
    own. `standing`: how a certificate stood at an instant (`valid`, `expired`, ...). `presences`: other
    cases' officer times. `numbers_twice`: document numbers that another case bears too. `measured_again`: whether the ruler gives
    the same bytes now, None where the table is not here. `agency` is empty where papers are not to be compared with it.
    """

    law: Law
    now: datetime
    agency: str
    missing: Callable[[str, Mapping[str, Any]], tuple[Missing, ...]]
    forms: frozenset[str]
    standing: Callable[[str, datetime], str]
    presences: tuple[Presence, ...] = ()
    numbers_twice: frozenset[str] = frozenset()
    measured_again: bool | None = None


@dataclass(frozen=True)
class Fault:
    """One thing that a check found. `mends` says more exactly than the check's row what puts it right."""

    words: str = ""
    mends: str = ""


def done_as(act: Act) -> str:
    """What stands on the record as it was done: `done:` and the hash of its entry."""
    return f"done:{act.entry.hex()}"


@dataclass(frozen=True)
class Sheet:
    """A paper, or an act without one: its form, its values, when, and its act (None for a decision on the spot)."""

    form: str
    values: Mapping[str, Any]
    at: datetime
    act: Act | None = None

    def text(self, path: str) -> str:
        """The value at a dotted path as text; empty where there is none."""
        value: Any = self.values
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return "" if value is None else str(value).strip()

    def rows(self, path: str) -> list[Any]:
        """The value at a path when it is a list."""
        value = self.values.get(path)
        return list(value) if isinstance(value, list | tuple) else []

    def table(self, path: str) -> list[Mapping[str, Any]]:
        """The rows of a table; what is no row is left out."""
        return [one for one in self.rows(path) if isinstance(one, Mapping)]

    def instant(self, path: str) -> datetime | None:
        """A minute of the paper, in Chinese time; None where it is none."""
        text = self.text(path)
        never = datetime.min.replace(tzinfo=self.at.tzinfo)
        found = when_of({path: text}, path, never) if text else never
        return None if found == never else found


@dataclass(frozen=True)
class Dossier:
    """The case as the board reads it."""

    case: CaseFile
    context: BoardContext
    limits: Mapping[str, int] = field(default_factory=dict)

    @property
    def ordinary(self) -> bool:
        return self.case.procedure == "ordinary"

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """What stands."""
        return tuple(one for one in self.case.track.acts if not one.voided)

    @cached_property
    def turn(self) -> Act | None:
        """The penalty, or while there is none the act that asks for it: what the checks before a decision look back from."""
        return self.last(PENALTY) or self.last(ASKED)

    @cached_property
    def leading(self) -> tuple[Act, ...]:
        """The acts that led to the penalty, in their order, since a review had it decided again."""
        if self.turn is None:
            return self.acts
        upto = self.acts.index(self.turn)
        begun = max((n for n in range(upto) if self.acts[n].body.act == "review.redo"), default=-1)
        # what was found before a review stands; what had to be told anew does not
        return tuple(
            act
            for n, act in enumerate(self.acts[:upto])
            if n > begun or act.body.act.startswith(("evidence", "opening"))
        )

    def last(self, *names: str) -> Act | None:
        """The latest standing act of these names."""
        return next((act for act in reversed(self.acts) if act.body.act in names), None)

    def led(self, *names: str) -> Act | None:
        """The latest of these names among what led to the penalty."""
        return next((act for act in reversed(self.leading) if act.body.act in names), None)

    def named(self, *names: str) -> tuple[Act, ...]:
        return tuple(act for act in self.acts if act.body.act in names)

    def label(self, act: str) -> str:
        """An act's words."""
        return next((rule.label for rule in self.context.law.profile.rules if rule.id == act), act)

    @cached_property
    def concluded(self) -> Act | None:
        """The decision of an ordinary procedure, whatever it says."""
        return self.last(*DECISIONS)

    @cached_property
    def decided_at(self) -> datetime | None:
        """When the case was decided; a voided decision decides nothing."""
        if self.ordinary:
            return self.concluded.body.at if self.concluded is not None else None
        found = self.case.decision
        return None if found is None or found.voided else found.at

    @cached_property
    def decision(self) -> Sheet | None:
        """The penalty decision's paper, of either procedure."""
        if self.ordinary:
            act = self.last(PENALTY)
            return None if act is None else sheet_of(act)
        found = self.case.decision
        return None if found is None or found.voided else Sheet(ON_SPOT, found.act.content, found.at)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Every paper of the case, in order."""
        own = () if self.ordinary or self.decision is None else (self.decision,)
        return (*own, *(sheet_of(act) for act in self.acts if act.body.paper is not None))

    @cached_property
    def fine(self) -> int | None:
        """What was decided, in fen; None before."""
        if self.decision is None:
            return None
        if self.ordinary:
            act = self.decision.act
            assert act is not None
            return act.body.effect.amounts.get("decided", 0)
        assert self.case.decision is not None
        return self.case.decision.act.fine_fen

    @cached_property
    def determination(self) -> Determination | None:
        """The ruler's answer that stands."""
        proposal = self.case.proposal
        return None if proposal is None else from_plain(Determination, proposal.act.determination)

    @cached_property
    def situation(self) -> Situation:
        return situation_of(self.case)

    @cached_property
    def retraced(self) -> tuple[Retraced, ...]:
        return retraced(self.case, self.context.law) if self.ordinary else ()

    def last_day(self, unit: Unit, number: int, begun: datetime, *, before: bool = False) -> date | None:
        """The last day of a period; None where the calendar does not know the year."""
        period = Period(unit=unit, count=number, before=before)
        try:
            found = count(period, local_day(begun), self.context.law.calendar)
        except KnownError:
            return None
        return found.last_day if isinstance(found, Due) else None

    def over(self, unit: Unit, number: int, begun: datetime, ended: datetime | None) -> bool:
        """Whether a period ran out before `ended`, or by now where it has not ended."""
        last = self.last_day(unit, number, begun)
        return last is not None and local_day(ended or self.context.now) > last

    def signers(self) -> Iterator[tuple[str, str, datetime]]:
        """(certificate number, name, instant) of every signature of a person who needs a certificate."""
        case = self.case
        if case.proposal is not None and case.proposal.cosigned_by is not None and case.proposal.cosigned_at:
            yield case.proposal.officer, "", case.proposal.at
            yield case.proposal.cosigned_by.number, case.proposal.cosigned_by.name, case.proposal.cosigned_at
        if case.decision is not None and not case.decision.voided:
            for shown in case.decision.act.officers:
                yield shown.number, shown.name, case.decision.at
        for act in self.acts:
            names = {
                one.number: one.name for one in (*act.body.shown, *((act.cosigned_by,) if act.cosigned_by else ()))
            }
            for number in sorted(act.people):
                yield number, names.get(number, ""), act.written_at


Check = Callable[[Dossier], Iterable[Fault]]


def sheet_of(act: Act) -> Sheet:
    """What an act wrote: its paper's content over its values."""
    paper = act.body.paper
    values = act.body.values if paper is None else {**act.body.values, **paper.content}
    return Sheet("" if paper is None else paper.form, values, act.body.at, act)
