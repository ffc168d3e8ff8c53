"""Two editions of a table side by side: what changes for whom, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QDialog, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.shapes import ChangeRow, EditionRow
from desktop.viewmodels.pages import RulerModel
from desktop.views.shared.basics import Pick, button, clear, label, row, scrolled

SHOWN = 200


class CompareDialog(QDialog):
    """Chooses two of the editions that this device holds."""

    def __init__(self, parent: QWidget, model: RulerModel, violation: str) -> None:
        super().__init__(parent)
        self.setObjectName("compare")
        self.setWindowTitle(tr("Compare editions"))
        self.resize(760, 560)
        self._model, self._violation = model, violation
        self._editions = model.editions()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(12)
        layout.addWidget(label(tr("What changes for whom"), "title"))
        self._older = self._pick("compare.older", tr("Older edition"), min(1, len(self._editions) - 1))
        self._newer = self._pick("compare.newer", tr("Newer edition"), 0)
        layout.addLayout(row(self._older, label("→", "second"), self._newer, 1))
        self._only = QCheckBox(tr("Only the violation shown"))
        self._only.setObjectName("compare.only")
        self._only.toggled.connect(lambda _: self._ask())
        layout.addWidget(self._only)
        inner = QWidget()
        self._lines = QVBoxLayout(inner)
        self._lines.setContentsMargins(0, 0, 8, 0)
        layout.addWidget(scrolled(inner), 1)
        layout.addLayout(row(1, button(tr("Close"), "primary", name="compare.close", key="Escape", run=self.accept)))
        self._ask()

    def _pick(self, name: str, accessible: str, at: int) -> Pick:
        made = Pick()
        made.setObjectName(name)
        made.setAccessibleName(accessible)
        for one in self._editions:
            made.addItem(f"{one.title} {one.version}（{one.valid_from}）", one.digest)
        made.setCurrentIndex(at)
        made.setMinimumContentsLength(24)
        made.setSizeAdjustPolicy(Pick.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.activated.connect(lambda _: self._ask())
        return made

    def _ask(self) -> None:
        older, newer = _edition(self._editions, self._older), _edition(self._editions, self._newer)
        self._say([tr("Comparing…")])
        if older is None or newer is None or older.digest == newer.digest:
            self._say([tr("Only one edition is held here. A second one appears when the agency publishes it.")])
            return
        violation = self._violation if self._only.isChecked() else ""
        self._model.compare(older.digest, newer.digest, violation, self._show)

    def _show(self, found: tuple[ChangeRow, ...]) -> None:
        words = [one.words for one in found[:SHOWN]]
        if len(found) > SHOWN:
            words.append(tr("and {count} more", count=len(found) - SHOWN))
        self._say(words or [tr("Nothing changes for anybody.")])

    def _say(self, lines: Sequence[str]) -> None:
        clear(self._lines)
        for number, text in enumerate(lines):
            self._lines.addWidget(label(text, name=f"compare.line.{number}", wrap=True))
        self._lines.addStretch(1)


def _edition(editions: Sequence[EditionRow], pick: Pick) -> EditionRow | None:
    at = pick.currentIndex()
    return editions[at] if 0 <= at < len(editions) else None
