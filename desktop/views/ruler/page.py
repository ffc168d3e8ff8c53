"""The Ruler place: read the table, try facts, see the band, the articles and the sentence."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.shapes import ViolationRow
from desktop.viewmodels.pages import RulerModel
from desktop.views.onspot.facts import FactsForm
from desktop.views.onspot.outcome import OutcomeCard
from desktop.views.shared.basics import Card, Segmented, chip, clear, holder, label, row, scrolled, set_chip
from desktop.views.shared.lists import Item, ItemList
from enforcement.discretion.words import tier_table
from enforcement.rules import FactSpec, FactValue, parse_fact
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text


class RulerPlace(QWidget):
    """Search at the left; the table and a trial at the right."""

    failed = Signal(object)

    def __init__(self, model: RulerModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        self._violation, self._facts = "", dict[str, FactValue]()
        outer = QHBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 18)
        outer.setSpacing(18)
        left = Card(tr("Violations"))
        self._search = QLineEdit()
        self._search.setObjectName("ruler.search")
        self._search.setAccessibleName(tr("Search"))
        self._search.setPlaceholderText(tr("Words, article or pinyin initials"))
        self._search.textChanged.connect(model.search)
        self.list = ItemList(name="ruler.list", accessible=tr("Violations"))
        self.list.picked.connect(self._picked)
        left.body.addWidget(self._search)
        left.body.addWidget(self.list, 1)
        outer.addWidget(left, 26)
        outer.addWidget(self._middle(), 37)
        self.outcome = OutcomeCard()
        self.outcome.ruler.setEnabled(False)
        outer.addWidget(self.outcome, 37)
        model.loaded.connect(self._show_rows)
        model.failed.connect(self.failed.emit)

    def _middle(self) -> QWidget:
        card = Card()
        self._title = label("", "strong", name="ruler.title", wrap=True)
        self._status = chip("")
        card.body.addLayout(row(self._title, self._status))
        inner = QWidget()
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 8, 0)
        self._articles = label("", "second", wrap=True)
        body.addWidget(self._articles)
        body.addWidget(label(tr("Tiers"), "section"))
        self._tiers = QVBoxLayout()
        body.addLayout(self._tiers)
        body.addWidget(label(tr("Try facts"), "section"))
        self._party = Segmented(
            [("organisation", tr("Organisation")), ("citizen", tr("Citizen"))],
            name="ruler.party",
            accessible=tr("Kind of party"),
        )
        self._party.set_value("organisation")
        self._party.chosen.connect(lambda _: self._try())
        body.addWidget(self._party)
        self._form = FactsForm()
        self._form.tried.connect(self._typed)
        self._form.settled.connect(self._settled)
        body.addWidget(self._form)
        body.addStretch(1)
        card.body.addWidget(scrolled(inner), 1)
        return card

    def open_violation(self, violation_id: str) -> None:
        """Show one."""
        values = [item.value for item in self.list.model_.items]
        if violation_id in values:
            self.list.pick(values.index(violation_id))
        else:
            self._picked(violation_id)

    def _show_rows(self, rows: tuple[ViolationRow, ...]) -> None:
        self.list.set_items([Item(one.title, one.article, value=one.violation_id) for one in rows])
        if rows and not self._violation:
            self.list.pick(0)

    def _picked(self, violation_id: object) -> None:
        self._violation, self._facts = str(violation_id), {}
        violation = self.model.violation(self._violation)
        version = violation.versions[-1]
        self._title.setText(violation.title)
        verified = violation.status == "verified"
        set_chip(self._status, tr("verified") if verified else tr("unverified"), "sealed" if verified else "reason")
        self._articles.setText(
            f"{tr('Forbidden by')} {version.forbids}\n{tr('Punished by')} {version.punishes}\n{tr('Source')} {violation.source}"
        )
        clear(self._tiers)
        specs = {spec.id: spec for spec in violation.facts}
        for tier in version.tiers:
            band = tier.bands.get("organisation")
            span = f"{plain_text(band.lo)} – {plain_text(band.hi)} {tr('yuan')}" if band and band.hi is not None else ""
            lines = QVBoxLayout()
            lines.setSpacing(1)
            lines.addLayout(row(label(tier.label, "strong"), 1, label(span)))
            lines.addWidget(label(tier.words if not tier.any_of else tier_table(tier, specs), "second", wrap=True))
            self._tiers.addWidget(holder(lines))
        self._form.show_facts(violation.facts, {}, violation.id)
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
        try:
            assessment = self.model.try_out(self._violation, facts, self._party.value())
        except KnownError as error:
            self.failed.emit(error)
            return
        self.outcome.show_assessment(assessment, None)
