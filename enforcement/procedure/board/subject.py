"""Who acted, and against whom: the body, the officers, the party."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stdnum.cn import ric, uscc

from enforcement.procedure.board.dossier import MAY_ACT, Check, Dossier, Fault, done_as


def officers_two(file: Dossier) -> Iterable[Fault]:
    """APL Art. 42."""
    decision = file.case.decision
    if not file.ordinary and decision is not None and not decision.voided:
        if len({one.number for one in decision.act.officers}) < 2:
            yield Fault("决定书上的执法人员不足两人", "field:second_officer")
    if not file.ordinary and decision is not None and file.case.proposal is not None:
        if file.case.proposal.cosigned_by is None:
            yield Fault("处理意见只有一名执法人员签名", "field:second_officer")
    by_two = {rule.id for rule in file.context.law.profile.rules if rule.second}
    for act in file.acts:
        if act.body.act in by_two and len(act.people) < 2:
            yield Fault(file.label(act.body.act), done_as(act))


def officers_qualified(file: Dossier) -> Iterable[Fault]:
    """APL Art. 42, 75: each certificate as it stood when it signed."""
    seen: set[str] = set()
    for number, name, at in file.signers():
        state = file.context.standing(number, at)
        if state not in MAY_ACT and number not in seen:
            seen.add(number)
            yield Fault(f"{name or number}签署时执法证{STATES.get(state, state)}")


def certificates_recorded(file: Dossier) -> Iterable[Fault]:
    """APL Art. 42, 55: what the record itself says of the certificates that were shown."""
    shown = [one for act in file.acts for one in act.body.shown]
    if file.case.decision is not None and not file.ordinary:
        shown += file.case.decision.act.officers
    for name in sorted({one.name or one.number for one in shown if one.state not in MAY_ACT}):
        yield Fault(name)


def agency(file: Dossier) -> Iterable[Fault]:
    """APL Art. 17 to 20: papers go out in the agency's own name."""
    for sheet in file.sheets:
        name = sheet.text("agency")
        if name and file.context.agency and name != file.context.agency:
            yield Fault(f"文书以“{name}”的名义作出", f"form:{sheet.form}.agency")


def unit(file: Dossier) -> Iterable[Fault]:
    """Which unit the case belongs to."""
    if file.case.opened_at is not None and not file.case.unit:
        yield Fault()


def party_known(file: Dossier) -> Iterable[Fault]:
    """A party with a name and a number."""
    party = file.case.party
    if party is None or not party.name.strip() or not party.code.strip():
        yield Fault()


def party_code(file: Dossier) -> Iterable[Fault]:
    """Check digits of GB 11643 and GB 32100."""
    party = file.case.party
    if party is None or not party.code.strip():
        return
    module = ric if party.kind == "citizen" else uscc
    if not module.is_valid(party.code):
        yield Fault(party.code)


def party_kind(file: Dossier) -> Iterable[Fault]:
    """The ruler measured another kind of party."""
    party, found = file.case.party, file.determination
    if party is not None and found is not None and found.party_kind and found.party_kind != party.kind:
        yield Fault()


def party_name_same(file: Dossier) -> Iterable[Fault]:
    """One name on all papers."""
    party = file.case.party
    for sheet in file.sheets:
        name = sheet.text("party.name")
        if party is not None and name and name != party.name:
            yield Fault(f"“{name}”与“{party.name}”", f"form:{sheet.form}.party.name")


def one_place(file: Dossier) -> Iterable[Fault]:
    """Nobody is at two places at once: this case's records against each other and against other cases."""
    here = []
    if not file.ordinary and file.decision is not None and file.case.decision is not None:
        at = file.decision.at
        here += [(one.number, at, at, file.decision) for one in file.case.decision.act.officers]
    for sheet in file.sheets:
        began, ended = sheet.instant("began"), sheet.instant("ended")
        if began and ended and sheet.act is not None:
            here += [(number, began, ended, sheet) for number in sheet.act.people]
    for index, (number, began, ended, sheet) in enumerate(here):
        for other in file.context.presences:
            if other.number == number and began < other.ended and other.began < ended:
                yield Fault(f"{number}同一时间在{other.about}", f"form:{sheet.form}.began")
        for again, since, until, twin in here[index + 1 :]:
            if again == number and twin is not sheet and began < until and since < ended:
                yield Fault(f"{number}同一时间在两份笔录上", f"form:{twin.form}.began")


def reviewer_apart(file: Dossier) -> Iterable[Fault]:
    """APL Art. 57, 58: who investigated neither reviews nor decides."""
    parts = file.case.track.parts
    for part, words in (("reviewer", "法制审核"), ("head", "审查决定")):
        for number in sorted(parts.get("investigator", frozenset()) & parts.get(part, frozenset())):
            yield Fault(f"{number}既是调查人员又{words}")


def recused(file: Dossier) -> Iterable[Fault]:
    """APL Art. 43: nobody acts after being recused."""
    barred: set[str] = set()
    for act in file.case.track.acts:
        for number in sorted(act.people & barred):
            if not act.voided:
                yield Fault(f"{number}在决定回避后办理“{file.label(act.body.act)}”", done_as(act))
        barred |= set(act.body.effect.bars)


def signed_themselves(file: Dossier) -> Iterable[Fault]:
    """A signature of somebody who did not do the act."""
    for act in file.acts:
        names = {one.name for one in act.body.shown} | ({act.cosigned_by.name} if act.cosigned_by else set())
        for one in act.signatures:
            if one.role == "officer" and one.name not in names:
                yield Fault(f"“{file.label(act.body.act)}”由{one.name}签名", done_as(act))


STATES: Mapping[str, str] = {
    "expired": "已过有效期",
    "suspended": "被暂扣",
    "revoked": "已被吊销、注销",
    "review_overdue": "未按期年审",
    "outside_field": "不含该执法领域",
    "outside_region": "不含该执法区域",
    "unknown": "查无此证",
}
CHECKS: Mapping[str, Check] = {
    "subject.officers_two": officers_two,
    "subject.officers_qualified": officers_qualified,
    "subject.certificates_recorded": certificates_recorded,
    "subject.agency": agency,
    "subject.unit": unit,
    "subject.party_known": party_known,
    "subject.party_code": party_code,
    "subject.party_kind": party_kind,
    "subject.party_name_same": party_name_same,
    "subject.one_place": one_place,
    "subject.reviewer_apart": reviewer_apart,
    "subject.recused": recused,
    "subject.signed_themselves": signed_themselves,
}
