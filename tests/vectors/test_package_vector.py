"""Every vector of the export package reaches its stated outcome."""

import io
import json
from pathlib import Path

import pytest

from enforcement.sealing.package import read_package
from enforcement.sealing.package_check import check_package
from enforcement.values.errors import KnownError

MADE = json.loads((Path(__file__).parent / "package.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", MADE["vectors"], ids=[one["name"] for one in MADE["vectors"]])
def test_vector(vector):
    data = bytearray.fromhex(MADE["locked" if vector.get("locked") else "package"])
    if "flip" in vector:
        data[vector["flip"]] ^= 1
    data = bytes(data[: vector.get("cut", len(data))]) + bytes.fromhex(vector.get("more", ""))
    root = bytes.fromhex(vector.get("root", MADE["root"])) or None
    try:
        found = (
            "whole"
            if check_package(read_package(io.BytesIO(data), vector.get("password", "")), root).whole
            else "broken"
        )
    except KnownError as error:
        found = error.code
    assert found == vector["outcome"]
