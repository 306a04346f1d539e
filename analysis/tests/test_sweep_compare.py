# SPDX-License-Identifier: GPL-2.0-only
"""./mptcp compare: what it varies on each scenario, and what it says where there is nothing to vary."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import unittest
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from mptcp_driver import cli, compare, options
from mptcp_driver.errors import UsageError
from mptcp_driver.project import Project
from mptcp_driver.scenario import Parameter, Scenario, describe
from mptcp_sweep import plan

from support.sweeps import ROOT, STAND_IN, SweepTest, skip_visibly

SCENARIOS = Path(os.environ.get("MPTCP_SCENARIOS", ROOT / "build" / "release" / "scenarios"))
#: needs a module of ns-3 that may be missing, and runs programs of Linux in real time
OF_LINUX = "linux-peer"

CONTROLS = ("lia", "olia", "balia", "wvegas", "cubic")
SCHEDULERS = ("min-rtt", "round-robin", "blest", "ecf", "redundant")
BUFFERS = ("100kB", "500kB", "2MB")


def scenario(**defaults: str) -> Scenario:
    return Scenario("mine", "", (), tuple(Parameter(name, text, "") for name, text in defaults.items()))


def read(described: Scenario, *words: str) -> plan.Plan:
    command = options.find_command("compare", cli.command_table())
    found = compare.read_comparison(options.parse(command, [described.name, *words]), described)
    plan.check_against(found, described)
    return found


def axes(found: plan.Plan) -> dict[str, tuple[str, ...]]:
    return {axis.label: axis.values for axis in found.axes}


class Roles(unittest.TestCase):
    WIFI = scenario(rcvBuf="2000000", scheduler="min-rtt", congestionControl="lia", duration="60s", cellLoss="0")

    def test_the_three_axes_may_be_narrowed(self) -> None:
        found = read(self.WIFI, "scheduler=blest", "duration=5s", "--runs", "4")
        self.assertEqual(axes(found), {"congestionControl": CONTROLS, "scheduler": ("blest",), "rcvBuf": BUFFERS})
        self.assertEqual((found.runs, found.view, found.study), (4, "matrix", "compare-mine"))
        self.assertEqual(found.fixed, {"duration": "5s"})
        self.assertEqual(read(self.WIFI, *found.command().split()[3:]), found)

    def test_what_else_has_several_values_comes_behind_them(self) -> None:
        found = read(self.WIFI, "cellLoss=0,0.01", "rcvBuf=1M")
        self.assertEqual(list(axes(found)), ["congestionControl", "scheduler", "rcvBuf", "cellLoss"])
        self.assertEqual(read(self.WIFI, *found.command().split()[3:]), found)

    def test_parameters_that_go_together_replace_the_roles_they_play(self) -> None:
        described = scenario(rcvBuf="2000000", sndBuf="2000000", scheduler="min-rtt", congestionControl="lia")
        found = read(described, "rcvBuf+sndBuf=1M,2M")
        self.assertEqual(list(axes(found)), ["congestionControl", "scheduler", "rcvBuf+sndBuf"])

    def test_a_name_that_another_scenario_has_is_refused(self) -> None:
        with self.assertRaisesRegex(UsageError, "rcvBuf=: mine has no parameter rcvBuf; did you mean buffer"):
            read(scenario(buffer="2000000", congestionControl="lia"), "rcvBuf=1M,2M")

    def test_buffers_end_with_the_default(self) -> None:
        cases = {
            "6000000": ("100kB", "500kB", "6MB"),
            "1.5MB": ("100kB", "500kB", "1.5MB"),
            "250000": ("100kB", "250kB"),
            "131072": ("100kB", "131072"),
            "0": BUFFERS,
            "64kB": BUFFERS,
        }
        for default, expected in cases.items():
            with self.subTest(default):
                self.assertEqual(axes(read(scenario(buffer=default)))["buffer"], expected)

    def test_only_what_the_description_allows(self) -> None:
        listing = Parameter("scheduler", "ecf", "who is next: ecf, blest, mine; the rest is history")
        described = Scenario("mine", "", (), (listing, Parameter("congestion", "lia", "for example lia, mine")))
        self.assertEqual(axes(read(described)), {"congestion": CONTROLS, "scheduler": ("blest", "ecf")})
        several = scenario(schedulers="ecf,redundant,tcp")
        self.assertEqual(axes(read(several))["schedulers"], ("ecf", "redundant"))
        others = scenario(schedulers="first,second")
        self.assertEqual(axes(read(others))["schedulers"], ("first", "second"))

    def test_nothing_to_compare(self) -> None:
        with self.assertRaises(UsageError) as caught:
            read(scenario(colour="red"), "colour=red,blue")
        message = caught.exception.message
        self.assertRegex(message, "^mine has no parameter for a congestion control, a scheduler or a buffer")
        self.assertIn("./mptcp sweep mine", message)
        self.assertIn(", ".join(compare.COMPARABLE), message)


class EveryScenario(SweepTest):
    """As a user calls it, with the programs as they have been built."""

    EXPECTED = {
        "app-limited": {"congestionControl": CONTROLS, "schedulers": SCHEDULERS, "buffer": BUFFERS},
        "datacenter": {
            "congestionControl": CONTROLS, "scheduler": SCHEDULERS, "buffer": ("100kB", "500kB", "6MB"),
        },
        "dual-homed": {"congestionControl": CONTROLS, "scheduler": SCHEDULERS, "buffer": BUFFERS},
        "flow-network": {
            "congestionControl": CONTROLS, "scheduler": SCHEDULERS, "buffer": ("100kB", "500kB", "20MB"),
        },
        "handover": {"congestionControl": CONTROLS, "scheduler": SCHEDULERS, "rcvBuf": BUFFERS},
        "linux-peer": {"congestionControl": CONTROLS, "scheduler": SCHEDULERS, "rcvBuf": BUFFERS},
        "resource-pooling": {"congestion": CONTROLS},
        "shared-bottleneck": {"congestionControl": CONTROLS},
        "two-paths": {"congestionControl": CONTROLS, "scheduler": SCHEDULERS, "rcvBuf": BUFFERS},
        "wifi-3g": {"congestionControl": CONTROLS, "scheduler": SCHEDULERS, "rcvBuf": BUFFERS},
    }  # fmt: skip

    def setUp(self) -> None:
        super().setUp()
        if not (SCENARIOS / "wifi-3g").exists():
            skip_visibly(__file__, f"there is no wifi-3g in {SCENARIOS}")

    def built(self) -> Sequence[str]:
        names = Project(ROOT).scenario_names()
        found = [name for name in names if (SCENARIOS / name).exists()]
        self.assertLessEqual(set(names) - set(found), {OF_LINUX})
        return found

    def compare(self, name: str, *words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        return self.driver("compare", SCENARIOS / name, *words, f"--folder={self.study}", status=status)

    def test_each_is_compared_or_refused_in_clear_words(self) -> None:
        self.assertEqual(tuple(self.EXPECTED), compare.COMPARABLE)
        for name in self.built():
            with self.subTest(name):
                if name in compare.COMPARABLE:
                    self.plans(name, self.EXPECTED[name])
                else:
                    done = self.compare(name, "--dry-run", status=2)
                    self.assertRegex(done.stderr, f"{name} has no parameter for a congestion control, .*nothing to com")

    def plans(self, name: str, expected: dict[str, tuple[str, ...]]) -> None:
        done = self.compare(name, "--dry-run", "--runs=1")
        found: dict[str, dict[str, None]] = {label: {} for label in expected}
        for line in re.findall(r"^run 1: (.*)", done.stdout, re.MULTILINE):
            point = dict(word.split("=") for word in line.split())
            self.assertEqual(list(point), list(expected))
            for label, value in point.items():
                found[label][value] = None
        self.assertEqual({label: tuple(values) for label, values in found.items()}, expected)
        one = "has no parameter for a scheduler or a buffer: left out"
        self.assertEqual(one in done.stderr, len(expected) == 1, done.stderr)

    def test_the_usual_values_are_accepted(self) -> None:
        """A program that tells its progress has not refused its input; it need not end then."""
        for name in self.built():
            if name not in compare.COMPARABLE or name == OF_LINUX:
                continue
            described = describe(SCENARIOS / name)
            varied = axes(read(described))
            for index in range(max(map(len, varied.values()))):
                words = [f"--{label}={values[index % len(values)]}" for label, values in varied.items()]
                with self.subTest(name, words=words):
                    self.assertTrue(self.begins([str(SCENARIOS / name), *words]))

    def begins(self, command: Sequence[str]) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            words = [*command, f"--output={folder}/run", "--progress"]
            with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as child:
                assert child.stderr is not None
                first = child.stderr.readline()
                child.kill()
        self.assertRegex(first, "^progress ")
        return True

    def test_what_is_given_has_the_name_in_the_scenario(self) -> None:
        done = self.compare("datacenter", "buffer=1M,2M", "scheduler=blest", "--dry-run", "--runs=1")
        self.assertEqual(done.stdout.count("scheduler=blest buffer=1M\n"), len(CONTROLS))
        self.assertIn("10 of 10 runs would be made", done.stdout)
        words = ["congestion=lia,olia", "topology=triangle,chain"]
        done = self.compare("resource-pooling", *words, "--dry-run", "--runs=1")
        self.assertIn("run 1: congestion=olia topology=chain\n", done.stdout)
        self.assertIn("4 of 4 runs would be made", done.stdout)

    def test_one_role_makes_a_picture_of_one_row(self) -> None:
        done = self.compare("shared-bottleneck", "duration=2s", "warmUp=1s", "--runs=1")
        self.assertIn("5 of 5 runs completed", done.stdout)
        pictures = re.findall(r"^plot +(\S+\.png)$", done.stdout, re.MULTILINE)
        self.assertEqual(len(pictures), 1)
        self.assertEqual((self.folder / pictures[0]).read_bytes()[:4], b"\x89PNG")

    def test_help_and_document_name_them(self) -> None:
        listed = ", ".join(compare.COMPARABLE)
        self.assertIn(f"Scenarios: {listed}\n", self.driver("compare", "--help").stdout)
        document = " ".join((ROOT / "docs" / "sweeps.md").read_text().split())
        self.assertIn(", ".join(f"`{name}`" for name in compare.COMPARABLE), document)


class WrongRequests(SweepTest):
    def test_nothing_is_built_for_words_that_make_no_sense(self) -> None:
        cases = {
            "no value": (["wifi-3g", "rcvBuf"], "'rcvBuf' is not name=value"),
            "empty value": (["wifi-3g", "rcvBuf=1M,,2M"], "rcvBuf=: rcvBuf has an empty value"),
            "no runs": (["wifi-3g", "--runs=0"], "--runs=0 is not a positive whole number"),
            "unknown scenario": (["wifi-4g"], "unknown scenario 'wifi-4g'; did you mean wifi-3g"),
        }
        command = options.find_command("compare", cli.command_table())
        for name, (words, expected) in cases.items():
            with self.subTest(name), mock.patch("mptcp_driver.build.build", side_effect=AssertionError("is built")):
                with self.assertRaisesRegex(UsageError, expected):
                    compare.compare(Project(ROOT), options.parse(command, words))

    def test_a_program_of_ones_own_is_refused_like_a_scenario(self) -> None:
        done = self.driver("compare", STAND_IN, "size=1,2", "--dry-run", status=2)
        self.assertIn("stand-in has no parameter for a congestion control, a scheduler or a buffer", done.stderr)


if __name__ == "__main__":
    unittest.main()
