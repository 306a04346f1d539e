# SPDX-License-Identifier: GPL-2.0-only
"""Round robin against minRTT: the same in bulk, worse when the application is the limit.

Two paths of 10 Mb/s, 20 ms and 200 ms, queues of a bandwidth-delay product or more, buffers that do not
bind. Messages of 20 kB ten times a second ask for 1.6 Mb/s, so the fast path alone could carry them.
Loss of 1 in 10,000 packets makes runs differ.
"""

from __future__ import annotations

import pandas as pd

from ..study import Case, Line, Publication, greater, per_run, within

SOURCE = "Paasch, Ferlin, Alay, Bonaventure: Experimental evaluation of multipath TCP schedulers, CSWS 2014"
PUBLICATION = Publication(
    "Paasch et al., CSWS 2014", "bulk and application-limited traffic",
    "10 Mb/s, 20 ms and 10 Mb/s, 200 ms; bulk data, and 20 kB every 100 ms",
)  # fmt: skip
SEEDS = 8
COMMON = {
    "rate1": "10", "roundTrip1": "20ms", "queue1": "50kB", "loss1": "0.0001",
    "rate2": "10", "roundTrip2": "200ms", "queue2": "250kB", "loss2": "0.0001",
    "rcvBuf": "6MB", "sndBuf": "6MB",
}  # fmt: skip
TRAFFIC = {
    "bulk": {"traffic": "bulk", "duration": "60s"},
    "messages": {"traffic": "messages", "chunkBytes": "20kB", "chunkInterval": "100ms", "duration": "60s"},
}


def cases() -> list[Case]:
    return [
        Case(f"{traffic}-{scheduler}", "two-paths", {**COMMON, **options, "scheduler": scheduler})
        for traffic, options in TRAFFIC.items()
        for scheduler in ("min-rtt", "round-robin")
    ]


def lines(runs: pd.DataFrame) -> list[Line]:
    def of(case: str, quantity: str) -> pd.Series:
        return per_run(runs, case, quantity)

    ratio = of("bulk-round-robin", "goodput_mbps") / of("bulk-min-rtt", "goodput_mbps")
    delays = [of(f"messages-{s}", "mean_delay_ms") for s in ("round-robin", "min-rtt")]
    return [
        within("bulk goodput, round robin over minRTT", ratio, 1, 0.03),
        greater("mean delay of messages lost by round robin", *delays, "ms"),
    ]
