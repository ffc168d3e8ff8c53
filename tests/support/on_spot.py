"""A decision on the spot with its code, and an agency that is trusted for it."""

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.printing.verification import SignerInfo, Trust
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
from enforcement.values.cose import KeySigner

NOW = datetime(2026, 10, 14, 1, 42, tzinfo=UTC)
SIGNER = KeySigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def decision(**changes):
    values = dict(
        form="on_spot_decision",
        number="示城管简罚决〔2026〕41号",
        agency="示例市城市管理行政执法局",
        agency_phone="0000-1234567",
        agency_address="示例市示范区和平里1号",
        party=PartyBlock(
            name="示例市衡平建材有限公司",
            kind="organisation",
            code="91990100MA87244670",
            address="示例市示范区示范路18号",
            representative="吴嘉示",
            phone="0000-8472357",
        ),
        found_at=NOW,
        place="示例市示范区示范路18号门前人行道",
        violation="擅自占用城市道路",
        happened="在门前人行道堆放瓷砖，经检查仍未清理",
        facts=(("占用面积", "6.5平方米"), ("持续时间", "2日")),
        evidence=("现场照片2张", "现场检查笔录"),
        forbids="城市道路管理条例第二十七条第（一）项",
        punishes="城市道路管理条例第四十二条",
        kind="罚款",
        fine_fen=150_000,
        reasons="占用面积不足十平方米，符合第一阶次；没有从轻、减轻或者从重情节。",
        correction="立即清理占用物，恢复道路通行",
        informed_at=NOW,
        statement="当事人未提出陈述、申辩意见",
        heard="",
        payment=Payment(
            days=15, bank="示例银行示范支行", account_name="示例市财政局罚没收入专户", account="9901000000001234567"
        ),
        reconsideration_body="示例市人民政府",
        reconsideration_days=60,
        court="示例市示范区人民法院",
        suit_days=15,
        officers=(
            OfficerLine(name="林示例", number="99010001", signed_at=NOW),
            OfficerLine(name="陈示例", number="99010002", signed_at=NOW),
        ),
        decided_on=NOW.date(),
        pack="shili-city@2026.1",
        pack_digest=bytes(32),
        officer_unit="示范中队",
    )
    return OnSpotDecision(**{**values, **changes})


def code_for(made):
    hint = party_hint(made.party.name)
    claims = NoticeClaims(made.agency, NOW, made.number, made.fine_fen, "road-occupy", hint, content_digest(made))
    return make_code(claims, SIGNER)


def trust():
    key = SIGNER.key.public_key()
    signer = SignerInfo("林示例", "99010001", "示范中队", key, lambda _: (True, "valid"))
    return Trust("示例市城市管理行政执法局", lambda kid: signer if kid == SIGNER.kid else None, {})
