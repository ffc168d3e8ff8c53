"""The officer's way with no route at all: a network namespace without an interface that is up."""

import os
import subprocess
import sys

import pytest

from tests.support.city import copy_of


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="a network namespace of one's own needs root")
def test_a_decision_is_issued_with_no_route(founded, tmp_path):
    city = copy_of(founded, tmp_path / "city")
    command = ["unshare", "-n", sys.executable, "-m", "tests.support.crash_officer", str(city.folder / "officer")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        heard = [process.stdout.readline().split() for _ in range(5)]
        process.kill()
    assert [words[0] for words in heard] == ["ready", "photo", "issued", "photo", "issued"]
