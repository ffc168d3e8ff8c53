"""The registry: what came is opened, checked from the bytes, kept, and made again; what is wrong is told with its reason."""

import csv
import json
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update

from central.authority.keyring import Keyring
from central.registry.services import books
from central.registry.services.pulling import folder_reader
from central.registry.services.verifying import verify
from central.registry.store.models import BundleRow, DecisionRow
from desktop.app.demo_city import OFFICER, PARTNER, City
from desktop.app.main import main as hengchi
from desktop.app.tools import render, render_form
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.signed_in import SignedIn
from enforcement.journal.acts import CaseCosigned, CaseDetermined, DecisionIssued, FactsRecorded, PartyInformed
from enforcement.rules import ProofStatement, sign_pack
from enforcement.rules.pack import PROOF
from enforcement.values.cose import KeySigner, peek1
from enforcement.values.ids import uuid7
from enforcement.values.shapes import from_bytes
from tests.support.city import copy_of, written
from tests.support.registries import Bench, Registry, command, in_this_process
from tests.support.visit_desks import desk_of, picture, sync


@pytest.fixture(autouse=True)
def one_process(new_city, monkeypatch):
    """Once the city is founded, its programs run here."""
    monkeypatch.setattr(City, "_run", in_this_process)


def decided(city, desk, folder):
    office = SignedIn(desk, "")
    draft = written(office, city.cast)
    office.attach_photo(draft, picture(folder))
    office.record_told(draft)
    office.record_statement(draft, "none")
    return office.cosign_and_issue(draft, PARTNER, city.cast.password).value


def test_cases_are_pulled_believed_and_made_again(city, tmp_path):
    registry = Registry(city, SystemClock()).enrol()
    officer, head = desk_of(city, "officer"), desk_of(city, "supervisor")
    issued = decided(city, officer, tmp_path)
    sync(officer, head)
    SignedIn(head, "").approve(issued.case_id)
    sync(head, officer)

    found = registry.pull()
    assert (found.bundles, found.entries, found.consistent) == (3, 11, True)
    assert (registry.pull().bundles, registry.pull().entries) == (0, 0)
    assert command(registry, "refused")["refused"] == []
    told = command(registry, "books")
    assert (told["acts"], told["bundles"], told["cases"], told["inspections"], told["numbers"]) == (11, 3, 1, 1, 1)
    assert [(one["unit"], one["acts"], one["decisions"], one["fines_fen"]) for one in told["books"]] == [
        ("u1", 10, 1, 150_000),
        ("u9", 1, 0, 0),
    ]
    (case,) = [one for one in command(registry, "cases")["cases"] if one["sort"] == "case"]
    assert (case["status"], case["number"], case["believed"]) == ("approved", issued.document_number, True)
    devices = {one["label"]: one for one in command(registry, "devices")["devices"]}
    assert set(devices) == {"一中队-07", "监督科-01", "法制科-01"}, "the registry itself is no device that writes"
    assert (devices["一中队-07"]["came"], devices["一中队-07"]["not_come"]) == (10, 0)
    again = command(registry, "verify")
    assert (again["differences"], again["bundles"]) == ([], 3)

    command(registry, "export", "--out", str(tmp_path / "list.csv"))
    text = (tmp_path / "list.csv").read_text("utf-8-sig")
    (row,) = csv.DictReader(text.splitlines())
    assert (row["决定书文号"], row["罚款金额（元）"], row["状态"]) == (issued.document_number, "1500", "公开")
    assert row["公开截止日"] > row["决定日期"]
    company = city.cast.company
    for secret in (company.representative, company.phone, company.address, city.cast.officer, city.cast.partner):
        assert secret not in text
    registry.close()


@pytest.fixture(scope="module")
def told(founded, tmp_path_factory):
    """A city whose officer has decided one case, nothing sent; no relay runs."""
    folder = tmp_path_factory.mktemp("registry")
    city = copy_of(founded, folder / "city")
    desk = desk_of(city, "officer")
    issued = decided(city, desk, folder)
    desk.database.close()
    return city, issued


@pytest.fixture
def bench(told, tmp_path, request):
    """Of this city; the register in SQLite unless the test asks for PostgreSQL."""
    city, issued = told
    url = request.getfixturevalue("postgres").database() if getattr(request, "param", "") == "postgres" else ""
    shutil.copytree(city.folder, tmp_path / "city")
    copied = City(tmp_path / "city", city.cast, port=city.port)
    desk = desk_of(copied, "officer")
    made = Bench(copied, desk, tmp_path / "register", url)
    made.first = issued
    yield made
    made.close()
    desk.database.close()


@pytest.mark.parametrize("bench", ["sqlite", "postgres"], indirect=True)
def test_what_is_true_is_believed_and_twice_is_once(bench):
    bundles = bench.bundles()
    assert bench.take(*bundles).bundles == 2
    assert bench.told() == []
    again = bench.take(*bundles)
    assert (again.bundles, again.entries, again.known) == (0, 0, 2)
    acts = bench.acts(bench.first.case_id)
    bench.like(acts, lambda body: bench.issued(body, 2) if isinstance(body, DecisionIssued) else body)
    bench.take(*bench.bundles())
    assert bench.told() == [], "a case made after a true one is as true"
    assert verify(bench.register, bench.opener).differences == []


def test_a_sum_outside_the_band_and_another_answer_of_the_ruler(bench):
    acts = bench.acts(bench.first.case_id)
    band = next(body.determination["band_hi"] for _, body, _ in acts if isinstance(body, CaseDetermined))
    dear = band + 10_000

    def dearer(body):
        if isinstance(body, CaseDetermined | PartyInformed):
            return msgspec.structs.replace(body, fine_fen=dear)
        return bench.issued(body, 2, fine_fen=dear) if isinstance(body, DecisionIssued) else body

    def milder(body):
        if isinstance(body, CaseDetermined):
            return msgspec.structs.replace(body, determination={**body.determination, "band_lo": 1})
        return bench.issued(body, 3) if isinstance(body, DecisionIssued) else body

    first = bench.like(acts, dearer)
    bench.take(*bench.bundles())
    assert "rules.no_leave" in bench.told("refused")
    assert any("超出裁量幅度，未经批准" in words for words in bench.words())
    bench.like(acts, milder)
    bench.take(*bench.bundles())
    assert "rules.differ" in bench.told("refused")
    with bench.register.read() as session:
        assert first.bytes in books.disputed(session)
        (sums,) = books.books(session)
        assert (sums.decisions, sums.fines_fen, sums.disputed, sums.disputed_fen) == (1, 150_000, 2, dear + 150_000)


def test_a_paper_that_its_code_does_not_vouch_for(bench):
    acts = bench.acts(bench.first.case_id)

    def other_place(body):
        if not isinstance(body, DecisionIssued):
            return body
        good = bench.issued(body, 2)
        return msgspec.structs.replace(good, content={**good.content, "place": "另一处"})

    bench.like(acts, other_place)
    bench.take(*bench.bundles())
    assert bench.told("refused") == ["notice.content"]


def test_steps_that_were_left_out(bench):
    acts = [one for one in bench.acts(bench.first.case_id) if not isinstance(one[1], PartyInformed)]
    bench.like(acts, lambda body: bench.issued(body, 2) if isinstance(body, DecisionIssued) else body)
    bench.take(*bench.bundles())
    assert bench.told("refused") == ["act.unlawful"]
    assert any("处罚决定前未告知" in words for words in bench.words())


def test_numbers_used_twice_and_of_no_block(bench):
    acts = bench.acts(bench.first.case_id)
    bench.like(acts)
    bench.like(acts, lambda body: bench.issued(body, 90_001) if isinstance(body, DecisionIssued) else body)
    bench.take(*bench.bundles())
    assert sorted(bench.told("refused")) == ["number.not_allotted", "number.twice", "number.twice"]
    assert verify(bench.register, bench.opener).differences == []


def test_a_suspension_entered_later_reaches_back(bench):
    bench.take(*bench.bundles())
    assert bench.told() == []
    since = (SystemClock().now() - timedelta(hours=1)).isoformat()
    bench.city.office("suspend", PARTNER, "--since", since, "--reason", "调查期间")
    bench.city.office("publish")
    assert bench.puller.take_authority(folder_reader(bench.city.repository))
    assert bench.told("refused") == ["certificate.suspended"]
    assert any("调查期间" in words for words in bench.words())
    with bench.register.read() as session:
        (sums,) = books.books(session)
        assert (sums.decisions, sums.disputed) == (0, 1)


def test_altered_bytes_are_kept_and_refused(bench):
    bundles = bench.bundles()
    broken = bytearray(bundles[0])
    broken[len(broken) // 2] ^= 1
    bench.take(bytes(broken), bundles[1])
    assert bench.told("refused") == ["signature.invalid"]
    with bench.register.read() as session:
        assert bytes(broken) in {row.data for row in session.query(BundleRow)}, "refused bytes are kept"
    assert bench.told("waiting") == ["chain.missing"]
    bench.take(bundles[0])
    assert bench.told("waiting") == []
    assert verify(bench.register, bench.opener).differences == []


def test_a_copied_device_forks(bench, tmp_path):
    bench.bundles()
    bench.desk.database.close()
    shutil.copytree(bench.city.folder / "officer", tmp_path / "clone")
    acts_of = {}
    for name, running in (("officer", 2), ("clone", 3)):
        if name == "clone":
            shutil.rmtree(bench.city.folder / "officer")
            shutil.copytree(tmp_path / "clone", bench.city.folder / "officer")
        bench.desk = desk_of(bench.city, "officer")
        acts = bench.acts(bench.first.case_id)
        bench.like(acts, lambda body, n=running: bench.issued(body, n) if isinstance(body, DecisionIssued) else body)
        acts_of[name] = bench.bundles()
        if name == "officer":
            bench.desk.database.close()
    bench.take(*acts_of["officer"], *acts_of["clone"])
    assert "chain.forked" in bench.told("refused")


def test_bundles_before_the_roster_that_knows_them(told, tmp_path):
    city, _ = told
    shutil.copytree(city.folder, tmp_path / "city")
    city = City(tmp_path / "city", city.cast, port=city.port)
    early = shutil.copytree(city.repository, tmp_path / "early")
    city._files.mkdir(exist_ok=True)
    request = profile.create(city.folder / "third", "一中队-08", [(OFFICER, city.cast.password)], SystemClock())
    (city._files / "third.request").write_bytes(request)
    city._enrol("third", "u1")
    profile.put_grant(city.folder / "third", (city._files / "third.grant").read_bytes())
    city.office("publish")
    fetch = folder_reader(city.repository)
    desk = profile.unlock(
        city.folder / "third", OFFICER, city.cast.password, SystemClock(), render, render_form, lambda _: fetch
    )
    with desk.database.write() as session:
        desk.append(
            session,
            uuid7(desk.clock.now(), desk.entropy),
            FactsRecorded(violation="x", happened="y", place="z", facts={}),
        )
    late = Bench(city, desk, tmp_path / "register")
    bundles = late.bundles()
    late.close()
    shutil.rmtree(tmp_path / "register")
    city_early = City(tmp_path / "early-city", city.cast)
    (city_early.authority).mkdir(parents=True)
    shutil.copytree(city.authority / "keys", city_early.authority / "keys")
    shutil.copytree(early, city_early.repository)
    bench = Bench(city_early, desk, tmp_path / "register")
    bench.take(*bundles)
    assert bench.told() == ["signature.unknown_key"]
    bench.puller.take_authority(folder_reader(city.repository))
    assert bench.told() == []
    with bench.register.read() as session:
        assert books.totals(session)["acts"] == 1
    bench.close()
    desk.database.close()


def test_a_register_that_was_written_into_is_found_out(bench):
    bench.take(*bench.bundles())
    with bench.register.write() as session:
        session.execute(update(DecisionRow).values(fine_fen=1))
    (difference,) = verify(bench.register, bench.opener).differences
    assert difference.startswith("decision")


def test_the_second_signature_of_somebody_without_the_role(bench):
    acts = bench.acts(bench.first.case_id)
    bench.like(acts, lambda body: bench.issued(body, 2) if isinstance(body, DecisionIssued) else body)
    bundles = bench.bundles()
    bench.city.office("amend", PARTNER, "--role", "reviewer", "--reason", "转岗", "--since", "2020-01-01T00:00+08:00")
    bench.city.office("publish")
    bench.puller.take_authority(folder_reader(bench.city.repository))
    bench.take(*bundles)
    assert set(bench.told("refused")) == {"certificate.wrong_kind"}
    assert CaseCosigned in {type(body) for _, body, _ in acts}


def test_the_books_of_a_small_city_add_up(new_city, tmp_path, monkeypatch):
    """The month of `hengchi demo --story city` in small."""

    def sign(self):
        """The table that the founded city's legal office proved, under this one's key."""
        pack = peek1((new_city.authority / "incoming" / "city.pack").read_bytes())
        proof = from_bytes(ProofStatement, pack.headers[PROOF])
        legal = KeySigner(Keyring(self.authority / "keys", self.cast.password).signing("legal"))
        path = self.authority / "incoming" / "city.pack"
        path.write_bytes(sign_pack(pack.payload, legal, proof))
        return path

    monkeypatch.setattr(City, "_sign", sign)
    code = hengchi(["demo", "--story", "city", "--devices", "4", "--days", "3", "--headless", "--out", str(tmp_path)])
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    print(summary)
    assert code == 0
    assert summary["acts"] > 50
    assert (summary["lost"], summary["twice"], summary["strange"], summary["waiting"]) == (0, 0, 0, 0)
    assert summary["books_equal"]
    assert summary["dishonest_day_detected"]
    assert summary["suspended_refused"]
    assert summary["not_believed"] == {"certificate.suspended": summary["suspended_signed_out_of_reach"]}
    assert summary["lost_devices"] == 1


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_books_of_a_month_add_up(tmp_path):
    tool = Path(sys.executable).parent / "hengchi"
    words = ["demo", "--story", "city", "--devices", "20", "--days", "30", "--headless", "--out", str(tmp_path)]
    done = subprocess.run([str(tool), *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    assert summary["acts"] > 3000
    assert summary["lost_devices"] == 2
    assert summary["unsent_on_lost_device"] > 0
