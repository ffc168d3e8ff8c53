"""What a person feels with a large profile: `python -m tests.support.large_window OUT` after `tests.support.large_profile`.

Prints JSON: milliseconds from the tap to the painted place, from a key in the search to the painted list (p95 of all keys),
and the resident memory at the end in MB.
"""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView

from desktop.app.demo_story import cast_of
from tests.support.city import SEED, signed_in

ROUNDS = 5
WORDS = ("zczyczdl", "示例市启明", "第9", "文昌路 五金", "2026", "91990100MA", "zzz", "若水")


def until(model, act, window) -> float:
    """Milliseconds from the act to the page loaded and painted; `model` gives it once the act has made its place."""
    loop, timer = QEventLoop(), QElapsedTimer()
    timer.start()
    act()
    model().loaded.connect(loop.quit)
    loop.exec()  # the window's own loop: polling would take the interpreter from the store's worker
    window.repaint()
    taken = timer.nsecsElapsed() / 1_000_000
    model().loaded.disconnect(loop.quit)
    return taken


def main(out: Path) -> None:
    """Sign in and look around."""
    application, driver = signed_in(out / "officer", cast_of(SEED))
    window, session = application.window, application.session
    driver.wait(lambda: application.work.busy <= 1, "a quiet window")
    took: dict[str, list[float]] = {"today": [], "cases": [], "documents": []}
    models = {
        "today": lambda: session._today,
        "cases": lambda: session._cases.model,
        "documents": lambda: session._documents.model,
    }
    for place, taken in took.items():
        if place != "today":
            taken.append(until(models[place], lambda place=place: window.open_place(place), window))
        window.open_place(place)
        for _ in range(ROUNDS):
            driver.wait(lambda: application.work.busy <= 1, "a quiet window")
            taken.append(until(models[place], lambda place=place: models[place]().reload(), window))
    driver.tap("rail.cases")
    field = driver.find("cases.search")
    driver.wait(lambda: driver.find("cases.list", QListView).model().rowCount() > 0, "the list")
    keys = []
    for word in WORDS:
        field.setFocus()
        field.clear()
        driver.wait(lambda: application.work.busy <= 1, "a quiet window")
        for letter in word:
            if letter.isascii():
                keys.append(until(models["cases"], lambda letter=letter: QTest.keyClicks(field, letter), window))
            else:
                keys.append(until(models["cases"], lambda letter=letter: driver.type(letter), window))
    memory = (
        next(
            int(line.split()[1])
            for line in Path("/proc/self/status").read_text().splitlines()
            if line.startswith("VmRSS")
        )
        / 1024
    )
    print(
        json.dumps(
            {
                **{f"{place}_ms": round(statistics.median(taken), 1) for place, taken in took.items()},
                **{f"{place}_slowest_ms": round(max(taken), 1) for place, taken in took.items()},
                "key_p95_ms": round(sorted(keys)[int(len(keys) * 0.95) - 1], 1),
                "key_median_ms": round(statistics.median(keys), 1),
                "memory_mb": round(memory),
            }
        )
    )
    window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
