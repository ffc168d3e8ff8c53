"""What the decision says: its seven elements, its basis, its sum and the reasons for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from enforcement.procedure.board.dossier import ON_SPOT, Check, Dossier, Fault, Sheet, sheet_of
from enforcement.procedure.deadlines import RECONSIDERATION, SUIT
from enforcement.procedure.summary import holds_sum, within_summary_limit
from enforcement.rules.citations import Citation, citations
from enforcement.values.money import plain_text

LAW_OF_PENALTIES = "行政处罚法"
ON_THE_SPOT_KINDS = frozenset(("警告", "罚款"))


def _lacking(file: Dossier, *paths: str) -> Iterable[Fault]:
    """Which of these the decision's paper has not; a decision of which there is no paper lacks nothing here."""
    sheet = file.decision
    if sheet is None or (sheet.act is not None and sheet.act.body.paper is None):
        return
    for path in paths:
        if not sheet.text(path) or sheet.text(path) == "[]":
            yield Fault(LABELS.get(path, path), f"form:{sheet.form}.{path}")


def party(file: Dossier) -> Iterable[Fault]:
    """APL Art. 59 item 1."""
    return _lacking(file, "party.name", "party.address")


def facts(file: Dossier) -> Iterable[Fault]:
    """APL Art. 59 item 2."""
    what = "facts" if file.ordinary else "violation"
    return _lacking(file, what, "evidence")


def basis(file: Dossier) -> Iterable[Fault]:
    """APL Art. 59 item 3."""
    return _lacking(file, "forbids", "punishes")


def kind(file: Dossier) -> Iterable[Fault]:
    """APL Art. 52, 59 item 3: kind, and the sum where it is a fine."""
    yield from _lacking(file, "penalty" if file.ordinary else "kind")
    sheet = file.decision
    if sheet is not None and file.fine and not sheet.text("fine" if file.ordinary else "fine_fen"):
        yield Fault("罚款数额", f"form:{sheet.form}.fine")


def performance(file: Dossier) -> Iterable[Fault]:
    """APL Art. 59 item 4: how and by when."""
    sheet = file.decision
    if sheet is None:
        return
    if not file.ordinary:
        if file.fine and not _paid_here(sheet):
            yield from _lacking(file, "payment.days", "payment.bank", "payment.account")
    elif file.fine:
        yield from _lacking(file, "bank", "account_name", "account")
    else:
        yield from _lacking(file, "perform")


def remedies(file: Dossier) -> Iterable[Fault]:
    """APL Art. 52, 59 item 5."""
    return _lacking(file, "reconsideration_body", "court")


def signed_off(file: Dossier) -> Iterable[Fault]:
    """APL Art. 52, 59 item 6: body, number, day."""
    return _lacking(file, "agency", "number", "issued_on" if file.ordinary else "decided_on")


def remedies_right(file: Dossier) -> Iterable[Fault]:
    """行政复议法 Art. 20, 23, 行政诉讼法 Art. 45: on the spot reconsideration comes first, then suit within fifteen days of it."""
    sheet, table = file.decision, file.context.law.table
    if file.ordinary or sheet is None:
        return
    for path, rule in (("reconsideration_days", RECONSIDERATION), ("suit_days", SUIT)):
        wanted = table.rule(rule).count
        if sheet.text(path) != str(wanted):
            yield Fault(f"应为{wanted}日", f"form:{ON_SPOT}.{path}")


def reasons(file: Dossier) -> Iterable[Fault]:
    """国办发〔2022〕27号: how the standard was applied."""
    return _lacking(file, "discretion" if file.ordinary else "reasons")


def cites_law(file: Dossier) -> Iterable[Fault]:
    """APL Art. 16: an article of a law, regulation or rule, never the discretion table alone."""
    sheet = file.decision
    if sheet is not None and sheet.text("punishes") and not citations(sheet.text("punishes")):
        yield Fault(sheet.text("punishes"), f"form:{sheet.form}.punishes")


def cites_the_same(file: Dossier) -> Iterable[Fault]:
    """The articles are those of the table that was measured by."""
    for path, ours, theirs in _cited(file):
        absent = {(one.title, one.article) for one in theirs} - {(one.title, one.article) for one in ours}
        if ours and absent:
            names = "、".join(sorted(f"{title}{article}" for title, article in absent))
            yield Fault(f"缺{names}", f"form:{file.decision.form}.{path}" if file.decision else "")


def cites_paragraphs(file: Dossier) -> Iterable[Fault]:
    """Paragraph and item as the table has them."""
    for path, ours, theirs in _cited(file):
        places = {(one.title, one.article): one.place for one in ours}
        for one in theirs:
            if one.place and places.get((one.title, one.article)) == "":
                words = f"{one.title}{one.article}缺{one.place}"
                yield Fault(words, f"form:{file.decision.form}.{path}" if file.decision else "")


def sums_same(file: Dossier) -> Iterable[Fault]:
    """What was approved, what was decided and what the paper says are one sum."""
    sheet, fine = file.decision, file.fine
    if sheet is None or fine is None:
        return
    wrote = sheet.values.get("fine" if file.ordinary else "fine_fen")
    if isinstance(wrote, int) and wrote != fine:
        yield Fault(f"决定书{plain_text(wrote)}元，决定{plain_text(fine)}元", f"form:{sheet.form}.fine")
    granted = file.led("penalty.approved")
    if file.ordinary and granted is not None:
        agreed = sheet_of(granted).values.get("fine")
        if isinstance(agreed, int) and agreed != fine:
            yield Fault(f"审批{plain_text(agreed)}元，决定{plain_text(fine)}元", "act:penalty.asked")


def within_limit(file: Dossier) -> Iterable[Fault]:
    """APL Art. 51: 200 yuan, 3,000 yuan."""
    if not file.ordinary and file.fine is not None and file.case.party is not None:
        if not within_summary_limit(file.case.party.kind, file.fine):
            yield Fault(f"罚款{plain_text(file.fine)}元", "field:sum")


def kinds_allowed(file: Dossier) -> Iterable[Fault]:
    """APL Art. 51: on the spot a warning or a fine, nothing else."""
    if file.ordinary or file.decision is None:
        return
    for one in file.decision.text("kind").split("、"):
        if one and one not in ON_THE_SPOT_KINDS:
            yield Fault(one, "field:violation")


def within_band(file: Dossier) -> Iterable[Fault]:
    """国办发〔2022〕27号: outside the band only with leave and a written reason."""
    found, proposal = file.determination, file.case.proposal
    if found is None or proposal is None or file.fine is None or found.band_lo is None:
        return
    if not holds_sum(found, file.fine) and not (proposal.act.deviation and proposal.act.approver):
        yield Fault(f"罚款{plain_text(file.fine)}元", "field:deviation")


def within_statute(file: Dossier) -> Iterable[Fault]:
    """Never above the statute; below it only where a circumstance mitigates (APL Art. 32)."""
    found, fine = file.determination, file.fine
    if found is None or not fine:
        return
    above = found.statute_hi is not None and fine > found.statute_hi
    if above or (fine < found.statute_lo and found.mitigate_below is None):
        yield Fault(f"罚款{plain_text(fine)}元", "field:sum")


def measured_same(file: Dossier) -> Iterable[Fault]:
    """Table and facts give the same determination again."""
    if file.decision is not None and file.context.measured_again is False:
        yield Fault()


def not_exempt(file: Dossier) -> Iterable[Fault]:
    """APL Art. 30, 31, 33."""
    found = file.determination
    if found is not None and found.exempt == "must" and file.fine:
        yield Fault()


def not_refused(file: Dossier) -> Iterable[Fault]:
    """Why nothing may be imposed, apart from the limitation, which is struck under its own heading."""
    found = file.determination
    if found is not None and file.fine:
        for words in found.refusals:
            if "追责期限" not in words:
                yield Fault(words)


def steps_first(file: Dossier) -> Iterable[Fault]:
    """What the statute wants before a fine was done (责令改正 and the like)."""
    found = file.determination
    if found is not None and file.fine:
        for step in found.steps:
            yield Fault(step.text)


def corrected(file: Dossier) -> Iterable[Fault]:
    """APL Art. 28: a penalty orders correction."""
    return _lacking(file, "correction")


def educated(file: Dossier) -> Iterable[Fault]:
    """APL Art. 33: no penalty, but education on record."""
    act = file.last("decision.exempted")
    if act is not None and not any(one.body.act == "education.given" for one in file.acts[: file.acts.index(act)]):
        yield Fault()


def exemption_founded(file: Dossier) -> Iterable[Fault]:
    """A decision not to penalise names its ground and article (APL Art. 30, 31, 33, 36)."""
    for act in file.named("decision.exempted", "decision.dismissed"):
        sheet = sheet_of(act)
        if act.body.paper is not None and not (
            sheet.text("ground") and citations(f"{LAW_OF_PENALTIES}{sheet.text('article')}")
        ):
            yield Fault("", "form:no_penalty_decision.article")


def _cited(file: Dossier) -> Iterable[tuple[str, tuple[Citation, ...], tuple[Citation, ...]]]:
    """(path, cited on the paper, cited by the table), titles without the country's name."""
    sheet, found = file.decision, file.determination
    if sheet is None or found is None:
        return
    for path, text in (("forbids", found.forbids), ("punishes", found.punishes)):
        yield path, citations(sheet.text(path)), citations(text)


def _paid_here(sheet: Sheet) -> bool:
    return sheet.text("paid_on_spot") == "True"


LABELS: Mapping[str, str] = {
    "party.name": "当事人",
    "party.address": "当事人地址",
    "facts": "违法事实",
    "violation": "违法行为",
    "evidence": "证据",
    "forbids": "违反的规定",
    "punishes": "处罚依据",
    "penalty": "处罚种类",
    "kind": "处罚种类",
    "payment.days": "缴款期限",
    "payment.bank": "缴款银行",
    "payment.account": "缴款账号",
    "bank": "缴款银行",
    "account_name": "收款户名",
    "account": "缴款账号",
    "perform": "履行方式和期限",
    "reconsideration_body": "复议机关",
    "court": "管辖法院",
    "agency": "行政机关名称",
    "number": "文号",
    "issued_on": "日期",
    "decided_on": "日期",
    "discretion": "裁量说明",
    "reasons": "裁量说明",
    "correction": "责令改正",
}
CHECKS: Mapping[str, Check] = {
    "decision.party": party,
    "decision.facts": facts,
    "decision.basis": basis,
    "decision.kind": kind,
    "decision.performance": performance,
    "decision.remedies": remedies,
    "decision.signed_off": signed_off,
    "decision.remedies_right": remedies_right,
    "decision.reasons": reasons,
    "decision.cites_law": cites_law,
    "decision.cites_the_same": cites_the_same,
    "decision.cites_paragraphs": cites_paragraphs,
    "decision.sums_same": sums_same,
    "decision.within_limit": within_limit,
    "decision.kinds_allowed": kinds_allowed,
    "decision.within_band": within_band,
    "decision.within_statute": within_statute,
    "decision.measured_same": measured_same,
    "decision.not_exempt": not_exempt,
    "decision.not_refused": not_refused,
    "decision.steps_first": steps_first,
    "decision.corrected": corrected,
    "decision.educated": educated,
    "decision.exemption_founded": exemption_founded,
}
