"""The Ruler place: read the table, try facts and days, see the band, the articles, the proof, and why not the other tier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.shapes import Assessment, ProofRow, ViolationRow
from desktop.viewmodels.pages import RulerModel
from desktop.views.onspot.facts import FactsForm
from desktop.views.onspot.outcome import OutcomeCard
from desktop.views.ruler.compare import CompareDialog
from desktop.views.shared.articles import ArticleDialog
from desktop.views.shared.basics import (
    Card,
    Link,
    Segmented,
    TextField,
    button,
    chip,
    clear,
    holder,
    label,
    row,
    scrolled,
    set_chip,
)
from desktop.views.shared.lists import Item, ItemList
from enforcement.discretion.words import tier_sums, tier_table
from enforcement.rules import FactSpec, FactValue, Violation, ViolationVersion, parse_fact
from enforcement.values.errors import KnownError

STATUS = {
    "verified": ("verified", "sealed"),
    "unverified": ("unverified", "reason"),
    "demonstration": ("demonstration", "quiet"),
}
EXAMPLE = "2026-01-31"
PARTIES = (("organisation", "Organisation"), ("citizen", "Citizen"), ("sole_trader", "Sole trader"))


class RulerPlace(QWidget):
    """Search at the left; the table and a trial; the answer at the right."""

    failed = Signal(object)

    def __init__(self, model: RulerModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self._violation, self._facts = "", dict[str, FactValue]()
        self._shown: Violation | None = None
        outer = QHBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 18)
        outer.setSpacing(18)
        left = Card(tr("Violations"))
        left.setMinimumWidth(210)
        self._search = QLineEdit()
        self._search.setObjectName("ruler.search")
        self._search.setAccessibleName(tr("Search"))
        self._search.setPlaceholderText(tr("Words, article or pinyin initials"))
        self._search.textChanged.connect(model.search)
        self._count = label("", "small", name="ruler.count")
        self.list = ItemList(name="ruler.list", accessible=tr("Violations"))
        self.list.picked.connect(self._picked)
        left.body.addWidget(self._search)
        left.body.addWidget(self.list, 1)
        left.body.addWidget(self._count)
        outer.addWidget(left, 26)
        outer.addWidget(self._middle(), 37)
        self.outcome = OutcomeCard(scrolls=False)
        self.outcome.ruler.setEnabled(False)
        self.outcome.asked.connect(self._open_article)
        outer.addWidget(self._right(), 37)
        model.loaded.connect(self._show_rows)
        model.failed.connect(self.failed.emit)

    def _middle(self) -> QWidget:
        card = Card()
        self._title = label("", "strong", name="ruler.title", wrap=True)
        self._status = chip("")
        head = row(self._title, self._status)
        head.setStretch(0, 1)
        card.body.addLayout(head)
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 8, 0)
        self._bases = QVBoxLayout()
        self._bases.setSpacing(0)
        body.addLayout(self._bases)
        self._source = label("", "small", wrap=True)
        body.addWidget(self._source)
        body.addWidget(label(tr("Tiers"), "section"))
        self._tiers = QVBoxLayout()
        body.addLayout(self._tiers)
        body.addWidget(label(tr("Try facts"), "section"))
        self._party = QVBoxLayout()
        body.addLayout(self._party)
        self._kind: Segmented | None = None
        self._acted = self._day("ruler.acted", tr("Day of the act"), tr("Act: {day}", day=EXAMPLE))
        self._decided = self._day("ruler.decided", tr("Day of the decision"), tr("Decision: {day}", day=EXAMPLE))
        body.addLayout(row(self._acted, self._decided))
        self._form = FactsForm()
        self._form.tried.connect(self._typed)
        self._form.settled.connect(self._settled)
        body.addWidget(self._form)
        body.addStretch(1)
        card.body.addWidget(scrolled(inner), 1)
        return card

    def _right(self) -> QWidget:
        inner = QWidget()
        side = QVBoxLayout(inner)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(18)
        side.addWidget(self.outcome, 1)
        self._why = Card(tr("Why not the other tier?"))
        self._heavier = label("", name="ruler.heavier", wrap=True)
        self._lighter = label("", "second", name="ruler.lighter", wrap=True)
        self._why.body.addWidget(self._heavier)
        self._why.body.addWidget(self._lighter)
        side.addWidget(self._why)
        proof = Card(tr("Proof"))
        self._proof = label("", "second", name="ruler.proof", wrap=True)
        proof.body.addWidget(self._proof)
        compare = button(tr("Compare editions"), name="ruler.compare", run=self._compare)
        proof.body.addLayout(row(1, compare))
        side.addWidget(proof)
        return scrolled(inner)

    def _day(self, name: str, words: str, hint: str) -> TextField:
        field = TextField(name=name, accessible=words, hint=hint)
        field.setToolTip(words)
        field.textEdited.connect(lambda _: self._try())
        return field

    def open_violation(self, violation_id: str) -> None:
        """Show one."""
        values = [item.value for item in self.list.model_.items]
        if violation_id in values:
            self.list.pick(values.index(violation_id))
        else:
            self._picked(violation_id)

    def _show_rows(self, rows: tuple[ViolationRow, ...]) -> None:
        self.list.set_items([Item(one.title, one.article, value=one.violation_id) for one in rows])
        self._count.setText(tr("{count} violations", count=len(rows)))
        if rows and not self._violation:
            self.list.pick(0)

    def _picked(self, violation_id: object) -> None:
        self._violation, self._facts = str(violation_id), {}
        violation = self.model.violation(self._violation)
        self._shown = violation
        self._title.setText(violation.title)
        words, tone = STATUS[violation.status]
        set_chip(self._status, tr(words), tone)
        self._source.setText(violation.source)
        version = _version_on(violation, self.model.today())
        clear(self._bases)
        for name, basis in ((tr("Forbidden by"), version.forbids), (tr("Punished by"), version.punishes)):
            self._bases.addLayout(self._basis_line(name, basis))
        self._show_parties(version)
        self._show_tiers(violation, version)
        self._form.show_facts(violation.facts, {}, violation.id)
        self._proof.setText(proof_words(self.model.proof(violation.id, self.model.today())))
        self._try()

    def _basis_line(self, name: str, basis: str) -> QHBoxLayout:
        link = Link(basis, name="ruler.basis")
        link.clicked.connect(lambda: self._open_article(basis))
        key = label(name, "second")
        key.setMinimumWidth(76)
        line = row(key, link, spacing=10)
        line.setStretch(1, 1)
        line.setAlignment(key, Qt.AlignmentFlag.AlignTop)
        return line

    def _show_parties(self, version: ViolationVersion) -> None:
        kinds = [(key, tr(words)) for key, words in PARTIES if key in version.parties()]
        clear(self._party)
        self._kind = Segmented(kinds, name="ruler.party", accessible=tr("Kind of party"))
        self._kind.set_value(kinds[0][0])
        self._kind.chosen.connect(lambda _: self._changed_party())
        self._party.addWidget(self._kind)

    def _show_tiers(self, violation: Violation, version: ViolationVersion) -> None:
        clear(self._tiers)
        specs = {spec.id: spec for spec in violation.facts}
        party = self._kind.value() if self._kind is not None else "organisation"
        for tier in version.tiers:
            lines = QVBoxLayout()
            lines.setSpacing(1)
            sums = label(tier_sums(version, tier, party, specs), wrap=True)
            head = row(label(tier.label, "strong"), sums, spacing=12)
            head.setStretch(1, 1)
            lines.addLayout(head)
            lines.addWidget(label(tier.words if not tier.any_of else tier_table(tier, specs), "second", wrap=True))
            self._tiers.addWidget(holder(lines))

    def _changed_party(self) -> None:
        if self._shown is not None:
            self._show_tiers(self._shown, _version_on(self._shown, self.model.today()))
        self._try()

    def _typed(self, spec: FactSpec, text: str) -> None:
        try:
            value = parse_fact(spec, text) if text.strip() else None
        except KnownError:
            self._form.set_wrong(spec, text)
            return
        self._form.set_wrong(spec, "")
        self._settled(spec, value)

    def _settled(self, spec: FactSpec, value: FactValue | None) -> None:
        self._facts = {name: old for name, old in self._facts.items() if name != spec.id}
        if value is not None:
            self._facts[spec.id] = value
        self._try()

    def _try(self) -> None:
        facts: Mapping[str, FactValue] = self._facts
        days: list[date | None] = []
        for field in (self._acted, self._decided):
            day, wrong = _read_day(field.text())
            field.set_wrong(wrong)
            days.append(day)
        party = self._kind.value() if self._kind is not None else "organisation"
        try:
            assessment = self.model.try_out(self._violation, facts, party, *days)
        except KnownError as error:
            self.outcome.show_assessment(None, None)
            self.failed.emit(error)
            return
        self.outcome.show_assessment(assessment, None)
        self._show_why(assessment)

    def _show_why(self, assessment: Assessment) -> None:
        why = assessment.why_not
        self._why.setVisible(bool(why.heavier or why.lighter))
        self._heavier.setText(f"{tr('Heavier:')} {why.heavier}" if why.heavier else "")
        self._lighter.setText(f"{tr('Lighter:')} {why.lighter}" if why.lighter else "")

    def _open_article(self, basis: str) -> None:
        day = _read_day(self._acted.text())[0] or self.model.today()
        self.model.articles.open(basis, day, lambda found: ArticleDialog(self, basis, found).open())

    def _compare(self) -> None:
        CompareDialog(self, self.model, self._violation).open()


def proof_words(found: ProofRow | None) -> str:
    """The statement of the proof in sentences."""
    if found is None:
        return tr("This table was signed without a statement of proof.")
    parts = [
        tr(
            "Before it was signed, {cells} kinds of case of {parties} were computed one by one: "
            "no gap, every band inside the statute, worse facts never lighter.",
            cells=f"{found.cells:,}",
            parties="、".join(found.parties),
        )
    ]
    if found.formulas:
        parts.append(tr("The same was shown by formulas, with no exception."))
    parts.append(tr("Open to a decision on the spot: {tiers}.", tiers="；".join(found.on_the_spot)))
    return " ".join(parts)


def _version_on(violation: Violation, day: date) -> ViolationVersion:
    held = [
        one for one in violation.versions if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
    ]
    return held[0] if held else violation.versions[-1]


def _read_day(text: str) -> tuple[date | None, bool]:
    """(day, whether what stands there is none)."""
    if not text.strip():
        return None, False
    try:
        return date.fromisoformat(text.strip()), False
    except ValueError:
        return None, True
