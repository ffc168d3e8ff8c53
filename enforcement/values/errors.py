"""Two kinds of error: the world's, which a person can act on, and ours, which is a bug.

`KnownError` carries a code of the catalogue `CODES` and plain details; the sentence that a person reads is made
from them in `desktop.messages`, never here. Anything else that is raised is a `BugError` or a bug.
"""

from __future__ import annotations

from typing import Final

CODES: Final[dict[str, int]] = {
    # 1xx what was handed over is not what it says
    "encoding.not_canonical": 101,
    "encoding.wrong_shape": 102,
    "signature.invalid": 103,
    "signature.unknown_key": 104,
    "digest.mismatch": 105,
    "kind.unknown": 106,
    "blob.truncated": 107,
    "blob.altered": 108,
    "blob.missing": 116,
    "bundle.altered": 109,
    "bundle.not_for_us": 110,
    "bundle.no_recovery_recipient": 111,
    "receipt.altered": 112,
    "log.inconsistent": 113,
    "notice.unreadable": 114,
    "notice.altered": 115,
    "package.unreadable": 121,
    "package.altered": 122,
    "package.password": 123,
    "package.too_large": 124,
    # 2xx the person or the device may not
    "certificate.expired": 201,
    "certificate.suspended": 202,
    "certificate.revoked": 203,
    "certificate.review_overdue": 204,
    "certificate.outside_field": 205,
    "certificate.outside_region": 206,
    "certificate.unknown": 207,
    "certificate.same_person": 208,
    "certificate.wrong_kind": 209,
    "certificate.roster_old": 210,
    "certificate.cancelled": 211,
    "certificate.not_yet": 212,
    "device.unknown": 221,
    "device.suspended": 222,
    "password.wrong": 223,
    # 3xx the law or the table does not allow it
    "rules.not_in_force": 301,
    "rules.pack_altered": 302,
    "rules.pack_invalid": 303,
    "rules.violation_unknown": 304,
    "rules.fact_missing": 305,
    "rules.fact_invalid": 306,
    "rules.no_tier": 307,
    "rules.outside_statute": 308,
    "rules.condition_invalid": 309,
    "procedure.not_allowed": 321,
    "procedure.missing": 322,
    "procedure.needs_approval": 323,
    "procedure.refused": 325,
    "procedure.unknown_act": 326,
    "procedure.profile_invalid": 327,
    "board.invalid": 328,
    "period.year_unknown": 324,
    "period.table_invalid": 329,
    "numbers.none_left": 331,
    "inspection.data_invalid": 361,
    "inspection.cap_reached": 362,
    "places.data_invalid": 363,
    # 4xx what was entered
    "input.invalid": 401,
    "input.credit_code": 402,
    "input.photo_empty": 403,
    "input.photo_too_large": 404,
    "input.photo_not_image": 405,
    "input.source_changed": 406,
    "input.media_unknown": 409,
    "input.media_too_large": 410,
    "input.media_empty": 411,
    "input.source_read_only": 407,
    "input.source_unreadable": 408,
    "form.unknown": 421,
    "form.invalid": 422,
    "form.value": 423,
    "input.pdf_unreadable": 441,
    "input.signature_too_large": 442,
    "seal.unreadable": 443,
    "seal.not_valid": 444,
    "seal.already": 445,
    # 5xx this machine
    "store.disk_full": 501,
    "store.read_only": 502,
    "store.damaged": 503,
    "store.in_use": 504,
    "store.newer": 505,
    "clock.behind": 506,
    "clock.ahead": 507,
    "printer.failed": 508,
    "tool.failed": 509,
    "printer.missing": 521,
    "printer.unfinished": 522,
    "output.not_written": 523,
    "password.wait": 560,
    "password.short": 561,
    "pin.invalid": 562,
    "pin.wrong": 563,
    "pin.over": 564,
    "enrolment.waiting": 565,
    "enrolment.last": 566,
    "recovery.wrong_agency": 567,
    "recovery.wrong_device": 568,
    "recovery.not_asked": 569,
    "recovery.answered": 570,
    "recovery.not_possible": 571,
    "recovery.code": 572,
    "key.not_published": 573,
    "shown.over": 574,
    "cosign.nothing": 575,
    "cosign.stale": 576,
    "registry.not_enrolled": 580,
    "registry.database": 581,
    "relay.store_unreachable": 540,
    "relay.limits_invalid": 541,
    "relay.backup_unfit": 542,
    "relay.not_empty": 543,
    # 6xx the other end
    "relay.too_often": 550,
    "relay.day_full": 551,
    "relay.unit_full": 552,
    "relay.unreachable": 601,
    "relay.rubbish": 602,
    "relay.refused": 603,
    "relay.busy": 604,
    "relay.replayed": 605,
    "relay.too_large": 606,
    "relay.first_time": 607,
    "relay.missing": 608,
    "relay.restored": 609,
    "relay.metered": 610,
    "relay.slow": 617,
    "courier.not_here": 621,
    "courier.unreadable": 622,
    "courier.wrong_agency": 623,
    "courier.newer": 624,
    "courier.gone": 625,
    "courier.no_answer": 626,
    "courier.other_answer": 627,
    "courier.set_older": 628,
    "courier.full": 629,
    "courier.read_only": 630,
    "authority.expired": 611,
    "authority.rollback": 612,
    "authority.untrusted": 613,
    "authority.threshold": 614,
    "authority.mixed": 615,
    "authority.not_here": 616,
    # 7xx the office's own keys
    "key.missing": 701,
    "roster.faulty": 705,
    "key.replaced": 702,
    "key.threshold": 703,
    "key.token": 704,
    "office.in_use": 706,
    "office.ended": 707,
    "office.not_here": 708,
}
"""Every code with its number; a number is never used again for something else."""


class KnownError(Exception):
    """Something of the world went wrong; `code` is in `CODES`, `details` name what and where in plain values."""

    def __init__(self, code: str, **details: object) -> None:
        if code not in CODES:
            raise BugError(f"unknown error code {code!r}")
        super().__init__(code, details)
        self.code = code
        self.details = details

    @property
    def number(self) -> int:
        return CODES[self.code]

    def __str__(self) -> str:
        words = ", ".join(f"{name}={value!r}" for name, value in sorted(self.details.items()))
        return f"{self.number} {self.code}" + (f" ({words})" if words else "")


class BugError(Exception):
    """Something that cannot happen did; never shown as the user's fault."""
