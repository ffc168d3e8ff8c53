"""The commands of hengchi-authority that change certificates, and the lists of them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from central.authority import certificates
from central.authority.office import Office
from central.authority.policy import last_day, next_review
from central.authority.rules_files import read_file
from central.platform.files import write_durably
from enforcement.credentials.person import Person, PersonState
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain, to_plain

Result = dict[str, Any]
Command = Callable[[str, Callable[[Office, argparse.Namespace], Result], str], argparse.ArgumentParser]
MAX_PHOTO = 20 << 20


def add_commands(command: Command) -> None:
    """Everything about certificates."""
    issue = command("issue", _issue, "issue one certificate; the days come from the policy where they are not given")
    issue.add_argument("number")
    for name in ("name", "unit", "kind", "region"):
        issue.add_argument(f"--{name}", required=True)
    issue.add_argument("--role", action="append", required=True)
    issue.add_argument("--field", action="append", required=True)
    issue.add_argument("--valid-from", type=date.fromisoformat, required=True)
    for name in ("valid-to", "review-due"):
        issue.add_argument(f"--{name}", type=date.fromisoformat)

    def change(name: str, run: Callable[[Office, argparse.Namespace], Result], words: str) -> argparse.ArgumentParser:
        made = command(name, run, words)
        made.add_argument("number")
        made.add_argument("--since", type=datetime.fromisoformat, help="with zone; default now")
        made.add_argument("--reason", default="", help="goes into the roster with the change")
        return made

    states: tuple[tuple[str, PersonState, str], ...] = (
        ("suspend", "suspended", "suspend a certificate (暂扣)"),
        ("resume", "valid", "give a suspended certificate back (恢复)"),
        ("revoke", "revoked", "revoke a certificate (吊销)"),
        ("cancel", "cancelled", "cancel a certificate (注销)"),
    )
    for name, state, words in states:
        status = change(name, _status, words)
        if state == "cancelled":
            status.add_argument("--ground", required=True, help="transfer, retirement, abolished, loss (data)")
        status.set_defaults(state=state, ground="")
    renew = change("renew", _renew, "renew a certificate (换发), or set the day of its next review")
    renew.add_argument("--valid-to", type=date.fromisoformat, help="default: the policy's years")
    renew.add_argument("--review-due", type=date.fromisoformat)
    review = change("review", _review, "write down that the annual review (年审) was passed")
    review.add_argument("--next-due", type=date.fromisoformat, help="default: the policy's months")
    amend = change("amend", _amend, "another unit, other roles, fields or region (变更)")
    amend.add_argument("--unit")
    amend.add_argument("--region")
    amend.add_argument("--role", action="append")
    amend.add_argument("--field", action="append")
    replace = change("replace", _replace, "cancel a lost certificate and issue another in its place (补发)")
    replace.add_argument("--new", required=True, help="the new number")
    bring = command("import", _import, "issue the certificates of a workbook (.xlsx); with one fault none is issued")
    bring.add_argument("file", type=Path)
    bring.add_argument("--dry-run", action="store_true", help="only say what would be issued")
    template = command("template", _template, "write an empty workbook with the columns that import reads")
    template.add_argument("file", type=Path)
    photo = command("photo", _photo, "set the portrait of a certificate (JPEG or PNG)")
    photo.add_argument("number")
    photo.add_argument("file", type=Path)
    card = command("card", _card, "print the two faces of a certificate's card as PDF, 85.60 x 54.00 mm")
    card.add_argument("number", nargs="+")
    card.add_argument("--out", type=Path, required=True, help="folder; a file NUMBER.pdf each")
    page = command("page", _page, "write the page on which anybody checks shown certificates, cards and notices")
    page.add_argument("--out", type=Path, required=True, help="one HTML file; publish it again after each change")
    page.add_argument("--no-photos", dest="photos", action="store_false", help="without portraits")
    due = command("due", _due, "which renewals and reviews are due, the most urgent first")
    due.add_argument("--on", type=date.fromisoformat, help="the day to count from; default today")
    history = command("history", _history, "everything that happened to a certificate")
    history.add_argument("number")


def _since(office: Office, asked: argparse.Namespace) -> datetime:
    since: datetime = asked.since or office.clock.now()
    if since.tzinfo is None:
        raise KnownError("input.invalid", field="since", why="a zone is needed, as in 2026-10-14T09:00+08:00")
    return since


def _issue(office: Office, asked: argparse.Namespace) -> Result:
    policy, first = office.policy, asked.valid_from
    person = from_plain(
        Person,
        {
            "number": asked.number,
            "name": asked.name,
            "unit": asked.unit,
            "roles": asked.role,
            "kind": asked.kind,
            "fields": asked.field,
            "region": asked.region,
            "valid_from": first.isoformat(),
            "valid_to": (asked.valid_to or last_day(policy, asked.kind, first)).isoformat(),
            "review_due": (asked.review_due or next_review(policy, asked.kind, first)).isoformat(),
        },
    )
    office.add_person(person)
    return _days(person)


def _import(office: Office, asked: argparse.Namespace) -> Result:
    from central.authority.roster_book import fault_lines, read_roster  # openpyxl: the authoring extra
    from enforcement.authoring.workbook import MAX_BYTES

    read = read_roster(read_file(asked.file, MAX_BYTES), asked.file.name, office.state().roster, office.policy)
    if read.faults:
        raise KnownError("roster.faulty", file=asked.file.name, faults=tuple(fault_lines(read.faults)))
    if not asked.dry_run:
        office.add_people(read.people)
    issued = [f"{person.number} {person.name}" for person in read.people]
    return {"issued": issued, "known": read.known, "dry_run": asked.dry_run}


def _template(office: Office, asked: argparse.Namespace) -> Result:
    from central.authority.roster_book import empty_book  # openpyxl: the authoring extra

    write_durably(asked.file, empty_book(office.state().roster), 0o644)
    return {"file": str(asked.file)}


def _status(office: Office, asked: argparse.Namespace) -> Result:
    since = _since(office, asked)
    certificates.set_state(office, asked.number, asked.state, since, asked.reason, asked.ground)
    return {"number": asked.number, "state": asked.state, "since": since.isoformat()}


def _renew(office: Office, asked: argparse.Namespace) -> Result:
    since = _since(office, asked)
    if asked.valid_to or not asked.review_due:
        person = certificates.renew(office, asked.number, since, asked.reason, asked.valid_to)
    if asked.review_due:
        person = certificates.review(office, asked.number, since, asked.reason, asked.review_due)
    return _days(person)


def _review(office: Office, asked: argparse.Namespace) -> Result:
    return _days(certificates.review(office, asked.number, _since(office, asked), asked.reason, asked.next_due))


def _amend(office: Office, asked: argparse.Namespace) -> Result:
    person = certificates.amend(
        office,
        asked.number,
        _since(office, asked),
        asked.reason,
        unit=asked.unit,
        roles=tuple(asked.role) if asked.role else None,
        fields=tuple(asked.field) if asked.field else None,
        region=asked.region,
    )
    return {"number": person.number, "unit": person.unit, "fields": list(person.fields), "region": person.region}


def _replace(office: Office, asked: argparse.Namespace) -> Result:
    person = certificates.replace_lost(office, asked.number, asked.new, _since(office, asked), asked.reason)
    return {**_days(person), "replaces": person.replaces}


def _photo(office: Office, asked: argparse.Namespace) -> Result:
    person = certificates.set_photo(office, asked.number, read_file(asked.file, MAX_PHOTO))
    return {"number": person.number, "photo": person.photo.hex()}


def _card(office: Office, asked: argparse.Namespace) -> Result:
    from central.authority.card import issue_card  # reportlab and the fonts take a fifth of a second

    cards = {number: issue_card(office, number) for number in asked.number}
    for number, data in cards.items():
        write_durably(asked.out / f"{number}.pdf", data)
    return {"cards": [str(asked.out / f"{number}.pdf") for number in cards]}


def _page(office: Office, asked: argparse.Namespace) -> Result:
    from central.authority.verify_page import make_page  # as above

    data = make_page(office, photos=asked.photos)
    write_durably(asked.out, data, 0o644)
    return {"page": str(asked.out), "bytes": len(data), "roster": office.state().roster.version}


def _due(office: Office, asked: argparse.Namespace) -> Result:
    on = asked.on or office.clock.now().date()
    return {
        "on": on.isoformat(),
        "due": [
            {
                "number": one.number,
                "name": one.name,
                "unit": one.unit,
                "what": one.what,
                "day": one.day.isoformat(),
                "left": one.left,
                "notice": one.notice,
                "suspended": one.suspended,
            }
            for one in certificates.due(office, on)
        ],
    }


def _history(office: Office, asked: argparse.Namespace) -> Result:
    person = office.state().roster.person(asked.number)
    if person is None:
        raise KnownError("certificate.unknown", number=asked.number, name="", until="", why="not in the roster")
    plain = to_plain(person)
    return {
        **_days(person),
        "name": person.name,
        "replaces": person.replaces,
        "history": plain.get("history", []),
        "earlier": plain.get("earlier", []),
    }


def _days(person: Person) -> Result:
    return {
        "number": person.number,
        "valid_from": person.valid_from.isoformat(),
        "valid_to": person.valid_to.isoformat(),
        "review_due": person.review_due.isoformat(),
    }
