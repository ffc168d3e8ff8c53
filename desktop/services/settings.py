"""What a person may set on this device; no secret stands here, so it can be read before anybody signs in."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from desktop.platform.files import write_durably
from enforcement.values.errors import KnownError

FILE_NAME = "settings.toml"


@dataclass(frozen=True)
class Settings:
    """language: system, zh_CN, en; theme: day, night, sunlight; last: the certificate number last signed in; authoring: where the
    last source of a rule pack stands; office: where the authority is kept that publishes it; exports: the folder that a case was last
    written into; field_printer: device or host of the 80 mm printer; seal: the file of the agency's seal certificate.
    """

    language: str = "system"
    theme: str = "day"
    field_mode: bool = False
    metered: bool = False
    relay: str = ""
    last: str = ""
    authoring: str = ""
    office: str = ""
    exports: str = ""
    field_printer: str = ""
    seal: str = ""


def read_settings(profile: Path) -> Settings:
    """The settings; what cannot be read falls back to the defaults."""
    try:
        table = tomllib.loads((profile / FILE_NAME).read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        return Settings()
    defaults = asdict(Settings())
    kept = {name: value for name, value in table.items() if name in defaults and type(value) is type(defaults[name])}
    return Settings(**kept)


def change_settings(profile: Path, **changes: str | bool) -> Settings:
    """Set and keep; raises KnownError(input.invalid) for an unknown name, (store.*)."""
    old = read_settings(profile)
    if not set(changes) <= set(asdict(old)):
        raise KnownError("input.invalid", field=", ".join(sorted(changes)))
    new = replace(old, **changes)  # type: ignore[arg-type]
    lines = [f"{name} = {_toml(value)}" for name, value in asdict(new).items()]
    write_durably(profile / FILE_NAME, ("\n".join(lines) + "\n").encode())
    return new


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
