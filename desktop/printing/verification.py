"""Is this notice genuine? From a PDF, a picture or the code's text, with no network and no clock.

- The code's signature must be of an officer in the trusted roster, who was allowed to act when it was issued.
- Of a PDF, the content behind it must be what the code vouches for, and the pages must be the ones that content makes; a signature of
  a hand on them must be vouched for by an officer.
- A PDF without content is judged by the agency's signature on it, where the agency publishes a document authority.
- Of a picture or a code, the claims are told, to be compared with the paper.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import pypdfium2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.printing.attach import detach, detach_hands, has_content
from desktop.printing.codes import read_codes
from desktop.printing.pages import render_notice
from enforcement.journal.acts import DocumentSigned
from enforcement.notices import NoticeClaims, OnSpotDecision, content_digest, read_code, read_content
from enforcement.notices.code import PREFIX, code_signer
from enforcement.notices.hands import check_hand_under, read_hands
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text

HANDS_FAULT = "文书上的手写签名没有执法人员的签名担保，或者不是在这份决定书上签的。"
State = Literal["genuine", "altered", "voided", "unknown_signer", "not_allowed", "unreadable"]


@dataclass(frozen=True)
class SignerInfo:
    """Who signs with a key. `allowed_at` gives the state of their certificate at an instant, and whether they might act."""

    name: str
    number: str
    unit: str
    key: Ed25519PublicKey
    allowed_at: Callable[[datetime], tuple[bool, str]]


@dataclass(frozen=True)
class Trust:
    """The agency as far as known here: its signers, the notices known to be voided with their reason, and the DER certificate of
    its document authority, under which PDFs are signed; none when it has none.
    """

    agency: str
    signer_of: Callable[[bytes], SignerInfo | None]
    voided: Mapping[str, str]
    documents: bytes = b""


@dataclass(frozen=True)
class Verdict:
    """The answer. `why` is a sentence; `claims` is what to compare with the paper."""

    state: State
    why: str
    claims: NoticeClaims | None = None
    signer: SignerInfo | None = None
    compared: bool = False

    @property
    def genuine(self) -> bool:
        return self.state == "genuine"


def verify(data: bytes, trust: Trust) -> Verdict:
    """A verdict for whatever it is; never raises KnownError."""
    try:
        if data[:5] == b"%PDF-":
            return _pdf(data, trust)
        if data[: len(PREFIX)] == PREFIX.encode():
            return _code(data.decode("ascii", "replace").strip(), trust)
        codes = [code for code in read_codes(data) if code.startswith(PREFIX)]
        if not codes:
            return Verdict("unreadable", "图片中没有找到本系统文书的验真码。")
        return _code(codes[0], trust)
    except KnownError as error:
        return _of_error(error)


def _pdf(data: bytes, trust: Trust) -> Verdict:
    if not has_content(data) and trust.documents:
        return _sealed(data, trust)
    content_raw, code = detach(data)
    verdict = _code(code, trust)
    if verdict.state not in ("genuine", "voided") or verdict.claims is None:
        return verdict
    try:
        content = read_content(content_raw)
    except KnownError:
        return Verdict("altered", "文书所附内容已被改动。", verdict.claims, verdict.signer)
    if content_digest(content) != verdict.claims.content:
        return Verdict("altered", "文书内容与验真码所保证的内容不一致。", verdict.claims, verdict.signer)
    try:
        hands, signed = _hands(data, verdict.claims, trust)
        different = _pages_differ(data, content, code, hands)
    except KnownError:
        return Verdict("altered", HANDS_FAULT, verdict.claims, verdict.signer)
    if different:
        return Verdict("altered", different, verdict.claims, verdict.signer)
    return Verdict(verdict.state, f"{verdict.why}{signed}", verdict.claims, verdict.signer, compared=True)


def _hands(data: bytes, claims: NoticeClaims, trust: Trust) -> tuple[tuple[DocumentSigned, ...], str]:
    """Signatures on the screen, and what they say. Raises KnownError for one that no officer vouches for who might act then."""
    packed = detach_hands(data)
    if not packed:
        return (), ""
    hands = read_hands(packed)

    def key_of(kid: bytes) -> Ed25519PublicKey | None:
        signer = trust.signer_of(kid)
        return None if signer is None else signer.key

    for hand in hands:
        kid = check_hand_under(hand, claims.number, claims.content, key_of)
        signer = trust.signer_of(kid)
        if signer is None or not signer.allowed_at(hand.at)[0]:
            raise KnownError("notice.altered")
    told = "、".join(f"{one.name}{'拒绝签名' if one.refused else '签名'}" for one in hands)
    return hands, f"屏幕签名由执法人员担保：{told}。"


def _sealed(data: bytes, trust: Trust) -> Verdict:
    """A document without a code: the agency's signature on the PDF."""
    from desktop.printing.pades_check import check_seal  # pyHanko takes half a second to import

    found = check_seal(data, trust.documents)
    match found.state:
        case "valid":
            at = f"{found.signed_at:%Y-%m-%d %H:%M} UTC" if found.signed_at else ""
            return Verdict("genuine", f"由{found.agency}于{at}电子签章，签章后没有改动。", compared=True)
        case "altered":
            return Verdict("altered", "电子签章后文件被改动。")
        case "untrusted":
            return Verdict(
                "unknown_signer", f"签章证书（{found.agency}）不是所信任机关签发的，或者签章时不在有效期内。"
            )
        case _:
            return Verdict("unreadable", "文件没有验真码，也没有电子签章。")


def _code(code: str, trust: Trust) -> Verdict:
    signer = trust.signer_of(code_signer(code))
    if signer is None:
        return Verdict("unknown_signer", "签发人不在所信任机关的执法人员名册中。")
    claims = read_code(code, lambda _: signer.key)
    allowed, state = signer.allowed_at(claims.issued_at)
    if not allowed:
        return Verdict("not_allowed", f"签发时签发人的执法证状态为“{state}”。", claims, signer)
    if claims.number in trust.voided:
        return Verdict("voided", f"该文书已作废：{trust.voided[claims.number]}", claims, signer)
    return Verdict(
        "genuine",
        f"由{trust.agency}{signer.unit}{signer.name}（执法证号 {signer.number}）签发，"
        f"文号 {claims.number}，罚款 {plain_text(claims.fine_fen)} 元，当事人 {claims.party_hint}。",
        claims,
        signer,
    )


def _pages_differ(data: bytes, content: OnSpotDecision, code: str, hands: Sequence[DocumentSigned]) -> str:
    again = render_notice(content, code, hands)
    if again == data:
        return ""
    try:
        given, made = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument(again)
    except pypdfium2.PdfiumError:
        return "文件已损坏，页面无法打开。"
    try:
        if len(given) != len(made):
            return f"页数不一致：应为 {len(made)} 页，文件有 {len(given)} 页。"
        for number, (left, right) in enumerate(zip(given, made, strict=True), 1):
            if left.get_textpage().get_text_bounded() != right.get_textpage().get_text_bounded():
                return f"第 {number} 页的文字与所签发的不一致。"
            if _pixels(left) != _pixels(right):
                return f"第 {number} 页的版面与所签发的不一致。"
    finally:
        given.close()
        made.close()
    return ""


def _pixels(page: pypdfium2.PdfPage) -> bytes:
    buffer = io.BytesIO()
    page.render(scale=1.5, grayscale=True).to_pil().save(buffer, "BMP")
    return buffer.getvalue()


def _of_error(error: KnownError) -> Verdict:
    if error.code == "notice.altered":
        return Verdict("altered", "验真码的签名与内容不符，已被改动或者伪造。")
    if error.code.startswith("signature."):
        return Verdict("unknown_signer", "签发人不在所信任机关的执法人员名册中。")
    return Verdict("unreadable", "没有读到可以验证的文书或者验真码。")
