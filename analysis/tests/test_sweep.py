# SPDX-License-Identifier: GPL-2.0-only
"""Sweeps end to end, through ./mptcp: nothing is lost, nothing is counted twice, no two builds are mixed."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import time
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


class Completing(SweepTest):
    def test_numbers_figures_and_provenance(self) -> None:
        plan = self.plan('runs = 3\nmetrics = ["goodput_mbps", "duration_s"]\n[axes]\nsize = [1, 2]\nrate = [0]\n')
        done = self.sweep(plan, "--json", plots=True)
        fields = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual([fields[k] for k in ("plannedCount", "completedCount", "madeCount", "failedCount")], [6, 6, 6, 0])
        for metric in ("goodput_mbps", "duration_s"):
            for suffix in ("png", "svg"):
                self.assertIn(f"{self.study}/figures/{metric}.{suffix}", fields["plots"])
                self.assertTrue((self.study / "figures" / f"{metric}.{suffix}").exists())
        # goodput is 10 size + rate + run / 1000: of runs 1 to 3 the mean is .002 above; t(0.975, 2) = 4.3027
        lines = (self.study / "figures" / "goodput_mbps.csv").read_text().splitlines()
        self.assertEqual(lines[0], "size,rate,metric,mean,half_width_95,runs")
        self.assertEqual(lines[1:], [f"{s},0,goodput_mbps,{10 * s}.002,0.00248414,3" for s in (1, 2)])
        rows = self.rows("SELECT scenario, seed, ns3_version, git_revision, host, attempts, command FROM runs")
        for scenario, seed, ns3, git, host, attempts, command in rows:
            self.assertEqual((scenario, seed, ns3, git, host, attempts), ("stand-in", 1, "0", "abc", os.uname().nodename, 1))
            self.assertEqual(json.loads(command)[0], str(STAND_IN))
        parameters = json.loads(self.rows("SELECT parameters FROM runs LIMIT 1")[0][0])
        self.assertEqual(parameters["colour"], "red")
        for key, scenario in self.rows("SELECT key, scenario FROM runs"):
            self.assertTrue((self.study / "runs" / scenario / key / "samples.csv").exists())

    def test_only_what_is_missing_is_run(self) -> None:
        self.sweep(self.plan("runs = 2\n[axes]\nsize = [1, 2]\n"))
        before = dict(self.rows("SELECT key, started_at || host FROM runs"))
        more = self.plan("runs = 3\n[axes]\nsize = [1, 2, 3]\n")
        self.assertIn("run 3: size=1\n", self.sweep(more, "--dry-run").stdout)
        self.assertEqual(self.states(), {"completed": 4})
        done = self.sweep(more, "--json")
        self.assertEqual(json.loads(done.stdout.splitlines()[-1])["madeCount"], 5)
        after = dict(self.rows("SELECT key, started_at || host FROM runs"))
        self.assertEqual(len(after), 9)
        self.assertEqual({key: after[key] for key in before}, before)

    def test_on_the_command_line_with_values_behind_options(self) -> None:
        self.sweep(str(STAND_IN), "size=1,2", "colour=red", "--runs", "2")
        self.assertEqual(self.states(), {"completed": 4})


class Interrupting(SweepTest):
    def test_killed_three_times_and_resumed_there_are_200_results(self) -> None:
        plan = self.plan(TWO_HUNDRED + "[fixed]\nseconds = 0.01\n")
        chance = random.Random(8)
        counts = []
        for _ in range(3):
            child = subprocess.Popen(
                self.words("sweep", plan, f"--folder={self.study}", "--no-plot"), cwd=self.folder, env=self.environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            wanted = (counts[-1] if counts else 0) + chance.randint(3, 40)
            self._wait_for_rows(wanted, child)
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

    def _wait_for_rows(self, wanted: int, child: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end and child.poll() is None:
            if (self.study / "study.sqlite").exists():
                tables = self.rows("SELECT COUNT(*) FROM sqlite_master WHERE name = 'runs'")[0][0]
                if tables and self.rows("SELECT COUNT(*) FROM runs")[0][0] >= wanted:
                    return
            time.sleep(0.005)
        self.fail("the sweep ended before it could be killed, or did not come so far")

    def test_programs_end_with_the_sweep(self) -> None:
        plan = self.plan("runs = 1\n[axes]\nsize = [1, 2]\n[fixed]\nseconds = 60\n")
        child = subprocess.Popen(
            self.words("sweep", plan, f"--folder={self.study}", "--jobs=2"), cwd=self.folder, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait_until(lambda: len(self._programs()) == 2, "both runs have begun")
        child.send_signal(signal.SIGKILL)
        child.wait()
        self._wait_until(lambda: not self._programs(), "no program is left")

    def _programs(self) -> list[str]:
        """Command lines of those of this test that are alive; a zombie has none."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue  # it has just ended
        return [line for line in found if f"--output={self.study}" in line and "setpriv" not in line]

    def _wait_until(self, condition, what: str) -> None:  # type: ignore[no-untyped-def]
        end = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.02)

    def test_two_sweeps_of_one_study_do_not_run_at_once(self) -> None:
        plan = self.plan("runs = 1\n[axes]\nsize = [1, 2]\n[fixed]\nseconds = 30\n")
        first = subprocess.Popen(
            self.words("sweep", plan, f"--folder={self.study}", "--no-plot"), cwd=self.folder, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            self._wait_until(lambda: bool(self._programs()), "the first sweep has begun")
            self.assertIn("another process is at work", self.sweep(plan, status=1).stderr)
        finally:
            first.kill()
            first.wait()


class Failing(SweepTest):
    def test_a_crash_is_kept_reported_and_retried_on_request(self) -> None:
        plan = self.plan('runs = 2\n[axes]\nbehaviour = ["well", "crash-once", "crash", "damage"]\n')
        done = self.sweep(plan, "--jobs=1", status=1)
        self.assertEqual(self.states(), {"completed": 3, "failed": 5})
        self.assertIn("behaviour=crash, run 1: killed by SIGABRT: stand-in: something went wrong", done.stdout)
        self.assertIn("behaviour=damage, run 1: delivered damaged payload", done.stdout)
        self.assertIn("5 failed: --retry-failed makes them again", done.stdout)
        # Without the request they stay as they are.
        self.assertIn("3 of 8 runs completed, 0 of them now", self.sweep(plan, status=1).stdout)
        self.sweep(plan, "--retry-failed", status=1)
        self.assertEqual(self.states(), {"completed": 4, "failed": 4})
        found = self.rows("SELECT state, attempts FROM runs WHERE point LIKE '%crash-once%' ORDER BY run")
        self.assertEqual(found, [("completed", 2), ("completed", 1)])
        messages = self.rows("SELECT DISTINCT messages FROM runs WHERE exit_state = 'killed by SIGABRT'")
        self.assertEqual(messages, [("stand-in: something went wrong",)])

    def test_a_value_that_the_program_refuses_names_its_line(self) -> None:
        plan = self.plan('runs = 1\n[axes]\nsize = [1]\ncolour = [\n  "red",\n  "mauve",\n]\n')
        done = self.sweep(plan, status=1)
        self.assertIn(
            f"{plan}, line 7: size=1 colour=mauve, run 1: refused its input: stand-in: --colour=mauve", done.stdout
        )
        self.assertEqual(self.states(), {"completed": 1, "failed": 1})

    def test_a_metric_that_no_run_has_loses_no_run(self) -> None:
        plan = self.plan('runs = 2\nmetrics = ["goodput"]\n[axes]\nsize = [1, 2]\n')
        done = self.sweep(plan, status=2, plots=True)
        self.assertIn(f"{plan}, line 3: summary.csv has no column goodput; did you mean goodput_mbps?", done.stderr)
        self.assertEqual(self.states(), {"completed": 4})
        mended = self.plan('runs = 2\nmetrics = ["goodput_mbps"]\n[axes]\nsize = [1, 2]\n')
        self.assertIn("4 of 4 runs completed, 0 of them now", self.sweep(mended).stdout)

    def test_no_program(self) -> None:
        path = self.folder / "none.toml"
        path.write_text('runs = 1\nprogram = "./none"\n[axes]\nsize = [1]\n')
        self.assertRegex(self.sweep(path, status=2).stderr, "none.toml, line 2: .*none is not a program")

    def test_a_full_disk_loses_nothing(self) -> None:
        plan = self.plan('runs = 1\n[axes]\nsize = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n[fixed]\nbehaviour = "large"\n')
        script = (
            f"mkdir -p {self.study} && mount -t tmpfs -o size=16m none {self.study} && "
            f"{' '.join(self.words('sweep', plan, f'--folder={self.study}', '--jobs=1', '--no-plot'))}; echo status $?; "
            f"mount -o remount,size=100m {self.study} && "
            f"{' '.join(self.words('sweep', plan, f'--folder={self.study}', '--jobs=1', '--no-plot'))}; echo status $?"
        )
        unshare = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
        if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode != 0:
            self.fail("this test needs a mount namespace of its own, and `unshare` cannot make one")
        done = subprocess.run(
            [*unshare, "sh", "-c", script], env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        said = done.stdout + done.stderr
        found = re.search(r"the disk of .* is full .* the (\d+) runs made so far are kept: make room", done.stderr)
        assert found is not None, said
        kept = int(found.group(1))
        self.assertGreater(kept, 1)
        self.assertIn("status 1", done.stdout)
        self.assertIn(f"10 runs, {kept} of them are there", done.stderr)
        self.assertIn(f"10 of 10 runs completed, {10 - kept} of them now", done.stdout)
        self.assertIn("status 0", done.stdout)


class Builds(SweepTest):
    def other_build(self) -> None:
        """A program that differs in a comment is another build: what it does cannot be told from outside."""
        copy = self.folder / "stand-in"
        copy.write_text(STAND_IN.read_text() + "# changed\n")
        copy.chmod(0o755)

    def test_results_of_two_builds_are_never_mixed(self) -> None:
        text = 'program = "stand-in"\nruns = 2\n[axes]\nsize = [1, 2]\n'
        plan = self.folder / "plan.toml"
        plan.write_text(text)
        (self.folder / "stand-in").write_text(STAND_IN.read_text())
        (self.folder / "stand-in").chmod(0o755)
        self.sweep(plan)
        old = self.goodputs()
        self.other_build()
        refused = self.sweep(plan, status=2).stderr
        self.assertIn("the 4 runs of study plan were made by another build of stand-in (git abc, ns-3 0)", refused)
        self.assertIn("--new", refused)
        self.assertEqual(self.goodputs(), old)
        # With the consent of the user both stand side by side, and a report is about one of them.
        self.sweep(plan, "--new", plots=True)
        self.assertEqual(self.rows("SELECT generation, COUNT(*) FROM runs GROUP BY generation"), [(1, 4), (2, 4)])
        self.assertTrue(set(old) < set(self.goodputs()))
        self.assertEqual((self.study / "runs.csv").read_text().count("\n"), 5)
        for generation in ("1", "2"):
            done = self.driver("report", self.study, "--generation", generation, "--json")
            self.assertEqual(json.loads(done.stdout.splitlines()[-1])["completedCount"], 4)
        self.assertIn("no generation 3", self.driver("report", self.study, "--generation=3", status=2).stderr)


class TwoCores(SweepTest):
    def test_two_programs_run_nearly_all_the_time(self) -> None:
        """That is what halves the time; a busy machine makes all of it longer and leaves this as it is."""
        self.sweep(self.plan("runs = 10\n[axes]\nsize = [1, 2]\n[fixed]\nseconds = 0.3\n"), "--jobs=2")
        rows = [(datetime.fromisoformat(t).timestamp(), s) for t, s in self.rows("SELECT started_at, wall_time_s FROM runs")]
        span = max(began + seconds for began, seconds in rows) - min(began for began, _ in rows)
        self.assertGreaterEqual(sum(seconds for _, seconds in rows) / span, 1.8)


if __name__ == "__main__":
    unittest.main()
