# SPDX-License-Identifier: GPL-2.0-only
"""Runs on this machine: one process each, so many at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from mptcp_driver import runner
from mptcp_validation.archive import Archive

from . import task
from .executor import Finished, Tick
from .task import Ended, Task


class LocalExecutor:
    def __init__(self, archive: Archive, scenario: str, jobs: int) -> None:
        self._archive = archive
        self._scenario = scenario
        self._jobs = jobs
        self._running: dict[str, runner.TransportRun] = {}

    def perform(self, tasks: Iterable[Task]) -> Generator[Finished | Tick, None, None]:
        """Some wait in front of the processors, so that none idles while a result is written down."""
        waiting = iter(tasks)
        active: dict[Future[Ended], Task] = {}
        pool = ThreadPoolExecutor(max_workers=self._jobs)
        try:
            while True:
                while len(active) < 2 * self._jobs and (following := next(waiting, None)):
                    active[pool.submit(self._perform_one, following)] = following
                if not active:
                    return
                done, _ = wait(active, timeout=0.1, return_when=FIRST_COMPLETED)
                for future in done:
                    one = active.pop(future)
                    yield Finished(one.key, future.result())
                yield Tick(sum(run.fraction for run in list(self._running.values())))
        finally:
            for future in active:
                future.cancel()
            runner.stop(list(self._running.values()))
            pool.shutdown()

    def _perform_one(self, one: Task) -> Ended:
        folder: Path = self._archive.workplace(self._scenario, one.key)
        try:
            return task.perform(one, folder, lambda run: self._running.__setitem__(one.key, run))
        finally:
            self._running.pop(one.key, None)
