"""The file as a whole: put on record, closed, bound and whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from enforcement.procedure.board.dossier import Check, Dossier, Fault, done_as, sheet_of


def recorded(file: Dossier) -> Iterable[Fault]:
    """APL Art. 52: a decision on the spot is put on record; the number of working days is the board's."""
    decision = file.case.decision
    if file.ordinary or decision is None or decision.voided:
        return
    if file.case.review is None or file.case.review.state != "approved":
        if file.over("workdays", file.limits["archive.recorded"], decision.at, None):
            yield Fault()


def answered(file: Dossier) -> Iterable[Fault]:
    """What the supervisor sent back was answered."""
    if file.case.review is not None and file.case.review.state == "returned":
        yield Fault(file.case.review.words, "act:review.answered")


def settled(file: Dossier) -> Iterable[Fault]:
    """Two devices decided one case, and nobody has said which stands (APL Art. 29)."""
    if file.case.conflicts:
        yield Fault()


def whole(file: Dossier) -> Iterable[Fault]:
    """Entries that others rest on are here."""
    if file.case.waiting:
        yield Fault(f"{len(file.case.waiting)}条记录所依据的记录尚未到达")


def readable(file: Dossier) -> Iterable[Fault]:
    """Kinds of entry that this version knows."""
    for kind in sorted(set(file.case.unknown_kinds)):
        yield Fault(kind)


def cosigned(file: Dossier) -> Iterable[Fault]:
    """No act waits for its second signature once the case is decided."""
    if file.decided_at is None:
        return
    for act in file.case.track.pending:
        yield Fault(file.label(act.body.act), done_as(act))


def goods_settled(file: Dossier) -> Iterable[Fault]:
    """APL Art. 56, 行政强制法 Art. 27: nothing is held any more when the case is closed."""
    marks = file.case.track.marks
    if "closed" in marks and marks & {"preserved", "seized"}:
        yield Fault()


def correction_checked(file: Dossier) -> Iterable[Fault]:
    """APL Art. 28: looked at again after the day that the order set."""
    if "correcting" not in file.case.track.marks:
        return
    order = file.last("correction.ordered")
    until = sheet_of(order).instant("until") if order is not None else None
    if until is not None and file.context.now > until + timedelta(days=file.limits["archive.correction_checked"]):
        yield Fault(f"限期至{until:%Y-%m-%d}")


def closed(file: Dossier) -> Iterable[Fault]:
    """A case that is performed is closed."""
    marks, act = file.case.track.marks, file.last("payment.full")
    if act is not None and "paid" in marks and "closed" not in marks:
        if file.over("days", file.limits["archive.closed"], act.body.at, None):
            yield Fault()


def filed(file: Dossier) -> Iterable[Fault]:
    """A case that is closed goes to the archive."""
    act = file.last("closing.approved")
    if act is not None and "archived" not in file.case.track.marks:
        if file.over("days", file.limits["archive.filed"], act.body.at, None):
            yield Fault()


def cover(file: Dossier) -> Iterable[Fault]:
    """The cover is filled in."""
    for sheet in file.sheets:
        if sheet.form == "case_cover":
            for one in file.context.missing(sheet.form, sheet.values):
                yield Fault(one.words, f"form:case_cover.{one.field}")


def closing_agrees(file: Dossier) -> Iterable[Fault]:
    """What the closing sheet says of the sum is what was decided."""
    act = file.last("closing.approved")
    if act is None or file.fine is None or act.body.paper is None:
        return
    wrote = sheet_of(act).values.get("fine")
    if isinstance(wrote, int) and wrote != file.fine:
        yield Fault("", "form:case_closing.fine")


CHECKS: Mapping[str, Check] = {
    "archive.recorded": recorded,
    "archive.answered": answered,
    "archive.settled": settled,
    "archive.whole": whole,
    "archive.readable": readable,
    "archive.cosigned": cosigned,
    "archive.goods_settled": goods_settled,
    "archive.correction_checked": correction_checked,
    "archive.closed": closed,
    "archive.filed": filed,
    "archive.cover": cover,
    "archive.closing_agrees": closing_agrees,
}
