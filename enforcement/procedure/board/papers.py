"""The papers themselves: filled in, of the agency's forms, numbered once, printed, signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from enforcement.procedure.board.dossier import ON_SPOT, Check, Dossier, Fault, done_as

COUNTED = frozenset(("service_receipt", "demand", "penalty_prior_notice", "hearing_prior_notice", "case_cover"))
"""Forms whose empty fields are struck under a heading of their own."""
DECISIONS = frozenset(("penalty_decision", ON_SPOT))


def complete(file: Dossier) -> Iterable[Fault]:
    """No field that is demanded stays empty."""
    for sheet in file.sheets:
        if sheet.form in COUNTED or sheet.form in DECISIONS:
            continue
        for one in file.context.missing(sheet.form, sheet.values):
            name = file.label(sheet.act.body.act) if sheet.act is not None else sheet.form
            yield Fault(f"“{name}”{one.words}", f"form:{sheet.form}.{one.field}")


def decision_complete(file: Dossier) -> Iterable[Fault]:
    """The decision's fields beyond the elements that are struck by themselves."""
    counted = {
        "party.name", "party.address", "facts", "violation", "evidence", "forbids", "punishes", "penalty", "kind", "fine",
        "fine_fen", "bank", "account_name", "account", "perform", "reconsideration_body", "court", "agency", "number",
        "issued_on", "decided_on", "discretion", "reasons", "correction",
    }  # fmt: skip
    sheet = file.decision
    if sheet is None or (sheet.act is not None and sheet.act.body.paper is None):
        return
    for one in file.context.missing(sheet.form, sheet.values):
        if one.field not in counted:
            yield Fault(one.words, f"form:{sheet.form}.{one.field}")


def of_the_agency(file: Dossier) -> Iterable[Fault]:
    """The agency's own set of forms."""
    for sheet in file.sheets:
        if sheet.form not in file.context.forms:
            yield Fault(sheet.form, f"form:{sheet.form}")


def number_once(file: Dossier) -> Iterable[Fault]:
    """No number twice, in the case or across cases."""
    seen: dict[str, str] = {}
    for sheet in file.sheets:
        number = sheet.act.body.paper.number if sheet.act is not None and sheet.act.body.paper else sheet.text("number")
        if not number:
            continue
        if seen.setdefault(number, sheet.form) != sheet.form or number in file.context.numbers_twice:
            yield Fault(number, f"form:{sheet.form}.number")


def made_again(file: Dossier) -> Iterable[Fault]:
    """What was voided was made again."""
    for act in file.case.track.acts:
        if act.voided and not any(one.body.act == act.body.act for one in file.acts):
            yield Fault(file.label(act.body.act), f"act:{act.body.act}")
    decision = file.case.decision
    if decision is not None and decision.voided:
        yield Fault(decision.act.number, "act:decision.made")


def printed(file: Dossier) -> Iterable[Fault]:
    """What is handed over was printed, or sent electronically."""
    decision = file.case.decision
    if (
        not file.ordinary
        and decision is not None
        and not decision.voided
        and decision.delivered
        and not decision.prints
    ):
        yield Fault(decision.act.number)
    served = file.last("decision.served", "decision.handed")
    if file.ordinary and served is not None and file.decision is not None and file.decision.act is not None:
        if file.decision.act.body.paper is not None and not file.decision.act.prints:
            yield Fault(file.decision.text("number"), done_as(file.decision.act))


def coded(file: Dossier) -> Iterable[Fault]:
    """A decision bears the code by which anyone can prove it."""
    sheet = file.decision
    if sheet is None:
        return
    if not file.ordinary:
        assert file.case.decision is not None
        if not file.case.decision.act.code:
            yield Fault()
    elif sheet.act is not None and sheet.act.body.paper is not None:
        if not sheet.act.body.paper.code and not sheet.text("code"):
            yield Fault()


def one_case_number(file: Dossier) -> Iterable[Fault]:
    """One case, one number."""
    numbers = sorted({sheet.text("case_number") for sheet in file.sheets} - {""})
    if len(numbers) > 1:
        yield Fault("、".join(numbers))


CHECKS: Mapping[str, Check] = {
    "papers.complete": complete,
    "papers.decision_complete": decision_complete,
    "papers.of_the_agency": of_the_agency,
    "papers.number_once": number_once,
    "papers.made_again": made_again,
    "papers.printed": printed,
    "papers.coded": coded,
    "papers.one_case_number": one_case_number,
}
