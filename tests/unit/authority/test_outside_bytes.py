"""What comes from outside is read or refused with a known error, never anything else: codes, workbooks, published files."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from central.authority.roster_book import COLUMNS, read_roster
from desktop.printing.card_check import card_code_in, card_verdict
from enforcement.credentials.authority_set import SetVersions, open_set
from enforcement.credentials.card import PREFIX, read_card_code
from enforcement.values.codetext import pack
from enforcement.values.encoding import encode
from enforcement.values.errors import KnownError
from tests.support.offices import START, founded, index_of, person, reader, root_of
from tests.support.roster_books import GOOD, book

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8) | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4) | st.integers(-70020, 8), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    made = founded(tmp_path_factory.mktemp("outside") / "office", person())
    made.publish()
    return made


@settings(max_examples=200)
@given(
    st.one_of(
        st.text(max_size=80),
        st.binary(max_size=80).map(lambda data: pack(PREFIX, data)),
        PLAIN.map(lambda one: _packed(one)),
    )
)
def test_any_text_is_no_card_or_is_refused(text):
    with pytest.raises(KnownError):
        read_card_code(text, lambda kid: None)


def _packed(value):
    try:
        return pack(PREFIX, b"\xd2" + encode([encode({1: -8, 4: b"k" * 32}), {}, encode(value), bytes(64)]))
    except KnownError:
        return PREFIX


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_given_to_verify_have_a_verdict(office, data):
    assert card_code_in(data) == ""
    assert card_verdict(PREFIX + data.decode("latin-1"), index_of(office), START).state in (
        "unreadable",
        "altered",
        "unknown_signer",
    )


@settings(max_examples=40)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                title: st.one_of(
                    st.none(),
                    st.integers(-9, 10**12),
                    st.text(
                        st.characters(min_codepoint=32, max_codepoint=0x2FFFF, exclude_categories=("Cs",)), max_size=8
                    ).filter(lambda text: not text.startswith("=")),
                    st.dates(),
                    st.booleans(),
                    st.floats(allow_nan=False, allow_infinity=False),
                    st.just(GOOD[title]),
                )
                for title in COLUMNS
            }
        ),
        max_size=5,
    )
)
def test_any_rows_are_people_or_faults_by_cell(office, rows):
    try:
        data = book(*rows)
    except Exception:  # what the library refuses to write cannot be handed in
        return
    found = read_roster(data, "名册.xlsx", office.state().roster, office.policy)
    assert not (found.people and found.faults)
    for fault in found.faults:
        assert fault.cell.startswith("名册!")
        assert fault.words


@settings(max_examples=60)
@given(st.integers(0, 1 << 16), st.integers(0, 255))
def test_a_damaged_workbook_is_read_or_refused(office, place, value):
    data = bytearray(book(GOOD))
    data[place % len(data)] = value
    with contextlib.suppress(KnownError):
        read_roster(bytes(data), "名册.xlsx", office.state().roster, office.policy)


def test_a_workbook_that_unpacks_to_more_than_a_table_is_refused(office):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", bytes(90 << 20))
    with pytest.raises(KnownError, match="unpacks"):
        read_roster(out.getvalue(), "bomb.xlsx", office.state().roster, office.policy)


@settings(max_examples=80)
@given(
    st.sampled_from(["timestamp.json", "2.root.json", "1.snapshot.json", "1.targets.json", "1.personnel.json"]),
    st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)),
)
def test_any_published_file_is_refused_or_changes_nothing(office, name, data):
    honest = reader(office.repository)
    trusted = SetVersions(root=root_of(office))
    with pytest.raises(KnownError):
        open_set(lambda asked: data if asked == f"metadata/{name}" else honest(asked), trusted, office.clock.now())
