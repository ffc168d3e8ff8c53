"""How far a case has come in its procedure: the fold of its acts, by what each act says that it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from enforcement.journal.acts import CertificateShown
from enforcement.journal.procedure_acts import ActDone, PaperSigned
from enforcement.law import Suspension
from enforcement.values.clock import LOCAL

OUTCOMES = frozenset(("decided", "ended", "closed_unopened", "quashed", "execution_ended"))
"""Marks by which an act says how a case comes out."""


@dataclass(frozen=True)
class Act:
    """An act on the record: its entry's hash, who signed it, and what became of its paper. `fell`: why it has no effect."""

    body: ActDone
    entry: bytes
    officer: str
    written_at: datetime
    cosigned_by: CertificateShown | None = None
    signatures: tuple[PaperSigned, ...] = ()
    prints: int = 0
    voided: str = ""
    fell: str = ""

    @property
    def people(self) -> frozenset[str]:
        """Certificate numbers of everybody who did it."""
        second = {self.cosigned_by.number} if self.cosigned_by is not None else set()
        return frozenset({self.officer, *(one.number for one in self.body.shown)} | second)


@dataclass(frozen=True)
class Track:
    """`acts` have had their effect; `pending` wait for a second signature; `fallen` issued a paper and have none. `parts`: who was what
    in the case; `barred`: who was recused.
    """

    acts: tuple[Act, ...] = ()
    pending: tuple[Act, ...] = ()
    fallen: tuple[Act, ...] = ()
    stage: str = ""
    marks: frozenset[str] = frozenset()
    events: Mapping[str, datetime] = field(default_factory=dict)
    slots: Mapping[str, bytes] = field(default_factory=dict)
    amounts: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    halted: Mapping[str, tuple[Suspension, ...]] = field(default_factory=dict)
    barred: frozenset[str] = frozenset()
    turn: Literal["officer", "supervisor", "reviewer"] = "officer"

    def act(self, entry: bytes) -> Act | None:
        """The act of that entry, also one that waits for its second signature or has no effect."""
        return next((one for one in self.issued if one.entry == entry), None)

    @property
    def issued(self) -> tuple[Act, ...]:
        """Every act whose paper may be in somebody's hands."""
        return (*self.acts, *self.pending, *self.fallen)

    @property
    def outcome(self) -> Act | None:
        """The latest act that says how the case comes out; None while nothing is decided. One that was overturned is followed by what
        overturned it.
        """
        return next((one for one in reversed(self.acts) if OUTCOMES & set(one.body.effect.marks)), None)

    def last(self, *names: str) -> Act | None:
        """The latest act of these names that has had its effect."""
        return next((one for one in reversed(self.acts) if one.body.act in names), None)


def advanced(track: Track, act: Act) -> Track:
    """The track after an act. An event that already runs keeps its first instant; `forgets` takes it away before."""
    body, effect = act.body, act.body.effect
    events = {name: at for name, at in track.events.items() if name not in effect.forgets}
    for name, at in effect.events.items():
        events.setdefault(name, at)
    freed = {name: entry for name, entry in track.slots.items() if name not in effect.frees}
    slots = {**freed, effect.slot: act.entry} if effect.slot else freed
    amounts = {**track.amounts, **effect.amounts}
    for name, fen in effect.adds.items():
        amounts[name] = amounts.get(name, 0) + fen
    parts = dict(track.parts)
    if body.part:
        parts[body.part] = parts.get(body.part, frozenset()) | act.people
    return replace(
        track,
        acts=(*track.acts, act),
        stage=effect.stage or track.stage,
        marks=(track.marks - set(effect.clears)) | set(effect.marks),
        events=events,
        slots=slots,
        amounts=amounts,
        parts=parts,
        halted=_halted(track.halted, act),
        barred=track.barred | set(effect.bars),
        turn=effect.turn or track.turn,
    )


def local_day(at: datetime) -> date:
    """The day in Chinese time."""
    return at.astimezone(LOCAL).date()


def _halted(before: Mapping[str, tuple[Suspension, ...]], act: Act) -> Mapping[str, tuple[Suspension, ...]]:
    """Deadlines that an act stops stand still from its day on, until the day before another act lets them go on."""
    effect, day = act.body.effect, local_day(act.body.at)
    if not effect.halts and not effect.resumes:
        return before
    after = dict(before)
    for name in effect.resumes:
        ended = day - timedelta(days=1)
        after[name] = tuple(
            Suspension(first=one.first, reason=one.reason, last=max(ended, one.first)) if one.last is None else one
            for one in after.get(name, ())
        )
    for name in effect.halts:
        if all(one.last is not None for one in after.get(name, ())):
            reason = str(act.body.values.get("reason", "")) or act.body.act
            after[name] = (*after.get(name, ()), Suspension(first=day, reason=reason))
    return after
