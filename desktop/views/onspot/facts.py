"""The facts that the table asks for, each as its kind wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.views.shared.basics import Segmented, TextField, clear, label, row
from enforcement.rules import FactSpec, FactValue, parse_fact
from enforcement.rules.facts import number_text
from enforcement.values.errors import KnownError

LABEL_WIDTH = 104


class FactsForm(QWidget):
    """`tried(spec, text)` on each key; `settled(spec, value)` when a field is left; `finished` after the last one."""

    tried = Signal(object, str)
    settled = Signal(object, object)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(9)
        self._shown = ""
        self._wanted = ""
        self._fields: dict[str, TextField | Segmented] = {}
        self._specs: tuple[FactSpec, ...] = ()

    def show_facts(self, specs: Sequence[FactSpec], facts: Mapping[str, FactValue], violation: str) -> None:
        """The form of a violation with what is known."""
        if violation != self._shown:
            self._make(specs, violation)
        for spec in specs:
            field = self._fields[spec.id]
            if isinstance(field, Segmented):
                value = facts.get(spec.id)
                field.set_value({True: "yes", False: "no"}.get(value, str(value)) if value is not None else "")  # type: ignore[call-overload]
            elif spec.id in facts:
                field.show_value(number_text(spec, int(facts[spec.id])))
        if self._wanted == violation:
            self._wanted = ""
            QTimer.singleShot(0, lambda: self.focus_fact(specs[0].id) if specs else None)

    def focus_when_shown(self, violation: str) -> None:
        """Move into the form as soon as it stands."""
        self._wanted = violation

    def focus_fact(self, fact: str) -> None:
        field = self._fields.get(fact)
        if isinstance(field, Segmented):
            field.focus_first()
        elif field is not None:
            field.setFocus(Qt.FocusReason.TabFocusReason)
            field.selectAll()

    def set_wrong(self, spec: FactSpec, words: str) -> None:
        field = self._fields.get(spec.id)
        if isinstance(field, TextField):
            field.set_wrong(bool(words))
            field.setToolTip(words)

    def _make(self, specs: Sequence[FactSpec], violation: str) -> None:
        clear(self._layout)
        self._shown, self._specs = violation, tuple(specs)
        self._fields = {}
        for spec in specs:
            field = self._field(spec)
            self._fields[spec.id] = field
            name = label(spec.label, "")
            name.setFixedWidth(LABEL_WIDTH)
            name.setWordWrap(True)
            line = row(name, field, spacing=10)
            line.setStretch(1, 1)
            self._layout.addLayout(line)

    def _field(self, spec: FactSpec) -> TextField | Segmented:
        name = f"fact.{spec.id}"
        if spec.kind == "flag":
            choices = [("no", tr("No")), ("yes", tr("Yes"))]
            flag = Segmented(choices, name=name, accessible=spec.label)
            flag.chosen.connect(lambda key, spec=spec: self._chosen(spec, key == "yes"))
            return flag
        if spec.kind == "choice":
            chosen = Segmented([(one.id, one.label) for one in spec.choices], name=name, accessible=spec.label)
            chosen.chosen.connect(lambda key, spec=spec: self._chosen(spec, key))
            return chosen
        text = TextField(name=name, accessible=spec.label, hint=spec.hint, trailing=spec.unit)
        text.textEdited.connect(lambda words, spec=spec: self.tried.emit(spec, words))
        text.left.connect(lambda words, spec=spec: self._left(spec, words))
        text.entered.connect(lambda spec=spec: self._next(spec))
        return text

    def _chosen(self, spec: FactSpec, value: FactValue) -> None:
        self.settled.emit(spec, value)
        self._next(spec)

    def _left(self, spec: FactSpec, words: str) -> None:
        try:
            value = parse_fact(spec, words) if words.strip() else None
        except KnownError:
            return  # it stays in the field, marked; nothing wrong is saved
        self.settled.emit(spec, value)

    def _next(self, spec: FactSpec) -> None:
        ids = [one.id for one in self._specs]
        position = ids.index(spec.id) + 1
        if position < len(ids):
            self.focus_fact(ids[position])
        else:
            self.finished.emit()
