# SPDX-License-Identifier: GPL-2.0-only
"""Figures and printed tables of the scenarios that run several variants."""

from __future__ import annotations

import unittest
from pathlib import Path

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mptcp_analysis.figures import multihomed_host, multihomed_site
from mptcp_analysis.store import Run
from mptcp_driver import results

COUNTS = {
    "sent_by_isp1_packets": 105,
    "arrived_by_isp1_packets": 80,
    "filtered_by_isp1_packets": 5,
    "sent_by_isp2_packets": 0,
    "arrived_by_isp2_packets": 20,
    "filtered_by_isp2_packets": 0,
}


def run_of(**columns: object) -> Run:
    row = {"protocol": "tcp", "opener": "a", "connected": 0, **COUNTS, **columns}
    manifest = {"scenario": "multihomed-host", "parameters": {"duration": "10s"}, "seed": 1, "run": 1}
    return Run(Path("."), manifest, pd.DataFrame(), pd.DataFrame([row]))


def value(table: pd.DataFrame, direction: str, fate: str) -> float:
    chosen = table[(table["direction"] == direction) & (table["fate"] == fate)]
    return float(chosen["value"].iloc[0])


class Figures(unittest.TestCase):
    def test_host_counts_what_gets_past_the_filter(self) -> None:
        run = run_of(model="weak", filters="on", unroutable_packets=7)
        table = multihomed_host.prepare(run)
        self.assertEqual(value(table, "from A", "by ISP 1"), 10.0)
        self.assertEqual(value(table, "from A", "dropped by ISP 1"), 5)
        self.assertEqual(value(table, "from A", "without a route"), 7)
        self.assertEqual(value(table, "to A", "by ISP 2"), 2.0)
        texts = [text.get_text() for text in multihomed_host.draw(table, multihomed_host.caption(run)).axes[0].texts]
        self.assertIn("no connection; ISP 1 dropped 5; no route for 7", texts)
        self.assertIn("weak host\ningress filters", texts)

    def test_nothing_of_a_narrow_figure_is_cut(self) -> None:
        """With one protocol alone the note and what is said behind the bars have less room."""
        for protocol in ("tcp", "mptcp"):
            run = run_of(model="weak", filters="on", unroutable_packets=7, protocol=protocol)
            figure = multihomed_host.draw(multihomed_host.prepare(run), multihomed_host.caption(run))
            canvas = FigureCanvasAgg(figure)
            canvas.draw()
            texts = figure.texts + [figure._suptitle] + figure.axes[0].texts
            for text in texts:
                extent = text.get_window_extent(canvas.get_renderer())
                self.assertGreaterEqual(extent.x0, figure.bbox.x0, text.get_text())
                self.assertLessEqual(extent.x1, figure.bbox.x1, text.get_text())

    def test_site_tells_of_the_firewall(self) -> None:
        run = run_of(exit="loose-source-route", firewalled_packets=3)
        table = multihomed_site.prepare(run)
        figure = multihomed_site.draw(table, multihomed_site.caption(run))
        texts = [text.get_text() for text in figure.axes[0].texts]
        self.assertIn("no connection; ISP 1 dropped 5; firewall dropped 3", texts)


class Printed(unittest.TestCase):
    def test_one_line_per_variant_without_counts(self) -> None:
        rows = [
            {"model": "weak", "connected": 1, "aToBMbps": 1.23456, "sentByIsp1Packets": 9, "intact": True},
            {"model": "strong", "connected": 0, "aToBMbps": 0.0, "sentByIsp1Packets": 0, "intact": True},
        ]
        lines = results.variants(rows).splitlines()
        self.assertEqual(lines[0].split(), ["model", "connected", "aToBMbps"])
        self.assertEqual(lines[1].split(), ["weak", "1", "1.235"])
        self.assertEqual(len(lines), 3)


if __name__ == "__main__":
    unittest.main()
