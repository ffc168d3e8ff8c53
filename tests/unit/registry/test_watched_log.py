"""The relay's log as the registry watches it: a real relay, lied about in every way that a relay can."""

from datetime import timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.registry.services import books, log
from central.registry.services.client import NAMES
from central.registry.services.pulling import Puller, folder_reader
from central.registry.services.words import REASONS, reason_words
from central.registry.store import open_register
from central.registry.store.models import BundleRow
from central.relay.services import Relay
from central.relay.store import SqliteStore
from enforcement.exchange import TreeHead, check_tree_head, sign_tree_head
from enforcement.exchange.messages import Devices
from enforcement.journal.acts import CertificateShown
from enforcement.journal.relay_acts import RELAY_LOG, RelayAcknowledged
from enforcement.values.cose import KeySigner
from enforcement.values.errors import KnownError
from enforcement.values.shapes import to_bytes
from tests.support.field import Field
from tests.support.offices import HandClock, founded, person, root_of


class Known:
    """The relay's directory: whoever is in the office's roster."""

    def __init__(self, office):
        self.office = office

    def any_device_key(self, kid):
        from enforcement.credentials import RosterIndex

        return RosterIndex(self.office.state().roster).device_key(kid)


class Wire:
    """The relay's answers without HTTP; `lie` may change them."""

    def __init__(self, relay, office):
        self.relay, self.public, self.lie = relay, folder_reader(office.repository), lambda path, query, data: data

    def get(self, path, query=None, wait=0):
        query = query or {}
        match path.split("/")[2:]:
            case ["log", "head"]:
                data = self.relay.tree_head()
            case ["log", "consistency"]:
                data = to_bytes(self.relay.consistency(int(query["from"]), int(query["to"])))
            case ["feed"]:
                data = to_bytes(self.relay.feed(int(query["after"]), [bytes.fromhex(query["for"])]))
            case ["bundles", name]:
                data = self.relay.store.bundle(bytes.fromhex(name))
            case ["devices"]:
                data = to_bytes(Devices(devices=self.relay.devices()))
        return self.lie(path, query, data)


class World:
    def __init__(self, folder, url="", roles=("officer",)):
        self.folder, self.clock = folder, HandClock()
        self.office = founded(folder / "office", person(roles=roles), clock=self.clock)
        self.signer = KeySigner(Ed25519PrivateKey.generate())
        self.office.set_relay("http://relay", self.signer.key.public_key().public_bytes_raw())
        self.field = Field(self.office)
        self.office.publish()
        self.relay = self.another("relay")
        self.wire = Wire(self.relay, self.office)
        self.register = open_register(folder / "register", url)
        opener = self.office.keys.opening("registry")
        self.puller = Puller(self.register, opener, self.clock, root_of(self.office))

    def another(self, name):
        return Relay(SqliteStore(self.folder / name), Known(self.office), self.signer, self.clock)

    def send(self, *bundles, relay=None):
        for one in (relay or self.relay).take_in(bundles).outcomes:
            assert one.code == 0

    def pull(self):
        self.clock.at += timedelta(seconds=1)
        return self.puller.pull(self.wire)

    def told(self):
        with self.register.read() as session:
            return [one["reason"] for one in books.refused(session, "zh")]


@pytest.fixture(params=["sqlite", "postgres"])
def world(request, tmp_path):
    """A world whose register is kept in either database."""
    url = request.getfixturevalue("postgres").database() if request.param == "postgres" else ""
    made = World(tmp_path, url)
    yield made
    made.register.close()
    made.relay.store.close()


def test_an_honest_relay(world):
    for count in (1, 3, 4):
        world.send(*(world.field.act() for _ in range(count)))
        assert world.pull().bundles == count
    assert world.told() == []
    assert world.pull().bundles == 0


def test_a_bundle_that_is_not_handed_out(world):
    world.send(*(world.field.act() for _ in range(5)))

    def without(path, query, data):
        if not path.endswith("/feed"):
            return data
        feed = world.relay.feed(int(query["after"]), [bytes.fromhex(query["for"])])
        return to_bytes(msgspec.structs.replace(feed, items=tuple(one for one in feed.items if one.index != 2)))

    world.wire.lie = without
    assert world.pull().bundles == 4
    assert sorted(world.told()) == ["chain.missing", "log.withheld"]
    with world.register.read() as session:
        (words,) = [one["words"] for one in books.refused(session, "zh") if one["reason"] == "log.withheld"]
    assert words == "中继站日志里有 1 包没有交出：第 2 位。"


def test_another_bundle_than_the_feed_names(world):
    world.send(world.field.act(), other := world.field.act())
    world.wire.lie = lambda path, query, data: other if "/bundles/" in path else data
    with pytest.raises(KnownError, match=r"relay\.rubbish"):
        world.pull()


def test_an_older_log_and_a_rewritten_one(world):
    first, second = world.field.act(), world.field.act()
    old = world.another("old")
    world.send(first, relay=old)
    world.send(first, second)
    assert world.pull().bundles == 2
    world.wire.relay = old  # what was there before the second came
    assert not world.pull().consistent
    assert world.told() == ["log.inconsistent"]
    rewritten = world.another("rewritten")
    world.send(second, first, world.field.act(), relay=rewritten)
    world.wire.relay = rewritten
    found = world.pull()
    assert (found.consistent, found.bundles) == (False, 0), "nothing more of it is taken in"
    world.wire.relay = world.relay
    world.send(world.field.act())
    assert world.pull().consistent, "the honest log goes on where it stood"
    assert world.told() == ["chain.missing"], "the act that only the liar took"
    old.store.close()
    rewritten.store.close()


def test_a_relay_restored_from_a_backup_goes_on_once_somebody_said_so(world):
    first, second = world.field.act(), world.field.act()
    old = world.another("old")
    world.send(first, relay=old)
    world.send(first, second)
    world.pull()
    world.wire.relay = old
    world.send(third := world.field.act(), relay=old)
    assert not world.pull().consistent
    with world.register.write() as session:
        log.begin_anew(session, "从备份恢复")
    assert world.pull().bundles == 1
    world.send(second, relay=old)
    assert (world.pull().bundles, world.told()) == (0, ["log.begun_anew"])
    with world.register.read() as session:
        assert {row.data for row in session.query(BundleRow)} == {first, second, third}
    old.store.close()


def restored(world):
    """(what the relay had forgotten, the relay that was restored and took something since); the registry has seen what is lost."""
    first, second = world.field.act(), world.field.act()
    old = world.another("old")
    world.send(first, relay=old)
    world.send(first, second)
    world.pull()
    world.wire.relay = old
    world.clock.on(1)
    world.send(world.field.act(), relay=old)
    assert not world.pull().consistent
    return second, old


def known(world, relay, **changes):
    """A supervisor's word of it, in the relay's log."""
    head = check_tree_head(relay.tree_head(), lambda _: world.signer.key.public_key())
    shown = CertificateShown(
        number="99010001", name="林示例", unit="u1", state="valid", roster_version=0, roster_digest=bytes(32)
    )
    said = {"size": head.size, "root": head.root, "at": head.at, "words": "从备份恢复", "shown": shown, **changes}
    world.send(world.field.sealed(RELAY_LOG, RelayAcknowledged(**said)), relay=relay)


@pytest.fixture
def supervised(tmp_path):
    made = World(tmp_path, roles=("officer", "supervisor"))
    yield made
    made.register.close()
    made.relay.store.close()


def test_a_supervisors_word_of_a_restored_relay_is_taken(supervised):
    second, old = restored(supervised)
    known(supervised, old)
    found = supervised.pull()
    assert (found.consistent, found.bundles) == (True, 2), "the act that came since, and the word itself"
    supervised.send(second, relay=old)
    assert supervised.pull().consistent
    assert supervised.told() == ["log.begun_anew"]
    with supervised.register.read() as session:
        (words,) = [one["words"] for one in books.refused(session, "zh")]
    assert "从备份恢复" in words
    old.store.close()


def test_the_same_word_does_not_excuse_a_second_loss(supervised):
    _, old = restored(supervised)
    known(supervised, old)
    supervised.clock.on(1)
    assert supervised.pull().consistent
    again = supervised.another("again")
    supervised.wire.relay = again
    for one in old.feed(0, [supervised.puller.opener.recipient_id]).items[1:]:
        supervised.send(old.store.bundle(one.digest), relay=again)
    supervised.send(supervised.field.act(), relay=again)
    assert not supervised.pull().consistent
    assert "log.inconsistent" in supervised.told()
    for one in (old, again):
        one.store.close()


@pytest.mark.parametrize("changes", [{"root": bytes(32)}, {"size": 99}, {"at": "before"}])
def test_a_word_of_another_log_is_none(supervised, changes):
    _, old = restored(supervised)
    if changes.get("at"):
        changes = {"at": supervised.clock.now() - timedelta(days=9)}
    known(supervised, old, **changes)
    assert not supervised.pull().consistent
    assert "log.inconsistent" in supervised.told()
    old.store.close()


def test_an_officers_word_is_none(world):
    _, old = restored(world)
    known(world, old)
    assert not world.pull().consistent
    old.store.close()


def test_a_root_over_something_else_is_found_by_making_the_tree(world):
    world.send(world.field.act(), world.field.act())

    def other_root(path, query, data):
        if not path.endswith("/head"):
            return data
        return sign_tree_head(TreeHead(size=2, root=bytes(32), at=world.clock.now()), world.signer)

    world.wire.lie = other_root
    world.pull()
    assert world.told() == ["log.other_root"]


def test_a_head_that_somebody_else_signed(world):
    other = KeySigner(Ed25519PrivateKey.generate())
    world.wire.lie = lambda path, query, data: (
        sign_tree_head(TreeHead(size=0, root=bytes(32), at=world.clock.now()), other) if path.endswith("head") else data
    )
    with pytest.raises(KnownError, match=r"receipt\.altered"):
        world.pull()


def test_two_bundles_for_one_place(world):
    world.send(world.field.act(), world.field.act())

    def same_place(path, query, data):
        if not path.endswith("/feed"):
            return data
        feed = world.relay.feed(int(query["after"]), [bytes.fromhex(query["for"])])
        return to_bytes(
            msgspec.structs.replace(feed, items=tuple(msgspec.structs.replace(x, index=0) for x in feed.items))
        )

    world.wire.lie = same_place
    with pytest.raises(KnownError, match=r"relay\.rubbish"):
        for _ in range(3):
            world.pull()
    assert "log.place_taken" in world.told()
    with world.register.read() as session:
        assert session.query(BundleRow).count() == 2, "both are kept"


def test_a_lost_device_is_not_believed_after_its_loss(world):
    world.send(world.field.act())
    world.clock.on(1)
    world.office.set_device(world.field.device, "lost")
    world.office.publish()
    world.send(world.field.act())
    world.pull()
    assert world.told() == ["certificate.key_ended", "device.not_active"]


def test_every_reason_has_its_words_in_both_languages():
    assert len({code for code in REASONS if code in set(NAMES.values()) or "." in code}) == len(REASONS)
    for reason in REASONS:
        english, chinese = (reason_words(reason, {}, language) for language in ("en", "zh"))
        assert english.isascii()
        assert not chinese.isascii()
    assert reason_words("future.reason", {"why": "x"}, "zh") == "future.reason x"
