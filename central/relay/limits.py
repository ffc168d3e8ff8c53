"""What a relay lets in, as data (resources/relay/limits.toml), and how long whoever is refused is to wait."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import resources
from central.relay.store import Asked, Usage
from central.relay.store.admission import day_ends, minute_ends
from enforcement.exchange import LIMITS
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_plain


class DeviceLimits(Record):
    """Of one device."""

    requests_a_minute: int
    bundles_a_minute: int
    bytes_a_day: int


class UnitLimits(Record):
    """Of one unit, in bytes."""

    storage: int


class Sizes(Record):
    """In bytes; bundles in a request counted."""

    request: int
    bundle: int
    bundles_in_request: int
    blob: int
    piece: int


class OperatorLimits(Record):
    """Days, hours and seconds, as the names say."""

    audit_days: int
    authority_hours: int
    unit_full_wait: int
    store_wait: int


class RelayLimits(Record):
    """The whole file."""

    device: DeviceLimits
    unit: UnitLimits
    sizes: Sizes
    operator: OperatorLimits

    def judge(self, asked: Asked, used: Usage, kept: int) -> str:
        """The code of the refusal, or nothing: `used` by the device before, `kept` for its unit."""
        device = self.device
        if used.requests >= device.requests_a_minute:
            return "relay.too_often"
        if asked.bundles and used.bundles + asked.bundles > device.bundles_a_minute:
            return "relay.too_often"
        if asked.bytes and used.bytes + asked.bytes > device.bytes_a_day:
            return "relay.day_full"
        if asked.bytes and kept + asked.bytes > self.unit.storage:
            return "relay.unit_full"
        return ""

    def wait(self, code: str, now: datetime) -> timedelta | None:
        """How long whoever was refused with `code` is to wait; None for a refusal that waiting does not change."""
        match code:
            case "relay.too_often":
                return minute_ends(now)
            case "relay.day_full":
                return day_ends(now)
            case "relay.unit_full":
                return timedelta(seconds=self.operator.unit_full_wait)
            case "relay.store_unreachable" | "store.disk_full":
                return timedelta(seconds=self.operator.store_wait)
            case _:
                return None


def read_limits(path: Path | None = None) -> RelayLimits:
    """The limits of a file, else those that ship. Raises KnownError(relay.limits_invalid) with `file` and `why`."""
    path = path or resources.path("relay/limits.toml")
    try:
        limits = from_plain(RelayLimits, tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnownError("relay.limits_invalid", file=path.name, why=str(error)) from error
    except KnownError as error:
        raise KnownError("relay.limits_invalid", file=path.name, why=error.details["why"]) from error
    for why in _faults(limits):
        raise KnownError("relay.limits_invalid", file=path.name, why=why)
    return limits


def _faults(limits: RelayLimits) -> list[str]:
    parts = {"device": limits.device, "unit": limits.unit, "sizes": limits.sizes, "operator": limits.operator}
    numbers = {f"{part}.{name}": getattr(one, name) for part, one in parts.items() for name in one.__struct_fields__}
    faults = [f"{name}: at least 1" for name, number in numbers.items() if number < 1]
    for name in limits.sizes.__struct_fields__:
        most = getattr(LIMITS, name)
        if numbers[f"sizes.{name}"] > most:
            faults.append(f"sizes.{name}: at most {most}, which is what devices hold to")
    if limits.device.bundles_a_minute < limits.sizes.bundles_in_request:
        faults.append("device.bundles_a_minute: below sizes.bundles_in_request, such a request could never pass")
    if min(limits.device.bytes_a_day, limits.unit.storage) < limits.sizes.request:
        faults.append("device.bytes_a_day and unit.storage: below sizes.request, such a request could never pass")
    return faults
