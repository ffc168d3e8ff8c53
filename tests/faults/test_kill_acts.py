"""kill -9 in the middle of the ordinary procedure: officers, head and reviewer die in turn, and the relay under them.

What each had acknowledged is there once; pages keep what was typed to the last field left; papers, their entries and the numbers agree.
"""

import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from desktop.services.act_drafts import ActData
from desktop.services.act_values import paper_digest
from desktop.services.signed_in import SignedIn
from desktop.store.models import ActDraftRow, NumberRow, PaperRow
from enforcement.casefile import fold_case
from enforcement.journal.procedure_acts import ActCosigned, ActDone
from enforcement.values.shapes import from_bytes
from tests.support.city import copy_of
from tests.support.crash_acts import NUMBERS, Head, Officer
from tests.support.crash_acts import opened as first_opened
from tests.support.kills import Victim, drain, opened

SEED = 20261125
TURNS = ("officer", "supervisor", "reviewer", "relay")


@pytest.fixture
def city(new_city, tmp_path):
    copied = copy_of(new_city, tmp_path / "city")
    copied.start_relay()
    yield copied
    copied.stop_relay()


class Said:
    """What stood acknowledged when its process died."""

    def __init__(self):
        self.done, self.cases, self.voided = set(), set(), set()
        self.prints, self.fields = Counter(), {}

    def hear(self, lines):
        for what, *words in lines:
            match what:
                case "did":
                    assert words[0] not in self.done
                    self.done.add(words[0])
                case "case":
                    self.cases.add(words[0])
                case "voided":
                    self.voided.add(words[0])
                case "printed":
                    self.prints[words[0]] = max(self.prints[words[0]], int(words[1]))
                case "field":
                    draft, case_id, act, path, value = words
                    self.fields.setdefault(draft, (case_id, act, {}))[2][path] = json.loads(value)


class Record:
    """The ordinary cases of an open store, read entry by entry."""

    def __init__(self, desk):
        self.desk = desk
        with desk.database.read() as session:
            self.entries = {one: desk.journal.entries(session, one) for one in desk.journal.aggregates(session)}
            self.drafts = {
                str(UUID(bytes=row.draft_id)): from_bytes(ActData, row.data)
                for row in session.scalars(select(ActDraftRow))
            }
            self.numbers = session.scalars(select(NumberRow)).all()
            self.papers = {row.entry: row for row in session.scalars(select(PaperRow))}
        self.cases = {one: fold_case(one, entries) for one, entries in self.entries.items()}
        self.acts = {act.entry: act for case in self.cases.values() for act in (*case.track.acts, *case.track.pending)}

    def check(self, said):
        """Everything acknowledged on this device is here, and what is here hangs together."""
        hashes = [entry.hash.hex() for entries in self.entries.values() for entry in entries]
        assert len(hashes) == len(set(hashes))
        assert said.done <= set(hashes)
        assert said.cases <= {str(one) for one, case in self.cases.items() if case.procedure == "ordinary"}
        for entry in said.voided:
            assert self.acts[bytes.fromhex(entry)].voided
        for entry, copies in said.prints.items():
            assert self.acts[bytes.fromhex(entry)].prints >= copies
        self._pages(said)
        self._halves()
        self._papers()
        self._numbers()

    def _pages(self, said):
        """A page is kept with every field that was left, or all of it became an act; no act has two pages."""
        gone = Counter()
        for draft, (case_id, act, fields) in said.fields.items():
            page = self.drafts.get(draft)
            if page is not None:
                assert fields == {path: squeezed(page.values[path]) for path in fields}
                continue
            gone[case_id, act] += 1
            signed = [entry.body for one, entry in self._all(ActDone) if (str(one), entry.body.act) == (case_id, act)]
            assert len(signed) >= gone[case_id, act], f"a page of {act} is lost"
            written = squeezed([[body.values, body.paper.content if body.paper else {}] for body in signed])
            for value in fields.values():
                assert not isinstance(value, str) or value in json.dumps(written, ensure_ascii=False)
        begun = [(one.case_id, one.act) for one in self.drafts.values()]
        assert len(begun) == len(set(begun))

    def _halves(self):
        """Two signatures come together or not at all: nothing that was begun here waits for its second."""
        cosigned = Counter(entry.body.act for _, entry in self._all(ActCosigned))
        for case in self.cases.values():
            assert case.track.pending == ()
            assert case.conflicts == ()
        for _, entry in self._all(ActDone):
            assert cosigned[entry.hash] == int(entry.body.second)

    def _papers(self):
        for case_id, entry in self._all(ActDone):
            paper = entry.body.paper
            assert (entry.hash in self.papers) == (paper is not None)
            if paper is not None:
                assert paper.content_digest == paper_digest(dict(paper.content))
                line = self.papers[entry.hash]
                assert (line.number, line.form, line.case_id) == (paper.number, paper.form, case_id.bytes)

    def _numbers(self):
        """Each number once, each series without a gap from where its device's block begins."""
        used = Counter(
            (entry.body.paper.series, entry.body.paper.running)
            for _, entry in self._all(ActDone)
            if entry.body.paper is not None and entry.body.paper.series
        )
        assert set(used.values()) <= {1}
        assert {(row.series, row.running) for row in self.numbers} == set(used)
        for series in {name for name, _ in used}:
            running = sorted(number for name, number in used if name == series)
            assert running == list(range(1, len(running) + 1)), series

    def _all(self, kind):
        for case_id, entries in self.entries.items():
            for entry in entries:
                if isinstance(entry.body, kind):
                    yield case_id, entry


def squeezed(value):
    """A value as a line of output carries it."""
    return json.loads(json.dumps(value, default=str).replace(" ", ""))


class Soak:
    """People and a relay that die in turn."""

    def __init__(self, city, chance):
        self.city, self.chance = city, chance
        self.said = {name: Said() for name in NUMBERS}
        self.died = Counter()

    def run(self, kills, longest):
        """Each lives for some seconds up to `longest` from the moment on which its store is open."""
        for number in range(kills):
            self._turn(TURNS[number % len(TURNS)], lambda process: process.live(self.chance.uniform(0.02, longest)))
        self.end()

    def run_until_acts(self, kills):
        """Each dies a moment after its first act, on a machine of any speed."""

        def life(process):
            process.live(60.0, lambda raw: b"did" in raw)
            process.live(self.chance.uniform(0.0, 0.6))

        for number in range(kills):
            self._turn(TURNS[number % len(TURNS)], life)
        self.end()

    def end(self):
        """The last look at everything, and what it came to."""
        self._end()
        drafts = sum(len(one.fields) for one in self.said.values())
        acts = {name: len(one.done) for name, one in self.said.items()}
        assert all(acts.values())
        officer = self.said["officer"]
        print(
            f"\nkills {self.died.total()} ({dict(self.died)}), seed {SEED}: acknowledged acts {acts}, cases {len(officer.cases)}, pages {drafts}, "
            f"prints {sum(officer.prints.values())}, voided {len(officer.voided)}"
        )

    def _turn(self, victim, life):
        name = "officer" if victim == "relay" else victim
        process = Victim("crash_acts", self.city.folder, name)
        life(process)
        if victim == "relay":
            self.city.relay.kill()
            self.city.relay.wait()
            process.live(self.chance.uniform(0.0, 0.5))
        self.said[name].hear(process.kill())
        self.died[victim] += 1
        if victim == "relay":
            self.city.relay = None
            self.city.start_relay()
        self.check(name)

    def check(self, name):
        desk = opened(self.city.folder / name, self.city.cast, NUMBERS[name])
        Record(desk).check(self.said[name])
        if name == "officer" and (papers := SignedIn(desk, "").acts.papers(limit=1)):
            assert SignedIn(desk, "").acts.paper_pdf(papers[0].case_id, papers[0].entry).startswith(b"%PDF")
        desk.database.close()

    def _end(self):
        """All queues empty; then all hold the same bytes of every case, and `hengchi doctor` finds nothing."""
        records = {}
        for name in (*NUMBERS, *NUMBERS):
            desk = opened(self.city.folder / name, self.city.cast, NUMBERS[name])
            drain(desk)
            records[name] = Record(desk)
            records[name].check(self.said[name])
            desk.database.close()
        officer = records["officer"]
        for name in ("supervisor", "reviewer"):
            for case_id, case in officer.cases.items():
                if case.procedure == "ordinary":
                    mine = {entry.data for entry in officer.entries[case_id]}
                    assert {entry.data for entry in records[name].entries.get(case_id, ())} == mine, name
        self._doctor("officer")

    def _doctor(self, name):
        words = Path(self.city.folder / "authority" / "incoming" / "password")
        command = [sys.executable, "-m", "desktop.app.main", "--profile", str(self.city.folder / name), "doctor"]
        done = subprocess.run(
            [*command, "--rebuild", "--person", NUMBERS[name], "--password-file", str(words)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "projections rebuilt: the same bytes" in done.stdout


def begin(city):
    """A case that waits for the reviewer, one for the head and one at the officers', so that each has something to do at once."""
    desks = {name: first_opened(city.folder / name, number, city.cast.password)[0] for name, number in NUMBERS.items()}
    officer, head = Officer(SignedIn(desks["officer"], "")), Head(SignedIn(desks["supervisor"], ""))
    while sum(row.status == "underway" for row in officer.office.cases()) < 3:
        officer.turn()
    drain(desks["officer"])
    drain(desks["supervisor"])
    first = head.acts.turns()[0].case_id
    head.do(first, "opening.approved", {"opinions.head": {"text": "同意立案。"}})
    drain(desks["supervisor"])
    drain(desks["officer"])
    while (view := officer.acts.view(first)).turn == "officer":
        assert officer.step(first, {one.act for one in view.offers if one.allowed}, view)
    drain(desks["officer"])
    for desk in desks.values():
        desk.database.close()


def test_four_kills(city):
    begin(city)
    Soak(city, random.Random(SEED)).run_until_acts(4)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_hundred_kills(city):
    Soak(city, random.Random(SEED)).run(200, 8.0)
