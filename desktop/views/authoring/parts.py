"""The rest of a violation under its table: readable, and each part as its text, with what is wrong by line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFont, QFontDatabase, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.authoring_shapes import Confirm, Part, PartEdit, Typed
from desktop.viewmodels.authoring import AuthoringModel
from desktop.views.authoring.reading import pairs_of
from desktop.views.authoring.words import part_words, typed_words
from desktop.views.shared.basics import KeyValues, button, clear, label, row
from enforcement.authoring.spots import Spot
from enforcement.rules import FactSpec

MOST_LINES = 16


class PartText(QPlainTextEdit):
    """TOML as it stands in the source, in letters of one width."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(13)
        font.setStyleHint(QFont.StyleHint.Monospace)
        self.setFont(font)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._fit)

    def _fit(self) -> None:
        lines = min(max(3, self.blockCount()), MOST_LINES)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 28)


class PartSection(QWidget):
    """One part: its heading, what it says, and its text while it is being edited; `wanted(self)` to be brought into sight."""

    wanted = Signal(object)
    edited = Signal()

    def __init__(self, model: AuthoringModel, part: Part, specs: Sequence[FactSpec]) -> None:
        super().__init__()
        self.model, self.part = model, part
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 8)
        layout.setSpacing(5)
        name = f"authoring.part.{part.name}" + (f".{part.spot.file}" if part.name == "statute" else "")
        words = part_words(part.name)
        self._edit = button(tr("Edit"), "link", name=f"{name}.edit", run=self._toggle)
        self._edit.setAccessibleName(f"{tr('Edit')}: {words}")
        layout.addLayout(row(label(words, "section"), 1, self._edit))
        self._problem = label("", "stop", name=f"{name}.problem", wrap=True)
        self._problem.setVisible(False)
        layout.addWidget(self._problem)
        self._said = QVBoxLayout()
        self._said.setSpacing(4)
        layout.addLayout(self._said)
        self._name = name
        self._text: PartText | None = None
        self._layout = layout
        self._specs: tuple[FactSpec, ...] = ()
        self._shown: Part | None = None
        self.show_part(part, specs)
        if self._typed() is not None:
            self._toggle()

    def show_part(self, part: Part, specs: Sequence[FactSpec]) -> None:
        """The part as it stands now; a text that is being edited stays as it is typed."""
        if part != self._shown or tuple(specs) != self._specs:
            self.part, self._shown, self._specs = part, part, tuple(specs)
            clear(self._said)
            pairs = pairs_of(part, specs)
            if pairs:
                self._said.addWidget(KeyValues(pairs, 132))
            elif part.name != "whole":
                self._said.addWidget(label(tr("none"), "second"))
            self._confirms()
        typed = self._typed()
        self._problem.setText(typed_words(typed) if typed is not None else "")
        self._problem.setVisible(typed is not None)

    def _confirms(self) -> None:
        """What was read out of words waits for a person."""
        if self.part.name != "circumstances":
            return
        for number, table in enumerate(self.part.tables, 1):
            if table.get("proposed") is True:
                spot = Spot(self.part.spot.file, f"{self.part.spot.path}.circumstances[{number}]")
                words = tr("Confirm: {what}", what=str(table.get("label", ""))[:40])
                name = f"authoring.confirm.circumstance.{number}"
                self._said.addWidget(button(words, "link", name=name, run=partial(self.model.edit, Confirm(spot))))

    def _toggle(self) -> None:
        if self._text is not None:
            self._layout.removeWidget(self._text)
            self._text.deleteLater()
            self._text = None
            self._edit.setText(tr("Edit"))
            self.edited.emit()
            return
        self._text = PartText(f"{self._name}.text")
        self._text.setAccessibleName(part_words(self.part.name))
        self._text.setPlainText(self.model.part_text(self.part))
        self._text.textChanged.connect(self._changed)
        self._layout.insertWidget(2, self._text)
        self._edit.setText(tr("Done"))
        self._text.setFocus()
        self.edited.emit()
        QTimer.singleShot(0, self, lambda: self.wanted.emit(self))  # once it has its place

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._text is not None and self._text.hasFocus():
            self.wanted.emit(self)

    @property
    def editing(self) -> bool:
        """Whether its text stands open."""
        return self._text is not None

    def _changed(self) -> None:
        if self._text is not None:
            self.model.edit(PartEdit(self.part.spot, self.part.whole, self._text.toPlainText()))

    def _typed(self) -> Typed | None:
        return self.model.typed_part(self.part)


class PartsPanel(QWidget):
    """All parts of the chosen violation."""

    shown = Signal()
    wanted = Signal(object)
    edited = Signal(bool)

    def __init__(self, model: AuthoringModel) -> None:
        super().__init__()
        self.model = model
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 8, 0)
        self._layout.setSpacing(0)
        self._sections: list[PartSection] = []
        self._key: tuple[object, ...] = ()

    def show_parts(self, parts: Sequence[Part], specs: Sequence[FactSpec], key: tuple[object, ...]) -> None:
        """`key` names the violation and version: another one has its sections made anew."""
        places = (*key, *((part.name, part.spot) for part in parts))
        if places == self._key:
            for section, part in zip(self._sections, parts, strict=True):
                section.show_part(part, specs)
            return
        self._key = places
        clear(self._layout)
        self._sections = [PartSection(self.model, part, specs) for part in parts]
        for section in self._sections:
            section.wanted.connect(self.wanted.emit)
            section.edited.connect(self._edited)
            self._layout.addWidget(section)
        self._layout.addStretch(1)
        self.shown.emit()
        self._edited()

    def _edited(self) -> None:
        self.edited.emit(any(section.editing for section in self._sections))
