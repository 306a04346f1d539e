# SPDX-License-Identifier: GPL-2.0-only
"""The driver's decisions, on values written by hand."""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from mptcp_driver import bench, build, checks, cli, columns, commands, fuzz, options, packages, progress, results
from mptcp_driver import runner, scenario
from mptcp_driver.errors import DriverError, UsageError, nearest
from mptcp_driver.project import Project


def wifi() -> scenario.Scenario:
    return scenario.parse_description(
        json.dumps(
            {
                "name": "wifi-3g",
                "summary": "A download",
                "transports": ["mptcp", "tcp-wifi", "tcp-3g"],
                "parameters": [
                    {"name": "transport", "default": "mptcp", "help": ""},
                    {"name": "rcvBuf", "default": "2MB", "help": "receive buffer"},
                    {"name": "scheduler", "default": "ns3::MptcpMinRtt", "help": ""},
                    {"name": "pcap", "default": "false", "help": ""},
                ],
            }
        )
    )


class NearestName(unittest.TestCase):
    def test_names(self) -> None:
        commands = ["run", "list", "test", "plot", "doctor", "bench"]
        for wrong, right in (("rnu", "run"), ("Tests", "test"), ("benhc", "bench"), ("docter", "doctor")):
            self.assertEqual(nearest(wrong, commands), right)

    def test_nothing_to_choose_from(self) -> None:
        self.assertIsNone(nearest("x", []))


class CommandLine(unittest.TestCase):
    def setUp(self) -> None:
        self.commands = cli.command_table()

    def read(self, *words: str) -> options.Arguments:
        return options.parse(options.find_command(words[0], self.commands), words[1:])

    def test_scenario_parameters_are_kept_apart_from_options(self) -> None:
        read = self.read("run", "wifi-3g", "--rcvBuf=2MB", "--pcap", "--json", "--transport=mptcp")
        self.assertEqual(read.positionals, ["wifi-3g"])
        self.assertEqual(read.options, {"json": "", "transport": "mptcp"})
        self.assertEqual(read.parameters, {"rcvBuf": "2MB", "pcap": None})

    def test_wrong_requests_have_status_2_and_one_line(self) -> None:
        rows = {
            "unknown command": ("tset",),
            "unknown option": ("list", "--jsn"),
            "short option": ("list", "-j"),
            "scenario missing": ("run",),
            "too much": ("plot", "a", "b"),
            "value missing": ("bench", "--runs"),
            "value not wanted": ("bench", "--no-callgrind=1"),
        }
        for name, words in rows.items():
            with self.subTest(name), self.assertRaises(UsageError) as caught:
                self.read(*words)
            self.assertEqual(caught.exception.status, 2)
            self.assertNotIn("\n", caught.exception.message)

    def test_every_command_takes_help_and_json(self) -> None:
        for command in self.commands:
            with self.subTest(command.name):
                self.assertIn("help", self.read(command.name, "--help").options)
                self.assertIn("json", {option.name for option in command.all_options()})

    def test_an_option_may_mean_something_without_a_value(self) -> None:
        self.assertEqual(self.read("bench", "--schedulers").options, {"schedulers": "all"})
        self.assertEqual(self.read("bench", "--schedulers=ecf").options, {"schedulers": "ecf"})
        with self.assertRaisesRegex(UsageError, "--schedulers needs a value"):
            self.read("bench", "--schedulers=")
        with self.assertRaisesRegex(UsageError, "--runs needs a value"):
            self.read("bench", "--runs")


class ScenarioParameters(unittest.TestCase):
    def test_what_the_driver_sets_itself_is_no_parameter(self) -> None:
        self.assertEqual([p.name for p in wifi().parameters], ["rcvBuf", "scheduler", "pcap"])

    def test_flag_without_value(self) -> None:
        self.assertEqual(scenario.check_parameters(wifi(), {"pcap": None}), {"pcap": "true"})

    def test_unknown_parameter_names_the_nearest(self) -> None:
        with self.assertRaisesRegex(UsageError, "--rcvbuf.*did you mean --rcvBuf"):
            scenario.check_parameters(wifi(), {"rcvbuf": "1MB"})

    def test_attributes_of_ns3_are_passed_on(self) -> None:
        given = {"ns3::TcpSocket::DelAckCount": "1"}
        self.assertEqual(scenario.check_parameters(wifi(), given), given)
        with self.assertRaisesRegex(UsageError, "DelAckCount needs a value"):
            scenario.check_parameters(wifi(), {"ns3::TcpSocket::DelAckCount": None})

    def test_value_is_needed(self) -> None:
        with self.assertRaisesRegex(UsageError, "--rcvBuf needs a value"):
            scenario.check_parameters(wifi(), {"rcvBuf": None})

    def test_transports(self) -> None:
        every = ("mptcp", "tcp-wifi", "tcp-3g")
        self.assertEqual(scenario.choose_transports(wifi(), None), every)
        self.assertEqual(scenario.choose_transports(wifi(), "tcp-3g,mptcp"), ("tcp-3g", "mptcp"))
        with self.assertRaisesRegex(UsageError, "did you mean tcp-wifi"):
            scenario.choose_transports(wifi(), "wifi")


class Packages(unittest.TestCase):
    def test_list_has_comments_and_empty_lines(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "packages.txt"
            path.write_text("# build\ncmake\n\ng++  # compiler\n")
            self.assertEqual(packages.read_list(path), ["cmake", "g++"])

    def test_with_sudo_every_command_has_it(self) -> None:
        update, install = packages.apt_commands(["cmake"], ["sudo", "-n"])
        self.assertEqual(update[:2], ["sudo", "-n"])
        self.assertEqual(update[-1], "update")
        self.assertEqual(install[-3:], ["-y", "--no-install-recommends", "cmake"])


class RunFolder(unittest.TestCase):
    def setUp(self) -> None:
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        self.addCleanup(self.temporary.cleanup)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def test_two_runs_in_one_second_get_two_folders(self) -> None:
        now = time.struct_time((2024, 2, 3, 4, 5, 6, 0, 0, 0))
        names = [results.new_folder(self.folder, "wifi-3g", now).name for _ in range(3)]
        self.assertEqual(names, ["20240203-040506", "20240203-040506-2", "20240203-040506-3"])

    def test_a_folder_in_use_is_refused(self) -> None:
        self.write("old/notes.txt", "mine")
        with self.assertRaises(UsageError):
            results.given_folder(self.folder / "old")
        self.assertTrue(results.given_folder(self.folder / "new").is_dir())

    def test_merging_adds_the_transport_as_first_column(self) -> None:
        self.write("mptcp/samples.csv", "time_s,entity,metric,value\n0.1,connection,goodput_mbps,9\n")
        self.write("tcp-3g/samples.csv", "time_s,entity,metric,value\n0.1,connection,goodput_mbps,2\n")
        results.merge_table(self.folder, "samples.csv", ["mptcp", "tcp-wifi", "tcp-3g"])
        self.assertEqual(
            (self.folder / "samples.csv").read_text(),
            "transport,time_s,entity,metric,value\n"
            "mptcp,0.1,connection,goodput_mbps,9\n"
            "tcp-3g,0.1,connection,goodput_mbps,2\n",
        )

    def test_summary_columns_are_united(self) -> None:
        self.write("mptcp/summary.csv", "transport,goodput_mbps,subflow_2_path\nmptcp,9.05,3G\n")
        self.write("tcp-3g/summary.csv", "transport,goodput_mbps\ntcp-3g,1.9\n")
        results.merge_summaries(self.folder, ["mptcp", "tcp-3g"])
        self.assertEqual(
            (self.folder / "summary.csv").read_text(),
            "transport,goodput_mbps,subflow_2_path\nmptcp,9.05,3G\ntcp-3g,1.9,\n",
        )

    def test_json_of_a_summary(self) -> None:
        row = {
            "transport": "mptcp",
            "duration_s": "60",
            "received_bytes": "1000",
            "goodput_mbps": "9.05",
            "flow_a_packets_per_s": "750",
            "intact": "1",
            "subflow_count": "2",
            "subflow_1_path": "WiFi",
            "subflow_1_share_percent": "79.5",
            "subflow_2_path": "3G",
            "subflow_2_share_percent": "",
        }
        self.assertEqual(
            results.summary_as_json(row),
            {
                "transport": "mptcp",
                "durationSeconds": 60,
                "receivedBytes": 1000,
                "goodputMbps": 9.05,
                "flowAPacketsPerSecond": 750,
                "intact": True,
                "subflowCount": 2,
                "subflows": [{"path": "WiFi", "sharePercent": 79.5}, {"path": "3G"}],
            },
        )

    def test_keys_and_words_of_columns(self) -> None:
        keys = {
            "goodput_mbps": "goodputMbps",
            "stall_ms": "stallMilliseconds",
            "packets_per_s": "packetsPerSecond",
            "cpu_s": "cpuSeconds",
            "cpu_s_per_simulated_s": "cpuSecondsPerSimulatedSecond",
            "peak_memory_mib": "peakMemoryMebibytes",
            "ms": "ms",
        }
        self.assertEqual({name: columns.json_key(name) for name in keys}, keys)
        self.assertEqual(columns.in_words("worst_flow_percent"), ("worst flow", "%"))
        self.assertEqual(columns.in_words("percent_of_optimal"), ("percent of optimal", ""))

    def printed(self, scenario: str, **transports: dict[str, str]) -> tuple[list[str], dict]:
        """What `./mptcp run` prints of these summaries, and its JSON result."""
        runs = [runner.TransportRun(name, self.folder / name, [scenario], status=0) for name in transports]
        manifest = runner.run_manifest(runs, ["./mptcp"], "now", 1.5)
        rows = [{"transport": name, **row} for name, row in transports.items()]
        outcome = commands._run_outcome(self.folder, runs, manifest, rows, [])
        with mock.patch("sys.stdout", io.StringIO()) as shown:
            commands._print_run(outcome.fields, runs)
        return shown.getvalue().splitlines(), outcome.fields

    def test_what_answers_the_question_is_printed_with_its_unit(self) -> None:
        both = {"goodput_mbps": "1", "intact": "1", "subflow_1_path": "WiFi", "subflow_1_share_percent": "46.3"}
        full = {**both, "stall_ms": "162.124159", "cellular_bytes_before": "0"}
        lines, _ = self.printed("handover", full=full, **{"single-path": {**both, "stall_ms": "12345.678"}})
        self.assertEqual(
            lines[:3],
            [
                "transport    goodput    stall     cellular bytes before  share per subflow  bytes",
                "full         1.00 Mb/s  162.1 ms  0                      WiFi 46.3 %        intact",
                "single-path  1.00 Mb/s  12346 ms  -                      WiFi 46.3 %        intact",
            ],
        )

    def test_a_scenario_whose_figure_has_no_headline_prints_what_all_do(self) -> None:
        lines, _ = self.printed("wifi-3g", mptcp={"goodput_mbps": "9.05", "intact": "1", "stall_ms": "7"})
        self.assertEqual(lines[:2], ["transport  goodput    bytes", "mptcp      9.05 Mb/s  intact"])

    def test_cost_is_printed_and_in_the_json_result(self) -> None:
        header = "simulated_s,cpu_s,wall_s,cpu_s_per_simulated_s,wall_s_per_simulated_s,peak_memory_mib\n"
        self.write("mptcp/cost.csv", f"{header}2,9.5,10,4.75,5,26.5742\n")
        self.write("tcp/cost.csv", header)  # ended before it wrote the row
        row = {"goodput_mbps": "1426.19", "percent_of_optimal": "94.284295", "jain_index": "0.995496668"}
        lines, fields = self.printed("datacenter", mptcp=row, tcp=row)
        self.assertEqual(lines[0], "transport  goodput       percent of optimal  jain index  exit state")
        self.assertEqual(lines[1], "mptcp      1426.19 Mb/s  94.28               0.9955      completed")
        costs = [line for line in lines if line.startswith("cost")]
        said = "4.75 s of CPU time per simulated second, peak memory 26.57 MiB"
        self.assertEqual(costs, [f"cost     mptcp: {said}"])
        self.assertEqual(
            fields["runs"][0]["cost"],
            {
                "simulatedSeconds": 2,
                "cpuSeconds": 9.5,
                "wallSeconds": 10,
                "cpuSecondsPerSimulatedSecond": 4.75,
                "wallSecondsPerSimulatedSecond": 5,
                "peakMemoryMebibytes": 26.5742,
            },
        )
        self.assertNotIn("cost", fields["runs"][1])

    def test_figures_of_a_scenario_without_a_goodput(self) -> None:
        entry = {"transport": "", "flow1PacketsPerSecond": 812.123, "exitState": "completed", "wallTimeSeconds": 2}
        shown = results.figures([entry]).splitlines()
        self.assertEqual(shown[1].split(), ["flow1PacketsPerSecond", "812.1"])
        self.assertEqual(shown[2].split(), ["exit", "state", "completed"])
        self.assertEqual(len(shown), 3)

    def test_newest_run_of_a_scenario(self) -> None:
        self.write("results/wifi-3g/1/manifest.json", "{}")
        self.write("results/wifi-3g/2/manifest.json", "{}")
        found = results.find_run(self.folder / "results", "wifi-3g")
        self.assertEqual(found.parent.name, "wifi-3g")
        with self.assertRaisesRegex(UsageError, "did you mean wifi-3g"):
            results.find_run(self.folder / "results", "wifi3g")


class RunningPrograms(unittest.TestCase):
    """A small Python program stands in for a scenario."""

    def setUp(self) -> None:
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = Path(self.temporary.name) / "run"
        self.program = Path(self.temporary.name) / "program"
        self.stderr, sys.stderr = sys.stderr, io.StringIO()

    def tearDown(self) -> None:
        sys.stderr = self.stderr

    def execute(self, body: str) -> list[runner.TransportRun]:
        self.program.write_text(f"#!/usr/bin/python3\nimport os, sys\n{body}\n")
        self.program.chmod(0o755)
        runs = runner.plan(self.program, self.folder, ["mptcp", "tcp-wifi"], {"rcvBuf": "2MB"})
        runner.execute(runs, "program")
        return runs

    def test_each_transport_writes_into_its_own_folder(self) -> None:
        runs = self.execute("open('arguments', 'w').write(' '.join(sys.argv[1:]))")
        self.assertEqual([run.exit_state for run in runs], ["completed", "completed"])
        self.assertEqual(
            (self.folder / "mptcp" / "arguments").read_text(),
            f"--transport=mptcp --output={self.folder / 'mptcp'} --rcvBuf=2MB --progress",
        )

    def test_bad_input_becomes_a_usage_error(self) -> None:
        with self.assertRaisesRegex(UsageError, "no such scheduler"):
            self.execute("print('no such scheduler', file=sys.stderr); sys.exit(2)")

    def test_a_crash_is_named_and_does_not_hurt_the_other_run(self) -> None:
        runs = self.execute("'--transport=mptcp' in sys.argv and os.abort()")
        self.assertEqual([run.exit_state for run in runs], ["killed by SIGABRT", "completed"])
        manifest = runner.run_manifest(runs, ["./mptcp"], "now", 1.5)
        self.assertEqual(manifest["exitState"], "failed")

    def test_progress_lines_are_no_messages(self) -> None:
        runs = self.execute("print('progress 0.5\\nwarning', file=sys.stderr)")
        self.assertEqual(runs[0].messages, ["warning"])
        self.assertEqual(runner.progress_of("progress 0.350\n"), 0.35)
        self.assertIsNone(runner.progress_of("progressing"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class ProgressLine(unittest.TestCase):
    def test_no_control_characters_where_there_is_no_terminal(self) -> None:
        stream = io.StringIO()
        line = progress.Progress("run", stream=stream, plain_interval_s=-1.0)
        line.update(0.25, "mptcp 25 %")
        line.close()
        self.assertEqual(stream.getvalue(), "run  [######------------------]   25 %  mptcp 25 %\n")
        self.assertNotIn("\r", stream.getvalue())
        self.assertNotIn("\x1b", stream.getvalue())

    def test_a_terminal_that_cannot_go_back_gets_plain_lines(self) -> None:
        stream = Terminal()
        with mock.patch.dict(os.environ, {"TERM": "dumb"}):
            line = progress.Progress("run", stream=stream)
            for percent in range(100):  # the first line comes after ten seconds
                line.update(percent / 100)
            line.close()
            self.assertEqual(stream.getvalue(), "")
            line = progress.Progress("run", stream=stream, plain_interval_s=-1.0)
            line.update(0.25)
            line.close()
        self.assertEqual(stream.getvalue(), "run  [######------------------]   25 %\n")

    def test_the_live_line_has_no_escape_sequences_and_leaves_nothing(self) -> None:
        stream = Terminal()
        with mock.patch.dict(os.environ, {"TERM": "xterm", "COLUMNS": "60"}):
            line = progress.Progress("run", stream=stream)
            line.update(0.25, "a detail that is longer than the line")
            line.update(0.5)  # too early to be shown
            line._last -= 1
            line.update(0.75)
            line.close()
        self.assertNotIn("\x1b", stream.getvalue())
        self.assertNotIn("\n", stream.getvalue())
        drawn = stream.getvalue().split("\r")
        self.assertEqual([len(each) for each in drawn], [0, 59, 59, 59, 0])
        self.assertEqual(drawn[2].rstrip(), "run  [##################------]   75 %")
        self.assertEqual(drawn[3].strip(), "")

    def test_time_left(self) -> None:
        self.assertEqual(progress.remaining(30.0, 0.25), "1:30 left")
        self.assertEqual(progress.remaining(0.5, 0.25), "")


class Benchmark(unittest.TestCase):
    def test_ratio_is_the_median_of_the_rounds(self) -> None:
        times = bench.CpuTimes()
        for mode, values in {
            "two-path-mptcp": [1.2, 2.6, 1.1],
            "two-path-tcp": [1.0, 2.0, 1.0],
            "single-mptcp": [1.0, 1.0, 1.0],
            "single-tcp": [1.0, 1.0, 1.0],
        }.items():
            for value in values:
                times.add(mode, value)
        per_segment = {"two-path-mptcp": 150e3, "two-path-tcp": 120e3, "single-mptcp": 1, "single-tcp": 1}
        report = bench.report(times, 1000, per_segment)
        self.assertEqual(report["twoPathCpuRatio"], 1.2)
        self.assertEqual((report["twoPathCpuRatioMin"], report["twoPathCpuRatioMax"]), (1.1, 1.3))
        self.assertEqual(report["singlePathCpuRatio"], 1.0)
        self.assertEqual(report["twoPathInstructionRatio"], 1.25)
        self.assertEqual(report["runCount"], 3)

    def test_instructions_per_segment_leave_startup_out(self) -> None:
        def measure(binary: Path, mode: str, size: int) -> tuple[float, dict[str, int]]:
            return 5e6 + 100 * size, {"segmentsDelivered": size // 1000}

        cost = bench.instructions_per_segment(Path("x"), "single-tcp", (1000, 4000), measure)
        self.assertEqual(cost, 100_000)

    def test_damaged_transfer_is_refused(self) -> None:
        with self.assertRaises(DriverError):
            bench.parse_result("single-tcp", '{"intact": false}')


class Building(unittest.TestCase):
    def test_only_failures_are_shown(self) -> None:
        output = "[1/3] Building a\n[2/3] Building b\nFAILED: b\nb.cc:1: error: no\n"
        self.assertEqual(build.failures(output), "FAILED: b\nb.cc:1: error: no")

    def test_a_moved_folder_is_noticed(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertIsNone(build.configured_for(Path(folder)))
            (Path(folder) / "CMakeCache.txt").write_text("CMAKE_HOME_DIRECTORY:INTERNAL=/elsewhere\n")
            self.assertEqual(build.configured_for(Path(folder)), Path("/elsewhere"))


class Tree(unittest.TestCase):
    """The tree that these tests lie in."""

    def setUp(self) -> None:
        self.project = Project(Path(__file__).resolve().parents[2])

    def test_package_list_can_be_read(self) -> None:
        names = packages.read_list(self.project.package_list)
        self.assertIn("libns3-dev", names)
        self.assertEqual(len(names), len(set(names)))

    def test_the_first_figure_belongs_to_a_scenario(self) -> None:
        self.assertIn("wifi-3g", self.project.scenario_names())


class TestReports(unittest.TestCase):
    GOOGLE_TEST = """<testsuites tests="3" failures="1">
      <testsuite name="Codec">
        <testcase name="Good" status="run" classname="Codec" />
        <testcase name="Bad" status="run" classname="Codec"><failure message="no" /></testcase>
        <testcase name="Off" status="notrun" classname="Codec" />
      </testsuite></testsuites>"""

    def read(self, text: str) -> dict[str, object]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.xml"
            path.write_text(text)
            return checks.read_gtest_report(path)

    def test_names_are_those_of_ctest(self) -> None:
        expected = {"total": 3, "passed": 1, "failed": ["core.Codec.Bad"], "skipped": ["core.Codec.Off"]}
        expected["skipReasons"] = {"core.Codec.Off": "switched off"}
        self.assertEqual(self.read(self.GOOGLE_TEST), expected)

    SKIPPED = """<testsuite>
      <testcase name="interop.A" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
        <system-out>[ RUN      ] A
/somewhere/a-test.cc:37: Skipped
no right to make network namespaces (not root)
[  SKIPPED ] A (2 ms)
</system-out></testcase>
      <testcase name="interop.B" status="disabled"/>
      <testcase name="interop.C" status="run"/></testsuite>"""

    def test_what_is_skipped_says_why(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ctest.xml"
            path.write_text(self.SKIPPED)
            found = checks.read_report(path)
        reasons = {
            "interop.A": "no right to make network namespaces (not root)",
            "interop.B": "no reason given",
        }
        self.assertEqual(found["skipReasons"], reasons)
        self.assertEqual([found["total"], found["passed"], found["skipped"]], [3, 1, list(reasons)])

    def test_skips_are_shown_and_may_be_refused(self) -> None:
        reasons = {"a": "not root", "b": "not root"}
        tests = {"total": 3, "passed": 1, "failed": [], "skipped": ["a", "b"], "skipReasons": reasons, "repeated": {}}
        fields = {"tests": tests, "wallTimeSeconds": 60.0}
        with mock.patch("sys.stdout", io.StringIO()) as shown:
            self.assertEqual(commands._verdict(fields, may_skip=True).status, 0)
            self.assertEqual(commands._verdict(fields, may_skip=False).status, 1)
        self.assertIn("SKIPPED  2 tests: not root\n", shown.getvalue())
        self.assertIn("1 of 3 tests passed, 2 skipped", shown.getvalue())

    def test_a_core_test_that_skips_itself_has_not_passed(self) -> None:
        skipped = """<testsuites><testsuite name="Purity">
          <testcase name="Headers" status="run" result="skipped" classname="Purity">
            <skipped message="a-test.cc:102&#x0A;sources cannot be found&#x0A;" /></testcase>
          </testsuite></testsuites>"""
        found = self.read(skipped)
        self.assertEqual(found["passed"], 0)
        self.assertEqual(found["skipReasons"], {"core.Purity.Headers": "sources cannot be found"})

    def test_no_report_is_no_test(self) -> None:
        self.assertEqual(checks.read_gtest_report(Path("/nonexistent/report.xml"))["total"], 0)

    def test_what_is_late_is_tried_again_and_named(self) -> None:
        asked = []

        def run(pattern: str | None) -> dict:
            asked.append(pattern)
            failed = [["late", "wr(ong"], ["wr(ong"], ["wr(ong"]][len(asked) - 1]
            total = [3, 2, 1][len(asked) - 1]
            return {"total": total, "passed": total - len(failed), "failed": failed, "skipped": [], "skipReasons": {}}

        found = checks.until_passed(run, None)
        self.assertEqual(asked, [None, r"^(late|wr\(ong)$", r"^(wr\(ong)$"])
        self.assertEqual([found["total"], found["passed"], found["failed"]], [3, 2, ["wr(ong"]])
        self.assertEqual(found["repeated"], {"late": 2, "wr(ong": 3})

    def test_parts_add_up(self) -> None:
        one = {"total": 3, "passed": 1, "failed": ["a"], "skipped": ["b"], "skipReasons": {"b": "no"}}
        two = {"total": 2, "passed": 1, "failed": ["c"], "skipped": [], "skipReasons": {}, "repeated": {"c": 3}}
        whole = {
            "total": 5,
            "passed": 2,
            "failed": ["a", "c"],
            "skipped": ["b"],
            "skipReasons": {"b": "no"},
            "repeated": {"c": 3},
        }
        self.assertEqual(checks.together([one, two]), whole)


class Fuzzing(unittest.TestCase):
    LOG = (
        "INFO: Seed: 448362189\n",
        "#2\tINITED cov: 12 ft: 13 corp: 1/1b exec/s: 0 rss: 31Mb\n",
        "\tNEW_FUNC[1/1]: 0x7f4e mptcp::Parse\n",
        "#4096\tpulse  cov: 575 ft: 781 corp: 44/448b lim: 64 exec/s: 2048 rss: 535Mb\n",
        "option-codec.cc:12:3: runtime error: shift exponent 64 is too large\n",
        "Test unit written to ./crash-00\n",
        "stat::number_of_executed_units: 5001\n",
    )

    def test_progress_and_result_are_read_from_the_log(self) -> None:
        fuzzer = fuzz.Fuzzer("fuzz-option-parser")
        for line in self.LOG[:4]:
            fuzzer.read(line)
        self.assertEqual((fuzzer.executions, fuzzer.coverage), (4096, 575))
        for line in self.LOG[4:]:
            fuzzer.read(line)
        self.assertEqual((fuzzer.executions, fuzzer.coverage), (5001, 575))

    def test_report_leaves_out_the_way_to_the_finding(self) -> None:
        fuzzer = fuzz.Fuzzer("fuzz-option-parser", log=list(self.LOG))
        self.assertEqual(fuzzer.report(), "".join(self.LOG[4:]))

    def test_committed_corpus_comes_last_so_that_nothing_is_written_there(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            words = fuzz.command(Project(Path(folder)), "fuzz-connection", 7)
        self.assertIn("-max_total_time=7", words)
        self.assertEqual(words[-2], f"{folder}/build/fuzz/corpus/fuzz-connection")
        self.assertEqual(words[-1], f"{folder}/test/fuzz/corpus/connection")

    def test_every_target_is_run(self) -> None:
        folder = Path(__file__).parents[2] / "test" / "fuzz"
        targets = {p.stem for p in folder.glob("fuzz-*.cc") if "LLVMFuzzerTestOneInput" in p.read_text()}
        self.assertEqual(set(fuzz.INPUT_BYTES), targets)

    def test_a_missing_compiler_is_named(self) -> None:
        with mock.patch.dict(os.environ, {"PATH": "/nonexistent"}):
            with self.assertRaisesRegex(DriverError, "no clang.*packages-fuzz.txt"):
                fuzz.ensure_compiler()

    def test_filter_and_fuzzing_exclude_each_other(self) -> None:
        self.assertEqual(cli.main(Path("/nonexistent"), ["test", "codec", "--fuzz"]), 2)


if __name__ == "__main__":
    unittest.main()
