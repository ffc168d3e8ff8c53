"""Pictures of a case's sealed evidence put into a paper's values, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.services.desk import Desk
from desktop.services.forms import form
from enforcement.casefile import CaseFile
from enforcement.sealing import open_blob
from enforcement.values.errors import KnownError


def with_pictures(desk: Desk, case: CaseFile, form_id: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with the bytes of each photograph. Raises KnownError(blob.missing) while one has not arrived on this device."""
    values = dict(content)
    for field in form(form_id).fields:
        if field.kind == "photos" and values.get(field.path):
            values[field.path] = [_row(desk, case, row) for row in values[field.path]]
    return values


def _row(desk: Desk, case: CaseFile, row: Mapping[str, Any]) -> dict[str, Any]:
    act = next((item.act for item in case.evidence if item.act.evidence.hex == row["evidence"]), None)
    if act is None or not desk.blobs.has(act.blob):
        raise KnownError("blob.missing", digest=act.blob.hex() if act is not None else row["evidence"])
    picture = b"".join(open_blob(desk.blobs.pieces(act.blob), act.key, limit=act.plain_size))
    return {"picture": picture, **{name: value for name, value in row.items() if name != "evidence"}}
