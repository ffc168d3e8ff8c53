"""Signatures on the screen under a decision on the spot: bound, vouched for, drawn, and found again by whoever has the PDF."""

from datetime import UTC, datetime

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.printing.attach import attach, detach, detach_hands
from desktop.printing.pages import render_notice
from desktop.printing.receipt import decision_strip
from desktop.printing.verification import SignerInfo, Trust, verify
from enforcement.journal.acts import DocumentSigned
from enforcement.journal.kinds import Unknown, body_of, kind_of
from enforcement.notices import content_bytes, content_digest
from enforcement.notices.hands import MOST, hands_bytes, read_hands, vouched
from enforcement.notices.signatures import strokes_of
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain, to_bytes, to_plain
from tests.support.hands import strokes
from tests.unit.notices.test_notices import CODE, CONTENT, PDF, SIGNER, trust

AT = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)


def hand(**changes):
    given = {
        "number": CONTENT.number,
        "content_digest": content_digest(CONTENT),
        "role": "party",
        "name": "李小明",
        "at": AT,
        "strokes": to_bytes(strokes()),
        **changes,
    }
    return vouched(DocumentSigned(**given), SIGNER)


def test_without_hands_the_pages_are_what_they_ever_were():
    assert render_notice(CONTENT, CODE, ()) == PDF
    assert detach_hands(PDF) == b""


def test_a_signed_decision_is_genuine_and_says_who_signed():
    officer = CONTENT.officers[0].name
    hands = (hand(), hand(role="officer", name=officer))
    pdf = render_notice(CONTENT, CODE, hands)
    assert pdf != PDF
    assert detach(pdf) == (content_bytes(CONTENT), CODE)
    assert read_hands(detach_hands(pdf)) == hands
    verdict = verify(pdf, trust())
    assert verdict.genuine
    assert verdict.compared
    assert "李小明签名" in verdict.why
    assert f"{officer}签名" in verdict.why


def test_a_refusal_stands_on_the_page_in_words():
    pdf = render_notice(CONTENT, CODE, (hand(strokes=b"", refused="不认可，见证人王芳"),))
    verdict = verify(pdf, trust())
    assert verdict.genuine
    assert "李小明拒绝签名" in verdict.why


def test_strokes_of_another_decision_or_by_nobody_known_are_an_alteration():
    other = hand(content_digest=bytes(32))
    stranger = vouched(msgspec.structs.replace(hand(), vouched=b""), KeySigner(Ed25519PrivateKey.generate()))
    moved = msgspec.structs.replace(hand(), strokes=to_bytes(strokes(2)))
    for wrong in (other, stranger, moved):
        verdict = verify(render_notice(CONTENT, CODE, (wrong,)), trust())
        assert verdict.state == "altered"
        assert "手写签名" in verdict.why


def test_an_officer_who_might_not_act_then_vouches_for_nothing():
    known = trust()

    def revoked_later(kid):
        found = known.signer_of(kid)
        return found and SignerInfo(
            found.name, found.number, found.unit, found.key, lambda at: (at <= AT, "valid" if at <= AT else "revoked")
        )

    then = Trust(known.agency, revoked_later, known.voided)
    assert verify(render_notice(CONTENT, CODE, (hand(),)), then).genuine
    late = verify(render_notice(CONTENT, CODE, (hand(at=datetime(2027, 1, 1, tzinfo=UTC)),)), then)
    assert late.state == "altered"
    assert "手写签名" in late.why


def test_hands_that_are_not_on_the_pages_are_an_alteration():
    bare = attach(PDF.split(b"\n%HZ-CONTENT")[0], content_bytes(CONTENT), CODE, hands_bytes((hand(),)))
    assert verify(bare, trust()).state == "altered"
    drawn = render_notice(CONTENT, CODE, (hand(),))
    without = drawn[: drawn.index(b"%HZ-HANDS")]
    assert verify(without, trust()).state == "altered"
    assert verify(without + b"%HZ-HANDS !!!!\n", trust()).state in ("altered", "unreadable")


def test_what_is_no_signature_is_refused():
    for changes in ({"name": " "}, {"strokes": b""}, {"refused": "也拒绝"}, {"name": "很" * 101}):
        with pytest.raises(KnownError):
            hand(**changes)
    with pytest.raises(KnownError):
        strokes_of(4095, 1500, [])
    with pytest.raises(KnownError):
        read_hands(hands_bytes([hand()] * (MOST + 1)))


def test_a_reader_without_this_kind_keeps_it():
    name, version = kind_of(DocumentSigned)
    body = hand()
    assert body_of(name, version, to_plain(body)) == body
    assert isinstance(body_of(name, version + 1, to_plain(body)), Unknown)
    assert from_plain(DocumentSigned, to_plain(body)) == body


def test_the_strip_has_the_same_signatures():
    plain, signed = decision_strip(CONTENT, CODE), decision_strip(CONTENT, CODE, (hand(),))
    assert any("当事人签收：李小明" in words for words in signed.words)
    assert not any("签收时间" in words for words in signed.words)
    assert any("签收时间" in words for words in plain.words)
    refused = decision_strip(CONTENT, CODE, (hand(strokes=b"", refused="不认可，见证人王芳"),))
    assert any(words.startswith("■ 拒绝签名：不认可，见证人王芳") for words in refused.words)
    assert signed.image().height > 0
