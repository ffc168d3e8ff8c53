"""The engine asked again, act by act: was each lawful when it was taken, by what stood on the record then?

The position before an act is rebuilt from the acts before it, and its situation (facts, evidence, proposal) from the entries before it.
An act also rests on others: none may have happened before what it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from enforcement.casefile import Act, CaseFile, Track, advanced
from enforcement.casefile.relations import related_after
from enforcement.casefile.state import Line, Proposal
from enforcement.journal.acts import CaseCosigned, CaseDetermined, EvidenceAdded, FactsRecorded, PartyChanged
from enforcement.journal.media_acts import RecordingKept
from enforcement.journal.procedure_acts import ActCosigned
from enforcement.journal.relation_acts import CaseRelated, EvidenceShared
from enforcement.law import HolidayCalendar
from enforcement.procedure.checks import Refusal
from enforcement.procedure.deadline_table import DeadlineTable
from enforcement.procedure.engine import CLOCKS_APART, Person, refusals
from enforcement.procedure.position import Position, Situation, situation_of
from enforcement.procedure.profile import ActRule, Profile
from enforcement.values.errors import KnownError


@dataclass(frozen=True)
class Law:
    """What acts are judged by. `roles`: of a certificate number, empty where the roster does not know it."""

    profile: Profile
    table: DeadlineTable
    calendar: HolidayCalendar
    roles: Callable[[str], frozenset[str]]


@dataclass(frozen=True)
class Retraced:
    """An act that was unlawful when it was taken, with why."""

    act: Act
    refusals: tuple[Refusal, ...]


def retraced(case: CaseFile, law: Law) -> tuple[Retraced, ...]:
    """Every act of the case that was unlawful when it was taken, in the order in which they had their effect."""
    acts = case.track.acts
    return retraced_acts(acts, tuple(_situations(case, acts)), law, _unseen(case, acts))


def retraced_acts(
    acts: Sequence[Act], situations: Sequence[Situation], law: Law, unseen: Mapping[int, frozenset[int]] | None = None
) -> tuple[Retraced, ...]:
    """The same of bare acts; `situations` stand before each of them. `unseen`: for the number of an act those before it that its author,
    on a device that was apart, could not know; nobody is judged by what they could not know.
    """
    found: list[Retraced] = []
    track, set_by = Track(), dict[str, Act]()
    for number, (act, situation) in enumerate(zip(acts, situations, strict=True)):
        stood, rests = track, set_by
        if unseen and (apart := unseen.get(number)):
            stood, rests = _stood(one for earlier, one in enumerate(acts[:number]) if earlier not in apart)
        against = tuple(_against(act, stood, situation, rests, law))
        if against and not act.voided:
            found.append(Retraced(act, against))
        track = advanced(track, act)
        _set(set_by, act)
    return tuple(found)


def _stood(acts: Iterable[Act]) -> tuple[Track, dict[str, Act]]:
    """The track after these acts, and which of them set each mark."""
    track, set_by = Track(), dict[str, Act]()
    for act in acts:
        track = advanced(track, act)
        _set(set_by, act)
    return track, set_by


def _set(set_by: dict[str, Act], act: Act) -> None:
    for mark in act.body.effect.clears:
        set_by.pop(mark, None)
    for mark in act.body.effect.marks:
        set_by.setdefault(mark, act)


def _unseen(case: CaseFile, acts: Sequence[Act]) -> dict[int, frozenset[int]]:
    """By the number of an act: the acts before it in the fold whose effect stands in no entry that its own entry comes after."""
    at = {line.entry.hash: number for number, line in enumerate(case.lines)}
    knew: list[int] = []  # bit n: the entry of line n, or one after it, was there
    for number, line in enumerate(case.lines):
        mask = 1 << number
        for parent in line.entry.parents:
            mask |= knew[at[parent]]
        knew.append(mask)
    effect = {act.entry: at[act.entry] for act in acts if act.entry in at}
    for number, line in enumerate(case.lines):
        if isinstance(line.entry.body, ActCosigned) and line.effective:
            effect[line.entry.body.act] = number
    found: dict[int, frozenset[int]] = {}
    for number, act in enumerate(acts):
        if act.entry in at:
            mask = knew[at[act.entry]]
            before = enumerate(acts[:number])
            apart = frozenset(n for n, one in before if one.entry in effect and not mask >> effect[one.entry] & 1)
            if apart:
                found[number] = apart
    return found


def _against(act: Act, track: Track, situation: Situation, set_by: Mapping[str, Act], law: Law) -> Iterator[Refusal]:
    body = act.body
    if body.profile != law.profile.name:
        return  # another version of the table allowed it; nobody is judged by rules that came later
    try:
        rule = law.profile.rule(body.act)
    except KnownError:
        yield Refusal(f"程序里没有“{body.act}”这一步", "行政处罚法第四十七条")
        return
    position = Position(track, situation, body.at, law.table, law.calendar)  # a late entry is judged by its own time
    first, *others = [act.officer, *sorted(act.people - {act.officer})]
    people = [Person(one, law.roles(one) or frozenset((rule.who,))) for one in (first, *others)]
    try:
        yield from refusals(law.profile, rule, position, people, body.values, body.at, act.written_at)
    except (
        TypeError,
        ValueError,
    ):  # values that another version wrote in another shape: the record is read, not trusted
        yield Refusal(f"“{rule.label}”填写的内容不能读", rule.basis)
    for mark in sorted(_rests_on(rule, position, law.profile)):
        before = set_by.get(mark)
        if before is not None and body.at + CLOCKS_APART < before.body.at:
            yield Refusal(f"“{rule.label}”的时间早于它所依据的“{_label(before, law.profile)}”", rule.basis)


def _rests_on(rule: ActRule, position: Position, profile: Profile) -> frozenset[str]:
    """Marks without which the act would have had no place or no leave."""
    found: set[str] = set()
    for text in (rule.offer, *(profile.guards[name].need for name in rule.guards)):
        for way in profile.parsed[text].ways:
            if all(position.is_so(name) == wanted for name, wanted in way):
                found |= {name for name, wanted in way if wanted}
                break
    return frozenset(found)


def _label(act: Act, profile: Profile) -> str:
    return next((rule.label for rule in profile.rules if rule.id == act.body.act), act.body.act)


def _situations(case: CaseFile, acts: Sequence[Act]) -> Iterator[Situation]:
    """What the record knew before each act, read off the entries that had their effect before it."""
    waiting = {act.entry: number for number, act in enumerate(acts)}
    by_act: dict[int, Situation] = {}
    state = CaseFile(case_id=case.case_id)
    for line in case.lines:
        number = waiting.get(line.entry.hash)
        if number is not None:
            by_act[number] = situation_of(state)
        elif line.effective:
            state = _known_after(state, line)
    for number in range(len(acts)):
        yield by_act.get(number, Situation())


def _known_after(state: CaseFile, line: Line) -> CaseFile:
    """As much of the fold as a situation is made of."""
    entry, proposal = line.entry, state.proposal
    match entry.body:
        case FactsRecorded() as body:
            return replace(state, facts=body)
        case EvidenceAdded() | EvidenceShared():
            return replace(state, track=replace(state.track, marks=state.track.marks | {"evidence"}))
        case RecordingKept() as body:
            return replace(state, recordings=(*state.recordings, body))
        case PartyChanged():
            return replace(state, proposal=None)
        case CaseRelated() as body:
            return replace(state, related=related_after(state.related, body, entry.hash))
        case CaseDetermined() as body:
            return replace(state, proposal=Proposal(body, entry.hash, entry.certificate, entry.at))
        case CaseCosigned() as body if proposal is not None and proposal.entry == body.determination:
            return replace(state, proposal=replace(proposal, cosigned_by=body.shown, cosigned_at=entry.at))
        case _:
            return state
