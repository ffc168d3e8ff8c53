"""What goes wrong around an officer, each through the real window, and the sentence they read."""

import http.server
import os
import subprocess
import threading
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from desktop.app.application import Application
from desktop.app.demo_city import PARTNER, SUPERVISOR
from desktop.platform.clock import SystemClock
from desktop.services.settings import change_settings
from desktop.store.authority import LEGAL, PACKS, ROSTER
from desktop.store.kept import keep, kept, kept_under
from desktop.store.projections import rebuild, snapshot
from enforcement.values.errors import KnownError
from tests.support.city import at_the_door, copy_of, signed_in, written

ASKED = {"source": "巡查发现", "received_on": "2026-03-02", "opinions.officer": {"text": "建议立案。"}}


@pytest.fixture
def city(founded, tmp_path):
    copied = copy_of(founded, tmp_path / "city")
    yield copied
    copied.stop_relay()


@pytest.fixture
def window(city):
    application, driver = signed_in(city.folder / "officer", city.cast)
    yield city, application, driver
    application.window.close()


def picture(path: Path) -> Path:
    Image.new("RGB", (640, 480), (120, 140, 150)).save(path)
    return path


def page(application, driver, cast):
    draft_id = written(application.session.office, cast)
    application.session.resume_on_spot(draft_id)
    driver.find("onspot.photos")
    driver.wait(lambda: bool(driver.find("outcome.sum").text()), "the ruler")
    return draft_id


def sentence(driver, part):
    driver.wait(lambda: part in driver.window.notice_text(), part)
    return driver.window.notice_text()


def test_wrong_password(city):
    application, driver = at_the_door(city.folder / "officer")
    driver.enter("not the password")
    driver.wait(lambda: bool(application.page.problem_text()), "the refusal")
    assert application.page.problem_text() == "The password is not right. Type it again."
    driver.enter(city.cast.password)
    driver.wait(lambda: application.session is not None, "the session")
    application.window.close()


def test_the_first_time_needs_the_relay_once(new_city, tmp_path):
    city = copy_of(new_city, tmp_path / "city")
    application, driver = at_the_door(city.folder / "supervisor", SUPERVISOR)
    driver.enter(city.cast.password)
    driver.wait(lambda: bool(application.page.problem_text()), "the refusal")
    assert application.page.problem_text() == (
        "The agency's data was never fetched on this device, and the relay cannot be reached."
        " Sign in once while there is a connection; afterwards none is needed."
    )
    city.start_relay()
    driver.enter(city.cast.password)
    driver.wait(lambda: application.session is not None, "the session")
    application.window.close()
    city.stop_relay()


def test_second_copy(window):
    city, _, _ = window
    with pytest.raises(KnownError, match=r"store\.in_use"):
        Application(city.folder / "officer")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8"}
    code = (
        "import sys; from PySide6.QtWidgets import QMessageBox; QMessageBox.warning = lambda *_: None\n"
        "from desktop.app.main import main; sys.exit(main(['--profile', sys.argv[1]]))"
    )
    import sys

    done = subprocess.run(
        [sys.executable, "-c", code, str(city.folder / "officer")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "The program is already running with this profile. Use the window that is open." in done.stderr


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_bytes(b""), "is empty (0 bytes)"),
        (lambda path: os.truncate(path, 200 << 20), "is too large"),
        (lambda path: path.write_bytes(b"no picture at all"), "is no picture that can be read"),
    ],
)
def test_photographs_that_are_none(window, tmp_path, make, words):
    city, application, driver = window
    draft_id = page(application, driver, city.cast)
    bad = tmp_path / "bad.jpg"
    bad.touch()
    make(bad)
    driver.drop("onspot.photos", bad)
    assert "Everything written so far is kept." in sentence(driver, words)
    assert application.session.office.draft(draft_id).evidence == ()
    driver.drop("onspot.photos", picture(tmp_path / "good.jpg"))
    driver.wait(lambda: len(application.session.office.draft(draft_id).evidence) == 1, "the good one")


def test_expired_certificate_at_cosign(founded, city, tmp_path):
    city.office("renew", PARTNER, "--valid-to", "2025-12-31")
    city.office("publish")
    city.start_relay()
    application, driver = signed_in(city.folder / "officer", city.cast)
    office = application.session.office
    driver.wait(
        lambda: [one.state for one in office.people() if one.number == PARTNER] == ["expired"], "the new roster"
    )
    page(application, driver, city.cast)
    driver.drop("onspot.photos", picture(tmp_path / "a.jpg"))
    driver.wait(
        lambda: bool(office.today().begun) and len(office.draft(office.today().begun[0].draft_id).evidence) == 1,
        "sealed",
    )
    driver.tap("onspot.statement.none")
    driver.focused("sign.password")
    driver.enter(city.cast.password)
    problem = driver.find("sign.problem")
    assert "ended on 2025-12-31" in problem.text()
    assert "Somebody with a valid certificate has to sign." in problem.text()
    assert office.documents() == ()
    driver.tap("sign.cancel")
    application.window.close()


def test_pack_altered_by_one_byte(founded, city):
    application, _ = signed_in(city.folder / "officer", city.cast)
    database = application.session.desk.database
    with database.write() as session:
        name, data = next(iter(kept_under(session, PACKS).items()))
        altered = bytearray(data)
        altered[len(altered) // 2] ^= 1
        keep(session, name, bytes(altered))
        assert kept(session, ROSTER)
        assert kept(session, LEGAL)
    application.window.close()
    application, driver = at_the_door(city.folder / "officer")
    driver.enter(city.cast.password)
    driver.wait(lambda: bool(application.page.problem_text()), "the refusal")
    assert "The discretion table was altered after it was signed. It is not used." in application.page.problem_text()
    application.window.close()


def test_relay_down_is_shown_and_work_goes_on(window, tmp_path):
    city, application, driver = window
    page(application, driver, city.cast)
    driver.wait(lambda: application.session.office.strip().connection == "unreachable", "the strip")
    driver.tap("rail.sync")
    driver.wait(lambda: driver.find("sync.state").text() == "No connection", "the sync place")
    assert application.session.office.strip().waiting >= 1
    city.start_relay()
    driver.tap("sync.now")
    driver.wait(lambda: application.session.office.strip().waiting == 0, "everything received")


def test_relay_answering_rubbish(founded, city):
    class Rubbish(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>captive portal</html>")

        do_POST = do_PUT = do_GET

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Rubbish)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    change_settings(city.folder / "officer", relay=f"http://127.0.0.1:{server.server_port}")
    application, driver = signed_in(city.folder / "officer", city.cast)
    assert (
        "receipt does not fit" in sentence(driver, "tell your IT") or "is not the relay" in driver.window.notice_text()
    )
    driver.wait(lambda: application.session.office.strip().connection == "rubbish", "the strip")
    application.window.close()
    server.shutdown()
    server.server_close()


class Shifted(SystemClock):
    def __init__(self, by):
        self.by = by

    def now(self):
        return super().now() + self.by


@pytest.mark.parametrize(
    ("by", "words"),
    [(-timedelta(days=1), "clock is behind the relay's"), (timedelta(days=365), "clock is ahead of the relay's")],
)
def test_wrong_clock(founded, city, by, words):
    city.start_relay()
    application, driver = signed_in(city.folder / "officer", city.cast, clock=Shifted(by))
    assert "work goes on here and nothing is lost" in sentence(driver, words)
    application.window.close()


@contextmanager
def small_disk(founded, tmp_path, size):
    """A copy of the city, and a disk of that size with the officer's profile on it."""
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(small)], check=True)
    try:
        city = copy_of(founded, tmp_path / "city")
        subprocess.run(["cp", "-r", str(city.folder / "officer"), str(small)], check=True)
        yield city, small
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def filled(disk):
    """The file that takes all the room that was left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="mounting a small disk needs root")
def test_disk_full(founded, tmp_path):
    with small_disk(founded, tmp_path, "3m") as (city, small):
        application, driver = signed_in(small / "officer", city.cast)
        office = application.session.office
        draft_id = page(application, driver, city.cast)
        filler = filled(small)
        driver.drop("onspot.photos", picture(tmp_path / "a.jpg"))
        assert "The disk is full" in sentence(driver, "disk is full")
        filler.unlink()
        driver.drop("onspot.photos", tmp_path / "a.jpg")
        driver.wait(lambda: len(office.draft(draft_id).evidence) == 1, "sealed after all")
        application.window.close()


def opening(application, driver, cast):
    """The page on which officers ask to open an ordinary case, complete, open in the window; the case and the page's id."""
    office = application.session.office
    case_id = office.acts.turn_ordinary(written(office, cast), "案情需要进一步调查").value
    page = office.acts.begin(case_id, "opening.asked").value
    for path, value in ASKED.items():
        office.acts.set_value(page.draft_id, path, value)
    application.session._show_case(case_id)
    driver.tap("offer.opening.asked")
    driver.find("act.source")
    driver.window.activateWindow()
    return case_id, page.draft_id


def sign(driver, password):
    """The second officer's password, on the page as it stands."""
    driver.tap("act.sign")
    driver.focused("sign.password")
    driver.enter(password)


def test_an_act_with_the_connection_cut_is_signed_and_goes_out_afterwards(city):
    city.start_relay()
    application, driver = signed_in(city.folder / "officer", city.cast)
    office = application.session.office
    driver.wait(lambda: office.strip().connection == "online", "the relay")
    city.relay.kill()
    city.relay.wait()
    city.relay = None
    case_id, _ = opening(application, driver, city.cast)
    sign(driver, city.cast.password)
    driver.wait(lambda: office.acts.view(case_id).turn == "supervisor", "on the record")
    driver.wait(lambda: office.strip().connection == "unreachable", "the strip")
    assert office.strip().waiting >= 1
    city.start_relay()
    driver.window.activateWindow()
    driver.tap("rail.sync")
    driver.tap("sync.now")
    driver.wait(lambda: office.strip().waiting == 0, "everything received")
    application.window.close()


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="mounting a small disk needs root")
def test_an_act_with_the_disk_full_says_so_and_keeps_its_page(founded, tmp_path):
    with small_disk(founded, tmp_path, "8m") as (city, small):
        application, driver = signed_in(small / "officer", city.cast)
        office, desk = application.session.office, application.session.desk
        case_id, draft_id = opening(application, driver, city.cast)
        with desk.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        filler = filled(small)
        sign(driver, city.cast.password)
        problem = driver.find("sign.problem")
        assert "The disk is full" in problem.text()
        filler.unlink()
        assert office.acts.view(case_id).turn == "officer"
        kept = {field.path: field.value for field in office.acts.draft(draft_id).fields}
        assert {path: kept[path] for path in ASKED} == ASKED
        driver.tap("sign.cancel")
        sign(driver, city.cast.password)
        driver.wait(lambda: office.acts.view(case_id).turn == "supervisor", "on the record after all")
        acts = [line for line in office.case(case_id).timeline if line.kind == "act.done"]
        assert len(acts) == 1
        with desk.database.write() as session:
            before = snapshot(session)
            rebuild(session, desk.journal)
            assert snapshot(session) == before
        application.window.close()


@pytest.mark.skipif(os.name == "nt" or os.getuid() != 0, reason="mounting read-only needs root")
def test_read_only_profile(founded, tmp_path):
    from desktop.app.application import make_qt

    make_qt(headless=True)
    city = copy_of(founded, tmp_path / "city")
    profile = city.folder / "officer"
    subprocess.run(["mount", "--bind", str(profile), str(profile)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(profile)], check=True)
        with pytest.raises(KnownError, match=r"store\.read_only"):
            Application(profile)
    finally:
        subprocess.run(["umount", "-l", str(profile)], check=True)
