# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios that put a study's network, or its traffic, behind fewer options: they run the very same thing."""

from __future__ import annotations

import csv
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import pandas as pd
from mptcp_analysis import store
from mptcp_analysis.figures import app_limited, dual_homed, handover, resource_pooling
from mptcp_validation import registry

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = Path(os.environ.get("MPTCP_SCENARIOS", ROOT / "build" / "release" / "scenarios"))
SHORT = {"duration": "8s", "warmUp": "6s"}


class ScenarioTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_one(self, scenario: str, status: int = 0, **parameters: str) -> Path:
        folder = self.folder / f"{scenario}-{len(list(self.folder.iterdir()))}"
        words = [f"--{name}={value}" for name, value in parameters.items()]
        command = [str(SCENARIOS / scenario), *words, f"--output={folder}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.message = done.stderr
        self.assertEqual(done.returncode, status, done.stderr)
        return folder

    def rows(self, scenario: str, **parameters: str) -> list[dict[str, str]]:
        with open(self.run_one(scenario, **parameters) / "summary.csv", newline="") as handle:
            return list(csv.DictReader(handle))


class ResourcePooling(ScenarioTest):
    def test_networks_are_those_of_the_studies(self) -> None:
        cases = {("triangle", "red"): "lia-red", ("triangle", "drop-tail"): "lia-tail", ("chain", "red"): "lia"}
        cases |= {("chain", "drop-tail"): "coupled, drop-tail", ("torus", "red"): "lia"}
        for (topology, queue), name in cases.items():
            with self.subTest(topology=topology, queue=queue):
                case = next(case for case in registry.load(topology).cases() if case.name == name)
                control = case.parameters["congestionControl"]
                wanted = self.rows("flow-network", **{**case.parameters, **SHORT})[0]
                found = self.rows("resource-pooling", topology=topology, queue=queue, congestion=control, **SHORT)[0]
                self.assertEqual({key: found[key] for key in wanted}, wanted)

    def test_columns_and_figure(self) -> None:
        folder = self.run_one("resource-pooling", topology="chain", **SHORT)
        run = store.load(folder)
        row = run.summary.iloc[0]
        self.assertEqual([row[f"flow_{i}_published_mbps"] for i in (1, 2, 3)], [10.6, 10.6, 8.7])
        # Four users, links of twice the capacity, 12 kbit per packet.
        self.assertAlmostEqual(row["flow_1_mbps"], row["flow_1_packets_per_s"] * 4 / 2 * 0.012, places=6)
        rates = [row[f"flow_{i}_mbps"] for i in (1, 2, 3)]
        self.assertAlmostEqual(row["jain_index"], sum(rates) ** 2 / (3 * sum(rate**2 for rate in rates)), places=6)
        table = resource_pooling.prepare(run)
        self.assertEqual(list(table.loc[table["panel"] == "link", "value"]), [5, 12, 10, 3])
        figure = resource_pooling.draw(table, resource_pooling.caption(run))
        self.assertIn("C: 10 Mb/s", [text.get_text() for text in figure.axes[0].texts])

    def test_refuses_a_time_in_which_flows_only_start(self) -> None:
        self.run_one("resource-pooling", status=2, warmUp="1s")
        self.assertIn("--warmUp must be shorter than --duration", self.message)
        self.run_one("resource-pooling", status=2, topology="ring")
        self.assertIn("Possible: triangle chain torus", self.message)


class AppLimited(ScenarioTest):
    TRAFFIC = {"duration": "10s", "loss1": "0", "loss2": "0"}

    def test_a_row_per_scheduler_and_every_delay(self) -> None:
        folder = self.run_one("app-limited", schedulers="min-rtt,redundant,tcp", **self.TRAFFIC)
        run = store.load(folder)
        self.assertEqual(list(run.summary["scheduler"]), ["min-rtt", "redundant", "tcp"])
        self.assertTrue((run.summary["intact"] == 1).all())
        self.assertTrue((run.summary["chunks"] == 100).all() and (run.summary["chunks_due"] == 100).all())
        delays = store.delays(run)
        self.assertEqual(delays.groupby("scheduler").size().to_dict(), {"min-rtt": 100, "redundant": 100, "tcp": 100})
        # Half of 20 ms, and 10 kB in segments of 1420 at 8 Mb/s: no message is faster.
        self.assertGreater(delays["delay_ms"].min(), 20.0)
        median = delays[delays["scheduler"] == "tcp"]["delay_ms"].sort_values().iloc[49]
        self.assertAlmostEqual(run.summary.set_index("scheduler").loc["tcp", "delay_p50_ms"], median, places=2)
        table = app_limited.prepare(run)
        figure = app_limited.draw(table, app_limited.caption(run))
        self.assertEqual([label.get_text() for label in figure.axes[1].get_yticklabels()], ["min-rtt", "redundant", "tcp"])

    def test_the_same_messages_as_two_paths(self) -> None:
        traffic = {**self.TRAFFIC, "traffic": "messages", "chunkBytes": "10kB", "chunkInterval": "100ms", "minRto": "200ms"}
        paths = {"rate1": "8", "roundTrip1": "20ms", "queue1": "80kB", "rate2": "2", "roundTrip2": "150ms", "queue2": "500kB"}
        wanted = self.rows("two-paths", scheduler="ecf", **traffic, **paths)[0]
        found = self.rows("app-limited", schedulers="ecf", **traffic, **paths)[0]
        for name in ("delay_p50_ms", "delay_p95_ms"):
            self.assertEqual(found[name], wanted[name])

    def test_what_is_wrong_with_the_list_is_said(self) -> None:
        for words, reason in (("ecf,ecf", "'ecf' is there twice"), ("ecf,blast", "did you mean 'blest'")):
            self.run_one("app-limited", status=2, schedulers=words)
            self.assertIn(reason, self.message)


class DualHomed(ScenarioTest):
    def test_unequal_links_are_pooled(self) -> None:
        folder = self.run_one("dual-homed", a2="5", b2="5", duration="20s", warmUp="10s")
        run = store.load(folder)
        row = run.summary.iloc[0]
        self.assertEqual(sorted(row[f"subflow_{i}_path"] for i in range(1, 5)), ["A1-B1", "A1-B2", "A2-B1", "A2-B2"])
        self.assertGreater(row["goodput_mbps"], 0.9 * 15 * 1420 / 1500)
        self.assertLess(row["goodput_mbps"], 15 * 1420 / 1500 * 1.01)  # what the queues held when counting began
        samples = run.samples.assign(transport="mptcp")
        run = store.Run(folder, {**run.manifest, "runs": [{"transport": "mptcp", "entities": run.manifest["entities"]}]}, samples, run.summary)
        table = dual_homed.prepare(run)
        self.assertEqual(sorted(table["path"].unique()), ["A1-B1", "A1-B2", "A2-B1", "A2-B2"])
        dual_homed.draw(table, dual_homed.caption(run))

    def test_a_tcp_beside_needs_its_bottleneck(self) -> None:
        self.run_one("dual-homed", status=2, beside="inner")
        self.assertIn("add --innerMbps=10", self.message)


class Handover(ScenarioTest):
    def test_modes_one_beside_the_other(self) -> None:
        short = {"goneAt": "4s", "duration": "6s"}
        parts, rows, entities = [], [], []
        for mode in ("full", "backup", "single-path"):
            run = store.load(self.run_one("handover", transport=mode, **short))
            parts.append(run.samples.assign(transport=mode))
            rows.append(run.summary)
            entities.append({"transport": mode, "entities": run.manifest["entities"]})
        summary = pd.concat(rows, ignore_index=True).set_index("transport")
        self.assertTrue((summary["intact"] == 1).all())
        self.assertTrue((summary["received_bytes"] == summary["sent_bytes"]).all())
        self.assertTrue((summary.loc[["backup", "single-path"], "cellular_bytes_before"] == 0).all())
        stall = summary["stall_ms"]
        self.assertLessEqual(stall["full"], stall["backup"])
        self.assertLess(stall["backup"], stall["single-path"])
        manifest = {**run.manifest, "runs": entities}
        whole = store.Run(self.folder, manifest, pd.concat(parts, ignore_index=True), summary.reset_index())
        figure = handover.draw(handover.prepare(whole), handover.caption(whole))
        titles = [axes.get_title(loc="left") for axes in figure.axes]
        self.assertEqual(len(titles), 3)
        self.assertIn(f"single-path: stall {stall['single-path']:.0f} ms, 0 kB over 3G before, all delivered", titles)

    def test_a_walk_out_of_wifi_into_lte(self) -> None:
        command = [str(SCENARIOS / "handover"), "--network=wifi-lte", "--fromMetres=25", f"--output={self.folder / 'far'}"]
        far = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(far.returncode, 2, far.stderr)
        if "needs ns-3's modules" in far.stderr:
            self.skipTest(far.stderr.strip())
        self.assertIn("make --fromMetres smaller", far.stderr)
        folder = self.run_one("handover", network="wifi-lte", transport="backup", speed="5", duration="9s")
        run = store.load(folder)
        row = run.summary.iloc[0]
        self.assertEqual((row["subflow_1_path"], row["subflow_2_path"]), ("WiFi", "LTE"))
        self.assertEqual((row["intact"], row["cellular_bytes_before"]), (1, 0))
        self.assertLess(row["failing_since_s"], row["gone_at_s"])
        self.assertGreater(row["subflow_2_goodput_mbps"], 0)
        manifest = {**run.manifest, "runs": [{"transport": "backup", "entities": run.manifest["entities"]}]}
        run = store.Run(folder, manifest, run.samples.assign(transport="backup"), run.summary)
        table = handover.prepare(run)
        failing = table[table["entity"] == "failing"].iloc[0]
        self.assertAlmostEqual(failing["time_s"] + failing["value"], row["gone_at_s"])
        words = [text.get_text() for text in handover.draw(table, handover.caption(run)).legends[0].get_texts()]
        self.assertEqual(words, ["over WiFi", "over LTE", "WiFi loses packets", "stall", "WiFi gone"])

    def test_times_that_cannot_be_are_refused(self) -> None:
        for words, reason in (
            ({"goneAt": "30s"}, "before --duration ends"),
            ({"notice": "3s", "returnAfter": "2s"}, "--returnAfter must be longer than --notice"),
            ({"streamMbps": "0"}, "less than a byte"),
            ({"speed": "2"}, "--speed means nothing with --network=links"),
            ({"network": "wifi-lte", "goneAt": "8s"}, "--goneAt means nothing with --network=wifi-lte"),
        ):
            self.run_one("handover", status=2, **words)
            self.assertIn(reason, self.message)


if __name__ == "__main__":
    unittest.main()
