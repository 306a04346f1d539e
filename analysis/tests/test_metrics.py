# SPDX-License-Identifier: GPL-2.0-only
"""Metrics on tables written by hand."""

from __future__ import annotations

import unittest

import pandas as pd

from mptcp_analysis import metrics


def samples() -> pd.DataFrame:
    rows = [
        ("mptcp", 2.0, "subflow-1", "goodput_mbps", 6.0),
        ("mptcp", 1.0, "subflow-1", "goodput_mbps", 4.0),
        ("mptcp", 1.0, "subflow-10", "goodput_mbps", 1.0),
        ("mptcp", 1.0, "subflow-2", "goodput_mbps", 1.0),
        ("mptcp", 1.0, "connection", "goodput_mbps", 5.0),
        ("tcp-3g", 1.0, "subflow-1", "goodput_mbps", 2.0),
    ]
    return pd.DataFrame(rows, columns=["transport", "time_s", "entity", "metric", "value"])


class Selecting(unittest.TestCase):
    def test_one_series_in_order_of_time(self) -> None:
        series = metrics.select(samples(), "mptcp", "subflow-1", "goodput_mbps")
        self.assertEqual(series["time_s"].tolist(), [1.0, 2.0])
        self.assertEqual(series["value"].tolist(), [4.0, 6.0])

    def test_subflows_in_order_of_their_number(self) -> None:
        self.assertEqual(
            metrics.subflows(samples(), "mptcp"), ["subflow-1", "subflow-2", "subflow-10"]
        )


class WindowedMean(unittest.TestCase):
    def mean(self, rows: list[tuple[float, float]], window_s: float, end_s: float) -> list[float]:
        series = pd.DataFrame(rows, columns=["time_s", "value"])
        return [round(v, 9) for v in metrics.windowed_mean(series, window_s, end_s)["value"]]

    def test_average_of_what_lies_in_the_window(self) -> None:
        rows = [(0.5, 2.0), (1.0, 4.0), (1.5, 10.0), (2.0, 10.0)]
        self.assertEqual(self.mean(rows, 1.0, 2.0), [3.0, 10.0])

    def test_a_sample_counts_for_the_time_since_the_one_before(self) -> None:
        self.assertEqual(self.mean([(0.75, 4.0), (1.0, 8.0)], 1.0, 1.0), [5.0])

    def test_a_sample_is_split_at_the_edge_of_a_window(self) -> None:
        self.assertEqual(self.mean([(2.0, 6.0)], 1.0, 2.0), [6.0, 6.0])

    def test_bytes_are_neither_lost_nor_made(self) -> None:
        rows = [(0.3, 1.0), (1.1, 5.0), (2.9, 2.0), (4.0, 7.0)]
        total = 0.3 * 1 + 0.8 * 5 + 1.8 * 2 + 1.1 * 7
        self.assertAlmostEqual(sum(self.mean(rows, 0.5, 4.0)) * 0.5, total)

    def test_silence_is_zero(self) -> None:
        self.assertEqual(self.mean([(1.0, 3.0)], 1.0, 3.0), [3.0, 0.0, 0.0])
        self.assertEqual(self.mean([], 1.0, 2.0), [0.0, 0.0])

    def test_points_lie_in_the_middle_of_their_windows(self) -> None:
        series = pd.DataFrame({"time_s": [1.0, 2.0], "value": [1.0, 1.0]})
        self.assertEqual(metrics.windowed_mean(series, 1.0, 2.0)["time_s"].tolist(), [0.5, 1.5])


if __name__ == "__main__":
    unittest.main()
