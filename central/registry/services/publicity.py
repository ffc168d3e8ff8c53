"""The list that may be published (行政处罚法第四十八条): what was decided, never about whom where that is a person.

- A decision stands here once the register believes it and it was not declared closed to the public; a voided or fallen one never.
- An organisation's name and code are public facts; of a citizen or a sole trader only that they are one. No address, no telephone, no
  representative, no officer, no case facts.
- `publish_by` is the last day for publishing (7 working days, 国办发〔2018〕118号); of a decision that was changed or quashed `withdraw_by`
  is the last day for taking it back with the reason (3 working days, Art. 48). Empty where the year's holidays are not known.
"""

from __future__ import annotations

import csv
import io
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from central.registry.services.books import disputed
from central.registry.services.judging import tables
from central.registry.services.lines import QUASHED, STANDS
from central.registry.store.models import CaseRow, DecisionRow
from enforcement.credentials import Roster
from enforcement.law import Due, HolidayCalendar, count
from enforcement.values.errors import KnownError
from enforcement.values.money import plain_text

COLUMNS = (
    "决定书文号", "处罚机关", "承办单位", "违法行为", "处罚依据", "处罚种类", "罚款金额（元）", "当事人", "统一社会信用代码", "决定日期",
    "公开截止日", "状态", "撤回截止日",
)  # fmt: skip
PERSON = {"citizen": "自然人", "sole_trader": "个体工商户"}
PUBLISH, WITHDRAW = "publicity.penalty", "publicity.withdraw"


def publicity(session: Session, roster: Roster, calendar: HolidayCalendar) -> str:
    """CSV (RFC 4180, UTF-8), by number."""
    doubtful = disputed(session)
    cases = {row.case_id: row for row in session.scalars(select(CaseRow).where(CaseRow.sort == "case"))}
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(COLUMNS)
    wanted = select(DecisionRow).where(DecisionRow.state.in_((STANDS, QUASHED))).order_by(DecisionRow.number)
    for row in session.scalars(wanted):
        case = cases.get(row.case_id)
        if case is None or not row.publishable or row.case_id in doubtful:
            continue
        if row.state == QUASHED and row.published_ms is None:
            continue  # what was never published is not to be taken back
        organisation = case.party_kind == "organisation"
        sheet.writerow(
            _plain(
                (
                    row.number,
                    roster.agency.name,
                    roster.unit_name(row.unit),
                    case.title,
                    row.basis,
                    row.kind,
                    plain_text(row.fine_fen),
                    case.party if organisation else PERSON.get(case.party_kind, ""),
                    case.party_code if organisation else "",
                    row.decided_on,
                    _last_day(PUBLISH, row.decided_on, calendar),
                    "公开" if row.state == STANDS else "撤回",
                    _last_day(WITHDRAW, row.overturned_on, calendar),
                )
            )
        )
    return out.getvalue()


def _plain(cells: tuple[str, ...]) -> list[str]:
    """What begins like a formula is text to whoever opens it in a spreadsheet."""
    return [f"'{one}" if one[:1] in ("=", "+", "-", "@", "\t", "\r") else one for one in cells]


def _last_day(rule: str, since: str, calendar: HolidayCalendar) -> str:
    if not since:
        return ""
    try:
        found = count(tables().deadlines.rule(rule).period, date.fromisoformat(since), calendar)
    except KnownError as error:
        if error.code != "period.year_unknown":
            raise
        return ""
    return found.last_day.isoformat() if isinstance(found, Due) else ""
