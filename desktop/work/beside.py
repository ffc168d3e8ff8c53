"""One more processor for what is hashed and written while the next piece is read and sealed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_lane = ThreadPoolExecutor(1, "beside")


def beside(run: Callable[[], object]) -> Callable[[], object]:
    """Runs it after what came before; the answer waits for it and raises what it raised."""
    return _lane.submit(run).result
