# SPDX-License-Identifier: GPL-2.0-only
"""Sweeps end to end, through ./mptcp: nothing is lost, nothing is counted twice, no two builds are mixed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unittest

from support.sweeps import ROOT, STAND_IN, SweepTest


class Completing(SweepTest):
    def test_numbers_figures_and_provenance(self) -> None:
        plan = self.plan('runs = 3\nmetrics = ["goodput_mbps", "duration_s"]\n[axes]\nsize = [1, 2]\nrate = [0]\n')
        done = self.sweep(plan, "--json", plots=True)
        fields = json.loads(done.stdout.splitlines()[-1])
        counts = [fields[f"{name}Count"] for name in ("planned", "completed", "made", "failed")]
        self.assertEqual(counts, [6, 6, 6, 0])
        for metric in ("goodput_mbps", "duration_s"):
            for suffix in ("png", "svg"):
                self.assertIn(f"{self.study}/figures/{metric}.{suffix}", fields["plots"])
                self.assertTrue((self.study / "figures" / f"{metric}.{suffix}").exists())
        # goodput is 10 size + rate + run / 1000: of runs 1 to 3 the mean is .002 above; t(0.975, 2) = 4.3027
        lines = (self.study / "figures" / "goodput_mbps.csv").read_text().splitlines()
        self.assertEqual(lines[0], "size,rate,metric,mean,half_width_95,runs")
        self.assertEqual(lines[1:], [f"{s},0,goodput_mbps,{10 * s}.002,0.00248414,3" for s in (1, 2)])
        rows = self.rows("SELECT scenario, seed, ns3_version, git_revision, host, attempts, command FROM runs")
        for *facts, command in rows:
            self.assertEqual(facts, ["stand-in", 1, "0", "abc", os.uname().nodename, 1])
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

    def test_what_was_ended_from_outside_does_not_count(self) -> None:
        plan = self.plan('runs = 2\n[axes]\nbehaviour = ["stopped-once"]\n')
        done = self.sweep(plan, "--jobs=1", status=1)
        self.assertIn("1 runs were ended from outside", done.stdout)
        self.assertEqual(self.states(), {"completed": 1})
        self.assertIn("2 of 2 runs completed, 1 of them now", self.sweep(plan).stdout)

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

    def on_a_disk_of_its_own(self, size: str, script: str) -> subprocess.CompletedProcess[str]:
        """With one of that size in the place of the study."""
        self.study.mkdir()
        mounted = f"mount -t tmpfs -o size={size} none {self.study} && {{ {script}; }}"
        return self.with_own_mounts(mounted)

    def test_a_disk_that_is_full_already_is_said_in_the_same_words(self) -> None:
        plan = self.plan("runs = 1\n[axes]\nsize = [1]\n")
        for folder in (self.study, self.study / "new"):
            sweep = " ".join(self.words("sweep", plan, f"--folder={folder}"))
            done = self.on_a_disk_of_its_own("1m", f"cat /dev/zero > {self.study}/rest; {sweep}; echo status $?")
            self.assertRegex(done.stderr, f"mptcp: the disk of .*{folder.name} is full .*: make room and give the same")
            self.assertIn("status 1", done.stdout)
            self.study.rmdir()

    def test_a_disk_that_gets_full_when_the_store_is_opened(self) -> None:
        opened = "from pathlib import Path; from mptcp_sweep.store import Store; import sys; Store(Path(sys.argv[1]))"
        python = f"PYTHONPATH={ROOT / 'analysis'} {sys.executable} -c '{opened}' {self.study}"
        # Without room for anything, with room for the file, with room for its log, with little more
        for rest in ("0", "4k", "12k", "40k"):
            fill = f"head -c {rest} /dev/zero > {self.study}/room; cat /dev/zero > {self.study}/rest"
            done = self.on_a_disk_of_its_own("1m", f"{fill}; rm {self.study}/room; {python}")
            with self.subTest(rest):
                self.assertRegex(done.stderr.splitlines()[-1], "DriverError: the disk of .* is full .*: make room and")
            self.study.rmdir()

    def test_a_full_disk_loses_nothing(self) -> None:
        plan = self.plan('runs = 1\n[axes]\nsize = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n[fixed]\nbehaviour = "large"\n')
        sweep = " ".join(self.words("sweep", plan, f"--folder={self.study}", "--jobs=1", "--no-plot"))
        done = self.on_a_disk_of_its_own(
            "16m", f"{sweep}; echo status $?; mount -o remount,size=100m {self.study} && {sweep}; echo status $?"
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

    def test_another_program_under_the_name_of_a_study(self) -> None:
        self.sweep(self.plan("runs = 1\n[axes]\nsize = [1, 2]\n"))
        other = self.folder / "copy"
        other.write_text(STAND_IN.read_text() + "# changed\n")
        other.chmod(0o755)
        plan = self.folder / "plan.toml"
        plan.write_text(plan.read_text().replace(str(STAND_IN), str(other)))
        said = self.sweep(plan, status=2).stderr
        self.assertRegex(said, r"the 2 runs of study plan were made by stand-in \(git abc, ns-3 0\), not by copy,")
        self.assertIn("--study=NAME", said)
        self.sweep(plan, "--new")
        self.assertIn("2 of 2 runs completed, 0 of them now", self.sweep(plan).stdout)

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
        # Back to the first build: its results go on, and stay apart from what comes next.
        (self.folder / "stand-in").write_text(STAND_IN.read_text())
        self.assertIn("4 of 4 runs completed, 0 of them now", self.sweep(plan, "--new").stdout)
        self.other_build()
        # With the consent of the user both stand side by side, and a report is about one of them.
        self.sweep(plan, "--new", plots=True)
        self.assertEqual(self.rows("SELECT generation, COUNT(*) FROM runs GROUP BY generation"), [(1, 4), (2, 4)])
        self.assertTrue(set(old) < set(self.goodputs()))
        self.assertEqual((self.study / "runs.csv").read_text().count("\n"), 5)
        for generation in ("1", "2"):
            done = self.driver("report", self.study, "--generation", generation, "--json")
            self.assertEqual(json.loads(done.stdout.splitlines()[-1])["completedCount"], 4)
        self.assertIn("no generation 3", self.driver("report", self.study, "--generation=3", status=2).stderr)


if __name__ == "__main__":
    unittest.main()
