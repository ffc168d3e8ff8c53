"""The base of every table, apart from the tables so that they can stand in several modules."""

from __future__ import annotations

from sqlalchemy import LargeBinary, Text
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Base of every table of the desktop."""

    type_annotation_map = {bytes: LargeBinary, str: Text}  # noqa: RUF012
