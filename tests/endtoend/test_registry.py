"""The registry in the demonstration city: what came over the real relay, opened, checked, kept, and made again."""

from desktop.app.demo_city import OFFICER, PARTNER, SUPERVISOR
from desktop.platform.clock import SystemClock
from desktop.services.signed_in import SignedIn
from tests.support.city import written
from tests.support.registries import Registry, command
from tests.support.visit_desks import desk_of, picture, sync


def decided(city, desk, folder):
    office = SignedIn(desk, "")
    draft = written(office, city.cast)
    office.attach_photo(draft, picture(folder))
    office.record_told(draft)
    office.record_statement(draft, "none")
    return office.cosign_and_issue(draft, PARTNER, city.cast.password).value


def test_a_case_is_pulled_believed_and_made_again(city, tmp_path):
    registry = Registry(city, SystemClock()).enrol()
    officer, head = desk_of(city, "officer"), desk_of(city, "supervisor")
    issued = decided(city, officer, tmp_path)
    sync(officer, head)
    SignedIn(head, "").approve(issued.case_id)
    sync(head, officer)
    found = registry.pull()
    print(found)
    assert found.bundles == 3
    assert found.consistent
    assert command(registry, "refused")["refused"] == []
    books = command(registry, "books")
    print(books)
    assert command(registry, "verify")["differences"] == []
    print(command(registry, "cases"), command(registry, "devices"))
    command(registry, "export", "--out", str(tmp_path / "x.csv"))
    print((tmp_path / "x.csv").read_text())
