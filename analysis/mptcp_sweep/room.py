# SPDX-License-Identifier: GPL-2.0-only
"""Room on the disk: looked for before anything is begun, and what is said when it is used up."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mptcp_driver.errors import DriverError
from mptcp_driver.project import shown

from .task import FREE_BYTES


def require(folder: Path) -> None:
    """Before the first run, not after hours. The folder may not be there yet."""
    if _free_bytes(folder) < FREE_BYTES:
        raise _full(folder, "what was made before is kept")


@contextmanager
def losses_explained(folder: Path, kept: Callable[[], str]) -> Iterator[None]:
    """Of what goes wrong with files: one line, and in it what is `kept`."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as problem:
        raise full_disk(folder, problem, kept()) or DriverError(f"{shown(folder)}: {problem}; {kept()}") from problem


def full_disk(
    folder: Path, problem: Exception, kept: str = "what was made before is kept"
) -> DriverError | None:
    """None where the problem is another one."""
    return _full(folder, kept) if _is_full(folder, problem) else None


def _is_full(folder: Path, problem: Exception) -> bool:
    if isinstance(problem, OSError):
        return problem.errno in (errno.ENOSPC, errno.EDQUOT)
    # SQLite has no better word for some of the ways in which room may be missing.
    return "full" in str(problem) or ("disk I/O" in str(problem) and _free_bytes(folder) < FREE_BYTES)


def _full(folder: Path, kept: str) -> DriverError:
    return DriverError(
        f"the disk of {shown(folder)} is full ({_free_bytes(folder) / 1e6:.0f} MB free, {FREE_BYTES / 1e6:.0f} MB are "
        f"kept in reserve); {kept}: make room and give the same command again"
    )


def _free_bytes(folder: Path) -> int:
    there = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    return shutil.disk_usage(there).free
