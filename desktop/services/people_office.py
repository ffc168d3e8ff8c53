"""The door to who may open this device and how: passwords, the PIN, keys, colleagues."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from desktop.services.changes import Done
from desktop.services.shapes import PersonView
from desktop.services.showing import ShownCertificate

HereState = Literal["in", "asked", "enrolled", "let_in"]


@dataclass(frozen=True)
class HereView:
    """Somebody of this device. `state`: they sign in; `asked`: the agency has not enrolled them yet; `enrolled`: it has, and somebody
    who is signed in has to let them in; `let_in`: that was done, and they have not signed in yet.
    """

    person: PersonView
    state: HereState
    me: bool


@dataclass(frozen=True)
class PeoplePage:
    """Everybody of the device; whether a PIN is set; `renewing` while new keys of mine wait for the agency."""

    here: tuple[HereView, ...]
    pin: bool
    renewing: bool
    pin_digits: int
    pin_minutes: int


class PeopleOffice(Protocol):
    """Every method raises KnownError for what a person can act on."""

    def page(self) -> PeoplePage: ...
    def show(self) -> ShownCertificate:
        """My certificate for the large screen, with a code that holds for minutes."""
        ...

    def change_password(self, old: str, new: str) -> Done[None]: ...
    def set_pin(self, pin: str) -> Done[None]: ...
    def drop_pin(self) -> Done[None]: ...
    def ask_join(self, number: str, password: str, file: Path) -> Done[None]:
        """New keys for a colleague; the request for the agency's office is written to `file`."""
        ...

    def let_in(self, number: str) -> Done[None]: ...
    def remove(self, number: str, words: str) -> Done[None]: ...
    def renew_keys(self, password: str, file: Path) -> Done[None]:
        """New keys for oneself; the request is written to `file`. They come into use at the sign-in after the agency enrolled them."""
        ...
