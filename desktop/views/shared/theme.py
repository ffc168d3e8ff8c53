"""The look: tokens of resources/styles become a palette and a style sheet; changing the theme repaints everything."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

import resources

FAMILIES = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei UI", "Microsoft YaHei", "PingFang SC")
THEMES = ("day", "night", "sunlight")


@dataclass(frozen=True)
class Tokens:
    """One theme's colours and the sizes of all."""

    name: str
    colors: dict[str, str]
    sizes: dict[str, int]
    weight: int

    def color(self, name: str) -> QColor:
        return QColor(self.colors[name])


@lru_cache(maxsize=1)
def _source() -> dict[str, Any]:
    return tomllib.loads(resources.path("styles/tokens.toml").read_text("utf-8"))


@lru_cache(maxsize=8)
def tokens(name: str, field_mode: bool = False) -> Tokens:
    """The tokens of a theme."""
    source = _source()
    table = dict(source["theme"][name])
    weight = int(table.pop("weight"))
    height = source["field"]["height_field_mode" if field_mode else "height"]
    sizes = {
        **source["space"],
        **source["type"],
        "card": source["radius"]["card"],
        "radius": source["radius"]["field"],
        "field": height,
    }
    return Tokens(name, table, sizes, weight)


class Look(QObject):
    """The theme in force; `changed` when everything that paints itself must paint again."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = tokens("day")

    def apply(self, app: QApplication, name: str, field_mode: bool = False) -> None:
        """Set font, palette and style sheet."""
        self.tokens = tokens(name if name in THEMES else "day", field_mode)
        app.setStyle("Fusion")
        font = QFont(family())
        font.setPixelSize(self.tokens.sizes["base"])
        font.setWeight(QFont.Weight(self.tokens.weight))
        font.setFeature(QFont.Tag("tnum"), 1)
        app.setFont(font)
        app.setPalette(_palette(self.tokens))
        app.setStyleSheet(_sheet(self.tokens))
        self.changed.emit()


look = Look()


@lru_cache(maxsize=1)
def family() -> str:
    """The system's Chinese sans, or the one that comes with the program."""
    have = set(QFontDatabase.families())
    for name in FAMILIES:
        if name in have:
            return name
    number = QFontDatabase.addApplicationFont(str(resources.path("fonts/NotoSansSC-Regular.ttf")))
    found = QFontDatabase.applicationFontFamilies(number)
    return found[0] if found else QFont().family()


def _palette(look_tokens: Tokens) -> QPalette:
    palette = QPalette()
    color = look_tokens.color
    for role, name in (
        (QPalette.ColorRole.Window, "paper"),
        (QPalette.ColorRole.WindowText, "ink"),
        (QPalette.ColorRole.Base, "card"),
        (QPalette.ColorRole.AlternateBase, "paper"),
        (QPalette.ColorRole.Text, "ink"),
        (QPalette.ColorRole.Button, "card"),
        (QPalette.ColorRole.ButtonText, "ink"),
        (QPalette.ColorRole.Highlight, "accent"),
        (QPalette.ColorRole.HighlightedText, "on_accent"),
        (QPalette.ColorRole.PlaceholderText, "ink2"),
        (QPalette.ColorRole.ToolTipBase, "card"),
        (QPalette.ColorRole.ToolTipText, "ink"),
    ):
        palette.setColor(role, color(name))
    return palette


def _sheet(t: Tokens) -> str:
    c, s = t.colors, t.sizes
    bold = 600 if t.weight < 500 else 700
    return f"""
    QWidget {{ color: {c["ink"]}; font-size: {s["base"]}px; }}
    QMainWindow, #page, #stack {{ background: {c["paper"]}; border: none; }}
    QScrollArea, #scrolled {{ background: transparent; border: none; }}
    #rail {{ background: {c["card"]}; border-right: 1px solid {c["line"]}; }}
    #strip {{ background: {c["card"]}; border-bottom: 1px solid {c["line"]}; }}
    #strip QToolButton {{ border: none; background: transparent; padding: 4px 8px; border-radius: {s["radius"]}px; font-size: 13px; }}
    #strip QToolButton:hover, #strip QToolButton:focus {{ background: {c["accent_soft"]}; }}
    #strip QToolButton#stripPerson {{ font-weight: {bold}; }}
    #cardFrame {{ background: {c["card"]}; border: 1px solid {c["line"]}; border-radius: {s["card"]}px; }}
    #innerPlain {{ background: transparent; border: none; }}
    QLabel[tone="title"] {{ font-size: {s["title"]}px; font-weight: {bold}; }}
    QLabel[tone="figure"] {{ font-size: {s["figure"]}px; font-weight: 700; }}
    QLabel[tone="section"] {{ font-weight: {bold}; color: {c["ink2"]}; }}
    QLabel[tone="strong"] {{ font-weight: {bold}; }}
    QLabel[tone="second"] {{ color: {c["ink2"]}; font-size: 13px; }}
    QLabel[tone="small"] {{ color: {c["ink2"]}; font-size: {s["small"]}px; }}
    QLabel[tone="stop"] {{ color: {c["stop"]}; }}
    QLabel[tone="reason"] {{ color: {c["reason"]}; }}
    #amberFrame {{ background: {c["reason_soft"]}; border: 1px solid {c["reason"]}; border-radius: {s["radius"]}px; }}
    #amberFrame QLabel {{ background: transparent; }}
    QLabel[tone="link"] {{ color: {c["accent"]}; font-size: 13px; }}
    QLabel[tone="link"]:focus {{ text-decoration: underline; }}
    QLabel[chip="quiet"] {{ background: {c["quiet"]}; color: {c["ink2"]}; }}
    QLabel[chip="accent"] {{ background: {c["accent_soft"]}; color: {c["accent"]}; }}
    QLabel[chip="sealed"] {{ background: {c["sealed_soft"]}; color: {c["sealed"]}; }}
    QLabel[chip="reason"] {{ background: {c["reason_soft"]}; color: {c["reason"]}; }}
    QLabel[chip="stop"] {{ background: {c["stop_soft"]}; color: {c["stop"]}; }}
    QLabel[chip] {{ border-radius: 5px; padding: 1px 8px; font-size: {s["small"]}px; }}
    QLineEdit, QPlainTextEdit, QComboBox {{ background: {c["card"]}; border: 1px solid {c["line"]}; border-radius: {s["radius"]}px; padding: 0 10px; min-height: {s["field"] - 2}px; selection-background-color: {c["accent"]}; selection-color: {c["on_accent"]}; }}
    QPlainTextEdit {{ padding: 6px 6px; }}
    QComboBox::drop-down {{ border: 0; width: 34px; }}
    QComboBox::down-arrow {{ image: none; }}
    QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus {{ border: 2px solid {c["accent"]}; padding-left: 9px; }}
    QLineEdit[wrong="true"] {{ border: 2px solid {c["stop"]}; }}
    QPushButton {{ background: {c["card"]}; border: 1px solid {c["line"]}; border-radius: {s["radius"] + 2}px; padding: 0 16px; min-height: {s["field"]}px; font-weight: {bold}; }}
    QPushButton:hover {{ background: {c["accent_soft"]}; }}
    QPushButton:focus {{ border: 2px solid {c["accent"]}; }}
    QPushButton:disabled {{ color: {c["ink2"]}; background: {c["quiet"]}; }}
    QPushButton[kind="primary"] {{ background: {c["accent"]}; color: {c["on_accent"]}; border: 1px solid {c["accent"]}; }}
    QPushButton[kind="primary"]:focus {{ border: 2px solid {c["ink"]}; }}
    QPushButton[kind="primary"]:disabled {{ background: {c["quiet"]}; color: {c["ink2"]}; border-color: {c["line"]}; }}
    QPushButton[kind="link"] {{ background: transparent; border: none; color: {c["accent"]}; padding: 0 2px; min-height: 24px; text-align: left; font-weight: 400; }}
    QPushButton[kind="link"]:focus {{ text-decoration: underline; }}
    QPushButton[kind="segment"] {{ border-radius: 0; border-left: none; padding: 0 4px; font-weight: 400; background: {c["card"]}; }}
    QPushButton[kind="segment"][edge="first"] {{ border-left: 1px solid {c["line"]}; border-top-left-radius: {s["radius"]}px; border-bottom-left-radius: {s["radius"]}px; }}
    QPushButton[kind="segment"][edge="last"] {{ border-top-right-radius: {s["radius"]}px; border-bottom-right-radius: {s["radius"]}px; }}
    QPushButton[kind="segment"]:checked {{ background: {c["accent"]}; color: {c["on_accent"]}; font-weight: {bold}; }}
    QPushButton[kind="segment"]:focus {{ border: 2px solid {c["accent"]}; }}
    QPushButton[kind="segment"]:checked:focus {{ border: 2px solid {c["ink"]}; }}
    #choiceLine {{ background: transparent; border: 2px solid transparent; border-radius: {s["radius"]}px; }}
    #choiceLine[can="true"] {{ border: 1px solid {c["line"]}; margin: 1px; }}
    #choiceLine[can="true"]:hover {{ background: {c["accent_soft"]}; }}
    #choiceLine[can="true"]:focus {{ border: 2px solid {c["accent"]}; margin: 0; }}
    QListView {{ background: transparent; border: none; outline: none; }}
    QListView:focus {{ border: 1px solid {c["accent"]}; border-radius: {s["radius"]}px; }}
    #popup {{ background: {c["card"]}; border: 1px solid {c["line"]}; border-radius: {s["radius"]}px; }}
    QTableWidget, #review\\.devices {{ background: transparent; border: none; gridline-color: transparent; }}
    #review\\.devices::item {{ padding: 0 5px; }}
    QHeaderView::section {{ background: transparent; border: none; border-bottom: 1px solid {c["line"]}; color: {c["ink2"]}; padding: 6px 8px; font-weight: 400; font-size: 13px; }}
    QCheckBox {{ spacing: 10px; min-height: {s["field"]}px; }}
    QCheckBox::indicator {{ width: 20px; height: 20px; border: 1px solid {c["ink2"]}; border-radius: 5px; background: {c["card"]}; }}
    QCheckBox::indicator:checked {{ background: {c["accent"]}; border-color: {c["accent"]}; }}
    QCheckBox:focus {{ color: {c["accent"]}; }}
    QDialog {{ background: {c["card"]}; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 2px; }}
    QScrollBar::handle:vertical {{ background: {c["line"]}; border-radius: 4px; min-height: 32px; }}
    QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; height: 0; border: none; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 2px; }}
    QScrollBar::handle:horizontal {{ background: {c["line"]}; border-radius: 4px; min-width: 32px; }}
    QMenu {{ background: {c["card"]}; color: {c["ink"]}; border: 1px solid {c["line"]}; padding: 6px; }}
    QMenu::item {{ padding: 10px 22px; border-radius: 6px; }}
    QMenu::item:selected {{ background: {c["accent"]}; color: {c["on_accent"]}; }}
    QToolTip {{ background: {c["card"]}; color: {c["ink"]}; border: 1px solid {c["line"]}; }}
    """
