# SPDX-License-Identifier: GPL-2.0-only
"""The redundant scheduler: a lower tail of delay over lossy paths, at the goodput of one path.

Two equal paths of 10 Mb/s and 40 ms that lose 10 % of the packets each way; messages of 100 bytes every
50 ms, as a game or a remote control sends them; retransmission timeout at least 200 ms, as in Linux. Larger
messages at such loss fill the congestion windows of three or four segments, and then sending everything
twice makes the tail longer. Goodput is that of bulk data.

Every segment is sent on both paths, so bulk data arrives as the faster of the two carries all of it. In Linux
v0.95 a subflow that is behind leaves out what the other has delivered (MptcpRedundant::QueueBytes = 0), so at
each moment the faster of the two counts: with losses that is more than one path alone, and is shown beside it.
"""

from __future__ import annotations

import pandas as pd

from ..study import Case, Line, Publication, at_most, greater, per_run, stated

SOURCE = "Frömmgen et al., ReMP TCP, ICC 2016: a copy on each path takes the best delay of all, at one path's goodput"
PUBLICATION = Publication(
    "Frömmgen et al., ReMP TCP, ICC 2016", "aim of the scheduler",
    "two paths of 10 Mb/s, 40 ms, 10 % loss; messages of 100 bytes every 50 ms",
)  # fmt: skip
SEEDS = 12
PATHS = {
    "rate1": "10", "roundTrip1": "40ms", "queue1": "50kB",
    "rate2": "10", "roundTrip2": "40ms", "queue2": "50kB", "minRto": "200ms",
}  # fmt: skip
LOSS = {"loss1": "0.1", "loss2": "0.1"}
MESSAGES = {"traffic": "messages", "chunkBytes": "100", "chunkInterval": "50ms", "duration": "300s"}
PAYLOAD_SHARE = 1420 / 1500  # of each packet; the rest is headers
LINUX = {"scheduler": "redundant", "ns3::MptcpRedundant::QueueBytes": "0"}


def cases() -> list[Case]:
    found = [
        Case(f"messages-{s}", "two-paths", {**PATHS, **LOSS, **MESSAGES, "scheduler": s})
        for s in ("min-rtt", "redundant")
    ]
    found.append(Case("messages-linux", "two-paths", {**PATHS, **LOSS, **MESSAGES, **LINUX}))
    bulk = {**PATHS, "traffic": "bulk", "duration": "60s"}
    for name, loss in (("bulk", {}), ("lossy", LOSS)):
        found.append(Case(f"{name}-redundant", "two-paths", {**bulk, **loss, "scheduler": "redundant"}))
        found.append(Case(f"{name}-tcp", "two-paths", {**bulk, **loss, "protocol": "tcp"}))
    found.append(Case("lossy-linux", "two-paths", {**bulk, **LOSS, **LINUX}))
    return found


def lines(runs: pd.DataFrame) -> list[Line]:
    def of(case: str, quantity: str) -> pd.Series:
        return per_run(runs, case, quantity)

    p99 = [of(f"messages-{s}", "delay_p99_ms") for s in ("min-rtt", "redundant")]
    mean = [of(f"messages-{s}", "mean_delay_ms") for s in ("min-rtt", "redundant")]
    one_path = of("bulk-redundant", "goodput_mbps") / of("bulk-tcp", "goodput_mbps")
    tcp = of("lossy-tcp", "goodput_mbps")

    def over_tcp(case: str) -> pd.Series:
        # Where ns-3's TCP does not get beyond its handshake at this loss there is nothing to compare with.
        return (of(case, "goodput_mbps") / tcp[tcp > 0]).dropna()

    ceiling = 10 * PAYLOAD_SHARE
    return [
        greater("99th percentile of delay saved", *p99, "ms"),
        greater("mean delay saved", *mean, "ms"),
        at_most("bulk goodput over that of TCP on one path", one_path, 1.0),
        at_most("bulk goodput over the payload one path can carry", of("bulk-redundant", "goodput_mbps") / ceiling, 1.0),
        at_most("bulk goodput over that of TCP on one path, 10 % loss", over_tcp("lossy-redundant"), 1.0),
        stated("the same as Linux v0.95 does it", over_tcp("lossy-linux"), "at most 1"),
        stated("99th percentile of delay as Linux v0.95 does it", of("messages-linux", "delay_p99_ms"), "lower", "ms"),
    ]
