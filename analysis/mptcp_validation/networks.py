# SPDX-License-Identifier: GPL-2.0-only
"""
Networks for the scenario `flow-network`, and what its summaries hold.

A link of 12 Mb/s is one of 1000 packets/s: publications count 1500 bytes to a packet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .study import Case, per_run

PACKET_BITS = 12_000
RANDOM_BUFFER = 3

Link = dict[str, Any]
Flow = dict[str, Any]


def red_link(packets_per_s: float, depth: float = 1.0) -> Link:
    """
    RED as in Khalili et al., CoNEXT 2012: for 10 Mb/s no drops below 25 packets, 10 % at 50, all
    at 100; in proportion to the capacity for others, so drops begin at 30 ms. Losses come singly
    and hit all in proportion to their packets, as fluid models have it. `depth` times as many
    packets where few flows with large windows have to keep a link busy.
    """
    scale = depth * packets_per_s * PACKET_BITS / 10e6
    return {
        "packetsPerSecond": packets_per_s,
        "queue": "red",
        "queuePackets": max(round(100 * scale), 20),
        "redMinimum": 25 * scale,
        "redMaximum": 50 * scale,
    }


def tail_link(packets_per_s: float, round_trip_s: float) -> Link:
    """
    Drop-tail, one bandwidth-delay product and three packets more, and these three places refuse
    every tenth packet at random: the queue of the simulator of the NSDI 2011 paper (htsim,
    RandomQueue with the RANDOM_BUFFER of its example program; the paper does not mention it).
    """
    return {
        "packetsPerSecond": packets_per_s,
        "queuePackets": round(packets_per_s * round_trip_s) + RANDOM_BUFFER,
        "randomDropPackets": RANDOM_BUFFER,
    }


def mbps(megabits_per_s: float) -> float:
    """Packets per second."""
    return megabits_per_s * 1e6 / PACKET_BITS


def flow(routes: Sequence[Sequence[str]], round_trip: str | list[str], **more: Any) -> Flow:
    return {"routes": [list(route) for route in routes], "roundTrip": round_trip, **more}


def case(
    name: str, links: Mapping[str, Link], flows: Mapping[str, Flow], parameters: Mapping[str, str]
) -> Case:
    """Receivers acknowledge every packet, as those of the simulators of these papers do."""
    network = json.dumps({"links": links, "flows": flows})
    return Case(name, "flow-network", {"network": network, "delAckCount": "1", **parameters})


def throughput(runs: pd.DataFrame, case_name: str, flow_name: str) -> pd.Series:
    """Of one user of a flow, in full packets of payload per second."""
    return per_run(runs, case_name, f"flow_{flow_name}_packets_per_s")


def loss(runs: pd.DataFrame, case_name: str, link: str) -> pd.Series:
    """In percent of the packets that came to the link."""
    return per_run(runs, case_name, f"link_{link}_loss_percent")


def jain(rates: Sequence[pd.Series]) -> pd.Series:
    """Jain's fairness index in every run: 1 when all are equal, 1/n when one has everything."""
    total = sum(rates)
    squares = sum(rate * rate for rate in rates)
    return total * total / (len(rates) * squares)
