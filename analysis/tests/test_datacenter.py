# SPDX-License-Identifier: GPL-2.0-only
"""The scenario datacenter, run for a moment; its figure; and what its studies compute, on values by hand."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import pandas as pd

from mptcp_analysis import store
from mptcp_analysis.figures import datacenter as figure
from mptcp_driver import results
from mptcp_validation import study
from mptcp_validation.studies import datacenter, datacenter_cost, datacenter_small, datacenter_topologies

from support.sweeps import skip_visibly

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = Path(os.environ.get("MPTCP_SCENARIOS", ROOT / "build" / "release" / "scenarios"))
PROGRAM = SCENARIOS / "datacenter"
HOSTS = 16  # of a FatTree with k = 4


class Scenario(unittest.TestCase):
    def setUp(self) -> None:
        if not PROGRAM.exists():
            skip_visibly(__file__, f"there is no datacenter in {SCENARIOS}")
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def run_program(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(PROGRAM), f"--output={self.folder / name}", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip

    def test_switches_and_routers_give_the_same_run(self) -> None:
        short = ("--transport=tcp", "--windowStart=0.02s", "--duration=0.15s", "--queue=30")
        for forwarding in ("switch", "router"):
            done = self.run_program(forwarding, f"--forwarding={forwarding}", *short)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("cost per simulated second: ", done.stderr)
        for table in ("flows.csv", "links.csv", "summary.csv", "samples.csv"):
            texts = [(self.folder / name / table).read_text() for name in ("switch", "router")]
            self.assertEqual(*texts, msg=table)
        links = pd.read_csv(self.folder / "switch" / "links.csv")
        self.assertGreater(links["dropped"].sum(), 0)
        self.assertEqual(len(links), 2 * 48)

    def test_summary_says_what_the_tables_say(self) -> None:
        arguments = ("--shortShare=0.25", "--shortEvery=50ms", "--windowStart=0.1s", "--duration=0.3s")
        done = self.run_program("run", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        folder = self.folder / "run"
        row = results.summary_as_json(results.read_csv(folder / "summary.csv")[0])
        flows = pd.read_csv(folder / "flows.csv")
        shorts = pd.read_csv(folder / "short-flows.csv")
        self.assertEqual(len(flows), HOSTS * 3 // 4)
        self.assertEqual(list(flows["rank"]), list(range(1, len(flows) + 1)))
        self.assertTrue(flows["percent_of_optimal"].is_monotonic_decreasing)
        # Each host sends once and receives once, so all optima are the same.
        self.assertAlmostEqual(row["percentOfOptimal"], flows["percent_of_optimal"].mean(), places=2)
        self.assertAlmostEqual(row["worstFlowPercent"], flows["percent_of_optimal"].min(), places=2)
        shares = flows["percent_of_optimal"]
        self.assertAlmostEqual(row["jainIndex"], shares.sum() ** 2 / (len(shares) * (shares**2).sum()), places=3)
        # 1420 bytes of payload in 1502 on the link.
        self.assertAlmostEqual(row["senderMbps"], flows["goodput_mbps"].mean() * 1502 / 1420, places=2)
        self.assertEqual(row["shortFlowsDue"], len(shorts))
        self.assertEqual(row["shortFlows"], shorts["completion_ms"].notna().sum())
        self.assertGreater(row["shortFlows"], 0)
        self.assertEqual(len(pd.read_csv(folder / "flow-rates.csv")), 0)  # no whole second
        cost = pd.read_csv(folder / "cost.csv").iloc[0]
        self.assertAlmostEqual(cost["cpu_s_per_simulated_s"], cost["cpu_s"] / 0.3, places=1)
        run = store.load(folder)
        table = figure.prepare(run)
        self.assertEqual(set(table["panel"]), {"flows", "host", "aggregation", "core"})
        drawn = figure.draw(table, figure.caption(run))
        self.assertEqual(len(drawn.axes), 4)

    def test_short_flows_that_never_finish_took_no_time_and_not_0_ms(self) -> None:
        short = ("--transport=tcp", "--windowStart=0.1s", "--duration=0.3s")
        times = {f"short_flow_{name}_ms": "" for name in ("mean", "p50", "p95", "p99")}
        for name, due, *arguments in (
            ("unfinished", "17", "--shortShare=0.5", "--shortBytes=100000000"),
            ("none", "0"),
        ):
            done = self.run_program(name, *short, *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
            row = results.read_csv(self.folder / name / "summary.csv")[0]
            self.assertEqual((row["short_flows"], row["short_flows_due"]), ("0", due))
            self.assertEqual({column: row[column] for column in times}, times)
            self.assertNotIn("shortFlowMeanMilliseconds", results.summary_as_json(row))

    def test_rates_of_each_second_are_those_of_the_whole(self) -> None:
        arguments = ("--transport=tcp", "--rate=5Mb/s", "--windowStart=1s", "--duration=3s")
        done = self.run_program("run", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        flows = pd.read_csv(self.folder / "run" / "flows.csv")
        rates = pd.read_csv(self.folder / "run" / "flow-rates.csv")
        self.assertEqual(sorted(rates["time_s"].unique()), [1, 2, 3])
        window = rates[rates["time_s"] > 1].groupby(["source", "destination"])["goodput_mbps"].mean()
        self.assertEqual(len(window), HOSTS)
        for flow in flows.itertuples():
            self.assertAlmostEqual(window[(flow.source, flow.destination)], flow.goodput_mbps, places=3)

    def test_distinct_paths_carry_more_than_drawn_ones(self) -> None:
        found = {}
        for choice in ("distinct", "random"):
            done = self.run_program(choice, f"--pathChoice={choice}", "--subflows=4", "--duration=2s")
            self.assertEqual(done.returncode, 0, done.stderr)
            found[choice] = pd.read_csv(self.folder / choice / "summary.csv").iloc[0]["percent_of_optimal"]
        self.assertGreater(found["distinct"], found["random"] + 4)

    def test_memory_is_that_of_the_program_and_not_of_what_starts_it(self) -> None:
        held = b"x" * (200 << 20)
        done = self.run_program("memory", "--duration=0.2s", "--windowStart=0.1s")
        self.assertEqual(done.returncode, 0, done.stderr)
        peak_mib = pd.read_csv(self.folder / "memory" / "cost.csv").iloc[0]["peak_memory_mib"]
        self.assertLess(peak_mib, 200)
        del held
        self.assertGreater(peak_mib, 5)

    def test_order_of_events_does_not_depend_on_where_they_wait(self) -> None:
        for waiting in ("PriorityQueue", "Map"):
            arguments = (f"--SchedulerType=ns3::{waiting}Scheduler", "--windowStart=0.05s", "--duration=0.2s")
            self.assertEqual(self.run_program(waiting, *arguments).returncode, 0)
        for table in ("flows.csv", "links.csv", "summary.csv", "samples.csv"):
            texts = [(self.folder / name / table).read_text() for name in ("PriorityQueue", "Map")]
            self.assertEqual(*texts, msg=table)

    def test_smallest_buffers_carry_data(self) -> None:
        tcp = ("--transport=tcp", "--flowsPerPair=8")
        for name, *arguments in (("one", "--buffer=1420"), ("eight", *tcp, "--buffer=11584")):
            done = self.run_program(name, *arguments, "--windowStart=0.2s", "--duration=0.5s")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertGreater(pd.read_csv(self.folder / name / "summary.csv").iloc[0]["worst_flow_percent"], 0)
        done = self.run_program("refused", *tcp, "--buffer=11583")
        self.assertEqual(done.returncode, 2)
        self.assertIn("lower --flowsPerPair", done.stderr)

    def test_window_of_a_short_run_is_its_second_half(self) -> None:
        for duration, given, start in (
            ("0.2s", (), "0.1s"),
            ("2s", (), "1s"),
            ("2.2s", (), "1s"),
            ("0.2s", ("--windowStart=0.05s",), "0.05s"),
        ):
            folder = f"{duration}{len(given)}"
            arguments = ("--k=2", "--rate=5Mb/s", f"--duration={duration}", *given)
            done = self.run_program(folder, *arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
            manifest = json.loads((self.folder / folder / "manifest.json").read_text())
            self.assertEqual(manifest["parameters"]["windowStart"], start)
            counted_s = float(results.read_csv(self.folder / folder / "summary.csv")[0]["duration_s"])
            self.assertAlmostEqual(counted_s, float(duration[:-1]) - float(start[:-1]))
        refused = self.run_program("refused", "--duration=1s", "--windowStart=1s")
        self.assertEqual(refused.returncode, 2)

    def test_refuses_what_makes_no_sense(self) -> None:
        for argument, words in (
            ("--k=5", "even"),
            ("--topology=torus", "fattree"),
            ("--subflows=9", "1 to 8"),
            ("--flowsPerPair=2", "--transport=tcp"),
            ("--rate=fast", "100Mb/s"),
            ("--windowStart=3s", "--duration"),
            ("--buffer=1k", "room for a segment"),
        ):
            done = self.run_program("refused", argument)
            self.assertEqual(done.returncode, 2, argument)
            self.assertIn(words, done.stderr)


def table(values: dict[str, dict[str, list[float]]]) -> pd.DataFrame:
    rows = []
    for case, quantities in values.items():
        for run in range(3):
            rows.append({"case": case, "run": run + 1, **{q: v[run] for q, v in quantities.items()}})
    return pd.DataFrame(rows)


def holding(lines: list[study.Line]) -> dict[str, bool]:
    return {line.name: line.holds for line in lines}


def fat_tree(**changes: float) -> pd.DataFrame:
    """A study whose every line holds, but for what is changed."""
    rates = {"tcp": 48.0, "tcp x 8": 86.0, "mptcp long": 93.0, "random ports": 55.0}
    rates.update({f"mptcp {count}": 40.0 + 6.0 * count for count in datacenter.SUBFLOWS})
    values = {}
    for case, rate in rates.items():
        rate = changes.get(case, rate)
        values[case] = {
            "percent_of_optimal": [rate - 0.1, rate, rate + 0.1],
            "worst_flow_percent": [changes.get("worst", 75.0)] * 3,
            "peak_memory_mib": [90.0] * 3,
            "rank_1": [rate] * 3,
            "rank_2": [rate / 2] * 3,
        }
    return table(values)


class FatTree(unittest.TestCase):
    def fallen(self, **changes: float) -> list[str]:
        return [name for name, holds in holding(datacenter.lines(fat_tree(**changes))).items() if not holds]

    def test_all_lines_can_hold(self) -> None:
        self.assertEqual(self.fallen(), [])

    def test_each_bound_is_looked_at(self) -> None:
        self.assertEqual(self.fallen(tcp=57.0), ["TCP, ECMP"])
        self.assertEqual(self.fallen(tcp=39.0), ["TCP, ECMP"])
        self.assertEqual(self.fallen(worst=69.0), ["8 subflows, steady, lowest flow"])
        self.assertEqual(self.fallen(**{"mptcp long": 89.0}), ["8 subflows, steady"])
        self.assertEqual(self.fallen(**{"mptcp 8": 85.9}), ["8 subflows, seconds 1 to 3"])

    def test_each_subflow_has_to_add_something(self) -> None:
        self.assertEqual(self.fallen(**{"mptcp 4": 57.0}), ["what subflow 4 adds"])

    def test_figure_has_all_numbers_of_subflows(self) -> None:
        runs = fat_tree()
        drawn = datacenter.draw(runs, datacenter.lines(runs))
        curve = drawn.axes[0].get_lines()[0]
        self.assertEqual(list(curve.get_xdata()), list(datacenter.SUBFLOWS))

    def test_one_run_has_a_figure_too(self) -> None:
        runs = fat_tree().query("run == 1")
        drawn = datacenter.draw(runs, datacenter.lines(runs))
        self.assertIn("no intervals", drawn.texts[-1].get_text())


class SmallFatTree(unittest.TestCase):
    def fallen(self, **changes: float) -> list[str]:
        return [name for name, holds in holding(datacenter_small.lines(fat_tree(**changes))).items() if not holds]

    def test_all_lines_can_hold(self) -> None:
        self.assertEqual(self.fallen(), [])

    def test_what_is_compared_can_fall(self) -> None:
        self.assertEqual(self.fallen(**{"mptcp 4": 57.0}), ["what subflow 4 adds"])
        self.assertEqual(self.fallen(tcp=89.0), ["8 subflows less TCP"])
        self.assertEqual(self.fallen(**{"random ports": 65.0}), ["distinct paths less random ones, 4 subflows"])

    def test_all_runs_are_of_the_smaller_tree(self) -> None:
        self.assertEqual({case.parameters["k"] for case in datacenter_small.cases()}, {"4"})

    def test_figure_shows_nothing_published(self) -> None:
        runs = fat_tree()
        drawn = datacenter_small.draw(runs, datacenter_small.lines(runs))
        labels = drawn.axes[0].get_legend_handles_labels()[1]
        self.assertEqual([label for label in labels if "published" in label], [])


def costs(**changes: float) -> pd.DataFrame:
    """The second of each pair takes 40 s; the first 44 s, switches 22 s."""
    values = {}
    for case in datacenter_cost.cases():
        usual = 40.0 if case.name.endswith("second") else 22.0 if "switches" in case.name else 44.0
        took = changes.get(case.name, usual)
        # A slow moment of the machine, in which both runs of the pair take twice as long.
        values[case.name] = {"cpu_s_per_simulated_s": [took, 2 * took, took], "peak_memory_mib": [70.0] * 3}
    return table(values)


class Cost(unittest.TestCase):
    def test_ratios_are_taken_within_a_seed(self) -> None:
        found = {line.name: line for line in datacenter_cost.lines(costs())}
        for pair, ratio in (("8 subflows over 8 TCP flows, k = 8", 1.1), ("switches over routers, k = 8, TCP", 0.55)):
            line = found[f"CPU, {pair}"]
            self.assertAlmostEqual(line.interval.mean, ratio)
            self.assertAlmostEqual(line.interval.half_width, 0.0)
            self.assertTrue(line.holds)

    def test_each_bound_is_looked_at(self) -> None:
        for pair in datacenter_cost.PAIRS:
            dear = 25.0 if "switches" in pair else 49.0
            fallen = holding(datacenter_cost.lines(costs(**{f"{pair}: first": dear})))
            self.assertEqual([name for name, holds in fallen.items() if not holds], [f"CPU, {pair}"])

    def test_pairs_differ_in_what_is_compared_alone(self) -> None:
        transport = {"transport", "subflows", "flowsPerPair"}
        for pair, (first, second, _) in datacenter_cost.PAIRS.items():
            differ = {name for name in {**first, **second} if first.get(name) != second.get(name)}
            self.assertEqual(differ, {"forwarding"} if "switches" in pair else transport)

    def test_runs_follow_one_another(self) -> None:
        self.assertEqual(datacenter_cost.JOBS, 1)


def topologies(**changes: float) -> pd.DataFrame:
    values = {}
    for which in datacenter_topologies.COMPARED:
        for index, transport in enumerate(("tcp", "mptcp")):
            name = f"{which[0]} {which[1]} {transport}"
            mean = changes.get(name, datacenter_topologies.PUBLISHED.get(which, (50.0, 90.0))[index])
            values[name] = {"sender_mbps": [mean - 0.1, mean, mean + 0.1]}
    return table(values)


class Topologies(unittest.TestCase):
    def test_the_published_order_holds_and_no_other(self) -> None:
        self.assertTrue(all(holding(datacenter_topologies.lines(topologies())).values()))
        found = holding(datacenter_topologies.lines(topologies(**{"BCube TP2 tcp": 260.0, "VL2 TP1 tcp": 95.0})))
        fallen = [name for name, holds in found.items() if not holds]
        self.assertEqual(fallen, ["BCube TP2: TCP less MPTCP", "VL2 TP1: MPTCP less TCP"])

    def test_figure_has_a_panel_for_each_topology(self) -> None:
        runs = topologies()
        drawn = datacenter_topologies.draw(runs, datacenter_topologies.lines(runs))
        one = runs.query("run == 1")
        self.assertEqual(len(datacenter_topologies.draw(one, datacenter_topologies.lines(one)).axes), 3)
        self.assertEqual([axes.get_title() for axes in drawn.axes], ["FatTree", "BCube", "VL2"])


if __name__ == "__main__":
    unittest.main()
