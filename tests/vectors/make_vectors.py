"""Makes tests/vectors/*.json anew: `python -m tests.vectors.make_vectors`. A vector states the outcome that every implementation must reach.

Keys are fixed and worthless. HPKE draws its own randomness, so bundles differ from run to run; what is committed is what counts.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from enforcement.credentials.card import CardClaims, make_card_code
from enforcement.credentials.shown import ShownClaims, make_shown_code
from enforcement.exchange import FeedItem, Outcome, Receipt, Round, TreeHead, sign_receipt, sign_tree_head
from enforcement.exchange.courier import Answer, CarriedFeed, Question, make_manifest, sign_answer, sign_question
from enforcement.exchange.merkle import grow, inclusion_path, leaf_hash, root
from enforcement.journal import NO_ENTRY, seal_entry
from enforcement.journal.acts import ReviewAnswered
from enforcement.notices import NoticeClaims, make_code
from enforcement.sealing import BlobRef, BundleHeader, DecryptionKey, content_key, seal_blob, seal_bundle
from enforcement.values.cose import KeySigner
from enforcement.values.ids import digest
from enforcement.values.shapes import to_bytes

HERE = Path(__file__).parent
AT = datetime(2026, 10, 14, 1, 42, tzinfo=UTC)
SIGNER = KeySigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = KeySigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64))))
READER = DecryptionKey.from_private_bytes(bytes(range(96)))
STRANGER = DecryptionKey.from_private_bytes(bytes(range(96, 192)))


def flip(data: bytes, position: int) -> bytes:
    altered = bytearray(data)
    altered[position] ^= 1
    return bytes(altered)


def vector(name: str, data: bytes, outcome: str, **more: object) -> dict[str, object]:
    """`outcome` is "ok" or the code of the error."""
    return {"name": name, "data": data.hex(), "outcome": outcome, **more}


def entry() -> list[dict[str, object]]:
    made = seal_entry(
        ReviewAnswered(words="照片为门前人行道全景"), entry_id=UUID(int=1), aggregate=UUID(int=2), certificate="99010001", device=UUID(int=3),
        seq=1, prev=NO_ENTRY, parents=(), at=AT, evidence=None, signer=SIGNER,
    )  # fmt: skip
    data = made.data
    return [
        vector("an answer to what was sent back", data, "ok", hash=made.hash.hex(), kind="review.answered"),
        vector("last bit of the signature", flip(data, len(data) - 1), "signature.invalid"),
        vector("signed by another key", data, "signature.unknown_key", signer="other"),
        vector("cut off", data[:-1], "encoding.not_canonical"),
        vector("a byte after the end", data + b"\0", "encoding.not_canonical"),
        vector("no COSE_Sign1", data[1:], "encoding.wrong_shape"),
    ]


def blob() -> list[dict[str, object]]:
    out: list[bytes] = []
    seal_blob([b"\xff\xd8 a small photograph"], out.append, key=bytes(32), entropy=lambda size: bytes(range(size)))
    data = b"".join(out)
    return [
        vector("one piece", data, "ok", content=b"\xff\xd8 a small photograph".hex(), key=bytes(32).hex()),
        vector("first bit of the content", flip(data, 16), "blob.altered"),
        vector("nonce prefix", flip(data, 8), "blob.altered"),
        vector("header only", data[:16], "blob.altered"),
        vector("cut in the header", data[:9], "blob.truncated"),
        vector("a byte after the end", data + b"\0", "blob.altered"),
        vector("unknown suite", data[:4] + b"\x09" + data[5:], "encoding.wrong_shape"),
        vector("another key", data, "blob.altered", key=bytes([1] * 32).hex()),
    ]


def bundle() -> list[dict[str, object]]:
    header = BundleHeader(
        v=1, device=UUID(int=3), unit="u1", first_seq=1, last_seq=2, head=digest(b"head"), blobs=(BlobRef(digest=digest(b"blob"), size=9),),
        made_at=AT, suite=1,
    )  # fmt: skip
    made = seal_bundle(
        UUID(int=2),
        [b"one", b"two"],
        header,
        [READER.public_bytes],
        READER.public_bytes,
        SIGNER,
        lambda size: bytes(size),
    )
    data = made.data
    return [
        vector(
            "two entries",
            data,
            "ok",
            digest=made.digest.hex(),
            entries=[b"one".hex(), b"two".hex()],
            reader=READER.private_bytes.hex(),
        ),
        vector("opened by a stranger", data, "bundle.not_for_us", reader=STRANGER.private_bytes.hex()),
        vector("a bit of the payload", flip(data, len(data) - 100), "signature.invalid"),
        vector("another device's key", data, "signature.unknown_key", signer="other"),
        vector("cut off", data[:-1], "encoding.not_canonical"),
    ]


def receipt() -> list[dict[str, object]]:
    nodes: dict[tuple[int, int], bytes] = {}
    leaves = [digest(bytes([number])) for number in range(7)]
    for number, leaf in enumerate(leaves):
        for level, index, hash_ in grow(number, leaf_hash(leaf), lambda level, index: nodes[level, index]):
            nodes[level, index] = hash_

    def get(level: int, index: int) -> bytes:
        return nodes[level, index]

    path = inclusion_path(6, 7, get)
    good = sign_receipt(Receipt(bundle=leaves[6], index=6, at=AT, size=7, root=root(7, get), path=path), SIGNER)
    lie = sign_receipt(Receipt(bundle=leaves[6], index=5, at=AT, size=7, root=root(7, get), path=path), SIGNER)
    return [
        vector("the seventh of seven", good, "ok", bundle=leaves[6].hex(), index=6),
        vector("for another bundle", good, "receipt.altered", bundle=leaves[5].hex()),
        vector("a wrong place in the log", lie, "receipt.altered", bundle=leaves[6].hex()),
        vector("last bit of the signature", flip(good, len(good) - 1), "receipt.altered", bundle=leaves[6].hex()),
    ]


def notice() -> list[dict[str, object]]:
    claims = NoticeClaims(
        "示例市城市管理行政执法局", AT, "示城管简罚决〔2026〕41号", 150_000, "road-occupy", "示*司", digest(b"content")
    )
    code = make_code(claims, SIGNER)
    changed = code[:20] + ("0" if code[20] != "0" else "1") + code[21:]
    return [
        vector("a code", code.encode(), "ok", number=claims.number, fine_fen=150_000),
        vector("one character changed", changed.encode(), "refused"),
        vector("another prefix", b"HC1:" + code[4:].encode(), "notice.unreadable"),
        vector("cut off", code[:-3].encode(), "notice.unreadable"),
        vector("another signer", code.encode(), "signature.unknown_key", signer="other"),
    ]


def card() -> list[dict[str, object]]:
    claims = CardClaims(
        "示例市城市管理行政执法局", AT, "99010001", "王𬭎", "执法证", "城管执法一中队", ("城市管理",), "990100", date(2026, 3, 1), date(2031, 2, 28),
    )  # fmt: skip
    code = make_card_code(claims, SIGNER)
    changed = code[:20] + ("0" if code[20] != "0" else "1") + code[21:]
    return [
        vector("a card's code", code.encode(), "ok", number=claims.number, holder=claims.name),
        vector("one character changed", changed.encode(), "refused"),
        vector("a notice's prefix", b"HZ1:" + code[5:].encode(), "notice.unreadable"),
        vector("cut off", code[:-3].encode(), "notice.unreadable"),
        vector("another agency's key", code.encode(), "signature.unknown_key", signer="other"),
    ]


def shown() -> list[dict[str, object]]:
    claims = ShownClaims("示例市城市管理行政执法局", AT, AT + timedelta(minutes=5), "99010001", "王𬭎")
    code = make_shown_code(claims, SIGNER)
    changed = code[:20] + ("0" if code[20] != "0" else "1") + code[21:]
    at, late = int(AT.timestamp()), int((AT + timedelta(minutes=7)).timestamp())
    return [
        vector("a shown certificate", code.encode(), "ok", number=claims.number, holder=claims.name, at=at),
        vector("two minutes over, by a clock that may differ so much", code.encode(), "ok", number=claims.number, holder=claims.name, at=late - 1),
        vector("over", code.encode(), "shown.over", at=late),
        vector("before it was shown", code.encode(), "shown.over", at=at - 121),
        vector("one character changed", changed.encode(), "refused", at=at),
        vector("a card's prefix", b"HZC1:" + code[5:].encode(), "notice.unreadable", at=at),
        vector("another signer", code.encode(), "signature.unknown_key", signer="other", at=at),
    ]  # fmt: skip


def rewrap() -> list[dict[str, object]]:
    """An old bundle, and a bundle that opens it to somebody whom it was not sealed for."""
    header = BundleHeader(
        v=1, device=UUID(int=3), unit="u1", first_seq=1, last_seq=2, head=digest(b"head"), blobs=(), made_at=AT, suite=1
    )
    old = seal_bundle(
        UUID(int=2), [b"one", b"two"], header, [READER.public_bytes], READER.public_bytes, SIGNER, lambda size: bytes(range(size))
    )  # fmt: skip
    key = content_key(old.data, lambda _: SIGNER.key.public_key(), READER)
    given = seal_bundle(
        UUID(int=3), [b"an entry"], header, [STRANGER.public_bytes, READER.public_bytes], READER.public_bytes, SIGNER,
        lambda size: bytes(range(1, size + 1)), {old.digest: key},
    )  # fmt: skip
    wrong = seal_bundle(
        UUID(int=3), [b"an entry"], header, [STRANGER.public_bytes, READER.public_bytes], READER.public_bytes, SIGNER,
        lambda size: bytes(range(1, size + 1)), {old.digest: bytes(32)},
    )  # fmt: skip
    more = {"old": old.data.hex(), "reader": STRANGER.private_bytes.hex(), "entries": [b"one".hex(), b"two".hex()]}
    return [
        vector("an old bundle opened by the key that was given", given.data, "ok", **more),
        vector("a key that opens nothing", wrong.data, "bundle.altered", **more),
        vector("a bundle that gives no key", old.data, "bundle.not_for_us", **more),
        vector("last bit of the signature", flip(given.data, len(given.data) - 1), "signature.invalid", **more),
    ]


def courier() -> list[dict[str, object]]:
    """Files of a courier's folder: its manifest, a device's question, the relay's answer."""
    asked = Round(
        status=b"", size=3, sizes=(2,), after=3, recipients=(digest(READER.public_bytes),), skip=(), budget=0, wait_ms=0, devices_since=-1
    )  # fmt: skip
    question = sign_question(Question(device=UUID(int=3), at=AT, rounds=(asked,), blobs=(digest(b"blob"),)), SIGNER)
    item = FeedItem(index=3, digest=digest(b"bundle"), size=6)
    answer = Answer(
        device=UUID(int=3), question=digest(question), head=sign_tree_head(TreeHead(size=4, root=digest(b"root"), at=AT), SIGNER),
        sizes=(3,), paths=((digest(b"a"),),), outcomes=(Outcome(digest=digest(b"own"), code=603, missing=(digest(b"blob"),)),),
        feeds=(CarriedFeed(recipient=digest(READER.public_bytes), after=3, items=(item,)),), devices=(), authority=bytes(32),
    )  # fmt: skip
    good, root_ = sign_answer(answer, SIGNER), b"root metadata"
    manifest = to_bytes(make_manifest("示例市城市管理行政执法局", [root_]))
    more = {"device": UUID(int=3).hex}
    return [
        vector("a manifest", manifest, "ok", kind="manifest", root=root_.hex()),
        vector("another agency's", manifest, "courier.wrong_agency", kind="manifest", root=b"other".hex()),
        vector("no manifest", manifest[:-1], "courier.unreadable", kind="manifest", root=root_.hex()),
        vector("a question", question, "ok", kind="question", **more),
        vector(
            "a question by a key that is no device's",
            question,
            "signature.unknown_key",
            kind="question",
            signer="other",
            **more,
        ),
        vector("a bit of the question", flip(question, 60), "refused", kind="question", **more),
        vector("an answer instead of a question", good, "encoding.wrong_shape", kind="question", **more),
        vector("an answer", good, "ok", kind="answer", **more),
        vector("an answer to another device", good, "receipt.altered", kind="answer", device=UUID(int=4).hex),
        vector("an answer by another key", good, "receipt.altered", kind="answer", signer="other", **more),
        vector("a bit of the answer", flip(good, len(good) - 1), "receipt.altered", kind="answer", **more),
    ]


def main() -> None:
    for name, vectors in (
        ("entry", entry()),
        ("blob", blob()),
        ("bundle", bundle()),
        ("receipt", receipt()),
        ("notice", notice()),
        ("card", card()),
        ("shown", shown()),
        ("rewrap", rewrap()),
        ("courier", courier()),
    ):
        (HERE / f"{name}.json").write_text(json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
