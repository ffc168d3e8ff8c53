"""The courier: what waits goes onto a stick, what comes back is read from it; what came of it stands there in words."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.messages import tr, words_of
from desktop.sync.courier import ReadBack, Written
from desktop.viewmodels.pages import SyncModel
from desktop.views.shared.basics import Card, button, label, row
from desktop.views.shared.files import ask_folder
from desktop.views.shared.times import size_words


class CourierCard(Card):
    """Two buttons and what came of the last one."""

    def __init__(self, model: SyncModel) -> None:
        super().__init__(tr("Courier"))
        self._model = model
        self.body.addWidget(
            label(
                tr(
                    "Without a network: sealed cases go to the relay on a stick, and receipts and cases come back on it."
                ),
                "second",
                wrap=True,
            )
        )
        self._buttons = (
            button(tr("Write a stick…"), name="courier.write", run=self._ask_write),
            button(tr("Read a stick…"), name="courier.read", run=self._ask_read),
        )
        self.body.addLayout(row(*self._buttons, 1))
        self._said = label("", name="courier.said", wrap=True)
        self._said.setVisible(False)
        self.body.addWidget(self._said)
        model.carried.connect(self._show)

    def _ask_write(self) -> None:
        ask_folder(self, tr("Write to a stick"), "courier.folder", lambda folder: self._begin(folder, True))

    def _ask_read(self) -> None:
        ask_folder(self, tr("Read from a stick"), "courier.folder", lambda folder: self._begin(folder, False))

    def _begin(self, folder: object, writes: bool) -> None:
        for one in self._buttons:
            one.setEnabled(False)
        self._say(tr("Working… leave the stick where it is."))
        (self._model.writing if writes else self._model.reading).emit(folder)

    def _show(self, outcome: object) -> None:
        for one in self._buttons:
            one.setEnabled(True)
        if isinstance(outcome, Written):
            self._say("\n".join(_written(outcome)))
        elif isinstance(outcome, ReadBack):
            self._say("\n".join(_read(outcome)))
        elif isinstance(outcome, Exception):
            words = words_of(outcome)
            self._say(f"{words.what}\n{words.todo}")

    def _say(self, words: str) -> None:
        self._said.setText(words)
        self._said.setVisible(True)


def _written(made: Written) -> Iterator[str]:
    yield tr(
        "{count} items with {blobs} attachments ({size}) and a question to the relay are on the stick.",
        count=made.bundles,
        blobs=made.blobs,
        size=size_words(made.size),
    )
    if made.lacking:
        yield tr("{count} attachments are not on this device.", count=made.lacking)
    if made.bundles:
        yield tr("They wait here until their receipts are back.")
    yield tr("Take the stick out safely before you unplug it.")


def _read(back: ReadBack) -> Iterator[str]:
    step = back.step
    yield tr(
        "{receipts} receipts, {entries} entries of other devices and {blobs} of their attachments came.",
        receipts=step.accepted,
        entries=step.entries_in,
        blobs=step.blobs_in,
    )
    if step.authority_new:
        yield tr("The agency's data is newer now.")
    if back.incomplete:
        yield tr("{count} items lack an attachment at the relay; write the stick once more.", count=back.incomplete)
    if back.ignored:
        yield tr("Damaged or unfinished, and left aside: {files}.", files=", ".join(back.ignored))
    for error in back.problems:
        words = words_of(error)
        yield f"{words.what} {words.todo}"


__all__ = ["CourierCard"]
