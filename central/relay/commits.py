"""Group commit: what comes while a transaction runs goes into the next one together, so that many devices share one flush to disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

A = TypeVar("A")
R = TypeVar("R")


class GroupCommit(Generic[A, R]):
    """`work` takes many and gives a result for each, in one transaction; one call of it at a time, in `executor`.

    An answer leaves only after `work` returned. What it raises, each of those raises who were in that transaction.
    """

    def __init__(
        self, work: Callable[[Sequence[A]], Sequence[R]], executor: Executor, weigh: Callable[[A], int], most: int
    ) -> None:
        """Takes together what weighs at most `most`, or one alone that weighs more."""
        self._work, self._executor, self._weigh, self._most = work, executor, weigh, most
        self._waiting: list[tuple[A, asyncio.Future[R]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def __call__(self, item: A) -> R:
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._runner is None:
            self._runner = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                taken = self._take()
                try:
                    results = await loop.run_in_executor(self._executor, self._work, [item for item, _ in taken])
                except Exception as error:  # not ours to judge: each of those who wait hears it
                    for _, future in taken:
                        if not future.done():
                            future.set_exception(error)
                    continue
                for (_, future), result in zip(taken, results, strict=True):
                    if not future.done():
                        future.set_result(result)
        finally:
            self._runner = None

    def _take(self) -> list[tuple[A, asyncio.Future[R]]]:
        weight = 0
        for count, (item, _) in enumerate(self._waiting):
            weight += self._weigh(item)
            if count and weight > self._most:
                taken, self._waiting = self._waiting[:count], self._waiting[count:]
                return taken
        taken, self._waiting = self._waiting, []
        return taken
