"""A profile of years: ten thousand cases, two hundred thousand entries, and it opens as it did on the first day."""

import json
import subprocess
import sys

import pytest

from tests.support import large_profile

CASES = 10_000


@pytest.mark.slow
def test_ten_thousand_cases(tmp_path):
    """Today and Cases open in under 300 ms, a key in the search is painted in under 50 ms for 95 of 100, memory under 400 MB."""
    large_profile.main(tmp_path, CASES)
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.large_window", str(tmp_path)], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    print(found)
    assert found["today_ms"] < 300
    assert found["cases_ms"] < 300
    assert found["documents_ms"] < 300
    assert found["key_p95_ms"] < 50
    assert found["memory_mb"] < 400
