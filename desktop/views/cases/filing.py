"""Writing a case out: where to, with which password; then what was written, and what a check of it finds."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.messages import tr, words_of
from desktop.messages.errors import Words
from desktop.services.filing import CheckedCase, FiledCase, FiledFile, FoundIn
from desktop.viewmodels.filing import FilingModel
from desktop.views.shared.basics import button, chip, clear, label, row
from desktop.views.shared.dialogs import Asking
from desktop.views.shared.files import ask_folder
from desktop.views.shared.times import local_minute

LEAST = 8
"""Letters of a password: what is written to a stick may be tried for years."""
SHOWN = 6
LONGEST = 60
KINDS = {"main": "Main volume (正卷)", "auxiliary": "Auxiliary volume (副卷)", "package": "Sealed package"}
STATES = {
    "whole": ("Whole and unaltered", "sealed"),
    "broken": ("Something is wrong: do not rely on it", "stop"),
    "whole_root_unconfirmed": ("Whole in itself, but the agency's root was not compared", "reason"),
}
COUNTED = {
    "part": "digests of {count} parts",
    "entry": "signatures of {count} records",
    "certificate": "certificates of {count} signatures",
    "chain": "{count} links of the record",
    "attachment": "{count} attachments",
    "pack": "{count} discretion tables",
    "document": "codes or seals of {count} documents",
}
FINDINGS = {
    "authority": "the agency's roster cannot be checked",
    "exporter": "the signature of who wrote it out does not hold",
    "part": "content is altered or missing",
    "entry": "the signature of a record does not hold",
    "certificate": "the certificate of a signer does not hold",
    "standing": "a signer might not act then",
    "other_case": "a record is not of this case",
    "later_than_export": "a record is later than the package",
    "chain": "a device's record breaks off or forks",
    "parent": "a record that another rests on is not here",
    "heads": "the last records are not those of the list",
    "attachment": "an attachment is not what its record says",
    "rules": "a discretion table is not what its record says",
    "document": "a document is not genuine",
    "root": "the agency's root was not known beforehand",
    "chain_gap": "records of other cases lie between, which are not here",
    "attachment_absent": "an attachment is not in the package",
    "pack_absent": "a discretion table is not in the package, only its digest",
    "kind_unknown": "a record of a newer kind; its signature was checked",
    "document_plain": "a document without code or seal; its digest was checked",
    "document_voided": "a document was voided",
}


class FilingDialog(Asking):
    """Two states: asking, and written."""

    def __init__(self, parent: QWidget, model: FilingModel, title: str, about: str) -> None:
        super().__init__(parent, title, "filing")
        self._model = model
        self._written: FiledCase | None = None
        self.setMinimumWidth(560)
        self.body.addWidget(label(about, "second", wrap=True))
        self._asking = QWidget()
        self._asking.setObjectName("innerPlain")
        ask = QVBoxLayout(self._asking)
        ask.setContentsMargins(0, 6, 0, 0)
        ask.setSpacing(7)
        ask.addWidget(label(tr("Volumes as PDF and a sealed package go into a new folder there."), wrap=True))
        self._folder = self._line("filing.folder", tr("Folder"), str(model.suggested()))
        choose = button(tr("Choose…"), name="filing.choose", run=self._choose)
        line = row(self._folder, choose)
        line.setStretch(0, 1)
        ask.addWidget(label(tr("Folder"), "second"))
        ask.addLayout(line)
        ask.addWidget(label(tr("Password of the package, if it is to have one"), "second"))
        self._password = self._line("filing.password", tr("Password of the package"), hint=tr("No password"))
        self._again = self._line("filing.again", tr("The same password again"), hint=tr("The same password again"))
        for one in (self._password, self._again):
            one.setEchoMode(QLineEdit.EchoMode.Password)
        ask.addLayout(row(self._password, self._again))
        without = tr("Without a password everybody who has the file can read the case.")
        ask.addWidget(label(without, "small", wrap=True))
        self.body.addWidget(self._asking)
        self._told = QVBoxLayout()
        self._told.setSpacing(5)
        self.body.addLayout(self._told)
        self.finish(tr("Write"), "filing")
        self._check = button(tr("Check it"), name="filing.check", run=self._ask_check)
        self._check.setAutoDefault(True)
        self._check.setVisible(False)
        self.foot.insertWidget(0, self._check)
        model.written.connect(self._show_written)
        model.checked.connect(self._show_checked)
        model.failed.connect(self._failed)
        self._folder.setFocus()

    def _line(self, name: str, words: str, text: str = "", hint: str = "") -> QLineEdit:
        made = QLineEdit(text)
        made.setObjectName(name)
        made.setAccessibleName(words)
        made.setPlaceholderText(hint)
        made.returnPressed.connect(self.submit)
        return made

    def _choose(self) -> None:
        ask_folder(self, tr("Folder"), "filing.dialog", lambda path: self._folder.setText(str(path)))

    def submit(self) -> None:
        if self._written is not None:
            self.accept()
            return
        if not self.go.isEnabled():
            return
        self.problem.setVisible(False)
        folder, password = Path(self._folder.text().strip()), self._password.text()
        why = self._against(folder, password)
        if why:
            self.show_problem(Words(why, "", "", ""))
            return
        self.go.setEnabled(False)
        self._say(tr("The case is being written…"))
        self._model.write(folder, password)

    def _against(self, folder: Path, password: str) -> str:
        if not folder.is_absolute() or not folder.is_dir():
            return tr("There is no such folder.")
        if password != self._again.text():
            return tr("The two passwords differ.")
        if password and len(password) < LEAST:
            return tr("A password has at least {count} letters.", count=LEAST)
        return ""

    def _failed(self, error: Exception) -> None:
        self._check.setEnabled(True)
        if self._written is None:
            clear(self._told)
        self.show_problem(words_of(error))

    def _say(self, words: str) -> None:
        clear(self._told)
        self._told.addWidget(label(words, "second", name="filing.busy"))

    def _show_written(self, filed: FiledCase) -> None:
        self._written = filed
        self._asking.setVisible(False)
        clear(self._told)
        self._told.addWidget(label(tr("Written, {size} in all:", size=sized(filed.size)), "strong", name="filing.done"))
        where = label(str(filed.folder), wrap=True, name="filing.where")
        self._told.addWidget(where)
        for one in filed.files:
            self._told.addWidget(label(file_words(one), "second", name=f"filing.{one.kind}", wrap=True))
        if filed.without is not None:
            words = words_of(filed.without)
            why = f"{tr('No package was made.')} {words.what} {words.todo}"
            self._told.addWidget(label(why, "stop", name="filing.without", wrap=True))
        if filed.absent:
            absent = tr("{count} attachments are not on this device and not in the package.", count=filed.absent)
            self._told.addWidget(label(absent, "stop", name="filing.absent", wrap=True))
        self.cancel.setVisible(False)
        self.go.setText(tr("Close"))
        self.go.setAccessibleName(tr("Close"))
        self.go.setEnabled(True)
        self.go.setAutoDefault(True)
        self._check.setVisible(filed.package is not None)
        (self._check if filed.package is not None else self.go).setFocus()

    def _ask_check(self) -> None:
        package = self._written.package if self._written is not None else None
        if package is not None:
            self.problem.setVisible(False)
            self.go.setFocus()  # what is disabled loses the focus to nobody
            self._check.setEnabled(False)
            self._model.check(package, self._password.text())

    def _show_checked(self, found: CheckedCase) -> None:
        self._check.setVisible(False)
        words, tone = STATES[found.state]
        self._told.addSpacing(8)
        self._told.addLayout(row(chip(tr(words), tone, name="filing.state"), 1))
        by = tr("written out by {who}, {when}", who=found.exporter, when=local_minute(found.made_at))
        good = tr(", ").join(tr(COUNTED[kind], count=count) for kind, count in found.counted)
        self._told.addWidget(label(by, "second", wrap=True))
        self._told.addWidget(label(f"{tr('Checked:')} {good}", "second", name="filing.checked", wrap=True))
        for head, some, tone in ((tr("Wrong:"), found.problems, "stop"), (tr("Open:"), found.unchecked, "second")):
            if some:
                self._told.addWidget(label(f"{head} {_listed(some)}", tone, wrap=True))


def file_words(one: FiledFile) -> str:
    """What a file is, its name, how large."""
    pages = tr("{count} pages", count=one.pages) if one.pages else ""
    archival = "PDF/A-2b" if one.archival else ""
    return " · ".join(part for part in (tr(KINDS[one.kind]), one.name, pages, sized(one.size), archival) if part)


def sized(count: int) -> str:
    """Bytes for a person."""
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{max(1, round(count / 1000))} KB"


def _listed(found: tuple[FoundIn, ...]) -> str:
    """Kinds, each once with how often and where first."""
    kinds: dict[str, list[FoundIn]] = {}
    for one in found:
        kinds.setdefault(one.kind, []).append(one)
    told = []
    for kind, some in list(kinds.items())[:SHOWN]:
        where = (some[0].where or some[0].why)[:LONGEST]
        times = f" ×{len(some)}" if len(some) > 1 else ""
        told.append(f"{tr(FINDINGS[kind])}{times}{f'（{where}）' if where else ''}")
    return tr(", ").join(told)
