"""An officer answering a checklist until the process is killed; every answer that was kept is said on standard output."""

import sys
from pathlib import Path
from uuid import UUID

from desktop.app.demo_city import City
from desktop.app.demo_story import cast_of
from desktop.services.visits_door import Visits
from tests.support.city import SEED
from tests.support.visit_desks import desk_of


def main() -> None:
    folder, visit = Path(sys.argv[1]), UUID(sys.argv[2])
    visits = Visits(desk_of(City(folder, cast_of(SEED)), "officer"))
    print("ready", flush=True)
    number = 0
    while True:
        for item in visits.detail(visit).items:
            number += 1
            visits.answer(visit, item.key, "violates", f"第{number}次")
            print(item.key, number, flush=True)


if __name__ == "__main__":
    main()
