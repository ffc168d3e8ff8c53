"""Facts and evidence, and what was held of the party's goods while they were gathered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from enforcement.procedure.board.dossier import ASKED, Check, Dossier, Fault, sheet_of

RECORDS = ("inspection_record", "inquiry_record", "survey_record", "statement_record", "coercive_record")
BROUGHT = (
    "evidence.inspected", "evidence.surveyed", "evidence.inquired", "evidence.sampled", "evidence.appraised",
    "evidence.collected", "evidence.photographed", "evidence.preserved",
)  # fmt: skip
HOURS_TO_APPROVE, SEIZED_DAYS, PRESERVED_DAYS = 24, 30, 7
"""行政强制法第十九条、第二十五条；行政处罚法第五十六条."""


def some(file: Dossier) -> Iterable[Fault]:
    """APL Art. 40, 46."""
    own = file.case.evidence or any(act.body.act in BROUGHT for act in file.leading)
    if _deciding(file) and not own and not file.case.shared:
        yield Fault()


def facts(file: Dossier) -> Iterable[Fault]:
    """APL Art. 40: what happened is written down."""
    found = file.case.facts
    if _deciding(file) and (found is None or not found.happened.strip()):
        yield Fault()


def facts_known(file: Dossier) -> Iterable[Fault]:
    """The ruler still asks for facts."""
    found = file.determination
    if _deciding(file) and found is not None:
        for name in found.missing:
            yield Fault(name, f"field:fact.{name}")


def listed(file: Dossier) -> Iterable[Fault]:
    """All that was taken is on the decision, or in the report and on the decision."""
    if file.decision is None:
        return
    named = file.decision.rows("evidence")
    if file.ordinary:
        report = file.led("report.made")
        wanted = len(sheet_of(report).rows("evidence")) if report is not None else 0
    else:
        wanted = sum(1 for one in file.case.evidence if one.act.taken_at <= file.decision.at)
    if len(named) < wanted:
        yield Fault(f"列明{len(named)}件，案卷有{wanted}件")


def gathered_before(file: Dossier) -> Iterable[Fault]:
    """APL Art. 40: a decision rests on what was there before it."""
    if file.decided_at is None:
        return
    for item in file.case.evidence:
        if item.act.taken_at > file.decided_at:
            yield Fault(item.act.caption)


def captioned(file: Dossier) -> Iterable[Fault]:
    """Each attachment says what it shows, where, and who took it."""
    for item in file.case.evidence:
        if not (item.act.caption.strip() and item.act.place.strip() and item.act.taken_by.strip()):
            yield Fault(item.act.caption or "未写说明的证据")


def asked_apart(file: Dossier) -> Iterable[Fault]:
    """People are asked one by one (APL Art. 55)."""
    found = [sheet for sheet in file.sheets if sheet.form == "inquiry_record"]
    for index, one in enumerate(found):
        for other in found[index + 1 :]:
            spans = [one.instant("began"), one.instant("ended"), other.instant("began"), other.instant("ended")]
            if None in spans or one.text("person.name") == other.text("person.name"):
                continue
            began, ended, since, until = (at for at in spans if at is not None)
            if began < until and since < ended:
                yield Fault(f"{one.text('person.name')}、{other.text('person.name')}")


def record_times(file: Dossier) -> Iterable[Fault]:
    """A record begins before it ends, and ends before it was entered."""
    for sheet in file.sheets:
        began, ended = sheet.instant("began"), sheet.instant("ended")
        if began and ended and began >= ended:
            yield Fault(f"{began:%m-%d %H:%M}至{ended:%m-%d %H:%M}", f"form:{sheet.form}.ended")


def certificate_shown(file: Dossier) -> Iterable[Fault]:
    """APL Art. 55: shown unasked, and confirmed or refused."""
    for sheet in file.sheets:
        if sheet.form in ("inspection_record", "coercive_record") and not sheet.text("shown"):
            yield Fault("", f"form:{sheet.form}.shown")


def record_signed(file: Dossier) -> Iterable[Fault]:
    """The party signed the record, or the refusal or a witness stands there (APL Art. 55, 64)."""
    for sheet in file.sheets:
        if sheet.form not in RECORDS or sheet.act is None:
            continue
        signed = any(one.role in ("party", "witness") for one in sheet.act.signatures)
        if not signed and not sheet.text("witness") and not sheet.text("refused"):
            yield Fault("", f"form:{sheet.form}.checked")


def preserved_approved(file: Dossier) -> Iterable[Fault]:
    """APL Art. 56: with the head's leave."""
    for index, act in enumerate(file.acts):
        if act.body.act == "evidence.preserved":
            if not any(one.body.act == "preservation.approved" for one in file.acts[:index]):
                yield Fault()


def preserved_settled(file: Dossier) -> Iterable[Fault]:
    """APL Art. 56, 85: disposed of within seven working days."""
    for index, act in enumerate(file.acts):
        if act.body.act == "evidence.preserved":
            settled = next((one for one in file.acts[index + 1 :] if one.body.act == "evidence.disposed"), None)
            if file.over("workdays", PRESERVED_DAYS, act.body.at, settled.body.at if settled else None):
                yield Fault("" if settled else "至今未处理", "act:evidence.disposed")


def appraisal_back(file: Dossier) -> Iterable[Fault]:
    """What was commissioned came back before the decision."""
    if _deciding(file) and "appraising" in file.case.track.marks:
        yield Fault()


def seizure_approved(file: Dossier) -> Iterable[Fault]:
    """行政强制法 Art. 18, 19: leave before, or within 24 hours where it was urgent."""
    for index, act in enumerate(file.acts):
        if act.body.act == "seizure.made":
            if not any(one.body.act == "seizure.approved" for one in file.acts[:index]):
                yield Fault()
        if act.body.act == "seizure.urgent":
            later = next((one for one in file.acts[index + 1 :] if one.body.act == "seizure.approved"), None)
            hours = ((later.body.at if later else file.context.now) - act.body.at).total_seconds() / 3600
            if hours > HOURS_TO_APPROVE:
                yield Fault("当场实施后二十四小时内没有补办批准")


def seizure_in_time(file: Dossier) -> Iterable[Fault]:
    """行政强制法 Art. 25: thirty days, once more thirty; what is being tested stops the count."""
    table = file.context.law.table
    for index, act in enumerate(file.acts):
        if act.body.act not in ("seizure.made", "seizure.urgent"):
            continue
        ended = next((one for one in file.acts[index + 1 :] if one.body.act == "seizure.released"), None)
        extended = any(one.body.act == "seizure.extended" for one in file.acts[index + 1 :])
        tested = bool(file.case.track.halted.get(table.rule("seizure.term").id))
        if not tested and file.over(
            "days", SEIZED_DAYS * (2 if extended else 1), act.body.at, ended.body.at if ended else None
        ):
            yield Fault()


def seizure_recorded(file: Dossier) -> Iterable[Fault]:
    """行政强制法 Art. 18 items 7, 8: a record on the spot."""
    for index, act in enumerate(file.acts):
        if act.body.act in ("seizure.made", "seizure.urgent"):
            if not any(one.body.act == "seizure.recorded" for one in file.acts[index + 1 :]):
                yield Fault()


def goods_listed(file: Dossier) -> Iterable[Fault]:
    """行政处罚法 Art. 56, 行政强制法 Art. 24: what was taken stands in a list."""
    for sheet in file.sheets:
        if sheet.form in ("preservation_notice", "seizure_decision") and not sheet.rows("items"):
            yield Fault("", f"form:{sheet.form}.items")


def _deciding(file: Dossier) -> bool:
    return file.decision is not None or file.last(ASKED) is not None


CHECKS: Mapping[str, Check] = {
    "evidence.some": some,
    "evidence.facts": facts,
    "evidence.facts_known": facts_known,
    "evidence.listed": listed,
    "evidence.gathered_before": gathered_before,
    "evidence.captioned": captioned,
    "evidence.asked_apart": asked_apart,
    "evidence.record_times": record_times,
    "evidence.certificate_shown": certificate_shown,
    "evidence.record_signed": record_signed,
    "evidence.preserved_approved": preserved_approved,
    "evidence.preserved_settled": preserved_settled,
    "evidence.appraisal_back": appraisal_back,
    "evidence.seizure_approved": seizure_approved,
    "evidence.seizure_in_time": seizure_in_time,
    "evidence.seizure_recorded": seizure_recorded,
    "evidence.goods_listed": goods_listed,
}
