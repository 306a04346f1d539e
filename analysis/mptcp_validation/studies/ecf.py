# SPDX-License-Identifier: GPL-2.0-only
"""ECF against minRTT with video chunks over 0.3 and 8.6 Mb/s: idle resets of the fast subflow.

A chunk is 5 s of video at 8.47 Mb/s, the highest rate of the paper's ladder, and is fetched when the
last one is there, but not earlier than 5 s after it. Queues give the slow path the second and a half of
delay that the paper measured on one. A reset is counted where data follows a pause of more than a
retransmission timeout: there RFC 5681 4.1 goes back to the initial window. ns-3's TCP does not, so
goodput shows the waiting alone. Loss of 1 in 10,000 packets makes runs differ.
"""

from __future__ import annotations

import pandas as pd

from ..study import Case, Line, Publication, at_least, at_most, greater, per_run

SOURCE = "Lim, Nahum, Towsley, Gibbens: ECF, CoNEXT 2017, section 5 and figures 11 to 13"
PUBLICATION = Publication(
    "Lim et al., ECF, CoNEXT 2017", "section 5, figures 11 to 13",
    "8.6 and 0.3 Mb/s; video in chunks of 5 s at 8.47 Mb/s",
)  # fmt: skip
SEEDS = 8
COMMON = {
    "rate1": "8.6", "roundTrip1": "60ms", "queue1": "100kB", "loss1": "0.0001",
    "rate2": "0.3", "roundTrip2": "40ms", "queue2": "60kB", "loss2": "0.0001",
    "traffic": "chunks", "chunkBytes": "5294kB", "chunkInterval": "5s", "duration": "200s",
    "rcvBuf": "6MB", "sndBuf": "4MB", "minRto": "200ms",
}  # fmt: skip


def cases() -> list[Case]:
    return [Case(s, "two-paths", {**COMMON, "scheduler": s}) for s in ("min-rtt", "ecf")]


def lines(runs: pd.DataFrame) -> list[Line]:
    def of(case: str, quantity: str) -> pd.Series:
        return per_run(runs, case, quantity)

    def resets(case: str) -> pd.Series:
        """Of the fast subflow, per chunk."""
        return of(case, "subflow_1_idle_restarts") / of(case, "chunks")

    return [
        at_least("idle resets per chunk, minRTT", resets("min-rtt"), 0.8),
        at_most("idle resets per chunk, ECF", resets("ecf"), 0.2),
        greater("idle resets saved", resets("min-rtt"), resets("ecf"), "per chunk"),
        greater("goodput gained by ECF", of("ecf", "goodput_mbps"), of("min-rtt", "goodput_mbps"), "Mb/s"),
    ]
