"""The demonstration city, made on the spot by the real tools: authority, relay, two devices, each with its own keys.

Every step is a call of a program as its own process; nothing of central is imported here.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import resources
from desktop.app.demo_story import Cast, Company, cast_of
from desktop.platform.clock import SystemClock
from enforcement.values.errors import BugError

OFFICER, PARTNER, SUPERVISOR, REVIEWER = "99010001", "99010002", "99019001", "99018001"
START_SECONDS = 30.0
DEVICES = {
    "officer": ("一中队-07", "u1", (OFFICER, PARTNER)),
    "supervisor": ("监督科-01", "u9", (SUPERVISOR,)),
    "reviewer": ("法制科-01", "u8", (REVIEWER,)),
}
"""Folder, label, unit and people of each device."""
LOOK_BACK = timedelta(days=220)
"""How long ago a story may begin: numbers of that year are allotted too."""


@dataclass
class City:
    """A folder with authority/, relay/, officer/, supervisor/, reviewer/ and the relay's process. `clock` is a file with the instant that
    every program is to take for now, where the story has a time of its own.
    """

    folder: Path
    cast: Cast
    relay: subprocess.Popen[bytes] | None = None
    port: int = 0
    clock: Path | None = None
    _files: Path = field(init=False)

    def __post_init__(self) -> None:
        self._files = self.folder / "authority" / "incoming"

    @property
    def authority(self) -> Path:
        return self.folder / "authority"

    @property
    def repository(self) -> Path:
        return self.authority / "repository"

    def found(self) -> None:
        """Everything from nothing, until both devices are enrolled and the set is published."""
        self._files.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write("password", self.cast.password)
        self._office("init", "--agency", str(resources.path("demo/agency.toml")))
        with ThreadPoolExecutor() as pool:
            # three machines, three people at work: two enrol, the legal office proves and signs
            table = pool.submit(self._sign)
            key = self._run(
                "hengchi-relay", "init", "--data", str(self.folder / "relay"), "--authority", str(self.repository)
            )
            self.start_relay()
            self._office("relay", "--url", f"http://127.0.0.1:{self.port}", "--key", key.strip())
            self._office("people", str(self._write("people.toml", self._people())))
            made = {
                name: pool.submit(self._create, name, label, people) for name, (label, _, people) in DEVICES.items()
            }
            devices = {name: one.result() for name, one in made.items()}
            for name, (_, unit, _) in DEVICES.items():
                self._enrol(name, unit)
            list(pool.map(self._grant, devices))
            signed = table.result()
        self._allot(devices)
        self._office("pack", str(signed))
        calendars = sorted(str(path) for path in resources.path("calendar").glob("*.toml"))
        self._office("calendar", *calendars)
        self._office(
            "register", str(self._write("register.toml", register_toml((self.cast.company, *self.cast.others))))
        )
        self._office("publish")

    def _allot(self, devices: Mapping[str, str]) -> None:
        """Blocks of numbers of this year, and of the one in which a story may have begun."""
        codes = tomllib.loads(resources.path("demo/numbers.toml").read_text("utf-8"))
        now = SystemClock().now()
        for year in sorted({now.year, (now - LOOK_BACK).year}):
            for name, forms in codes.items():
                words = [
                    word for form, code in forms.items() for word in ("--form", f"{form}={code}" if code else form)
                ]
                self._office("numbers", "--device", devices[name], "--year", str(year), "--count", "200", *words)

    def start_relay(self) -> None:
        """The relay as a real process on loopback; the same port as before where there was one."""
        port_file = self._files / "port"
        port_file.unlink(missing_ok=True)
        command = [
            *_tool("hengchi-relay"),
            "serve",
            "--data",
            str(self.folder / "relay"),
            "--authority",
            str(self.repository),
            "--listen",
            f"127.0.0.1:{self.port}",
            "--port-file",
            str(port_file),
            *self._timed(),
        ]
        self.relay = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        atexit.register(self.stop_relay)
        deadline = time.monotonic() + START_SECONDS
        while not port_file.exists():
            if self.relay.poll() is not None or time.monotonic() > deadline:
                raise BugError("the relay did not start")
            time.sleep(0.03)
        self.port = int(port_file.read_text())

    def stop_relay(self) -> None:
        """Ask it to stop and wait."""
        if self.relay is not None and self.relay.poll() is None:
            self.relay.terminate()
            self.relay.wait(20)
        self.relay = None

    def office(self, *words: str) -> str:
        """A command of the authority's office, and what it printed."""
        return self._office(*words)

    def _office(self, *words: str) -> str:
        password = ("--password-file", str(self._files / "password"))
        return self._run("hengchi-authority", *self._timed(), *password, str(self.authority), *words)

    def _timed(self) -> tuple[str, ...]:
        return () if self.clock is None else ("--clock", str(self.clock))

    def _sign(self) -> Path:
        """The legal office's part: the city's table proved and signed."""
        out = self._files / "city.pack"
        keys = ("--authority", str(self.authority), "--password-file", str(self._files / "password"))
        self._run("hengchi-rules", "sign", str(resources.path("rules/shili-city")), *keys, "--out", str(out))
        return out

    def _create(self, name: str, label: str, numbers: tuple[str, ...]) -> str:
        passwords = self._write(f"{name}.passwords", "\n".join(self.cast.password for _ in numbers))
        people = [word for number in numbers for word in ("--person", number)]
        request = ("--password-file", str(passwords), "--file", str(self._files / f"{name}.request"))
        made = self._run("hengchi", *self._profile(name), "create", "--label", label, *people, *request)
        return made.strip().splitlines()[-1]

    def _enrol(self, name: str, unit: str) -> None:
        request, grant = self._files / f"{name}.request", self._files / f"{name}.grant"
        self._office("enrol", str(request), "--unit", unit, "--out", str(grant))

    def _grant(self, name: str) -> None:
        self._run("hengchi", *self._profile(name), "grant", "--file", str(self._files / f"{name}.grant"))

    def _profile(self, name: str) -> tuple[str, ...]:
        return ("--profile", str(self.folder / name), "profile")

    def _people(self) -> str:
        today = SystemClock().now().date()
        lines = []
        for number, name, unit, role, kind in (
            (OFFICER, self.cast.officer, "u1", "officer", "执法证"),
            (PARTNER, self.cast.partner, "u1", "officer", "执法证"),
            (SUPERVISOR, self.cast.supervisor, "u9", "supervisor", "监督证"),
            (REVIEWER, self.cast.reviewer, "u8", "reviewer", "执法证"),
        ):
            lines += [
                "[[people]]",
                f'number = "{number}"',
                f'name = "{name}"',
                f'unit = "{unit}"',
                f'roles = ["{role}"]',
                f'kind = "{kind}"',
                'fields = ["城市管理"]',
                'region = "990100"',
                f"valid_from = {today.year - 2}-01-01",
                f"valid_to = {today.year + 2}-03-31",
                f"review_due = {today.year + 1}-03-31",
                "",
            ]
        return "\n".join(lines)

    def _write(self, name: str, text: str) -> Path:
        path = self._files / name
        path.write_text(text, "utf-8")
        path.chmod(0o600)
        return path

    def _run(self, tool: str, *words: str, good: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run(
            [*_tool(tool), *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        if done.returncode not in good:
            raise BugError(f"{tool} {words}: {done.stderr.strip()}")
        return done.stdout


def register_toml(companies: tuple[Company, ...]) -> str:
    """The register of parties as the office's tool reads it."""
    lines = []
    for one in companies:
        lines += [
            "[[parties]]",
            f'party_id = "{one.code}"',
            f'name = "{one.name}"',
            'kind = "organisation"',
            f'code = "{one.code}"',
            f'address = "{one.address}"',
            f'representative = "{one.representative}"',
            f'phone = "{one.phone}"',
            "",
        ]
    return "\n".join(lines)


def found_city_beside(profile: Path, seed: int = 1) -> str:
    """The demonstration for the window: a city whose officer's device is `profile`; everybody's password."""
    folder = profile.parent
    if profile.name != "officer":
        folder = profile.parent / f"{profile.name}-city"
        folder.mkdir(parents=True, exist_ok=True)
        link = folder / "officer"
        if not link.exists():
            link.symlink_to(profile, target_is_directory=True)
    city = City(folder, cast_of(seed))
    city.found()
    return city.cast.password


def _tool(name: str) -> list[str]:
    path = Path(sys.executable).parent / (f"{name}.exe" if os.name == "nt" else name)
    return [str(path)]
