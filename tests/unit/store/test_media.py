"""A recording on its way in and out: bounded memory, nothing half, copies that are wiped."""

import errno
import os
import subprocess
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import msgspec
import pytest

from desktop.services import media
from desktop.services.media import Media, wipe_copies
from desktop.store.blobs import BlobFolder
from desktop.work import beside
from enforcement.exchange.limits import LIMITS
from enforcement.journal.media_acts import RecordingKept
from enforcement.sealing import open_blob
from enforcement.sealing.blob import HEADER, PIECE, TAG
from enforcement.values.errors import KnownError
from tests.support.board import evidence, ordinary_case

MEBI = 1 << 20


def desk(profile):
    return SimpleNamespace(blobs=BlobFolder(profile), entropy=os.urandom, profile=profile, beside=beside)


def file_of(folder, size, name="a.mp4"):
    """A file whose beginning cannot be compressed; the rest is a hole."""
    path = folder / name
    with path.open("wb") as file:
        file.write(os.urandom(min(size, PIECE)))
        file.truncate(size)
    return path


def seal(of, path, progress=lambda at, size: None, cancelled=lambda: False):
    return Media(of).seal(path, progress, cancelled)


def left(profile):
    return [one for one in (profile / "blobs").rglob("*") if one.is_file()] if (profile / "blobs").exists() else []


def test_what_was_sealed_opens_to_the_same_bytes_with_its_digest_and_progress(tmp_path):
    path, said = file_of(tmp_path, 9 * MEBI + 7), []
    sealed = seal(desk(tmp_path), path, lambda at, of: said.append((at, of)))
    assert (sealed.sort, sealed.media_type) == ("video", "video/mp4")
    with sealed.held.open("rb") as file:
        opened = b"".join(open_blob(iter(lambda: file.read(MEBI), b""), sealed.key))
    assert opened == path.read_bytes()
    assert sealed.blob.plain_size == path.stat().st_size
    assert said[-1] == (path.stat().st_size, path.stat().st_size)
    assert [at for at, _ in said] == sorted({at for at, _ in said})


MEASURE = """
import os, sys
from pathlib import Path
from types import SimpleNamespace
from desktop.services.media import Media
from desktop.store.blobs import BlobFolder
from desktop.work import beside
folder, size = Path(sys.argv[1]), int(sys.argv[2])
of = SimpleNamespace(blobs=BlobFolder(folder), entropy=os.urandom, profile=folder, beside=beside)
small = folder / "small.mp4"; small.write_bytes(os.urandom(1 << 20))
Media(of).seal(small, lambda *_: None, lambda: False)
def most():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
before = most()
sealed = Media(of).seal(folder / "a.mp4", lambda *_: None, lambda: False)
assert sealed.blob.plain_size == size
print(most() - before)
"""


@pytest.mark.parametrize("size", [96 * MEBI, pytest.param(1023 * MEBI, marks=pytest.mark.slow)])
def test_memory_stays_under_64_mebibytes_however_long_the_file_is(tmp_path, size):
    file_of(tmp_path, size)
    run = [sys.executable, "-c", MEASURE, str(tmp_path), str(size)]
    more = int(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
    print(f"{size >> 20} MiB: {more >> 10} MiB more")
    assert 0 < more < 64 << 10


def test_one_that_is_cancelled_leaves_nothing(tmp_path):
    path, asked = file_of(tmp_path, 9 * MEBI), []
    assert seal(desk(tmp_path), path, cancelled=lambda: bool(asked.append(1)) or len(asked) > 2) is None
    assert left(tmp_path) == []


def test_what_is_not_taken_in_is_refused_before_it_is_read(tmp_path, monkeypatch):
    of = desk(tmp_path)
    for name, size, code in (("a.avi", 9, "input.media_unknown"), ("b.mp3", 0, "input.media_empty")):
        with pytest.raises(KnownError) as refused:
            seal(of, file_of(tmp_path, size, name))
        assert refused.value.code == code
    huge = file_of(tmp_path, media.rules().largest + 1, "c.wav")
    with pytest.raises(KnownError, match=r"media_too_large"):
        seal(of, huge)
    with pytest.raises(KnownError, match=r"input\.invalid"):
        seal(of, tmp_path / "gone.mp4")
    monkeypatch.setattr(media.shutil, "disk_usage", lambda _: SimpleNamespace(free=media.SPARE))
    with pytest.raises(KnownError, match=r"disk_full"):
        seal(of, file_of(tmp_path, 9))
    assert left(tmp_path) == []


def test_the_largest_file_fits_the_relay_when_it_is_sealed():
    largest = media.rules().largest
    assert largest + HEADER + TAG * (largest // PIECE + 1) <= LIMITS.blob


def test_a_disk_that_fills_up_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KnownError, match=r"disk_full"):
        seal(desk(tmp_path), file_of(tmp_path, 9 * MEBI))
    assert left(tmp_path) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from types import SimpleNamespace
from desktop.services.media import Media
from desktop.store.blobs import BlobFolder
from desktop.work import beside
folder = Path(sys.argv[1])
of = SimpleNamespace(blobs=BlobFolder(folder), entropy=os.urandom, profile=folder, beside=beside)
def killed(at, size):
    if at > size // 2:
        os.kill(os.getpid(), signal.SIGKILL)
Media(of).seal(folder / "a.mp4", killed, lambda: False)
"""


def test_a_program_that_is_killed_in_the_middle_leaves_nothing_after_the_next_start(tmp_path):
    path = file_of(tmp_path, 24 * MEBI)
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert done.returncode == -9
    assert [one.name.startswith("part-") for one in left(tmp_path)] == [True]
    assert path.read_bytes()[:64] not in left(tmp_path)[0].read_bytes()
    assert BlobFolder(tmp_path).sweep() == 1
    assert left(tmp_path) == []


def test_copies_of_a_killed_program_are_wiped_and_other_profiles_are_left_alone(tmp_path, monkeypatch):
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(memory))
    mine, other = tmp_path / "mine", tmp_path / "other"
    folders = [memory / f"{media._mine(profile)}x" for profile in (mine, other)]
    for folder in folders:
        folder.mkdir()
        (folder / "a.mp4").write_bytes(b"secret" * 1000)
    kept = os.open(folders[0] / "a.mp4", os.O_RDONLY)
    assert wipe_copies(mine) == 1
    assert [one.exists() for one in folders] == [False, True]
    assert os.pread(kept, 6000, 0) == bytes(6000)  # what was removed was overwritten first
    os.close(kept)


def kept(**changes):
    made = RecordingKept(
        evidence=UUID(int=5), number="音像〔2026〕0001-1号", series="r", running=1, recorder="ZF-07",
        began=datetime(2026, 3, 2, 1, tzinfo=UTC), ended=datetime(2026, 3, 2, 2, tzinfo=UTC), whole=True,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def test_a_recording_belongs_to_evidence_of_its_case_and_is_described_once():
    sound = evidence(sort="video", media_type="video/mp4")
    case = ordinary_case(attached=(sound, kept()))
    assert [one.number for one in case.recordings] == ["音像〔2026〕0001-1号"]
    assert all(line.effective for line in case.lines)
    for attached in ((kept(),), (sound, kept(), kept(running=2))):
        last = ordinary_case(attached=attached).lines[-1]
        assert not last.effective
