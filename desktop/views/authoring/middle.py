"""The middle of the place: the chosen violation's table, what is wrong with it, and its other parts."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.viewmodels.authoring import AuthoringModel
from desktop.views.authoring.editor import TierTable
from desktop.views.authoring.faults import FaultList, TypedWrong
from desktop.views.authoring.marks import sorts_of
from desktop.views.authoring.parts import PartsPanel
from desktop.views.authoring.words import mark_words
from desktop.views.shared.basics import Card, Pick, button, chip, label, row, scrolled, set_chip
from enforcement.authoring.cells import CONDITIONS, Cell
from enforcement.authoring.check import Wrong
from enforcement.authoring.spots import Spot
from enforcement.rules import FactSpec

TONES = {"proved": "sealed", "faulty": "stop", "waiting": "reason", "unchecked": "quiet"}
READ, EDITED = [640, 360], [330, 670]  # shares of the table and of the parts under it


class TablePanel(Card):
    """`rows(kind, at, to)`, `version_chosen(version)`, `fault_picked(Wrong | TypedWrong)`, `fault_opened` on Enter."""

    rows = Signal(str, int, int)
    version_chosen = Signal(int)
    fault_picked = Signal(object)
    fault_opened = Signal(object)

    def __init__(self, model: AuthoringModel) -> None:
        super().__init__()
        self.model = model
        self._title = label("", "strong", name="authoring.title", wrap=True)
        self._mark = chip("", "quiet", name="authoring.mark")
        self._versions = Pick()
        self._versions.setObjectName("authoring.versions")
        self._versions.setAccessibleName(tr("Version of the violation"))
        self._versions.activated.connect(self.version_chosen.emit)
        head = row(self._title, self._mark, self._versions, spacing=10)
        head.setStretch(0, 1)
        self.body.addLayout(head)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(10)
        self._upper = self._table()
        splitter.addWidget(self._upper)
        self.parts = PartsPanel(model)
        self._scroll = scrolled(self.parts)
        self.parts.wanted.connect(self._bring)
        self.parts.edited.connect(self._make_room)
        self.parts.shown.connect(lambda: self._scroll.verticalScrollBar().setValue(0))
        splitter.addWidget(self._scroll)
        splitter.setStretchFactor(0, 64)
        splitter.setStretchFactor(1, 36)
        splitter.setSizes(READ)
        self._splitter = splitter
        splitter.setStyleSheet("QSplitter::handle { background: transparent; }")
        self.body.addWidget(splitter, 1)

    def _bring(self, section: QWidget) -> None:
        self._scroll.verticalScrollBar().setValue(section.y())

    def _make_room(self, editing: bool) -> None:
        self._splitter.setSizes(EDITED if editing else READ)

    def _table(self) -> QWidget:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self.table = TierTable()
        layout.addWidget(self.table, 1)
        self._legend = label("", "small", name="authoring.legend", wrap=True)
        self._legend.setVisible(False)
        layout.addWidget(self._legend)
        self.table.open_column.connect(self._show_legend)
        commands = (
            button(tr("Add row"), "link", name="authoring.row.add", key="Ins", run=self._add_row),
            button(tr("Remove row"), "link", name="authoring.row.remove", key="Ctrl+Del", run=self._remove_row),
            button(tr("Up"), "link", name="authoring.row.up", key="Alt+Up", run=lambda: self._move(-1)),
            button(tr("Down"), "link", name="authoring.row.down", key="Alt+Down", run=lambda: self._move(1)),
        )
        for made, words, key in (
            (commands[2], f"{tr('Up')} Alt ↑", "Alt+Up"),
            (commands[3], f"{tr('Down')} Alt ↓", "Alt+Down"),
        ):
            made.setText(words)
            made.setShortcut(QKeySequence(key))  # other words take the key away
        self.faults = FaultList(*commands)
        self.faults.picked.connect(self._picked)
        self.faults.opened.connect(self.fault_opened.emit)
        layout.addWidget(self.faults)
        return inner

    def refresh(self) -> None:
        """The chosen violation as it stands, with its marks."""
        line, view, found = self.model.line(), self.model.table(), self.model.answer()
        typed = self._typed()
        if view is not None:
            sorts = sorts_of(view, found, typed)
            self._title.setText(view.title)
            words = {(one.cell.row, one.cell.column): one.typed.text for one in typed}
            self.table.show_view(view, words, sorts)
        else:
            self._title.setText(tr("General part"))
            self.table.show_view(None, {}, {})
        self._upper.setVisible(view is not None)
        if line is not None:
            mark = self.model.prover.mark(line)
            set_chip(self._mark, mark_words(mark), TONES[mark])
        else:
            set_chip(self._mark, "", "quiet")
        self.faults.show_answer(found, view.version if view is not None else 0, typed, exists=view is not None)
        self._show_versions(view.versions if view is not None else (), view.version if view is not None else 0)
        parts = self.model.parts()
        specs = view.specs if view is not None else ()
        self.parts.show_parts(parts, specs, (self.model.number, self.model.version))

    def version_spot(self) -> Spot | None:
        """Where the shown version stands in the source."""
        return next((part.spot for part in self.model.parts() if part.name == "version"), None)

    def _typed(self) -> list[TypedWrong]:
        state, line = self.model.state, self.model.line()
        if state is None or line is None:
            return []
        start = f"cell|{line.id}|{self.model.version}|"
        found = []
        for key, typed in state.typed.items():
            if key.startswith(start):
                at, _, column = key.removeprefix(start).partition("|")
                found.append(TypedWrong(Cell(int(at), column), typed))
        return found

    def _show_versions(self, versions: tuple[str, ...], chosen: int) -> None:
        if [self._versions.itemText(at) for at in range(self._versions.count())] != list(versions):
            self._versions.clear()
            self._versions.addItems(list(versions))
        self._versions.setCurrentIndex(chosen)
        self._versions.setVisible(len(versions) > 1)

    def _show_legend(self, column: str) -> None:
        """While conditions are typed: what the facts and their answers are called."""
        view = self.model.table()
        if column == CONDITIONS and view is not None:
            self._legend.setText("  ·  ".join(_named(spec) for spec in view.specs))
        self._legend.setVisible(column == CONDITIONS)

    def _picked(self, wrong: object) -> None:
        cells = wrong.cells if isinstance(wrong, Wrong) else (wrong.cell,) if isinstance(wrong, TypedWrong) else ()
        if cells:
            self.table.go(cells[0].row, cells[0].column)
        self.fault_picked.emit(wrong)

    def _add_row(self) -> None:
        count = self.table.tiers.rowCount()
        self.rows.emit("add", self.table.row() + 1 if self.table.row() >= 0 else count, 0)

    def _remove_row(self) -> None:
        if self.table.row() >= 0:
            self.rows.emit("remove", self.table.row(), 0)

    def _move(self, by: int) -> None:
        at = self.table.row()
        if at >= 0 and 0 <= at + by < self.table.tiers.rowCount():
            self.rows.emit("move", at, at + by)
            self.table.go(at + by, self.table.tiers.columns[self.table.currentIndex().column()])


def _named(spec: FactSpec) -> str:
    answers = "、".join(f"{one.id} {one.label}" for one in spec.choices)
    if spec.kind == "flag":
        answers = "yes 是、no 否"
    return f"{spec.id} {spec.label}" + (f"（{answers}）" if answers else f"（{spec.unit}）" if spec.unit else "")
