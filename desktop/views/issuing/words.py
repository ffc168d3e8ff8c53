"""States, acts, changes and the tool's reasons in the person's language."""

from __future__ import annotations

import re
from datetime import datetime

from desktop.messages import Words, tr, words_of
from desktop.services.issuing_shapes import CertificateLine, Difference, DueLine, OfficeView, Told, Waiting
from desktop.views.shared.times import local_minute
from enforcement.values.clock import LOCAL
from enforcement.values.errors import KnownError

STATES = {
    "valid": ("valid", "sealed"),
    "expiring": ("ends soon", "reason"),
    "review_overdue": ("annual review overdue", "stop"),
    "suspended": ("suspended", "stop"),
    "revoked": ("revoked", "stop"),
    "cancelled": ("cancelled", "quiet"),
    "expired": ("expired", "stop"),
    "before_validity": ("not valid yet", "reason"),
}
ACTS = {
    "review": "Annual review…",
    "renew": "Renew…",
    "amend": "Amend…",
    "photo": "Portrait…",
    "suspend": "Suspend…",
    "resume": "Give back…",
    "revoke": "Revoke…",
    "cancel": "Cancel it…",
    "replace": "Replace a lost one…",
}
TITLES = {
    "review": "Annual review passed",
    "renew": "Renew the certificate",
    "amend": "Amend the certificate",
    "suspend": "Suspend the certificate",
    "resume": "Give the certificate back",
    "revoke": "Revoke the certificate",
    "cancel": "Cancel the certificate",
    "replace": "Replace a lost certificate",
}
WHATS = {
    "issued": "Made out",
    "suspended": "Suspended",
    "resumed": "Given back",
    "revoked": "Revoked",
    "cancelled": "Cancelled",
    "renewed": "Renewed",
    "reviewed": "Review passed",
    "amended": "Amended",
    "photo": "Portrait",
    "keys": "Keys",
    "device": "Device",
    "numbers": "Numbers",
    "pack": "Discretion table",
    "text": "Text of a statute",
    "register": "Register of parties",
    "calendar": "Holidays",
    "notices": "Voided notices",
    "agency": "Agency and its rules of trust",
}
TONES = {
    "suspended": "stop",
    "revoked": "stop",
    "cancelled": "stop",
    "resumed": "sealed",
    "reviewed": "sealed",
    "renewed": "sealed",
}
ROLES = {"officer": "Officer", "supervisor": "Supervisor", "reviewer": "Legality reviewer", "editor": "Table editor"}
FIELDS = {
    "number": "Certificate number",
    "new": "New certificate number",
    "name": "Full name",
    "unit": "Unit",
    "kind": "Kind",
    "roles": "Roles",
    "fields": "Fields",
    "region": "Region",
    "valid_from": "Valid from",
    "valid_to": "Good until",
    "review_due": "Annual review due",
    "next_due": "Annual review due",
    "since": "Holds from",
    "reason": "Reason",
    "ground": "Ground",
    "photo": "Portrait",
    "state": "State",
}
STAGES = {
    "open": "The office is being opened…",
    "publish": "The repository is being signed…",
    "import": "The workbook is being read…",
    "card": "The card is being made…",
}
_WHYS: tuple[tuple[str, str], ...] = (
    (r"(?P<number>.+) is in the roster already", "{number} is in the roster already"),
    (r"(?P<unit>.*): no such unit", "{unit}: no such unit"),
    (r"(?P<number>.*): (?P<kind>\S+) is numbered (?P<rule>.+)", "“{number}” does not follow the numbers of {kind}: {rule}"),
    (r"a name is needed", "a name is needed"),
    (r"(?P<kind>\S+) carries (?P<roles>.+)", "{kind} can only carry: {roles}"),
    (r"at least one field of enforcement", "at least one field of enforcement is needed"),
    (r"(?P<region>.*): six digits of GB/T 2260", "“{region}”: six digits of GB/T 2260 are needed"),
    (r"it ends before it begins", "it ends before it begins"),
    (r"(?P<number>\S+) is (?P<was>\w+); it cannot become (?P<state>\w+)", "{number} is {was}; it cannot become {state}"),
    (r"the last change holds from (?P<at>.+)", "the last change holds from {at}; this one may not stand before it"),
    (r"(?P<number>\S+) is (?P<state>revoked|cancelled)", "{number} is {state}"),
    (r"a change holds from a past instant on or from now", "it may hold from now or from a past instant, not from a future one"),
    (r"a reason is needed", "a reason is needed"),
    (r"(?P<number>.+): nothing would change", "nothing would change"),
    (r"a certificate has fields, and ends after it begins", "a certificate has fields, and ends after it begins"),
    (r"more than 20 million pixels", "more than 20 million pixels"),
    (r"no JPEG or PNG that can be read", "no JPEG or PNG that can be read"),
    (r"at least (?P<wide>\d+) x (?P<high>\d+) pixels", "at least {wide} x {high} pixels are needed"),
    (r"it cannot be brought under (?P<most>\d+) bytes", "it cannot be brought under {most} bytes"),
    (r"(?P<number>.+) has no portrait yet", "{number} has no portrait yet"),
    (r"not in the roster", "it is not in the roster"),
    (r"a day such as 2026-10-14, or 2026-10-14 09:00", "a day such as 2026-10-14, or 2026-10-14 09:00, is needed"),
    (r"a day such as 2026-10-14", "a day such as 2026-10-14 is needed"),
    (r"no workbook that can be read", "no workbook that can be read"),
    (r"longer than \d+ bytes", "it is longer than a workbook can be"),
    (r"No such file or directory: (?P<file>.+)", "there is no file {file}"),
)  # fmt: skip


def state_words(state: str) -> tuple[str, str]:
    """A state and its colour."""
    words, tone = STATES.get(state, (state, "stop"))
    return tr(words), tone


def what_words(what: str) -> str:
    """What happened."""
    return tr(WHATS.get(what, what))


def tone_of(what: str) -> str:
    """Its colour."""
    return TONES.get(what, "quiet")


def field_words(name: str) -> str:
    """A field's name."""
    return tr(FIELDS.get(name, name))


def role_words(role: str) -> str:
    """A role's name."""
    return tr(ROLES.get(role, role))


def due_words(line: CertificateLine) -> str:
    """What is next for a certificate, and on which day."""
    if line.gone:
        return local_day(line.since)
    day = line.next_day.isoformat()
    if line.review_due <= line.valid_to:
        return tr("review by {day}", day=day)
    return tr("renewal by {day}", day=day)


def left_words(one: DueLine) -> str:
    """How long is left."""
    what = tr("Renewal") if one.what == "renewal" else tr("Annual review")
    if one.left < 0:
        return tr("{what}: {count} days late", what=what, count=-one.left)
    if one.left == 0:
        return tr("{what}: today is the last day", what=what)
    return tr("{what}: {count} days left", what=what, count=one.left)


def local_day(text: str) -> str:
    """The day of an instant of the tool, empty where there is none."""
    return datetime.fromisoformat(text).astimezone(LOCAL).date().isoformat() if text else ""


def local_time(instant: datetime) -> str:
    """Day and minute with the year."""
    return instant.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")


def region_words(view: OfficeView, region: str) -> str:
    """A region's name and code."""
    return f"{view.regions.get(region, '')} {region}".strip()


def value_words(view: OfficeView, name: str, values: tuple[str, ...]) -> str:
    """What a certificate says in a field."""
    match name:
        case "unit":
            return "、".join(view.unit_name(one) for one in values)
        case "roles":
            return "、".join(role_words(one) for one in values)
        case "region":
            return "、".join(region_words(view, one) for one in values)
    return "、".join(values)


def difference_words(view: OfficeView, one: Difference) -> str:
    """Before and after."""
    before, after = value_words(view, one.field, one.before), value_words(view, one.field, one.after)
    return tr("{field}: {before} → {after}", field=field_words(one.field), before=before, after=after)


def told_words(view: OfficeView, one: Told) -> str:
    """Why, what changed, and when it was entered where that was later."""
    parts = [one.reason, *(difference_words(view, change) for change in one.changes)]
    if one.entered:
        parts.append(tr("entered {at}", at=local_minute(datetime.fromisoformat(one.entered))))
    return " · ".join(part for part in parts if part)


def waiting_words(one: Waiting) -> str:
    """Of whom or what an unpublished change is."""
    return f"{one.name} {one.number}".strip()


def why_words(why: str) -> str:
    """A reason of the tool where it is a known one; otherwise as it stands."""
    for pattern, words in _WHYS:
        found = re.fullmatch(pattern, why)
        if found is not None:
            return tr(words).format(**{name: _piece(name, value) for name, value in found.groupdict().items()})
    return why


def problem_words(error: Exception) -> Words:
    """What the tool refused, in this place's words."""
    if not isinstance(error, KnownError):
        return words_of(error)
    why = why_words(str(error.details.get("why", "")))
    known = KnownError(error.code, **{**error.details, "why": why}) if why else error
    words = words_of(known)
    if error.code == "input.invalid" and why:
        said = tr("{field}: {why}.", field=field_words(str(error.details.get("field", ""))), why=why)
        return Words(said, words.kept, tr("Correct it and try again."), words.details)
    if error.code == "certificate.unknown":
        said = tr("{field}: {why}.", field=error.details.get("number", ""), why=why)
        return Words(said, words.kept, "", words.details)
    if error.code == "rules.pack_invalid":
        said = tr("{field}: {why}.", field=error.details.get("where", ""), why=why)
        return Words(said, words.kept, tr("Choose a workbook (.xlsx); the template shows its columns."), words.details)
    return words


def _piece(name: str, value: str) -> str:
    match name:
        case "was" | "state":
            return tr("valid") if value == "valid" else state_words(value)[0]
        case "roles":
            return "、".join(role_words(one) for one in value.split(", "))
        case "at":
            return local_time(datetime.fromisoformat(value))
    return value


def sentences() -> tuple[str, ...]:
    """Every source text that stands in a table here and not in a call: for the test that all are translated."""
    named = (ACTS, TITLES, WHATS, ROLES, FIELDS, STAGES)
    states = tuple(words for words, _ in STATES.values())
    return (*states, *(text for table in named for text in table.values()), *(words for _, words in _WHYS))
