"""Parties: found with their cases, their history over ids and codes, who may be the same; nothing is put together."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from uuid import uuid4

import pytest

from desktop.services.party_history import Parties, alike, years_of
from desktop.store import JournalStore, open_database
from desktop.store.models import CaseRow
from desktop.store.parties import KnownParty, put_party, put_register
from desktop.store.projections import project_case
from enforcement.values.clock import to_ms
from enforcement.values.errors import KnownError
from tests.support.journal_maker import Device, decided_case

CODE, OTHER = "91990100MA87244670", "91990100MA51306081"


def known(party_id, name="示例市衡平建材有限公司", code=CODE, address="示例市示范区示范路18号", source="register"):
    return KnownParty(party_id, name, "organisation", code, address, "吴嘉示", "0000-8472357", source)


@pytest.fixture
def parties(tmp_path):
    database = open_database(tmp_path, bytes(range(32)))
    desk = SimpleNamespace(database=database, journal=JournalStore())
    yield Parties(desk)
    database.close()


def keep(parties, *found):
    with parties._desk.database.write() as session:
        put_register(session, found)


def case_line(number, party_id, status="approved", fine=150_000, at=datetime(2026, 3, 2, tzinfo=UTC), **more):
    values = dict(
        case_id=bytes([number]) * 16, inspection=b"", title="擅自占用城市道路", violation="road-occupy", tier="t1",
        party="示例市衡平建材有限公司", party_id=party_id, place="示范路18号", unit="u1", officers="吴明",
        document_number=f"示〔2026〕{number}号", fine_fen=fine, status=status, opened_ms=to_ms(at), issued_ms=to_ms(at),
        prints=0, delivered="", on_spot_payment=False, procedure="summary", stage="", turn="", turn_ms=0, events=b"",
        search=f"擅自占用城市道路\n示例市衡平建材有限公司\n{CODE.lower()}\n示范路18号\n",
    )  # fmt: skip
    return CaseRow(**{**values, **more})


def add(parties, *lines):
    with parties._desk.database.write() as session:
        session.add_all(lines)


def test_found_by_name_code_address_and_pinyin_initials(parties):
    keep(parties, known(CODE), known(OTHER, "示例市前进丁家居有限公司", OTHER, "示例市示范区衡尺大道9号"))
    for query in ("衡平", CODE[-6:].lower(), "示范路18", "slshpjc", "衡平 有限"):
        assert [one.party_id for one in parties.find(query)] == [CODE], query
    assert len(parties.find()) == 2
    assert [one.party_id for one in parties.find("", 1, 1)] == [CODE]
    assert parties.find("没有") == ()


def test_the_list_says_how_many_cases_and_when_the_latest_began(parties):
    keep(parties, known(CODE))
    later = datetime(2026, 5, 1, tzinfo=UTC)
    add(parties, case_line(1, CODE), case_line(2, CODE, at=later))
    line = parties.find("衡平")[0]
    assert (line.cases, line.latest) == (2, later)


def test_a_party_known_only_from_cases_of_other_devices_is_found(parties):
    add(parties, case_line(1, "entered-1", party="示例市别处来的公司", search="示例市别处来的公司\n"))
    assert [(one.party_id, one.name) for one in parties.find("别处")] == [("entered-1", "示例市别处来的公司")]


def test_its_data_come_from_the_record_itself(parties):
    device, desk = Device(), parties._desk
    case_id = uuid4()
    with desk.database.write() as session:
        for entry in decided_case(device, case_id):
            desk.journal.take_in(session, entry.data, b"b", device.key_of)
        case = project_case(session, desk.journal, case_id)
    found = parties.history(case.party.party_id)
    assert (found.party.name, found.party.code) == (case.party.name, case.party.code)
    assert [one.case_id for one in found.cases] == [case_id]


def test_history_joins_cases_of_the_id_and_of_the_same_code(parties):
    keep(parties, known(CODE), known("entered-2", source="register"))
    add(parties, case_line(1, CODE), case_line(2, "entered-2"), case_line(3, OTHER, search=f"x\n{OTHER.lower()}\n"))
    numbers = {one.document_number for one in parties.history(CODE).cases}
    assert numbers == {"示〔2026〕1号", "示〔2026〕2号"}


def test_who_may_be_the_same_is_proposed_with_the_reason_and_never_merged(parties):
    keep(
        parties,
        known(CODE),
        known("same-code", "衡平建材", CODE, "别处"),
        known("same-name", code=OTHER, address="示例市示范区示范路 18 号二楼"),
        known("far-away", code=OTHER, address="别的市别的区很远的大街一百号"),
        known("other-name", "示例市前进丁家居有限公司", OTHER),
    )
    found = parties.history(CODE)
    assert [(one.party.party_id, one.why) for one in found.same] == [("same-code", "code"), ("same-name", "name")]
    assert len(parties.find()) == 5


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("示范路18号", "示范路 18 号", True),
        ("示例市示范区示范路18号", "示例市示范区示范路18号二楼", True),
        ("示范路18号", "衡尺大道200号", False),
        ("", "", False),
    ],
)
def test_addresses_are_alike_when_their_letters_are(one, other, same):
    assert alike(one, other) is same


def test_years_count_what_stands_and_turn_over_at_local_midnight():
    eve = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=8))).astimezone(UTC)
    lines = [
        case_line(1, CODE),
        case_line(2, CODE, fine=0),
        case_line(3, CODE, status="voided"),
        case_line(4, CODE, status="open", fine=None),
        case_line(5, CODE, at=eve),
        case_line(6, CODE, at=eve - timedelta(hours=1), fine=20_000),
    ]
    years = years_of(lines)
    assert [(one.year, one.cases, one.decisions, one.fines_fen, one.warnings) for one in years] == [
        (2026, 5, 3, 300_000, 1),
        (2025, 1, 1, 20_000, 0),
    ]


def test_an_unknown_party_is_refused(parties):
    with pytest.raises(KnownError, match=r"input\.invalid"):
        parties.history("nobody")


def test_a_register_that_was_replaced_is_what_is_found(parties):
    keep(parties, known(CODE))
    with parties._desk.database.write() as session:
        put_party(session, known("entered-9", "示例市手录公司", OTHER, source="entered"))
    keep(parties, known(OTHER, "示例市新来公司", OTHER))
    assert {one.name for one in parties.find()} == {"示例市新来公司", "示例市手录公司"}
