"""PAdES baseline B-B (ETSI EN 319 142-1): a PDF signed under the agency's document certificate, so that any reader shows it.

The signature is appended; what was there keeps its bytes. It certifies the document: no change is allowed after it, no second one.
The instant is the one handed in: pyHanko would ask the clock.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.stamp import StaticStampStyle

from desktop.printing.attach import closed
from desktop.printing.foreign import FAULTS
from desktop.printing.seal import SIDE, Spot, seal_picture
from enforcement.values.errors import KnownError

_FAULTS: Final[tuple[type[Exception], ...]] = (*FAULTS, PdfError, SigningError)
FIELD = "AgencySeal"
ROOM = 16_384
"""Bytes kept for the signature: two certificates of P-256 and the signature take about 2,000."""


@dataclass(frozen=True)
class AgencySeal:
    """A key and its certificate, opened; `agency` is what the certificate says."""

    agency: str
    since: datetime
    until: datetime
    signer: signers.SimpleSigner


def open_seal(packed: bytes, password: str) -> AgencySeal:
    """The seal out of what `hengchi-authority seal-certificate` wrote. Raises KnownError(seal.unreadable)."""
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(packed, password.encode())
        signer = signers.SimpleSigner.load_pkcs12_data(packed, [], password.encode())
    except ValueError as error:
        raise KnownError("seal.unreadable", why="wrong password, or no PKCS#12 file") from error
    if certificate is None or not isinstance(key, EllipticCurvePrivateKey):
        raise KnownError("seal.unreadable", why="no certificate with an ECDSA key in it")
    names = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    agency = str(names[0].value) if names else ""
    return AgencySeal(agency, certificate.not_valid_before_utc, certificate.not_valid_after_utc, signer)


def sign_pdf(pdf: bytes, seal: AgencySeal, at: datetime, *, spot: Spot | None = None, side: float = SIDE) -> bytes:
    """The PDF with a signature behind it; with `spot`, the seal is pressed there, `side` points wide.

    Raises KnownError(seal.not_valid) when `at` (aware) is outside the certificate, (seal.already) when the document carries a
    signature, (input.pdf_unreadable), (input.invalid) for a spot on no page.
    """
    if not seal.since <= at <= seal.until:
        raise KnownError("seal.not_valid", since=seal.since.date(), until=seal.until.date())
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(closed(pdf)))
        reader: PdfFileReader = writer.prev
        if reader.embedded_signatures:
            raise KnownError("seal.already")
        pages = int(reader.root["/Pages"]["/Count"])
        if spot is not None and not 0 <= spot.page < pages:
            raise KnownError("input.invalid", field="page", why=f"the document has {pages}")
        signer = _Signer(at, seal, spot, side)
        made = signer.sign_pdf(writer)
    except _FAULTS as error:
        raise KnownError("input.pdf_unreadable", file="PDF", why=type(error).__name__) from error
    return bytes(made.getbuffer())


class _Signer(signers.PdfSigner):
    """A signer whose instant is given."""

    def __init__(self, at: datetime, seal: AgencySeal, spot: Spot | None, side: float) -> None:
        self._at = at
        style = None
        field = SigFieldSpec(FIELD)
        if spot is not None:
            left, low, wide = round(spot.x - side / 2), round(spot.y - side / 2), round(side)
            field = SigFieldSpec(FIELD, on_page=spot.page, box=(left, low, left + wide, low + wide))
            style = StaticStampStyle(
                border_width=0,
                background=_Drawn(seal_picture(seal.agency, side)),
                background_layout=SimpleBoxLayoutRule(
                    AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, margins=Margins.uniform(0)
                ),
            )
        super().__init__(
            signers.PdfSignatureMetadata(
                field_name=FIELD,
                md_algorithm="sha256",
                name=seal.agency,
                subfilter=SigSeedSubFilter.PADES,
                certify=True,
                docmdp_permissions=MDPPerm.NO_CHANGES,
            ),
            signer=seal.signer,
            stamp_style=style,
            new_field_spec=field,
        )

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


class _Drawn(PdfContent):
    """A page of another PDF as the field's appearance."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        form = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject[pdf_name("/Seal")] = form
        left, low, right, high = form.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(high - low))
        return b"/Seal Do"
