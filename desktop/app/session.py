"""A signed-in session: the Office, the places, and sync by itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.app.acts_place import ActsWiring
from desktop.app.authoring_place import make_place, may_author
from desktop.app.cosigning import CosigningHere
from desktop.app.finding import Finding
from desktop.app.inspect_place import Inspecting
from desktop.app.issuing_place import IssuingHere, may_issue
from desktop.app.mending import Doors, Propose, aim
from desktop.app.papers_place import wire_filing
from desktop.app.reminding import Reminding
from desktop.app.showing import OpeningCases, Showing
from desktop.app.strip import strip_parts
from desktop.app.syncing import Syncing, engine_of
from desktop.app.tools import render, render_form
from desktop.keys.pin import ShortLock
from desktop.messages import tr, words_of
from desktop.services import profile
from desktop.services.desk import Desk
from desktop.services.drafts import forget_thumbnails
from desktop.services.people import People
from desktop.services.profile import Fetch
from desktop.services.shapes import DraftRow, Issued, StripState
from desktop.services.signed_in import SignedIn
from desktop.sync import Engine, HttpTransport
from desktop.viewmodels import pages
from desktop.viewmodels.base import ViewModel
from desktop.viewmodels.onspot import OnSpotModel
from desktop.viewmodels.parties import PartiesModel
from desktop.viewmodels.people import PeopleModel
from desktop.views.cases.page import CasesPlace
from desktop.views.certificates.page import CertificatesPlace
from desktop.views.onspot.page import OnSpotPage
from desktop.views.parties.page import PartiesPlace
from desktop.views.review.page import ReviewPlace
from desktop.views.ruler.page import RulerPlace
from desktop.views.settings.page import SettingsPlace
from desktop.views.shell.window import PlaceSpec
from desktop.views.sync.page import SyncPlace
from desktop.views.today.page import TodayPlace
from desktop.work import beside
from enforcement.credentials import EnrolGrant
from enforcement.values.errors import KnownError

if TYPE_CHECKING:
    from pathlib import Path

    from desktop.app.application import Application
    from desktop.views.authoring.page import AuthoringPlace  # comes with the authoring extra, when it is opened

TICK_MS = 30_000
CLOCK_TOLERANCE = timedelta(minutes=5)


class _Nobody:
    """Signs nothing: the agency's published files are read without a signature."""

    kid = bytes(32)

    def sign(self, message: bytes) -> bytes:
        raise KnownError("device.unknown", device="")


def unlock(application: Application, number: str, password: str) -> Session:
    """On the store's worker: open the store and wire everything that has no widget."""

    def fetch(grant: EnrolGrant) -> Fetch:
        return HttpTransport(_relay(application, grant), _Nobody(), application.clock).public

    desk = profile.unlock(application.profile, number, password, application.clock, render, render_form, fetch)
    return _session(application, desk)


def unlock_again(application: Application, lock: ShortLock, pin: str) -> Session:
    """On the store's worker: the same person after a short lock. Raises KnownError(pin.wrong), (pin.over)."""
    secrets = lock.open(pin)
    desk = profile.unlock_again(application.profile, lock.number, secrets, application.clock, render, render_form)
    return _session(application, desk)


def _session(application: Application, desk: Desk) -> Session:
    desk.beside = beside
    relay = _relay(application, profile.grant_of(desk))
    engine = engine_of(desk, relay, metered=application.settings().metered)
    return Session(application, desk, SignedIn(desk, relay), engine)


def _relay(application: Application, grant: EnrolGrant) -> str:
    return application.settings().relay or grant.relay


class Session:
    """Made on the store's worker; `begin` makes the widgets on the interface thread."""

    def __init__(self, application: Application, desk: Desk, office: SignedIn, engine: Engine) -> None:
        self.application, self.desk, self.office, self.engine = application, desk, office, engine
        self.models: list[QObject] = []
        self.people = People(desk)
        self._strip_state: StripState | None = None
        self._told_clock = False

    # start and stop

    def begin(self) -> None:
        """The places, the strip, the first sync."""
        self.window, self.work = self.application.window, self.application.work
        self._strip = pages.StripModel(self.office, self.work)
        self._tick = QTimer(self.window)
        self._tick.timeout.connect(self._strip.reload)
        self._tick.start(TICK_MS)
        self.reminding = Reminding(self.office, self.work, self.window, self._failed)
        self._tick.timeout.connect(self.reminding.look)
        self._strip.loaded.connect(self._show_strip)
        self.syncing = Syncing(self, self._strip.reload, self._failed)
        self._queue = pages.SyncModel(self.office, self.work)
        self._queue.wanted.connect(self.sync_now)
        # never a lambda that holds this session: Qt keeps it, and a locked window would keep the session
        self._queue.writing.connect(self._write_stick)
        self._queue.reading.connect(self._read_stick)
        self._today = pages.TodayModel(self.office, self.work)
        self._today.loaded.connect(self._count_today)
        roles = self.desk.agency.person(self.desk.number).roles
        self.officer, self.supervisor = "officer" in roles, "supervisor" in roles
        self.reviews = self.supervisor or "reviewer" in roles
        self.author = may_author(roles)
        self.issuing = IssuingHere(self) if may_issue(roles) else None
        self._build_places()
        self._strip.activate()
        self.syncing.begin()
        self.reminding.look()

    def stop(self) -> None:
        """No new sync; the one that runs may finish."""
        if hasattr(self, "_cases"):
            self._cases.recordings.model.stop()
        if hasattr(self, "syncing"):
            self.syncing.stop()
            self._tick.stop()
            if self.issuing is not None:
                self.issuing.end()

    def short_lock(self) -> ShortLock | None:
        """What a PIN is to open again; runs on the store's worker."""
        return self.people.short_lock()

    def close(self) -> None:
        """Keys and pictures leave memory as far as Python allows; the store is closed."""
        forget_thumbnails()
        self.office.media.wipe()
        if hasattr(self, "reminding"):
            self.window.forget_places()
            self.window.set_finder(lambda _: ())
            self._tick.deleteLater()
            self.reminding.deleteLater()
        transport = self.engine.transport
        if isinstance(transport, HttpTransport):
            transport.close()
        self.desk.database.close()

    # places

    def _build_places(self) -> None:
        self.showing, self.opening, self.cosigning = Showing(self), OpeningCases(self), CosigningHere(self)
        self.inspecting = Inspecting(self)
        Finding(self)
        specs = [
            PlaceSpec("today", tr("Today"), "calendar-days", self._make_today),
            self.inspecting.spec,
            PlaceSpec("cases", tr("Cases"), "file-text", self._make_cases),
            PlaceSpec("documents", tr("Documents"), "printer", self._make_documents),
            PlaceSpec("parties", tr("Parties"), "users", self._make_parties),
            PlaceSpec("ruler", tr("Ruler"), "ruler", self._make_ruler),
            PlaceSpec("sync", tr("Sync"), "refresh-cw", self._make_sync),
            PlaceSpec("certificates", tr("Certificates"), "id-card", self._make_certificates),
        ]
        if self.reviews:
            specs.append(PlaceSpec("review", tr("Review"), "check", self._make_review))
        if self.author:
            specs.append(PlaceSpec("authoring", tr("Authoring"), "table-2", self._make_authoring))
        if self.issuing is not None:
            self.issuing.end()
            specs.append(PlaceSpec("issuing", tr("Office"), "shield-check", self.issuing.make))
        specs.append(PlaceSpec("settings", tr("Settings"), "settings", self._make_settings, at_foot=True))
        self.window.show_places(specs)
        self.window.open_place("review" if self.reviews and not self.officer else "today")

    def _make_today(self) -> QWidget:
        place = TodayPlace(self._today, officer=self.officer)
        place.penalty.connect(self.begin_on_spot)
        place.inspection.connect(self.inspecting.begin)
        place.visit.connect(self.inspecting.open_visit)
        place.opened.connect(self._open_case)
        place.resumed.connect(self.resume)
        self._watch(self._today)
        return place

    def _make_cases(self) -> QWidget:
        model = pages.CasesModel(self.office, self.work)
        self._cases = CasesPlace(model)
        self._case_stack = QStackedWidget()
        self._case_stack.setObjectName("stack")
        self._case_stack.addWidget(self._cases)
        self._cases.failed.connect(self._failed)
        self._cases.said.connect(self.window.say_done)
        self._case_acts = self._wire(self._case_stack, self._cases, self._propose)
        wire_filing(self, self._cases)
        self._keep(model)
        return self._case_stack

    def _wire(
        self, stack: QStackedWidget, place: CasesPlace | ReviewPlace, propose: Propose | None = None
    ) -> ActsWiring:
        doors = Doors(propose, self.resume_on_spot, self._show_notice)
        return ActsWiring(self.office, self.work, stack, place, self.window, self._failed, doors)

    def _make_documents(self) -> QWidget:
        model = pages.CasesModel(self.office, self.work, documents=True)
        place = CasesPlace(model, documents=True)
        place.failed.connect(self._failed)
        place.said.connect(self.window.say_done)
        self._keep(model)
        self._documents = place
        return place

    def _make_parties(self) -> QWidget:
        model = PartiesModel(self.office, self.work)
        self._parties = PartiesPlace(model)
        self._parties.failed.connect(self._failed)
        self._parties.opened.connect(self._show_case)
        self._keep(model)
        return self._parties

    def _make_ruler(self) -> QWidget:
        model = pages.RulerModel(self.office, self.work)
        place = RulerPlace(model)
        place.failed.connect(self._failed)
        self._keep(model)
        self._ruler = place
        return place

    def _make_sync(self) -> QWidget:
        place = SyncPlace(self._queue)
        place.failed.connect(self._failed)
        self._watch(self._queue)
        return place

    def _make_certificates(self) -> QWidget:
        model = pages.CertificatesModel(self.office, self.work)
        place = CertificatesPlace(model, supervisor=self.supervisor)
        place.failed.connect(self._failed)
        place.shown.connect(self.showing.begin)
        place.opened.connect(self.opening.ask)
        self._keep(model)
        return place

    def _make_review(self) -> QWidget:
        model = pages.ReviewModel(self.office, self.work, supervisor=self.supervisor)
        place = ReviewPlace(model)
        place.failed.connect(self._failed)
        place.opened.connect(self._show_case)
        model.loaded.connect(lambda page: self.window.set_counts({"review": len(page.rows) + len(page.turns)}))
        stack = QStackedWidget()
        stack.setObjectName("stack")
        stack.addWidget(place)
        self._wire(stack, place)
        self._keep(model)
        return stack

    def _make_authoring(self) -> QWidget:
        def ready(place: AuthoringPlace) -> None:
            place.failed.connect(self._failed)
            place.said.connect(self.window.say_done)
            place.published.connect(self.sync_now)

        return make_place(self.desk, self.work, ready)

    def _make_settings(self) -> QWidget:
        model = pages.SettingsModel(self.office, self.work)
        people = PeopleModel(self.office, self.work)
        place = SettingsPlace(model, people)
        place.failed.connect(self._failed)
        place.said.connect(self.window.say_done)
        place.people.locked.connect(self.application.lock_window)
        self._keep(people)
        place.signed_out.connect(lambda: QTimer.singleShot(0, self.application.sign_out))
        model.restyle.connect(self._restyle)
        self._keep(model)
        return place

    def _keep(self, model: QObject) -> None:
        self.models.append(model)
        self._watch(model)

    def _watch(self, model: QObject) -> None:
        if isinstance(model, ViewModel):
            model.failed.connect(self._failed)
            model.activate()

    # the on-the-spot page

    def begin_on_spot(self) -> None:
        """Today's first large button."""
        self._on_spot().begin()

    def resume(self, begun: DraftRow) -> None:
        """A page begun before: of an act of a case, or the one that measures."""
        if begun.case_id is None:
            self.resume_on_spot(begun.draft_id)
            return
        self._show_case(begun.case_id)
        self._case_acts.open_act(begun.act, case_id=begun.case_id)

    def resume_on_spot(self, draft_id: UUID, field: str = "") -> None:
        """A page begun before, at a field of it."""
        self._on_spot(field).resume(draft_id)

    def _on_spot(self, field: str = "") -> OnSpotModel:
        self.window.open_place("cases")
        model = OnSpotModel(self.office, self.work)
        page = OnSpotPage(model)
        page.failed.connect(self._failed)
        page.left.connect(lambda: self._leave(page))
        page.issued.connect(lambda issued: self._issued(page, issued))
        page.turned.connect(lambda case_id: self._turned(page, case_id))
        self._case_stack.addWidget(page)
        self._case_stack.setCurrentWidget(page)
        self.models.append(model)
        page.party.setFocus()
        aim(page, field)
        return model

    def _leave(self, page: OnSpotPage) -> None:
        self._case_stack.removeWidget(page)
        page.deleteLater()
        self.models = [model for model in self.models if model is not page.model]
        self.window.open_place("today")

    def _issued(self, page: OnSpotPage, issued: Issued) -> None:
        self._leave(page)
        self.window.open_place("documents")
        self._documents.open_case(issued.case_id, then_print=True)
        self.window.say_done(tr("{number} is issued and sealed on this device.", number=issued.document_number))

    def _propose(self, case_id: UUID, field: str) -> None:
        """The page that measures, for a sum in a case under the ordinary procedure."""
        self._on_spot(field).begin_proposal(case_id)

    def _show_notice(self, case_id: UUID) -> None:
        """The decision on the spot as it is printed."""
        self.window.open_place("documents")
        self._documents.open_case(case_id)

    def _turned(self, page: OnSpotPage, case_id: object) -> None:
        proposed = page.model.proposing
        self._leave(page)
        self._show_case(case_id)
        self.window.say_done(
            tr("The sum is put forward, signed by both officers.")
            if proposed
            else tr("The case goes on under the ordinary procedure.")
        )

    def _open_case(self, case_id: object) -> None:
        if self.reviews:
            self.window.open_place("review")
        else:
            self._show_case(case_id)

    def _show_case(self, case_id: object) -> None:
        if isinstance(case_id, UUID):
            self.window.open_place("cases")
            self._case_stack.setCurrentWidget(self._cases)
            self._cases.open_case(case_id)

    # what is always true

    def _show_strip(self, state: StripState) -> None:
        self._strip_state = state
        self.window.set_strip(strip_parts(state))
        self.window.set_counts({"sync": state.waiting + state.refused})
        self._tell_clock(state)

    def _tell_clock(self, state: StripState) -> None:
        offset = state.clock_offset
        if offset is not None and abs(offset) > CLOCK_TOLERANCE and not self._told_clock:
            self._told_clock = True
            code = "clock.ahead" if offset > timedelta(0) else "clock.behind"
            self.window.say(words_of(KnownError(code, relay=_there(self.desk, offset))))

    def _count_today(self, page: object) -> None:
        waiting = getattr(page, "waiting", ())
        self.window.set_counts({"today": len(waiting)})

    def _failed(self, error: object) -> None:
        if isinstance(error, Exception):
            self.window.say(words_of(error))

    def _restyle(self) -> None:
        """Theme at once; a language needs every place made again."""
        before = self.application.settings().language
        self.application.restyle()
        self.engine.metered = self.application.settings().metered
        if self.application.settings().language != before:
            self.models.clear()
            self._strip.reload()
            self._build_places()
            self.window.open_place("settings")

    def _write_stick(self, folder: Path) -> None:
        self.syncing.write_stick(folder, self._queue.carried.emit)

    def _read_stick(self, folder: Path) -> None:
        self.syncing.read_stick(folder, self._queue.carried.emit)

    def sync_now(self) -> None:
        """At once, whatever the back-off says."""
        self.syncing.now()


def _there(desk: Desk, offset: timedelta) -> str:
    instant: datetime = desk.clock.now() - offset
    return instant.astimezone().strftime("%Y-%m-%d %H:%M")


__all__ = ["Session", "unlock", "unlock_again"]
