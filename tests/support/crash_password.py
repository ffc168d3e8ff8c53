"""Changes the password of a profile for ever, to and fro; says each word before it is asked for and after it was done."""

import itertools
import sys
from pathlib import Path

from desktop.app.tools import render, render_form
from desktop.keys.unlock import Cost
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.people import People

CHEAP = Cost(memory_kib=8, passes=1, lanes=1)


def main(folder, number, password):
    desk = profile.unlock(Path(folder), number, password, SystemClock(), render, render_form, None)
    people = People(desk, CHEAP)
    print("ready", flush=True)
    for count in itertools.count(1):
        new = f"password-{count}"
        print(f"asked {password} {new}", flush=True)
        people.change_password(password, new)
        print(f"done {new}", flush=True)
        password = new


if __name__ == "__main__":
    main(*sys.argv[1:])
