"""Does the agency's signature on a PDF hold? Judged under the document authority that the agency publishes, with no network.

Nothing may have been added after the signature. The certificate has to hold at the instant that the signature names: there is no
time-stamp, so that instant is the agency's own word, and a certificate that has run out since does not undo it.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import PdfSignatureStatus, SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from desktop.printing.foreign import FAULTS

# a signature that does not hold is a verdict here, not a warning with a trace on a person's screen
logging.getLogger("pyhanko").addHandler(logging.NullHandler())
logging.getLogger("pyhanko").propagate = False

SealState = Literal["valid", "altered", "untrusted", "none", "unreadable"]
_FAULTS: Final[tuple[type[Exception], ...]] = (*FAULTS, PdfError, SignatureValidationError, SigningError)
_SKEW = timedelta(minutes=1)


@dataclass(frozen=True)
class SealVerdict:
    """The answer; `agency` and `signed_at` as the signature says, empty and None where there is none."""

    state: SealState
    agency: str = ""
    signed_at: datetime | None = None


def check_seal(pdf: bytes, authority: bytes) -> SealVerdict:
    """A verdict on a PDF under the DER certificate of a document authority; never raises for a bad PDF."""
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if not signatures:
            return SealVerdict("none")
        last = signatures[-1]
        at = last.self_reported_timestamp
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(authority)],
            allow_fetching=False,
            moment=at,
            time_tolerance=_SKEW,
        )
        status = validate_pdf_signature(last, context)
    except _FAULTS:
        return SealVerdict("unreadable")
    name = status.signing_cert.subject.native.get("organization_name", "")
    return SealVerdict(_state(status), str(name), at)


def _state(status: PdfSignatureStatus) -> SealState:
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    untouched = status.modification_level in (None, ModificationLevel.NONE) and status.docmdp_ok is not False
    if not (status.intact and status.valid and whole and untouched):
        return "altered"
    return "valid" if status.trusted else "untrusted"
