"""`hengchi review`: the board on a unit's whole year, as a report on the terminal, as JSON and as PDF."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

import resources
from desktop.app.tools import passwords_of, render
from desktop.app.tools import render_form as render_values
from desktop.messages.errors import words_of
from desktop.platform.clock import SystemClock
from desktop.platform.files import write_durably
from desktop.platform.paths import profile_path
from desktop.printing.formset import library, render_form
from desktop.services import profile
from desktop.services.board import Bench, bench_of
from desktop.services.board_year import CaseScore, YearFigures, figures, scores
from enforcement.procedure.board import points_text
from enforcement.values.errors import KnownError

REPORT = "procedure/review_report.toml"


def run_review(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the year was gone through, whatever was found; 1 with a sentence when it could not be."""
    try:
        password = passwords_of(arguments.password_file)[0]
        desk = profile.unlock(
            profile_path(arguments.profile), arguments.person, password, SystemClock(), render, render_values, None
        )
    except KnownError as error:
        return _failed(error)
    try:
        by = bench_of(desk.deadlines)
        begun = time.perf_counter()
        rows = tuple(scores(desk, by, arguments.unit, arguments.year))
        found = figures(by, rows)
        spent = time.perf_counter() - begun
        agency, today = desk.agency.index.roster.agency.name, desk.today()
        unit = desk.agency.index.roster.unit_name(arguments.unit)
        if arguments.json:
            data = {"agency": agency, "unit": unit, "year": arguments.year, **_plain(found, rows)}
            write_durably(arguments.json, json.dumps(data, ensure_ascii=False, indent=1).encode(), 0o600)
        if arguments.pdf:
            values = report_values(by, found, rows, agency, unit, arguments.year, today)
            write_durably(arguments.pdf, render_form(library.form_named(str(resources.path(REPORT))), values), 0o600)
    except KnownError as error:
        return _failed(error)
    finally:
        desk.database.close()
    _print(found, rows, spent)
    return 0


def report_values(
    by: Bench, found: YearFigures, rows: Sequence[CaseScore], agency: str, unit: str, year: int, today: date
) -> dict[str, Any]:
    """The report's values. Cases that nothing is struck in are counted and not listed."""
    basis = {one.id: one.basis for one in by.table.checks}
    return {
        "agency": agency,
        "unit": unit,
        "year": f"{year}年",
        "made_on": today.isoformat(),
        "cases": f"{found.cases}件",
        "average": f"{points_text(found.average)}分",
        "vetoed": f"{found.vetoed}件",
        "faultless": f"{found.faultless}件",
        "bands": "，".join(f"{name}{number}件" for name, number in found.bands),
        "standard": f"{by.table.title}，{len(by.table.checks)}项；分值由本机关核定",
        "by_check": [
            {"label": label, "cases": str(number), "basis": basis[id_]} for id_, label, number in found.by_check
        ],
        "struck": [
            {
                "number": row.number or "尚无文号",
                "title": f"{row.title}，{row.party}",
                "score": "否决" if row.vetoed else points_text(row.score),
                "what": "\n".join(
                    f"{'否决' if one.veto else '−' + points_text(one.tenths)}　{one.words}" for one in row.struck
                ),
            }
            for row in rows
            if row.struck
        ],
    }


def _plain(found: YearFigures, rows: Sequence[CaseScore]) -> dict[str, Any]:
    return {
        "figures": {
            "cases": found.cases,
            "average": points_text(found.average),
            "vetoed": found.vetoed,
            "faultless": found.faultless,
            "bands": dict(found.bands),
            "checks": [{"id": id_, "label": label, "cases": number} for id_, label, number in found.by_check],
        },
        "cases": [
            {
                "case": str(row.case_id),
                "number": row.number,
                "title": row.title,
                "party": row.party,
                "day": row.day.isoformat(),
                "score": points_text(row.score),
                "band": row.band,
                "struck": [
                    {
                        "check": one.check,
                        "words": one.words,
                        "points": points_text(one.tenths),
                        "veto": one.veto,
                        "basis": one.basis,
                        "mends": one.mends,
                    }
                    for one in row.struck
                ],
            }
            for row in rows
        ],
    }


def _print(found: YearFigures, rows: Sequence[CaseScore], spent: float) -> None:
    rate = found.cases / spent if spent else 0.0
    print(f"{found.cases} cases in {spent:.1f} s ({rate:.0f} a second)")
    print(f"average {points_text(found.average)}, vetoed {found.vetoed}, nothing struck {found.faultless}")
    print("，".join(f"{name} {number}" for name, number in found.bands))
    for id_, label, number in found.by_check:
        print(f"{number:6} {id_:28} {label}")
    for row in rows:
        if row.struck:
            print(f"{row.day} {row.number or row.case_id} {row.party}: {points_text(row.score)} {row.band}")


def _failed(error: KnownError) -> int:
    print(f"hengchi: {words_of(error).what}", file=sys.stderr)
    return 1
