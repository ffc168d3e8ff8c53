"""A profile from nothing to unlocked: keys made, enrolment asked for and granted, the store opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

import resources
from desktop.keys import Cost, KeyFile, Secrets, close_slot, read_key_file, write_key_file
from desktop.keys.look import ProfileState, look
from desktop.keys.unlock import DEFAULT_COST
from desktop.platform.files import write_durably
from desktop.platform.paths import GRANT_FILE, REQUEST_FILE
from desktop.services.authority import Agency
from desktop.services.desk import Desk, Render
from desktop.services.forms import form_ids
from desktop.services.media import wipe_copies
from desktop.services.opening import Opened, new_keys, open_secrets, recoverable, renewed
from desktop.store import Database, open_database
from desktop.store.authority import AuthorityData, load, refresh, trust_root
from desktop.store.blobs import BlobFolder
from desktop.store.kept import DEVICE_SEED, GRANT, keep, kept
from enforcement.credentials import EnrolGrant, EnrolPerson, make_request, read_grant
from enforcement.procedure import read_deadlines
from enforcement.procedure.profile import read_profile
from enforcement.values.clock import Clock
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7
from enforcement.values.shapes import from_bytes, to_bytes

DEADLINES, ORDINARY = "procedure/deadlines.toml", "procedure/ordinary.toml"
Fetch = Callable[[str], bytes | None]
RenderForm = Callable[[str, Mapping[str, Any]], bytes]


def create(
    profile: Path, label: str, people: Sequence[tuple[str, str]], clock: Clock, cost: Cost = DEFAULT_COST
) -> bytes:
    """Make keys and the store for (certificate number, password) pairs; the enrolment request's bytes, also kept as a file."""
    if read_key_file(profile) is not None:
        raise KnownError("input.invalid", field="profile", why="there is a profile already")
    now = clock.now()
    store_key, device_key = os.urandom(32), Ed25519PrivateKey.generate()
    keys = KeyFile(v=1, device=uuid7(now, os.urandom))
    asked: list[EnrolPerson] = []
    for number, password in people:
        made = new_keys(keys.device, number)
        secrets = msgspec.structs.replace(made.secrets, store_key=store_key)
        keys = keys.with_slot(close_slot(keys.device, number, password, secrets, cost))
        asked.append(made.person)
    profile.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = open_database(profile, store_key)
    try:
        with database.write() as session:
            keep(session, DEVICE_SEED, device_key.private_bytes_raw())
    finally:
        database.close()
    request = make_request(
        keys.device, label, KeySigner(device_key), device_key.public_key().public_bytes_raw(), asked, now
    )
    write_durably(profile / REQUEST_FILE, request)
    write_key_file(profile, keys)
    return request


def put_grant(profile: Path, data: bytes) -> EnrolGrant:
    """Check that a grant is for this device and lay it beside the keys; raises KnownError."""
    keys = read_key_file(profile)
    if keys is None:
        raise KnownError("input.invalid", field="profile", why="make the profile first")
    grant = read_grant(data, keys.device)
    write_durably(profile / GRANT_FILE, data)
    return grant


def read_put_grant(profile: Path) -> EnrolGrant:
    """The grant of an enrolled profile; raises KnownError(authority.untrusted)."""
    keys = read_key_file(profile)
    try:
        data = (profile / GRANT_FILE).read_bytes()
    except FileNotFoundError as error:
        raise KnownError("authority.untrusted", what="grant", why="this device was not enrolled yet") from error
    if keys is None:
        raise KnownError("store.damaged", file="keys.cbor")
    return read_grant(data, keys.device)


def _first_refresh(session: Session, device: UUID, fetch: Fetch, clock: Clock) -> None:
    try:
        refresh(session, device, fetch, clock.now())
    except KnownError as error:
        if error.code == "relay.unreachable":  # there is nothing yet to go on working with
            raise KnownError("relay.first_time") from error
        raise


def unlock(
    profile: Path,
    number: str,
    password: str,
    clock: Clock,
    render: Render,
    render_form: RenderForm,
    fetch: Callable[[EnrolGrant], Fetch] | None,
) -> Desk:
    """Open the store with one officer's password. On the first time `fetch` brings the agency's data.

    Raises KnownError(password.*), (enrolment.waiting), (store.*), (authority.*), (rules.pack_altered), (relay.first_time).
    """
    opened = open_secrets(profile, number, password, clock)
    database, data = _open_store(profile, opened, clock, fetch)
    try:
        opened = renewed(opened, number, password, data.index)
        return _desk(profile, number, opened, database, data, clock, render, render_form)
    except BaseException:
        database.close()
        raise


def unlock_again(
    profile: Path, number: str, secrets: Secrets, clock: Clock, render: Render, render_form: RenderForm
) -> Desk:
    """After a short lock, with the secrets that the PIN opened. Raises KnownError(store.*), (certificate.unknown) after a removal."""
    keys = read_key_file(profile)
    if keys is None or keys.slot(number) is None:
        raise KnownError("certificate.unknown", number=number, name="", until="", why="not enrolled on this device")
    opened = Opened(keys, secrets)
    database, data = _open_store(profile, opened, clock, None)
    return _desk(profile, number, opened, database, data, clock, render, render_form)


def _open_store(
    profile: Path, opened: Opened, clock: Clock, fetch: Callable[[EnrolGrant], Fetch] | None
) -> tuple[Database, AuthorityData]:
    """The store and the agency's data; what the first time lacks is fetched."""
    grant = read_put_grant(profile)
    database = open_database(profile, opened.secrets.store_key)
    try:
        with database.read() as session:
            data = load(session)
        if data is None:
            with database.write() as session:
                keep(session, GRANT, to_bytes(grant))
                trust_root(session, grant.root)
                if fetch is None:
                    raise KnownError("relay.first_time")
                _first_refresh(session, opened.keys.device, fetch(grant), clock)
                data = load(session)
        if data is None:
            raise KnownError("authority.untrusted", what="roster", why="there is none")
    except BaseException:
        database.close()
        raise
    return database, data


def _desk(
    profile: Path,
    number: str,
    opened: Opened,
    database: Database,
    data: AuthorityData,
    clock: Clock,
    render: Render,
    render_form: RenderForm,
) -> Desk:
    with database.read() as session:
        seed = kept(session, DEVICE_SEED)
    if seed is None:
        raise KnownError("store.damaged", file="store.db")
    deadlines = read_deadlines(resources.path(DEADLINES).read_bytes(), DEADLINES)
    BlobFolder(profile).sweep()
    wipe_copies(profile)
    keys = recoverable(opened.keys, number, opened.secrets, data.index.roster.recovery)
    if keys != read_key_file(profile):
        write_key_file(profile, keys)
    return Desk(
        profile=profile,
        database=database,
        keys=keys,
        number=number,
        secrets=opened.secrets,
        device_key=Ed25519PrivateKey.from_private_bytes(seed),
        agency=Agency(data),
        deadlines=deadlines,
        procedure=read_profile(resources.path(ORDINARY).read_bytes(), ORDINARY, deadlines, frozenset(form_ids())),
        clock=clock,
        entropy=os.urandom,
        render=render,
        render_form=render_form,
    )


def grant_of(desk: Desk) -> EnrolGrant:
    """The grant that the store was begun with."""
    with desk.database.read() as session:
        data = kept(session, GRANT)
    return read_put_grant(desk.profile) if data is None else from_bytes(EnrolGrant, data)


__all__ = ["ProfileState", "create", "grant_of", "look", "put_grant", "read_put_grant", "unlock", "unlock_again"]
