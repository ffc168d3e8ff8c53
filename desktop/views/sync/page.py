"""Sync: the queue, honest; receipts; whether the relay's log only grew."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.messages.errors import words_of_code
from desktop.services.sync_shapes import LogBreakView, QueueRow, SyncPage
from desktop.viewmodels.pages import SyncModel
from desktop.views.shared.basics import Card, Empty, KeyValues, button, chip, holder, label, row, scrolled, set_chip
from desktop.views.shared.dialogs import WordsDialog
from desktop.views.shared.lists import Item, ItemList
from desktop.views.shared.times import local_minute, local_second, size_words
from desktop.views.sync.courier import CourierCard

STATES = {
    "waiting": ("Waiting", "reason"),
    "sent": ("On its way", "accent"),
    "accepted": ("Received", "sealed"),
    "refused": ("Refused", "stop"),
}
CONNECTION = {
    "off": ("Not connected yet", "ink2"),
    "unreachable": ("No connection", "ink2"),
    "online": ("Connected", "sealed"),
    "rubbish": ("The relay answers wrongly", "stop"),
    "refused": ("The relay refuses", "stop"),
}


class SyncPlace(QWidget):
    """The queue and the relay."""

    failed = Signal(object)

    def __init__(self, model: SyncModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        outer = QHBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 18)
        outer.setSpacing(18)
        left = Card(tr("Outgoing queue"))
        self.list = ItemList(name="sync.list", accessible=tr("Outgoing queue"))
        self.list.picked.connect(self._picked)
        self._empty = Empty(
            "send", tr("Nothing has been written on this device yet. Each case appears here with where it is.")
        )
        left.body.addWidget(self.list, 1)
        left.body.addWidget(self._empty, 1)
        self._why = label("", "second", name="sync.why", wrap=True)
        left.body.addWidget(self._why)
        self._retry = button(tr("Try this one again"), name="sync.retry", run=self._again)
        self._retry.setVisible(False)
        left.body.addLayout(row(1, self._retry))
        outer.addWidget(left, 3)
        side = QVBoxLayout()
        side.setSpacing(18)
        relay = Card(tr("Relay"))
        self._state = chip("", name="sync.state")
        relay.body.addLayout(row(self._state, 1))
        self._relay = KeyValues(width=110)
        relay.body.addWidget(self._relay)
        relay.body.addWidget(button(tr("Sync now"), "primary", name="sync.now", key="F5", run=model.now))
        side.addWidget(relay)
        self._courier = CourierCard(model)
        side.addWidget(self._courier)
        log = Card(tr("Receipts and log"))
        self._log = KeyValues(width=110)
        log.body.addWidget(self._log)
        log.body.addWidget(
            label(
                tr(
                    "The relay signs for each case and logs it. Each time, this device checks that nothing was dropped or changed."
                ),
                "second",
                wrap=True,
            )
        )
        self._broken = label("", "stop", name="sync.broken", wrap=True)
        log.body.addWidget(self._broken)
        self._acknowledge = button(tr("Acknowledge for everybody…"), name="sync.acknowledge", run=self._ask_words)
        log.body.addLayout(row(self._acknowledge, 1))
        side.addWidget(log)
        side.addStretch(1)
        side.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(holder(side)), 2)
        model.loaded.connect(self._show)
        model.failed.connect(self.failed.emit)

    def _show(self, page: SyncPage) -> None:
        self.list.set_items([_item(one) for one in page.rows])
        self.list.setVisible(bool(page.rows))
        self._empty.setVisible(not page.rows)
        words, tone = CONNECTION[page.connection]
        set_chip(self._state, tr(words), "quiet" if tone == "ink2" else tone)
        self._relay.set_pairs(
            [
                (tr("Address"), page.relay),
                (tr("Last contact"), local_minute(page.last_contact) or "—"),
                (tr("Came in"), tr("{count} entries of other devices", count=page.incoming)),
            ]
        )
        consistent = {True: tr("consistent"), False: tr("CHANGED: see below"), None: "—"}[page.log_consistent]
        self._log.set_pairs(
            [
                (tr("Receipts"), str(page.receipts)),
                (tr("Log entries"), str(page.log_size)),
                (tr("Log"), consistent),
            ]
        )
        broken = page.log_break
        self._broken.setText(_broken_words(broken) if broken is not None else "")
        self._broken.setVisible(broken is not None)
        self._acknowledge.setVisible(broken is not None and broken.may_acknowledge)
        self._picked(self.list.current_value())

    def _ask_words(self) -> None:
        dialog = WordsDialog(
            self,
            tr("The relay's loss is known"),
            tr("Why it lost what it had confirmed, say from which backup it was restored"),
            tr("Acknowledge"),
            "acknowledge",
        )
        dialog.given.connect(self.model.acknowledge)
        dialog.open()

    def _picked(self, value: object) -> None:
        one = value if isinstance(value, QueueRow) else None
        words = words_of_code(one.problem, one.problem_details) if one is not None and one.problem else ""
        when = tr("Next try at {time}.", time=local_second(one.next_try)) if one is not None and one.next_try else ""
        self._why.setText(f"{words} {when}".strip())
        self._retry.setVisible(one is not None and one.state != "accepted" and one.attempts > 0)

    def _again(self) -> None:
        one = self.list.current_value()
        if isinstance(one, QueueRow):
            self.model.retry(one.item_id)


def _broken_words(one: LogBreakView) -> str:
    """What this device saw, what becomes of it, and who may end the warning."""
    what = {
        "head": tr(
            "On {time} the relay's log did not continue what it had confirmed.", time=local_minute(one.found_at)
        ),
        "receipt": tr(
            "On {time} the relay's log did not hold what it had given receipts for.", time=local_minute(one.found_at)
        ),
        "other": tr(
            "On {time} the relay was found to show another device another log.", time=local_minute(one.found_at)
        ),
    }[one.why]
    lost = tr(
        "{count} items of this device were lost there and are sent again; their receipts are kept.", count=one.lost
    )
    if one.said:
        end = tr("A supervisor says: {words}", words=one.said)
    elif one.may_acknowledge:
        end = tr("Ask your IT whether the relay was restored from a backup. If so, acknowledge it.")
    else:
        end = tr("Tell your supervisor; the warning ends when they acknowledge it.")
    return " ".join([what, *([lost] if one.lost else []), end])


def _item(one: QueueRow) -> Item:
    words, tone = STATES[one.state]
    done = (
        f" · {size_words(one.sent_bytes)} / {size_words(one.size)}"
        if one.state == "sent"
        else f" · {size_words(one.size)}"
    )
    receipt = tr("receipt {number}", number=one.receipt_index) if one.receipt_index is not None else ""
    if one.written_at is not None:
        receipt = tr("on a stick since {time}", time=local_minute(one.written_at))
    return Item(one.what, f"{local_minute(one.made_at)}{done}", receipt, tr(words), tone, value=one)


__all__ = ["CONNECTION", "SyncPlace"]
