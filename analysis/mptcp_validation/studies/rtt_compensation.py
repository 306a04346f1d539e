# SPDX-License-Identifier: GPL-2.0-only
"""A slow link far away and a fast one nearby, each with a TCP of its own: LIA takes as much as the better TCP.

Queues hold one bandwidth-delay product (networks.tail_link).
"""

from __future__ import annotations

import pandas as pd

from .. import networks
from ..study import Case, Line, Publication, at_least

SOURCE = "Wischik et al., NSDI 2011, section 3: 250 packets/s at 500 ms, 500 packets/s at 50 ms"
PUBLICATION = Publication(
    "Wischik et al., NSDI 2011", "section 3",
    "250 packets/s at 500 ms and 500 packets/s at 50 ms",
)  # fmt: skip
SEEDS = 6
TIME = {"duration": "700s", "warmUp": "100s"}
CAPACITY = 750.0


def cases() -> list[Case]:
    links = {"far": networks.tail_link(250, 0.5), "near": networks.tail_link(500, 0.05)}
    flows = {
        "both": networks.flow([["near"], ["far"]], ["50ms", "500ms"]),
        "tcp_far": networks.flow([["far"]], "500ms", protocol="tcp"),
        "tcp_near": networks.flow([["near"]], "50ms", protocol="tcp"),
    }
    return [networks.case("lia", links, flows, {**TIME, "congestionControl": "lia"})]


def lines(runs: pd.DataFrame) -> list[Line]:
    both, far, near = (networks.throughput(runs, "lia", f) for f in ("both", "tcp_far", "tcp_near"))
    better = pd.concat([far, near], axis=1).max(axis=1)
    return [
        at_least("MPTCP over the better TCP", both / better, 0.9),
        at_least("all three over the capacity", (both + far + near) / CAPACITY, 0.93),
    ]
