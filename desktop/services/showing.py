"""Showing one's certificate (亮证): what stands on the large screen, with a code that holds for minutes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import resources
from desktop.services.desk import Desk
from desktop.services.shapes import PersonView
from desktop.store.authority import photo_of
from enforcement.credentials.shown import ShownClaims, make_shown_code

FILE = "certificates/showing.toml"


@dataclass(frozen=True)
class ShownCertificate:
    """`photo` is a JPEG, empty where the agency has none; `code` is the text of the QR code, good until `until`."""

    person: PersonView
    agency: str
    photo: bytes
    code: str
    until: datetime
    holds: timedelta


@lru_cache(maxsize=1)
def code_holds() -> timedelta:
    """How long a code holds."""
    return timedelta(minutes=int(tomllib.loads(resources.path(FILE).read_text("utf-8"))["minutes"]))


@lru_cache(maxsize=1)
def clock_tolerance() -> timedelta:
    """By how much the checker's clock may differ."""
    return timedelta(minutes=int(tomllib.loads(resources.path(FILE).read_text("utf-8"))["clock_minutes"]))


def show_certificate(desk: Desk) -> ShownCertificate:
    """Raises KnownError(certificate.*) when it is not one to act under, (key.not_published), (device.suspended)."""
    now = desk.clock.now()
    desk.agency.require(desk.number, "", now)
    desk.agency.require_key(desk.number, desk.author.signer.kid, desk.device)
    person, roster = desk.agency.person(desk.number), desk.agency.index.roster
    until = now + code_holds()
    claims = ShownClaims(roster.agency.name, now, until, person.number, person.name)
    with desk.database.read() as session:
        photo = photo_of(session, person.photo)
    return ShownCertificate(
        desk.agency.person_view(desk.number, now, True),
        roster.agency.name,
        photo,
        make_shown_code(claims, desk.author.signer),
        until,
        code_holds(),
    )
