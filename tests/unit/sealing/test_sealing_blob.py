import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.work import beside
from enforcement.sealing import open_blob, seal_blob
from enforcement.sealing.blob import PIECE
from enforcement.values.errors import KnownError

KEY = bytes(range(32))


def sealed(content: bytes, step: int = 70_001) -> tuple[bytes, object]:
    out: list[bytes] = []
    chunks = [content[start : start + step] for start in range(0, len(content), step)]
    found = seal_blob(chunks, out.append, key=KEY, entropy=os.urandom)
    return b"".join(out), found


@pytest.mark.parametrize("size", [0, 1, 1000, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 7])
@pytest.mark.parametrize("packs", [True, False])
def test_what_was_sealed_comes_back(size, packs):
    content = b"a" * size if packs else os.urandom(size)
    data, found = sealed(content)
    assert b"".join(open_blob([data], KEY)) == content
    assert (found.size, found.plain_size) == (len(data), size)
    if packs and size > 1000:
        assert len(data) < size // 10


SMALL, _ = sealed(b"\xff\xd8 a photograph that does not shrink " + os.urandom(300))


@given(st.integers(0, len(SMALL) * 8 - 1))
def test_every_changed_bit_is_refused(position):
    altered = bytearray(SMALL)
    altered[position // 8] ^= 1 << position % 8
    with pytest.raises(KnownError):
        b"".join(open_blob([bytes(altered)], KEY))


@given(st.integers(0, len(SMALL) - 1))
def test_every_cut_is_refused(length):
    with pytest.raises(KnownError):
        b"".join(open_blob([SMALL[:length]], KEY))


def test_a_cut_at_a_piece_is_called_truncated():
    data, _ = sealed(os.urandom(2 * PIECE + 5))
    with pytest.raises(KnownError, match=r"truncated"):
        b"".join(open_blob([data[: 16 + PIECE + 16]], KEY))


def test_moved_pieces_and_bytes_after_the_end_are_refused():
    data, _ = sealed(os.urandom(2 * PIECE + 5))
    one, two = data[16 : 32 + PIECE], data[32 + PIECE : 48 + 2 * PIECE]
    for wrong in (data[:16] + two + one + data[48 + 2 * PIECE :], data + b"\0", data + data[16:]):
        with pytest.raises(KnownError, match=r"altered"):
            b"".join(open_blob([wrong], KEY))


def test_content_does_not_unfold_beyond_its_limit():
    data, _ = sealed(b"\0" * (PIECE * 3))
    with pytest.raises(KnownError, match=r"larger than allowed"):
        for _ in open_blob([data], KEY, limit=PIECE):
            pass


def test_another_key_opens_nothing():
    with pytest.raises(KnownError, match=r"altered"):
        next(open_blob([SMALL], bytes(32)))


def test_what_is_written_beside_comes_in_order_and_its_fault_is_told():
    content = os.urandom(3 * PIECE + 5)
    pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
    out = []
    found = seal_blob(pieces, out.append, key=KEY, entropy=os.urandom, beside=beside)
    assert hashlib.sha256(b"".join(out)).digest() == found.digest
    assert b"".join(open_blob(out, KEY)) == content

    def full(data):
        if len(out) > 1:
            raise OSError(28, "No space left on device")
        out.append(data)

    out.clear()
    with pytest.raises(OSError, match="No space"):
        seal_blob(pieces, full, key=KEY, entropy=os.urandom, beside=beside)
