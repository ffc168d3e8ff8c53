"""A process to be killed: signs an officer in behind the real services and writes decisions one after the other.

Every acknowledged act is a line on standard output, flushed after the call returned, as a window would show it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from desktop.app.demo_city import OFFICER, PARTNER
from desktop.app.demo_story import cast_of
from desktop.app.tools import render
from desktop.platform.clock import SystemClock
from desktop.services import profile
from desktop.services.signed_in import SignedIn
from desktop.sync import Engine, HttpTransport
from enforcement.values.cose import KeySigner
from tests.support.city import SEED, written


def say(*words: object) -> None:
    print(*words, flush=True)


def main(folder: Path) -> None:
    cast, clock = cast_of(SEED), SystemClock()
    desk = profile.unlock(folder, OFFICER, cast.password, clock, render, None)
    grant = profile.grant_of(desk)
    signer = KeySigner(desk.device_key)
    transport = HttpTransport(grant.relay, signer, clock, connect_seconds=1, read_seconds=4)
    engine = Engine(
        desk.database,
        desk.blobs,
        desk.journal,
        desk.agency.index,
        desk.device,
        grant.unit,
        signer,
        desk.decryption_key,
        transport,
        clock,
    )
    office = SignedIn(desk, grant.relay)
    photo = folder.parent / "photo.jpg"
    if not photo.exists():
        Image.new("RGB", (64, 48), (90, 120, 90)).save(photo)
    say("ready")
    while True:
        draft_id = written(office, cast)
        office.set_fact(draft_id, "priors", 0)  # the same party again and again would leave the summary procedure
        office.attach_photo(draft_id, photo)
        say("photo", draft_id)
        office.record_told(draft_id)
        office.record_statement(draft_id, "none")
        office.choose_sum(draft_id, office.assess(office.draft(draft_id)).determination.band_lo)
        issued = office.cosign_and_issue(draft_id, PARTNER, cast.password).value
        say("issued", issued.document_number, issued.case_id)
        result = engine.step()
        say("step", result.accepted, result.problem.code if result.problem else "")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
