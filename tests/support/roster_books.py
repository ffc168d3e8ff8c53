"""Workbooks of a roster, as a personnel office writes them."""

import io
from datetime import date

from openpyxl import Workbook

from central.authority.roster_book import COLUMNS, SHEET

GOOD = {
    "证号": "99010101", "姓名": "𬭎示", "单位": "城管执法一中队", "角色": "执法人员", "证件种类": "执法证", "执法类别": "城市管理、交通运输",
    "执法区域": "990102", "发证日期": date(2026, 3, 1), "有效期至": date(2030, 12, 31), "年审到期": date(2027, 3, 31),
}  # fmt: skip


def book(*rows, columns=tuple(COLUMNS)):
    made = Workbook()
    made.active.title = SHEET
    made.active.append(columns)
    for row in rows:
        made.active.append([row.get(title) for title in columns])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
