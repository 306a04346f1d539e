# SPDX-License-Identifier: GPL-2.0-only
"""CPU time of a FatTree: MPTCP beside as many TCP flows, switches beside IP routers.

Processor seconds per simulated second, of the simulation alone. The runs of a seed follow one
another, one at a time, whatever `--jobs` says, and ratios are taken within a seed: a machine that
others use as well becomes slower and faster, and what runs on another processor takes caches away,
more from the larger program. What noise is left is a tenth and more in a single ratio; let nothing
else run. What is simulated is that of `datacenter`, for a shorter time. A seed takes two and a half
minutes.
"""

from __future__ import annotations

import pandas as pd

from ..study import Case, Line, RunResult, at_most, per_run, stated

SOURCE = "aims of this project; no publication has them"
SEEDS = 6
JOBS = 1
# In each seed the two that are compared follow one another.
LARGE = {"k": "8", "windowStart": "0.3s", "duration": "1s"}
SMALL = {"k": "4", "windowStart": "1s", "duration": "3s"}
PAIRS = {
    "8 subflows over 8 TCP flows, k = 8": (
        {**LARGE, "transport": "mptcp", "subflows": "8"},
        {**LARGE, "transport": "tcp", "flowsPerPair": "8"},
        1.2,
    ),
    "8 subflows over 8 TCP flows, k = 4": (
        {**SMALL, "transport": "mptcp", "subflows": "8"},
        {**SMALL, "transport": "tcp", "flowsPerPair": "8"},
        1.2,
    ),
    "switches over routers, k = 8, TCP": (
        {**LARGE, "transport": "tcp", "forwarding": "switch"},
        {**LARGE, "transport": "tcp", "forwarding": "router"},
        0.6,
    ),
}
# The one that is nearest to its limit, and short.
FURTHER_RUNS = {"switches over routers, k = 8, TCP": 6}


def cases() -> list[Case]:
    return [
        Case(name, "datacenter", parameters, FURTHER_RUNS.get(pair, 0))
        for pair, (first, second, _) in PAIRS.items()
        for name, parameters in zip(_names(pair), (first, second))
    ]


def _names(pair: str) -> tuple[str, str]:
    return f"{pair}: first", f"{pair}: second"


def measure(result: RunResult) -> dict[str, float]:
    cost = pd.read_csv(result.folder / "cost.csv").iloc[0]
    return {name: float(cost[name]) for name in ("cpu_s_per_simulated_s", "peak_memory_mib")}


def lines(runs: pd.DataFrame) -> list[Line]:
    found = []
    for pair, (_, _, most) in PAIRS.items():
        first, second = (per_run(runs, name, "cpu_s_per_simulated_s") for name in _names(pair))
        found.append(at_most(f"CPU, {pair}", first / second, most))
        found.append(stated(f"{pair}: CPU s per simulated second", first, "", "s"))
        found.append(stated(f"{pair}: the same of the other", second, "", "s"))
    large = next(iter(PAIRS))
    for name, text in zip(_names(large), ("8 subflows", "8 TCP flows")):
        found.append(stated(f"memory, {text}, k = 8", per_run(runs, name, "peak_memory_mib"), "", "MiB"))
    return found
