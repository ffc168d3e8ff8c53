"""Photographs of a photo sheet: chosen among the case's evidence, which is sealed already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QCheckBox

from desktop.messages import tr
from desktop.services.act_shapes import FieldView
from desktop.services.shapes import EvidenceView
from desktop.views.acts.editor import Editor
from desktop.views.shared.basics import label
from desktop.views.shared.times import local_minute

WIDE, HIGH = 84, 62


class PhotosEditor(Editor):
    """A box with a small picture for each attachment of the case."""

    def __init__(self, field: FieldView) -> None:
        super().__init__(field)
        self._boxes: dict[str, QCheckBox] = {}
        self._evidence: dict[str, EvidenceView] = {}
        self._chosen: tuple[str, ...] = ()
        self._none = label(tr("The case has no photograph yet."), "second")
        self.body.addWidget(self._none)

    def show_evidence(self, found: tuple[EvidenceView, ...]) -> None:
        """What can be chosen."""
        for one in found:
            key = one.evidence_id.hex
            if key in self._boxes:
                continue
            self._evidence[key] = one
            box = QCheckBox(f"{one.caption} · {local_minute(one.taken_at)}")
            box.setObjectName(f"act.{self.field.path}.{len(self._boxes)}")
            picture = QPixmap()
            picture.loadFromData(one.thumbnail, "PNG")
            box.setIcon(QIcon(picture))
            box.setIconSize(QSize(WIDE, HIGH))
            box.clicked.connect(self._say)
            self._boxes[key] = box
            self.body.addWidget(box)
        self._none.setVisible(not self._boxes)
        self._mark()

    def show_value(self, value: Any) -> None:
        self._chosen = tuple(
            str(one["evidence"]) for one in value or () if isinstance(one, Mapping) and "evidence" in one
        )
        self._mark()

    def _mark(self) -> None:
        for key, box in self._boxes.items():
            box.setChecked(key in self._chosen)

    def _say(self) -> None:
        chosen = [key for key, box in self._boxes.items() if box.isChecked()]
        self.left.emit([{"evidence": key, "caption": self._evidence[key].caption} for key in chosen] or None)
