"""A small city with many devices, for the story of its month: founded by the real tools, its devices opened in this process.

It has a time of its own (`TownClock`): devices ask it, and every program is started with the file that it writes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import resources
from desktop.app.demo_city import SUPERVISOR, City, register_toml
from desktop.app.demo_story import GIVEN, SURNAMES, Company, cast_of
from desktop.app.syncing import engine_of
from desktop.app.tools import render, render_form
from desktop.keys import Cost
from desktop.services import profile
from desktop.services.authority import Agency
from desktop.services.desk import Desk
from desktop.services.signed_in import SignedIn
from desktop.store.authority import load
from desktop.sync import Engine, HttpTransport, StepResult
from enforcement.credentials import EnrolGrant
from enforcement.values.clock import LOCAL
from enforcement.values.errors import KnownError

CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
"""What the story's passwords cost to try: they stand in its summary."""
UNITS = (("u1", "城管执法一中队"), ("u2", "城管执法二中队"), ("u3", "城管执法三中队"), ("u4", "城管执法四中队"))
STEPS = 40
HEAD = "supervisor"


class TownClock:
    """The town's time. It goes on only when it is told to, and never back."""

    def __init__(self, file: Path, at: datetime) -> None:
        self._file, self._at = file, at
        self.forward(at)

    def now(self) -> datetime:
        return self._at

    def forward(self, to: datetime) -> None:
        """On to an instant, for every program."""
        self._at = max(to, self._at).replace(microsecond=0)
        new = self._file.with_suffix(".new")
        new.write_text(self._at.isoformat(), "ascii")
        os.replace(new, self._file)

    def on(self, **span: float) -> None:
        """On by a span."""
        self.forward(self._at + timedelta(**span))


@dataclass
class Station:
    """A device: its folder's name, unit, people; open while the story runs. `seen` is when it spoke with the relay last."""

    name: str
    label: str
    unit: str
    people: tuple[str, ...]
    desk: Desk = field(init=False)
    office: SignedIn = field(init=False)
    engine: Engine = field(init=False)
    seen: datetime | None = None
    online: bool = True
    gone: bool = False
    retired: bool = False

    def sync(self) -> StepResult:
        """Until nothing moves any more, or the first problem of the relay as a whole."""
        result = StepResult()
        for _ in range(STEPS):
            result = self.engine.step()
            if result.authority_new:
                self._take_authority()
            if result.problem is not None:
                return result
            self.seen = self.desk.clock.now()
            if not result.changed:
                break
        return result

    def _take_authority(self) -> None:
        with self.desk.database.read() as session:
            data = load(session)
        if data is not None:
            self.desk.agency = Agency(data)
            self.engine.index = data.index


class Nobody:
    """Asks for what is public; signs nothing."""

    kid = bytes(32)

    def sign(self, message: bytes) -> bytes:
        raise KnownError("device.unknown", device="")


@dataclass
class Town(City):
    """The city's folder with authority/, relay/, registry/ and devices/. `count` devices, one of them the supervisor's."""

    count: int = 4
    numbers: int = 200
    companies: tuple[Company, ...] = ()
    time: TownClock = field(init=False)
    stations: dict[str, Station] = field(init=False, default_factory=dict)

    def set_time(self, start: datetime) -> None:
        """Where the town's time begins, before it is founded."""
        self.clock = self.folder / "clock"
        self.time = TownClock(self.clock, start)

    @property
    def field(self) -> list[Station]:
        """The devices of officers, in their order."""
        return [one for one in self.stations.values() if one.name != HEAD]

    @property
    def head(self) -> Station:
        return self.stations[HEAD]

    def found(self) -> None:
        """Everything from nothing, until all devices are enrolled, the registry is taken in, and the set is published."""
        self._files.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write("password", self.cast.password)
        self._office("init", "--agency", str(self._write("agency.toml", self._agency())))
        key = self._run(
            "hengchi-relay",
            "init",
            "--data",
            str(self.folder / "relay"),
            "--authority",
            str(self.repository),
            *self._timed(),
        )
        self.start_relay()
        self._office("relay", "--url", f"http://127.0.0.1:{self.port}", "--key", key.strip())
        self._plan()
        self._office("people", str(self._write("people.toml", self._people())))
        for station in self.stations.values():
            self._take_in(station)
        self._found_registry()
        self._office("pack", str(self._sign()))
        self._office("calendar", *sorted(str(path) for path in resources.path("calendar").glob("*.toml")))
        self._office("register", str(self._write("register.toml", register_toml(self.companies))))
        self._office("publish")
        for station in self.stations.values():
            self._open(station)

    def registry(self, *words: str, good: tuple[int, ...] = (0,)) -> str:
        """A command of the registry, and what it printed (JSON)."""
        password = ("--password-file", str(self._files / "password"))
        return self._run(
            "hengchi-registry", "--json", *self._timed(), *password, str(self.folder / "registry"), *words, good=good
        )

    def close(self) -> None:
        """Devices shut, relay stopped."""
        for station in self.stations.values():
            if hasattr(station, "desk"):
                station.desk.database.close()
        self.stop_relay()

    def _plan(self) -> None:
        """Who sits where. The second officer of the first device has a key on the second device too."""
        self.stations[HEAD] = Station(HEAD, "监督科-01", "u9", (SUPERVISOR,))
        for number in range(1, self.count):
            unit, name = UNITS[(number - 1) % len(UNITS)]
            people = (f"9901{number:02}01", f"9901{number:02}02")
            self.stations[f"device-{number:02}"] = Station(f"device-{number:02}", f"{name}-{number:02}", unit, people)
        if self.count > 2:
            first, second = self.field[:2]
            second.people = (second.people[0], first.people[1])

    def _take_in(self, station: Station) -> None:
        request, grant = self._files / f"{station.name}.request", self._files / f"{station.name}.grant"
        people = [(number, self.cast.password) for number in station.people]
        request.write_bytes(profile.create(self._home(station), station.label, people, self.time, CHEAP))
        self._office("enrol", str(request), "--unit", station.unit, "--out", str(grant))
        device = profile.put_grant(self._home(station), grant.read_bytes()).device
        if station.name == HEAD:
            return
        years = {self.time.now().astimezone(LOCAL).year, (self.time.now() + timedelta(days=45)).astimezone(LOCAL).year}
        for year in sorted(years):
            self._office("numbers", "--device", str(device), "--year", str(year), "--count", str(self.numbers))

    def _found_registry(self) -> None:
        request, grant = self._files / "registry.request", self._files / "registry.grant"
        self.registry("init", "--label", "登记中心", "--request", str(request))
        self._office("registry", str(request), "--unit", "u9", "--out", str(grant))
        self.registry("grant", str(grant))

    def _open(self, station: Station) -> None:
        def fetch(grant: EnrolGrant) -> profile.Fetch:
            return HttpTransport(grant.relay, Nobody(), self.time).public

        station.desk = profile.unlock(
            self._home(station), station.people[0], self.cast.password, self.time, render, render_form, fetch
        )
        station.office = SignedIn(station.desk, "")
        station.engine = engine_of(station.desk)

    def _home(self, station: Station) -> Path:
        return self.folder / "devices" / station.name

    def _agency(self) -> str:
        text = resources.path("demo/agency.toml").read_text("utf-8")
        more = [f'[[units]]\nunit_id = "{unit}"\nname = "{name}"\n' for unit, name in UNITS if f'"{unit}"' not in text]
        return "\n".join([text, *more])

    def _people(self) -> str:
        day = self.time.now().astimezone(LOCAL).date()
        rows = [(SUPERVISOR, self.cast.supervisor, "u9", "supervisor", "监督证")]
        units = {number: station.unit for station in self.field for number in station.people}
        for place, (number, unit) in enumerate(sorted(units.items())):
            rows.append((number, _name(place), unit, "officer", "执法证"))
        return "\n".join(_person(*row, day.year) for row in rows)


def companies_of(seed: int, count: int) -> tuple[Company, ...]:
    """So many fictional enterprises, no code twice."""
    found: dict[str, Company] = {}
    while len(found) < count:
        cast = cast_of(seed)
        found |= {one.code: one for one in (cast.company, *cast.others)}
        seed += 1
    return tuple(found.values())[:count]


def _name(place: int) -> str:
    return f"{SURNAMES[place % len(SURNAMES)]}{GIVEN[place // len(SURNAMES) % len(GIVEN)]}{GIVEN[place % len(GIVEN)]}"


def _person(number: str, name: str, unit: str, role: str, kind: str, year: int) -> str:
    return f"""[[people]]
number = "{number}"
name = "{name}"
unit = "{unit}"
roles = ["{role}"]
kind = "{kind}"
fields = ["城市管理"]
region = "990100"
valid_from = {year - 2}-01-01
valid_to = {year + 2}-03-31
review_due = {year + 1}-03-31
"""
