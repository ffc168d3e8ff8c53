"""The tools behind `hengchi profile` and `hengchi doctor`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop.platform.clock import SystemClock
from desktop.platform.files import write_durably
from desktop.platform.paths import profile_path
from desktop.services import profile
from desktop.store.authority import load, refresh
from desktop.store.projections import rebuild, snapshot
from enforcement.journal import check_chain
from enforcement.journal.acts import DocumentSigned
from enforcement.notices import OnSpotDecision
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain


def render(content: Mapping[str, Any], code: str, hands: Sequence[DocumentSigned]) -> bytes:
    """A notice's plain content to its PDF, with the hands that signed."""
    from desktop.printing.pages import render_notice  # a tool that prints nothing need not load the typesetter

    return render_notice(from_plain(OnSpotDecision, dict(content)), code, hands)


def render_form(form: str, values: Mapping[str, Any]) -> bytes:
    """The PDF of a form that data set; raises what `desktop.printing.formset.render_form` raises, and KnownError(form.unknown)."""
    from desktop.printing.formset import library  # as above
    from desktop.printing.formset import render_form as set_form

    return set_form(library.form(form), values)


def run_profile(arguments: argparse.Namespace) -> int:
    """Make a profile and its request, or load a grant; exit code 1 with a sentence when it did not work."""
    folder = profile_path(arguments.profile)
    try:
        if arguments.step == "grant":
            grant = profile.put_grant(folder, arguments.file.read_bytes())
            print(f"enrolled: device {grant.device}, unit {grant.unit}, relay {grant.relay}")
            return 0
        passwords = passwords_of(arguments.password_file)
        if arguments.step == "authority":
            return _take_authority(folder, arguments.file, arguments.person, passwords)
        if len(passwords) != len(arguments.person) or not passwords:
            raise KnownError("input.invalid", field="--password-file", why="one password for each --person")
        people = list(zip(arguments.person, passwords, strict=True))
        request = profile.create(folder, arguments.label, people, SystemClock())
        if arguments.file:
            write_durably(arguments.file, request)
        state = profile.look(folder)
        print(state.device)
        return 0
    except KnownError as error:
        print(f"hengchi: {error}", file=sys.stderr)
        return 1


def _take_authority(folder: Path, published: Path | None, people: list[str], passwords: list[str]) -> int:
    """The agency's set from a courier's folder, checked as one that came over the network. Raises KnownError."""
    from desktop.app.trust import reader_of  # as above

    if published is None or not published.is_dir() or not people or not passwords:
        raise KnownError("input.invalid", field="--file", why="a folder, --person and --password-file are needed")
    clock, fetch = SystemClock(), reader_of(published)
    desk = profile.unlock(folder, people[0], passwords[0], clock, render, render_form, lambda _: fetch)
    try:
        with desk.database.write() as session:
            newer = refresh(session, desk.keys.device, fetch, clock.now())
            data = load(session)
    finally:
        desk.database.close()
    roster = data.index.roster if data is not None else desk.agency.index.roster
    print(
        f"{'taken in' if newer else 'nothing newer'}: roster {roster.version}, trusted until {roster.trusted_until.isoformat()}"
    )
    return 0


def run_doctor(arguments: argparse.Namespace) -> int:
    """Chains joined, the agency's data as signed, blobs present; with --rebuild projections made again and compared."""
    folder = profile_path(arguments.profile)
    try:
        password = passwords_of(arguments.password_file)[0]
        desk = profile.unlock(folder, arguments.person, password, SystemClock(), render, render_form, None)
    except KnownError as error:
        print(f"hengchi: {error}", file=sys.stderr)
        return 1
    wrong = 0
    try:
        with desk.database.write() as session:
            load(session)
            for device in desk.journal.devices(session):
                chain = check_chain(device, desk.journal.links(session, device))
                print(f"device {device}: {chain.joined} of {chain.highest} joined, {len(chain.faults)} faults")
                wrong += len(chain.faults)
            if arguments.rebuild:
                before = snapshot(session)
                rebuild(session, desk.journal)
                same = snapshot(session) == before
                print(f"projections rebuilt: {'the same bytes' if same else 'DIFFERENT'}, {len(before)} bytes")
                wrong += not same
    finally:
        desk.database.close()
    return 1 if wrong else 0


def passwords_of(path: Path | None) -> list[str]:
    if path is None:
        raise KnownError("input.invalid", field="--password-file", why="it is needed")
    return [line for line in path.read_text("utf-8").splitlines() if line]
