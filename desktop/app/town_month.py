"""A month of a small city at speed: officers decide, the supervisor answers, devices are out of reach, two are lost, a certificate is
suspended in the middle of a case, and for one morning the relay is not honest.

What each day brings follows from the seed. Nothing here knows the inside of a program of the server side: the dishonest relay is the real
one with an older folder, to which bundles are handed in another order.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from desktop.app.demo_story import INCIDENTS, Company, Incident
from desktop.app.town import Station, Town
from desktop.services.relay_log import log_break
from desktop.store.models import OutboxRow
from enforcement.exchange import PostBundles
from enforcement.rules import parse_fact
from enforcement.values.clock import LOCAL
from enforcement.values.errors import BugError, KnownError
from enforcement.values.shapes import to_bytes

LOST, DISHONEST = "device.suspended", "log.inconsistent"
LIES, KEPT = ("relay-rewritten", "relay-older"), "relay-kept"


@dataclass
class Told:
    """What happened, for the summary."""

    decided: int = 0
    voided: int = 0
    approved: int = 0
    returned: int = 0
    answered: int = 0
    days_out_of_reach: int = 0
    suspended_refused: int = 0
    suspended_signed: list[UUID] = field(default_factory=list)
    lost_refused: int = 0
    asked: int = 0
    detected: int = 0
    registry_detected: int = 0
    acknowledged: int = 0


@dataclass(frozen=True)
class Calendar:
    """On which day of the story what happens; None where the town is too small for it."""

    lost: int
    lost_twice: int | None
    found_again: int
    suspended: int
    resumed: int
    dishonest: int

    @classmethod
    def of(cls, days: int, devices: int) -> Calendar:
        """Spread over the days. The dishonest morning has two ordinary days before it."""
        return cls(
            lost=min(days * 3 // 10 + 1, days - 1),
            lost_twice=days // 2 if devices >= 6 and days >= 6 else None,
            found_again=days // 2 + 2,
            suspended=max(1, days * 4 // 10),
            resumed=max(2, days * 7 // 10),
            dishonest=max(2, days * 2 // 3),
        )


class Month:
    """The town's days, one after the other."""

    def __init__(self, town: Town, days: int, seed: int) -> None:
        self.town, self.days, self.told = town, days, Told()
        self._chance = random.Random(seed)
        self.calendar = Calendar.of(days, town.count)
        first, second, *others = town.field
        self.here, self.apart = first, second  # share an officer, whose certificate is suspended
        self.lost = others[0] if others else None
        self.lost_twice = others[1] if self.calendar.lost_twice is not None and len(others) > 1 else None
        self._work = {station.name: self._to_decide() for station in town.field}
        self._photo = town.folder / "authority" / "incoming" / "scene.jpg"
        Image.new("RGB", (64, 48), (90, 120, 90)).save(self._photo)
        self._sent_back: dict[UUID, Station] = {}
        self._start = town.time.now()

    def run(self) -> Told:
        """Every day, and the evening after which nothing waits any more."""
        for day in range(self.days):
            self._day(day)
        self.town.time.forward(self._at(self.days, 9))
        for station in self.town.field:
            station.online = True
        for _ in range(3):
            self._sync_all()
        self.pull()
        return self.told

    def pull(self) -> None:
        """The registry takes in what the relay has."""
        self.town.registry("pull")

    # a day

    def _day(self, day: int) -> None:
        for station in self.town.field:
            if station.online or station is not self.apart or day >= self.calendar.dishonest:
                station.online = self._chance.random() > 0.08
        if day == self.calendar.suspended:
            self.here.online, self.apart.online = True, False
        if day == self.calendar.lost_twice or day == self.calendar.found_again:
            self._of_lost_twice(day)
        dishonest = day == self.calendar.dishonest
        self.town.time.forward(self._at(day, 8, 20))
        if dishonest:
            self._dishonest_morning()
        else:
            self._sync_all()
        events = self._events(day)
        noon, evening = self._at(day, 12, 10), self._at(day, 17, 40)
        for at, event in sorted(events, key=lambda one: one[0]):
            if at > noon:
                break
            self._happen(at, event)
        self.town.time.forward(noon)
        self._sync_all()
        for at, event in sorted(events, key=lambda one: one[0]):
            if at > noon:
                self._happen(at, event)
        self._close_day(day, evening)

    def _close_day(self, day: int, evening: datetime) -> None:
        self.town.time.forward(evening)
        if day == self.calendar.lost and self.lost is not None:
            self._lose(self.lost)
        self._sync_all()
        self._review()
        self._sync_all()
        self.told.days_out_of_reach += sum(not one.online and not one.gone for one in self.town.field)
        if day == self.calendar.dishonest - 2:
            self._copy_relay()
        if day % 3 == 2 or day == self.calendar.dishonest - 1:
            self.pull()

    def _events(self, day: int) -> list[tuple[datetime, Callable[[], None]]]:
        events: list[tuple[datetime, Callable[[], None]]] = []
        quiet = self._at(day, 9).astimezone(LOCAL).weekday() >= 5
        for station in self.town.field:
            if station.gone or station.retired:
                continue
            count = self._chance.choice((0, 0, 1) if quiet else (1, 1, 2))
            for number in range(max(count, 1 if day < self.calendar.dishonest <= day + 1 else 0)):
                hour = 9 + self._chance.random() * 2.8 if number == 0 else 14 + self._chance.random() * 3
                events.append((self._at(day, hour), lambda one=station: self._decide(one)))  # type: ignore[misc]
            events.append((self._at(day, 16.5), lambda one=station: self._answer(one)))  # type: ignore[misc]
        if day == self.calendar.lost and self.lost is not None:
            events.append((self._at(day, 17.2), lambda: self._decide(self.lost)))
        if day == self.calendar.suspended:
            events.append((self._at(day, 10), self._suspend))
        if day == self.calendar.resumed and self.told.suspended_refused:
            events.append((self._at(day, 10), self._resume))
        return events

    def _happen(self, at: datetime, event: Callable[[], None]) -> None:
        self.town.time.forward(at)
        event()

    def _at(self, day: int, hour: float, minute: int = 0) -> datetime:
        midnight = self._start.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(days=day, hours=hour, minutes=minute)

    # officers

    def _decide(self, station: Station | None) -> None:
        """A case on the spot from the page to the paper; of some the paper is voided."""
        if station is None or station.gone or station.retired:
            return
        company, incident = self._work[station.name].pop()
        try:
            case_id = self._issued(station, company, incident)
        except KnownError as error:
            if error.code != "certificate.suspended":
                raise
            self.told.suspended_refused += 1
            return
        self.told.decided += 1
        if self._suspended_now(station):
            self.told.suspended_signed.append(case_id)
        self.town.time.on(minutes=1)
        if self._chance.random() < 0.05:
            station.office.void_notice(case_id, "文书填写有误")
            self.told.voided += 1
        else:
            station.office.record_delivery(case_id, "signed")

    def _issued(self, station: Station, company: Company, incident: Incident) -> UUID:
        office, time = station.office, self.town.time
        draft = self._page(station, company, incident)
        office.record_told(draft)
        time.on(seconds=40)
        if self._chance.random() < 0.2:
            office.record_statement(draft, "made", "当场说明情况并表示改正", "已听取，不影响事实认定")
        else:
            office.record_statement(draft, "none")
        time.on(seconds=30)
        try:
            return office.cosign_and_issue(draft, station.people[1], self.town.cast.password).value.case_id
        except KnownError:
            office.discard_draft(draft)
            raise

    def _page(self, station: Station, company: Company, incident: Incident) -> UUID:
        office, time = station.office, self.town.time
        draft = office.begin_on_spot().value.draft_id
        office.choose_party(draft, company.code)
        office.set_field(draft, "happened", incident.happened)
        office.choose_violation(draft, incident.violation)
        specs = {spec.id: spec for spec in office.fact_specs(incident.violation)}
        for name, text in {**incident.facts, "impact": "some", "corrected": "done"}.items():
            office.set_fact(draft, name, parse_fact(specs[name], text))
        time.on(seconds=70)
        office.attach_photo(draft, self._photo)
        return draft

    def _answer(self, station: Station) -> None:
        """What was sent back is answered once it has arrived."""
        for case_id, mine in list(self._sent_back.items()):
            if mine is not station:
                continue
            try:
                station.office.answer_return(case_id, "已补充说明")
            except KnownError as error:
                if error.code != "procedure.not_allowed":
                    raise
                continue
            del self._sent_back[case_id]
            self.told.answered += 1

    def _to_decide(self) -> list[tuple[Company, Incident]]:
        """Parties and violations in some order, none twice on one device: whoever is fined again is fined more."""
        pairs = [(company, incident) for company in self.town.companies for incident in INCIDENTS]
        self._chance.shuffle(pairs)
        return pairs

    # the supervisor

    def _review(self) -> None:
        office = self.town.head.office
        for row in office.review_list():
            if row.status in ("issued", "answered"):
                self.town.time.on(seconds=20)
                if row.status == "issued" and self._chance.random() < 0.1:
                    office.send_back(row.case_id, "请补充现场位置说明")
                    self.told.returned += 1
                    device = self._device_of(row.case_id)
                    if device is not None:
                        self._sent_back[row.case_id] = device
                else:
                    office.approve(row.case_id)
                    self.told.approved += 1

    def _device_of(self, case_id: UUID) -> Station | None:
        return next((one for one in self.town.field if one.desk.number == self._officer_of(case_id)), None)

    def _officer_of(self, case_id: UUID) -> str:
        desk = self.town.head.desk
        with desk.database.read() as session:
            return desk.journal.entries(session, case_id)[0].certificate

    # the certificate

    def _suspend(self) -> None:
        """In the middle of a case: the page is written, then the certificate of whoever is to sign second is suspended."""
        company, incident = self._work[self.here.name].pop()
        draft = self._page(self.here, company, incident)
        self.here.office.record_told(draft)
        self.here.office.record_statement(draft, "none")
        self.town.office("suspend", self.here.people[1], "--reason", "接受调查")
        self.town.office("publish")
        self.town.time.on(minutes=1)
        self.here.sync()
        self.town.time.on(minutes=1)
        try:
            self.here.office.cosign_and_issue(draft, self.here.people[1], self.town.cast.password)
        except KnownError as error:
            if error.code != "certificate.suspended":
                raise
            self.told.suspended_refused += 1
            self.here.office.discard_draft(draft)
        self.town.time.on(minutes=1)
        self._decide(self.apart)  # out of reach: nobody there can know

    def _resume(self) -> None:
        self.town.office("resume", self.here.people[1], "--reason", "调查结束")
        self.town.office("publish")

    def _suspended_now(self, station: Station) -> bool:
        day = (self.town.time.now() - self._at(0, 0)).days
        shared = self.here.people[1] in station.people
        return shared and self.calendar.suspended <= day and not self._resumed(day) and self.told.suspended_refused > 0

    def _resumed(self, day: int) -> bool:
        return day > self.calendar.resumed or (
            day == self.calendar.resumed and self.town.time.now() >= self._at(day, 10)
        )

    # lost devices

    def _lose(self, station: Station) -> None:
        """Gone with what it had not sent; the office says so, and the relay answers it no more. One that is found again hands over what
        it held; its keys ended with the loss, so nothing more is written on it.
        """
        self.town.office("device", str(station.desk.device), "lost", "--reason", "外勤途中遗失")
        self._try_lost(station)
        station.gone = True

    def _of_lost_twice(self, day: int) -> None:
        station = self.lost_twice
        if station is None:
            return
        if day == self.calendar.lost_twice:
            self._lose(station)
        elif station.gone:
            self.town.office("device", str(station.desk.device), "active", "--reason", "已找回")
            station.gone, station.retired = False, True

    def _try_lost(self, station: Station) -> None:
        result = station.sync()
        if result.problem is None or result.problem.code != LOST:
            raise BugError(f"a lost device was answered: {result.problem}")
        self.told.lost_refused += 1

    # the relay

    def _sync_all(self) -> None:
        for station in (*self.town.field, self.town.head):
            if station.online and not station.gone:
                result = station.sync()
                if result.problem is not None:
                    raise BugError(f"{station.name}: {result.problem}")

    def _copy_relay(self) -> None:
        """As the log stands this evening; two copies, for two lies."""
        self.town.stop_relay()
        for name in LIES:
            shutil.copytree(self.town.folder / "relay", self.town.folder / name)
        self.town.start_relay()

    def _dishonest_morning(self) -> None:
        """First a log into which the last bundles were put again backwards, one left out; then the log as it was two days ago. After
        that the honest one is back, which no longer continues what was shown meanwhile: the head acknowledges it for everybody.
        """
        spoke = [one for one in (*self.town.field, self.town.head) if self._knows_more(one)]
        later, (rewritten, older) = self._later_bundles(), LIES
        self._swap("relay", KEPT)
        for name, bundles in ((rewritten, later), (older, [])):
            self._serve(name)
            for data in bundles:
                self.here.engine.transport.call("POST", "/v1/bundles", body=to_bytes(PostBundles(bundles=(data,))))
            self._ask_all(spoke)
            self.town.stop_relay()
            shutil.rmtree(self.town.folder / "relay")
        self._serve(KEPT)
        self.town.time.on(minutes=5)
        for _ in range(3):
            for station in spoke:
                station.sync()
        if any(one.sync().problem is not None for one in spoke):
            raise BugError("a device does not find back to the honest relay")
        head = self.town.head
        with head.desk.database.read() as session:
            open_ = log_break(session, head.desk) is not None
        if open_:
            head.office.acknowledge_relay("中继站已恢复，日志与此前一致")
            self.told.acknowledged += 1
        self._sync_all()

    def _swap(self, one: str, other: str) -> None:
        self.town.stop_relay()
        (self.town.folder / one).rename(self.town.folder / other)

    def _serve(self, name: str) -> None:
        (self.town.folder / name).rename(self.town.folder / "relay")
        self.town.start_relay()

    def _ask_all(self, spoke: list[Station]) -> None:
        self.town.time.on(minutes=5)
        for station in spoke:
            result = station.sync()
            self.told.asked += 1
            self.told.detected += result.problem is not None and result.problem.code == DISHONEST
        self.town.registry("pull", good=(0, 2))
        self.told.registry_detected += DISHONEST in self.town.registry("refused")

    def _knows_more(self, station: Station) -> bool:
        """Only a device that spoke with the relay since the copy was taken can know that it is old."""
        day = self._at(self.calendar.dishonest - 1, 17)
        return not station.gone and station.online and station.seen is not None and station.seen >= day

    def _later_bundles(self) -> list[bytes]:
        """Those without attachments that the log got last, the last one left out, backwards."""
        wanted = select(OutboxRow.digest, OutboxRow.receipt_index).where(
            OutboxRow.state == "accepted", OutboxRow.blob_list == b"\x80"
        )
        found: list[tuple[int, bytes]] = []
        for station in (*self.town.field, self.town.head):
            with station.desk.database.read() as session:
                found += [(int(row.receipt_index or 0), row.digest) for row in session.execute(wanted)]
        latest = sorted(found)[-8:-1]
        return [self.here.engine.transport.call("GET", f"/v1/bundles/{name.hex()}") for _, name in reversed(latest)]
