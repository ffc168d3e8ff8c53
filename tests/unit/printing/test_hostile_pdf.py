"""Damaged and hostile PDFs end in words, whatever is done with them."""

import contextlib
import random
from datetime import UTC, datetime

import pytest

from desktop.printing.archive import ArchivePart, Sheets, archive_pdf
from desktop.printing.formset import library, render_form
from desktop.printing.pades import open_seal, sign_pdf
from desktop.printing.pades_check import check_seal
from desktop.printing.queues import Document, one_preview
from desktop.printing.seal import seal_spot
from enforcement.values.errors import KnownError
from tests.support.forms import sample
from tests.support.seals import SEAL_PASSWORD, office_with_seal

AT = datetime.now(UTC)


@pytest.fixture(scope="module")
def seal_and_root(tmp_path_factory):
    office = office_with_seal(tmp_path_factory.mktemp("seal") / "a")
    return open_seal(office.seal.read_bytes(), SEAL_PASSWORD), office.root.read_bytes()


def damaged(data, chance):
    """Cut off, with some bytes changed, or with numbers of its tables changed."""
    made = bytearray(data)
    match chance.randrange(3):
        case 0:
            return bytes(made[: chance.randrange(len(made))])
        case 1:
            for _ in range(chance.choice((1, 3, 20, 200))):
                made[chance.randrange(len(made))] = chance.randrange(256)
        case _:
            for _ in range(chance.choice((1, 2, 5))):
                made[len(made) - 1 - chance.randrange(4000)] = chance.choice(b"0123456789/<>[]R ")
    return bytes(made)


@pytest.mark.announced
@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_pdf_is_refused_in_words_or_read_but_never_a_crash(seal_and_root, seed):
    seal, root = seal_and_root
    chance = random.Random(seed)
    plain = render_form(library.form("demand"), sample("demand"))
    sealed = sign_pdf(plain, seal, AT, spot=seal_spot(plain))
    sheets = Sheets(sample("case_cover"), sample("case_notes"))
    for whole in (plain, sealed):
        bad = damaged(whole, chance)
        assert check_seal(bad, root).state in ("valid", "altered", "untrusted", "none", "unreadable")
        for step in (
            lambda bad=bad: sign_pdf(bad, seal, AT),
            lambda bad=bad: seal_spot(bad),
            lambda bad=bad: one_preview([Document("图纸", bad)]),
            lambda bad=bad: archive_pdf("正卷", sheets, [ArchivePart("图纸", "", None, bad)], made_at=AT),
        ):
            with contextlib.suppress(KnownError):
                step()
