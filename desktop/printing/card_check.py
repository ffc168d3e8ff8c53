"""Is this card of a certificate genuine, and may its holder act today? From its code, with no network.

The code's signature must be the agency's issuing key's; what the card says must be what the roster says now, and the certificate
must be in force: a genuine card of somebody who was suspended is no certificate to act under.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

import pypdfium2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from desktop.printing.attach import has_content
from desktop.printing.codes import read_codes
from desktop.printing.verification import Verdict
from enforcement.credentials import Duty, Person, RosterIndex, standing
from enforcement.credentials.card import PREFIX, CardClaims, read_card_code
from enforcement.credentials.certificate import public_key_of
from enforcement.credentials.shown import PREFIX as SHOWN
from enforcement.credentials.shown import read_shown_code, shown_signer
from enforcement.values.cose import key_id
from enforcement.values.errors import KnownError

GROUNDS = {
    "not_listed": "名册中没有这个证号",
    "roster_old": "手头的名册已超过信任期，无法判断现在是否有效",
    "suspended": "证件被暂扣",
    "revoked": "证件已被吊销",
    "cancelled": "证件已注销",
    "before_validity": "有效期还没有开始",
    "after_validity": "有效期已满",
    "review_due": "年审逾期",
}


def card_code_in(data: bytes) -> str:
    """The code of a card, or of a certificate as it is shown, in text, a picture or the PDF of a card; empty when there is none."""
    if data.startswith((PREFIX.encode(), SHOWN.encode())):
        return data.decode("ascii", "replace").strip()
    try:
        found = [
            code for picture in _pictures(data) for code in read_codes(picture) if code.startswith((PREFIX, SHOWN))
        ]
    except (KnownError, pypdfium2.PdfiumError):
        return ""
    return found[0] if found else ""


def _pictures(data: bytes) -> Iterator[bytes]:
    if data[:5] != b"%PDF-":
        yield data
        return
    if has_content(data):  # a notice
        return
    pages = pypdfium2.PdfDocument(data)
    try:
        if len(pages) == 2:
            buffer = io.BytesIO()
            pages[0].render(scale=6, grayscale=True).to_pil().save(buffer, "PNG")
            yield buffer.getvalue()
    finally:
        pages.close()


def shown_verdict(code: str, index: RosterIndex, now: datetime, tolerance: timedelta) -> Verdict:
    """The verdict on the code of a certificate as it is shown; never raises KnownError."""
    try:
        holder = index.holder(shown_signer(code))
        claims = read_shown_code(
            code, lambda kid: index.officer_key(kid, holder[0].number) if holder else None, now, tolerance
        )
    except KnownError as error:
        match error.code:
            case "signature.unknown_key":
                return Verdict("unknown_signer", f"亮证核验码不是{index.roster.agency.name}的执法人员签名的。")
            case "shown.over":
                return Verdict("not_allowed", "亮证核验码已过时，请对方重新出示。")
            case "notice.altered":
                return Verdict("altered", "亮证核验码的签名与内容不符，已被改动或者伪造。")
        return Verdict("unreadable", "没有读到可以验证的亮证核验码。")
    found = standing(index, claims.number, Duty(role=""), now)
    person = found.person
    if holder is None or person is None or claims.number != holder[0].number or claims.name != person.name:
        return Verdict("altered", "亮证核验码载明的证号、姓名与名册不一致。")
    who = f"{person.kind} {person.number} {person.name}"
    if holder[1].until is not None and claims.shown_at >= holder[1].until:
        return Verdict("not_allowed", f"{who}：签名所用的密钥已更换，或者所在设备已报失。")
    if not found.may_act:
        day = f"（{found.until.isoformat()}）" if found.until else ""
        return Verdict("not_allowed", f"{who}：{GROUNDS.get(found.ground, found.state)}{day}。")
    unit, fields = index.roster.unit_name(person.unit), "、".join(person.fields)
    return Verdict("genuine", f"{who}，{index.roster.agency.name}{unit}，执法类别 {fields}。请核对照片与本人。")


def card_verdict(code: str, index: RosterIndex, now: datetime) -> Verdict:
    """The verdict on a card's code as of `now`; never raises KnownError."""
    key = public_key_of(index.roster.agency.ca)

    def issuing(kid: bytes) -> Ed25519PublicKey | None:
        return key if key is not None and kid == key_id(key) else None

    try:
        claims = read_card_code(code, issuing)
    except KnownError as error:
        if error.code == "signature.unknown_key":
            return Verdict("unknown_signer", f"证件不是{index.roster.agency.name}签发的。")
        if error.code == "notice.altered":
            return Verdict("altered", "证件二维码的签名与内容不符，已被改动或者伪造。")
        return Verdict("unreadable", "没有读到可以验证的证件二维码。")
    found = standing(index, claims.number, Duty(role=""), now)
    if not found.may_act:
        day = f"（{found.until.isoformat()}）" if found.until else ""
        why = f"：{found.why}" if found.change is not None and found.why else ""
        return Verdict("not_allowed", f"{_who(claims)}：{GROUNDS.get(found.ground, found.state)}{day}{why}。")
    different = _different(claims, found.person, index)
    if different:
        return Verdict("altered", f"{_who(claims)}：证件载明的{'、'.join(different)}与名册不一致，须换发。")
    until = f"{found.until:%Y-%m-%d}" if found.until else ""
    fields = "、".join(claims.fields)
    return Verdict(
        "genuine",
        f"{_who(claims)}，{claims.agency}{claims.unit}，执法类别 {fields}，有效至 {until}。请核对照片与本人。",
    )


def _who(claims: CardClaims) -> str:
    return f"{claims.kind} {claims.number} {claims.name}"


def _different(claims: CardClaims, person: Person | None, index: RosterIndex) -> list[str]:
    if person is None:
        return ["证号"]
    pairs = {
        "姓名": (claims.name, person.name),
        "单位": (claims.unit, index.roster.unit_name(person.unit)),
        "种类": (claims.kind, person.kind),
        "执法类别": (set(claims.fields), set(person.fields)),
        "执法区域": (claims.region, person.region),
        "有效期": ((claims.valid_from, claims.valid_to), (person.valid_from, person.valid_to)),
    }
    return [name for name, (printed, listed) in pairs.items() if printed != listed]
