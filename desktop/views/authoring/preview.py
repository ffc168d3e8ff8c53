"""At the right: the officer's form measured with the table as it is being written, and what changes for whom."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.messages import tr, words_of
from desktop.services.authoring_shapes import CaseAdd, ChangeLine, ChangesView, TableView
from desktop.services.shapes import Assessment
from desktop.viewmodels.authoring import AuthoringModel
from desktop.views.authoring.faults import WordList
from desktop.views.authoring.words import in_words, party_words
from desktop.views.onspot.facts import FactsForm
from desktop.views.onspot.outcome import OutcomeCard
from desktop.views.shared.basics import Card, Segmented, button, clear, label, row, scrolled
from desktop.views.shared.lists import Item
from desktop.views.shared.theme import look
from enforcement.authoring.build import PARTIES
from enforcement.authoring.proof import describe
from enforcement.rules import FactSpec, FactValue, parse_fact
from enforcement.values.errors import KnownError

MOST_FORM = 330
BESIDE = 620
"""From this width on form and answer stand side by side."""
CHANGE_TONES = {"added": "sealed", "removed": "stop", "asked": "reason", "measured": "accent"}
CHANGE_WORDS = {"added": "Added", "removed": "Removed", "asked": "Asked", "measured": "Measured"}


class PreviewPanel(QWidget):
    """`failed(Exception)` for what a person must hear."""

    failed = Signal(object)

    def __init__(self, model: AuthoringModel) -> None:
        super().__init__()
        self.model = model
        self._facts: dict[str, FactValue] = {}
        self._table: TableView | None = None
        self._made = 0
        self._assessment: Assessment | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        self.tabs = Segmented(
            [("form", tr("The officer's form")), ("changes", tr("Changes"))],
            name="authoring.tabs",
            accessible=tr("Preview"),
        )
        self.tabs.set_value("form")
        self.tabs.chosen.connect(self._tab)
        layout.addWidget(self.tabs)
        self._stack = QStackedWidget()
        self._stack.setObjectName("innerPlain")
        self._stack.addWidget(self._form())
        self._stack.addWidget(self._changes())
        layout.addWidget(self._stack, 1)
        model.changes.connect(self._show_changes)
        model.changes_failed.connect(self._no_changes)
        model.edition.connect(self._compare_again)

    def sizeHint(self) -> QSize:
        return QSize(440, 600)

    # making

    def _form(self) -> QWidget:
        page = QWidget()
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, page)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(12)
        card = self._form_card = Card()
        self._parties = QHBoxLayout()
        card.body.addLayout(self._parties)
        self._party: Segmented | None = None
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 8, 0)
        self.facts = FactsForm()
        self.facts.tried.connect(self._tried)
        self.facts.settled.connect(self._settled)
        body.addWidget(self.facts)
        body.addStretch(1)
        self._scroll = scrolled(inner)
        card.body.addWidget(self._scroll, 1)
        self._keep = button(tr("Keep as a case"), "link", name="authoring.case", run=self._keep_case)
        self._why = label("", "second", wrap=True)
        foot = row(self._why, self._keep)
        foot.setStretch(0, 1)
        card.body.addLayout(foot)
        self.outcome = OutcomeCard()
        self.outcome.ruler.setEnabled(False)
        self._box.addWidget(card)
        self._box.addWidget(self.outcome)
        self._arrange()
        return page

    def _changes(self) -> QWidget:
        card = Card()
        self._against = label("", "second", name="authoring.against", wrap=True)
        card.body.addWidget(self._against)
        self.lines = WordList(name="authoring.changes", accessible=tr("Changes"))
        card.body.addWidget(self.lines, 1)
        return card

    # the officer's form

    def show_table(self, table: TableView | None) -> None:
        """The violation that is chosen; its form is made anew when it asks for other facts."""
        before, self._table = self._table, table
        self._form_card.setVisible(table is not None)
        if table is None:
            self._facts = {}
            self.facts.show_facts((), {}, "")
            self.outcome.show_assessment(None, None)
            return
        other = before is None or (before.number, before.version) != (table.number, table.version)
        if other:
            self._facts = {}
        if other or (before is not None and before.specs != table.specs):
            self._facts = {spec.id: self._facts[spec.id] for spec in table.specs if spec.id in self._facts}
            self._make(table)
        self._make_parties(table)
        self.measure()

    def try_facts(self, facts: Mapping[str, FactValue], party: str) -> None:
        """A counterexample: its facts into the form."""
        if self._table is None:
            return
        self._facts = {spec.id: facts[spec.id] for spec in self._table.specs if spec.id in facts}
        if party and self._party is not None:
            self._party.set_value(party)
        self._make(self._table)
        self.measure()

    def measure(self) -> None:
        """Ask the table as it stands."""
        self._assessment = None
        self._why.setText("")
        try:
            if self._table is not None and self._party is not None:
                self._assessment = self.model.preview(self._facts, self._party.value())
                if self._assessment is None and self.model.answer() is not None:
                    self._why.setText(tr("The table cannot be built; see under it."))
        except KnownError as error:
            self._why.setText(words_of(error).what)
        self.outcome.show_assessment(self._assessment, None)
        found = self._assessment.determination if self._assessment is not None else None
        self._keep.setVisible(found is not None and not found.missing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Side by side where there is room; one above the other the form has the height that it needs."""
        wide = self.width() >= BESIDE
        self._box.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        for at, stretch in enumerate((47, 53) if wide else (0, 1)):
            self._box.setStretch(at, stretch)
        fields = len(self._table.specs) if self._table is not None else 0
        needed = min(fields * (look.tokens.sizes["field"] + 9) + 4, MOST_FORM)
        self._scroll.setMinimumHeight(0 if wide else needed)

    def _make(self, table: TableView) -> None:
        self._made += 1
        self.facts.show_facts(table.specs, self._facts, f"{table.id}#{self._made}")
        self._arrange()

    def _make_parties(self, table: TableView) -> None:
        found = self.model.answer()
        built = found.loaded.pack.violations[0].versions if found is not None and found.loaded is not None else ()
        if not 0 <= table.version < len(built):
            return
        known = built[table.version].parties()
        parties = [party for party in PARTIES if party in known]
        if self._party is not None and self._party.property("parties") == "|".join(parties):
            return
        before = self._party.value() if self._party is not None else ""
        clear(self._parties)
        choices = [(party, party_words(party)) for party in parties]
        self._party = Segmented(choices, name="authoring.party", accessible=tr("Kind of party"))
        self._party.setProperty("parties", "|".join(parties))
        self._party.set_value(before if before in parties else parties[0])
        self._party.chosen.connect(lambda _: self.measure())
        self._parties.addWidget(self._party)

    def _tried(self, spec: FactSpec, text: str) -> None:
        try:
            value = parse_fact(spec, text) if text.strip() else None
        except KnownError:
            self.facts.set_wrong(spec, text)
            return
        self.facts.set_wrong(spec, "")
        self._settled(spec, value)

    def _settled(self, spec: FactSpec, value: FactValue | None) -> None:
        self._facts.pop(spec.id, None)
        if value is not None:
            self._facts[spec.id] = value
        self.measure()

    def _keep_case(self) -> None:
        """What stands here becomes a case of the violation, named by its facts."""
        found = self._assessment.determination if self._assessment is not None else None
        loaded = self.model.answer()
        if found is None or self._table is None or self._party is None or loaded is None or loaded.loaded is None:
            return
        name = describe(loaded.loaded.pack.violations[0], self._facts)
        steps = tuple(step.id for step in found.steps)
        fine = None if steps else found.recommended_fen
        self.model.edit(
            CaseAdd(
                self._table.number, name, dict(self._facts), self._party.value(), found.tier, fine, found.exempt, steps
            )
        )

    # changes

    def _tab(self, name: str) -> None:
        self._stack.setCurrentIndex(1 if name == "changes" else 0)
        if name == "changes":
            self._compare_again()

    def compare_if_shown(self) -> None:
        """After an edit, where the changes are in sight."""
        if self._stack.currentIndex() == 1 and self.isVisible():
            self._compare_again()

    def _compare_again(self) -> None:
        if self._stack.currentIndex() == 1:
            self.model.compare()

    def _show_changes(self, found: ChangesView) -> None:
        words = tr("Against {edition}, as this device holds it", edition=found.against)
        if not found.against:
            words = tr("This device holds no edition of this table: everything is new.")
        elif not found.lines:
            words = f"{words}：{tr('Nothing changes for anybody.')}"
        self._against.setText(words)
        self.lines.set_items([_change(one) for one in found.lines], keep=False)

    def _no_changes(self, error: object) -> None:
        self.lines.set_items([])
        self._against.setText(words_of(in_words(error)).what if isinstance(error, Exception) else "")


def _change(one: ChangeLine) -> Item:
    """What the chip says is not said again."""
    words = one.words.removeprefix("新增：").removeprefix("删去：")
    return Item(words, lead=tr(CHANGE_WORDS.get(one.kind, one.kind)), lead_tone=CHANGE_TONES.get(one.kind, "quiet"))
