"""The agency's devices: what each has not sent, what grows old, and what a supervisor does about it. Two thousand scroll like ten."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTableView

from desktop.messages import tr
from desktop.services.sync_shapes import DeviceRow, PutAside
from desktop.views.review.aside import AsideDialog
from desktop.views.shared.basics import Card, TextField, button, chip, label, row, set_chip
from desktop.views.shared.dialogs import WordsDialog
from desktop.views.shared.theme import look
from desktop.views.shared.times import local_minute

Index = QModelIndex | QPersistentModelIndex
HEADS = ("Device", "Last seen", "Unsent", "Oldest", "Sequence", "Remarks")
WIDTHS = (180, 110, 80, 110, 110)
REMARKS = len(HEADS) - 1
GRAVE = frozenset(("lost", "fork", "gap", "aside"))
NONE: Index = QModelIndex()


class DeviceModel(QAbstractTableModel):
    """The devices in the order in which the service gives them: the gravest first."""

    def __init__(self) -> None:
        super().__init__()
        self.all: tuple[DeviceRow, ...] = ()
        self.rows: tuple[DeviceRow, ...] = ()
        self._words = ""

    def show_rows(self, rows: tuple[DeviceRow, ...]) -> None:
        self.all = rows
        self.find(self._words)

    def find(self, words: str) -> None:
        """Only those whose label, unit or remarks hold the words."""
        self._words = words
        wanted = words.strip().lower()
        self.beginResetModel()
        self.rows = tuple(one for one in self.all if wanted in f"{one.label}\n{one.unit}\n{remarks(one)}".lower())
        self.endResetModel()

    def rowCount(self, parent: Index = NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NONE) -> int:
        return len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return tr(HEADS[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        one = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return cells(one)[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == REMARKS:
            tone = "stop" if GRAVE & set(one.alarms) else "reason" if one.alarms else "ink2"
            return QColor(look.tokens.colors[tone])
        return None


class DevicesCard(Card):
    """`asked(UUID)`: what is lacking is to be sent again. `lost(UUID, str)`: reported lost, with words."""

    asked = Signal(object)
    lost = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._chosen = ""
        self._put_aside: tuple[PutAside, ...] = ()
        self._alarms = chip("", "reason", name="devices.alarms")
        self._find = TextField(name="devices.find", accessible=tr("Find a device"), hint=tr("Find a device"))
        self._find.setMaximumWidth(200)
        self._aside = button("", "link", name="devices.aside", run=self._show_aside)
        self._ask = button(tr("Ask for what is missing"), name="devices.ask", run=self._ask_again)
        self._report = button(tr("Report lost…"), name="devices.lost", run=self._report_lost)
        self.body.addLayout(
            row(
                label(tr("Devices and sync"), "section"),
                self._alarms,
                self._aside,
                1,
                self._find,
                self._ask,
                self._report,
                spacing=12,
            )
        )
        self.model = DeviceModel()
        self._table = QTableView()
        self._table.setModel(self.model)
        self._table.setObjectName("review.devices")
        self._table.setAccessibleName(tr("Devices and sync"))
        self._table.verticalHeader().setVisible(False)
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._table.setShowGrid(False)
        self._table.setTabKeyNavigation(False)
        self._table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self._table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        header = self._table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        for column, width in enumerate(WIDTHS):
            header.resizeSection(column, width)
        self.body.addWidget(self._table, 1)
        self._table.selectionModel().currentRowChanged.connect(self._picked)
        self._find.textChanged.connect(self._search)
        self._picked()

    def show_devices(self, rows: tuple[DeviceRow, ...], put_aside: tuple[PutAside, ...] = ()) -> None:
        """Whoever was chosen stays chosen."""
        self._put_aside = put_aside
        self._aside.setText(tr("{count} bundles put aside…", count=len(put_aside)))
        self._aside.setVisible(bool(put_aside))
        count = sum(bool(one.alarms) for one in rows)
        grave = any(GRAVE & set(one.alarms) for one in rows)
        set_chip(self._alarms, tr("{count} with warnings", count=count), "stop" if grave else "reason")
        self._alarms.setVisible(bool(count))
        chosen = self._chosen
        self.model.show_rows(rows)
        self._choose(chosen)

    def _search(self, words: str) -> None:
        chosen = self._chosen
        self.model.find(words)
        self._choose(chosen)

    def _choose(self, device: str) -> None:
        place = next((number for number, one in enumerate(self.model.rows) if one.device == device), -1)
        if place >= 0:
            self._table.selectRow(place)
        self._picked()

    def _current(self) -> DeviceRow | None:
        index = self._table.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def _picked(self) -> None:
        one = self._current()
        self._chosen = one.device if one is not None else ""
        self._ask.setEnabled(one is not None and one.lacking is not None and one.state == "active")
        self._report.setEnabled(one is not None and one.state != "lost" and one.reported is None)

    def _show_aside(self) -> None:
        labels = {one.device: one.label for one in self.model.all}
        AsideDialog(self, self._put_aside, labels).open()

    def _ask_again(self) -> None:
        if (one := self._current()) is not None:
            self.asked.emit(UUID(hex=one.device))

    def _report_lost(self) -> None:
        one = self._current()
        if one is None:
            return
        dialog = WordsDialog(
            self,
            tr("Report {device} lost", device=one.label),
            tr("When and how it was lost. The agency's office then ends its enrolment and the certificates on it."),
            tr("Report lost"),
            "reportlost",
        )
        device = UUID(hex=one.device)
        dialog.given.connect(lambda words: self.lost.emit(device, words))
        dialog.open()


def cells(one: DeviceRow) -> tuple[str, ...]:
    """What stands in each column."""
    unsent = "?" if one.unsent is None else str(max(one.unsent, one.waiting))
    return (
        one.label,
        local_minute(one.last_seen) or "—",
        unsent,
        local_minute(one.oldest) or "—",
        f"{one.received_seq} / {one.announced_seq}",
        remarks(one),
    )


def remarks(one: DeviceRow) -> str:
    """Everything that is to be known of a device, the gravest first."""
    found = state_words(one)
    if one.reported is not None and one.state != "lost":
        found.append(tr("reported lost to the office {at}", at=local_minute(one.reported)))
    if one.forked:
        found.append(tr("two different entries with one number: was the profile copied?"))
    if one.gaps:
        gaps = "；".join(f"{first}–{last}" if first != last else str(first) for first, last in one.gaps)
        found.append(tr("missing {gaps}", gaps=gaps))
    if one.asked is not None and one.lacking is not None:
        found.append(tr("asked for it {at}", at=local_minute(one.asked)))
    found += [
        _alarm_words(one, alarm)
        for alarm in one.alarms
        if alarm in ("aside", "never", "silent", "refused", "unsent", "clock", "data")
    ]
    return "；".join(found) or tr("complete")


def _alarm_words(one: DeviceRow, alarm: str) -> str:
    words = {
        "aside": tr("{count} bundles of it put aside here", count=one.aside),
        "never": tr("never seen"),
        "silent": tr("silent for long"),
        "refused": tr("{count} refused by the relay", count=one.refused),
        "unsent": tr("unsent for long"),
        "clock": tr("its clock is {seconds} s off", seconds=one.clock_seconds),
        "data": tr("works by an old roster of {at}", at=local_minute(one.roster_at)),
    }
    return words[alarm]


def state_words(one: DeviceRow) -> list[str]:
    """That the agency suspended a device or has it for lost, and what becomes of what it wrote."""
    if one.state == "active":
        return []
    since, why = local_minute(one.since), f"（{one.reason}）" if one.reason else ""
    if one.state == "lost":
        return [tr("reported lost {since}{why}: what had arrived is kept and marked", since=since, why=why)]
    return [tr("suspended {since}{why}", since=since, why=why)]


__all__ = ["DeviceModel", "DevicesCard", "cells", "remarks", "state_words"]
