# SPDX-License-Identifier: GPL-2.0-only
"""What the studies of buffers and schedulers compute, and `./mptcp bench --schedulers`, on values by hand."""

from __future__ import annotations

import unittest
from pathlib import Path

import pandas as pd
from mptcp_driver import bench, bench_schedulers
from mptcp_driver.errors import UsageError
from mptcp_validation import study
from mptcp_validation.studies import blest, ecf, receive_buffer, redundant, round_robin


def table(values: dict[str, dict[str, list[float]]]) -> pd.DataFrame:
    """Runs from case -> quantity -> one value per run."""
    rows = []
    for case, quantities in values.items():
        for run in range(len(next(iter(quantities.values())))):
            rows.append({"case": case, "run": run + 1, **{q: v[run] for q, v in quantities.items()}})
    return pd.DataFrame(rows)


def holding(lines: list[study.Line]) -> dict[str, bool]:
    return {line.name: line.holds for line in lines}


def buffers(mechanisms: dict[int, float], plain: float = 5.0) -> pd.DataFrame:
    """TCP 7.7 Mb/s everywhere; with the mechanisms 9 Mb/s but for what is given."""
    values = {}
    for size in receive_buffer.SIZES_KB:
        values[f"tcp-{size}"] = {"goodput_mbps": [7.7, 7.7]}
        values[f"plain-{size}"] = {"goodput_mbps": [plain, plain]}
        values[f"mechanisms-{size}"] = {"goodput_mbps": [mechanisms.get(size, 9.0)] * 2}
    for size in receive_buffer.LINUX_MBPS:
        values[f"reno-{size}"] = {"goodput_mbps": [5.0, 5.0]}
    return table(values)


class ReceiveBuffer(unittest.TestCase):
    def test_worst_size_counts(self) -> None:
        self.assertTrue(all(holding(receive_buffer.lines(buffers({}))).values()))
        found = holding(receive_buffer.lines(buffers({70: 0.96 * 7.7})))
        self.assertFalse(found["M1 and M2 over TCP on WiFi, worst size"])
        self.assertTrue(found["M1 and M2, worst from 600 kB on"])
        found = holding(receive_buffer.lines(buffers({1000: 8.6})))
        self.assertFalse(found["M1 and M2, worst from 600 kB on"])

    def test_without_the_mechanisms_it_has_to_be_slower(self) -> None:
        found = holding(receive_buffer.lines(buffers({}, plain=7.6)))
        self.assertFalse(found["without, LIA, 100 kB, over TCP on WiFi"])
        self.assertTrue(found["without, Reno, 100 kB, over TCP on WiFi"])

    def test_figure_has_both_curves_and_linux(self) -> None:
        runs = buffers({})
        axes = receive_buffer.draw(runs, receive_buffer.lines(runs)).axes[0]
        names = [line.get_label() for line in axes.get_lines()]
        self.assertIn("MPTCP with M1 and M2", names)
        self.assertIn("MPTCP without", names)
        linux = axes.get_lines()[names.index("Linux without, Reno")]
        self.assertEqual(list(linux.get_xdata()), [100, 200, 500])
        self.assertEqual(list(linux.get_ydata()), [4.2, 4.7, 6.0])


class Schedulers(unittest.TestCase):
    def test_blest_saves_half_of_the_reinjections(self) -> None:
        def runs(reinjected: float) -> pd.DataFrame:
            def case(goodput: float, packets: float, blocked: float) -> dict[str, list[float]]:
                return {
                    "goodput_mbps": [goodput, goodput + 0.1],
                    "reinjected_packets": [packets, packets],
                    "receive_window_full_percent": [blocked, blocked + 1],
                }

            return table(
                {
                    "min-rtt": case(6.0, 1000, 97), "blest": case(7.0, reinjected, 5),
                    "min-rtt-penalised": case(7.5, 30, 2), "blest-penalised": case(7.5, 30, 2),
                }
            )  # fmt: skip

        name = "share of reinjected packets saved"
        self.assertTrue(holding(blest.lines(runs(500)))[name])
        self.assertFalse(holding(blest.lines(runs(501)))[name])
        found = {line.name: line for line in blest.lines(runs(100))}
        self.assertAlmostEqual(found["goodput gained by BLEST"].interval.mean, 1.0)
        self.assertAlmostEqual(found[name].interval.mean, 0.9)

    def test_ecf_counts_resets_per_chunk(self) -> None:
        runs = table(
            {
                "min-rtt": {"subflow_1_idle_restarts": [30, 31], "chunks": [30, 31], "goodput_mbps": [6.6, 6.7]},
                "ecf": {"subflow_1_idle_restarts": [4, 2], "chunks": [40, 40], "goodput_mbps": [8.0, 8.1]},
            }
        )
        found = {line.name: line for line in ecf.lines(runs)}
        self.assertAlmostEqual(found["idle resets per chunk, ECF"].interval.mean, 0.075)
        self.assertAlmostEqual(found["idle resets saved"].interval.mean, 0.925)
        self.assertTrue(all(line.holds for line in found.values()))

    def test_round_robin_has_to_be_equal_in_bulk_and_worse_in_messages(self) -> None:
        def runs(bulk: float, delay: float) -> dict[str, bool]:
            return holding(
                round_robin.lines(
                    table(
                        {
                            "bulk-min-rtt": {"goodput_mbps": [18.0, 18.0]},
                            "bulk-round-robin": {"goodput_mbps": [bulk, bulk]},
                            "messages-min-rtt": {"mean_delay_ms": [27.0, 28.0]},
                            "messages-round-robin": {"mean_delay_ms": [delay, delay + 1.5]},
                        }
                    )
                )
            )

        self.assertEqual(list(runs(18.2, 108.0).values()), [True, True])
        self.assertEqual(list(runs(17.0, 26.0).values()), [False, False])

    def test_redundant_may_not_exceed_one_path(self) -> None:
        # The last two lines, of Linux, are shown and not compared.
        def runs(goodput: float, lossy: float) -> list[bool]:
            return list(
                holding(
                    redundant.lines(
                        table(
                            {
                                "messages-min-rtt": {"delay_p99_ms": [300, 310], "mean_delay_ms": [64, 66]},
                                "messages-redundant": {"delay_p99_ms": [200, 211], "mean_delay_ms": [31, 33]},
                                "bulk-redundant": {"goodput_mbps": [goodput, goodput]},
                                "bulk-tcp": {"goodput_mbps": [9.44, 9.44]},
                                "lossy-redundant": {"goodput_mbps": [lossy, lossy]},
                                "lossy-linux": {"goodput_mbps": [0.5, 0.5]},
                                "messages-linux": {"delay_p99_ms": [200, 211]},
                                "lossy-tcp": {"goodput_mbps": [0.3, 0.3]},
                            }
                        )
                    )
                ).values()
            )

        self.assertEqual(runs(9.44, 0.3), [True] * 7)
        self.assertEqual(runs(9.6, 0.4), [True, True, False, False, False, True, True])


class SchedulerCost(unittest.TestCase):
    def costs(self, **per_segment: float) -> dict[tuple[str, str], bench_schedulers.Cost]:
        """min-rtt costs 120 on both; TCP 100."""
        values = {"min-rtt": 120.0, **per_segment}

        def measure(mode: str, sizes: tuple[int, int], options: tuple[str, ...]) -> float:
            return 100.0 if mode.endswith("-tcp") else values[options[0].removeprefix("--scheduler=")]

        names = ("min-rtt", *(name for name in per_segment))
        found = bench_schedulers.costs(names, measure, lambda fraction, detail: None)
        return {(cost.paths, cost.scheduler): cost for cost in found}

    def test_ratio_and_what_is_above_the_reference(self) -> None:
        found = self.costs(blest=125.0)
        self.assertAlmostEqual(found["two", "blest"].ratio, 1.25)
        self.assertAlmostEqual(found["two", "blest"].above_reference, 0.05)
        self.assertEqual(found["two", "min-rtt"].above_reference, 0.0)

    def test_eight_subflows_may_cost_more_than_two(self) -> None:
        found = self.costs(ecf=126.0, otias=136.0)
        self.assertFalse(found["two", "ecf"].holds)
        self.assertTrue(found["eight", "ecf"].holds)
        self.assertFalse(found["eight", "otias"].holds)

    def test_names(self) -> None:
        self.assertEqual(bench_schedulers.chosen(""), bench_schedulers.SCHEDULERS)
        self.assertEqual(bench_schedulers.chosen("ecf,blest,ecf"), ("min-rtt", "ecf", "blest"))
        with self.assertRaisesRegex(UsageError, "did you mean blest"):
            bench_schedulers.chosen("blset")

    def test_copies_count_as_segments(self) -> None:
        def measure(binary: Path, mode: str, size: int) -> tuple[float, dict[str, int]]:
            return 200.0 * size, {"segmentsDelivered": size // 1000, "segmentsCarried": size // 500}

        sizes = (1000, 4000)
        self.assertEqual(bench.instructions_per_segment(Path("x"), "m", sizes, measure), 200_000)
        carried = bench.instructions_per_segment(Path("x"), "m", sizes, measure, "segmentsCarried")
        self.assertEqual(carried, 100_000)


if __name__ == "__main__":
    unittest.main()
