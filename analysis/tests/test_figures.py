# SPDX-License-Identifier: GPL-2.0-only
"""Figures of small run folders: what is drawn, with which units, and the same bytes each time."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

from mptcp_analysis import __main__ as program
from mptcp_analysis import figures, store, style
from mptcp_analysis.figures import wifi_3g


def write_run(folder: Path, paths: dict[str, list[str]], scenario: str = "wifi-3g") -> None:
    """A run folder; paths names the path of each subflow of each transport."""
    runs = []
    lines = ["transport,time_s,entity,metric,value"]
    for transport, names in paths.items():
        entities = {f"subflow-{i + 1}": {"path": name} for i, name in enumerate(names)}
        runs.append({"transport": transport, "entities": entities})
        for second in range(1, 31):
            for entity in entities:
                for metric, value in (("goodput_mbps", 4), ("cwnd_bytes", 50000), ("srtt_ms", 80)):
                    lines.append(f"{transport},{second},{entity},{metric},{value + second}")
    parameters = {"rcvBuf": "2MB", "scheduler": "ns3::MptcpMinRtt"}
    manifest = {"scenario": scenario, "parameters": parameters, "seed": 1, "run": 7, "runs": runs}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "samples.csv").write_text("\n".join(lines) + "\n")


class WifiAnd3g(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def draw(self, paths: dict[str, list[str]]):  # type: ignore[no-untyped-def]
        write_run(self.folder, paths)
        run = store.load(self.folder)
        return wifi_3g.draw(wifi_3g.prepare(run), wifi_3g.caption(run))

    def test_all_transports(self) -> None:
        figure = self.draw({"mptcp": ["WiFi", "3G"], "tcp-wifi": ["WiFi"], "tcp-3g": ["3G"]})
        goodput, window, rtt = figure.axes
        labels = [text.get_text() for text in goodput.get_legend().get_texts()]
        self.assertEqual(
            labels,
            ["MPTCP, WiFi subflow", "MPTCP, 3G subflow", "MPTCP, both", "TCP, WiFi only", "TCP, 3G only"],
        )
        for axes, unit in ((goodput, "(Mb/s)"), (window, "(kB)"), (rtt, "(ms)")):
            self.assertIn(unit, axes.get_ylabel())
        self.assertIn("(s)", rtt.get_xlabel())
        self.assertEqual([line.get_color() for line in window.lines], ["#0072B2", "#E69F00"])

    def test_two_subflows_on_paths_of_one_name_stay_apart(self) -> None:
        figure = self.draw({"mptcp": ["WiFi", "WiFi"]})
        self.assertEqual(len(figure.axes[1].lines), 2)

    def test_one_tcp_alone(self) -> None:
        figure = self.draw({"tcp-wifi": ["WiFi"]})
        self.assertEqual(len(figure.axes[2].lines), 1)

    def test_caption_has_parameters_seed_and_number_of_runs(self) -> None:
        write_run(self.folder, {"mptcp": ["WiFi"]})
        caption = wifi_3g.caption(store.load(self.folder))
        for words in ("rcvBuf 2MB", "seed 1", "run number 7", "one run", "averaged over 1 s"):
            self.assertIn(words, caption)

    def test_the_table_beside_the_figure_is_what_is_drawn(self) -> None:
        write_run(self.folder, {"mptcp": ["WiFi", "3G"]})
        program.draw(self.folder)
        header, first, *_ = (self.folder / "plot.csv").read_text().splitlines()
        self.assertEqual(header, "panel,transport,entity,path,time_s,value,unit")
        self.assertEqual(first, "goodput,mptcp,subflow-1,WiFi,0.5,5,Mb/s")

    def test_same_run_same_bytes(self) -> None:
        write_run(self.folder, {"mptcp": ["WiFi", "3G"], "tcp-wifi": ["WiFi"]})
        first = [path.read_bytes() for path in program.draw(self.folder)]
        second = [path.read_bytes() for path in program.draw(self.folder)]
        self.assertEqual(first, second)


class Choosing(unittest.TestCase):
    def test_a_scenario_without_a_figure_draws_nothing(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            write_run(Path(name), {"mptcp": ["WiFi"]}, scenario="no-such-scenario")
            self.assertEqual(program.draw(Path(name)), [])

    def test_a_name_cannot_leave_the_package(self) -> None:
        self.assertIsNone(figures.module_for("..os"))

    def test_the_headline_is_of_columns_that_answer_the_question(self) -> None:
        self.assertEqual(figures.headline("handover")[0], "stall_ms")
        self.assertEqual(figures.headline("datacenter")[0], "percent_of_optimal")
        for scenario in ("app-limited", "dual-homed", "resource-pooling"):
            self.assertTrue(figures.headline(scenario), scenario)
        for scenario in ("wifi-3g", "no-such-scenario", "../handover", "my_own.program", ""):
            self.assertEqual(figures.headline(scenario), (), scenario)

    def test_paths_have_fixed_colours(self) -> None:
        self.assertEqual(style.path_colour("WiFi", 3), style.path_colour("WiFi", 0))
        self.assertNotEqual(style.path_colour("WiFi"), style.path_colour("3G"))


if __name__ == "__main__":
    unittest.main()
