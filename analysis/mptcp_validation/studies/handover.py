# SPDX-License-Identifier: GPL-2.0-only
"""A stream of 1 Mb/s while a phone walks out of its WiFi: how long does it stall in full, backup and single-path mode?

The modes are the paper's; the order is what they promise, and no figure of the paper is compared. The links are
those of the NSDI 2012 measurements. "At once": WiFi is gone from one packet to the next and the phone notices.
"Fading": its loss grows to all within 3 s. "Unnoticed": nobody tells the server, and a timeout has to; single-path mode notices nothing either, so it has no such case.
"Walking": ns-3's own Wi-Fi and LTE in the place of links, and a phone that walks from its access point at 1.5 m/s
until ten beacons in a row are missing. Nothing else tells it, and frames are lost for seconds before.

Full and backup mode are alike where the phone notices at once: with minRTT a stream that WiFi can carry stays there
in both. Full mode may not be slower by more than a millisecond in the mean; the stall of single-path mode is longer in
every run. Bulk data is shown and not compared: full mode then waits longest, for the repetitions stand in line
behind what it has put into the queue of the cellular network.

Of the walk, "before" ends with the first frame that WiFi gives up after all its repetitions. Each mode sends other
frames, so the same run number is not the same fading: stalls of modes are compared by their means.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ..study import Case, Line, Publication, at_least, at_most, greater, per_run, stated

SOURCE = "Paasch, Detal, Duchene, Raiciu, Bonaventure: Exploring Mobile/WiFi Handover with MPTCP, CellNet 2012"
PUBLICATION = Publication(
    "Paasch et al., CellNet 2012", "modes full, backup and single-path",
    "1 Mb/s over WiFi (8 Mb/s, 20 ms) and 3G (2 Mb/s, 150 ms); WiFi goes after 10 s; or 802.11g and LTE, walking",
)  # fmt: skip
SEEDS = 20
MODES = ("full", "backup", "single-path")
LINKS = {"duration": "20s", "goneAt": "10s"}
LOSSES = {
    "at once": LINKS,
    "fading": {**LINKS, "fade": "3s"},
    "unnoticed": {**LINKS, "notice": "30s"},
    "bulk": {**LINKS, "traffic": "bulk"},
    "walking": {"network": "wifi-lte", "duration": "25s", "speed": "1.5"},
}


def cases() -> list[Case]:
    return [
        Case(f"{loss}, {mode}", "handover", {"transport": mode, **parameters})
        for loss, parameters in LOSSES.items()
        for mode in MODES
        if _has(loss, mode)
    ]


def lines(runs: pd.DataFrame) -> list[Line]:
    def of(loss: str, mode: str, quantity: str = "stall_ms") -> pd.Series:
        return per_run(runs, f"{loss}, {mode}", quantity)

    found = []
    for loss in ("at once", "fading"):
        more = of(loss, "full") - of(loss, "backup")
        line = at_most(f"{loss}: stall, full mode above backup mode", more, 1.0, "ms")
        found.append(replace(line, published="none"))
        longer = of(loss, "single-path"), of(loss, "backup")
        line = greater(f"{loss}: stall, single-path mode above backup mode", *longer, "ms")
        found.append(replace(line, published="longer"))
    for less, more in (("full", "backup"), ("backup", "single-path")):
        line = greater(f"walking: stall, {more} mode above {less} mode", of("walking", more), of("walking", less), "ms")
        found.append(replace(line, published="longer"))
    more = of("unnoticed", "full") - of("unnoticed", "backup")
    line = at_most("unnoticed: stall, full mode above backup mode", more, 1.0, "ms")
    found.append(replace(line, published="none"))
    before = [of(loss, mode, "cellular_bytes_before") for loss in LOSSES for mode in MODES[1:] if _has(loss, mode)]
    line = at_most("data over cellular before, backup and single-path", _worst(before, "max"), 0.0, "bytes")
    found.append(replace(line, published="none"))
    intact = [of(loss, mode, "intact") for loss in LOSSES for mode in MODES if _has(loss, mode)]
    line = at_least("share of runs with everything delivered and undamaged", _worst(intact, "min"), 1.0)
    found.append(replace(line, published="all"))
    for mode in MODES:
        found.append(stated(f"walking: latest message, {mode}", of("walking", mode, "worst_delay_ms"), "-", "ms"))
    fails = of("walking", "single-path", "gone_at_s") - of("walking", "single-path", "failing_since_s")
    found.append(stated("walking: from the first lost frame until the phone leaves, single-path", fails, "-", "s"))
    found += [stated(f"{loss}: stall, {mode}", of(loss, mode), "-", "ms") for loss in LOSSES for mode in MODES if _has(loss, mode)]
    return found


def _has(loss: str, mode: str) -> bool:
    return not (loss == "unnoticed" and mode == "single-path")


def _worst(values: list[pd.Series], which: str) -> pd.Series:
    """Of each run number, over all cases."""
    return pd.concat(values, axis=1).agg(which, axis=1)
