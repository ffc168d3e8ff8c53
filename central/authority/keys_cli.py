"""The commands of hengchi-authority about its own keys: which there are, handing one over, replacing, renewing."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from central.authority.keyring import OFFLINE, SIGNING
from central.authority.office import Office
from central.authority.token import TokenSigner, make_on_token, read_place, write_place
from central.authority.trust import REPLACEABLE
from central.platform.keyfile import Place
from enforcement.values.errors import KnownError

Result = dict[str, Any]
Command = Callable[[str, Callable[[Office, argparse.Namespace], Result], str], argparse.ArgumentParser]


def add_commands(command: Command) -> None:
    """Everything about keys."""
    command("keys", _keys, "which keys there are, where they lie, and until when what they signed holds")
    over = command(
        "hand-over", _hand_over, "move an offline key to its custodian's folder (a stick), under their password"
    )
    over.add_argument("key")
    over.add_argument("--to", type=Path, required=True)
    over.add_argument("--custodian-password-file", type=Path, required=True)
    token = command(
        "token", _token, "make an offline key on a PKCS#11 token and let it take the place of the one there is"
    )
    token.add_argument("key")
    token.add_argument("--module", required=True, help="the token's driver, as in /usr/lib/softhsm/libsofthsm2.so")
    token.add_argument("--token", required=True, help="the token's label")
    token.add_argument("--label", default="", help="the key's label on it")
    token.add_argument("--pin-file", type=Path, required=True)
    token.add_argument("--to", type=Path, required=True, help="the custodian's folder, for KEY.token")
    replace = command(
        "replace-keys", _replace, "new keys for those named, signed by two of three offline keys; publishes"
    )
    replace.add_argument(
        "key", nargs="*", metavar="KEY", help=f"{', '.join(REPLACEABLE)}; none: only new days of expiry"
    )


def _token(office: Office, asked: argparse.Namespace) -> Result:
    pin = asked.pin_file.read_text("utf-8").strip()
    if asked.key not in OFFLINE:
        raise KnownError("input.invalid", field="key", why=f"{asked.key}: one of {', '.join(OFFLINE)}")
    path = asked.to / f"{asked.key}.token"
    place = read_place(path)  # there when the key was made and the others did not sign yet
    if place is None:
        place = make_on_token(asked.module, asked.token, asked.label or f"hengchi {asked.key}", pin)
        write_place(path, place)
    version = office.replace_keys([], {asked.key: TokenSigner(place, pin)})
    return {"key": asked.key, "at": str(path), "root": version}


def custodian(text: str) -> Place:
    """A custodian's folder and password file, written FOLDER=PASSWORD_FILE."""
    folder, parted, password = text.rpartition("=")
    if not parted:
        raise argparse.ArgumentTypeError("FOLDER=PASSWORD_FILE")
    try:
        return Place(Path(folder), Path(password).read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise argparse.ArgumentTypeError(f"{password}: {error}") from error


def _keys(office: Office, _: argparse.Namespace) -> Result:
    trust = office.state().trust
    return {
        "keys": [
            {"name": name, "at": office.keys.where(name), "keyid": trust.keys.get(name, {}).get("keyid", "")}
            for name in SIGNING
        ],
        "root": {"version": trust.root.version, "expires": trust.root.expires.isoformat()},
        "targets": {"version": trust.top.version, "expires": trust.top.expires.isoformat()},
    }


def _hand_over(office: Office, asked: argparse.Namespace) -> Result:
    try:
        password = asked.custodian_password_file.read_text("utf-8").strip()
    except UnicodeDecodeError as error:
        raise KnownError("input.invalid", field="custodian password", why="no text") from error
    office.keys.hand_over(asked.key, asked.to, password)
    return {"key": asked.key, "at": str(asked.to)}


def _replace(office: Office, asked: argparse.Namespace) -> Result:
    version = office.replace_keys(asked.key)
    return {"replaced": list(asked.key), "root": version, "version": office.state().published}
