# SPDX-License-Identifier: GPL-2.0-only
"""Runs whose summary.csv has several rows, as one for each scheduler: all are kept, drawn, and looked at for damage."""

from __future__ import annotations

import csv
import os
import tempfile
import unittest
from pathlib import Path

import pandas as pd
from mptcp_sweep import reading, rows, tables
from support.sweeps import ROOT, SweepTest, skip_visibly

SCENARIOS = Path(os.environ.get("MPTCP_SCENARIOS", ROOT / "build" / "release" / "scenarios"))


class SeveralRows(SweepTest):
    def rows_plan(self, rows: str = "redundant,ecf,min-rtt", more: str = "", fixed: str = "") -> Path:
        return self.plan(f'runs = 3\n{more}[axes]\nsize = [1, 2]\n[fixed]\nrows = "{rows}"\n{fixed}')

    def csv(self, name: str) -> list[dict[str, str]]:
        with open(self.study / name, newline="") as lines:
            return list(csv.DictReader(lines))

    def test_every_row_is_kept_shown_and_drawn(self) -> None:
        done = self.sweep(self.rows_plan(), plots=True)
        found = self.rows("SELECT name, value FROM runs JOIN figures USING (key) WHERE point LIKE '%2%' AND run = 1")
        wanted = {"redundant.goodput_mbps": 20.001, "ecf.goodput_mbps": 120.001, "min-rtt.goodput_mbps": 220.001}
        self.assertEqual({name: value for name, value in found if name.endswith("mbps")}, wanted)
        self.assertEqual(dict(found)["ecf.path"], "WiFi")
        of_run = {name: float(text) for name, text in self.csv("runs.csv")[1].items() if name.endswith("mbps")}
        self.assertEqual(of_run, wanted)
        # One series for each row, named after the column by which they differ.
        table = self.csv("figures/goodput_mbps.csv")
        drawn = [(row["size"], row["transport"], row["mean"], row["runs"]) for row in table]
        names = ("redundant", "ecf", "min-rtt")
        means = [(f"{s}", name, f"{10 * s + 100 * i}.002", "3") for s in (1, 2) for i, name in enumerate(names)]
        self.assertEqual(drawn, means)
        for name, mean in zip(names, ("20", "120", "220")):
            self.assertRegex(done.stdout, rf"(?m)^2 +{name} +{mean} ± ")
        self.driver("report", self.study)
        page = (self.study / "report.html").read_text()
        self.assertRegex(page, '<td>2</td><td>min-rtt</td><td class="number">220 ± ')

    def test_damage_in_a_later_row_fails_the_run(self) -> None:
        done = self.sweep(self.rows_plan("redundant,ecf", fixed='behaviour = "damage"\n'), status=1)
        self.assertEqual(self.states(), {"failed": 6})
        self.assertIn("size=1, run 1: delivered damaged payload in row ecf", done.stdout)

    def test_rows_that_cannot_be_told_apart_fail_the_run(self) -> None:
        done = self.sweep(self.rows_plan("ecf,blest,ecf"), status=1)
        self.assertIn("summary.csv has two rows ecf; a column of text has to tell them apart", done.stdout)
        self.assertEqual(self.states(), {"failed": 6})

    def test_a_metric_of_one_row_and_of_all(self) -> None:
        metrics = 'metrics = ["ecf.goodput_mbps", "goodput_mbps", "min-rtt.goodput_mbps"]\n'
        self.sweep(self.rows_plan(more=metrics), plots=True)
        self.assertEqual([row["mean"] for row in self.csv("figures/ecf.goodput_mbps.csv")], ["110.002", "120.002"])
        self.assertEqual([row["mean"] for row in self.csv("figures/min-rtt.goodput_mbps.csv")], ["210.002", "220.002"])
        self.assertEqual(len(self.csv("figures/goodput_mbps.csv")), 6)
        for name in ("ecf.goodput_mbps", "goodput_mbps", "min-rtt.goodput_mbps"):
            for kind in ("png", "svg"):
                self.assertTrue((self.study / "figures" / f"{name}.{kind}").exists(), name)
        self.driver("report", self.study)
        page = (self.study / "report.html").read_text()
        self.assertIn("<h2>Goodput of ecf (Mb/s)</h2>", page)
        self.assertIn('download="ecf.goodput_mbps.csv"', page)

    def test_an_unknown_metric_is_answered_with_those_that_exist(self) -> None:
        done = self.sweep(self.rows_plan(more='metrics = ["goodput"]\n'), status=2, plots=True)
        self.assertRegex(done.stderr, "line 3: summary.csv has no column goodput; did you mean goodput_mbps")
        self.assertIn(
            "It has transport, goodput_mbps, path, intact, of the rows redundant, ecf, min-rtt; "
            "redundant.goodput_mbps is that of one row",
            done.stderr,
        )

    def test_a_matrix_has_a_panel_for_each_row(self) -> None:
        text = 'runs = 2\nview = "matrix"\n[axes]\nsize = [1, 2]\nrate = [3, 4]\n[fixed]\nrows = "redundant,ecf"\n'
        self.sweep(self.plan(text), plots=True)
        drawn = [(row["size"], row["rate"], row["transport"]) for row in self.csv("figures/goodput_mbps.csv")]
        self.assertEqual(drawn, [(s, r, t) for s in "12" for r in "34" for t in ("redundant", "ecf")])
        self.driver("report", self.study)

    def test_a_label_cannot_lead_out_of_the_folder(self) -> None:
        metrics = 'metrics = ["../../x.goodput_mbps", "a b.goodput_mbps"]\n'
        self.sweep(self.rows_plan("../../x,a b", more=metrics), plots=True)
        names = sorted(path.name for path in (self.study / "figures").glob("*.csv"))
        self.assertEqual(names, ["_.._x.goodput_mbps.csv", "a_b.goodput_mbps.csv"])

    def test_one_row_in_some_runs_and_several_in_others(self) -> None:
        self.sweep(self.plan('runs = 1\n[axes]\nrows = ["tcp", "redundant,ecf"]\n'), plots=True)
        drawn = [(row["rows"], row["transport"], row["mean"]) for row in self.csv("figures/goodput_mbps.csv")]
        several = [("redundant,ecf", "redundant", "10.001"), ("redundant,ecf", "ecf", "110.001")]
        self.assertEqual(drawn, [("tcp", "only row", "10.001"), *several])


class Names(unittest.TestCase):
    """Of rows as the scenarios write them, and as others may."""

    def labels(self, text: str) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "summary.csv"
            path.write_text(text)
            return rows.labels(rows.read(path))

    def test_a_row_is_called_by_the_first_texts_that_tell_it_from_others(self) -> None:
        self.assertEqual(self.labels("x,transport\n1,tcp\n"), [""])
        self.assertEqual(self.labels("x,transport,path\n1,tcp,WiFi\n2,mptcp,3G\n"), ["tcp", "mptcp"])
        several = "model,filters,protocol,x\nweak,off,tcp,1\nweak,off,mptcp,2\nstrong,off,tcp,3\n"
        self.assertEqual(self.labels(several), ["weak.tcp", "weak.mptcp", "strong.tcp"])
        # What a row does not have cannot be its name.
        self.assertEqual(self.labels("path,mode\nWiFi,full\n,backup\n"), ["full", "backup"])

    def test_numbers_tell_no_rows_apart(self) -> None:
        with self.assertRaisesRegex(ValueError, "summary.csv has 2 rows; a column of text"):
            self.labels("flows,x_mbps\n1,5.1\n2,5.2\n")

    def test_two_figures_never_share_a_name(self) -> None:
        with self.assertRaisesRegex(ValueError, "two figures a.b.c"):
            rows.figures([{"b.c": "1"}, {"c": "2"}], ["a", "a.b"])


def measured(scenario: str, columns: dict[str, list[object]]) -> list[str]:
    of = reading.from_words(scenario, ["size=1,2"], {"runs": 1})
    return tables.metrics(of, pd.DataFrame({"size": ["1", "2"], "run": [1, 1], **columns}))


class UsualMetric(unittest.TestCase):
    def test_is_what_the_scenario_asks_for(self) -> None:
        of_both = {"goodput_mbps": [1.0, 1.0], "stall_ms": [5.0, 6.0], "percent_of_optimal": [50.0, 60.0]}
        self.assertEqual(measured("handover", of_both), ["stall_ms"])
        self.assertEqual(measured("datacenter", of_both), ["percent_of_optimal"])
        self.assertEqual(measured("my-program", of_both), ["goodput_mbps"])

    def test_is_one_that_all_runs_have(self) -> None:
        """Without a TCP beside there is no ratio to it."""
        partly = {"ratio_to_tcp_beside": [float("nan"), 2.0], "goodput_mbps": [1.0, 2.0]}
        self.assertEqual(measured("dual-homed", partly), ["goodput_mbps"])
        self.assertEqual(measured("dual-homed", {**partly, "ratio_to_tcp_beside": [1.0, 2.0]}), ["ratio_to_tcp_beside"])

    def test_is_that_of_all_rows(self) -> None:
        self.assertEqual(measured("my-program", {"a.x_ms": [1.0, 2.0], "b.x_ms": [1.0, 2.0]}), ["x_ms"])
        columns = {"tcp.goodput_mbps": [1.0, 1.0], "tcp.delay_p50_ms": [1.0, 1.0], "ecf.delay_p50_ms": [1.0, 1.0]}
        self.assertEqual(measured("app-limited", columns), ["delay_p50_ms"])

    def test_a_dot_in_a_column_of_one_row_is_part_of_its_name(self) -> None:
        self.assertEqual(measured("my-program", {"delay_p99.9_ms": [1.0, 2.0]}), ["delay_p99.9_ms"])
        self.assertEqual(tables.metric_label("ecf.delay_p99.9_ms"), "Delay p99.9 of ecf (ms)")


class OfAScenario(SweepTest):
    def test_delays_of_each_scheduler(self) -> None:
        if not (SCENARIOS / "app-limited").exists():
            skip_visibly(__file__, f"there is no app-limited in {SCENARIOS}")
        plan = self.folder / "delays.toml"
        plan.write_text(
            f'program = "{SCENARIOS / "app-limited"}"\nruns = 2\n[axes]\nloss1 = [0.01, 0.03]\n'
            '[fixed]\nschedulers = "redundant,ecf,min-rtt"\nduration = "2s"\n'
        )
        self.sweep(plan, plots=True)
        drawn = pd.read_csv(self.study / "figures" / "delay_p50_ms.csv", dtype=str)
        wanted = [(loss, name) for loss in ("0.01", "0.03") for name in ("redundant", "ecf", "min-rtt")]
        self.assertEqual(list(zip(drawn["loss1"], drawn["scheduler"])), wanted)
        for (key,) in self.rows("SELECT key FROM runs"):
            with open(self.study / "runs" / "app-limited" / key / "summary.csv", newline="") as lines:
                told = {(f"{r['scheduler']}.delay_p50_ms", float(r["delay_p50_ms"])) for r in csv.DictReader(lines)}
            kept = self.rows(f"SELECT name, value FROM figures WHERE key = '{key}' AND name LIKE '%.delay_p50_ms'")
            self.assertEqual(set(kept), told)


if __name__ == "__main__":
    unittest.main()
