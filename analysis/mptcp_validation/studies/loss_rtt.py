# SPDX-License-Identifier: GPL-2.0-only
"""Two paths with random loss, 4 % at 10 ms and 1 % at 100 ms: LIA keeps to the better one, COUPLED does not.

Links do not bind: nothing queues, and loss is all that limits a flow. By the formula of TCP's rate,
(2/p)^(1/2) per round trip, a TCP gets 707 packets/s over the first path and 141 over the second; COUPLED
puts everything where less is lost, on the second. A TCP with timeouts gets less than the formula, much less
at 4 %, so lines compare with the TCP measured over the same path. Least timeout 200 ms, as in Linux: at ns-3's
1 s, a hundred round trips of the near path, its TCP would mostly wait. COUPLED keeps a window of one packet on
the path it leaves, and that is 100 packets/s at 10 ms.
"""

from __future__ import annotations

import pandas as pd

from .. import networks
from ..study import Case, Line, Publication, at_least, at_most, greater, stated

SOURCE = "Wischik et al., NSDI 2011, section 2.3: 4 % at 10 ms (WiFi), 1 % at 100 ms (3G)"
PUBLICATION = Publication(
    "Wischik et al., NSDI 2011", "section 2.3",
    "4 % loss at 10 ms and 1 % at 100 ms",
)  # fmt: skip
SEEDS = 8
TIME = {"duration": "150s", "warmUp": "10s", "minRto": "200ms"}


def cases() -> list[Case]:
    wide = {"packetsPerSecond": 20_000, "queuePackets": 10_000}
    links = {"near": {**wide, "lossRate": 0.04}, "far": {**wide, "lossRate": 0.01}}
    both = networks.flow([["near"], ["far"]], ["10ms", "100ms"])
    single = {
        "tcp_near": networks.flow([["near"]], "10ms", protocol="tcp"),
        "tcp_far": networks.flow([["far"]], "100ms", protocol="tcp"),
    }
    # TCP and MPTCP do not meet in a queue here, so one run holds both.
    return [
        networks.case(control, links, {"both": both, **single}, {**TIME, "congestionControl": control})
        for control in ("lia", "coupled")
    ]


def lines(runs: pd.DataFrame) -> list[Line]:
    def rate(case: str, flow: str) -> pd.Series:
        return networks.throughput(runs, case, flow)

    near, far = rate("lia", "tcp_near"), rate("lia", "tcp_far")
    coupled = rate("coupled", "both")
    worse = rate("coupled", "tcp_far")
    place = (coupled - worse) / (rate("coupled", "tcp_near") - worse)
    return [
        greater("TCP at 4 %, 10 ms over TCP at 1 %, 100 ms", near, far, "packets/s"),
        at_least("LIA over TCP on the better path", rate("lia", "both") / near, 0.85),
        at_most("COUPLED's place from the worse TCP (0) to the better (1)", place, 0.5),
        stated("COUPLED", coupled, "141", "packets/s"),
        greater("LIA over COUPLED", rate("lia", "both"), coupled, "packets/s"),
    ]
