# SPDX-License-Identifier: GPL-2.0-only
"""Statistics and bookkeeping of `./mptcp validate`, on values written by hand."""

from __future__ import annotations

import json
import math
import tempfile
import unittest
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import pandas as pd
from mptcp_driver import cli, options, validate
from mptcp_driver.errors import DriverError, UsageError
from mptcp_validation import archive, networks, registry, report, study


def series(*values: float) -> pd.Series:
    return pd.Series(values, index=range(1, len(values) + 1))


class Statistics(unittest.TestCase):
    def test_interval_by_hand(self) -> None:
        # Mean 3, standard deviation sqrt(2.5), quantile 0.975 of t with 4 degrees of freedom 2.776.
        found = study.interval_of(series(1, 2, 3, 4, 5))
        self.assertEqual((found.mean, found.runs), (3.0, 5))
        self.assertAlmostEqual(found.half_width, 2.776 * math.sqrt(2.5) / math.sqrt(5), places=3)

    def test_equal_values_have_no_spread(self) -> None:
        # The mean of twelve times 0.983 is not 0.983, and the deviation from it not 0.
        self.assertEqual(study.interval_of(series(*[0.983] * 12)).half_width, 0.0)

    def test_one_run_has_no_interval(self) -> None:
        found = study.interval_of(series(7.0))
        self.assertEqual(found.mean, 7.0)
        self.assertTrue(math.isnan(found.half_width))

    def test_within_looks_at_the_mean(self) -> None:
        # 9 +- 10 %: 8.1 to 9.9.
        self.assertTrue(study.within("x", series(8.0, 8.3), 9.0).holds)
        self.assertFalse(study.within("x", series(8.0, 8.1), 9.0).holds)
        self.assertTrue(study.within("x", series(9.8), 9.0).holds)
        self.assertFalse(study.within("x", series(10.0), 9.0).holds)

    def test_bounds(self) -> None:
        self.assertTrue(study.at_least("x", series(0.97), 0.97).holds)
        self.assertFalse(study.at_least("x", series(0.96), 0.97).holds)
        self.assertTrue(study.at_most("x", series(0.95), 0.95).holds)
        self.assertFalse(study.at_most("x", series(0.96), 0.95).holds)

    def test_greater_pairs_runs_and_wants_the_whole_interval(self) -> None:
        # Differences 1, 1.1, 0.9: the spread that both share does not matter.
        self.assertTrue(study.greater("x", series(2, 12.1, 22.9), series(1, 11, 22)).holds)
        # Mean difference above 0, but the interval holds 0.
        self.assertFalse(study.greater("x", series(5, 1, 1), series(1, 1, 2)).holds)
        # A single run has no interval, so it shows nothing.
        self.assertFalse(study.greater("x", series(2), series(1)).holds)

    def test_no_value_never_holds(self) -> None:
        self.assertFalse(study.at_least("x", series(math.nan), 0).holds)
        self.assertFalse(study.at_most("x", series(math.nan), 0).holds)

    def test_per_run(self) -> None:
        runs = pd.DataFrame({"case": ["a", "b", "a"], "run": [1, 1, 2], "rate": [3.0, 4.0, 5.0]})
        self.assertEqual(study.per_run(runs, "a", "rate").to_dict(), {1: 3.0, 2: 5.0})
        with self.assertRaisesRegex(KeyError, "no case 'c'"):
            study.per_run(runs, "c", "rate")
        with self.assertRaisesRegex(KeyError, "quantity 'delay'"):
            study.per_run(runs, "a", "delay")


class Registry(unittest.TestCase):
    def test_found_by_name_without_running_them(self) -> None:
        with tempfile.TemporaryDirectory() as text:
            folder = Path(text)
            (folder / "__init__.py").write_text("")
            (folder / "buffer_sweep.py").write_text('"""What buffers do.\n\nMore."""\nraise SystemExit\n')
            self.assertEqual(registry.names(folder), ["buffer-sweep"])
            self.assertEqual(registry.summary("buffer-sweep", folder), "What buffers do.")

    def test_every_study_is_complete(self) -> None:
        scenarios = Path(__file__).resolve().parents[2] / "scenarios"
        for name in registry.names():
            with self.subTest(name):
                found = registry.load(name)
                self.assertTrue(registry.summary(name))
                self.assertTrue(found.SOURCE)
                self.assertGreaterEqual(found.SEEDS, 2)
                cases = found.cases()
                self.assertEqual(len({case.name for case in cases}), len(cases))
                for case in cases:
                    self.assertTrue((scenarios / f"{case.scenario}.cc").exists(), case.scenario)
                    self.assertNotIn("RngRun", case.parameters)
                    self.assertTrue(all(isinstance(v, str) for v in case.parameters.values()))


class Archive(unittest.TestCase):
    def test_key_depends_on_everything_that_decides_the_result(self) -> None:
        key = archive.run_key("build", "wifi-3g", {"rcvBuf": "1MB", "duration": "5s"}, 1)
        same = archive.run_key("build", "wifi-3g", {"duration": "5s", "rcvBuf": "1MB"}, 1)
        self.assertEqual(key, same)
        for other in (
            archive.run_key("other", "wifi-3g", {"rcvBuf": "1MB", "duration": "5s"}, 1),
            archive.run_key("build", "other", {"rcvBuf": "1MB", "duration": "5s"}, 1),
            archive.run_key("build", "wifi-3g", {"rcvBuf": "2MB", "duration": "5s"}, 1),
            archive.run_key("build", "wifi-3g", {"rcvBuf": "1MB", "duration": "5s"}, 2),
        ):
            self.assertNotEqual(key, other)

    def test_digest_follows_sources_and_nothing_else(self) -> None:
        with tempfile.TemporaryDirectory() as text:
            root = Path(text)
            for folder in ("model", "helper", "cmake", "scenarios", "docs"):
                (root / folder).mkdir()
            for file in ("CMakeLists.txt", "CMakePresets.json", "scenarios/a.cc", "scenarios/b.cc"):
                (root / file).write_text("x")
            (root / "model" / "core.cc").write_text("x")
            first = archive.source_digest(root, "a")
            (root / "docs" / "text.md").write_text("y")
            (root / "scenarios" / "b.cc").write_text("y")
            self.assertEqual(archive.source_digest(root, "a"), first)
            (root / "model" / "core.cc").write_text("y")
            self.assertNotEqual(archive.source_digest(root, "a"), first)

    def test_only_complete_runs_count(self) -> None:
        with tempfile.TemporaryDirectory() as text:
            runs = archive.Archive(Path(text))
            work = runs.workplace("a", "key")
            (work / "manifest.json").write_text("{}")
            self.assertFalse(runs.has("a", "key"))
            self.assertEqual(runs.keep(work), runs.place("a", "key"))
            self.assertTrue(runs.has("a", "key"))
            # What an interrupted run left is not mixed with the next attempt.
            (runs.workplace("a", "other") / "rest").write_text("")
            self.assertEqual(list(runs.workplace("a", "other").iterdir()), [])


SCRIPT = """#!/bin/sh
# A scenario: writes what it was told into its folder.
for word in "$@"; do case $word in --output=*) folder=${word#*=};; --RngRun=*) run=${word#*=};; esac; done
echo run >> "$(dirname "$0")/calls"
[ "$run" = "$FAILS" ] && { echo "it broke" >&2; exit 3; }
printf 'transport,rate\\nmptcp,%s\\n' "$run" > "$folder/summary.csv"
printf '{"exitState": "completed", "scenario": "a", "parameters": {}}' > "$folder/manifest.json"
"""


class Runs(unittest.TestCase):
    """The runs of a study with a shell script for a scenario."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.script = self.root / "scenario"
        self.archive = archive.Archive(self.root / "runs")

    def plan(self, seeds: int) -> list[validate.Planned]:
        case = study.Case("only", "a", {})
        return [
            validate.Planned(case, run, "a", archive.run_key("build", "a", {}, run))
            for run in range(1, seeds + 1)
        ]

    def make(self, seeds: int, failing: str = "none") -> int:
        self.script.write_text(SCRIPT.replace("$FAILS", failing))
        self.script.chmod(0o755)
        programs = SimpleNamespace(
            command=lambda p, where: [str(self.script), f"--RngRun={p.run}", f"--output={where}"]
        )
        return validate.make_missing(self.archive, programs, self.plan(seeds), "a", 2)

    def calls(self) -> int:
        return len((self.root / "calls").read_text().splitlines())

    def test_made_once_and_measured(self) -> None:
        self.assertEqual(self.make(3), 3)
        self.assertEqual(self.make(4), 1)
        self.assertEqual(self.calls(), 4)
        found = validate.found_runs(self.archive, self.plan(4))
        table = validate.measure(SimpleNamespace(), found)
        self.assertEqual(table["rate"].to_list(), [1.0, 2.0, 3.0, 4.0])
        self.assertEqual(table["case"].unique().tolist(), ["only"])
        own = validate.measure(SimpleNamespace(measure=lambda r: {"twice": 2.0 * r.run}), found)
        self.assertEqual(own["twice"].to_list(), [2.0, 4.0, 6.0, 8.0])

    def test_a_failed_run_is_told_and_the_others_are_kept(self) -> None:
        with self.assertRaisesRegex(DriverError, "status 3.*--RngRun=2") as caught:
            self.make(3, failing="2")
        self.assertIn("it broke", caught.exception.details)
        self.assertEqual(self.make(3), 1)


class Networks(unittest.TestCase):
    def test_jain_by_hand(self) -> None:
        # (1 + 3)^2 / (2 (1 + 9)) = 0.8, and 1 when all are equal; run by run.
        found = networks.jain([series(1, 5), series(3, 5)])
        self.assertEqual(found.to_list(), [0.8, 1.0])

    def test_red_of_the_paper_at_ten_megabits(self) -> None:
        link = networks.red_link(networks.mbps(10))
        self.assertAlmostEqual(link["redMinimum"], 25)
        self.assertAlmostEqual(link["redMaximum"], 50)
        self.assertEqual(link["queuePackets"], 100)
        self.assertAlmostEqual(networks.red_link(networks.mbps(5), depth=4)["redMinimum"], 50)

    def test_tail_holds_a_bandwidth_delay_product_and_its_random_end(self) -> None:
        link = networks.tail_link(500, 0.05)
        self.assertEqual((link["queuePackets"], link["randomDropPackets"]), (28, 3))

    def test_a_case_says_everything_on_its_command_line(self) -> None:
        links = {"A": networks.tail_link(100, 0.1)}
        case = networks.case("x", links, {"f": networks.flow(["A"], "1s")}, {"duration": "9s"})
        network = json.loads(case.parameters["network"])
        self.assertEqual(network["flows"]["f"], {"routes": [["A"]], "roundTrip": "1s"})
        self.assertEqual(network["links"], links)
        self.assertEqual(case.parameters["duration"], "9s")


class Report(unittest.TestCase):
    def test_table_and_text(self) -> None:
        lines = [study.within("rate", series(9, 9.2), 9, unit="Mb/s"), study.at_least("share", series(0.5), 0.9)]
        table = report.table("triangle", lines)
        self.assertEqual(table["holds"].to_list(), [True, False])
        self.assertEqual(table["runs"].to_list(), [2, 1])
        rows = report.text_rows(lines)
        self.assertEqual(rows[1][1:3], ["9 Mb/s", "8.1 .. 9.9"])
        self.assertEqual([row[-1] for row in rows[1:]], ["pass", "FALLS SHORT"])

    def test_a_stated_figure_cannot_fall_short(self) -> None:
        line = study.stated("rate", series(1, 2), "9")
        self.assertTrue(line.holds)
        self.assertEqual(report.text_rows([line])[1][-1], "(not compared)")
        self.assertEqual(report.table("triangle", [line])["holds"].to_list(), [""])

    def test_figure_has_a_mark_for_every_line(self) -> None:
        lines = [study.within("rate", series(9, 9.2), 9, unit="Mb/s"), study.at_least("share", series(0.5), 0.9)]
        figure = report.draw("triangle", lines)
        shown = [label.get_text() for axis in figure.axes for label in axis.get_yticklabels()]
        self.assertEqual(shown, ["rate", "share"])


class Several(unittest.TestCase):
    @staticmethod
    def perform(name: str) -> dict[str, str]:
        if name == "b":
            raise DriverError("b: a run failed", details="progress\nnot root")
        return {"name": name}

    def test_one_that_cannot_be_made_does_not_keep_the_others(self) -> None:
        found, failed = validate.perform_each(["a", "b", "c"], self.perform)
        self.assertEqual([one["name"] for one in found], ["a", "c"])
        self.assertEqual(failed, {"b": "not root"})

    def test_a_single_one_fails_as_it_is(self) -> None:
        with self.assertRaisesRegex(DriverError, "a run failed"):
            validate.perform_each(["b"], self.perform)


class Jobs(unittest.TestCase):
    """How many runs carry_out() makes at a time, for a study that says how many and for one that does not."""

    def jobs_of(self, asked: int, **says: int) -> int:
        one = SimpleNamespace(SEEDS=2, cases=lambda: [], lines=lambda runs: [], **says)
        with ExitStack() as patches:
            for of, name, value in (
                (validate.packages, "ensure_installed", None),
                (validate, "Programs", SimpleNamespace(plan=lambda cases, seeds: [])),
                (registry, "load", one),
            ):
                patches.enter_context(mock.patch.object(of, name, return_value=value))
            make = patches.enter_context(mock.patch.object(validate, "make_missing", return_value=0))
            validate.carry_out(SimpleNamespace(results=Path("/nowhere")), "a", None, asked)
        return make.call_args.args[-1]

    def test_a_study_of_time_makes_one_run_after_another(self) -> None:
        self.assertEqual(self.jobs_of(2, JOBS=1), 1)
        self.assertEqual(self.jobs_of(1, JOBS=4), 1)
        self.assertEqual(self.jobs_of(2), 2)


class FurtherRuns(unittest.TestCase):
    """A case may have more runs than the others of its study."""

    def test_planned_for_that_case_alone(self) -> None:
        programs = object.__new__(validate.Programs)
        programs._builds = {"a": "build"}
        cases = [study.Case("few", "a", {"x": "1"}), study.Case("many", "a", {"x": "2"}, further_runs=2)]
        planned = [(one.run, one.case.name) for one in programs.plan(cases, 2)]
        self.assertEqual(planned, [(1, "few"), (1, "many"), (2, "few"), (2, "many"), (3, "many"), (4, "many")])

    def test_a_difference_is_of_runs_that_both_have(self) -> None:
        line = study.greater("more", series(5.0, 6.0, 7.0), series(4.0, 4.0))
        self.assertEqual(line.values.to_list(), [1.0, 2.0])
        self.assertEqual(line.interval.runs, 2)


class CommandLine(unittest.TestCase):
    def test_any_number_of_names(self) -> None:
        command = options.find_command("validate", cli.command_table())
        self.assertEqual(options.parse(command, ["a", "b", "--seeds=5"]).positionals, ["a", "b"])
        self.assertEqual(options.parse(command, []).positionals, [])
        with self.assertRaises(UsageError):
            options.parse(command, ["--sedes=5"])

    def test_unknown_name(self) -> None:
        with self.assertRaisesRegex(UsageError, "unknown study 'nonesuch'"):
            validate.choose(["nonesuch"])


if __name__ == "__main__":
    unittest.main()
