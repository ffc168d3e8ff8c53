"""What stands on the notice, from the case; and the code that vouches for it."""

from __future__ import annotations

from datetime import datetime

from desktop.services.desk import Desk
from desktop.services.drafts import DraftData
from desktop.services.shapes import Draft
from enforcement.discretion import Determination, explain
from enforcement.journal.acts import CertificateShown
from enforcement.notices import (
    NoticeClaims,
    OfficerLine,
    OnSpotDecision,
    PartyBlock,
    Payment,
    content_digest,
    make_code,
)
from enforcement.notices.code import party_hint
from enforcement.notices.content import FORM
from enforcement.procedure import PAYMENT, RECONSIDERATION, SUIT
from enforcement.rules import format_fact
from enforcement.values.cose import KeySigner
from enforcement.values.errors import BugError


def content_of(
    desk: Desk,
    data: DraftData,
    draft: Draft,
    found: Determination,
    fine_fen: int,
    number: str,
    officers: tuple[CertificateShown, CertificateShown],
    now: datetime,
    deviation: str = "",
) -> OnSpotDecision:
    """The content at the instant of issue. `deviation`: why the sum lies outside the band, and who allowed it.

    Reconsideration comes first (行政复议法 Art. 23), then suit within so many days of that decision (行政诉讼法 Art. 45).
    """
    if draft.party is None:
        raise BugError("a notice without a party")
    agency = desk.agency.index.roster.agency
    violation = desk.agency.library.violation(found.violation, found.acted_on)
    facts = tuple(
        (spec.label, format_fact(spec, data.facts[spec.id])) for spec in violation.facts if spec.id in data.facts
    )
    said = f"当事人陈述、申辩：{data.statement_words}" if data.statement == "made" else "当事人未提出陈述、申辩意见"
    payment = Payment(
        days=desk.deadlines.rule(PAYMENT).count,
        bank=agency.bank,
        account_name=agency.bank_account_name,
        account=agency.bank_account,
        on_spot=data.on_spot_payment,
        receipt=data.receipt_number,
    )
    return OnSpotDecision(
        form=FORM,
        number=number,
        agency=agency.name,
        agency_phone=agency.phone,
        agency_address=agency.address,
        party=PartyBlock(
            name=draft.party.name,
            kind=draft.party.kind,
            code=draft.party.code,
            address=draft.party.address,
            representative=draft.party.representative,
            phone=draft.party.phone,
        ),
        found_at=data.found_at,
        place=data.place,
        violation=found.title,
        happened=data.happened,
        facts=facts,
        evidence=tuple(one.caption for one in data.evidence),
        forbids=found.forbids,
        punishes=found.punishes,
        kind=_kind(found, fine_fen),
        fine_fen=fine_fen,
        reasons=explain(found, fine_fen, deviation),
        correction=found.correction,
        informed_at=data.told_at or now,
        statement=said,
        heard=data.heard_words,
        payment=payment,
        reconsideration_body=agency.reconsideration_body,
        reconsideration_days=desk.deadlines.rule(RECONSIDERATION).count,
        court=agency.court,
        suit_days=desk.deadlines.rule(SUIT).count,
        officers=tuple(OfficerLine(name=shown.name, number=shown.number, signed_at=now) for shown in officers),
        decided_on=found.decided_on,
        pack=f"{found.pack_title} {found.pack_version}",
        pack_digest=found.pack_digest,
        paid_on_spot=data.on_spot_payment,
        officer_unit=officers[0].unit,
    )


def _kind(found: Determination, fine_fen: int) -> str:
    """The kinds of penalty (APL Art. 9) that this decision imposes."""
    warned = any(one.kind == "warning" and one.must for one in found.beside)
    return "罚款" if not warned else "警告、罚款" if fine_fen else "警告"


def code_of(desk: Desk, content: OnSpotDecision, violation: str, now: datetime) -> str:
    """The text of the QR code, signed by the officer who issues."""
    claims = NoticeClaims(
        agency=content.agency,
        issued_at=now,
        number=content.number,
        fine_fen=content.fine_fen,
        violation=violation,
        party_hint=party_hint(content.party.name),
        content=content_digest(content),
    )
    return make_code(claims, KeySigner(desk.sign_key))


def digest_of(content: OnSpotDecision) -> bytes:
    """SHA-256 of the content."""
    return content_digest(content)
