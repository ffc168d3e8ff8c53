"""A tale through the services: three desks of one city, the real relay between them."""

from __future__ import annotations

from desktop.app.demo_city import OFFICER, PARTNER, REVIEWER, SUPERVISOR
from desktop.app.story_steps import PROPOSE
from desktop.app.tools import render, render_form
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.signed_in import SignedIn
from desktop.sync import HttpTransport
from enforcement.rules import parse_fact
from tests.support.visit_desks import Nobody, picture, sync

PEOPLE = {"officer": OFFICER, "supervisor": SUPERVISOR, "reviewer": REVIEWER}


class Told:
    """The desks, and the case as it goes."""

    def __init__(self, city, tale, folder):
        self.city, self.tale, self.folder = city, tale, folder
        self.desks, self.offices = {}, {}
        for name, number in PEOPLE.items():
            clock = SystemClock()
            fetch = lambda grant: HttpTransport(grant.relay, Nobody(), SystemClock()).public  # noqa: E731
            desk = profile.unlock(city.folder / name, number, city.cast.password, clock, render, render_form, fetch)
            self.desks[name], self.offices[name] = desk, SignedIn(desk, "")
        self.case_id = None

    def close(self):
        for desk in self.desks.values():
            desk.database.close()

    def open(self):
        """The page on which it was found, and its turn to the ordinary procedure."""
        office, tale = self.offices["officer"], self.tale
        draft = office.begin_on_spot().value.draft_id
        office.set_found_at(draft, tale.moment(0, "10:00"))
        office.choose_party(draft, self.city.cast.company.code)
        office.set_field(draft, "place", tale.place)
        office.set_field(draft, "happened", tale.happened)
        office.choose_violation(draft, tale.violation)
        specs = {spec.id: spec for spec in office.fact_specs(tale.violation)}
        for name, text in tale.facts.items():
            office.set_fact(draft, name, parse_fact(specs[name], text))
        office.attach_photo(draft, picture(self.folder), "现场全景")
        self.case_id = office.acts.turn_ordinary(draft, tale.why).value
        return self.case_id

    def propose(self):
        office = self.offices["officer"]
        draft = office.acts.propose_again(self.case_id).value.draft_id
        office.acts.propose(draft, PARTNER, self.city.cast.password)

    def step(self, step):
        """One act, begun, written and signed."""
        if step.act == PROPOSE:
            self.propose()
            return None
        acts = self.offices[step.by].acts
        draft = acts.begin(self.case_id, step.act).value
        acts.set_at(draft.draft_id, self.tale.moment(step.day, step.at))
        if began := self.tale.began_of(step):
            acts.set_value(draft.draft_id, "began", began)
        for path, value in step.values.items():
            acts.set_value(draft.draft_id, path, self.sum_of(value, acts) if path == "sum" else self.value(path, value))
        page = acts.draft(draft.draft_id)
        if page.form:
            acts.preview(draft.draft_id)
        second = (PARTNER, self.city.cast.password) if page.second else ("", "")
        return acts.do(draft.draft_id, *second).value

    def value(self, path, value):
        if path == "photos":
            case = self.offices["officer"].case(self.case_id)
            return [{"evidence": one.evidence_id.hex} for one in case.evidence]
        if path == "plan":
            owed = self.offices["officer"].acts.view(self.case_id).sums.decided
            half = owed // 200 * 100
            return [{**row, "sum": half if row["sum"] == "half" else owed - half} for row in value]
        return value

    def sum_of(self, value, acts):
        sums = acts.view(self.case_id).sums
        match value:
            case "half":
                return sums.decided // 200 * 100
            case "owed":
                return sums.owed
            case "paid":
                return sums.paid
            case _:
                return value

    def sync(self):
        sync(*self.desks.values())
