"""Cases that a review board strikes nothing in, made of steps that a test can change: one of each procedure."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

import msgspec

import resources
from desktop.printing.formset import library
from enforcement.casefile import fold_case
from enforcement.discretion import Determination
from enforcement.discretion.model import Follows
from enforcement.journal import Entry
from enforcement.journal.acts import (
    CaseCosigned,
    CaseDetermined,
    CaseOpened,
    CertificateShown,
    DecisionDelivered,
    DecisionIssued,
    DocumentPrinted,
    EvidenceAdded,
    FactsRecorded,
    Party,
    PartyInformed,
    ReviewApproved,
    StatementRecorded,
)
from enforcement.journal.procedure_acts import ActCosigned, ActDone, Paper, PaperPrinted, PaperSigned
from enforcement.notices import Form, missing_items
from enforcement.notices.forms import missing_in
from enforcement.procedure import Missing
from enforcement.procedure.board import CHECKS, BoardContext, Law, examine, read_board
from enforcement.procedure.engine import effect_of
from enforcement.procedure.position import Position, situation_of
from enforcement.values.clock import LOCAL
from enforcement.values.ids import digest
from enforcement.values.shapes import from_plain, to_plain
from tests.support.procedure import FIRST, HEAD, OTHERS, REVIEWER, SECOND, calendar, ordinary, people_for, table

CASE, VISIT = UUID(int=71), UUID(int=72)
AGENCY = "示例市城市管理行政执法局"
NAMES = {FIRST.number: "吴明", SECOND.number: "严范", HEAD.number: "曹正衡", REVIEWER.number: "陶平安"}
PARTY = Party(
    party_id="p1",
    name="示例市若水甲建材有限公司",
    kind="organisation",
    code="91990100MA87244670",
    address="示例市示范区文昌路111号",
)
SIGNED = frozenset(
    (
        "inspection_record", "inquiry_record", "statement_record", "coercive_record", "service_receipt",
        "preservation_notice", "preservation_disposal", "seizure_decision", "correction_order", "demand",
    )
)  # fmt: skip
"""Papers that the party signs on the screen."""


@dataclass(frozen=True)
class Step:
    """An act at a local minute; `values` over the form's sample, a None takes a field away."""

    name: str
    at: str
    values: dict = field(default_factory=dict)
    people: tuple[str, ...] = ()
    signed: bool = True
    prints: int = 1
    paper: bool = True
    written: str = ""
    bars: tuple[str, ...] = ()


def shown(number, state="valid"):
    return CertificateShown(
        number=number, name=NAMES.get(number, "某某"), unit="一中队", state=state, roster_version=1, roster_digest=b""
    )


def minute(text):
    """A local minute of 2026, or of the year that it names."""
    whole = text if len(text) > len("03-02 09:00") else f"2026-{text}"
    return datetime.strptime(whole, "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL).astimezone(UTC)


def determination(**changes):
    heavy = ("hearing", "legality_review", "discussion")
    made = Determination(
        schema=3, pack_digest=bytes(32), pack_title="示例", pack_version="1", violation="road", title="擅自占用城市道路",
        row="1", statute_title="城市道路管理条例", statute_version="2019", forbids="城市道路管理条例第二十七条第（一）项",
        punishes="城市道路管理条例第四十二条", party_kind="organisation", acted_on=minute("02-26 00:00").date(),
        decided_on=minute("03-10 00:00").date(), correction="立即清理", statute_lo=0, statute_hi=2_000_000, tier="t",
        tier_label="一般", band_lo=1_000_000, band_hi=1_500_000, recommended_fen=1_200_000,
        follows=tuple(Follows(id=one, holds=True, text="", basis="") for one in heavy),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def evidence(at="03-02 10:00", **changes):
    made = EvidenceAdded(
        evidence=UUID(int=5), sort="photograph", caption="现场照片", media_type="image/jpeg", blob=bytes(32), sealed_size=1,
        plain_digest=bytes(32), plain_size=1, key=bytes(32), taken_at=minute(at), taken_by=FIRST.number, place="示范路18号",
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


HEAVY = (
    Step("source.asked", "02-27 09:00", {"received_at": "2026-02-27T08:50"}),
    Step("source.approved", "02-27 09:10", {"received_at": "2026-02-27T08:50"}),
    Step("opening.asked", "03-02 09:00"),
    Step("opening.approved", "03-02 09:10"),
    Step("evidence.inspected", "03-02 10:15"),
    Step("preservation.asked", "03-02 10:30"),
    Step("preservation.approved", "03-02 10:40"),
    Step("evidence.preserved", "03-02 10:50"),
    Step("seizure.asked", "03-03 09:00"),
    Step("seizure.approved", "03-03 09:10"),
    Step("seizure.made", "03-03 09:30"),
    Step("seizure.recorded", "03-03 09:50"),
    Step("correction.ordered", "03-03 10:30", {"until": "2026-03-05T18:00"}),
    Step("evidence.inquired", "03-04 15:00"),
    Step("correction.checked", "03-06 09:00", {"result": "已经改正"}),
    Step("evidence.disposed", "03-06 10:00"),
    Step("seizure.released", "03-09 10:00"),
    Step("report.made", "03-10 09:00"),
    Step("notice.hearing", "03-12 09:00"),
    Step("notice.hearing_served", "03-12 10:00", {"at": "2026-03-12T10:00"}),
    Step("statement.made", "03-16 10:00"),
    Step("hearing.asked", "03-16 10:30"),
    Step("statement_review.asked", "03-17 09:00"),
    Step("statement_review.approved", "03-17 09:30"),
    Step("hearing.called", "03-17 10:00"),
    Step("hearing.held", "03-30 11:00"),
    Step("hearing_report.asked", "03-31 09:00"),
    Step("hearing_report.approved", "03-31 09:30"),
    Step("legality.submitted", "03-31 10:00"),
    Step("legality.reviewed", "04-01 09:00"),
    Step("discussion.held", "04-02 16:00"),
    Step("penalty.asked", "04-03 09:00"),
    Step("penalty.approved", "04-03 10:00"),
    Step("decision.made", "04-07 09:00"),
    Step("decision.served", "04-08 10:30"),
    Step("publicity.published", "04-10 09:00"),
    Step("payment.full", "04-20 09:00", {"sum": 1_200_000, "owed": 0}),
    Step("closing.asked", "04-22 09:00"),
    Step("closing.approved", "04-22 10:00"),
    Step("archive.filed", "04-24 09:00"),
)
LIGHT = (
    *HEAVY[2:5],
    Step("report.made", "03-10 09:00"),
    Step("notice.given", "03-12 09:00"),
    Step("notice.served", "03-12 10:00", {"at": "2026-03-12T10:00"}),
    Step("statement.waived", "03-16 10:00"),
    *HEAVY[31:],
)
NOW = "04-30 09:00"


@cache
def _sample(form):
    return library.read_values(resources.path(f"forms/samples/{form}.toml"), library.form(form))


def values_of(step, rule):
    form = rule.form or rule.asks
    made = {**(_sample(form) if form else {}), **step.values}
    return {name: value for name, value in made.items() if value is not None}


class Maker:
    """Entries without signatures, in one chain."""

    def __init__(self):
        self.entries = []

    def add(self, at, certificate, body):
        serial = len(self.entries) + 1
        self.entries.append(
            Entry(
                data=b"", hash=digest(str(serial).encode()), kid=b"", entry_id=UUID(int=serial), aggregate=CASE,
                kind=type(body).__name__, body=body, certificate=certificate, device=UUID(int=9), seq=serial, prev=bytes(32),
                parents=(self.entries[-1].hash,) if self.entries else (), at=at, evidence=None,
            )
        )  # fmt: skip
        return self.entries[-1].hash

    @property
    def case(self):
        return fold_case(CASE, self.entries)


def ordinary_case(
    steps=HEAVY, *, found=None, fine=1_200_000, party=PARTY, facts=True, known=(), attached=(), unit="u1", deviation=""
):
    """The fold of a case that went these steps. `found` is the ruler's answer, entered before the report; what is `known`
    stands there from the beginning, what is `attached` comes last, a body or what makes one of the case.
    """
    maker, found = Maker(), found or determination()
    begun = minute("02-27 08:55")
    maker.add(begun, FIRST.number, CaseOpened(
        inspection=VISIT, party=party, unit=unit, officer=FIRST.number, place="示范路18号", found_at=begun, procedure="ordinary",
    ))  # fmt: skip
    if facts:
        maker.add(begun, FIRST.number, FactsRecorded(violation="road", happened="占用道路", place="示范路", facts={}))
    for body in known:
        maker.add(begun, FIRST.number, body)
    measured = False
    for step in sorted(steps, key=lambda one: one.written or one.at):
        if step.name == "report.made" and not measured:
            measured = True
            _measured(maker, step, found, fine, deviation)
        _do(maker, step)
    for one in attached:
        maker.add(minute(NOW), FIRST.number, one(maker.case) if callable(one) else one)
    return maker.case


def _measured(maker, step, found, fine, deviation):
    at = minute(step.written or step.at) - timedelta(minutes=5)
    body = CaseDetermined(
        pack_digest=bytes(32), violation="road", facts={}, acted_on=found.acted_on, decided_on=found.decided_on,
        determination=to_plain(found), fine_fen=fine, deviation=deviation, approver=HEAD.number if deviation else "",
    )  # fmt: skip
    made = maker.add(at, FIRST.number, body)
    maker.add(at, SECOND.number, CaseCosigned(determination=made, shown=shown(SECOND.number)))


def _do(maker, step):
    rule, case = ordinary().rule(step.name), maker.case
    at, written = minute(step.at), minute(step.written or step.at)
    people = step.people or tuple(one.number for one in people_for(rule))
    values = values_of(step, rule)
    where = Position(case.track, situation_of(case), written, table(), calendar())
    second = rule.second and len(people) > 1
    paper = None
    if rule.form and step.paper:
        paper = Paper(
            form=rule.form, content=values, content_digest=digest(rule.form.encode()), number=values.get("number", "")
        )
    body = ActDone(
        act=rule.id, profile=ordinary().name, at=at, shown=(shown(people[0]),), effect=effect_of(rule, where, values, at, step.bars),
        values=values, part=rule.part, second=second, paper=paper,
    )  # fmt: skip
    made = maker.add(written, people[0], body)
    if second:
        maker.add(written, people[1], ActCosigned(act=made, shown=shown(people[1])))
    if paper is not None and step.signed and paper.form in SIGNED:
        maker.add(written, people[0], PaperSigned(
            act=made, content_digest=paper.content_digest, role="party", name="吴嘉示", at=written,
        ))  # fmt: skip
    if paper is not None and step.prints:
        maker.add(written, people[0], PaperPrinted(act=made, way="printer", copies=step.prints, reprint=False))


ON_SPOT = determination(
    follows=(Follows(id="on_spot_collection", holds=False, text="", basis=""),),
    statute_hi=300_000, band_lo=100_000, band_hi=200_000, recommended_fen=150_000,
    acted_on=minute("04-20 00:00").date(), decided_on=minute("04-20 00:00").date(),
)  # fmt: skip


def content(**changes):
    made = {
        "form": "on_spot_decision", "number": "示城管简罚决〔2026〕41号", "agency": AGENCY, "agency_phone": "0", "agency_address": "示例市",
        "party": {"name": PARTY.name, "kind": PARTY.kind, "code": PARTY.code, "address": PARTY.address},
        "found_at": "2026-04-20T01:00:00Z", "place": "示范路18号", "violation": "擅自占用城市道路", "happened": "占用道路",
        "facts": [], "evidence": ["现场照片"], "forbids": ON_SPOT.forbids, "punishes": ON_SPOT.punishes, "kind": "罚款",
        "fine_fen": 150_000, "reasons": "按照裁量基准", "correction": "立即清理", "informed_at": "2026-04-20T01:05:00Z",
        "statement": "当事人未提出陈述、申辩意见", "heard": "",
        "payment": {"days": 15, "bank": "示例银行", "account_name": "示例市财政局", "account": "9901"},
        "reconsideration_body": "示例市人民政府", "reconsideration_days": 60, "court": "示例市人民法院", "suit_days": 15,
        "officers": [{"name": "吴明", "number": FIRST.number}, {"name": "严范", "number": SECOND.number}],
        "decided_on": "2026-04-20", "pack": "示例 1", "pack_digest": bytes(32), "paid_on_spot": False,
    }  # fmt: skip
    return {name: value for name, value in {**made, **changes}.items() if value is not None}


def on_spot_bodies(
    *, found=ON_SPOT, fine=150_000, party=PARTY, paper=None, officers=None, code="HZ1:", unit="u1", deviation=""
):
    """The entries of a case on the spot as (what, minute, certificate, body); a test leaves out or changes one by its name."""
    at = "04-20 09:"
    issued = DecisionIssued(
        form="on_spot_decision", number="示城管简罚决〔2026〕41号", series="s", running=41, content=paper or content(fine_fen=fine),
        content_digest=bytes(32), code=code, determination=b"", fine_fen=fine,
        officers=officers if officers is not None else (shown(FIRST.number), shown(SECOND.number)),
    )  # fmt: skip
    return {
        "opened": (f"{at}01", FIRST.number, CaseOpened(
            inspection=VISIT, party=party, unit=unit, officer=FIRST.number, place="示范路18号", found_at=minute(f"{at}00"),
            procedure="summary",
        )),
        "evidence": (f"{at}02", FIRST.number, evidence(f"{at}02")),
        "facts": (f"{at}03", FIRST.number, FactsRecorded(violation="road", happened="占用道路", place="示范路", facts={})),
        "informed": (f"{at}05", FIRST.number, PartyInformed(
            way="oral", words="拟罚款。有权陈述、申辩。", fine_fen=fine, at=minute(f"{at}05"),
        )),
        "statement": (f"{at}06", FIRST.number, StatementRecorded(made=False, words="", heard="")),
        "determined": (f"{at}07", FIRST.number, CaseDetermined(
            pack_digest=bytes(32), violation="road", facts={}, acted_on=found.acted_on, decided_on=found.decided_on,
            determination=to_plain(found), fine_fen=fine, deviation=deviation, approver=HEAD.number if deviation else "",
        )),
        "cosigned": (f"{at}08", SECOND.number, CaseCosigned(determination=b"", shown=shown(SECOND.number))),
        "issued": (f"{at}09", FIRST.number, issued),
        "printed": (f"{at}10", FIRST.number, DocumentPrinted(number=issued.number, way="printer", copies=1, reprint=False)),
        "delivered": (f"{at}11", FIRST.number, DecisionDelivered(outcome="signed")),
        "approved": ("04-21 09:00", HEAD.number, ReviewApproved(decision=b"", shown=shown(HEAD.number))),
    }  # fmt: skip


def on_spot_case(bodies=None, *more):
    """The fold of these entries; what refers to an entry before it is made to."""
    maker, made = Maker(), {}
    rows = [*(bodies or on_spot_bodies()).items(), *((f"more{n}", one) for n, one in enumerate(more))]
    for name, (at, certificate, body) in rows:
        for reference, to in (("determination", "determined"), ("decision", "issued")):
            if getattr(body, reference, None) == b"":
                body = msgspec.structs.replace(body, **{reference: made[to]})
        made[name] = maker.add(minute(at), certificate, body)
    return maker.case


@cache
def board():
    return read_board(resources.path("procedure/board.toml").read_bytes(), "board.toml", CHECKS)


@cache
def _on_spot_form():
    return from_plain(Form, tomllib.loads(resources.path("forms/on_spot_decision.toml").read_text("utf-8")))


def missing(form, values):
    found = (
        missing_items(values, _on_spot_form()) if form == "on_spot_decision" else missing_in(library.form(form), values)
    )
    return tuple(Missing(one.path, one.words, one.article) for one in found)


def law():
    roles = {one.number: one.roles for one in OTHERS}
    return Law(ordinary(), table(), calendar(), lambda number: roles.get(number, frozenset()))


def context(now=NOW, **changes):
    made = BoardContext(
        law=law(), now=minute(now), agency=AGENCY, missing=missing,
        forms=frozenset((*library.form_ids(), "on_spot_decision")), standing=lambda number, at: "valid", measured_again=True,
    )  # fmt: skip
    return replace(made, **changes)


def judged(case, **changes):
    """The board's result for a case."""
    return examine(case, board(), context(**changes))


def struck(case, **changes):
    """Ids of the checks that strike something."""
    return {one.check for one in judged(case, **changes).struck}


def without(steps, *names):
    return tuple(one for one in steps if one.name not in names)


def changed(steps, name, **changes):
    """The steps with one of them changed; `values` go over its own."""
    assert any(one.name == name for one in steps), name
    return tuple(
        replace(one, **{**changes, "values": {**one.values, **changes.get("values", {})}}) if one.name == name else one
        for one in steps
    )
