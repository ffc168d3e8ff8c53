"""Before a source is open: what will be here, and how to begin."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.authoring_shapes import KeptSource
from desktop.views.shared.basics import IconLabel, button, clear, label, row
from desktop.views.shared.times import local_minute

WIDTH = 520


class StartPage(QWidget):
    """`resumed(key)` for changes that were kept."""

    opened = Signal()
    imported = Signal()
    began = Signal()
    resumed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addStretch(2)
        sign = IconLabel("table-2", "ink2", 34)
        sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(sign)
        words = label(
            tr("Discretion tables are written, proved and published here. Open a source, or bring in a table as it was published."),
            "second",
            wrap=True,
        )  # fmt: skip
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setFixedWidth(WIDTH)
        layout.addLayout(row(1, words, 1))
        layout.addLayout(
            row(
                1,
                button(
                    tr("Open a source…"), "primary", name="authoring.start.open", key="Ctrl+O", run=self.opened.emit
                ),
                button(tr("Import workbook…"), name="authoring.start.import", key="Ctrl+I", run=self.imported.emit),
                button(tr("Start a new one…"), name="authoring.start.new", key="Ctrl+N", run=self.began.emit),
                1,
            )
        )
        self._drafts = QVBoxLayout()
        self._drafts.setSpacing(2)
        layout.addLayout(self._drafts)
        layout.addStretch(3)

    def show_drafts(self, drafts: Sequence[KeptSource]) -> None:
        """Unsaved changes that wait."""
        clear(self._drafts)
        for one in drafts:
            words = tr("Go on with {title}, unsaved since {at}", title=one.title, at=local_minute(one.touched))
            made = button(words, "link", name=f"authoring.draft.{one.key}")
            made.clicked.connect(lambda _=False, key=one.key: self.resumed.emit(key))
            made.setToolTip(one.place)
            self._drafts.addLayout(row(1, made, 1))
