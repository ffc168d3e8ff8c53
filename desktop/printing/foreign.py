"""PDFs of others: what the libraries raise when one is damaged or hostile. They name no common base for it."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from pypdf.errors import PyPdfError

FAULTS: Final[tuple[type[Exception], ...]] = (
    PyPdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    NotImplementedError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    struct.error,
    zlib.error,
)
