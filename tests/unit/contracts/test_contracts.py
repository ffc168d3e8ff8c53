"""Promises about the tree itself."""

import ast
import importlib
import re
import subprocess
import tomllib
from pathlib import Path

import msgspec
import pytest

from desktop.messages.errors import SENTENCES
from desktop.messages.language import catalogue
from desktop.views.shared.theme import THEMES, tokens
from enforcement.values.errors import CODES
from enforcement.values.shapes import Record

ROOT = Path(__file__).parents[3]
TRACKED = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
]
PYTHON = [path for path in TRACKED if path.suffix == ".py" and path.exists()]


def test_no_file_is_over_500_lines():
    assert [path.name for path in PYTHON if len(path.read_text("utf-8").splitlines()) > 500] == []


def test_every_code_has_its_own_number_and_its_sentences():
    assert len(set(CODES.values())) == len(CODES)
    assert set(SENTENCES) == set(CODES)


def test_every_text_of_the_window_is_translated():
    words = catalogue("zh_CN")
    texts = {text for pair in SENTENCES.values() for text in pair}
    for path in PYTHON:
        if path.is_relative_to(ROOT / "desktop"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", "") == "tr"
                    and isinstance(node.args[0], ast.Constant)
                ):
                    texts.add(node.args[0].value)
    assert sorted(text for text in texts if text not in words) == []
    for source, target in words.items():
        assert set(re.findall(r"{(\w+)}", source)) == set(re.findall(r"{(\w+)}", target)), source


def test_no_text_is_translated_in_two_files():
    """The file read last would win in silence."""
    files = sorted((ROOT / "resources" / "translations" / "zh_CN").glob("*.toml"))
    keys = [key for path in files for key in tomllib.loads(path.read_text("utf-8"))]
    assert [key for key in keys if keys.count(key) > 1] == []


def test_no_path_of_a_machine_stands_in_the_tree():
    wrong = re.compile(r"/root/|/home/\w+/|/work/main")
    texts = [path for path in TRACKED if path.suffix in (".py", ".md", ".toml", ".sh", ".yaml") and path.exists()]
    assert [path.name for path in texts if path != Path(__file__) and wrong.search(path.read_text("utf-8"))] == []


def luminance(color):
    def part(value):
        value /= 255
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)


def contrast(one, two):
    high, low = sorted((luminance(one), luminance(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


PAIRS = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink2", "card"),
    ("ink2", "paper"),
    ("accent", "card"),
    ("on_accent", "accent"),
    ("stop", "card"),
    ("accent", "accent_soft"),
    ("stop", "stop_soft"),
    ("reason", "reason_soft"),
    ("sealed", "sealed_soft"),
    ("ink2", "quiet"),
]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_contrast(theme, front, back):
    colors = tokens(theme).colors
    assert contrast(colors[front], colors[back]) >= (7 if theme == "sunlight" else 4.5)


def records(kind=Record):
    for one in kind.__subclasses__():
        yield one
        yield from records(one)


def test_a_default_has_no_twin():
    """A field that holds its default is left out of the bytes; msgspec tells by identity, so defaults are things of which there
    is only one: nothing, yes or no, small numbers, empty things, names out of a fixed list.
    """
    for path in PYTHON:
        if path.is_relative_to(ROOT / "enforcement") or path.is_relative_to(ROOT / "central"):
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    wrong = []
    for kind in set(records()):
        if not kind.__module__.startswith(("enforcement", "central", "desktop")):
            continue
        for field in msgspec.inspect.type_info(kind).fields:
            default, literal = field.default, isinstance(field.type, msgspec.inspect.LiteralType)
            small = isinstance(default, int) and -5 <= default <= 256
            if not (
                field.required or default in (None, "", b"", ()) or literal or small or default is msgspec.NODEFAULT
            ):
                wrong.append(f"{kind.__name__}.{field.name}")
    assert wrong == []
