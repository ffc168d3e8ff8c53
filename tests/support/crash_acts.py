"""Somebody doing acts of the ordinary procedure until the process is killed, while sync runs beside; what was acknowledged is said on
standard output: `case ID`, `field DRAFT CASE ACT PATH JSON`, `did ENTRY`, `printed ENTRY COPIES`, `voided ENTRY`.

Every value is the same whenever it is typed, so that a page taken up again after a kill says what it said before.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path
from uuid import UUID

from desktop.app.demo_city import OFFICER, PARTNER, REVIEWER, SUPERVISOR
from desktop.app.demo_story import cast_of
from desktop.app.stories import tale_of
from desktop.app.story_steps import inspection
from desktop.app.syncing import engine_of
from desktop.app.tools import render, render_form
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.signed_in import SignedIn
from desktop.sync import HttpTransport
from tests.support.city import SEED, written
from tests.support.visit_desks import Nobody

NUMBERS = {"officer": OFFICER, "supervisor": SUPERVISOR, "reviewer": REVIEWER}
ELSEWHERE = 5
"""Cases that may wait for others before the officers open no more."""


def say(*words: object) -> None:
    print(*words, flush=True)


def opened(folder: Path, number: str, password: str, clock=None):
    """The store of one device, open, with its Office."""
    clock = clock or SystemClock()
    fetch = lambda grant: HttpTransport(grant.relay, Nobody(), clock).public  # noqa: E731
    desk = profile.unlock(folder, number, password, clock, render, render_form, fetch)
    return desk, SignedIn(desk, "")


class Hands:
    """One person's acts. `tale` lends the words that a paper wants."""

    def __init__(self, office: SignedIn) -> None:
        self.office, self.acts = office, office.acts
        self.cast = cast_of(SEED)
        self.today = office.today_is()
        self.tale = tale_of("ordinary", self.cast, self.today)

    def told(self, act: str) -> dict[str, object]:
        """What the tale writes for an act."""
        return dict(next(step.values for step in self.tale.steps if step.act == act))

    def do(self, case_id: UUID, act: str, values: dict[str, object]):
        """One act: its page begun or taken up again, each field left and kept, then signed."""
        page = self.acts.begin(case_id, act).value
        for path, value in values.items():
            page = self.acts.set_value(page.draft_id, path, value).value
            kept = next(one.value for one in page.fields if one.path == path)
            say(
                "field",
                page.draft_id,
                case_id,
                act,
                path,
                json.dumps(kept, ensure_ascii=True, default=str).replace(" ", ""),
            )
        second = (PARTNER, self.cast.password) if page.second else ("", "")
        acted = self.acts.do(page.draft_id, *second).value
        say("did", acted.entry.hex())
        return acted

    def marked(self, case_id: UUID, text: str) -> str:
        """A text of this case alone."""
        return f"{text}{case_id.hex[-6:]}"


class Officer(Hands):
    """Opens cases, asks, takes evidence, prints and voids papers, proposes, reports, hands over to the reviewer."""

    def turn(self) -> bool:
        mine = [row.case_id for row in self.office.cases(limit=500) if row.status == "underway"]
        waiting = [(one, view) for one in mine if (view := self.acts.view(one)).turn == "officer"]
        for case_id, view in waiting:
            if self.step(case_id, {one.act for one in view.offers if one.allowed}, view):
                return True
        if len(mine) - len(waiting) < ELSEWHERE:
            draft_id = written(self.office, self.cast)
            case_id = self.acts.turn_ordinary(draft_id, "案情需要进一步调查").value
            say("case", case_id)
            return True
        return False

    def step(self, case_id: UUID, offered: set[str], view) -> bool:
        done = [one.act for one in view.papers if not one.voided]
        if "opening.asked" in offered:
            source = self.marked(case_id, "巡查发现")
            day = self.today.isoformat()
            asked = {"source": source, "received_on": day, "opinions.officer": {"text": "建议立案。"}}
            self.do(case_id, "opening.asked", asked)
        elif "evidence.inspected" not in done and "evidence.inspected" in offered:
            values = inspection(self.cast, 0, self.marked(case_id, "占用人行道")).values
            self.printed(case_id, self.do(case_id, "evidence.inspected", dict(values)).entry)
        elif "evidence.inquiry_called" not in done and "evidence.inquiry_called" in offered:
            where = {
                "at": f"{self.today.isoformat()}T18:00",
                "room": self.marked(case_id, "二楼询问室"),
                "bring": ["营业执照"],
            }
            called = self.do(case_id, "evidence.inquiry_called", where)
            if not any(one.act == "evidence.inquiry_called" and one.voided for one in view.papers):
                self.acts.void_paper(case_id, called.entry, "时间写错")
                say("voided", called.entry.hex())
            else:
                self.printed(case_id, called.entry)
        elif "report.made" in offered or (view.may_propose and self.office.case(case_id).proposed_fen is None):
            if self.office.case(case_id).proposed_fen is None:
                page = self.acts.propose_again(case_id).value
                self.office.set_fact(page.draft_id, "priors", 0)
                self.acts.propose(page.draft_id, PARTNER, self.cast.password)
                say("case", case_id)
            else:
                report = {"course": self.marked(case_id, "检查、询问。"), "opinions.officer": {"text": "建议处罚。"}}
                self.do(case_id, "report.made", report)
        elif "legality.submitted" in offered:
            say("did", self.acts.do_at_once(case_id, "legality.submitted").value.entry.hex())
        elif "notice.given" in offered and "notice.given" not in done:
            self.printed(case_id, self.do(case_id, "notice.given", {"days": 3}).entry)
        else:
            return False
        return True

    def printed(self, case_id: UUID, entry: bytes) -> None:
        self.acts.paper_pdf(case_id, entry)
        for copies in (1, 2):
            self.acts.record_paper_print(case_id, entry, "printer", 1)
            say("printed", entry.hex(), copies)


class Head(Hands):
    """Approves what was asked for, and refuses every fifth."""

    def turn(self) -> bool:
        for row in self.acts.turns():
            granted = [one.act for one in self.acts.view(row.case_id).offers if one.allowed]
            act = next((one for one in granted if one == "opening.approved"), None)
            if act is None:
                continue
            refuses = row.case_id.int % 5 == 0 and "opening.refused" in granted and not self.refused(row.case_id)
            self.do(
                row.case_id,
                "opening.refused" if refuses else act,
                {"opinions.head": {"text": "证据不足。" if refuses else "同意立案。"}},
            )
            return True
        return False

    def refused(self, case_id: UUID) -> bool:
        return any("不批准" in line.words for line in self.office.case(case_id).timeline)


class Reviewer(Hands):
    """Gives an opinion on what was handed over; the first time every fourth goes back."""

    def turn(self) -> bool:
        for row in self.acts.turns():
            if any(one.act == "legality.reviewed" and one.allowed for one in self.acts.view(row.case_id).offers):
                before = any(
                    one.kind == "act.done" and "审核" in one.words for one in self.office.case(row.case_id).timeline
                )
                back = row.case_id.int % 4 == 0 and not before
                values = self.told("legality.reviewed") | {"result": "退回" if back else "通过"}
                values["opinions.legal"] = {"text": self.marked(row.case_id, "审核意见")}
                self.do(row.case_id, "legality.reviewed", values)
                return True
        return False


ROLES = {"officer": Officer, "supervisor": Head, "reviewer": Reviewer}


def main(folder: Path, role: str) -> None:
    desk, office = opened(folder / role, NUMBERS[role], cast_of(SEED).password)
    engine = engine_of(desk, clock=SystemClock())

    def syncs() -> None:
        while True:
            engine.step(wait=0.2)

    threading.Thread(target=syncs, daemon=True).start()
    hands = ROLES[role](office)
    say("ready")
    while True:
        if not hands.turn():
            time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
