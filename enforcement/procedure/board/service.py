"""Handing over: the decision and every other paper that goes out; publicity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from enforcement.casefile import Act
from enforcement.procedure.board.dossier import SERVED, Check, Dossier, Fault, Sheet, done_as, sheet_of

SERVICE_DAYS, PUBLIC_DAYS = 7, 7
"""Working days: 行政处罚法第六十一条、第八十五条; 国办发〔2018〕118号."""
OUTGOING = (
    "preservation_notice",
    "preservation_disposal",
    "seizure_decision",
    "seizure_extension",
    "correction_order",
    "demand",
)
"""Papers that the party gets without a receipt of their own: they sign for them there."""


def served(file: Dossier) -> Iterable[Fault]:
    """APL Art. 52, 61: on the spot at once, otherwise within seven working days; before that nothing is late."""
    if file.decided_at is None:
        return
    if not file.ordinary:
        assert file.case.decision is not None
        if not file.case.decision.delivered:
            yield Fault("", "field:delivered")
    elif _reached(file) is None and file.last("decision.posted") is None:
        if file.over("workdays", SERVICE_DAYS, file.decided_at, None):
            yield Fault()


def in_time(file: Dossier) -> Iterable[Fault]:
    """APL Art. 61, 85."""
    reached = _reached(file)
    if reached is not None and file.decided_at is not None and file.last("decision.posted") is None:
        if file.over("workdays", SERVICE_DAYS, file.decided_at, reached.body.at):
            yield Fault()


def on_receipt(file: Dossier) -> Iterable[Fault]:
    """Service of notice and decision stands on a receipt."""
    for act in file.named("decision.served", "decision.handed", "notice.served", "notice.hearing_served"):
        if act.body.paper is None:
            yield Fault(file.label(act.body.act), done_as(act))


def receipt_signed(file: Dossier) -> Iterable[Fault]:
    """APL Art. 61: the receiver's signature, or a witness with two officers."""
    for sheet in _receipts(file):
        assert sheet.act is not None
        signed = any(one.role == "party" and not one.refused for one in sheet.act.signatures)
        left = bool(sheet.text("witness")) and len(sheet.act.people) >= 2
        far = sheet.text("way") in ("邮寄", "公告", "电子", "委托")
        if not signed and not left and not far:
            yield Fault(file.label(sheet.act.body.act), "form:service_receipt.receiver")


def receipt_complete(file: Dossier) -> Iterable[Fault]:
    """Way, place, time to the minute, receiver, which papers."""
    for sheet in _receipts(file):
        for one in file.context.missing(sheet.form, sheet.values):
            yield Fault(one.words, f"form:service_receipt.{one.field}")


def receipt_names_paper(file: Dossier) -> Iterable[Fault]:
    """The receipt names the paper by its number."""
    decision, reached = file.decision, _reached(file)
    if decision is None or reached is None or reached.body.paper is None:
        return
    numbers = {str(row.get("number", "")) for row in sheet_of(reached).table("documents")}
    if decision.text("number") and decision.text("number") not in numbers:
        yield Fault(decision.text("number"), "form:service_receipt.documents")


def others_signed(file: Dossier) -> Iterable[Fault]:
    """Other papers that go out are signed for, or their refusal stands there."""
    for sheet in file.sheets:
        if sheet.form in OUTGOING and sheet.act is not None:
            if not any(one.role in ("party", "witness") for one in sheet.act.signatures):
                yield Fault(file.label(sheet.act.body.act), done_as(sheet.act))


def electronic_agreed(file: Dossier) -> Iterable[Fault]:
    """APL Art. 61: only after the party agreed in writing."""
    for sheet in _receipts(file):
        assert sheet.act is not None
        before = file.acts[: file.acts.index(sheet.act)]
        agreed = [one for one in before if one.body.act == "address.confirmed"]
        if sheet.text("way") == "电子" and (not agreed or sheet_of(agreed[-1]).text("electronic") != "同意"):
            yield Fault(file.label(sheet.act.body.act), "act:address.confirmed")


def left_witnessed(file: Dossier) -> Iterable[Fault]:
    """Left behind: with a witness or a recording, and why it was refused."""
    for sheet in _receipts(file):
        if sheet.text("way") == "留置" and not (sheet.text("witness") and sheet.text("reason")):
            yield Fault("", "form:service_receipt.witness")


def refusal_noted(file: Dossier) -> Iterable[Fault]:
    """APL Art. 52: a refusal to sign is noted on the decision."""
    decision = file.case.decision
    if decision is not None and decision.delivered == "refused" and not decision.delivered_words.strip():
        yield Fault()


def published(file: Dossier) -> Iterable[Fault]:
    """国办发〔2018〕118号: within seven working days."""
    reached, act = _reached(file), file.last("publicity.published")
    if file.decision is None or file.decided_at is None or reached is None or "quashed" in file.case.track.marks:
        return
    if file.over("workdays", PUBLIC_DAYS, max(file.decided_at, reached.body.at), act.body.at if act else None):
        yield Fault()


def withdrawn(file: Dossier) -> Iterable[Fault]:
    """APL Art. 48: what was quashed is taken back."""
    marks = file.case.track.marks
    if "quashed" in marks and "published" in marks:
        yield Fault()


def _reached(file: Dossier) -> Act | None:
    return file.last(*SERVED) if file.ordinary else None


def _receipts(file: Dossier) -> tuple[Sheet, ...]:
    return tuple(sheet for sheet in file.sheets if sheet.form == "service_receipt")


CHECKS: Mapping[str, Check] = {
    "service.served": served,
    "service.in_time": in_time,
    "service.on_receipt": on_receipt,
    "service.receipt_signed": receipt_signed,
    "service.receipt_complete": receipt_complete,
    "service.receipt_names_paper": receipt_names_paper,
    "service.others_signed": others_signed,
    "service.electronic_agreed": electronic_agreed,
    "service.left_witnessed": left_witnessed,
    "service.refusal_noted": refusal_noted,
    "service.published": published,
    "service.withdrawn": withdrawn,
}
