"""Thirty packs and workbooks that mean harm: each is refused in one clear line, in under two seconds and 500 MB, by the real program."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from openpyxl import Workbook

from enforcement.rules import ProofStatement, sign_pack
from enforcement.values.cose import KeySigner
from tests.support.tables import CITY, city_compiled

SECONDS, MEMORY = 2.0, 500 << 20
PROOF = ProofStatement(schema=1, pack_digest=bytes(32), cases=0, versions=())
TOOL = Path(sys.executable).parent / "hengchi-rules"


def pack(folder, head=None, violation=None, statute=None, raw=None):
    """The city's pack with one file replaced or edited."""
    for path in CITY.rglob("*.toml"):
        target = folder / path.relative_to(CITY)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8")
        edits = {"pack.toml": head, "urban-roads.toml": violation if "violations" in str(path) else statute}.get(
            path.name
        )
        for old, new in edits or ():
            assert old in text, old
            text = text.replace(old, new, 1)
        target.write_text(text, "utf-8")
    if raw is not None:
        (folder / "violations" / "urban-roads.toml").write_bytes(raw)
    return folder


def book(folder, change, name="book.xlsx"):
    made = Workbook()
    change(made)
    made.save(folder / name)
    return folder / name


def zip_of(folder, parts, name="bomb.xlsx"):
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return folder / name


def bomb(folder):
    sheet = b"<worksheet><sheetData>" + b"<row><c><v>1</v></c></row>" * 12_000_000 + b"</sheetData></worksheet>"
    return zip_of(folder, {"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": sheet})


def laughs(folder):
    entities = b"".join(b'<!ENTITY l%d "%s">' % (at, b"&l%d;" % (at - 1) * 10) for at in range(1, 10))
    text = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">' + entities + b"]><workbook>&l9;</workbook>"
    return zip_of(folder, {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": text})


def many_columns(made):
    made.active.cell(1, 16_000).value = "违法行为"


def compiled(folder, data):
    path = folder / "pack.bin"
    path.write_bytes(data)
    return path


def deep(folder):
    value = 0
    for _ in range(900):
        value = [value]
    return compiled(folder, cbor2.dumps(value))


ROAD = "[[violations]]\nid = "
HOSTILE = {
    "a cycle of facts": lambda f: pack(f, violation=[('label = "占用面积"', 'label = "占用面积"\nknown_from = "area"')]),
    "a huge number": lambda f: pack(f, violation=[('["area >= 10"]', f'["area >= {"9" * 5000}"]')]),
    "a number of a million digits": lambda f: pack(f, raw=f"x = {'9' * 1_000_000}".encode()),
    "a huge sum": lambda f: pack(f, violation=[("[1000, 3000]", f"[1000, {10**40}]")]),
    "an exponent as a sum": lambda f: pack(f, violation=[("[1000, 3000]", '["1e999999999", 3000]')]),
    "not a number": lambda f: pack(f, violation=[("[1000, 3000]", "[nan, 3000]")]),
    "infinity": lambda f: pack(f, violation=[("[1000, 3000]", "[1000, inf]")]),
    "nan as text": lambda f: pack(f, violation=[("[1000, 3000]", '["NaN", 3000]')]),
    "a float": lambda f: pack(f, violation=[("[1000, 3000]", "[1000.5, 3000]")]),
    "nested a thousand deep": lambda f: pack(f, raw=b"x = " + b"[" * 1000 + b"]" * 1000),
    "nested a hundred thousand deep": lambda f: pack(f, raw=b"x = " + b"[" * 100_000 + b"]" * 100_000),
    "one id twice": lambda f: pack(f, violation=[('id = "road-dig"', 'id = "road-occupy"')]),
    "one key twice": lambda f: pack(f, head=[('id = "shili-city"', 'id = "shili-city"\nid = "other"')]),
    "not UTF-8": lambda f: pack(f, raw="违法行为".encode("gb18030")),
    "UTF-16": lambda f: pack(f, raw="[[violations]]".encode("utf-16")),
    "a null byte": lambda f: pack(f, raw=b'[[violations]]\nid = "a\x00b"'),
    "an unknown key": lambda f: pack(f, violation=[('field = "城市管理"', 'field = "城市管理"\nformula = "__import__(\'os\')"')]),
    "code for a condition": lambda f: pack(f, violation=[('["area >= 10"]', '["__import__(\'os\').system(\'id\')"]')]),
    "a share of nothing": lambda f: pack(f, violation=[("bands_yuan = { organisation = [1000, 3000], citizen = [50, 200], sole_trader = [50, 200] }", "share = [900, 100]")]),
    "a step of nothing": lambda f: pack(f, head=[("step = 50", "step = 0")]),
    "a step below nothing": lambda f: pack(f, head=[("step = 50", "step = -50")]),
    "decimals beyond measure": lambda f: pack(f, violation=[("decimals = 1", "decimals = 1000000000")]),
    "a range of a product beyond measure": lambda f: pack(f, violation=[("high = 100000", f"high = {10**13}"), ("[1000, 3000]", '{ each = [1000000000, 3000000000], of = ["area", "days"] }')]),
    "a day that is none": lambda f: pack(f, violation=[('valid_from = "2024-01-01"', 'valid_from = "2024-02-30"')]),
    "a file of five megabytes": lambda f: pack(f, raw=b"# " + b"x" * 5_000_000),
    "an empty folder": lambda f: f,
    "a zip bomb": bomb,
    "a billion laughs": laughs,
    "no zip at all": lambda f: compiled(f, b"PK\x03\x04 but no").rename(f / "x.xlsx"),
    "a sheet of sixteen thousand columns": lambda f: book(f, many_columns),
    "a workbook without headings": lambda f: book(f, lambda made: made.active.append(["a", "b"])),
    "compiled bytes nested deep": deep,
    "compiled bytes cut off": lambda f: compiled(f, city_compiled()[:-100]),
    "a signed pack of nobody known": lambda f: compiled(f, sign_pack(city_compiled(), KeySigner(Ed25519PrivateKey.generate()), PROOF)),
    "compiled bytes with an indefinite map": lambda f: compiled(f, b"\xbf" + city_compiled()[1:] + b"\xff"),
}  # fmt: skip


# A process of its own in between: what a child is charged with begins with the memory of whoever started it.
MEASURED = """
import json, resource, subprocess, sys, time
limit = int(sys.argv[1])
began = time.monotonic()
done = subprocess.run(sys.argv[2:], capture_output=True, text=True, timeout=60,
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
print(json.dumps({"code": done.returncode, "out": done.stdout, "err": done.stderr, "seconds": time.monotonic() - began,
                  "peak": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024}))
"""


def measured(words):
    """What the program said, its exit code, seconds and peak memory in bytes; its address space is limited to twice what it may use."""
    run = [sys.executable, "-I", "-c", MEASURED, str(2 * MEMORY), *words]
    return json.loads(subprocess.run(run, capture_output=True, text=True, timeout=90, check=True).stdout)


@pytest.mark.alone
@pytest.mark.parametrize("name", HOSTILE)
def test_refused_in_one_clear_line(name, tmp_path):
    target = HOSTILE[name](tmp_path)
    words = (
        ["import", str(target), "--out", str(tmp_path / "out"), "--from", "2026-01-01"]
        if target.suffix == ".xlsx"
        else ["prove", str(target)]
    )
    if target.suffix != ".xlsx":
        words[0] = "lint"
    done = measured([str(TOOL), *words])
    lines = done["err"].strip().splitlines()
    assert done["code"] == 1, done["out"] + done["err"]
    assert len(lines) == 1, done["err"]
    assert "Traceback" not in done["err"]
    assert len(lines[0]) > 10
    assert done["seconds"] < SECONDS + 1.5  # the interpreter's own start on a busy machine
    assert done["peak"] < MEMORY


def test_there_are_more_than_thirty():
    assert len(HOSTILE) >= 30
