"""An agency's office with cheap keys, people in its roster, and its published set as a device reads it."""

from datetime import UTC, date, datetime, timedelta

from central.authority.office import Office
from central.platform.keyfile import KeyCost
from enforcement.credentials import Agency, Person, RosterIndex
from enforcement.credentials.authority_set import SetVersions, open_set
from enforcement.credentials.roster import Roster
from enforcement.values.shapes import from_bytes

CHEAP = KeyCost(passes=1, lanes=1, memory_kib=8)
PASSWORD = "office-password"
START = datetime(2026, 10, 14, 1, tzinfo=UTC)
UNITS = (("u1", "城管执法一中队"), ("u2", "城管执法二中队"))


class HandClock:
    """A clock moved by hand."""

    def __init__(self, at=START):
        self.at = at

    def now(self):
        return self.at

    def on(self, days):
        self.at += timedelta(days=days)
        return self.at


def agency(name="示例市城市管理行政执法局"):
    return Agency(
        name=name, short="城管局", region="990100", address="a", phone="p", number_code="示城管", bank="b", bank_account="0",
        bank_account_name="n", reconsideration_body="示例市人民政府", court="法院", ca=b"",
    )  # fmt: skip


def person(number="99010001", **changes):
    values = dict(
        number=number, name="林示例", unit="u1", roles=("officer",), kind="执法证", fields=("城市管理",), region="990100",
        valid_from=date(2024, 1, 1), valid_to=date(2028, 12, 31), review_due=date(2027, 3, 31),
    )  # fmt: skip
    return Person(**{**values, **changes})


def founded(folder, *people, clock=None, custodians=()):
    """An office with these people, not published yet."""
    office = Office(folder, PASSWORD, clock or HandClock(), custodians, CHEAP)
    office.found(agency(), UNITS, 30, "")
    office.add_people(people)
    return office


def reader(folder):
    """A published folder as `open_set` reads it."""

    def fetch(name):
        path = folder / name
        return path.read_bytes() if path.is_file() else None

    return fetch


def root_of(office):
    return office.state().trust.roots[0]


def index_of(office, now=None):
    """The roster of the published set, from the first root on."""
    opened = open_set(reader(office.repository), SetVersions(root=root_of(office)), now or office.clock.now())
    return RosterIndex(from_bytes(Roster, opened.target("roster/roster.cbor")))
