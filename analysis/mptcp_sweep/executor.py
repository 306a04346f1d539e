# SPDX-License-Identifier: GPL-2.0-only
"""What the coordinator of a sweep expects of whoever makes its runs."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Protocol

from .task import Ended, Task


@dataclass(frozen=True)
class Finished:
    """A run has ended; its files lie in its workplace in the archive."""

    key: str
    ended: Ended


@dataclass(frozen=True)
class Tick:
    """Nothing has happened. `running`: how much of the unfinished runs is done, each counting up to 1."""

    running: float


class Executor(Protocol):
    def perform(self, tasks: Iterable[Task]) -> Generator[Finished | Tick, None, None]:
        """Each task ends exactly once. Closing the iterator stops what still runs."""
