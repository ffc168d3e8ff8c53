"""A backup taken while the relay works, and what comes back of it; from any store into any other."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.relay.backup import MANIFEST, back_up, restore
from central.relay.cli import main
from central.relay.store import SqliteStore
from enforcement.exchange.merkle import consistency_path, root, verify_consistency
from enforcement.sealing import BlobRef
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from tests.support.relays import fleet, sender
from tests.unit.relay.test_store import AT, KEY, accept

PUBLIC = KEY.key.public_key()


def with_blobs(store, device, count):
    """Bundles that were taken in, every second with an attachment."""
    bundles = []
    for number in range(count):
        blob = os.urandom(2000)
        refs = (BlobRef(digest=digest(blob), size=len(blob)),) if number % 2 else ()
        if refs:
            store.blob_append(refs[0].digest, 0, len(blob), blob)
            store.count_blob(refs[0].digest, device.info.unit, len(blob))
        bundles.append(device.stored(*refs))
    accept(store, *bundles)
    store.put_status(device.info.device, b"a statement", AT)
    return bundles


def content(store):
    """Everything that a device could ask for."""
    size = store.size()
    rows = store.rows(0, size + 1)
    names = list(store.blob_names())
    return {
        "rows": rows,
        "state": store.log_state(),
        "nodes": [store.node(0, index) for index in range(size)],
        "feeds": [store.feed(0, [one], 1000) for one in sorted({r for _, r in _recipients(rows)})],
        "blobs": {name: b"".join(store.blob_read(name, 0, store.blob_have(name)[0])) for name in names},
        "statuses": store.statuses(),
        "received": store.received(),
        "units": store.unit_bytes(),
    }


def _recipients(rows):
    from enforcement.sealing import peek_cover

    return [(number, one) for number, (data, _, _) in enumerate(rows) for one in peek_cover(data)[1]]


def test_what_was_backed_up_comes_back_the_same_in_any_store(place, tmp_path):
    store = place.open()
    first, second = sender("u1"), sender("u2")
    with_blobs(store, first, 7)
    back_up(store, tmp_path / "backup")
    with_blobs(store, second, 6)
    accept(store, second.stored(seq=6, head=digest(b"a fork")))
    made = back_up(store, tmp_path / "backup")  # only what is new
    assert [(one.first, one.count) for one in made.segments] == [(0, 7), (7, 7)]
    before = content(store)
    store.close()
    other = SqliteStore(tmp_path / "other")
    assert restore(other, tmp_path / "backup", PUBLIC) == made
    assert content(other) == before
    assert other.received()[second.info.device] == (6, True)
    assert accept(other, first.stored())[0].index == 14
    other.close()


def test_from_sqlite_into_the_larger_stores(place, tmp_path):
    small = SqliteStore(tmp_path / "small")
    with_blobs(small, sender(), 9)
    back_up(small, tmp_path / "backup")
    before = content(small)
    small.close()
    store = place.open()
    restore(store, tmp_path / "backup", PUBLIC)
    assert content(store) == before
    assert restore(store, tmp_path / "backup", PUBLIC).size == 9  # once more is harmless
    store.close()


def test_a_backup_under_load_is_one_state_of_the_log(place, tmp_path):
    store, writer, device = place.open(), place.open(), sender()
    with_blobs(store, device, 20)
    stop = []

    def write():
        while not stop:
            accept(writer, device.stored(), device.stored())
        return writer.size()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        made = [back_up(store, tmp_path / "backup") for _ in range(3)]
        stop.append(True)
        size = writing.result()
    assert 20 <= made[0].size <= made[1].size <= made[2].size <= size
    roots = [root(one.size, store.node) for one in made]
    assert [one.root for one in made] == [one.hex() for one in roots]
    other = SqliteStore(tmp_path / "other")
    restore(other, tmp_path / "backup", PUBLIC)
    # what a device saw at any time before the backup is part of what came back
    for seen in range(1, made[2].size + 1):
        path = consistency_path(seen, made[2].size, other.node)
        assert verify_consistency(seen, made[2].size, path, root(seen, store.node), root(made[2].size, other.node))
    for one in (store, writer, other):
        one.close()


@pytest.fixture
def kept(tmp_path):
    store = SqliteStore(tmp_path / "relay")
    bundles = with_blobs(store, sender(), 6)
    back_up(store, tmp_path / "backup")
    store.close()
    return tmp_path / "backup", bundles


def spoilt(folder, how):
    segment = folder / "log" / "000000000000.cbors"
    manifest = json.loads((folder / MANIFEST).read_text())
    if how == "altered":
        data = bytearray(segment.read_bytes())
        data[100] ^= 1
        segment.write_bytes(data)
    elif how == "gone":
        segment.unlink()
    elif how == "root":
        manifest["root"] = "00" * 32
    elif how == "fewer":
        manifest["size"] = 5
    elif how == "gap":
        manifest["segments"][0]["first"] = 1
    elif how == "blob":
        path = next((folder / "blobs").glob("??/*"))
        path.write_bytes(b"x" * path.stat().st_size)
    (folder / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize("how", ["altered", "gone", "root", "fewer", "gap", "blob"])
def test_a_backup_that_is_not_whole_is_refused(kept, tmp_path, how):
    folder, _ = kept
    spoilt(folder, how)
    store = SqliteStore(tmp_path / "new")
    with pytest.raises(KnownError, match=r"digest\.mismatch" if how == "blob" else r"relay\.backup_unfit"):
        restore(store, folder, PUBLIC)
    store.close()


def test_another_relay_s_backup_is_refused(kept, tmp_path):
    folder, _ = kept
    store = SqliteStore(tmp_path / "new")
    other = KeySigner(Ed25519PrivateKey.generate())
    with pytest.raises(KnownError, match=r"receipt\.altered"):
        restore(store, folder, other.key.public_key())
    accept(store, sender().stored())
    with pytest.raises(KnownError, match=r"relay\.not_empty"):
        restore(store, folder, PUBLIC)
    with pytest.raises(KnownError, match=r"relay\.backup_unfit"):
        back_up(store, folder)
    store.close()


def test_an_interrupted_restore_goes_on(kept, tmp_path, monkeypatch):
    folder, bundles = kept
    monkeypatch.setattr("central.relay.backup.ROWS", 2)
    store = SqliteStore(tmp_path / "new")
    put, calls = store.restore, []

    def dies(rows):
        calls.append(rows)
        if len(calls) == 3:
            raise KnownError("relay.store_unreachable", what="database", why="test")
        put(rows)

    store.restore = dies
    with pytest.raises(KnownError, match=r"relay\.store_unreachable"):
        restore(store, folder, PUBLIC)
    store.close()
    store = SqliteStore(tmp_path / "new")
    assert store.size() == 4
    restore(store, folder, PUBLIC)
    assert [store.bundle(one.digest) for one in bundles] == [one.data for one in bundles]
    store.close()


def test_the_commands(tmp_path, capsys):
    some = fleet(tmp_path, 1)
    data, folder = tmp_path / "relay", tmp_path / "backup"
    place = ["--data", str(data), "--authority", str(some.repository)]
    assert main(["init", *place]) == 0
    key = capsys.readouterr().out
    with_blobs(store := SqliteStore(data), sender(), 0)
    store.close()
    assert main(["backup", "--data", str(data), "--with-key", str(folder)]) == 0
    shutil.rmtree(data)
    assert main(["restore", "--data", str(data), str(folder)]) == 0
    assert main(["init", *place]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == key.strip()
    assert (data / "relay.key").stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for path in (data / "audit").iterdir() for line in path.read_text().splitlines()]
    assert [(line["what"], line["outcome"]) for line in lines] == [("restore", "ok")]
    shutil.rmtree(folder)
    assert main(["restore", "--data", str(tmp_path / "new"), str(folder)]) == 1
    assert "run init first" in capsys.readouterr().err
