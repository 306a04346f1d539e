# SPDX-License-Identifier: GPL-2.0-only
"""Sweeps that are killed, go on, and run two programs at a time."""

from __future__ import annotations

import random
import signal
import unittest
from datetime import datetime
from pathlib import Path

from support.sweeps import STAND_IN, SweepTest

TWO_HUNDRED = """\
runs = 10
[axes]
size = [1, 2, 3, 4, 5]
rate = [0, 1, 2, 3]
"""


class Interrupting(SweepTest):
    def test_killed_three_times_and_resumed_there_are_200_results(self) -> None:
        plan = self.plan(TWO_HUNDRED + "[fixed]\nseconds = 0.01\n")
        chance = random.Random(8)
        counts = []
        for _ in range(3):
            child = self.start(plan)
            wanted = (counts[-1] if counts else 0) + chance.randint(3, 40)
            self.wait_for_rows(wanted)
            child.send_signal(signal.SIGKILL)
            child.wait()
            counts.append(self.rows("SELECT COUNT(*) FROM runs")[0][0])
        self.assertEqual(counts, sorted(set(counts)), "each attempt goes on where the last one stopped")
        self.assertLess(counts[-1], 200)
        before = dict(self.rows("SELECT key, started_at FROM runs"))
        self.sweep(plan)
        self.assertEqual(self.states(), {"completed": 200})
        points = self.rows("SELECT COUNT(DISTINCT point || run) FROM runs")
        self.assertEqual(points, [(200,)])
        after = dict(self.rows("SELECT key, started_at FROM runs WHERE attempts = 1"))
        self.assertEqual({key: after.get(key) for key in before}, before, "what counted is not made again")
        folders = sorted(path.name for path in (self.study / "runs" / "stand-in").iterdir())
        self.assertEqual(folders, sorted(after))
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])

    def test_programs_end_with_the_sweep(self) -> None:
        plan = self.plan("runs = 1\n[axes]\nsize = [1, 2]\n[fixed]\nseconds = 60\n")
        child = self.start(plan, "--jobs=2")
        self.wait_until(lambda: len(self._programs()) == 2, "both runs have begun")
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.wait_until(lambda: not self._programs(), "no program is left")

    def _programs(self) -> list[str]:
        """Command lines of those of this test that are alive; a zombie has none."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue  # it has just ended
        return [line for line in found if f"--output={self.study}" in line and "setpriv" not in line]

    def test_two_sweeps_of_one_study_do_not_run_at_once(self) -> None:
        plan = self.plan("runs = 1\n[axes]\nsize = [1, 2]\n[fixed]\nseconds = 30\n")
        self.start(plan)
        self.wait_until(lambda: bool(self._programs()), "the first sweep has begun")
        self.assertIn("another process is at work", self.sweep(plan, status=1).stderr)


class Rebuilding(SweepTest):
    """The program is replaced while the sweep runs, as by a build in another window."""

    def setUp(self) -> None:
        super().setUp()
        self.text = STAND_IN.read_text()
        self.program = self.folder / "program"
        self.replace(self.text)
        self.path = self.folder / "plan.toml"
        self.path.write_text('program = "program"\nruns = 8\n[axes]\nsize = [1, 2]\n[fixed]\nseconds = 0.3\n')

    def replace(self, text: str) -> None:
        """As compilers and editors do: the file of the runs that have begun stays what it is."""
        new = self.folder / "new"
        new.write_text(text)
        new.chmod(0o755)
        new.replace(self.program)

    def test_no_run_of_another_build_gets_in(self) -> None:
        child = self.start(self.path, "--jobs=2")
        self.wait_for_rows(3)
        self.replace(self.text.replace("10 * float", "1000 * float"))
        _, said = child.communicate(timeout=200)
        self.assertEqual(child.returncode, 1, said)
        self.assertRegex(said.splitlines()[-1], f"{self.program} on .* was changed during the sweep.*add --new")
        self.assertNotIn("Traceback", said)
        kept = self.row_count()
        self.assertIn(f"the {kept} runs made so far are kept", said)
        self.assertGreaterEqual(kept, 3)
        self.assertEqual(self.rows("SELECT value FROM figures WHERE name = 'goodput_mbps' AND value > 30"), [])
        # The message is right about what the same command does then.
        self.assertIn(f"the {kept} runs of study plan were made by another", self.sweep(self.path, status=2).stderr)
        self.replace(self.text)
        self.assertIn(f"16 of 16 runs completed, {16 - kept} of them now", self.sweep(self.path).stdout)

    def test_a_file_that_is_the_same_again_is_the_same_build(self) -> None:
        child = self.start(self.path, "--jobs=2")
        self.wait_for_rows(3)
        self.replace(self.text)
        _, said = child.communicate(timeout=200)
        self.assertEqual(child.returncode, 0, said)
        self.assertEqual(self.states(), {"completed": 16})

    def test_a_file_that_is_missing_while_it_is_linked_is_another_build(self) -> None:
        child = self.start(self.path, "--jobs=1")
        self.wait_for_rows(1)
        self.program.unlink()
        _, said = child.communicate(timeout=200)
        self.assertEqual(child.returncode, 1, said)
        self.assertIn("was changed during the sweep", said.splitlines()[-1])
        self.assertEqual(set(self.states()), {"completed"})


class TwoCores(SweepTest):
    def test_two_programs_run_nearly_all_the_time(self) -> None:
        """That is what halves the time; a busy machine makes all of it longer and leaves this as it is."""
        self.sweep(self.plan("runs = 10\n[axes]\nsize = [1, 2]\n[fixed]\nseconds = 0.3\n"), "--jobs=2")
        found = self.rows("SELECT started_at, wall_time_s FROM runs")
        rows = [(datetime.fromisoformat(began).timestamp(), seconds) for began, seconds in found]
        span = max(began + seconds for began, seconds in rows) - min(began for began, _ in rows)
        self.assertGreaterEqual(sum(seconds for _, seconds in rows) / span, 1.8)


if __name__ == "__main__":
    unittest.main()
