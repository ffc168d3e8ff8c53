"""The container's one form, read by us and by an ordinary program."""

import io
import zipfile

import pytest

from enforcement.sealing.container import PartReader, PartWriter
from enforcement.sealing.stored_zip import StoredReader, StoredWriter
from enforcement.values.errors import KnownError

PARTS = {"readme.txt": b"words", "entries/000001.cbor": b"", "attachments/001.mp4": bytes(range(256)) * 5000}


def written(parts, most=None):
    out = io.BytesIO()
    writer = StoredWriter(out)
    for name, data in parts.items():
        writer.put(name, lambda write, data=data: [write(data[:7]), write(data[7:])], most or len(data))
    writer.close()
    return out.getvalue()


def read(data):
    reader = StoredReader(io.BytesIO(data))
    return {name: b"".join(reader.chunks(name)) for name in reader.parts}


@pytest.mark.parametrize("most", [None, 5 << 30])
def test_parts_come_back_and_another_program_reads_the_same(most):
    data = written(PARTS, most)
    assert read(data) == PARTS
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {name: file.read(name) for name in file.namelist()} == PARTS
        assert file.testzip() is None


def test_what_another_program_wrote_in_another_form_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("readme.txt", b"words")
    with pytest.raises(KnownError) as refused:
        read(out.getvalue())
    assert refused.value.code == "package.unreadable"


@pytest.mark.parametrize("name", ["../a", "A.txt", "a//b", "/a", "a/b/c", "a" * 101, "", "a b", "readme.txt"])
def test_a_name_of_another_form_or_twice_is_not_written(name):
    writer = StoredWriter(io.BytesIO())
    writer.put("readme.txt", lambda write: write(b"x"), 1)
    with pytest.raises(KnownError):
        writer.put(name, lambda write: write(b"x"), 1)


def test_more_than_was_announced_is_not_written():
    with pytest.raises(KnownError):
        StoredWriter(io.BytesIO()).put("a.txt", lambda write: write(b"xyz"), 2)


@pytest.mark.parametrize("most", [None, 5 << 30])
def test_no_byte_of_the_file_is_without_meaning(most):
    data = written({"a.txt": b"abc", "b/c.cbor": b"defg"}, most)
    for place in range(len(data)):
        for bit in range(8):
            flipped = bytearray(data)
            flipped[place] ^= 1 << bit
            with pytest.raises(KnownError):
                read(bytes(flipped))
    for cut in range(len(data)):
        with pytest.raises(KnownError):
            read(data[:cut])


def test_a_large_attachment_passes_through_sealed_in_pieces():
    largest = 0

    class Out(io.BytesIO):
        def write(self, data):
            nonlocal largest
            largest = max(largest, len(data))
            return super().write(data)

    out = Out()
    writer = PartWriter(out, "a password", lambda count: bytes(count))
    chunk = bytes(range(256)) * 4096
    writer.stream("attachments/001.mp4", (chunk for _ in range(12)), 12 << 20)
    writer.close()
    assert largest <= (4 << 20) + 16
    reader = PartReader(out, "a password")
    assert sum(len(piece) for piece in reader.stream("attachments/001.mp4", 1 << 30)) == 12 << 20
