from uuid import uuid4

import pytest

from central.relay.store import SqliteStore
from central.relay.store.folder import FolderBlobs
from central.relay.store.objects import ObjectBlobs
from central.relay.store.postgres import PostgresStore

KINDS = ("sqlite", "postgres", "postgres-s3")


class Place:
    """Where a store lies, so that it can be opened again and by a second process."""

    def __init__(self, kind, request, folder):
        self.kind, self._folder = kind, folder
        if kind == "sqlite":
            return
        self.url = request.getfixturevalue("postgres").database()
        if kind == "postgres-s3":
            self.bucket = request.getfixturevalue("s3")(f"relay-{uuid4().hex}")

    def open(self):
        if self.kind == "sqlite":
            return SqliteStore(self._folder)
        return PostgresStore(self.url, self.blobs())

    def blobs(self):
        return ObjectBlobs.at(self.bucket) if self.kind == "postgres-s3" else FolderBlobs(self._folder / "blobs")


@pytest.fixture(params=KINDS)
def place(request, tmp_path):
    return Place(request.param, request, tmp_path / "relay")


@pytest.fixture
def store(place):
    opened = place.open()
    yield opened
    opened.close()
