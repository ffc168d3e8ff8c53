"""Prior notice, statement and defence, hearing, legality review, collective discussion: without them no decision stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from enforcement.casefile.track import local_day
from enforcement.procedure.board.dossier import ASKED, NOTICES, PENALTY, Check, Dossier, Fault, done_as, sheet_of
from enforcement.procedure.checks import WORKDAY_PERIODS
from enforcement.values.money import plain_text

NOTICE_SERVED = ("notice.served", "notice.hearing_served")
ANSWERED = ("statement.waived", "statement.lapsed", "statement_review.approved")
SETTLED = ("hearing.waived", "hearing.lapsed", "hearing.abandoned", "hearing_report.approved")
ORAL = ("陈述", "申辩")
"""What an oral notice has to name (APL Art. 44)."""


def given(file: Dossier) -> Iterable[Fault]:
    """APL Art. 44, 62."""
    if file.ordinary:
        if file.turn is not None and file.led(*NOTICES) is None:
            yield Fault()
    elif file.decision is not None and file.case.informed is None:
        yield Fault("", "field:told")


def served(file: Dossier) -> Iterable[Fault]:
    """APL Art. 44: it reached the party."""
    if file.turn is None or file.led(*NOTICES) is None:
        return
    told, reached = file.led(*NOTICES), file.led(*NOTICE_SERVED)
    assert told is not None
    if reached is None or file.acts.index(reached) < file.acts.index(told):
        yield Fault()


def content(file: Dossier) -> Iterable[Fault]:
    """APL Art. 44: content, facts, reasons, basis and rights."""
    if not file.ordinary:
        words = file.case.informed.words if file.case.informed is not None else ""
        if words and not all(one in words for one in ORAL):
            yield Fault("没有告知陈述、申辩的权利", "field:told")
        return
    act = file.led(*NOTICES)
    if act is not None and act.body.paper is not None:
        sheet = sheet_of(act)
        for one in file.context.missing(sheet.form, sheet.values):
            yield Fault(one.words, f"form:{sheet.form}.{one.field}")


def with_sum(file: Dossier) -> Iterable[Fault]:
    """A notice of a fine says how much."""
    if not file.fine:
        return
    if not file.ordinary:
        if file.case.informed is not None and not file.case.informed.fine_fen:
            yield Fault("", "field:told")
        return
    act = file.led(*NOTICES)
    if act is not None and not act.body.effect.amounts.get("told"):
        yield Fault()


def not_heavier(file: Dossier) -> Iterable[Fault]:
    """APL Art. 45: a defence makes nothing heavier."""
    told = None
    if file.ordinary:
        act = file.led(*NOTICES)
        told = act.body.effect.amounts.get("told") if act is not None else None
    elif file.case.informed is not None:
        told = file.case.informed.fine_fen
    if told is not None and file.fine is not None and file.fine > told:
        yield Fault(f"告知{plain_text(told)}元，决定{plain_text(file.fine)}元", "field:sum")


def waited(file: Dossier) -> Iterable[Fault]:
    """The days that the notice gave had run out, or the party had spoken or waived."""
    reached, act = file.led(*NOTICE_SERVED), file.led(*NOTICES)
    if file.turn is None or reached is None or act is None or file.led("statement.waived", "statement.made"):
        return
    days = int(act.body.values.get("days", 5) or 5)
    last = file.last_day("workdays" if days in WORKDAY_PERIODS else "days", days, reached.body.at)
    if last is not None and local_day(file.turn.body.at) <= last:
        yield Fault(f"{days}日届满于{last}")


def heard(file: Dossier) -> Iterable[Fault]:
    """APL Art. 45, 62: the party was heard, waived it, or let it lapse."""
    if file.ordinary:
        if file.turn is not None and file.led(*ANSWERED, "statement.made") is None:
            yield Fault()
    elif file.decision is not None and file.case.statement is None:
        yield Fault("", "field:statement")


def examined(file: Dossier) -> Iterable[Fault]:
    """APL Art. 45: what was said is examined."""
    if not file.ordinary:
        said = file.case.statement
        if said is not None and said.made and not said.heard.strip():
            yield Fault("", "field:heard_words")
    elif file.turn is not None and file.led("statement.made") and not file.led("statement_review.approved"):
        yield Fault()


def examined_each(file: Dossier) -> Iterable[Fault]:
    """Point by point, taken or not, with the reason."""
    act = file.led("statement_review.approved")
    if act is not None and act.body.paper is not None:
        sheet = sheet_of(act)
        rows = sheet.table("points")
        if not rows or any(not all(str(row.get(key, "")).strip() for key in ("found", "taken")) for row in rows):
            yield Fault()


def hearing_told(file: Dossier) -> Iterable[Fault]:
    """APL Art. 63."""
    if file.turn is not None and file.situation.hearing_due and file.led("notice.hearing") is None:
        yield Fault()


def hearing_held(file: Dossier) -> Iterable[Fault]:
    """APL Art. 63, 64: asked for, and not held, abandoned or waived."""
    asked = file.led("hearing.asked")
    if file.turn is not None and asked is not None and file.led("hearing.held", *SETTLED) is None:
        yield Fault()


def hearing_called(file: Dossier) -> Iterable[Fault]:
    """APL Art. 64 item 2: seven working days before."""
    for act in file.named("hearing.called"):
        held = sheet_of(act).instant("at")
        last = file.last_day("workdays", 7, held, before=True) if held is not None else None
        if last is not None and local_day(act.body.at) > last:
            yield Fault()


def hearing_host(file: Dossier) -> Iterable[Fault]:
    """APL Art. 64 item 4: nobody hosts who investigated."""
    investigators = file.case.track.parts.get("investigator", frozenset())
    for act in file.named("hearing.called", "hearing.held"):
        for number in sorted(act.people & investigators):
            yield Fault(number, done_as(act))


def hearing_reported(file: Dossier) -> Iterable[Fault]:
    """APL Art. 64, 65: what was heard is reported before the decision."""
    if file.turn is not None and file.led("hearing.held") and not file.led("hearing_report.approved"):
        yield Fault()


def hearing_open(file: Dossier) -> Iterable[Fault]:
    """APL Art. 64 item 3: in public, or the reason why not."""
    for sheet in file.sheets:
        if sheet.form == "hearing_notice" and sheet.text("open") == "不公开" and not sheet.text("why_closed"):
            yield Fault()


def reviewed(file: Dossier) -> Iterable[Fault]:
    """APL Art. 58: passed before the decision."""
    if file.turn is None or not file.situation.legality_due:
        return
    act = file.led("legality.reviewed")
    if act is None or sheet_of(act).text("result") != "通过":
        yield Fault()


def reviewer_licensed(file: Dossier) -> Iterable[Fault]:
    """APL Art. 58: who reviews for the first time holds the legal qualification."""
    for act in file.named("legality.reviewed"):
        sheet = sheet_of(act)
        if sheet.text("first") == "是" and not sheet.text("licence"):
            yield Fault(sheet.text("reviewer"))


def discussed(file: Dossier) -> Iterable[Fault]:
    """APL Art. 57: complex or heavy cases are discussed by the heads together."""
    if file.turn is not None and file.turn.body.act == PENALTY and file.situation.discussion_due:
        if file.led("discussion.held") is None:
            yield Fault()


def discussion_complete(file: Dossier) -> Iterable[Fault]:
    """What each of them said, and what came of it."""
    for act in file.named("discussion.held"):
        sheet = sheet_of(act)
        said = [row for row in sheet.table("opinions_given") if str(row.get("said", "")).strip()]
        if act.body.paper is not None and (len(said) < 2 or not sheet.text("conclusion")):
            yield Fault()


def approved(file: Dossier) -> Iterable[Fault]:
    """APL Art. 57: the head examined it before it was decided."""
    if file.turn is not None and file.turn.body.act == PENALTY and file.led("penalty.approved") is None:
        yield Fault()


def decision_retraced(file: Dossier) -> Iterable[Fault]:
    """What stood in the way of the decision itself when it was taken."""
    wanted = PENALTY if file.last(PENALTY) is not None else ASKED
    for one in file.retraced:
        if one.act.body.act == wanted:
            for refusal in one.refusals:
                yield Fault(f"{refusal.words}（{refusal.basis}）")


CHECKS: Mapping[str, Check] = {
    "notice.given": given,
    "notice.served": served,
    "notice.content": content,
    "notice.with_sum": with_sum,
    "notice.not_heavier": not_heavier,
    "notice.waited": waited,
    "notice.heard": heard,
    "notice.examined": examined,
    "notice.examined_each": examined_each,
    "notice.hearing_told": hearing_told,
    "notice.hearing_held": hearing_held,
    "notice.hearing_called": hearing_called,
    "notice.hearing_host": hearing_host,
    "notice.hearing_reported": hearing_reported,
    "notice.hearing_open": hearing_open,
    "notice.reviewed": reviewed,
    "notice.reviewer_licensed": reviewer_licensed,
    "notice.discussed": discussed,
    "notice.discussion_complete": discussion_complete,
    "notice.approved": approved,
    "notice.retraced": decision_retraced,
}
