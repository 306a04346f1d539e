# SPDX-License-Identifier: GPL-2.0-only
"""Sweeps of a program that answers at once, in a folder of their own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
import time
import unittest
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STAND_IN = Path(__file__).resolve().parent / "stand-in"


def skip_visibly(file: str, reason: str) -> None:
    """In the form that `./mptcp test` reads, so that it can say why."""
    print(f"{file}:1: Skipped\n{reason}", flush=True)
    raise unittest.SkipTest(reason)


class SweepTest(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.study = self.folder / "study"
        self.environment = {**os.environ, "STAND_IN_MARK": str(self.folder / "mark")}

    def plan(self, text: str, name: str = "plan.toml") -> Path:
        """A plan of the stand-in; `text` follows the line that names it."""
        path = self.folder / name
        path.write_text(f'program = "{STAND_IN}"\n{text}')
        return path

    def words(self, *words: str | Path) -> list[str]:
        return [str(ROOT / "mptcp"), *map(str, words)]

    def sweep(self, *words: str | Path, status: int = 0, plots: bool = False) -> subprocess.CompletedProcess[str]:
        """./mptcp sweep with these words, into the test's folder; figures take longer than the runs."""
        more = [] if plots else ["--no-plot"]
        return self.driver("sweep", *words, f"--folder={self.study}", *more, status=status)

    def driver(self, *words: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.words(*words), env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def with_own_mounts(self, script: str) -> subprocess.CompletedProcess[str]:
        """A shell that may mount what nobody else sees, and that goes with it."""
        unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
        if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode != 0:
            self.fail("this test needs a mount namespace of its own, and `unshare` cannot make one")
        command = [*unshare, "sh", "-c", script]
        return subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        """The same, going on while the test does something else; the test ends it."""
        command = self.words("sweep", *words, f"--folder={self.study}", "--no-plot")
        child = subprocess.Popen(
            command, env=self.environment, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.addCleanup(self._end, child)
        return child

    @staticmethod
    def _end(child: subprocess.Popen[str]) -> None:
        child.kill()
        child.communicate()

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, f"not within a minute: {what}")
            time.sleep(0.01)

    def wait_for_rows(self, wanted: int) -> None:
        self.wait_until(lambda: self.row_count() >= wanted, f"{wanted} runs are kept")

    def row_count(self) -> int:
        """0 also while the store is just being made."""
        if not (self.study / "study.sqlite").exists():
            return 0
        tables = self.rows("SELECT COUNT(*) FROM sqlite_master WHERE name = 'figures'")[0][0]
        return int(self.rows("SELECT COUNT(*) FROM runs")[0][0]) if tables else 0

    def rows(self, query: str) -> Sequence[tuple]:
        with sqlite3.connect(self.study / "study.sqlite") as database:
            found = database.execute(query).fetchall()
        database.close()
        return found

    def states(self) -> dict[str, int]:
        return dict(self.rows("SELECT state, COUNT(*) FROM runs GROUP BY state"))

    def goodputs(self) -> Sequence[tuple]:
        """Everything that a run's result is, without where and when it was made."""
        return self.rows(
            "SELECT r.key, r.point, r.run, f.name, f.value FROM runs r JOIN figures f USING (key) ORDER BY 1, 4"
        )
