"""Languages: source strings are English; a catalogue under resources/translations holds every one of them in Chinese."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

import resources

CONTEXT = "hengchi"
_installed: list[QTranslator] = []


@lru_cache(maxsize=2)
def catalogue(language: str) -> dict[str, str]:
    """Source text to text; empty for English."""
    folder = resources.path(f"translations/{language}")
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        found |= tomllib.loads(path.read_text("utf-8"))
    return found


class CatalogueTranslator(QTranslator):
    """A translator that reads the catalogue."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._words = catalogue(language)

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:
        del disambiguation, n
        return self._words.get(sourceText, sourceText) if context == CONTEXT else ""

    def isEmpty(self) -> bool:
        return not self._words


def tr(text: str, **values: object) -> str:
    """The text in the language in force, with `{name}` filled in."""
    found = QCoreApplication.translate(CONTEXT, text)
    return found.format(**values) if values else found


def system_language() -> str:
    """zh_CN on a Chinese system, en elsewhere."""
    return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"


def install_language(language: str) -> None:
    """Put a language in force: system, zh_CN or en. What is on screen is made again by its owner."""
    for old in _installed:
        QCoreApplication.removeTranslator(old)
    _installed.clear()
    wanted = system_language() if language == "system" else language
    if wanted != "en":
        translator = CatalogueTranslator(wanted)
        QCoreApplication.installTranslator(translator)
        _installed.append(translator)
