# SPDX-License-Identifier: GPL-2.0-only
"""A job array for SLURM: its tasks, run here one by one as sbatch would start them, make the same results."""

from __future__ import annotations

import re
import subprocess
import unittest

from support.sweeps import STAND_IN, SweepTest

PLAN = "runs = 5\n[axes]\nsize = [1, 2, 3]\n"


class JobArray(SweepTest):
    def write(self, text: str = PLAN, *words: str) -> None:
        self.sweep(self.plan(text), "--slurm", "--tasks=4", *words)
        self.script = self.study / "slurm" / "job.sh"

    def task(self, number: int, status: int = 0) -> str:
        """As SLURM starts it: the script, with two variables."""
        environment = {**self.environment, "SLURM_ARRAY_TASK_ID": str(number), "SLURM_CPUS_PER_TASK": "1"}
        done = subprocess.run(
            [self.script], env=environment, cwd="/", capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def collect(self) -> str:
        return self.driver("sweep", "--collect", self.study, "--no-plot").stdout

    def test_all_tasks_together_make_what_one_sweep_makes(self) -> None:
        self.write()
        text = self.script.read_text()
        found = re.search(r"^#SBATCH --array=0-(\d+)$", text, re.MULTILINE)
        assert found is not None, text
        self.assertEqual(found.group(1), "3")
        self.assertIn("#SBATCH --cpus-per-task=1\n", text)
        for number in range(4):
            self.task(number)
        self.assertIsNone(self.states().get("completed"), "tasks leave the study's store alone")
        self.assertIn("15 runs collected\n15 of 15 runs completed", self.collect())
        far = self.goodputs()
        for key, in self.rows("SELECT key FROM runs"):
            self.assertTrue((self.study / "runs" / "stand-in" / key / "samples.csv").exists())
        self.assertEqual(list((self.study / "parts").iterdir()), [])
        self.study = self.folder / "here"
        self.sweep(self.plan(PLAN))
        self.assertEqual(self.goodputs(), far)

    def test_collecting_early_and_submitting_again_counts_nothing_twice(self) -> None:
        self.write()
        self.task(0)
        self.assertIn("part 0: 4 runs, 0 of them made now", self.task(0))
        self.assertIn("4 runs collected\n4 of 15 runs completed, 0 of them now; 11 missing", self.collect())
        before = dict(self.rows("SELECT key, started_at FROM runs"))
        for number in range(4):
            self.task(number)
        self.assertIn("11 runs collected\n15 of 15", self.collect())
        after = dict(self.rows("SELECT key, started_at FROM runs"))
        self.assertEqual({key: after[key] for key in before}, before)

    def test_failures_come_along_and_a_sweep_here_may_retry_them(self) -> None:
        self.write('runs = 1\n[axes]\nbehaviour = ["well", "crash-once", "crash"]\n')
        said = "".join(self.task(number, status) for number, status in ((0, 0), (1, 1), (2, 1)))
        self.assertIn("behaviour=crash, run 1: killed by SIGABRT", said)
        done = self.driver("sweep", "--collect", self.study, "--no-plot", status=1)
        self.assertIn("2 failed", done.stdout)
        self.sweep(self.folder / "plan.toml", "--retry-failed", status=1)
        self.assertEqual(self.states(), {"completed": 2, "failed": 1})

    def test_another_build_is_refused(self) -> None:
        copy = self.folder / "copy"
        copy.write_text(STAND_IN.read_text())
        copy.chmod(0o755)
        plan = self.folder / "copy.toml"
        plan.write_text('program = "./copy"\n' + PLAN)
        self.sweep(plan, "--slurm")
        copy.write_text(STAND_IN.read_text() + "# changed\n")
        self.script = self.study / "slurm" / "job.sh"
        self.assertIn("another build than when the job was written", self.task(0, status=1))

    def test_it_is_one_or_the_other(self) -> None:
        said = self.sweep(self.plan(PLAN), "--slurm", "--dask=tcp://127.0.0.1:1", status=2).stderr
        self.assertIn("--slurm writes a job array, and --dask makes the runs on a cluster now: give one", said)
        self.assertFalse((self.study / "slurm").exists())

    def test_what_is_missing_is_named(self) -> None:
        self.assertIn("--slurm writes it", self.sweep("--part=0", status=2).stderr)
        self.assertIn("needs --folder", self.driver("sweep", "--part=0", status=2).stderr)
        self.assertIn("unknown study", self.driver("sweep", "--collect", "nothing", status=2).stderr)


if __name__ == "__main__":
    unittest.main()
