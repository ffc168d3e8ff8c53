"""What goes first, what waits, what goes on where it stopped, and what a full disk does: the real engine on a line in memory."""

import errno
from types import SimpleNamespace

from sqlalchemy import func, select

from desktop.store import outbox
from desktop.store.models import BlobRow, EntryRow, OutboxRow
from desktop.sync import sending, taking
from enforcement.exchange import LIMITS, PostBundles, Problem
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes, to_bytes


def heard(device):
    """The names of the bundles, in the order in which the relay was given them."""
    order, honest = [], device.line.answer

    def answer(request):
        if request[1] == "/v1/bundles":
            order.extend(digest(data) for data in from_bytes(PostBundles, request[3]).bundles)
        return honest(request)

    device.line.answer = answer
    return order


def pace_of(size):
    """Requests of always the same size."""
    return SimpleNamespace(size=size, went=lambda *_: None, was_cut=lambda: None)


def rows(device):
    with device.database.read() as session:
        return {row.aggregate: row for row in session.scalars(select(OutboxRow))}


def test_urgent_first_then_small_and_photographs_last(four, one):
    photo = one.opened()
    one.photograph(photo, 90_000)
    large, small, urgent = one.opened(facts=40), one.opened(), one.opened(facts=40)
    order = heard(one)
    one.engine.seal()
    with one.database.write() as session:
        row = session.scalar(select(OutboxRow).where(OutboxRow.aggregate == urgent.bytes))
        row.urgent = True
    assert one.engine.step().accepted == 4
    by_name = {row.digest: aggregate for aggregate, row in rows(one).items()}
    assert [by_name[name] for name in order] == [one.bytes for one in (urgent, small, large, photo)]


def test_a_large_recording_lets_what_was_written_meanwhile_go_first(four, one, monkeypatch):
    case = one.opened()
    one.photograph(case, 3 * LIMITS.small_blob)
    one.engine.pace = pace_of(LIMITS.small_blob)
    monkeypatch.setattr(sending, "LONGEST_UPLOAD", 0.0)
    order = heard(one)
    assert one.engine.step().accepted == 0
    later = one.opened()
    for _ in range(8):
        one.engine.step()
    by_name = {row.digest: aggregate for aggregate, row in rows(one).items()}
    assert [by_name[name] for name in order] == [later.bytes]
    monkeypatch.setattr(sending, "LONGEST_UPLOAD", 60.0)
    assert one.engine.step().accepted == 1


def test_a_metered_connection_holds_photographs_back_and_says_so(four, one):
    photo, plain = one.opened(), one.opened()
    one.photograph(photo)
    one.engine.metered = True
    assert one.engine.step().accepted == 1
    held = rows(one)[photo.bytes]
    assert (held.state, held.problem) == ("waiting", "relay.metered")
    assert rows(one)[plain.bytes].state == "accepted"
    assert not any(path.startswith("PUT") for path in one.line.asked)
    one.engine.metered = False
    assert one.engine.step().accepted == 1
    assert rows(one)[photo.bytes].problem == ""


def test_a_metered_connection_fetches_no_photographs(four, one):
    case = one.opened()
    one.photograph(case)
    one.engine.step()
    head = four.devices["head"]
    head.engine.metered = True
    assert head.engine.step().blobs_in == 0
    head.engine.metered = False
    assert head.engine.step().blobs_in == 1


def test_an_upload_goes_on_where_it_was_cut(four, one):
    case = one.opened()
    name = one.photograph(case, 4 * LIMITS.small_blob)
    one.engine.pace = pace_of(LIMITS.small_blob)
    one.line.faults = ["", "", "mute"]
    assert one.engine.step().problem.code == "relay.unreachable"
    there, whole = four.relay.store.blob_have(name)
    assert there > 0
    assert not whole
    sizes, honest = [], one.line.answer

    def answer(request):
        if request[0] == "PUT":
            sizes.append(len(request[3]))
        return honest(request)

    one.line.answer = answer
    assert one.engine.step().accepted == 1
    assert sum(sizes) == 4 * LIMITS.small_blob - there


def cut_after(device, size):
    """The next download ends after so many bytes; the offsets that were asked for."""
    whole, offsets = device.line.stream, []

    def stream(path, query):
        offsets.append(int(query["offset"]))
        for data in whole(path, query):
            if len(offsets) == 1:
                yield data[:size]
                raise KnownError("relay.unreachable", why="cut")
            yield data

    device.line.stream = stream
    return offsets


def test_a_download_goes_on_where_it_was_cut(four, one):
    case = one.opened()
    name = one.photograph(case, 500_000)
    one.engine.step()
    head = four.devices["head"]
    offsets = cut_after(head, 123_456)
    assert head.engine.step().problem.code == "relay.unreachable"
    head.engine.step()
    assert offsets == [0, 123_456]
    assert head.blobs.has(name)


def test_a_part_that_is_wrong_is_thrown_away(four, one):
    case = one.opened()
    name = one.photograph(case, 50_000)
    one.engine.step()
    head = four.devices["head"]
    with head.blobs.arriving(name, 50_000) as (have, write):
        write(bytes(20_000))
    assert have == 0
    assert [error.code for error in head.engine.step().item_problems] == ["digest.mismatch"]
    four.tick(minutes=6)
    head.engine.step()
    assert head.blobs.has(name)


def test_a_blob_that_the_relay_lacks_holds_up_no_other(four, one):
    first, second = one.opened(), one.opened()
    gone, there = one.photograph(first, 900), one.photograph(second, 1_000)
    one.engine.step()
    (four.folder / "relay" / "blobs" / gone.hex()[:2] / gone.hex()).unlink()
    head = four.devices["head"]
    result = head.engine.step()
    assert [error.code for error in result.item_problems] == ["relay.missing"]
    assert head.blobs.has(there)
    assert result.problem is None


def test_a_full_disk_ends_the_step_with_its_reason_and_loses_nothing(four, one, monkeypatch):
    case = one.opened()
    one.photograph(case, 5_000)
    one.engine.step()
    head = four.devices["head"]

    def full(*_):
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr("desktop.store.blobs.os.replace", full)
        assert head.engine.step().problem.code == "store.disk_full"
    assert head.engine.step().problem is None
    with head.database.read() as session:
        assert all(row.present for row in session.scalars(select(BlobRow)))


def test_a_disk_that_is_nearly_full_is_left_to_the_officer(four, one, monkeypatch):
    case = one.opened()
    one.photograph(case)
    one.engine.step()
    head = four.devices["head"]
    with monkeypatch.context() as patch:
        patch.setattr(taking.shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
        result = head.engine.step()
    assert (result.entries_in, result.blobs_in) == (3, 0)
    assert head.engine.step().blobs_in == 1


def test_a_relay_that_takes_nothing_still_hands_out(four, one):
    two = four.devices["two"]
    case = two.opened("one")
    two.engine.step()
    one.opened()
    honest = one.line.answer

    def answer(request):
        return (503, b"") if request[1] == "/v1/bundles" else honest(request)

    one.line.answer = answer
    result = one.engine.step()
    assert [error.code for error in result.item_problems] == ["relay.busy"]
    assert result.entries_in == 3
    assert one.case_bytes(case) == two.case_bytes(case)


def test_a_quiet_step_is_one_request(four, one):
    one.opened()
    one.engine.step()
    one.engine.step()
    four.tick(seconds=2)
    one.line.asked.clear()
    one.engine.step()
    assert one.line.asked == ["POST /v1/round"]


def test_cases_of_one_device_leave_in_one_request(four, one):
    for _ in range(30):
        one.photograph(one.opened(), 900)
    assert one.engine.step().accepted == 30
    assert one.line.asked.count("POST /v1/bundles") == 1
    assert not any("blobs" in path for path in one.line.asked)


def test_back_off_never_exceeds_what_it_says():
    waits = [outbox.back_off(number) for number in (1, 2, 12, 200)]
    assert waits[0] <= outbox.FIRST_WAIT * (1 + outbox.JITTER)
    assert waits[-1] <= outbox.LONGEST_WAIT * (1 + outbox.JITTER)


def test_a_relay_that_takes_fewer_at_a_time_gets_fewer(four, one):
    for _ in range(7):
        one.opened()
    honest, sizes = one.line.answer, []

    def answer(request):
        if request[1] == "/v1/bundles":
            sizes.append(len(from_bytes(PostBundles, request[3]).bundles))
            if sizes[-1] > 3:
                problem = Problem(code="relay.too_large", number=606, at=four.world.now())
                return 413, to_bytes(problem)
        return honest(request)

    one.line.answer = answer
    assert one.engine.step().accepted == 7
    assert sizes == [7, 3, 3, 1]


def backlog(four, cases, answers):
    """A supervisor's device that has as many cases to take in, in so many answers."""
    one, head = four.devices["one"], four.devices["head"]
    assert head.engine.step().problem is None
    for _ in range(cases):
        one.opened()
    assert one.engine.step().accepted == cases
    with one.database.read() as session:
        size = session.scalar(select(func.sum(OutboxRow.size)))
    head.engine.budget = size // answers + 200
    head.line.asked.clear()
    return head


def test_the_line_carries_the_next_bundles_while_the_last_are_taken_in(four):
    head = backlog(four, 12, 4)
    here_at_question, ahead = [], head.engine.ahead

    def watched(run):
        with head.database.read() as session:
            here_at_question.append(session.scalar(select(func.count()).select_from(EntryRow)))
        return ahead(run)

    head.engine.ahead = watched
    result = head.engine.step()
    assert (result.problem, result.entries_in) == (None, 24)
    assert here_at_question == [0, 6, 12]
    assert sum(path == "POST /v1/round" for path in head.line.asked) == 4
    assert not any("bundles" in path for path in head.line.asked)


def test_a_question_under_way_that_is_cut_loses_nothing_and_repeats_nothing(four):
    head = backlog(four, 12, 4)
    head.line.faults = ["", "mute"]
    result = head.engine.step()
    assert (result.problem.code, result.entries_in) == ("relay.unreachable", 6)
    result = head.engine.step()
    assert (result.problem, result.entries_in) == (None, 18)


def test_a_full_disk_leaves_no_question_under_way(four, monkeypatch):
    head = backlog(four, 12, 4)
    whole, ended = taking.take_in_bundle, []

    def full(*_):
        raise KnownError("store.disk_full")

    monkeypatch.setattr(taking, "take_in_bundle", full)
    ahead = head.engine.ahead

    def counted(run):
        answer = ahead(run)
        return lambda: ended.append(answer())

    head.engine.ahead = counted
    assert head.engine.step().problem.code == "store.disk_full"
    assert len(ended) == 1
    monkeypatch.setattr(taking, "take_in_bundle", whole)
    head.engine.ahead = ahead
    assert head.engine.step().entries_in == 24


def test_what_is_larger_than_an_answer_is_asked_for_by_name_and_holds_up_no_other(four):
    one, head = four.devices["one"], four.devices["head"]
    assert head.engine.step().problem is None
    one.opened()
    one.opened(facts=40)
    one.opened()
    assert one.engine.step().accepted == 3
    with one.database.read() as session:
        sizes = sorted(session.scalars(select(OutboxRow.size)))
    head.engine.budget = sizes[-1] - 1
    assert head.engine.step().entries_in == 45
    assert sum("GET /v1/bundles/" in path for path in head.line.asked) == 1
