"""A photograph on its way in: checked, sealed before it touches the disk, named by its digest."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from PIL import ExifTags, Image, UnidentifiedImageError

from desktop.services.desk import Desk
from enforcement.journal.acts import EvidenceAdded
from enforcement.sealing import seal_blob
from enforcement.sealing.blob import PIECE
from enforcement.values.clock import LOCAL
from enforcement.values.errors import KnownError
from enforcement.values.ids import uuid7

LARGEST_PHOTO = 64 << 20
"""Bytes. A larger file is no photograph of a field camera."""
EARLIEST = datetime(2000, 1, 1, tzinfo=LOCAL)
"""A camera whose clock was never set says a day before this one."""


def seal_photo(desk: Desk, path: Path, caption: str, place: str) -> EvidenceAdded:
    """Seal a picture file; it was taken when the camera says, now where that is missing or cannot be.

    Raises KnownError(input.photo_empty), (input.photo_too_large), (input.photo_not_image), (store.disk_full).
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise KnownError("input.invalid", field="photograph", why=error.strerror or "unreadable") from error
    if size == 0:
        raise KnownError("input.photo_empty", file=path.name)
    if size > LARGEST_PHOTO:
        raise KnownError("input.photo_too_large", file=path.name, size=size, limit=LARGEST_PHOTO)
    try:
        with Image.open(path) as picture:
            media_type = Image.MIME.get(picture.format or "", "")
            camera = _by_the_camera(picture)
            picture.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise KnownError("input.photo_not_image", file=path.name) from error
    key = os.urandom(32)
    with desk.blobs.writing() as (write, finish):
        sealed = seal_blob(_read(path), write, key=key, entropy=desk.entropy)
        finish()
    now = desk.clock.now()
    if camera is None or not EARLIEST <= camera <= now:
        camera = now
    return EvidenceAdded(
        evidence=uuid7(now, desk.entropy),
        sort="photograph",
        caption=caption,
        media_type=media_type or mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        blob=sealed.digest,
        sealed_size=sealed.size,
        plain_digest=sealed.plain_digest,
        plain_size=sealed.plain_size,
        key=key,
        taken_at=camera,
        taken_by=desk.number,
        place=place,
    )


def _by_the_camera(picture: Image.Image) -> datetime | None:
    """When the camera says that it took the picture (Exif 2.32: DateTimeOriginal, OffsetTimeOriginal), where it says something
    readable; its clock is the country's where it names no offset.
    """
    exif = picture.getexif().get_ifd(ExifTags.IFD.Exif)
    said, offset = exif.get(ExifTags.Base.DateTimeOriginal), exif.get(ExifTags.Base.OffsetTimeOriginal)
    try:
        if isinstance(offset, str) and offset.strip("\0 "):
            return datetime.strptime(f"{str(said)[:19]}{offset[:6]}", "%Y:%m:%d %H:%M:%S%z")
        return datetime.strptime(str(said)[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=LOCAL)
    except ValueError:
        return None


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(PIECE):
            yield data
