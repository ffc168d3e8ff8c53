"""A stick, the relay's command that takes it in, and cases to be carried on it."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from pathlib import Path

from central.relay.cli import main as relay_main
from desktop.app.demo_city import PARTNER, City
from desktop.app.syncing import engine_of
from desktop.services.desk import Desk
from desktop.services.signed_in import SignedIn
from desktop.sync.courier import ReadBack, Written, read_stick, write_stick
from enforcement.exchange.courier import FOLDER
from tests.support.city import ready
from tests.support.visit_desks import picture

TOOL = Path(sys.executable).parent / "hengchi-relay"


def command(city: City, stick: Path, *words: str) -> list[str]:
    """`hengchi-relay courier` of that city's relay."""
    places = ("--data", str(city.folder / "relay"), "--authority", str(city.repository))
    return [str(TOOL), "courier", *places, *words, str(stick)]


def carried(city: City, stick: Path, *words: str) -> str:
    """The stick at the relay; what the command printed."""
    return subprocess.run(command(city, stick, *words), capture_output=True, text=True, check=True).stdout


def refused_there(city: City, stick: Path, *words: str) -> str:
    """The sentence with which the command ends; here in this process, for it takes nothing in."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        assert relay_main(command(city, stick, *words)[1:]) == 1
    return said.getvalue()


def issued(desk: Desk, city: City, folder: Path):
    """A decision on the spot with a photograph; its case."""
    office = SignedIn(desk, "")
    draft_id = ready(office, city.cast, picture(folder))
    return office.cosign_and_issue(draft_id, PARTNER, city.cast.password).value.case_id


def write(desk: Desk, stick: Path) -> Written:
    return write_stick(engine_of(desk), stick)


def read(desk: Desk, stick: Path) -> ReadBack:
    return read_stick(engine_of(desk), stick)


def files(stick: Path, part: str) -> list[Path]:
    """Of the courier's folder on that stick."""
    return sorted((stick / FOLDER / part).iterdir())


def bytes_on(stick: Path) -> dict[str, bytes]:
    """Everything that lies there."""
    return {str(path.relative_to(stick)): path.read_bytes() for path in stick.rglob("*") if path.is_file()}
