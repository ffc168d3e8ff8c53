"""Who may open this device, and how: the part of Settings that works on keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop.services.changes import Done
from desktop.services.people_office import PeoplePage
from desktop.viewmodels.base import ViewModel

Then = Callable[[object], object]
Failed = Callable[[Exception], object]


class PeopleModel(ViewModel[PeoplePage]):
    """The people of the device."""

    kinds = frozenset({"settings", "authority", "session"})

    def fetch(self) -> PeoplePage:
        return self.office.here.page()

    def change_password(self, old: str, new: str, done: Then, failed: Failed) -> None:
        self._do(lambda: self.office.here.change_password(old, new), done, failed)

    def set_pin(self, pin: str, done: Then, failed: Failed) -> None:
        self._do(lambda: self.office.here.set_pin(pin), done, failed)

    def drop_pin(self) -> None:
        self.act(self.office.here.drop_pin)

    def ask_join(self, number: str, password: str, file: Path, done: Then) -> None:
        self._do(lambda: self.office.here.ask_join(number, password, file), done, self.failed.emit)

    def let_in(self, number: str) -> None:
        self.act(lambda: self.office.here.let_in(number))

    def remove(self, number: str, words: str) -> None:
        self.act(lambda: self.office.here.remove(number, words))

    def renew_keys(self, password: str, file: Path, done: Then, failed: Failed) -> None:
        self._do(lambda: self.office.here.renew_keys(password, file), done, failed)

    def _do(self, run: Callable[[], Done[None]], done: Then, failed: Failed) -> None:
        self.act(run, done, failed)
