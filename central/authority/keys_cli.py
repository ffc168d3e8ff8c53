"""The commands of hengchi-authority about its own keys: which there are, handing one over, replacing, renewing."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from central.authority.keyring import SIGNING, Place
from central.authority.office import Office
from central.authority.trust import REPLACEABLE
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
    replace = command(
        "replace-keys", _replace, "new keys for those named, signed by two of three offline keys; publishes"
    )
    replace.add_argument(
        "key", nargs="*", metavar="KEY", help=f"{', '.join(REPLACEABLE)}; none: only new days of expiry"
    )


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
