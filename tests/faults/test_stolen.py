"""What a thief finds: a profile folder, a relay's folder, everything the program wrote beside them, and the memory of the locked program."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.app.demo import hits
from desktop.app.demo_city import OFFICER
from desktop.keys import open_slot
from desktop.keys.keyfile import read_key_file
from tests.support.stolen_office import secrets_of

FORMS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


def memory_of(pid):
    """What a core dump would hold: every writable page."""
    kept = []
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            where, rights, *_ = line.split()
            if "rw" not in rights or "[v" in line:
                continue
            start, end = (int(part, 16) for part in where.split("-"))
            memory.seek(start)
            try:
                kept.append(memory.read(end - start))
            except OSError:
                continue
    return b"".join(kept)


def quiet(pid):
    """When the program that follows shows its first window and has imported what comes behind it."""
    until, spent, since = time.monotonic() + 60, -1, time.monotonic()
    while b"--locked" not in Path(f"/proc/{pid}/cmdline").read_bytes() or time.monotonic() - since < 1.5:
        assert time.monotonic() < until
        now = sum(int(part) for part in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])
        if now > spent + 2:
            spent, since = now, time.monotonic()
        time.sleep(0.1)
    return pid


def stolen(city, folder, cases):
    """(secrets, files that the program wrote outside its profile, memory of the locked program before and after it was started anew, keys)."""
    around = folder / "around"
    (around / "tmp").mkdir(parents=True)
    places = {
        name: str(around / name.lower())
        for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")
    }
    for place in places.values():
        Path(place).mkdir(mode=0o700)
    environment = {**os.environ, **places, "TMPDIR": str(around / "tmp")}
    profile = city.folder / "officer"
    victim = subprocess.Popen(
        [sys.executable, "-m", "tests.support.stolen_office", str(profile), str(cases)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert victim.stdout.readline().strip() == "open"
        shutil.copytree(profile, city.folder / "open")  # with its WAL, which locking puts away
        print(file=victim.stdin, flush=True)
        assert victim.stdout.readline().split() == ["locked", "0"]
        before = memory_of(victim.pid)
        print(file=victim.stdin, flush=True)
        after = memory_of(quiet(victim.pid))
    finally:
        victim.kill()
        victim.communicate()
    found = [word for number in range(cases) for word in secrets_of(number).values()]
    keys = read_key_file(profile)
    secrets = open_slot(keys.device, keys.slot(OFFICER), city.cast.password)
    return found, around, (before, after), secrets


def search(city, tmp_path, cases):
    words, around, memories, secrets = stolen(city, tmp_path, cases)
    assert (city.folder / "open" / "store.db-wal").stat().st_size > 0
    folders = [city.folder / "officer", city.folder / "open", city.folder / "relay", around]
    sizes = sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())
    raw = [secrets.store_key, secrets.sign_seed, secrets.decryption_key, city.cast.password.encode()]
    data = b"".join(path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file())
    assert hits(folders, words) == 0
    assert [data.count(key) + data.count(key.hex().encode()) for key in raw] == [0, 0, 0, 0]
    told = []
    for memory in memories:
        keys = [memory.count(key) + memory.count(key.hex().encode()) for key in raw]
        left = sum(len(re.findall(re.escape(word.encode(form)), memory)) for word in words for form in FORMS)
        told.append((left, keys))
        print(f"memory {len(memory) >> 20} MiB: words {left}, keys {keys}")
    print(f"{cases} cases, {len(words)} secrets, {sizes >> 10} KiB of files: 0 hits")
    seen = OFFICER.encode("utf-16-le")  # it stands on the page: that it is found shows that the memory was read
    assert memories[1].count(seen)
    assert told[1] == (0, [0, 0, 0, 0])


def test_nothing_of_ten_cases_stands_in_the_clear(city, tmp_path):
    search(city, tmp_path, 10)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_nothing_of_two_hundred_cases_stands_in_the_clear(city, tmp_path):
    search(city, tmp_path, 200)
