"""Payment and execution: receipts, sums, days, and what is done when nobody pays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from enforcement.procedure.board.dossier import SERVED, Check, Dossier, Fault, done_as, sheet_of
from enforcement.procedure.position import Position
from enforcement.values.money import plain_text

PAID = ("payment.part", "payment.full")


def receipt(file: Dossier) -> Iterable[Fault]:
    """APL Art. 70: the financial authority's receipt, or the party may refuse."""
    if not file.ordinary and file.decision is not None and file.decision.text("paid_on_spot") == "True":
        if not file.decision.text("payment.receipt"):
            yield Fault("当场收缴", "field:receipt_number")
    for act in file.named(*PAID):
        if act.body.paper is not None and not sheet_of(act).text("receipt"):
            yield Fault(file.label(act.body.act), "form:payment_record.receipt")


def on_spot_allowed(file: Dossier) -> Iterable[Fault]:
    """APL Art. 68: at most 100 yuan, or else hard to enforce; the ruler says which it is."""
    if file.ordinary or file.decision is None or file.decision.text("paid_on_spot") != "True":
        return
    found = file.determination
    follows = found.follow("on_spot_collection") if found is not None else None
    if follows is not None and not follows.holds:
        yield Fault(f"罚款{plain_text(file.fine or 0)}元", "field:on_spot_payment")


def after_service(file: Dossier) -> Iterable[Fault]:
    """Nobody pays what they have not been served with."""
    reached = file.last(*SERVED)
    for act in file.named(*PAID):
        if reached is None or act.body.at < reached.body.at:
            yield Fault(file.label(act.body.act), done_as(act))


def demanded(file: Dossier) -> Iterable[Fault]:
    """行政强制法 Art. 54, 行政处罚法 Art. 72: who pays late is demanded to pay."""
    marks = file.case.track.marks
    if not file.ordinary or not file.fine or marks & {"paid", "execution_ended", "quashed", "in_review", "in_suit"}:
        return
    position = _now(file)
    late = [one.due for one in position.plan if one.due < position.today]
    waited = file.limits["payment.demanded"]
    if late and position.is_so("pays_late") and "demanded" not in marks and (position.today - late[0]).days > waited:
        yield Fault(f"应于{late[0]}前缴清")


def sums(file: Dossier) -> Iterable[Fault]:
    """What was paid makes what was decided."""
    amounts = file.case.track.amounts
    if "paid" in file.case.track.marks and amounts.get("paid", 0) < amounts.get("decided", 0):
        yield Fault(f"决定{plain_text(amounts.get('decided', 0))}元，已缴{plain_text(amounts.get('paid', 0))}元")


def deferral_approved(file: Dossier) -> Iterable[Fault]:
    """APL Art. 66: applied for and approved."""
    for index, act in enumerate(file.acts):
        if act.body.act == "deferral.granted":
            if not any(one.body.act == "deferral.approved" for one in file.acts[:index]):
                yield Fault()


def demand_complete(file: Dossier) -> Iterable[Fault]:
    """行政强制法 Art. 35: period, way, a definite sum, the right to be heard."""
    for sheet in file.sheets:
        if sheet.form == "demand":
            for one in file.context.missing(sheet.form, sheet.values):
                yield Fault(one.words, f"form:demand.{one.field}")


def applied_in_time(file: Dossier) -> Iterable[Fault]:
    """行政强制法 Art. 53: to the court within three months of the end of the time for remedies."""
    if not file.ordinary or file.case.track.marks & {"paid", "quashed", "in_review", "in_suit", "execution_ended"}:
        return
    if file.fine and _now(file).is_over("execution.application"):
        yield Fault()


def _now(file: Dossier) -> Position:
    law = file.context.law
    return Position(file.case.track, file.situation, file.context.now, law.table, law.calendar)


CHECKS: Mapping[str, Check] = {
    "payment.receipt": receipt,
    "payment.on_spot_allowed": on_spot_allowed,
    "payment.after_service": after_service,
    "payment.demanded": demanded,
    "payment.sums": sums,
    "payment.deferral_approved": deferral_approved,
    "payment.demand_complete": demand_complete,
    "payment.applied_in_time": applied_in_time,
}
