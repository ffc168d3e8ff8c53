"""Forms printed from their samples and read back by poppler."""

import re
import subprocess

import resources
from desktop.printing.formset import library


def sample(id_):
    return library.read_values(resources.path(f"forms/samples/{id_}.toml"), library.form(id_))


def poppler(tool, pdf, tmp_path, *options, to="-"):
    path = tmp_path / "form.pdf"
    path.write_bytes(pdf)
    command = [tool, *options, str(path)] + ([to] if to else [])
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def read_back(pdf, tmp_path):
    """The words of all pages without spaces and without what stands under the type area."""
    text = poppler("pdftotext", pdf, tmp_path, "-raw")
    return re.sub(r"第\d+页共\d+页", "", re.sub(r"\s", "", text))


def put(values, path, value):
    *before, last = path.split(".")
    for name in before:
        values = values.setdefault(name, {})
    values[last] = value


def drop(values, path):
    *before, last = path.split(".")
    for name in before:
        values = values[name]
    del values[last]
