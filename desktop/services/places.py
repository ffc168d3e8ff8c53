"""Places to enter without a map: the agency's roads and grids, and where its cases were."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import resources
from desktop.store.models import CaseRow
from enforcement.values.places import Gazetteer, Place, find_places, read_gazetteer
from resources.pinyin import initials

FILE = "places/shili.toml"
USED = 8


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Raises KnownError(places.data_invalid)."""
    return read_gazetteer(resources.path(FILE).read_bytes(), FILE)


def found_places(session: Session, query: str) -> tuple[Place, ...]:
    """What the words may mean, places of earlier cases that hold them last, the newest first."""
    words = query.strip()
    used = (
        select(CaseRow.place)
        .where(CaseRow.place.contains(words, autoescape=True))
        .group_by(CaseRow.place)
        .order_by(func.max(CaseRow.opened_ms).desc())
        .limit(USED)
    )
    return find_places(gazetteer(), words, initials, tuple(session.scalars(used)) if words else ())
