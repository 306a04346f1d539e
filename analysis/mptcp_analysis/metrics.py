# SPDX-License-Identifier: GPL-2.0-only
"""Pure functions from samples to numbers. A sample's value holds for the time before it."""

from __future__ import annotations

import numpy as np
import pandas as pd


def select(samples: pd.DataFrame, transport: str, entity: str, metric: str) -> pd.DataFrame:
    """time_s and value of one series, in order of time."""
    wanted = (
        (samples["transport"] == transport)
        & (samples["entity"] == entity)
        & (samples["metric"] == metric)
    )
    series = samples.loc[wanted, ["time_s", "value"]]
    return series.sort_values("time_s", kind="stable").reset_index(drop=True)


def subflows(samples: pd.DataFrame, transport: str) -> list[str]:
    """Names of the subflows of a transport, subflow-2 before subflow-10."""
    names = samples.loc[samples["transport"] == transport, "entity"].unique()
    found = [name for name in names if str(name).startswith("subflow-")]
    return sorted(found, key=lambda name: int(name.rpartition("-")[2]))


def windowed_mean(series: pd.DataFrame, window_s: float, end_s: float) -> pd.DataFrame:
    """
    Means over consecutive windows from time 0 to end_s, each placed at the middle of its window.

    Every sample stands for the time since the one before it and is weighted by it, so that
    uneven sampling does not matter. Time without samples counts as zero.
    """
    edges = np.arange(0.0, end_s + window_s / 2, window_s)
    if len(edges) < 2:
        edges = np.array([0.0, window_s])
    times = np.concatenate([[0.0], series["time_s"].to_numpy(dtype=float)])
    values = series["value"].to_numpy(dtype=float)
    sums = np.concatenate([[0.0], np.cumsum(values * np.diff(times))])
    at_edges = np.interp(edges, times, sums)
    means = np.diff(at_edges) / np.diff(edges)
    return pd.DataFrame({"time_s": (edges[:-1] + edges[1:]) / 2, "value": means})
