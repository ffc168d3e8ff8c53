"""The agency's set under attack, after TUF's own list (The Update Framework 1.0, section 1.5.2): each refused, and nothing taken."""

import json
import shutil
from datetime import timedelta

import msgspec
import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.ngclient import Updater
from tuf.ngclient.fetcher import FetcherInterface

from central.authority.trust import sign_all
from central.platform.clock import SystemClock
from central.platform.keyfile import Place
from desktop.messages.errors import SENTENCES
from enforcement.credentials.authority_set import SetVersions, open_set
from enforcement.values.errors import KnownError
from tests.support.offices import CHEAP, START, HandClock, founded, person, reader, root_of

CUSTODIAN = "custodian-password"


@pytest.fixture
def office(tmp_path):
    made = founded(tmp_path / "office", person())
    made.publish()
    return made


def known(office):
    """What a device trusts that took in the set as it is."""
    return opened(office.repository, SetVersions(root=root_of(office)), office.clock.now()).versions


def opened(folder, trusted, now):
    return open_set(reader(folder), trusted, now)


def refused(folder, trusted, now, code, what=""):
    with pytest.raises(KnownError) as caught:
        opened(folder, trusted, now)
    assert caught.value.code == code, caught.value
    assert what in str(caught.value.details["what"])
    assert code in SENTENCES


def copied(office, name):
    """The published folder as somebody carried it: a courier's stick, or a mirror's."""
    target = office.folder.parent / name
    shutil.copytree(office.repository, target)
    return target


def metadata(folder, name):
    return folder / "metadata" / name


def put(folder, name, signed, *signers):
    data = sign_all(signed, signers)
    metadata(folder, name).write_bytes(data)
    return MetaFile.from_data(signed.version, data, ["sha256"])


def stolen(office, *names):
    """Signers of keys that a thief has."""
    return [CryptoSigner(office.keys.signing(name)) for name in names]


def forged(office, folder, *, timestamp=None, snapshot=None, version=99, **roles):
    """A set of the thief's own making over a copy: `roles` are delegated targets, signed by who is named last."""
    now = office.clock.now()
    metas = {
        f"{name}.json": put(folder, f"{version}.{name}.json", signed, signer)
        for name, (signed, signer) in roles.items()
    }
    newest = (
        Metadata[Snapshot].from_bytes(metadata(folder, f"{office.state().published}.snapshot.json").read_bytes()).signed
    )
    made = Snapshot(version, expires=newest.expires, meta={**newest.meta, **metas})
    named = put(folder, f"{version}.snapshot.json", made, snapshot or stolen(office, "snapshot")[0])
    stamp = Timestamp(version, expires=(now + timedelta(days=30)).replace(microsecond=0), snapshot_meta=named)
    put(folder, "timestamp.json", stamp, timestamp or stolen(office, "timestamp")[0])


def stranger():
    return CryptoSigner.generate_ed25519()


def test_an_honest_set_is_taken_over_the_wire_and_from_a_stick(office):
    first = known(office)
    office.clock.on(1)
    office.publish()
    for folder in (office.repository, copied(office, "stick")):
        newer = opened(folder, first, office.clock.now())
        assert newer.versions.timestamp == 2
        assert newer.paths("roster/") == ("roster/roster.cbor",)
        assert newer.target("roster/roster.cbor")


def test_rollback_of_the_whole_set(office):
    stick = copied(office, "old")
    office.publish()
    refused(stick, known(office), office.clock.now(), "authority.rollback", "timestamp")


@pytest.mark.parametrize("role", ["snapshot", "personnel", "legal"])
def test_rollback_of_one_part_under_a_new_timestamp(office, role):
    """The thief has the online keys of timestamp and snapshot, not those of the role that is set back."""
    office.publish()
    trusted = known(office)
    folder = copied(office, "mixed")
    now = office.clock.now()
    if role == "snapshot":
        data = metadata(folder, "1.snapshot.json").read_bytes()
        stamp = Timestamp(
            99,
            expires=(now + timedelta(days=9)).replace(microsecond=0),
            snapshot_meta=MetaFile.from_data(1, data, ["sha256"]),
        )
        put(folder, "timestamp.json", stamp, *stolen(office, "timestamp"))
    else:
        old = metadata(folder, f"1.{role}.json").read_bytes()
        newest = Metadata[Snapshot].from_bytes(metadata(folder, "2.snapshot.json").read_bytes()).signed
        newest.version, newest.meta[f"{role}.json"] = 99, MetaFile.from_data(1, old, ["sha256"])
        named = put(folder, "99.snapshot.json", newest, *stolen(office, "snapshot"))
        stamp = Timestamp(99, expires=(now + timedelta(days=9)).replace(microsecond=0), snapshot_meta=named)
        put(folder, "timestamp.json", stamp, *stolen(office, "timestamp"))
    refused(folder, trusted, now, "authority.rollback", role)


def test_freeze_an_old_set_runs_out(office):
    trusted = known(office)
    frozen = copied(office, "frozen")
    now = office.clock.on(89)
    assert opened(frozen, trusted, now).versions == trusted
    refused(frozen, trusted, office.clock.on(2), "authority.expired", "timestamp")


@pytest.mark.parametrize(
    ("role", "days"), [("snapshot", 401), ("personnel", 401), ("legal", 1101), ("targets", 1101), ("root", 3651)]
)
def test_every_part_runs_out(office, role, days):
    """Whatever else is signed anew: the thief of the timestamp's and snapshot's keys cannot keep an expired part alive."""
    trusted = known(office)
    now = office.clock.on(days)
    folder = copied(office, "late")
    until = (now + timedelta(days=9)).replace(microsecond=0)
    if role in ("personnel", "legal", "targets"):
        snapshot = Metadata[Snapshot].from_bytes(metadata(folder, "1.snapshot.json").read_bytes()).signed
        snapshot.version, snapshot.expires = 2, until
        for name in ("personnel", "legal", "targets"):
            if name != role:
                signed = Metadata[Targets].from_bytes(metadata(folder, f"1.{name}.json").read_bytes()).signed
                signed.expires, signed.version = until, 2
                signers = stolen(office, *(("targets-1", "targets-2") if name == "targets" else (name,)))
                snapshot.meta[f"{name}.json"] = put(folder, f"2.{name}.json", signed, *signers)
        named = put(folder, "2.snapshot.json", snapshot, *stolen(office, "snapshot"))
    else:
        named = MetaFile.from_data(1, metadata(folder, "1.snapshot.json").read_bytes(), ["sha256"])
    put(folder, "timestamp.json", Timestamp(2, expires=until, snapshot_meta=named), *stolen(office, "timestamp"))
    refused(folder, trusted, now, "authority.expired", role)


def test_mix_and_match_of_two_editions(office):
    trusted = known(office)
    first = copied(office, "first")
    office.set_relay("https://relay.example", bytes(32))
    office.publish()
    for name in ("personnel", "snapshot"):
        mixed = copied(office, f"mixed-{name}")
        shutil.copy(metadata(first, f"1.{name}.json"), metadata(mixed, f"2.{name}.json"))
        refused(mixed, trusted, office.clock.now(), "authority.mixed", name)


def test_a_target_of_another_edition_is_refused(office):
    trusted = known(office)
    office.set_relay("https://relay.example", bytes(32))
    office.publish()
    folder = copied(office, "targets")
    old, new = sorted((folder / "targets" / "roster").iterdir(), key=lambda path: path.stat().st_mtime)
    shutil.copy(old, new)
    found = opened(folder, trusted, office.clock.now())
    with pytest.raises(KnownError, match=r"authority\.untrusted.*altered"):
        found.target("roster/roster.cbor")
    new.unlink()
    with pytest.raises(KnownError, match=r"authority\.untrusted.*missing"):
        found.target("roster/roster.cbor")


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "personnel"])
def test_a_key_that_nobody_named_signs_nothing(office, role):
    trusted = known(office)
    folder = copied(office, "forged")
    signed = Targets(99, expires=(office.clock.now() + timedelta(days=9)).replace(microsecond=0))
    keys = {
        "timestamp": {"timestamp": stranger()},
        "snapshot": {"snapshot": stranger()},
        "personnel": {"personnel": (signed, stranger())},
    }[role]
    forged(office, folder, **keys)
    refused(folder, trusted, office.clock.now(), "authority.threshold", role)


def test_personnel_cannot_speak_for_the_legal_office(office):
    trusted = known(office)
    folder = copied(office, "overreach")
    data = b"a pack of the thief's"
    signed = Targets(
        99,
        expires=(office.clock.now() + timedelta(days=9)).replace(microsecond=0),
        targets={"packs/x.pack": TargetFile.from_data("packs/x.pack", data)},
    )
    forged(office, folder, personnel=(signed, stolen(office, "personnel")[0]))
    refused(folder, trusted, office.clock.now(), "authority.untrusted", "packs/x.pack")


@pytest.mark.parametrize("role", ["root", "targets"])
def test_one_offline_key_is_below_the_threshold(office, role):
    """The same key twice, and a key with a stranger's, are one key."""
    trusted = known(office)
    kept = office.state().trust
    one = stolen(office, f"{role}-1")[0]
    for number, signers in enumerate(([one], [one, one], [one, stranger()])):
        folder = copied(office, f"{role}{number}")
        if role == "root":
            root = kept.root
            root.version = 2
            put(folder, "2.root.json", root, *signers)
            refused(folder, trusted, office.clock.now(), "authority.threshold", "root")
        else:
            top = kept.top
            top.version = 99
            snapshot = Metadata[Snapshot].from_bytes(metadata(folder, "1.snapshot.json").read_bytes()).signed
            snapshot.version, snapshot.meta["targets.json"] = 99, put(folder, "99.targets.json", top, *signers)
            named = put(folder, "99.snapshot.json", snapshot, *stolen(office, "snapshot"))
            stamp = Timestamp(99, expires=snapshot.expires, snapshot_meta=named)
            put(folder, "timestamp.json", stamp, *stolen(office, "timestamp"))
            refused(folder, trusted, office.clock.now(), "authority.threshold", "targets")


def test_a_root_has_to_be_signed_by_the_old_keys_and_by_its_own(office):
    """Two new keys of a thief's sign their own root; two of the old ones do not sign it."""
    trusted = known(office)
    folder = copied(office, "takeover")
    mine = [stranger(), stranger()]
    root = office.state().trust.root
    root.version = 2
    for keyid in list(root.roles["root"].keyids):
        root.revoke_key(keyid, "root")
    for signer in mine:
        root.add_key(signer.public_key, "root")
    put(folder, "2.root.json", root, *mine)
    refused(folder, trusted, office.clock.now(), "authority.threshold", "root")
    put(
        folder, "2.root.json", root, *stolen(office, "root-1", "root-2")
    )  # the old ones alone: nobody proved to hold the new ones
    refused(folder, trusted, office.clock.now(), "authority.threshold", "root")
    put(folder, "2.root.json", root, *stolen(office, "root-1", "root-2"), *mine)
    assert open_set_root(folder, trusted).version == 2


def open_set_root(folder, trusted):
    from enforcement.credentials.authority_set import newest_root

    return newest_root(reader(folder), trusted.root)[0].signed


def test_a_root_version_may_not_be_left_out(office):
    trusted = known(office)
    folder = copied(office, "skipped")
    root = office.state().trust.root
    root.version = 3
    put(folder, "2.root.json", root, *stolen(office, "root-1", "root-2"))
    refused(folder, trusted, office.clock.now(), "authority.mixed", "root")


@pytest.mark.parametrize("name", ["legal", "personnel", "timestamp", "snapshot"])
def test_a_compromised_key_signs_nothing_once_it_is_replaced(office, name):
    trusted = known(office)
    thief = stolen(office, name)[0]
    office.replace_keys([name])
    after = opened(office.repository, trusted, office.clock.now()).versions
    folder = copied(office, "thief")
    signed = Targets(99, expires=(office.clock.now() + timedelta(days=9)).replace(microsecond=0))
    forged(office, folder, **({name: thief} if name in ("timestamp", "snapshot") else {name: (signed, thief)}))
    for known_before in (after, trusted):
        refused(folder, known_before, office.clock.now(), "authority.threshold", name)
    assert opened(office.repository, trusted, office.clock.now()).target("roster/roster.cbor")


def test_a_version_driven_up_by_a_thief_does_not_lock_the_honest_set_out(office):
    """Fast-forward: the stolen keys sign version 10,000,000; after they are replaced the device goes on with the office's."""
    folder = copied(office, "fast")
    forged(office, folder, version=10_000_000)
    trusted = opened(folder, known(office), office.clock.now()).versions
    assert trusted.timestamp == 10_000_000
    office.publish()
    refused(office.repository, trusted, office.clock.now(), "authority.rollback")
    office.replace_keys(["timestamp", "snapshot"])
    after = opened(office.repository, trusted, office.clock.now()).versions
    assert after.timestamp == office.state().published
    refused(
        copied(office, "again"),
        msgspec.structs.replace(after, timestamp=after.timestamp + 1),
        office.clock.now(),
        "authority.rollback",
    )


@pytest.mark.parametrize("lost", ["root-3", "targets-2"])
def test_the_loss_of_one_offline_key_is_survived(office, lost):
    trusted = known(office)
    before = office.state().trust.keys[lost]["keyid"]
    (office.folder / "keys" / f"{lost}.key").unlink()
    office.publish()  # everyday work needs none of them
    office.replace_keys([lost])
    assert office.state().trust.keys[lost]["keyid"] != before
    newest = opened(office.repository, trusted, office.clock.now())
    assert newest.root_version == 2
    assert before not in open_set_root(office.repository, trusted).roles[lost[:-2]].keyids
    (office.folder / "keys" / f"{lost[:-1]}1.key").unlink()
    office.replace_keys([f"{lost[:-1]}1"])  # and of another one after that
    assert opened(office.repository, newest.versions, office.clock.now()).root_version == 3


def test_two_lost_keys_are_one_too_many_and_nothing_changes(office):
    for name in ("root-2", "root-3"):
        (office.folder / "keys" / f"{name}.key").unlink()
    before = office.state()
    files = {path.name: path.read_bytes() for path in (office.folder / "keys").iterdir()}
    with pytest.raises(KnownError) as caught:
        office.replace_keys(["root-2"])
    assert (caught.value.code, caught.value.details["found"], caught.value.details["needed"]) == ("key.threshold", 1, 2)
    assert office.state() == before
    assert {path.name: path.read_bytes() for path in (office.folder / "keys").iterdir()} == files


def test_a_replaced_root_key_signs_no_further_root(office):
    trusted = known(office)
    thieves = stolen(office, "root-1", "root-2")
    office.replace_keys(["root-1", "root-2"])
    folder = copied(office, "old-keys")
    root = office.state().trust.root
    root.version = 3
    put(folder, "3.root.json", root, *thieves)
    refused(folder, trusted, office.clock.now(), "authority.threshold", "root")


def test_keys_handed_to_custodians_sign_only_when_two_of_them_are_there(tmp_path, office):
    places = []
    for name in ("root-1", "root-2", "root-3", "targets-1", "targets-2", "targets-3"):
        stick = tmp_path / f"stick-{name[-1]}"
        office.keys.hand_over(name, stick, CUSTODIAN + name[-1])
        places.append(Place(stick, CUSTODIAN + name[-1]))
    assert not list((office.folder / "keys").glob("root-*"))
    office.publish()
    with pytest.raises(KnownError, match=r"key\.threshold"):
        office.replace_keys([])
    alone = type(office)(office.folder, "office-password", office.clock, places[:1], CHEAP)
    with pytest.raises(KnownError, match=r"key\.threshold"):
        alone.replace_keys([])
    wrong = Place(tmp_path / "stick-2", "another-password")
    with pytest.raises(KnownError, match=r"password\.wrong"):
        type(office)(office.folder, "office-password", office.clock, [places[0], wrong], CHEAP).replace_keys([])
    two = type(office)(office.folder, "office-password", office.clock, places[:2], CHEAP)
    trusted = known(office)
    office.clock.on(30)
    two.replace_keys([])
    assert opened(office.repository, trusted, office.clock.now()).root_version == 2


def test_only_offline_keys_leave_and_none_is_overwritten(tmp_path, office):
    with pytest.raises(KnownError, match="needed here"):
        office.keys.hand_over("timestamp", tmp_path / "stick", CUSTODIAN)
    with pytest.raises(KnownError, match="at least 8"):
        office.keys.hand_over("root-1", tmp_path / "stick", "short")
    office.keys.hand_over("root-1", tmp_path / "stick", CUSTODIAN)
    office.keys.put("root-1", office.keys.signing("root-2"))
    with pytest.raises(KnownError, match="lies there already"):
        office.keys.hand_over("root-1", tmp_path / "stick", CUSTODIAN)


@pytest.mark.parametrize("junk", [b"", b"[" * 100_000, b"{}", b'{"signed":{"_type":"root"}}', b"\xff\xfe", b"[1,2,3]"])
@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json", "2.root.json"])
def test_rubbish_is_refused_as_such(office, name, junk):
    trusted = SetVersions(root=root_of(office))
    folder = copied(office, "junk")
    metadata(folder, name).write_bytes(junk)
    with pytest.raises(KnownError) as caught:
        opened(folder, trusted, office.clock.now())
    assert caught.value.code in ("authority.untrusted", "authority.mixed", "authority.threshold")


@pytest.mark.parametrize(
    "name", ["timestamp.json", "1.snapshot.json", "1.targets.json", "1.personnel.json", "1.legal.json"]
)
def test_every_changed_byte_of_what_is_signed_is_found(office, name):
    trusted = SetVersions(root=root_of(office))
    folder = copied(office, "bits")
    data = bytearray(metadata(folder, name).read_bytes())
    start = data.index(b'"signed"')
    for place in range(start, len(data), max(1, (len(data) - start) // 60)):
        changed = bytearray(data)
        changed[place] ^= 1
        metadata(folder, name).write_bytes(bytes(changed))
        with pytest.raises(KnownError):
            opened(folder, trusted, office.clock.now())


def test_two_agencies_are_not_mixed(tmp_path, office):
    other = founded(tmp_path / "other", person("99020001"), clock=HandClock(START))
    other.publish()
    refused(other.repository, known(office), office.clock.now(), "authority.threshold", "timestamp")


def test_signatures_of_one_key_under_two_names_count_once(office):
    """A thief writes the one signature twice, under the ids of two keys."""
    trusted = known(office)
    folder = copied(office, "twice")
    root = office.state().trust.root
    root.version = 2
    raw = json.loads(sign_all(root, stolen(office, "root-1")))
    raw["signatures"].append({**raw["signatures"][0], "keyid": office.state().trust.keys["root-2"]["keyid"]})
    metadata(folder, "2.root.json").write_bytes(json.dumps(raw).encode())
    refused(folder, trusted, office.clock.now(), "authority.threshold", "root")
    assert isinstance(root, Root)


@pytest.mark.parametrize(
    "names", [["root-1", "root-2"], ["targets-1", "targets-3"], ["legal"], ["timestamp", "snapshot"]]
)
@pytest.mark.parametrize("late", [False, True])
def test_an_interrupted_replacement_is_undone_or_finished(office, monkeypatch, names, late):
    """The machine stops before the state is written, or between that and the keys' taking their places."""
    trusted = known(office)
    before = office.state().trust

    def stop(*_):
        raise OSError("stopped")

    monkeypatch.setattr(office, "publish" if late else "_write", stop)
    with pytest.raises(OSError, match="stopped"):
        office.replace_keys(names)
    monkeypatch.undo()
    assert (office.state().trust == before) is not late
    office.publish()
    assert not list((office.folder / "keys").glob("*.new.key"))
    assert opened(office.repository, trusted, office.clock.now()).target("roster/roster.cbor")
    office.replace_keys(names)
    assert opened(office.repository, trusted, office.clock.now()).target("roster/roster.cbor")


class FolderFetcher(FetcherInterface):
    """python-tuf's own client fetches out of a folder."""

    def __init__(self, folder):
        self.folder = folder

    def _fetch(self, url):
        path = self.folder / url.removeprefix("https://set.example/")
        if not path.is_file():
            raise DownloadHTTPError("absent", 404)
        return iter([path.read_bytes()])


def test_the_library_s_own_client_reads_the_same_set_through_every_replacement(office, tmp_path):
    """A second implementation of the client workflow, from the first root on, with its own checks."""
    office.clock.at = SystemClock().now()
    office.publish()
    for names in (["root-3"], ["timestamp"], ["targets-2", "legal"], [], ["snapshot", "personnel"]):
        office.replace_keys(names)
    base = "https://set.example/"
    client = Updater(
        str(tmp_path), f"{base}metadata/", str(tmp_path), f"{base}targets/", FolderFetcher(office.repository), bootstrap=root_of(office)
    )  # fmt: skip
    client.refresh()
    found = client.get_targetinfo("roster/roster.cbor")
    with open(client.download_target(found, str(tmp_path / "roster")), "rb") as file:
        data = file.read()
    ours = opened(office.repository, SetVersions(root=root_of(office)), office.clock.now())
    assert data == ours.target("roster/roster.cbor")
    assert ours.root_version == 6
