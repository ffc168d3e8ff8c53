"""`hengchi demo --story city`: a month of a small city, simulated through the services at speed, and whether its books add up."""

from __future__ import annotations

import json
import shutil
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from desktop.app.demo_story import cast_of
from desktop.app.town import Town, companies_of
from desktop.app.town_month import KEPT, LIES, Month
from desktop.app.town_sums import compare, journals_of, reasons
from desktop.platform.clock import SystemClock
from enforcement.values.clock import LOCAL

LEFT = frozenset(("authority", "relay", *LIES, KEPT, "registry", "devices", "clock", "summary.json"))
LEAST_DEVICES, MOST_DEVICES, LEAST_DAYS, MOST_DAYS = 4, 60, 3, 90


def run_city(out: Path, seed: int, devices: int, days: int) -> int:
    """Tell it; 0 when nothing was lost, nothing counted twice, the books are equal, and every attack was found."""
    if not LEAST_DEVICES <= devices <= MOST_DEVICES or not LEAST_DAYS <= days <= MOST_DAYS:
        print(f"hengchi: {LEAST_DEVICES} to {MOST_DEVICES} devices, {LEAST_DAYS} to {MOST_DAYS} days", file=sys.stderr)
        return 1
    out = out.resolve()
    if out.exists() and any(out.iterdir()):
        if not {path.name for path in out.iterdir()} <= LEFT:
            print(f"hengchi: {out} is not empty and no earlier demonstration; choose another folder", file=sys.stderr)
            return 1
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    town = Town(out, cast_of(seed), count=devices, companies=companies_of(seed, max(24, devices * days // 4)))
    town.numbers = days * 3 + 20
    first = SystemClock().now().astimezone(LOCAL).replace(hour=7, minute=0, second=0, microsecond=0)
    town.set_time(first - timedelta(days=days))
    try:
        town.found()
        summary = _told(town, days, seed)
    finally:
        town.close()
    summary["seconds"] = round(time.monotonic() - began, 1)
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(json.dumps(summary, ensure_ascii=False))
    return 0 if is_good(summary) else 1


def is_good(summary: dict[str, Any]) -> bool:
    """Whether everything is as it must be."""
    return (
        not summary["lost"]
        and not summary["twice"]
        and not summary["strange"]
        and not summary["waiting"]
        and summary["books_equal"]
        and summary["dishonest_day_detected"]
        and summary["suspended_refused"]
        and summary["suspended_not_believed"] == summary["suspended_signed_out_of_reach"]
        and summary["registry_verified"]
    )


def _told(town: Town, days: int, seed: int) -> dict[str, Any]:
    month = Month(town, days, seed)
    told = month.run()
    journals = journals_of(town)
    listed = town.folder / "registry" / "journal.csv"
    town.registry("journal", "--out", str(listed))
    books = json.loads(town.registry("books"))
    found = compare(journals, listed, books)
    refused = town.registry("refused")
    why = reasons(refused)
    verified = json.loads(town.registry("verify", good=(0, 2)))
    disbelieved = {one["case"] for one in json.loads(refused)["refused"] if one["reason"] == "certificate.suspended"}
    signed = {str(one) for one in told.suspended_signed}
    return {
        "seed": seed,
        "devices": town.count,
        "days": days,
        "acts": found.acts,
        "bundles": found.bundles,
        "cases": books["cases"],
        "decisions": told.decided,
        "voided": told.voided,
        "approved": told.approved,
        "returned": told.returned,
        "answered": told.answered,
        "fines_fen": found.fines_fen,
        "lost": found.lost,
        "twice": found.twice,
        "strange": found.strange,
        "waiting": journals.waiting,
        "books_equal": found.equal,
        "lost_devices": told.lost_refused,
        "unsent_on_lost_device": journals.unsent,
        "days_out_of_reach": told.days_out_of_reach,
        "dishonest_day_detected": told.asked > 0 and told.detected == told.asked and told.registry_detected == 2,
        "dishonest_asked": told.asked,
        "relay_acknowledged": told.acknowledged,
        "suspended_refused": told.suspended_refused > 0,
        "suspended_signed_out_of_reach": len(signed),
        "suspended_not_believed": len(disbelieved & signed),
        "not_believed": why,
        "registry_verified": not verified["differences"],
        "demo_password": town.cast.password,
    }
