# SPDX-License-Identifier: GPL-2.0-only
"""Sweeps of a program that answers at once, in a folder of their own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
import unittest
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STAND_IN = Path(__file__).resolve().parent / "stand-in"


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
