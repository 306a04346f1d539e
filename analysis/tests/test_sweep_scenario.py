# SPDX-License-Identifier: GPL-2.0-only
"""Sweeps of a real scenario, and what makes two builds of one different."""

from __future__ import annotations

import json
import os
import shutil
import unittest
from pathlib import Path
from unittest import mock

from mptcp_driver.errors import DriverError
from mptcp_driver.project import Project
from mptcp_sweep import program, reading, task

from support.sweeps import ROOT, STAND_IN, SweepTest, skip_visibly

SCENARIOS = Path(os.environ.get("MPTCP_SCENARIOS", ROOT / "build" / "release" / "scenarios"))


class RealScenario(SweepTest):
    def setUp(self) -> None:
        super().setUp()
        if not (SCENARIOS / "two-paths").exists():
            skip_visibly(__file__, f"there is no two-paths in {SCENARIOS}")

    def test_larger_buffers_carry_more_and_the_same_plan_gives_the_same_numbers(self) -> None:
        """
        1 s over 25 Mb/s, 25 ms and 5 Mb/s, 65 ms: a window of 20 kB allows at most 20 kB in 25 ms, 6.4 Mb/s
        on the first path; 2 MB is more than both paths hold.
        """
        words = [str(SCENARIOS / "two-paths"), "rcvBuf=20k,2M", "scheduler=min-rtt,blest", "duration=1s", "--runs=2"]
        self.sweep(*words, "--jobs=2")
        self.assertEqual(self.states(), {"completed": 8})
        goodput = {}
        for point, value in self.rows(
            "SELECT point, AVG(value) FROM runs JOIN figures USING (key) WHERE name = 'goodput_mbps' GROUP BY point"
        ):
            goodput[tuple(json.loads(point).values())] = value
        for scheduler in ("min-rtt", "blest"):
            self.assertLess(goodput["20k", scheduler], 6.4)
            self.assertGreater(goodput["2M", scheduler], 8.0)
        parameters, seed, ns3 = self.rows("SELECT parameters, seed, ns3_version FROM runs WHERE run = 2")[0]
        self.assertEqual(json.loads(parameters)["RngRun"], "2")
        self.assertEqual(json.loads(parameters)["traffic"], "bulk", "defaults are recorded too")
        self.assertEqual(seed, 1)
        self.assertRegex(ns3, r"^3\.\d+")
        first = self.goodputs()
        self.study = self.folder / "again"
        self.sweep(*words, "--jobs=1")
        self.assertEqual(self.goodputs(), first)

    def test_a_library_that_is_linked_anew_during_the_sweep_stops_it(self) -> None:
        loaded = task._libraries(SCENARIOS / "two-paths")
        original = next(path for path in loaded if path.name.startswith("libns3-mptcp.so"))
        library = self.folder / original.name
        shutil.copy(original, library)
        self.environment["LD_LIBRARY_PATH"] = str(self.folder)
        child = self.start(SCENARIOS / "two-paths", "rcvBuf=20k,50k,100k,2M", "duration=20s", "--runs=2", "--jobs=1")
        self.wait_for_rows(1)
        new = self.folder / "new"
        new.write_bytes(original.read_bytes() + b"another")
        new.replace(library)
        _, said = child.communicate(timeout=200)
        self.assertEqual(child.returncode, 1, said)
        self.assertRegex(said.splitlines()[-1], "two-paths on .*, or a library that it loads, was changed during")
        self.assertLess(self.row_count(), 8)

    def test_the_library_belongs_to_the_build(self) -> None:
        names = [path.name for path in task._libraries(SCENARIOS / "two-paths")]
        self.assertTrue(any(name.startswith("libns3-mptcp.so") for name in names), names)
        self.assertTrue(any("internet" in name for name in names), names)
        self.assertFalse(any(name.startswith("libc.") for name in names), names)


class Identity(SweepTest):
    """A tree with one scenario, whose program is the stand-in."""

    def setUp(self) -> None:
        super().setUp()
        for name in ("scenarios/stand-in.cc", "model/a.cc", "helper/b.cc", "cmake/c.cmake", "docs/d.md"):
            self.write(name, "as it was")
        for name in ("CMakeLists.txt", "CMakePresets.json"):
            self.write(name, "")
        binary = self.folder / "build" / "release" / "scenarios" / "stand-in"
        binary.parent.mkdir(parents=True)
        shutil.copy(STAND_IN, binary)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def build(self) -> str:
        of = reading.from_words("stand-in", ["size=1,2"], {})
        with mock.patch("mptcp_driver.build.build") as building:
            found = program.prepare(Project(self.folder), of)
        building.assert_called_once()
        return found.build

    def test_what_is_compiled_in_makes_another_build(self) -> None:
        before = self.build()
        self.write("docs/d.md", "changed")
        self.assertEqual(self.build(), before)
        for name in ("model/a.cc", "helper/b.cc", "scenarios/stand-in.cc", "CMakeLists.txt"):
            self.write(name, f"changed {name}")
            now = self.build()
            self.assertNotEqual(now, before, name)
            before = now

    def test_sources_that_are_changed_while_they_are_built_name_no_build(self) -> None:
        of = reading.from_words("stand-in", ["size=1,2"], {})
        saved = mock.patch("mptcp_driver.build.build", lambda *_: self.write("model/a.cc", "saved in an editor"))
        with saved, self.assertRaisesRegex(DriverError, "stand-in were changed while it was built"):
            program.prepare(Project(self.folder), of)

    def test_an_unknown_scenario_is_refused_before_anything_is_built(self) -> None:
        of = reading.from_words("stand-on", ["size=1,2"], {})
        with mock.patch("mptcp_driver.build.build") as building:
            with self.assertRaisesRegex(Exception, "unknown scenario 'stand-on'; did you mean stand-in"):
                program.prepare(Project(self.folder), of)
        building.assert_not_called()


if __name__ == "__main__":
    unittest.main()
