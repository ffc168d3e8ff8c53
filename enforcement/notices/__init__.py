"""Document content as data, and the code that proves it."""

from enforcement.notices.code import NoticeClaims, make_code, read_code
from enforcement.notices.content import (
    OfficerLine,
    OnSpotDecision,
    PartyBlock,
    Payment,
    content_bytes,
    content_digest,
    read_content,
)
from enforcement.notices.form import Field, Form, MissingField, missing_items

__all__ = [
    "Field",
    "Form",
    "MissingField",
    "NoticeClaims",
    "OfficerLine",
    "OnSpotDecision",
    "PartyBlock",
    "Payment",
    "content_bytes",
    "content_digest",
    "make_code",
    "missing_items",
    "read_code",
    "read_content",
]
