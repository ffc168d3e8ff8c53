"""Names and bounds of what a courier carries, and what in its folder is nothing."""

from uuid import UUID

import msgspec
import pytest

from central.platform.courier import CourierFolder
from enforcement.exchange import LIMITS, Round, courier
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import to_bytes
from tests.vectors.make_vectors import AT, SIGNER

ROOT = b"root metadata"
ROUND = Round(
    status=b"", size=0, sizes=(), after=0, recipients=(bytes(32),), skip=(), budget=0, wait_ms=0, devices_since=-1
)


@pytest.mark.parametrize("name", ["", "ab", "A" * 64, "g" * 64, "a" * 65, "../" + "a" * 61])
def test_only_64_hex_digits_are_a_digest(name):
    assert courier.digest_in(name) is None
    assert courier.digest_in("a" * 64) == b"\xaa" * 32
    assert courier.device_in(name) is None
    assert courier.device_in(UUID(int=3).hex) == UUID(int=3)


def test_runs_end_where_the_neighbour_is_missing():
    assert courier.run_ends([]) == []
    assert courier.run_ends([4, 2, 3, 9, 3]) == [5, 10]


@pytest.mark.parametrize(
    "changes",
    [
        {"rounds": ()},
        {"rounds": (ROUND,) * (courier.MOST_ROUNDS + 1)},
        {"rounds": (msgspec.structs.replace(ROUND, recipients=()),)},
        {"blobs": (bytes(32),) * (LIMITS.digests_in_request + 1)},
    ],
)
def test_a_question_that_no_device_asks(changes):
    question = msgspec.structs.replace(courier.Question(device=UUID(int=3), at=AT, rounds=(ROUND,)), **changes)
    with pytest.raises(KnownError):
        courier.check_question(courier.sign_question(question, SIGNER), lambda _: SIGNER.key.public_key())


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / courier.FOLDER
    path.mkdir()
    (path / courier.MANIFEST).write_bytes(to_bytes(courier.make_manifest("示例市", [ROOT])))
    return CourierFolder.open(tmp_path, [ROOT])


def test_what_does_not_hash_to_its_name_is_not_there_and_is_written_anew(folder):
    data, name = b"sealed", digest(b"sealed")
    folder.put(courier.BUNDLES, name.hex(), data)
    path = folder.path / courier.BUNDLES / name.hex()
    before = path.stat().st_mtime_ns, path.stat().st_ino
    folder.put(courier.BUNDLES, name.hex(), data)
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == before  # the same bytes are not written twice
    path.write_bytes(b"sealeD")
    assert folder.whole(courier.BUNDLES, name, 100) is None
    assert not folder.holds(courier.BUNDLES, name, 6)
    folder.put_pieces(courier.BUNDLES, name, 6, [b"sea", b"led"])
    assert folder.whole(courier.BUNDLES, name, 100) == data
    assert folder.whole(courier.BUNDLES, name, 5) is None  # larger than anything of its kind


def test_what_was_left_unfinished_is_swept_and_never_listed(folder):
    folder.put(courier.BUNDLES, "aa", b"x")
    for part in (courier.BUNDLES, f"{courier.AUTHORITY}/targets"):
        (folder.path / part).mkdir(parents=True, exist_ok=True)
        (folder.path / part / ".aa-k3").write_bytes(b"half")
    (folder.path / ".DS_Store").write_bytes(b"of somebody else")
    assert folder.names(courier.BUNDLES) == ["aa"]
    folder.sweep()
    assert sorted(path.name for path in folder.path.rglob("*") if path.is_file()) == [
        ".DS_Store",
        "aa",
        courier.MANIFEST,
    ]


def test_nothing_is_written_through_a_link(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder.path / courier.ANSWERS).symlink_to(elsewhere)
    with pytest.raises(KnownError, match=r"courier\.unreadable"):
        folder.put(courier.ANSWERS, "aa", b"x")
    assert list(elsewhere.iterdir()) == []
