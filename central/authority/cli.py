"""hengchi-authority: the agency's office on the command line."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from central.authority import certificate_cli, device_cli, keys_cli, window_cli
from central.authority.holidays import read_holidays
from central.authority.keyring import PASSWORD_ENV
from central.authority.office import Office, fingerprint
from central.authority.rules_files import MAX_PACK, read_any_source, read_file
from central.authority.seals import issue_seal
from central.platform.clock import clock_of
from central.platform.files import write_durably
from central.platform.lock import PATIENCE
from enforcement.authoring import build_pack
from enforcement.authoring.approve import approve
from enforcement.credentials import Agency, Enterprise, EnterpriseRegister, Person
from enforcement.law import HolidayCalendar, read_text
from enforcement.rules import is_signed, load_pack, open_signed_pack, sign_pack
from enforcement.values.cose import KeySigner, key_id
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_plain, to_bytes

MAX_TEXT = 8 << 20
MAX_REQUEST = 1 << 20
TRUST = {"trust_days": 30, "trust_warn_days": 7, "warn_days": 30}
"""What holds where the agency's file says nothing of it."""
Result = dict[str, Any]


def main(argv: list[str] | None = None) -> int:
    """Exit code 0, or 1 with a sentence on standard error. With --json the result is one JSON object."""
    parser = _parser()
    asked = parser.parse_args(argv)
    try:
        clock = clock_of(asked.clock)
        office = Office(asked.directory, _password(asked), clock, asked.custodian)
        result = window_cli.run_alone(office, asked, PATIENCE)
    except KnownError as error:
        faults = error.details.get("faults", ())
        words = "\n".join(faults) if isinstance(faults, tuple) and faults else f"hengchi-authority: {error}"
        if asked.json:
            print(json.dumps({"error": error.code, **window_cli.plain(error)}, ensure_ascii=False))
        print(words, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"hengchi-authority: {error.strerror}: {error.filename}", file=sys.stderr)
        return 1
    if asked.command == "serve":
        return 0
    if asked.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for name, value in result.items():
            print(f"{name}: {value}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hengchi-authority", description="Certificates, roster, enrolment, packs.")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--password-file", type=Path, help=f"the office's password; otherwise ${PASSWORD_ENV}")
    parser.add_argument(
        "--custodian",
        type=keys_cli.custodian,
        action="append",
        default=[],
        metavar="FOLDER=PASSWORD_FILE",
        help="where a custodian's key lies, as often as there are custodians present",
    )
    parser.add_argument("--clock", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("directory", type=Path, help="where the authority is kept")
    commands = parser.add_subparsers(required=True, dest="command")

    def command(name: str, run: Callable[[Office, argparse.Namespace], Result], words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words)
        made.set_defaults(run=run)
        return made

    init = command("init", _init, "make keys, the issuing certificate and an empty roster")
    init.add_argument("--agency", type=Path, required=True, help="TOML file that describes the agency")
    relay = command("relay", _relay, "say where the relay is and which key signs its receipts")
    relay.add_argument("--url", required=True)
    relay.add_argument("--key", required=True, help="hex, as hengchi-relay key prints it")
    trust = command("trust", _trust, "how long devices trust a roster, and when they warn")
    for name in TRUST:
        trust.add_argument(f"--{name.replace('_', '-')}", type=int)
    people = command("people", _people, "take people of a TOML file into the roster")
    people.add_argument("file", type=Path)
    enrol = command("enrol", _enrol, "issue certificates for a device's request")
    enrol.add_argument("request", type=Path)
    enrol.add_argument("--unit", required=True)
    enrol.add_argument("--out", type=Path, required=True, help="where the grant is written")
    registry = command("registry", _registry, "take the agency's registry in and seal its opening key for it")
    registry.add_argument("request", type=Path)
    registry.add_argument("--unit", required=True)
    registry.add_argument("--out", type=Path, required=True, help="where the grant is written")
    numbers = command("numbers", _numbers, "allot a block of document numbers to a device")
    numbers.add_argument("--device", type=UUID, required=True)
    numbers.add_argument(
        "--form",
        action="append",
        default=[],
        metavar="ID[=CODE]",
        help="form and the code before its numbers, as often as wanted; the agency's own code for on_spot_decision",
    )
    numbers.add_argument("--year", type=int, required=True)
    numbers.add_argument("--count", type=int, default=200)
    pack = command("pack", _pack, "build, prove, sign and take in a rule pack for publication")
    pack.add_argument(
        "source", type=Path, help="the pack's source folder, its workbook, or what hengchi-rules sign made"
    )
    register = command("register", _register, "take in the register of parties (TOML) for publication")
    register.add_argument("file", type=Path)
    calendar = command("calendar", _calendar, "take in a year's holidays (TOML) for publication")
    calendar.add_argument("files", type=Path, nargs="+")
    text = command("text", _text, "take in the official text of a statute (UTF-8 or GB 18030, a line for each article)")
    text.add_argument("file", type=Path)
    text.add_argument("--title", required=True, help="as packs cite it, without 《》")
    text.add_argument("--version", required=True)
    text.add_argument("--from", dest="valid_from", type=date.fromisoformat, required=True)
    text.add_argument("--to", dest="valid_to", type=date.fromisoformat)
    text.add_argument("--source", required=True, help="where the agency has it from")
    seal = command("seal-certificate", _seal, "issue a key and certificate under which PDFs are signed (电子印章)")
    seal.add_argument("--out", type=Path, required=True, help="PKCS#12 file with the key")
    seal.add_argument("--seal-password-file", type=Path, required=True, help="the password of that file")
    seal.add_argument(
        "--root", type=Path, required=True, help="where the certificate that readers are to trust is written"
    )
    seal.add_argument("--days", type=int, default=366)
    void = command("void", _void, "say that a notice was voided (作废); its number stays used")
    void.add_argument("number")
    void.add_argument("--reason", required=True)
    command("publish", _publish, "sign everything and write the repository")
    certificate_cli.add_commands(command)
    keys_cli.add_commands(command)
    device_cli.add_commands(command)
    window_cli.add_commands(command, parser)
    command("show", _show, "what is in the roster")
    return parser


def _password(asked: argparse.Namespace) -> str:
    if asked.password_file:
        return str(asked.password_file.read_text("utf-8")).strip()
    return os.environ.get(PASSWORD_ENV, "")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnownError("input.invalid", field=path.name, why=str(error)) from error


def _init(office: Office, asked: argparse.Namespace) -> Result:
    table = _toml(asked.agency)
    units = tuple((unit["unit_id"], unit["name"]) for unit in table.pop("units", []))
    days = {name: table.pop(name, default) for name, default in TRUST.items()}
    if any(type(value) is not int for value in days.values()):
        raise KnownError("input.invalid", field="trust_days", why="whole days")
    agency = from_plain(Agency, {**table, "ca": b""})
    office.found(agency, units, relay="", **days)
    version = office.publish()
    return {"agency": agency.name, "version": version, "repository": str(office.repository)}


def _relay(office: Office, asked: argparse.Namespace) -> Result:
    try:
        key = bytes.fromhex(asked.key)
    except ValueError as error:
        raise KnownError("input.invalid", field="key", why="hex is needed") from error
    office.set_relay(asked.url, key)
    return {"relay": asked.url, "key": fingerprint(key)}


def _trust(office: Office, asked: argparse.Namespace) -> Result:
    roster = office.state().roster
    days = {name: value if (value := getattr(asked, name)) is not None else getattr(roster, name) for name in TRUST}
    office.set_trust(**days)
    return days


def _people(office: Office, asked: argparse.Namespace) -> Result:
    table = _toml(asked.file)
    added = [from_plain(Person, person) for person in _plain_dates(table.get("people", []))]
    office.add_people(added)
    return {"added": len(added)}


def _enrol(office: Office, asked: argparse.Namespace) -> Result:
    write_durably(asked.out, office.enrol(asked.request.read_bytes(), asked.unit))
    return {"grant": str(asked.out)}


def _registry(office: Office, asked: argparse.Namespace) -> Result:
    write_durably(asked.out, office.enrol_registry(read_file(asked.request, MAX_REQUEST), asked.unit))
    return {"grant": str(asked.out)}


def _numbers(office: Office, asked: argparse.Namespace) -> Result:
    made = []
    for wanted in asked.form or ["on_spot_decision"]:
        form, _, code = wanted.partition("=")
        if not code and form != "on_spot_decision":
            raise KnownError("input.invalid", field="--form", why=f"{form}: a code is needed, as in {form}=示城管检通")
        block = office.allot(asked.device, form, asked.year, asked.count, code)
        made.append({"form": form, "series": block.series, "first": block.first, "last": block.last})
    return made[0] if len(made) == 1 else {"blocks": made}


def _pack(office: Office, asked: argparse.Namespace) -> Result:
    office.settle()
    legal = office.keys.signing("legal")
    signed = read_file(asked.source, MAX_PACK) if asked.source.is_file() else b""
    if not is_signed(signed):
        compiled = build_pack(read_any_source(asked.source))
        signed = sign_pack(compiled, KeySigner(legal), approve(load_pack(compiled)))
    public = legal.public_key()
    loaded = open_signed_pack(signed, lambda kid: public if kid == key_id(public) else None)
    office.put_pack(loaded, signed)
    return {"pack": loaded.pack.title, "version": loaded.pack.version, "digest": loaded.digest.hex()}


def _register(office: Office, asked: argparse.Namespace) -> Result:
    parties = tuple(from_plain(Enterprise, party) for party in _toml(asked.file).get("parties", []))
    office.put_register(EnterpriseRegister(issued_at=office.clock.now(), parties=parties))
    return {"parties": len(parties)}


def _calendar(office: Office, asked: argparse.Namespace) -> Result:
    years = tuple(read_holidays(path) for path in asked.files)
    office.put_target("calendar/holidays.cbor", to_bytes(HolidayCalendar(years=years)))
    return {"years": [year.year for year in years]}


def _text(office: Office, asked: argparse.Namespace) -> Result:
    raw = read_file(asked.file, MAX_TEXT)
    text = read_text(raw, asked.title, asked.version, asked.valid_from, asked.valid_to, asked.source)
    office.put_text(text)
    return {"title": text.title, "version": text.version, "articles": len(text.articles)}


def _seal(office: Office, asked: argparse.Namespace) -> Result:
    password = asked.seal_password_file.read_text("utf-8").strip()
    packed, root = issue_seal(office, password, asked.days)
    write_durably(asked.out, packed)
    write_durably(asked.root, root, 0o644)
    return {"seal": str(asked.out), "root": fingerprint(root), "days": asked.days}


def _void(office: Office, asked: argparse.Namespace) -> Result:
    office.void(asked.number, asked.reason)
    return {"number": asked.number, "voided": asked.reason}


def _publish(office: Office, _: argparse.Namespace) -> Result:
    return {"version": office.publish(), "repository": str(office.repository)}


def _show(office: Office, _: argparse.Namespace) -> Result:
    roster = office.state().roster
    return {
        "agency": roster.agency.name,
        "version": roster.version,
        "people": [f"{person.number} {person.name} {person.unit}" for person in roster.people],
        "devices": [f"{info.device} {info.label} {info.state}" for info in roster.devices],
        "issuing": fingerprint(roster.agency.ca),
    }


def _plain_dates(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """TOML's own dates as text, which is how records are checked."""
    return [
        {key: value.isoformat() if isinstance(value, date) else value for key, value in person.items()}
        for person in people
    ]
