"""What goes on while something else is done: hashing and writing while the next piece is sealed, a request while an answer is read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_hashing = ThreadPoolExecutor(1, "beside")
_asking = ThreadPoolExecutor(1, "ahead")


def beside(run: Callable[[], object]) -> Callable[[], object]:
    """Runs it after what came before; the answer waits for it and raises what it raised."""
    return _hashing.submit(run).result


def ahead(run: Callable[[], object]) -> Callable[[], object]:
    """The same in a lane of its own, for a request that is under way while the answer to the last one is taken in."""
    return _asking.submit(run).result
