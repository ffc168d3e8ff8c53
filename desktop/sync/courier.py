"""By courier: what waits goes onto a stick with a question to the relay; what comes back is taken in as from the relay itself.

The answer is looked at by the very code of a round (`Taking`), over a transport that answers from the stick. Receipts and bundles prove
themselves, so they are taken whenever they come; the log and the place in the feed move only by an answer that this device's own state
fits, and otherwise wait for the next one. Everything can be done twice.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy.orm import Session

from desktop.platform.courier import CourierFolder
from desktop.store import authority as authority_data
from desktop.store import outbox as queue
from desktop.store.kept import GRANT, HEAD, WRITTEN, KeptHead, keep_number, kept
from desktop.sync.engine import AUTHORITY, Engine
from desktop.sync.incoming import take_in_bundle
from desktop.sync.line import StepResult
from desktop.sync.rewrapped import arrived, waiting_keys
from desktop.sync.sending import Sending
from desktop.sync.stick import StickTransport
from desktop.sync.taking import Taking, fetch_blob, is_here, lacking_blobs, room_for_blobs
from enforcement.credentials import EnrolGrant
from enforcement.exchange import LIMITS, courier
from enforcement.sealing import read_cover
from enforcement.values.clock import to_ms
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import from_bytes

TOGETHER = 16
"""Bundles taken in, or receipts settled, under one commit."""
NAMED = 12
"""So many things that were left aside are named one by one."""


@dataclass
class Written:
    """What was written: bundles without a receipt, attachments, bytes of both. `lacking`: attachments that are not on this device."""

    bundles: int = 0
    blobs: int = 0
    size: int = 0
    lacking: int = 0


@dataclass
class ReadBack:
    """What a stick brought. `ignored`: files that are not what their name says. `incomplete`: own bundles that the relay could not take
    for want of an attachment.
    """

    step: StepResult = field(default_factory=StepResult)
    ignored: list[str] = field(default_factory=list)
    problems: list[KnownError] = field(default_factory=list)
    incomplete: int = 0
    answered: bool = False


def write_stick(engine: Engine, chosen: Path) -> Written:
    """Put everything without a receipt on the stick, and the question to the relay behind it; all of it durable when it returns.

    Raises KnownError(courier.*), (store.*). What was written before it was interrupted is whole.
    """
    engine.seal()
    with engine.database.read() as session:
        roots, agency = _roots(session), engine.index.roster.agency.name
        names = queue.open_digests(session)
    folder = CourierFolder.begin(chosen, agency, tuple(roots))
    folder.sweep()
    made, done = Written(), []
    try:
        for name in names:
            with engine.database.read() as session:
                item = queue.open_item(session, name)
            if item is not None and _write_item(engine, folder, item, made):
                done.append(name)
    finally:
        now = to_ms(engine.clock.now())
        with engine.database.write() as session:
            for name in done:
                keep_number(session, WRITTEN + name.hex(), now)
    folder.put(courier.QUESTIONS, engine.device.hex, _question(engine))
    return made


def read_stick(engine: Engine, chosen: Path) -> ReadBack:
    """Take in what a stick brings: the agency's set, receipts, what the relay says, cases and their photographs.

    Raises KnownError(courier.not_here), (courier.unreadable), (courier.newer), (courier.wrong_agency), (courier.gone), (store.*).
    """
    with engine.database.read() as session:
        folder = CourierFolder.open(chosen, _roots(session))
    back = ReadBack()
    transport = StickTransport(folder)
    line = replace(
        engine, transport=transport, live=False, metered=False, ahead=None, asked_devices=None, put_off={}, earlier=()
    )
    _take_set(line, transport, back)
    answer = _answer(line, folder, back)
    if answer is not None:
        back.answered = True
        _settle(line, answer, back)
        _load(line, folder, transport, answer)
        for decryptor in (engine.decryptor, *engine.earlier):
            if any(feed.recipient == decryptor.recipient_id for feed in answer.feeds):
                _follow(line, transport, Taking(line, back.step, decryptor), back)
    _take_bundles(line, engine, folder, back)
    _take_older(line, folder, back)
    _take_blobs(line, folder, back)
    return back


def _roots(session: Session) -> list[bytes]:
    """Every root metadata of the agency that this device knows."""
    known = [data for name, data in authority_data.published_files(session).items() if name.endswith(".root.json")]
    grant, trusted = kept(session, GRANT), authority_data.trusted(session)
    return [
        *known,
        *([from_bytes(EnrolGrant, grant).root] if grant is not None else []),
        *([trusted.root] if trusted is not None else []),
    ]


def _write_item(engine: Engine, folder: CourierFolder, item: queue.Waiting, made: Written) -> bool:
    """Attachments first: what is seen of a bundle is seen with all that belongs to it. Whether it is there whole."""
    lacking = [ref for ref in item.blobs if not engine.blobs.has(ref.digest)]
    for ref in item.blobs:
        if ref not in lacking:
            folder.put_pieces(courier.BLOBS, ref.digest, ref.size, engine.blobs.pieces(ref.digest))
            made.blobs, made.size = made.blobs + 1, made.size + ref.size
    folder.put(courier.BUNDLES, item.digest.hex(), item.data)
    made.bundles, made.size, made.lacking = made.bundles + 1, made.size + len(item.data), made.lacking + len(lacking)
    return not lacking


def _question(engine: Engine) -> bytes:
    line = replace(engine, live=False, asked_devices=None)
    with line.database.read() as session:
        takings = [Taking(line, StepResult(), one) for one in (engine.decryptor, *engine.earlier)]
        rounds = [one.question(session, speak=number == 0) for number, one in enumerate(takings)]
        older = waiting_keys(session, LIMITS.digests_in_request)
        blobs = [name for name, _ in lacking_blobs(session)][: LIMITS.digests_in_request]
    question = courier.Question(
        device=engine.device,
        at=engine.clock.now(),
        rounds=tuple(rounds[: courier.MOST_ROUNDS]),
        bundles=tuple(older),
        blobs=tuple(blobs),
    )
    return courier.sign_question(question, engine.device_signer)


def _take_set(line: Engine, transport: StickTransport, back: ReadBack) -> None:
    """The agency's data first: what comes after is judged by it. A set that is refused is told, and nothing of it taken."""
    timestamp = transport.public("metadata/timestamp.json")
    if timestamp is None:
        return
    step = StepResult()
    line.take_set(step, digest(timestamp))
    back.step.authority_new, back.step.entries_in = step.authority_new, step.entries_in
    if step.problem is not None:
        older = step.problem.code == f"{AUTHORITY}rollback"
        back.problems.append(KnownError("courier.set_older") if older else step.problem)


def _answer(line: Engine, folder: CourierFolder, back: ReadBack) -> courier.Answer | None:
    data = folder.read(courier.ANSWERS, line.device.hex, courier.MOST_ANSWER)
    if data is None:
        back.problems.append(KnownError("courier.no_answer"))
        return None
    try:
        answer = courier.check_answer(data, line.relay_key, line.device)
    except KnownError as error:
        back.problems.append(error)
        return None
    return answer


def _load(line: Engine, folder: CourierFolder, transport: StickTransport, answer: courier.Answer) -> None:
    """Let the transport answer rounds; what of the feeds is on this device already need not lie on the stick."""
    names = {item.digest for feed in answer.feeds for item in feed.items}
    with line.database.read() as session:
        transport.known = {name for name in names if is_here(session, name)}
        head = kept(session, HEAD)
    transport.head_at = None if head is None else from_bytes(KeptHead, head).at
    asked = folder.read(courier.QUESTIONS, line.device.hex, courier.MOST_QUESTION) or b""
    if digest(asked) == answer.question:
        question, _ = courier.check_question(asked, line.index.device_key)
        transport.owed = frozenset(one.size for one in question.rounds)
    transport.answer = answer
    line.sizes = frozenset(answer.sizes)


def _settle(line: Engine, answer: courier.Answer, back: ReadBack) -> None:
    """Receipts to what still waits for one; each was signed by the relay, and its place in the log is compared after this."""
    by_name = {one.digest: one for one in answer.outcomes}
    sending = Sending(line, back.step)
    with line.database.read() as session:
        names = [name for name in queue.open_digests(session) if name in by_name]
    incomplete = [name for name in names if by_name[name].missing]
    back.incomplete = len(incomplete)
    names = [name for name in names if not by_name[name].missing]
    for start in range(0, len(names), TOGETHER):
        with line.database.read() as session:
            items = [queue.open_item(session, name) for name in names[start : start + TOGETHER]]
        batch = [item for item in items if item is not None]
        sending.settle(batch, [by_name[item.digest] for item in batch])
    for error in back.step.item_problems:
        _tell(back, error)
    back.step.item_problems = []


def _follow(line: Engine, transport: StickTransport, taking: Taking, back: ReadBack) -> None:
    """Rounds with the answer until nothing of it is left for that key."""
    with closing(taking):
        try:
            while True:
                taking.round(line.budget)
                if not taking.more or transport.spent:
                    break
        except KnownError as error:
            if error.code.startswith("store.") or error.code == "courier.gone":
                raise
            _tell(back, error)
    if back.step.problem is not None:
        _tell(back, back.step.problem)
        back.step.problem = None


def _tell(back: ReadBack, error: KnownError) -> None:
    if error.code not in [one.code for one in back.problems]:
        back.problems.append(error)


def _take_bundles(line: Engine, engine: Engine, folder: CourierFolder, back: ReadBack) -> None:
    """Bundles for this device's people that lie there, whoever put them: straight from a colleague's device, or an answer's that could
    not be followed. The place in the feed does not move by them.
    """
    ours = {one.recipient_id: one for one in (engine.decryptor, *engine.earlier)}
    found: list[tuple[bytes, bytes]] = []
    for text in folder.names(courier.BUNDLES):
        name = courier.digest_in(text)
        if name is not None:
            with line.database.read() as session:
                if is_here(session, name):
                    continue
        data = folder.whole(courier.BUNDLES, name, LIMITS.bundle) if name is not None else None
        if name is None or data is None:
            _ignore(back, f"{courier.BUNDLES}/{text}")
            continue
        try:
            header, recipients = read_cover(data, line.index.device_key)
        except KnownError:
            _ignore(back, f"{courier.BUNDLES}/{text}")
            continue
        reader = next((one for one in recipients if one in ours), None)
        if reader is None or header.device == line.device:
            continue
        found.append((data, reader))
        if len(found) == TOGETHER:
            _take(line, engine, found, back)
            found = []
    _take(line, engine, found, back)


def _take(line: Engine, engine: Engine, found: list[tuple[bytes, bytes]], back: ReadBack) -> None:
    ours = {one.recipient_id: one for one in (engine.decryptor, *engine.earlier)}
    with line.database.write() as session:
        for data, reader in found:
            taken = take_in_bundle(session, line.journal, line.index, ours[reader], data, line.clock.now())
            back.step.entries_in += taken.entries
            if taken.refused:
                _tell(back, KnownError("courier.unreadable", file=digest(data).hex()[:16], why=taken.refused))


def _take_older(line: Engine, folder: CourierFolder, back: ReadBack) -> None:
    """Bundles that somebody opened to us later, where they lie there."""
    with line.database.read() as session:
        waiting = waiting_keys(session, LIMITS.digests_in_request)
    for name, key in waiting.items():
        data = folder.whole(courier.BUNDLES, name, LIMITS.bundle)
        if data is not None:
            with line.database.write() as session:
                now = line.clock.now()
                taken = take_in_bundle(session, line.journal, line.index, line.decryptor, data, now, key)
                arrived(session, name)
            back.step.entries_in += taken.entries


def _take_blobs(line: Engine, folder: CourierFolder, back: ReadBack) -> None:
    with line.database.read() as session:
        lacking = lacking_blobs(session)
    for name, size in lacking:
        there = folder.size(courier.BLOBS, name)
        if there is None:
            continue
        if not room_for_blobs(line):
            _tell(back, KnownError("store.disk_full", file="blobs"))
            return
        if there != size:
            _ignore(back, f"{courier.BLOBS}/{name.hex()}")
            continue
        try:
            fetch_blob(line, name, size, back.step)
        except KnownError as error:
            if error.code != "digest.mismatch":
                raise
            _ignore(back, f"{courier.BLOBS}/{name.hex()}")


def _ignore(back: ReadBack, name: str) -> None:
    if len(back.ignored) < NAMED:
        back.ignored.append(name)
