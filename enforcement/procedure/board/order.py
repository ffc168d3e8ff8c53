"""Order in time and periods: what came before what, and what came too late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import pairwise

from enforcement.casefile.track import local_day
from enforcement.law import Due, count
from enforcement.procedure.board.dossier import (
    ASKED,
    DECISIONS,
    NOTICES,
    PENALTY,
    SERVED,
    Check,
    Dossier,
    Fault,
    done_as,
)
from enforcement.procedure.board.evidence import BROUGHT
from enforcement.procedure.engine import CLOCKS_APART
from enforcement.values.errors import KnownError

CHAIN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("立案", ("opening.approved",)),
    ("调查终结报告", ("report.made",)),
    ("告知", NOTICES),
    ("审批", ("penalty.approved",)),
    ("决定", DECISIONS),
    ("送达", SERVED),
    ("缴款", ("payment.full",)),
    ("结案", ("closing.approved",)),
)
"""The stages whose days a board compares; legality review and hearing stand where a case has them and are compared by the retrace."""
DECIDE_DAYS = "penalty.decision"


def opened_first(file: Dossier) -> Iterable[Fault]:
    """A case is opened before evidence is taken from outside (APL Art. 54)."""
    opened = next((act for act in file.acts if act.body.act == "opening.approved"), None)
    for act in file.acts:
        if act.body.act in BROUGHT and (opened is None or act.body.at + CLOCKS_APART < opened.body.at):
            yield Fault("", done_as(act))


def opened_in_time(file: Dossier) -> Iterable[Fault]:
    """APL Art. 54: in good time; the number of working days is the board's."""
    clue, opened = file.last("source.approved"), file.last("opening.approved")
    if clue is None or opened is None:
        return
    begun = clue.body.effect.events.get("clue.received", clue.body.at)
    if file.over("workdays", file.limits["order.opened_in_time"], begun, opened.body.at):
        yield Fault()


def reported(file: Dossier) -> Iterable[Fault]:
    """APL Art. 57: what was investigated is reported before it is decided."""
    if file.turn is not None and file.led("report.made") is None:
        yield Fault()


def chain(file: Dossier) -> Iterable[Fault]:
    """The days of the stages follow one another."""
    reached = [(label, act.body.at) for label, names in CHAIN if (act := file.last(*names)) is not None]
    for (before, earlier), (after, later) in pairwise(reached):
        if local_day(later) < local_day(earlier):
            yield Fault(f"{after}（{local_day(later)}）早于{before}（{local_day(earlier)}）")


def not_future(file: Dossier) -> Iterable[Fault]:
    """Nothing happened after now, or after it was written down."""
    for act in file.acts:
        if act.body.at > act.written_at + CLOCKS_APART or act.body.at > file.context.now + CLOCKS_APART:
            yield Fault(file.label(act.body.act), done_as(act))
    for item in file.case.evidence:
        if item.act.taken_at > file.context.now + CLOCKS_APART:
            yield Fault(item.act.caption)


def in_ninety_days(file: Dossier) -> Iterable[Fault]:
    """APL Art. 60: days under a suspension are not counted."""
    opened = file.last("opening.approved")
    if opened is None:
        return
    rule = file.context.law.table.rule(DECIDE_DAYS)
    stopped = file.case.track.halted.get(rule.id, ())
    try:
        found = count(rule.period, local_day(opened.body.at), file.context.law.calendar, stopped)
    except KnownError:
        return
    ended = file.decided_at
    settled = "case.concluded" in file.case.track.events and ended is None
    if isinstance(found, Due) and not settled and local_day(ended or file.context.now) > found.last_day:
        yield Fault(f"至迟{found.last_day}")


def found_before(file: Dossier) -> Iterable[Fault]:
    """Found, told, decided: in this order (简易程序)."""
    case, at = file.case, file.decided_at
    if case.found_at is None or at is None:
        return
    if case.found_at > at:
        yield Fault("发现违法行为的时间晚于决定")
    if case.informed is not None and case.informed.at > at:
        yield Fault("告知的时间晚于决定")
    if case.informed is not None and case.informed.at + CLOCKS_APART < case.found_at:
        yield Fault("告知的时间早于发现违法行为")


def retraced(file: Dossier) -> Iterable[Fault]:
    """Steps that had no place or no leave when they were taken; what is a veto of its own is struck there."""
    for one in file.retraced:
        if one.act.body.act in (PENALTY, ASKED):
            continue
        for refusal in one.refusals:
            words = f"“{file.label(one.act.body.act)}”：{refusal.words}（{refusal.basis}）"
            yield Fault(words, done_as(one.act))


def entered_in_time(file: Dossier) -> Iterable[Fault]:
    """APL Art. 47: the record is written as it goes."""
    longest = timedelta(days=file.limits["order.entered_in_time"])
    for act in file.acts:
        if act.written_at - act.body.at > longest:
            days = (act.written_at - act.body.at).days
            yield Fault(f"“{file.label(act.body.act)}”迟{days}日补录", done_as(act))


def in_limitation(file: Dossier) -> Iterable[Fault]:
    """APL Art. 36, as the ruler counts it."""
    found = file.determination
    if found is not None and (file.fine or 0) > 0:
        for words in found.refusals:
            if "追责期限" in words:
                yield Fault(words)


CHECKS: Mapping[str, Check] = {
    "order.opened_first": opened_first,
    "order.opened_in_time": opened_in_time,
    "order.reported": reported,
    "order.chain": chain,
    "order.not_future": not_future,
    "order.in_ninety_days": in_ninety_days,
    "order.found_before": found_before,
    "order.retraced": retraced,
    "order.entered_in_time": entered_in_time,
    "order.in_limitation": in_limitation,
}
