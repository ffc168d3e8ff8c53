"""A printed document as another program sees it: its fonts, where its words and its ink stand, its page numbers, its code."""

import re
import subprocess

import zxingcpp
from PIL import Image, ImageOps

MM = 72 / 25.4
LEFT, RIGHT, TOP, FOOT = 28, 184, 37, 262 + 7 + 5.5
"""The type area in millimetres (GB/T 9704-2012, 5.2), its foot with the page number."""


def _run(tool, *arguments):
    return subprocess.run([tool, *arguments], capture_output=True, text=True, check=True, timeout=60).stdout


def words_of(path):
    """All its words without spaces."""
    return re.sub(r"\s", "", _run("pdftotext", "-raw", str(path), "-"))


def pictures_of(path, folder, dpi=100):
    """Each page as a picture."""
    _run("pdftoppm", "-r", str(dpi), "-gray", str(path), str(folder / path.stem))
    return sorted(folder.glob(f"{path.stem}-*.pgm"))


def faults_of(path, folder):
    """What is wrong with it, in words; nothing is. `folder` takes its pictures."""
    for row in _run("pdffonts", str(path)).splitlines()[2:]:
        if not re.match(r"[A-Z]{6}\+", row) or row.split()[-5:-2] != ["yes", "yes", "yes"]:
            yield f"font not embedded as a subset with its letters: {row}"
    pages = _run("pdftotext", str(path), "-").split("\f")[:-1]
    for number, page in enumerate(pages, 1):
        if re.sub(r"\s", "", page).count(f"第{number}页共{len(pages)}页") != 1:
            yield f"page {number} is not numbered"
    for found in re.findall(
        r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"[^>]*>([^<]*)<', _run("pdftotext", "-bbox", str(path), "-")
    ):
        left, right, text = float(found[0]) / MM, float(found[1]) / MM, found[2]
        if left < LEFT - 1 or right > RIGHT + 1:
            yield f"{text!r} stands outside the type area: {left:.1f} to {right:.1f} mm"
    for number, page in enumerate(pictures_of(path, folder), 1):
        with Image.open(page) as picture:
            ink = ImageOps.invert(picture.convert("L")).point(lambda one: 255 if one > 60 else 0).getbbox()
        left, top, right, low = [edge / 100 * 25.4 for edge in ink]
        if left < LEFT - 1 or top < TOP - 1 or right > RIGHT + 1 or low > FOOT:
            yield f"ink of page {number} outside the type area: {left:.1f}, {top:.1f}, {right:.1f}, {low:.1f} mm"


def codes_of(path, folder):
    """The texts of the codes on its pages, read from pixels."""
    found = []
    for page in pictures_of(path, folder, 200):
        with Image.open(page) as picture:
            found += [one.text for one in zxingcpp.read_barcodes(picture)]
    return found
