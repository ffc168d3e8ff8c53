"""Export packages: whole ones are found whole, and whatever is changed is found and named."""

import io
import json
import zipfile
from datetime import timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.authority.seals import issue_seal
from desktop.app.main import main
from desktop.printing.formset import library, render_form
from desktop.printing.pades import open_seal, sign_pdf
from enforcement.journal.acts import ReviewAnswered
from enforcement.sealing.container import PartWriter
from enforcement.sealing.package import FORMAT, MANIFEST, Manifest, PackedDocument, read_package
from enforcement.sealing.package_check import check_package
from enforcement.values.cose import CONTENT_TYPE, KeySigner, peek1, sign1
from enforcement.values.errors import KnownError
from enforcement.values.shapes import from_bytes, to_bytes
from tests.support.forms import sample
from tests.support.packages import CASE, EXPORTED, NUMBERS, PHOTO, START, City, case_of, contents, evidence, packed

PASSWORD = "agreed-apart"


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return case_of(City(tmp_path_factory.mktemp("office") / "a"))


@pytest.fixture(scope="module")
def package(city):
    return packed(city)


def opened(data, password=""):
    return read_package(io.BytesIO(data), password)


def checked(city, data, password=""):
    return check_package(opened(data, password), city.root)


def kinds(found):
    return [one.kind for one in found]


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def zipped(parts, compression=zipfile.ZIP_STORED):
    """Parts as the program stores them, but for what is asked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in parts.items():
            file.writestr(stored(name), data, compress_type=compression)
    return out.getvalue()


def stored(name):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o600 << 16
    return info


def resigned(city, inside, signer=None, **changes):
    """The same parts under a manifest that says something else, signed anew; what somebody with an officer's key could do."""
    manifest = from_bytes(Manifest, peek1(inside[MANIFEST]).payload)
    changed = msgspec.structs.replace(manifest, **changes)
    made = {
        **inside,
        MANIFEST: sign1(to_bytes(changed), signer or city.signers[NUMBERS[0]], headers={CONTENT_TYPE: FORMAT}),
    }
    out = io.BytesIO()
    writer = PartWriter(out, "", bytes)
    for name, data in made.items():
        writer.put(name, data)
    writer.close()
    return out.getvalue()


def test_a_whole_package_is_whole_and_says_what_could_not_be_checked(city, package):
    report = checked(city, package)
    assert report.whole
    assert report.anchored
    assert report.exporter == "林示例 99010001"
    assert report.counted == {
        "part": len(opened(package).manifest.parts), "authority": 1, "entry": 3, "certificate": 3, "heads": 1, "chain": 1, "attachment": 1,
    }  # fmt: skip
    assert kinds(report.unchecked) == ["chain_gap", "pack_absent"]
    assert [(one.number, one.state) for one in report.signatures] == [
        (NUMBERS[0], "valid"),
        (NUMBERS[0], "valid"),
        (NUMBERS[1], "valid"),
    ]


def test_any_zip_program_opens_it_and_a_photograph_is_just_there(package):
    parts = parts_of(package)
    assert parts["attachments/001.png"] == PHOTO
    assert parts["documents/001.pdf"].startswith(b"%PDF")
    assert "擅自占用城市道路案" in parts["readme.txt"].decode()


def test_the_same_contents_give_the_same_bytes(city):
    assert packed(city) == packed(city)


def test_without_a_known_root_it_is_consistent_and_not_more(package):
    report = check_package(opened(package), None)
    assert report.whole
    assert not report.anchored
    assert kinds(report.unchecked)[0] == "root"


def test_under_another_agencys_root_nothing_is_believed(package, tmp_path):
    other = City(tmp_path / "b", "样例县城市管理行政执法局")
    report = check_package(opened(package), other.root)
    assert kinds(report.problems) == ["authority"]
    assert report.signatures == ()


def test_a_password_hides_everything_but_sizes(city):
    data = packed(city, password=PASSWORD)
    for secret in ("擅自占用", "示例市", "林示例", "99010001"):
        assert secret.encode() not in data
    assert PHOTO[:40] not in data
    assert checked(city, data, PASSWORD).whole


@pytest.mark.parametrize("password", ["", "wrong"])
def test_another_password_opens_nothing(city, password):
    with pytest.raises(KnownError) as refused:
        opened(packed(city, password=PASSWORD), password)
    assert refused.value.code == "package.password"


def positions(data):
    """A place inside the content of each part, by name, and some of the directory."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        found = {}
        for info in file.infolist():
            start = info.header_offset + 30 + len(info.filename)
            found[info.filename] = start + info.file_size // 2
        found["directory"] = file.start_dir + 20
        found["local header"] = 4
    return found


def judged(city, data, password=""):
    """ "whole", "broken" with where, or the code of the refusal."""
    try:
        report = checked(city, data, password)
    except KnownError as error:
        return error.code, []
    return "whole" if report.whole else "broken", [one.where for one in report.problems]


def test_every_byte_outside_the_parts_has_one_value_only(package):
    inside = set()
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        for info in file.infolist():
            start = info.header_offset + 30 + len(info.filename)
            inside |= set(range(start, start + info.file_size))
    outside = [place for place in range(len(package)) if place not in inside]
    assert len(outside) > 1_000
    for place in outside:
        flipped = bytearray(package)
        flipped[place] ^= 1 << place % 8
        try:
            opened_again = opened(bytes(flipped))
        except KnownError:
            continue
        # the checksum of a part is read with the part
        with pytest.raises(KnownError):
            for part in opened_again.manifest.parts:
                opened_again.read(part)


@pytest.mark.parametrize("password", ["", PASSWORD])
def test_a_bit_flipped_in_any_part_is_found_and_the_part_is_named(city, password):
    data = packed(city, password=password)
    for name, place in positions(data).items():
        flipped = data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]
        told, where = judged(city, flipped, password)
        assert told != "whole", name
        if told == "broken":
            assert name in where


def test_a_checksum_made_right_again_does_not_hide_a_change(city, package):
    parts = parts_of(package)
    for name in parts:
        if name == MANIFEST:
            continue
        data = parts[name]
        altered = {
            **parts,
            name: data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1 :],
        }
        report = checked(city, zipped(altered))
        assert name in [one.where for one in report.problems], name


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_package_is_refused(package, share):
    with pytest.raises(KnownError) as refused:
        opened(package[: int(len(package) * share)])
    assert refused.value.code == "package.unreadable"


@pytest.mark.parametrize(
    "name",
    ["../evil.txt", "/etc/passwd", "a/b/c", "UPPER.txt", "a\\b", "entries/..", "entries/", "名.txt", "a" * 300 + "/\n"],
)
def test_names_that_lead_elsewhere_are_refused(package, name):
    with pytest.raises(KnownError) as refused:
        opened(zipped({**parts_of(package), name: b"x"}))
    assert refused.value.code == "package.unreadable"


def test_a_zip_bomb_is_refused_before_anything_is_unfolded(package):
    bomb = zipped({**parts_of(package), "entries/bomb.cbor": bytes(200 << 20)}, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2 << 20
    with pytest.raises(KnownError) as refused:
        opened(bomb)
    assert refused.value.code == "package.unreadable"


def test_a_sealed_part_that_unfolds_endlessly_is_stopped(city):
    out = io.BytesIO()
    writer = PartWriter(out, PASSWORD, lambda count: bytes(count))
    writer.put(MANIFEST, bytes(64 << 20))  # zeros shrink a thousandfold
    writer.close()
    assert len(out.getvalue()) < 1 << 20
    with pytest.raises(KnownError) as refused:
        opened(out.getvalue(), PASSWORD)
    assert refused.value.code == "package.too_large"


def test_a_hostile_lock_does_not_take_the_machine(package):
    from enforcement.sealing.container import LOCK, Lock

    lock = Lock(v=1, salt=bytes(16), memory=1 << 24, iterations=1000, lanes=1, check=bytes(16))
    with pytest.raises(KnownError) as refused:
        opened(zipped({LOCK: to_bytes(lock), **parts_of(package)}))
    assert refused.value.code == "package.altered"


def twice(package):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in parts_of(package).items():
            file.writestr(stored(name), data)
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr(stored("documents/001.pdf"), b"%PDF other")
    return out.getvalue()


def test_a_name_twice_bytes_before_between_and_behind_are_refused(package):
    parts = zipfile.ZipFile(io.BytesIO(package))
    second = parts.infolist()[1].header_offset
    for data in (
        twice(package),
        b"MZ" + package,
        package + b"more",
        package[:second] + b"between" + package[second:],
    ):
        with pytest.raises(KnownError) as refused:
            opened(data)
        assert refused.value.code == "package.unreadable"


def test_a_local_name_that_differs_from_the_directory_is_refused(package):
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        info = next(one for one in file.infolist() if one.filename == "documents/001.pdf")
    at = info.header_offset + 30
    with pytest.raises(KnownError):
        opened(package[:at] + b"documents/002.pdf" + package[at + 17 :])


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), zipped({"a.txt": b"x"})])
def test_what_is_no_package_is_refused(data):
    with pytest.raises(KnownError) as refused:
        opened(data)
    assert refused.value.code == "package.unreadable"


def test_a_part_taken_away_or_added_is_found(package):
    parts = parts_of(package)
    without = {name: data for name, data in parts.items() if name != "documents/001.pdf"}
    for changed, named in (
        (without, "documents/001.pdf"),
        ({**parts, "documents/002.pdf": b"%PDF"}, "documents/002.pdf"),
    ):
        with pytest.raises(KnownError) as refused:
            opened(zipped(changed))
        assert (refused.value.code, refused.value.details["part"]) == ("package.altered", named)


# what somebody could do who holds an officer's key and signs a manifest of their own


def test_an_entry_dropped_from_the_middle_is_missed_by_the_next(city, package):
    parts = parts_of(package)
    manifest = opened(package).manifest
    gone = {name: data for name, data in parts.items() if name != "entries/000002.cbor"}
    kept = tuple(part for part in manifest.parts if part.name != "entries/000002.cbor")
    report = checked(city, resigned(city, gone, parts=kept))
    assert {"parent", "heads", "attachment"} == set(kinds(report.problems))
    assert any(one.kind == "chain_gap" for one in report.unchecked)


def test_the_last_entry_dropped_is_seen_by_the_heads(city, package):
    parts = parts_of(package)
    manifest = opened(package).manifest
    name = "entries/000003.cbor"
    gone = {one: data for one, data in parts.items() if one != name}
    report = checked(city, resigned(city, gone, parts=tuple(part for part in manifest.parts if part.name != name)))
    assert "heads" in kinds(report.problems)


def test_a_manifest_of_a_key_that_the_roster_does_not_hold_is_told(city, package):
    stranger = KeySigner(Ed25519PrivateKey.generate())
    report = checked(city, resigned(city, parts_of(package), stranger))
    assert kinds(report.problems) == ["exporter"]


def test_a_manifest_in_another_officers_name_is_told(city, package):
    report = checked(city, resigned(city, parts_of(package), exporter=NUMBERS[1]))
    assert kinds(report.problems) == ["exporter"]


def test_rules_agency_and_time_that_differ_from_the_entries_are_told(city, package):
    parts = parts_of(package)
    assert "rules" in kinds(checked(city, resigned(city, parts, rules=(bytes(32),))).problems)
    assert "exporter" in kinds(checked(city, resigned(city, parts, agency="别的机关")).problems)
    early = checked(city, resigned(city, parts, made_at=START + timedelta(minutes=2)))
    assert "later_than_export" in kinds(early.problems)


def test_an_instant_without_a_zone_in_a_manifest_is_refused(city, package):
    with pytest.raises(KnownError) as refused:
        opened(resigned(city, parts_of(package), made_at=EXPORTED.replace(tzinfo=None)))
    assert refused.value.code == "package.altered"


def test_words_of_a_strangers_package_cannot_steer_the_terminal(city, package, tmp_path, capsys):
    hostile = resigned(city, parts_of(package), title="案\x1b[2J\x07\n完整，未经改动")
    _, out = run(tmp_path, hostile, capsys=capsys)
    assert "\x1b" not in out
    assert "\x07" not in out
    assert out.splitlines()[0].startswith("内容自洽")
    assert "完整，未经改动" not in out.splitlines()


def test_an_officer_suspended_before_the_act_is_told_and_after_it_is_not(tmp_path):
    city = case_of(City(tmp_path / "a"))
    city.suspend(NUMBERS[1], EXPORTED - timedelta(days=1))
    assert checked(city, packed(city)).whole
    city = case_of(City(tmp_path / "b"))
    city.suspend(NUMBERS[1], START)
    report = checked(city, packed(city))
    assert kinds(report.problems) == ["standing"]
    assert "suspended" in report.problems[0].why


def test_two_entries_of_one_number_are_a_fork(tmp_path):
    city = case_of(City(tmp_path / "a"))
    seq, prev = city.seq, city.prev
    city.add(ReviewAnswered(words="一"))
    city.seq, city.prev = seq, prev
    city.add(ReviewAnswered(words="二"))
    report = checked(city, packed(city))
    assert kinds(report.problems) == ["chain"]
    assert report.problems[0].why == "forked"


def test_a_neighbour_that_names_another_is_a_broken_chain(tmp_path):
    city = case_of(City(tmp_path / "a"))
    city.prev = bytes(range(32))
    city.add(ReviewAnswered(words="一"))
    assert [(one.kind, one.why) for one in checked(city, packed(city)).problems] == [("chain", "broken")]


def test_an_attachment_left_out_is_told_as_not_checked(city):
    report = checked(city, packed(city, contents(city, attachments={})))
    assert report.whole
    assert "attachment_absent" in kinds(report.unchecked)


def test_a_package_that_nobody_could_check_is_not_made(city, tmp_path):
    blob = next(iter(contents(city).attachments))
    for other in (b"another picture", PHOTO + b"more", b""):
        with pytest.raises(KnownError) as refused:
            packed(city, contents(city, attachments={blob: lambda other=other: [other]}))
        assert refused.value.code == "digest.mismatch"
    other = City(tmp_path / "b")
    foreign = other.add(evidence())
    for given, code in (
        (contents(city, entries=[]), "input.invalid"),
        (contents(city, entries=[foreign.data]), "signature.unknown_key"),
        (contents(city, authority={}), "authority.untrusted"),
        (contents(city, root=other.root), "authority.threshold"),
    ):
        with pytest.raises(KnownError) as refused:
            packed(city, given)
        assert refused.value.code == code
    with pytest.raises(KnownError) as expired:
        packed(city, at=EXPORTED + timedelta(days=200))
    assert expired.value.code == "authority.expired"
    with pytest.raises(KnownError) as unknown:
        packed(city, signer=KeySigner(Ed25519PrivateKey.generate()))
    assert unknown.value.code == "signature.unknown_key"


# the command


def run(tmp_path, data, *options, capsys=None):
    path = tmp_path / "案卷.zip"
    path.write_bytes(data)
    code = main(["--profile", str(tmp_path / "none"), "verify", str(path), *options])
    return code, capsys.readouterr().out


def test_the_command_tells_a_whole_package_with_no_profile_and_no_server(city, package, tmp_path, capsys):
    (tmp_path / "root.json").write_bytes(city.root)
    code, out = run(tmp_path, package, "--trust", str(tmp_path / "root.json"), capsys=capsys)
    assert code == 0
    assert "完整，未经改动" in out
    assert "林示例" in out
    assert "3条记录的签名" in out
    assert "1份文书的验真码或者签章" in out
    code, out = run(tmp_path, package, "--trust", str(city.office.repository), "--json", capsys=capsys)
    told = json.loads(out)
    assert (code, told["state"], told["case"]) == (0, "whole", str(CASE))
    assert told["checked"]["document"] == 1
    assert len(told["signatures"]) == 3


def test_the_command_without_a_root_does_not_call_it_whole(package, tmp_path, capsys):
    code, out = run(tmp_path, package, capsys=capsys)
    assert code == 3
    assert "没有核对" in out


def test_the_command_names_what_is_wrong(city, package, tmp_path, capsys):
    parts = parts_of(package)
    broken = zipped({**parts, "documents/001.pdf": parts["documents/001.pdf"].replace(b"%PDF-1.4", b"%PDF-1.5")})
    (tmp_path / "root.json").write_bytes(city.root)
    code, out = run(tmp_path, broken, "--trust", str(tmp_path / "root.json"), capsys=capsys)
    assert code == 1
    assert "有误" in out
    assert "documents/001.pdf" in out


def test_the_command_asks_for_the_password_in_words(city, tmp_path, capsys):
    data = packed(city, password=PASSWORD)
    code, out = run(tmp_path, data, capsys=capsys)
    assert code == 2
    assert "密码" in out
    (tmp_path / "pw").write_text(PASSWORD)
    (tmp_path / "root.json").write_bytes(city.root)
    more = ("--trust", str(tmp_path / "root.json"), "--password-file", str(tmp_path / "pw"))
    code, out = run(tmp_path, data, *more, capsys=capsys)
    assert code == 0


def test_the_command_says_in_words_that_a_package_is_cut_off(package, tmp_path, capsys):
    code, out = run(tmp_path, package[: len(package) // 2], capsys=capsys)
    assert code == 2
    assert "案卷.zip 不是可以读取的案卷导出包" in out


def test_a_sealed_document_in_a_package_is_judged_by_its_signature(tmp_path, capsys):
    city = case_of(City(tmp_path / "a"))
    seal_file, _ = issue_seal(city.office, "seal-password", 366)
    city.office.publish()
    form = library.form("demand")
    pdf = sign_pdf(render_form(form, sample("demand")), open_seal(seal_file, "seal-password"), START)
    (tmp_path / "root.json").write_bytes(city.root)
    trust = ("--trust", str(tmp_path / "root.json"), "--json")
    data = packed(city, contents(city, documents=[PackedDocument(form.title, "示城管催〔2026〕5号", pdf)]))
    code, out = run(tmp_path, data, *trust, capsys=capsys)
    assert (code, json.loads(out)["checked"]["document"]) == (0, 1)
    place = pdf.index(b"stream") + 40
    altered = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
    data = packed(city, contents(city, documents=[PackedDocument(form.title, "示城管催〔2026〕5号", altered)]))
    code, out = run(tmp_path, data, *trust, capsys=capsys)
    assert code == 1
    assert json.loads(out)["problems"][0]["what"] == "文书不真实"
