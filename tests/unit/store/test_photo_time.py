"""When a photograph was taken: by the camera where it says so and can be right, else by the clock of the device."""

import os
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from PIL import ExifTags, Image

from desktop.services.evidence import seal_photo
from desktop.store.blobs import BlobFolder

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


@pytest.fixture
def taken(tmp_path):
    """When a photograph with these words of the camera (time, offset) was taken."""
    clock = SimpleNamespace(now=lambda: NOW)
    desk = SimpleNamespace(clock=clock, blobs=BlobFolder(tmp_path / "blobs"), entropy=os.urandom, number="99010001")

    def seal(said=None, offset=None):
        exif = Image.Exif()
        part = exif.get_ifd(ExifTags.IFD.Exif)
        if said is not None:
            part[ExifTags.Base.DateTimeOriginal] = said
        if offset is not None:
            part[ExifTags.Base.OffsetTimeOriginal] = offset
        picture = tmp_path / "photo.jpg"
        Image.new("RGB", (32, 32)).save(picture, exif=exif)
        return seal_photo(desk, picture, "现场照片", "示例路1号").taken_at

    return seal


def test_the_camera_says_when(taken):
    assert taken("2026:03:01 10:05:30") == datetime(2026, 3, 1, 2, 5, 30, tzinfo=UTC)
    assert taken("2026:03:01 10:05:30", "+09:00") == datetime(2026, 3, 1, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [None, "", "0000:00:00 00:00:00", "yesterday", "1980:01:01 00:00:00", "2026:03:02 14:00:01", "    :  :     :  :  "],
)
def test_a_camera_that_cannot_be_right_is_not_believed(taken, said):
    assert taken(said) == NOW


def test_an_offset_that_cannot_be_read_is_not_believed(taken):
    assert taken("2026:03:01 10:05:30", "China") == NOW
