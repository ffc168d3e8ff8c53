"""An act's values: kept flat by path while they are written, nested when they stand on the record and on the paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from enforcement.casefile import CaseFile
from enforcement.journal.acts import CertificateShown
from enforcement.notices.forms import DocumentForm, FormField, value_at
from enforcement.notices.reading import check_values
from enforcement.procedure.profile import ActRule
from enforcement.values.encoding import encode
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest

OPINIONS = {"officer": "opinions.officer", "supervisor": "opinions.head", "reviewer": "opinions.legal"}
"""Whose words stand in which opinion."""
AGREED = {"supervisor": "同意。", "reviewer": "审核通过。"}
CHECKED = (
    "days",
    "plan",
    "sum",
    "at",
    "until",
    "after_fine",
    "fine",
    "result",
    "reason",
    "receipt",
    "kind",
    "electronic",
    "against",
)
"""Values that the procedure's checks and the case's later papers ask for: they stand in the entry also where the paper holds them."""
SIGNED_FIELDS = frozenset(("officers", "number", "code", "case_number", "handling"))
"""Fields that are filled when the act is signed, never by hand; the second officer records (`recorder`)."""


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """{"party.name": x} -> {"party": {"name": x}}."""
    found: dict[str, Any] = {}
    for path, value in flat.items():
        *before, last = path.split(".")
        place = found
        for name in before:
            place = place.setdefault(name, {})
        place[last] = value
    return found


def flat_of(form: DocumentForm, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a form's fields by path."""
    found = {field.path: value_at(values, field.path) for field in form.fields}
    return {path: value for path, value in found.items() if value is not None}


def by_signing(rule: ActRule) -> frozenset[str]:
    """The fields that signing this act fills."""
    return SIGNED_FIELDS | ({"recorder"} if rule.second else frozenset())


def fields_of(form: DocumentForm, rule: ActRule) -> tuple[FormField, ...]:
    """The fields that the person of this act sees: their own opinion and no other's."""
    own = OPINIONS[rule.who]
    return tuple(
        field
        for field in form.fields
        if not field.path.startswith("opinions.") or field.path == own or _host(field, rule)
    )


def _host(field: FormField, rule: ActRule) -> bool:
    """A reviewer who asks for something (the hearing's report) signs as its officer where the form has no other place."""
    return rule.who == "reviewer" and bool(rule.asks) and field.path == "opinions.officer"


def checked_value(form: DocumentForm, path: str, value: Any) -> Any:
    """The value, when it is of the field's kind. Raises KnownError(form.value)."""
    field = next((one for one in form.fields if one.path == path), None)
    if field is None:
        raise KnownError("form.value", form=form.id, field=path, why="the form has no such field")
    if field.kind == "opinion" and isinstance(value, str):
        value = {"text": value}
    if field.kind == "photos":
        return [_photo(row) for row in value]  # their pictures are put in when the paper is made
    check_values(form, nested({path: value}))
    return value


def _photo(row: Any) -> dict[str, str]:
    if not isinstance(row, Mapping) or not isinstance(row.get("evidence"), str):
        raise KnownError("form.value", form="photo_sheet", field="photos", why="names no evidence of the case")
    return {"evidence": row["evidence"], "caption": str(row.get("caption", ""))}


def photos(
    case: CaseFile, form: DocumentForm, flat: Mapping[str, Any], name_of: Callable[[str], str]
) -> dict[str, Any]:
    """Photographs of the case as their rows of the paper, without the pictures; those that are not the case's are refused."""
    known = {item.act.evidence.hex: item.act for item in case.evidence}
    made: dict[str, Any] = {}
    for field in form.fields:
        if field.kind != "photos" or field.path not in flat:
            continue
        rows = []
        for row in flat[field.path]:
            act = known.get(row["evidence"])
            if act is None:
                raise KnownError("form.value", form=form.id, field=field.path, why="is no evidence of this case")
            rows.append(
                {
                    "evidence": row["evidence"],
                    "caption": row["caption"] or act.caption,
                    "at": act.taken_at.isoformat(),
                    "place": act.place,
                    "by": name_of(act.taken_by),
                }
            )
        made[field.path] = rows
    return made


def signed_off(
    rule: ActRule, form: DocumentForm, flat: Mapping[str, Any], by: CertificateShown, on: str
) -> dict[str, Any]:
    """The opinions of this act with name and day; approving without words means that one agrees."""
    made: dict[str, Any] = {}
    for field in fields_of(form, rule):
        if field.kind != "opinion":
            continue
        words = flat.get(field.path) or {}
        text = str(words.get("text", "")).strip() or (
            AGREED.get(rule.who, "") if not rule.id.endswith(".refused") else ""
        )
        if text:
            made[field.path] = {"text": text, "by": by.name, "on": on}
    return made


def entry_values(rule: ActRule, whole: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry says beside its paper: everything without one, else what was written and what checks ask for."""
    if not rule.form:
        return nested(whole)
    wanted = {*own, *CHECKED, *rule.events.values(), *(path.removeprefix("-") for path in rule.adds.values())}
    kept = {path: value for path, value in whole.items() if path in wanted and "." not in path}
    return nested(kept)


def paper_digest(content: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical bytes of a paper's content: what signatures and the code vouch for."""
    return digest(encode(dict(content)))
