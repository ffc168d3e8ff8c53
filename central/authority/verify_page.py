"""The page on which anybody checks a shown certificate, a card or a notice without a network: one file, with the agency's keys in it."""

from __future__ import annotations

import base64
import io
import json
import tomllib
from typing import Any

from PIL import Image

import resources
from central.authority.certificates import photo_path
from central.authority.office import Office
from enforcement.credentials import Person, Roster, VoidedNotices
from enforcement.credentials.certificate import public_key_of
from enforcement.values.cose import key_id
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes

PAGE, DATA = "verify/page.html", "certificates/showing.toml"
PLACE = "__TRUST__"
PHOTO_WIDTH, PHOTO_QUALITY = 160, 72


def make_page(office: Office, *, photos: bool = True) -> bytes:
    """The page as of the roster that was published last. Raises KnownError(authority.untrusted) before the first publication."""
    state = office.state()
    roster = state.roster
    key = public_key_of(roster.agency.ca)
    if not state.published or key is None:
        raise KnownError("authority.untrusted", what="roster", why="nothing was published yet")
    kept = state.targets.get("notices/voided.cbor")
    data: dict[str, Any] = {
        "agency": roster.agency.name,
        "version": roster.version,
        "published_at": int(roster.issued_at.timestamp()),
        "trusted_until": int(roster.trusted_until.timestamp()),
        "clock_seconds": 60 * int(tomllib.loads(resources.path(DATA).read_text("utf-8"))["clock_minutes"]),
        "issuing": {"kid": key_id(key).hex(), "key": key.public_bytes_raw().hex()},
        "people": [
            _person(roster, one, _photo(state.targets.get(photo_path(one.photo), b"")) if photos else "")
            for one in roster.people
        ],
        "voided": {} if kept is None else from_bytes(VoidedNotices, kept).notices,
    }
    # inside a script element nothing may look like its end
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return resources.path(PAGE).read_text("utf-8").replace(PLACE, text).encode()


def _person(roster: Roster, person: Person, photo: str) -> dict[str, Any]:
    keys = [(held, public_key_of(held.der)) for held in person.credentials]
    return {
        "number": person.number,
        "name": person.name,
        "unit": roster.unit_name(person.unit),
        "kind": person.kind,
        "fields": list(person.fields),
        "region": person.region,
        "valid_from": person.valid_from.isoformat(),
        "valid_to": person.valid_to.isoformat(),
        "review_due": person.review_due.isoformat(),
        "keys": {
            held.kid.hex(): {
                "key": key.public_bytes_raw().hex(),
                "until": held.until.timestamp() if held.until else None,
            }
            for held, key in keys
            if key is not None
        },
        # the last change not later than an instant counts, of several at one instant the later in the list
        "history": [
            {"since": change.since.timestamp(), "state": change.state, "reason": change.reason}
            for change in sorted(person.history, key=lambda one: one.since)
        ],
        "earlier": [
            {
                "until": then.until.timestamp(),
                "valid_from": then.valid_from.isoformat(),
                "valid_to": then.valid_to.isoformat(),
                "review_due": then.review_due.isoformat(),
            }
            for then in person.earlier
        ],
        "photo": photo,
    }


def _photo(jpeg: bytes) -> str:
    if not jpeg:
        return ""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        picture.thumbnail((PHOTO_WIDTH, PHOTO_WIDTH * 2))
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "JPEG", quality=PHOTO_QUALITY)
    return base64.b64encode(buffer.getvalue()).decode()
