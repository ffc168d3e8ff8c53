"""Settings: language, theme, field mode, metered connection, people and keys, about."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.services.shapes import SettingsView
from desktop.viewmodels.pages import SettingsModel
from desktop.viewmodels.people import PeopleModel
from desktop.views.settings.people import PeopleCards
from desktop.views.shared.basics import Card, IconLabel, KeyValues, Segmented, button, label, row, scrolled


class SettingsPlace(QWidget):
    """`signed_out` when the person leaves."""

    signed_out = Signal()
    said = Signal(str)
    failed = Signal(object)

    def __init__(self, model: SettingsModel, people: PeopleModel) -> None:
        super().__init__()
        self.setObjectName("page")
        self.model = model
        outer = QHBoxLayout(self)
        outer.setContentsMargins(22, 18, 22, 18)
        outer.setSpacing(18)
        inner = QWidget()
        left = QVBoxLayout(inner)
        left.setContentsMargins(0, 0, 8, 0)
        left.setSpacing(18)
        look = Card(tr("Look and language"))
        self._theme = Segmented(
            [("day", tr("Day")), ("night", tr("Night")), ("sunlight", tr("Sunlight"))],
            name="settings.theme",
            accessible=tr("Theme"),
        )
        self._theme.chosen.connect(lambda key: model.change(theme=key))
        self._language = Segmented(
            [("system", tr("System")), ("zh_CN", "中文"), ("en", "English")],
            name="settings.language",
            accessible=tr("Language"),
        )
        self._language.chosen.connect(lambda key: model.change(language=key))
        self._field = QCheckBox(tr("Field mode: larger targets for gloves and touch"))
        self._field.setObjectName("settings.field_mode")
        self._field.clicked.connect(lambda on: model.change(field_mode=bool(on)))
        for words, widget in ((tr("Theme"), self._theme), (tr("Language"), self._language)):
            look.body.addWidget(label(words, "second"))
            look.body.addWidget(widget)
        look.body.addWidget(self._field)
        look.body.addWidget(label(tr("Documents are always in Chinese, their legal language."), "second", wrap=True))
        left.addWidget(look)
        net = Card(tr("Connection"))
        self._metered = QCheckBox(tr("Metered connection: hold photographs back"))
        self._metered.setObjectName("settings.metered")
        self._metered.clicked.connect(lambda on: model.change(metered=bool(on)))
        net.body.addWidget(self._metered)
        left.addWidget(net)
        left.addWidget(button(tr("Sign out"), name="settings.sign_out", key="Ctrl+L", run=self.signed_out.emit))
        about = self._make_about()
        left.addWidget(about)
        left.addStretch(1)
        outer.addWidget(scrolled(inner), 1)
        self.people = PeopleCards(people)
        self.people.failed.connect(self.failed.emit)
        self.people.said.connect(self.said.emit)
        outer.addWidget(self.people, 1)
        model.loaded.connect(self._show)
        model.failed.connect(self.failed.emit)

    def _make_about(self) -> Card:
        about = Card(tr("About"))
        about.body.addLayout(row(IconLabel("mark", "accent", 56), label("衡尺 Hengchi", "title"), 1, spacing=14))
        about.body.addWidget(
            label(
                tr("衡 is the scale, 尺 the ruler: like cases are treated alike, and anyone can check that they were."),
                wrap=True,
            )
        )
        self._about = KeyValues(width=100)
        about.body.addWidget(self._about)
        return about

    def _show(self, page: SettingsView) -> None:
        self._theme.set_value(page.theme)
        self._language.set_value(page.language)
        self._field.setChecked(page.field_mode)
        self._metered.setChecked(page.metered)
        self._about.set_pairs(
            [
                (tr("Version"), page.version),
                (tr("Profile"), page.profile),
                (tr("Relay"), page.relay),
                (tr("Licence"), "MulanPSL-2.0"),
                (tr("Fonts, icons"), "Noto (OFL 1.1), Lucide (ISC)"),
            ]
        )
