"""The cards of Settings about people and keys: my way in, and who else opens this device."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.messages import tr, words_of
from desktop.services.people_office import HereView, PeoplePage
from desktop.viewmodels.people import PeopleModel
from desktop.views.settings.dialogs import SecretsDialog
from desktop.views.shared.basics import Card, button, label, row
from desktop.views.shared.dialogs import WordsDialog
from desktop.views.shared.files import ask_where
from desktop.views.shared.lists import Item, ItemList


class PeopleCards(QWidget):
    """`said` when something was done, `locked` when the person leaves for a moment."""

    failed = Signal(object)
    said = Signal(str)
    locked = Signal()

    def __init__(self, model: PeopleModel) -> None:
        super().__init__()
        self.setObjectName("innerPlain")
        self.model = model
        self._chosen = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(18)
        layout.addWidget(self._make_mine())
        layout.addWidget(self._make_people(), 1)
        model.loaded.connect(self._show)
        model.failed.connect(self.failed.emit)

    def _make_mine(self) -> Card:
        card = Card(tr("My password, PIN and keys"))
        self._pin_words = label("", "second", name="people.pin.words", wrap=True)
        self._pin = button("", name="people.pin", run=self._ask_pin)
        self._no_pin = button(tr("Remove the PIN"), "link", name="people.pin.drop", run=self.model.drop_pin)
        card.body.addLayout(
            row(
                button(tr("Change password…"), name="people.password", run=self._ask_password),
                self._pin,
                button(tr("Lock"), name="people.lock", run=self.locked.emit),
                1,
            )
        )
        card.body.addWidget(self._pin_words)
        self._renew_words = label(
            tr(
                "New keys are made now and used after the agency's office has enrolled them; what was sealed stays readable."
            ),
            "second",
            name="people.renew.words",
            wrap=True,
        )
        card.body.addWidget(self._renew_words)
        card.body.addLayout(
            row(button(tr("Renew my keys…"), name="people.renew", run=self._ask_renewal), self._no_pin, 1)
        )
        return card

    def _make_people(self) -> Card:
        card = Card(tr("Officers of this device"))
        self._list = ItemList(name="people.list", accessible=tr("Officers of this device"))
        self._list.setMinimumHeight(130)
        self._list.picked.connect(self._picked)
        card.body.addWidget(self._list, 1)
        self._let_in = button(tr("Let in"), "primary", name="people.let_in", run=self._do_let_in)
        self._remove = button(tr("Remove…"), name="people.remove", run=self._ask_removal)
        add = button(tr("Add an officer…"), name="people.add", run=self._ask_colleague)
        card.body.addLayout(row(add, self._let_in, self._remove, 1))
        return card

    def _show(self, page: PeoplePage) -> None:
        self._pin.setText(tr("Change the PIN…") if page.pin else tr("Set a PIN…"))
        self._no_pin.setVisible(page.pin)
        self._pin_words.setText(
            tr(
                "Within {minutes} minutes of a lock {digits} digits open the window again; later, or after a restart, the password does.",
                minutes=page.pin_minutes,
                digits=page.pin_digits,
            )
        )
        if page.renewing:
            self._renew_words.setText(
                tr("New keys wait for the agency's office; they are used from the sign-in after that.")
            )
        self._list.set_items([_item(one) for one in page.here])
        self._enable(page)

    def _picked(self, number: object) -> None:
        self._chosen = str(number or "")
        if self.model.page is not None:
            self._enable(self.model.page)

    def _enable(self, page: PeoplePage) -> None:
        found = next((one for one in page.here if one.person.number == self._chosen), None)
        self._let_in.setEnabled(found is not None and found.state == "enrolled")
        self._remove.setEnabled(found is not None and not found.me)

    def _done(self, dialog: SecretsDialog, words: str) -> Callable[[object], None]:
        def done(_: object) -> None:
            dialog.accept()
            self.said.emit(words)

        return done

    def _failed_in(self, dialog: SecretsDialog) -> Callable[[Exception], None]:
        return lambda error: dialog.show_problem(words_of(error))

    def _ask_password(self) -> None:
        fields = (
            ("old", tr("Password until now"), True),
            ("new", tr("New password"), True),
            ("again", tr("New password once more"), True),
        )
        dialog = SecretsDialog(self, tr("Change password"), "", fields, tr("Change"), "password")
        dialog.given.connect(
            lambda texts: self.model.change_password(
                texts[0], texts[1], self._done(dialog, tr("The password was changed.")), self._failed_in(dialog)
            )
        )
        dialog.open()

    def _ask_pin(self) -> None:
        fields = (("new", tr("PIN"), True), ("again", tr("PIN once more"), True))
        dialog = SecretsDialog(self, tr("PIN for a short lock"), self._pin_words.text(), fields, tr("Set"), "pin")
        dialog.given.connect(
            lambda texts: self.model.set_pin(
                texts[0], self._done(dialog, tr("The PIN is set.")), self._failed_in(dialog)
            )
        )
        dialog.open()

    def _ask_colleague(self) -> None:
        fields = (
            ("number", tr("Certificate number"), False),
            ("new", tr("Password that they choose"), True),
            ("again", tr("The password once more"), True),
        )
        hint = tr(
            "They type their own password. The request goes to the agency's office; once it has enrolled them you let them in."
        )
        dialog = SecretsDialog(self, tr("Add an officer"), hint, fields, tr("Make the request…"), "join")

        def given(texts: list[str]) -> None:
            dialog.accept()
            number, password = texts[0].strip(), texts[1]
            ask_where(
                self,
                tr("Where to write the request"),
                "join.file",
                f"{number}.hzq",
                lambda path: self.model.ask_join(number, password, path, self._written(path)),
            )

        dialog.given.connect(given)
        dialog.open()

    def _ask_renewal(self) -> None:
        fields = (("password", tr("Password"), True),)
        dialog = SecretsDialog(
            self, tr("Renew my keys"), self._renew_words.text(), fields, tr("Make the request…"), "renew", twice=False
        )

        def given(texts: list[str]) -> None:
            ask_where(
                self,
                tr("Where to write the request"),
                "renew.file",
                "keys.hzq",
                lambda path: self.model.renew_keys(
                    texts[0], path, self._done(dialog, self._written_words(path)), self._failed_in(dialog)
                ),
            )
            dialog.go.setEnabled(True)

        dialog.given.connect(given)
        dialog.open()

    def _written(self, path: Path) -> Callable[[object], None]:
        return lambda _: self.said.emit(self._written_words(path))

    @staticmethod
    def _written_words(path: Path) -> str:
        return tr("The request is in {file}: take it to the agency's office.", file=path.name)

    def _do_let_in(self) -> None:
        if self._chosen:
            self.model.let_in(self._chosen)

    def _ask_removal(self) -> None:
        number = self._chosen
        dialog = WordsDialog(self, tr("Remove an officer"), tr("Why, for the record"), tr("Remove"), "removal")
        dialog.given.connect(lambda words: self.model.remove(number, words))
        dialog.open()


def _item(one: HereView) -> Item:
    words, tone = {
        "in": (tr("signs in here"), "sealed"),
        "asked": (tr("waits for the agency"), "quiet"),
        "enrolled": (tr("to be let in"), "reason"),
        "let_in": (tr("let in, not signed in yet"), "accent"),
    }[one.state]
    me = tr("you") if one.me else ""
    return Item(
        one.person.name, f"{one.person.number} · {one.person.unit}　{me}", "", words, tone, value=one.person.number
    )
