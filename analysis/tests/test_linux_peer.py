# SPDX-License-Identifier: GPL-2.0-only
"""The figure of linux-peer and the study linux-wifi-3g, on values written by hand."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

import pandas as pd
from mptcp_analysis import store
from mptcp_analysis.figures import linux_peer
from mptcp_validation.studies import linux_wifi_3g as study
from mptcp_validation.study import RunResult


class Folder(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)


class Figure(Folder):
    def draw(self, server: str):  # type: ignore[no-untyped-def]
        """Two transports; windows only when the server is simulated."""
        lines = ["transport,time_s,entity,metric,value"]
        metrics = ["goodput_mbps"] + (["cwnd_bytes", "srtt_ms"] if server == "simulated" else [])
        for second in range(1, 31):
            for metric in metrics:
                lines += [f"mptcp,{second},{one},{metric},4" for one in ("subflow-1", "subflow-2")]
            lines.append(f"tcp-wifi,{second},subflow-1,goodput_mbps,7")
        self.write("samples.csv", "\n".join(lines) + "\n")
        self.write("summary.csv", "transport,linux_release\nmptcp,6.18.1\n")
        names = {"subflow-1": {"path": "WiFi"}, "subflow-2": {"path": "3G"}}
        runs = [{"transport": t, "entities": names} for t in ("mptcp", "tcp-wifi")]
        parameters = {"server": server, "rcvBuf": "2MB", "linuxCongestionControl": "reno", "scheduler": "min-rtt"}
        self.write("manifest.json", json.dumps({"scenario": "linux-peer", "parameters": parameters, "runs": runs}))
        run = store.load(self.folder)
        self.caption = linux_peer.caption(run)
        return linux_peer.draw(linux_peer.prepare(run), self.caption)

    def test_simulated_server_shows_its_windows(self) -> None:
        figure = self.draw("simulated")
        self.assertEqual(len(figure.axes), 3)
        self.assertIn("curl on Linux", figure._suptitle.get_text())
        for words in ("server: simulated", "scheduler min-rtt", "Linux 6.18.1", "one run in real time"):
            self.assertIn(words, self.caption)

    def test_server_of_linux_shows_goodput_alone(self) -> None:
        figure = self.draw("linux")
        self.assertEqual([axes.get_ylabel() for axes in figure.axes], ["Goodput (Mb/s)"])
        self.assertNotIn("scheduler", self.caption)


def runs_table(simulated_tcp: float, simulated_mptcp: float) -> pd.DataFrame:
    """Linux: TCP 7.70 and 7.71, MPTCP 8.9 and 9.1; ours as given."""
    rows = []
    for case in study.cases():
        end, transport, _ = case.name.split(" ", 2)
        for run in (1, 2):
            linux = (7.69 + 0.01 * run) if transport != "mptcp" else (8.7 + 0.2 * run)
            ours = simulated_tcp if transport != "mptcp" else simulated_mptcp
            value = ours if end == "ours" else linux
            rows.append(
                {"case": case.name, "run": run, "goodput_mbps": value, "steady_mbps": value,
                 "intact": 1, "worst_lag_ms": 5.0}
            )  # fmt: skip
    return pd.DataFrame(rows)


class Study(Folder):
    def holds(self, runs: pd.DataFrame) -> dict[str, bool]:
        return {line.name: line.holds for line in study.lines(runs)}

    def test_every_end_downloads_over_every_buffer_and_path(self) -> None:
        names = [case.name for case in study.cases()]
        self.assertEqual(len(names), 3 * (6 + 2))
        self.assertEqual(len(names), len(set(names)))
        servers = {case.name.split()[0]: case.parameters.get("server") for case in study.cases()}
        self.assertEqual(servers, {"linux": "linux", "half": "simulated", "ours": None})

    def test_tcp_must_lie_within_the_runs_of_linux(self) -> None:
        name = "TCP over WiFi, ours at both ends, simulated time"
        self.assertTrue(self.holds(runs_table(7.705, 9.0))[name])
        # A segment of 1448 bytes is 0.00033 Mb/s over 35 s.
        self.assertTrue(self.holds(runs_table(7.7103, 9.0))[name])
        self.assertFalse(self.holds(runs_table(7.7104, 9.0))[name])
        self.assertFalse(self.holds(runs_table(7.6996, 9.0))[name])

    def test_damage_is_told(self) -> None:
        runs = runs_table(7.705, 9.0)
        self.assertTrue(self.holds(runs)["downloads with a wrong byte"])
        runs.loc[3, "intact"] = 0
        self.assertFalse(self.holds(runs)["downloads with a wrong byte"])

    def test_steady_part_is_measured_from_the_start_of_the_download(self) -> None:
        lines = ["time_s,entity,metric,value"]
        for second in range(4, 64):  # 60 s that begin at 3 s: steady from 23 to 58
            value = 7 if 23 <= second <= 58 else 1
            lines.append(f"{second},connection,goodput_mbps,{value}")
            lines.append(f"{second},subflow-1,goodput_mbps,100")
        self.write("samples.csv", "\n".join(lines) + "\n")
        self.write("summary.csv", "goodput_mbps,intact\n4.5,1\n")
        found = study.measure(RunResult("x", 1, self.folder))
        self.assertEqual((found["steady_mbps"], found["goodput_mbps"], found["intact"]), (7.0, 4.5, 1))

    def test_figure_has_three_curves_and_both_paths(self) -> None:
        runs = runs_table(7.705, 9.0)
        figure = study.draw(runs, study.lines(runs))
        sweep, wifi, cell = figure.axes
        labels = [text.get_text() for text in sweep.get_legend().get_texts()]
        self.assertEqual(labels, [f"MPTCP, {label}" for label, _ in study.ENDS.values()])
        self.assertIn("(kB)", sweep.get_xlabel())
        self.assertIn("WiFi", wifi.get_title())
        self.assertIn("3G", cell.get_title())


if __name__ == "__main__":
    unittest.main()
