"""Ten thousand cases as their lines only, with inspections and papers: for tests of what is looked up in them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from desktop.store.case_lines import search_text
from desktop.store.models import CaseRow, NumberRow, PaperRow, PartyRow
from desktop.store.visit_models import VisitRow
from enforcement.values.clock import to_ms

ROADS = ("文昌路", "示范路", "和平里", "启明大街", "衡尺大道", "前进巷")
TRADES = ("建材", "食品", "五金", "家居", "餐饮", "物流")
FORMS = ("case_opening", "inquiry_record", "penalty_decision")
BEGUN = datetime(2021, 3, 1, 2, tzinfo=UTC)


def case_row(number, party, party_id, place, **more):
    """A line of an ordinary case."""
    at = to_ms(BEGUN + timedelta(hours=3 * number))
    issued = f"示城管罚决〔2026〕{number}号"
    values = dict(
        case_id=number.to_bytes(16, "big"), inspection=b"", title="擅自占用城市道路", violation="road-occupy", tier="t1", party=party,
        party_id=party_id, place=place, unit="u1", officers="吴明", document_number=issued, fine_fen=150_000, status="decided",
        opened_ms=at, issued_ms=at, prints=0, delivered="", on_spot_payment=False, procedure="ordinary", stage="", turn="",
        turn_ms=0, events=b"", outcome="", search=search_text("擅自占用城市道路", party, party_id, place, issued),
    )  # fmt: skip
    return CaseRow(**{**values, **more})


def visit_row(number, party, party_id, place, **more):
    """A line of an inspection."""
    at = to_ms(BEGUN + timedelta(hours=3 * number))
    values = dict(
        visit_id=(1 << 100 | number).to_bytes(16, "big"), party=party, party_id=party_id, place=place, unit="u1", type="planned",
        trigger="plan", title="门前秩序", urgent=False, status="closed", approved=True, outcome="clean", officers="99010001", names="吴明",
        planned_ms=at, begun_ms=at, closed_ms=at, at_ms=at, findings=0, told=True, recheck_ms=None, rechecked="", after=b"",
        search=search_text(party, party_id, place, "门前秩序"),
    )  # fmt: skip
    return VisitRow(**{**values, **more})


def paper_row(case, serial, party, form, number):
    """A line of a paper of the case of that number."""
    return PaperRow(
        entry=(case * 8 + serial).to_bytes(32, "big"), case_id=case.to_bytes(16, "big"), form=form, number=number,
        at_ms=to_ms(BEGUN + timedelta(hours=3 * case, minutes=serial)), party=party, case_title="擅自占用城市道路", prints=1, voided="",
        search=search_text("擅自占用城市道路", party, number),
    )  # fmt: skip


def number_row(number, of, series="s", running=0):
    """A number that a paper of `of` (16 bytes) bears."""
    return NumberRow(series=series, running=running, case_id=of, number=number, voided="")


def fill(session, count=10_000, parties=2_000):
    """So many cases and as many inspections, three papers for each case, of so many parties."""
    chance = random.Random(7)
    known = []
    for number in range(parties):
        name = f"示例市{chance.choice(ROADS)[:2]}{chance.choice(TRADES)}第{number}店"
        code = f"9199010{number:07d}MA{number % 97:02d}"
        place = f"示例市示范区{chance.choice(ROADS)}{number % 300}号"
        known.append((name, code, place))
        session.add(
            PartyRow(
                party_id=f"m{number}", name=name, kind="organisation", code=code, address=place, representative="", phone="",
                known_from="register", search=search_text(name, code, place),
            )
        )  # fmt: skip
    for number in range(count):
        name, code, place = chance.choice(known)
        session.add(case_row(number, name, code, place))
        session.add(visit_row(number, name, code, place))
        session.add(number_row(f"示城管检通〔2026〕{number}号", (1 << 100 | number).to_bytes(16, "big"), "v", number))
        for serial, form in enumerate(FORMS):
            session.add(paper_row(number, serial, name, form, f"示城管文〔2026〕{number * 3 + serial}号"))
        if number % 1_000 == 0:
            session.flush()
            session.expunge_all()
