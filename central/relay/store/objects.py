"""Blobs in an S3-compatible store, through obstore.

`blobs/ab/abcdef…` is a whole blob; `incoming/abcdef…/OFFSET` is a piece on its way (object stores cannot append). What came in one
piece is put at once; otherwise the
pieces are gathered and checked in a temporary file once the last one is there (they are sealed), and put as one.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from central.relay.store.blobs import READ_BYTES
from enforcement.values.errors import KnownError

PART_BYTES = 8 << 20
PATIENCE, ATTEMPTS = timedelta(seconds=20), 3


class ObjectBlobs:
    """Blobs in one bucket."""

    def __init__(self, store: S3Store) -> None:
        self._store = store

    @staticmethod
    def at(url: str) -> ObjectBlobs:
        """`s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME]`; the keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

        Raises KnownError(input.invalid) for another address.
        """
        parts = urlsplit(url)
        words = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.scheme != "s3" or not parts.netloc or set(words) - {"endpoint", "region"}:
            raise KnownError("input.invalid", field="blobs", why="s3://BUCKET[/PREFIX][?endpoint=URL&region=NAME]")
        endpoint = words.get("endpoint")
        store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            endpoint=endpoint,
            region=words.get("region", "us-east-1"),
            virtual_hosted_style_request=False,
            client_options={"allow_http": bool(endpoint and endpoint.startswith("http:")), "timeout": PATIENCE},
            retry_config={"max_retries": ATTEMPTS, "retry_timeout": PATIENCE},
        )
        return ObjectBlobs(store)

    def have(self, digest: bytes) -> tuple[int, bool]:
        with _errors():
            whole = self._size(_path(digest))
            if whole is not None:
                return whole, True
            return sum(size for _, size in self._pieces(digest)), False

    def append(self, digest: bytes, offset: int, total: int, data: bytes) -> tuple[int, bool]:
        have, whole = self.have(digest)
        if whole or offset != have or have + len(data) > total:
            return have, whole
        with _errors():
            if offset == 0 and len(data) == total:
                if hashlib.sha256(data).digest() != digest:
                    raise KnownError("digest.mismatch", digest=digest.hex())
                obstore.put(self._store, _path(digest), data)
                return total, True
            obstore.put(self._store, f"{_incoming(digest)}/{offset:012d}", data)
            if have + len(data) < total:
                return have + len(data), False
            return self._finish(digest, total)

    def read(self, digest: bytes, offset: int, length: int) -> Iterator[bytes]:
        with _errors():
            while length > 0:
                part = obstore.get_range(self._store, _path(digest), start=offset, length=min(READ_BYTES, length))
                if not len(part):
                    return
                offset, length = offset + len(part), length - len(part)
                yield bytes(part)

    def names(self) -> Iterator[bytes]:
        with _errors():
            for some in obstore.list(self._store, prefix="blobs"):
                yield from (bytes.fromhex(one["path"].rpartition("/")[2]) for one in some)

    def reachable(self) -> None:
        """A question about an object that need not be there."""
        with _errors():
            self._size("ready")

    def _size(self, path: str) -> int | None:
        try:
            return int(obstore.head(self._store, path)["size"])
        except (NotFoundError, FileNotFoundError):
            return None

    def _pieces(self, digest: bytes) -> list[tuple[str, int]]:
        """The pieces that follow on each other from the beginning."""
        found = [one for some in obstore.list(self._store, prefix=_incoming(digest)) for one in some]
        pieces, have = [], 0
        for one in sorted(found, key=lambda one: one["path"]):
            if int(one["path"].rpartition("/")[2]) != have:
                break
            pieces.append((one["path"], one["size"]))
            have += one["size"]
        return pieces

    def _finish(self, digest: bytes, total: int) -> tuple[int, bool]:
        pieces, sums = [path for path, _ in self._pieces(digest)], hashlib.sha256()
        with tempfile.TemporaryFile() as whole:
            for path in pieces:
                piece = bytes(obstore.get(self._store, path).bytes())
                sums.update(piece)
                whole.write(piece)
            if sums.digest() != digest:
                obstore.delete(self._store, pieces)
                raise KnownError("digest.mismatch", digest=digest.hex())
            whole.seek(0)
            obstore.put(self._store, _path(digest), whole, use_multipart=True, chunk_size=PART_BYTES)
        if self._size(_path(digest)) != total:
            raise KnownError("relay.store_unreachable", what="blobs", why="the joined blob has another size")
        obstore.delete(self._store, pieces)
        return total, True


def _path(digest: bytes) -> str:
    return f"blobs/{digest.hex()[:2]}/{digest.hex()}"


def _incoming(digest: bytes) -> str:
    return f"incoming/{digest.hex()}"


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except BaseError as error:
        raise KnownError("relay.store_unreachable", what="blobs", why=type(error).__name__) from error
