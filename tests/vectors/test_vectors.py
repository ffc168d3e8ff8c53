"""Every vector reaches its stated outcome, success or failure."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from enforcement.credentials.card import read_card_code
from enforcement.credentials.shown import read_shown_code
from enforcement.exchange import check_receipt
from enforcement.exchange.courier import check_answer, check_question, read_manifest
from enforcement.journal import read_entry
from enforcement.notices import read_code
from enforcement.sealing import DecryptionKey, open_blob, open_bundle, open_with_key
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from tests.vectors.make_vectors import OTHER, READER, SIGNER

HERE = Path(__file__).parent


def key_for(vector):
    signer = OTHER if vector.get("signer") == "other" else SIGNER
    return lambda kid, *_: signer.key.public_key() if kid == signer.kid else None


def entry(vector, data):
    found = read_entry(data, key_for(vector))
    assert (found.hash.hex(), found.kind) == (vector["hash"], vector["kind"])


def blob(vector, data):
    key = bytes.fromhex(vector.get("key", bytes(32).hex()))
    assert b"".join(open_blob([data], key)).hex() == vector["content"]


def bundle(vector, data):
    reader = DecryptionKey.from_private_bytes(bytes.fromhex(vector.get("reader", READER.private_bytes.hex())))
    assert [one.hex() for one in open_bundle(data, key_for(vector), reader).entries] == vector["entries"]


def receipt(vector, data):
    assert check_receipt(data, bytes.fromhex(vector["bundle"]), key_for(vector)).index == vector["index"]


def notice(vector, data):
    found = read_code(data.decode(), key_for(vector))
    assert (found.number, found.fine_fen) == (vector["number"], vector["fine_fen"])


def card(vector, data):
    found = read_card_code(data.decode(), key_for(vector))
    assert (found.number, found.name) == (vector["number"], vector["holder"])


def shown(vector, data):
    at = datetime.fromtimestamp(vector["at"], UTC)
    found = read_shown_code(data.decode(), key_for(vector), at, timedelta(minutes=2))
    assert (found.number, found.name) == (vector["number"], vector["holder"])


def rewrap(vector, data):
    reader, old = DecryptionKey.from_private_bytes(bytes.fromhex(vector["reader"])), bytes.fromhex(vector["old"])
    given = open_bundle(data, key_for(vector), reader).keys
    found = open_with_key(old, key_for(vector), given[digest(old)])
    assert [one.hex() for one in found.entries] == vector["entries"]


def carried(vector, data):
    if vector["kind"] == "manifest":
        assert read_manifest(data, [bytes.fromhex(vector["root"])]).roots == (digest(bytes.fromhex(vector["root"])),)
    elif vector["kind"] == "question":
        question, kid = check_question(data, key_for(vector))
        assert (question.device.hex, kid) == (vector["device"], SIGNER.kid)
    else:
        assert check_answer(data, key_for(vector), UUID(hex=vector["device"])).feeds[0].items[0].index == 3


READERS = {
    "courier": carried,
    "entry": entry,
    "blob": blob,
    "bundle": bundle,
    "receipt": receipt,
    "notice": notice,
    "card": card,
    "shown": shown,
    "rewrap": rewrap,
}
ALL = [(kind, one) for kind in READERS for one in json.loads((HERE / f"{kind}.json").read_text("utf-8"))]


@pytest.mark.parametrize(("kind", "vector"), ALL, ids=[f"{kind}: {one['name']}" for kind, one in ALL])
def test_vector(kind, vector):
    data = bytes.fromhex(vector["data"])
    if vector["outcome"] == "ok":
        READERS[kind](vector, data)
        return
    with pytest.raises(KnownError) as caught:
        READERS[kind](vector, data)
    assert vector["outcome"] in ("refused", caught.value.code)


def test_each_format_states_success_and_failure():
    for kind in READERS:
        outcomes = [one["outcome"] for of, one in ALL if of == kind]
        assert "ok" in outcomes
        assert len(outcomes) >= 4
