"""`hengchi-registry import` killed (SIGKILL) at random moments: started again it has everything once, and the same as if never killed."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from central.platform.clock import SystemClock
from central.registry.services.identity import Identity
from tests.support.field import Field
from tests.support.offices import founded, person
from tests.support.registries import CHEAP, PASSWORD

BUNDLES = 120


@pytest.mark.parametrize(
    "kills", [5, pytest.param(100, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])], ids=["few", "many"]
)
def test_killed_it_goes_on_where_it_stood(tmp_path, kills):
    office = founded(tmp_path / "office", person(), clock=SystemClock())
    registry, field = Identity(tmp_path / "registry", PASSWORD, CHEAP), Field(office)
    registry.take_grant(office.enrol_registry(registry.begin("登记中心", "", SystemClock()), "u1"))
    office.publish()
    stick = tmp_path / "stick"
    (stick / "authority").mkdir(parents=True)
    office.repository.rename(stick / "authority" / "set")
    for part in (stick / "authority" / "set").iterdir():
        part.rename(stick / "authority" / part.name)
    for number in range(BUNDLES):
        (stick / f"{number:04}").write_bytes(field.act())
    password = tmp_path / "password"
    password.write_text(PASSWORD, "utf-8")
    chance, killed = random.Random(kills), 0
    whole = _seconds(tmp_path, password, stick)
    (tmp_path / "registry" / "register.db").unlink()
    for left in (tmp_path / "registry").glob("register.db-*"):
        left.unlink()
    for _ in range(kills):
        process = subprocess.Popen(_command(tmp_path, password, "import", str(stick)), stdout=subprocess.DEVNULL)
        time.sleep(whole * chance.uniform(0.2, 1.0))
        killed += process.poll() is None
        process.kill()
        process.wait()
    assert killed
    done = _run(tmp_path, password, "import", str(stick))
    assert done["known"] + done["bundles"] == BUNDLES
    books = _run(tmp_path, password, "books")
    assert (books["bundles"], books["acts"], books["not_believed"], books["waiting"]) == (BUNDLES, BUNDLES, 0, 0)
    assert _run(tmp_path, password, "verify")["differences"] == []


def _command(folder, password, *words):
    tool = Path(sys.executable).parent / "hengchi-registry"
    return [str(tool), "--json", "--password-file", str(password), str(folder / "registry"), *words]


def _run(folder, password, *words):
    done = subprocess.run(_command(folder, password, *words), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _seconds(folder, password, stick):
    began = time.monotonic()
    _run(folder, password, "import", str(stick))
    return time.monotonic() - began
