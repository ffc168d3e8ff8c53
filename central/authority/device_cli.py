"""The commands of hengchi-authority about devices and the passwords of their officers."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from central.authority.office import Office
from central.authority.recovery import recover
from central.authority.rules_files import read_file
from central.platform.files import write_durably

Result = dict[str, Any]
Command = Callable[[str, Callable[[Office, argparse.Namespace], Result], str], argparse.ArgumentParser]
MAX_REQUEST = 1 << 16


def add_commands(command: Command) -> None:
    """Everything about devices."""
    device = command("device", _device, "suspend a device, say it is lost, or let it back in; published at once")
    device.add_argument("device", type=UUID)
    device.add_argument("state", choices=("active", "suspended", "lost"))
    device.add_argument("--reason", default="", help="goes into the roster with the state")
    ask = command("recover", _recover, "answer a device's request to recover a password, with the person present")
    ask.add_argument("request", type=Path)
    ask.add_argument("--code", required=True, help="the code that the device shows, in three groups")
    ask.add_argument("--clerk", required=True, help="who answers: goes on record")
    ask.add_argument("--reason", required=True, help="how the person was identified: goes on record")
    ask.add_argument("--out", type=Path, required=True, help="where the answer is written")
    command("recoveries", _recoveries, "every password that was recovered")


def _device(office: Office, asked: argparse.Namespace) -> Result:
    office.set_device(asked.device, asked.state, asked.reason)
    return {"device": str(asked.device), "state": asked.state, "version": office.publish()}


def _recover(office: Office, asked: argparse.Namespace) -> Result:
    answer = recover(office, read_file(asked.request, MAX_REQUEST), asked.code, asked.clerk, asked.reason)
    write_durably(asked.out, answer)
    return {"answer": str(asked.out), "version": office.publish()}


def _recoveries(office: Office, _: argparse.Namespace) -> Result:
    return {
        "recoveries": [
            f"{one.at.isoformat()} {one.number} {one.device} {one.clerk}: {one.reason}"
            for one in office.state().recoveries
        ]
    }
