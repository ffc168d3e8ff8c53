"""kill -9 at random moments: nothing acknowledged is lost, nothing is twice, the store opens, the queue goes on."""

import random
import time

import pytest

from desktop.app.demo_city import OFFICER, SUPERVISOR
from desktop.services.signed_in import SignedIn
from tests.support.kills import Victim, drain, opened

SEED = 20261014


def check_officer(desk, issued):
    """Every number that stood on the screen is there, once, and the numbers run without a gap."""
    numbers = [row.document_number for row in SignedIn(desk, "").documents(limit=100_000)]
    assert len(numbers) == len(set(numbers))
    assert set(issued) <= set(numbers)
    running = sorted(int(number.split("〕")[1].rstrip("号")) for number in numbers)
    assert running == list(range(1, len(running) + 1))


def check_approved(desk, approved):
    """Every approval that stood on the screen is in this store."""
    states = {row.document_number: row.status for row in SignedIn(desk, "").cases(limit=100_000)}
    assert [number for number in approved if states.get(number) != "approved"] == []


class Soak:
    """Windows and a relay that die in turn, and what stood on their screens before."""

    def __init__(self, city, chance):
        self.city, self.chance = city, chance
        self.issued, self.approved = [], []
        self.both = False

    def run(self, kills):
        died = {"officer": 0, "relay": 0, "supervisor": 0}
        for number in range(kills):
            victim = ("officer", "relay", "supervisor")[number % 3]
            self._turn(victim)
            died[victim] += 1
        self._end()
        print(
            f"kills {kills} ({died}), seed {SEED}, on screen: "
            f"{len(self.issued)} decisions, {len(self.approved)} approvals"
        )
        assert self.issued
        assert self.approved

    def _turn(self, victim):
        name = "supervisor" if victim == "supervisor" else "officer"
        process = Victim(f"crash_{name}", self.city.folder / name)
        process.live(self.chance.uniform(0.02, 8.0))
        if victim == "relay":
            self.city.relay.kill()
            self.city.relay.wait()
            time.sleep(self.chance.uniform(0.0, 0.5))
        said = process.kill()
        if victim == "relay":
            self.city.relay = None
            self.city.start_relay()
        self.issued += [words[1] for words in said if words[0] == "issued"]
        self.approved += [words[1] for words in said if words[0] == "approved"]
        desk = self._open(name)
        check_officer(desk, self.issued) if name == "officer" else check_approved(desk, self.approved)
        desk.database.close()

    def _open(self, name):
        return opened(self.city.folder / name, self.city.cast, SUPERVISOR if name == "supervisor" else OFFICER)

    def _end(self):
        """Both queues empty; then each has everything of the other."""
        for name in ("officer", "supervisor", "officer"):
            desk = self._open(name)
            drain(desk)
            check_officer(desk, self.issued)
            if name == "supervisor" or self.both:
                check_approved(desk, self.approved)
            self.both = name == "supervisor"
            desk.database.close()


def test_nine_kills(city):
    Soak(city, random.Random(SEED)).run(9)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_hundred_kills(city):
    Soak(city, random.Random(SEED)).run(200)
