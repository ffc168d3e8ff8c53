"""The agency's data on this device: fetched as a TUF set, checked, kept inside the encrypted store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.orm import Session

from desktop.store.kept import GRANT, forget, forget_under, has_under, keep, kept, kept_under
from desktop.store.parties import KnownParty, put_register
from enforcement.credentials import EnrolGrant, EnterpriseRegister, NumberBlock, NumberBlocks, Roster, RosterIndex
from enforcement.credentials.authority_set import AuthoritySet, SetVersions, open_set
from enforcement.credentials.certificate import read_certificate
from enforcement.law import HolidayCalendar, LawText
from enforcement.rules import Library, open_signed_pack
from enforcement.sealing.package import authority_files
from enforcement.values.cose import key_id
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes, to_bytes

VERSIONS, ROSTER, BLOCKS, CALENDAR = "authority/versions", "authority/roster", "authority/blocks", "authority/calendar"
REGISTER, LEGAL, PACKS, TEXTS = "authority/register", "authority/legal", "authority/packs/", "authority/texts/"
PHOTOS = "authority/photos/"
FILES = "authority/files/"
"""The published files themselves, as an export package needs them: it is made also where nobody can be asked."""


@dataclass(frozen=True)
class AuthorityData:
    """What a device works by."""

    index: RosterIndex
    library: Library
    blocks: tuple[NumberBlock, ...]
    calendar: HolidayCalendar


def trust_root(session: Session, root: bytes) -> None:
    """Pin the root of an enrolment grant."""
    keep(session, VERSIONS, to_bytes(SetVersions(root=root)))


def trusted(session: Session) -> SetVersions | None:
    """What of the published set was trusted last; None on a device that was never enrolled."""
    known = kept(session, VERSIONS)
    return None if known is None else from_bytes(SetVersions, known)


def read_ahead(
    known: SetVersions | None, fetch: Callable[[str], bytes | None], now: datetime
) -> Callable[[str], bytes | None]:
    """`fetch` with what a refresh will ask for already fetched. Raises KnownError(authority.*)."""
    given: dict[str, bytes | None] = {}

    def once(name: str) -> bytes | None:
        if name not in given:
            given[name] = fetch(name)
        return given[name]

    if known is not None:
        opened = open_set(once, known, now)
        if opened.versions != known:
            for path in opened.paths():
                if not path.startswith("numbers/"):  # other devices' too
                    opened.target(path)
    return once


def refresh(session: Session, device: UUID, fetch: Callable[[str], bytes | None], now: datetime) -> bool:
    """Fetch and keep a newer set; False when there is none. In the caller's transaction. Raises KnownError(authority.*)."""
    known = trusted(session)
    if known is None:
        raise KnownError("authority.untrusted", what="root", why="this device was never enrolled")
    given: dict[str, bytes | None] = {}

    def once(name: str) -> bytes | None:
        if name not in given:
            given[name] = fetch(name)
        return given[name]

    opened = open_set(once, known, now)
    new = opened.versions != known
    if new:
        apply_set(session, device, opened)
    if new or not has_under(session, FILES):
        _keep_files(session, once, now)
    return new


def _keep_files(session: Session, fetch: Callable[[str], bytes | None], now: datetime) -> None:
    """What proves the roster from the root that this device was enrolled with. A set that no longer serves its old roots is worked by
    all the same.
    """
    grant = kept(session, GRANT)
    if grant is None:
        return
    try:
        files = authority_files(fetch, from_bytes(EnrolGrant, grant).root, now)
    except KnownError as error:
        if not error.code.startswith("authority."):
            raise
        return
    forget_under(session, FILES)
    for name, data in files.items():
        keep(session, FILES + name, data)


def published_files(session: Session) -> dict[str, bytes]:
    """The agency's published files by name, as they came last; empty before the first time."""
    return {name.removeprefix(FILES): data for name, data in kept_under(session, FILES).items()}


def apply_set(session: Session, device: UUID, opened: AuthoritySet) -> None:
    """Keep a checked set."""
    roster = from_bytes(Roster, opened.target("roster/roster.cbor"))
    check_roster(roster)
    keep(session, ROSTER, to_bytes(roster))
    legal = opened.delegated_keys("legal")
    keep(session, LEGAL, b"".join(legal))
    for path in opened.paths("packs/"):
        data = opened.target(path)
        open_signed_pack(data, _key_in(legal))
        keep(session, PACKS + path.removeprefix("packs/"), data)
    for path in opened.paths("texts/"):
        data = opened.target(path)
        text = from_bytes(LawText, data)
        keep(session, f"{TEXTS}{text.title}@{text.version}", data)
    numbers = f"numbers/{device.hex}.cbor"
    if numbers in opened.paths("numbers/"):
        keep(session, BLOCKS, opened.target(numbers))
    _keep_photos(session, device, roster, opened)
    if "calendar/holidays.cbor" in opened.paths("calendar/"):
        keep(session, CALENDAR, opened.target("calendar/holidays.cbor"))
    if "register/enterprises.cbor" in opened.paths("register/"):
        data = opened.target("register/enterprises.cbor")
        if data != kept(session, REGISTER):
            register = from_bytes(EnterpriseRegister, data)
            put_register(session, [_party(one) for one in register.parties])
            keep(session, REGISTER, data)
    keep(session, VERSIONS, to_bytes(opened.versions))


def _keep_photos(session: Session, device: UUID, roster: Roster, opened: AuthoritySet) -> None:
    """The portraits of the officers of this device, to be shown; nobody else's."""
    here = [one for one in roster.people if one.photo and any(held.device == device for held in one.credentials)]
    published, known = set(opened.paths("photos/")), kept_under(session, PHOTOS)
    wanted = {PHOTOS + one.photo.hex(): f"photos/{one.photo.hex()}.jpg" for one in here}
    for name in known.keys() - wanted.keys():
        forget(session, name)
    for name, path in wanted.items():
        if name not in known and path in published:
            keep(session, name, opened.target(path))


def photo_of(session: Session, name: bytes) -> bytes:
    """A portrait as JPEG by its digest; empty where there is none here."""
    return kept(session, PHOTOS + name.hex()) or b""


def load(session: Session) -> AuthorityData | None:
    """What is kept; None before the first set. Raises KnownError(rules.pack_altered) when a pack is not what was signed."""
    data = kept(session, ROSTER)
    if data is None:
        return None
    raw = kept(session, LEGAL) or b""
    legal = tuple(raw[start : start + 32] for start in range(0, len(raw), 32))
    library = Library(open_signed_pack(pack, _key_in(legal)) for pack in kept_under(session, PACKS).values())
    blocks, calendar = kept(session, BLOCKS), kept(session, CALENDAR)
    return AuthorityData(
        RosterIndex(from_bytes(Roster, data)),
        library,
        () if blocks is None else from_bytes(NumberBlocks, blocks).blocks,
        HolidayCalendar(years=()) if calendar is None else from_bytes(HolidayCalendar, calendar),
    )


def signed_packs(session: Session) -> dict[bytes, bytes]:
    """The rule packs as the legal office signed them, by the digest of what they hold."""
    raw = kept(session, LEGAL) or b""
    key = _key_in(tuple(raw[start : start + 32] for start in range(0, len(raw), 32)))
    return {open_signed_pack(data, key).digest: data for data in kept_under(session, PACKS).values()}


def text_of(session: Session, title: str, day: date) -> LawText | None:
    """The official text of a statute in force on a day, where the agency has published it."""
    for data in kept_under(session, f"{TEXTS}{title}@").values():
        text = from_bytes(LawText, data)
        if text.valid_from <= day and (text.valid_to is None or day <= text.valid_to):
            return text
    return None


def check_roster(roster: Roster) -> None:
    """Every certificate was issued by the agency and says what the roster says; raises KnownError."""
    for person in roster.people:
        for held in person.credentials:
            claims, key = read_certificate(held.der, roster.agency.ca)
            if (claims.number, claims.hpke, key_id(key)) != (person.number, held.hpke, held.kid):
                raise KnownError("authority.untrusted", what="roster", why=f"certificate of {person.number}")


def _key_in(raw_keys: tuple[bytes, ...]) -> Callable[[bytes], Ed25519PublicKey | None]:
    keys = [Ed25519PublicKey.from_public_bytes(raw) for raw in raw_keys]
    by_id = {key_id(key): key for key in keys}
    return by_id.get


def _party(one: object) -> KnownParty:
    names = ("party_id", "name", "kind", "code", "address", "representative", "phone")
    return KnownParty(**{name: getattr(one, name) for name in names}, known_from="register")
