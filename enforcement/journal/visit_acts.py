"""The kinds of entry of an inspection (行政检查) and of a draw (双随机). Texts are what the person wrote; digests are SHA-256.

54号 is 国办发〔2024〕54号; APL is the 行政处罚法 of 2021. An inspection begun on the spot (`inspection.opened` alone) has no plan.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from enforcement.journal.acts import CertificateShown, Party
from enforcement.journal.kinds import Body, kind
from enforcement.values.shapes import Record

VisitType = Literal["daily", "case", "special"]
"""日常, 个案 and 专项 (54号)."""
Severity = Literal["minor", "ordinary", "serious"]
AnswerState = Literal["conforms", "violates", "not_applicable"]
Lead = Literal["correction", "case", "referral", "none"]


class Named(Record):
    """Somebody by certificate number, with the name of that time."""

    number: str
    name: str


class AskedItem(Record):
    """One item of a checklist as it was approved: what is asked, on which article, and what a finding may lead to.

    `key` is checklist/item, `label` its short, neutral name; `unit` asks for a measured value in it; `days` is the usual time to correct,
    in natural days.
    """

    key: str
    label: str
    question: str
    basis: str
    severity: Severity
    photo: bool = False
    optional: bool = True
    unit: str = ""
    violation: str = ""
    correction: str = ""
    days: int = 0


class ListVersion(Record):
    """The checklist that items were taken from."""

    id: str
    title: str
    version: str
    digest: bytes


@kind("inspection.planned")
class InspectionPlanned(Body):
    """What is to be approved before an enterprise is entered (54号): whom, why, on which basis, what, how, who, when, and how often
    already this year. `cap` is None where no cap applies; `after` is the inspection whose correction is checked.
    """

    party: Party
    place: str
    unit: str
    type: VisitType
    trigger: str
    source: str
    basis: str
    way: str
    matters: tuple[str, ...]
    lists: tuple[ListVersion, ...]
    items: tuple[AskedItem, ...]
    officers: tuple[Named, ...]
    planned_at: datetime
    times: int
    cap: int | None = None
    cap_state: Literal["allowed", "warned", "blocked"] = "allowed"
    cap_words: str = ""
    helpers: int = 0
    urgent: str = ""
    after: UUID | None = None
    draw: UUID | None = None


@kind("inspection.decided")
class InspectionDecided(Body):
    """The principal of the enforcement body approves or refuses (54号); `plan` is the entry that was decided on."""

    plan: bytes
    approved: bool
    words: str
    shown: CertificateShown


@kind("inspection.shown")
class CertificatesPresented(Body):
    """Certificates shown, rights told (54号; APL Art. 55): who was present, whether they confirmed, whether they asked for recusal."""

    officers: tuple[CertificateShown, ...]
    present: str
    confirmed: bool
    recusal: bool
    at: datetime


@kind("inspection.noticed")
class NoticeServed(Body):
    """The notice of inspection was handed over (54号), or handed in afterwards when the visit was urgent."""

    to: str
    signed: bool
    at: datetime
    later: bool = False


@kind("inspection.joined")
class UnitsJoined(Body):
    """Other bodies at the same visit (联合检查): name of the body, and who came from it."""

    units: tuple[Named, ...]


@kind("inspection.answered")
class ItemAnswered(Body):
    """An item's answer. `seen` are the answers to this item that its author had before them: one that did not know of the answer that
    stands does not replace it, it conflicts.
    """

    item: str
    answer: AnswerState
    words: str = ""
    value: str = ""
    evidence: tuple[UUID, ...] = ()
    seen: tuple[bytes, ...] = ()
    together: bool = False


@kind("inspection.pictured")
class ItemPictured(Body):
    """A sealed attachment of this inspection belongs to an item."""

    item: str
    evidence: UUID


@kind("inspection.finding")
class FindingLed(Body):
    """Where an item that does not conform leads; `until` is the end of the time to correct."""

    item: str
    lead: Lead
    words: str = ""
    correction: str = ""
    until: datetime | None = None
    to: str = ""


@kind("inspection.obstructed")
class InspectionObstructed(Body):
    """The enterprise refuses the inspection or hinders it; what was said, and who witnessed it."""

    words: str
    witness: str
    at: datetime


@kind("inspection.concluded")
class InspectionConcluded(Body):
    """What the visit came to, as the first officer signs it. `findings` are complete: each says where it leads."""

    outcome: Literal["no_findings", "findings", "obstructed"]
    findings: tuple[FindingLed, ...]
    narrative: str
    ended_at: datetime
    checked: str
    corrected: Literal["", "all", "part", "none"] = ""


@kind("inspection.cosigned")
class InspectionCosigned(Body):
    """The second officer's signature under a conclusion (54号: no fewer than two)."""

    conclusion: bytes
    shown: CertificateShown


@kind("inspection.told")
class ResultTold(Body):
    """The result was told to the enterprise (54号): how, to whom, and what they said."""

    way: Literal["on_the_spot", "later"]
    to: str
    words: str
    at: datetime


@kind("inspection.paper")
class PaperIssued(Body):
    """A document of the inspection: the form's id, its number (empty when this device had none), and its values as data."""

    form: str
    number: str
    series: str
    running: int
    values: dict[str, Any]
    digest: bytes


@kind("inspection.printed")
class VisitPaperPrinted(Body):
    """Every print of a document of the inspection, also a reprint; `digest` is that of its values."""

    form: str
    number: str
    digest: bytes
    way: Literal["pdf", "printer", "field_printer"]
    copies: int
    reprint: bool


@kind("inspection.rechecked")
class CorrectionChecked(Body):
    """The correction was looked at in another inspection."""

    by: UUID
    corrected: Literal["all", "part", "none"]


class Candidate(Record):
    """An enterprise of a draw with its risk class."""

    id: str
    name: str
    risk: str


class Share(Record):
    """How many of a risk class are drawn: `per_mille` of it rounded up, but at least `least`."""

    risk: str
    per_mille: int
    least: int = 0


class Recusal(Record):
    """An officer who may not inspect an enterprise, with the reason."""

    officer: str
    enterprise: str
    words: str


class DrawRule(Record):
    """Everything a draw depends on but its seed."""

    title: str
    candidates: tuple[Candidate, ...]
    shares: tuple[Share, ...]
    officers: tuple[Named, ...]
    recusals: tuple[Recusal, ...]
    crew: int = 2


class Pick(Record):
    """A drawn enterprise and the officers drawn for it."""

    enterprise: str
    officers: tuple[str, ...]


@kind("draw.committed")
class DrawCommitted(Body):
    """Said before the draw: digests of the seed and of the rule. Nobody can change either afterwards."""

    title: str
    seed: bytes
    rule: bytes
    shown: CertificateShown


@kind("draw.revealed")
class DrawRevealed(Body):
    """The seed, the rule and what they gave; anybody can draw again from this entry (docs/inspections.md)."""

    committed: bytes
    seed: str
    rule: DrawRule
    picks: tuple[Pick, ...]
    shown: CertificateShown
