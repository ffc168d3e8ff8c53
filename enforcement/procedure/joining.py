"""Two cases side by side: what stands against joining them, merging one into the other, or parting them again.

A procedure's table sees one case; these are the questions that need both. The penalties law knows no joinder: what follows here is that
one act of one party is fined once (APL Art. 29), that everything else is decided for itself, and that who filed first goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from enforcement.casefile import CaseFile
from enforcement.procedure.checks import Refusal

FILED = "opening.approved"
ORDER, SAME_ACT, INQUIRY, WHOLE = (
    "行政处罚法第五十七条",
    "行政处罚法第二十九条",
    "行政处罚法第五十四条第一款",
    "行政处罚法第四十七条",
)


def refusals_of(joining: str, case: CaseFile, other: CaseFile) -> tuple[Refusal, ...]:
    """Everything against `linking`, `unlinking`, `merger` (of `case` into `other`) or `splitting` by what both cases are now."""
    if other.opened_at is None:
        return (Refusal("另案的记录没有到达本设备", WHOLE),)
    return tuple(_RULES[joining](case, other))


def number_of(case: CaseFile) -> str:
    """The number under which the case was opened; empty before."""
    act = case.track.last(FILED)
    return act.body.paper.number if act is not None and act.body.paper is not None else ""


def same_party(case: CaseFile, other: CaseFile) -> bool:
    """The same party, by id or by its code."""
    one, two = case.party, other.party
    if one is None or two is None:
        return False
    return one.party_id == two.party_id or bool(one.code and one.code == two.code)


def same_violation(case: CaseFile, other: CaseFile) -> bool:
    """Both are about the same violation of the table."""
    return case.facts is not None and other.facts is not None and case.facts.violation == other.facts.violation


def _linking(case: CaseFile, other: CaseFile) -> Iterator[Refusal]:
    yield from _both_open(case, other)
    if any(one.case == other.case_id for one in case.related):
        yield Refusal("两案已经并案", INQUIRY)
    met = case.inspection is not None and case.inspection == other.inspection
    placed = bool(case.place.strip()) and case.place.strip() == other.place.strip()
    if not (same_party(case, other) or same_violation(case, other) or met or placed):
        yield Refusal("两案没有共同的当事人、违法行为或者现场", INQUIRY)


def _merger(case: CaseFile, other: CaseFile) -> Iterator[Refusal]:
    yield from _both_open(case, other)
    if not same_party(case, other):
        yield Refusal("当事人不同，各自立案、各自决定，可以并案调查", SAME_ACT)
    if not same_violation(case, other):
        yield Refusal("不是同一违法行为，分别裁量、分别决定，可以并案调查", SAME_ACT)
    ours, theirs = case.track.last(FILED), other.track.last(FILED)
    if ours is not None and theirs is not None and theirs.body.at > ours.body.at:
        yield Refusal("另案立案在后，应当由另案并入先立案的本案", "行政处罚法第六十条")
    if "reported" in other.track.marks:
        yield Refusal("另案调查已经终结，先办理补充调查", ORDER)
    if case.track.pending or any(mark.endswith("_asked") and mark != "merger_asked" for mark in case.track.marks):
        yield Refusal("本案还有呈批事项没有批复或者笔录没有会签", WHOLE)
    if any(one.way in ("from", "beside") for one in case.related):
        yield Refusal("本案还有并案的案件，先办理分案", INQUIRY)


def _unlinking(case: CaseFile, other: CaseFile) -> Iterator[Refusal]:
    if not any(one.case == other.case_id and one.way == "beside" for one in case.related):
        yield Refusal("两案没有并案调查", INQUIRY)


def _splitting(case: CaseFile, other: CaseFile) -> Iterator[Refusal]:
    if not any(one.case == other.case_id and one.way == "into" for one in case.related):
        yield Refusal("本案没有并入该案", INQUIRY)
    if "decided" in other.track.marks:
        number = number_of(other)
        yield Refusal(f"{number}案已经作出处理决定，同一违法行为不得再次罚款", SAME_ACT)


def _both_open(case: CaseFile, other: CaseFile) -> Iterator[Refusal]:
    if case.case_id == other.case_id:
        yield Refusal("不能与本案自己并案", INQUIRY)
    if other.procedure != "ordinary" or "opened" not in other.track.marks:
        yield Refusal("另案尚未立案", INQUIRY)
    if other.track.marks & {"decided", "ended", "closed"}:
        yield Refusal("另案已经作出处理决定或者已经结案", ORDER)
    if case.conflicts or other.conflicts:
        yield Refusal("案件有两台设备的记录冲突，先由监督人员处理", WHOLE)
    if case.waiting or other.waiting:
        yield Refusal("案件有记录尚未到达本设备", WHOLE)
    names = {_agency(one) for one in (case, other)} - {""}
    if len(names) > 1:
        yield Refusal("两案不是同一行政机关立案，由最先立案的机关管辖，应当移送", "行政处罚法第二十五条第一款")


def _agency(case: CaseFile) -> str:
    act = case.track.last(FILED)
    return str(act.body.paper.content.get("agency", "")) if act is not None and act.body.paper is not None else ""


_RULES: Mapping[str, Callable[[CaseFile, CaseFile], Iterator[Refusal]]] = {
    "linking": _linking,
    "unlinking": _unlinking,
    "merger": _merger,
    "splitting": _splitting,
}
JOININGS = frozenset(_RULES)
"""The approvals that need another case."""

__all__ = ["JOININGS", "number_of", "refusals_of", "same_party", "same_violation"]
