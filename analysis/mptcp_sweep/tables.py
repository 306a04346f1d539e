# SPDX-License-Identifier: GPL-2.0-only
"""From the runs of a study to what a figure shows: means with intervals, by the plan's axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from mptcp_driver.errors import DriverError
from mptcp_validation.study import interval_of

from .plan import Plan
from .store import Planned

#: what a scenario is asked for when the plan does not say
USUAL_METRICS = ("goodput_mbps", "mean_delay_ms")


def measurements(
    plan: Plan, planned: Sequence[Planned], completed: Mapping[str, Mapping[str, float | str]]
) -> pd.DataFrame:
    """One row per completed run that the plan asks for: a column per axis, `run`, and all its figures."""
    rows = [
        {**one.point, "run": one.run, **completed[one.key]} for one in planned if one.key in completed
    ]
    return pd.DataFrame(rows, columns=None if rows else [*(axis.label for axis in plan.axes), "run"])


def metrics(plan: Plan, table: pd.DataFrame) -> list[str]:
    """Those of the plan; otherwise the usual one that the scenario has, or its first number."""
    if plan.metrics:
        return list(plan.metrics)
    axes = {axis.label for axis in plan.axes} | {"run"}
    numbers = [name for name in table.columns if name not in axes and pd.api.types.is_numeric_dtype(table[name])]
    usual = [name for name in USUAL_METRICS if name in numbers]
    if not usual and not numbers:
        raise DriverError("no run has left a number in its summary.csv")
    return usual[:1] or numbers[:1]


def summarised(plan: Plan, table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """
    What is drawn: a column per axis, `metric`, `mean`, `half_width_95`, `runs`; in the plan's order, without
    points that have no run yet. The half width is empty with a single run.
    """
    labels = [axis.label for axis in plan.axes]
    values = pd.to_numeric(table[metric], errors="coerce") if metric in table else pd.Series(dtype=float)
    points = pd.Series(list(zip(*(table[label] for label in labels))), index=table.index, dtype=object)
    by_point = dict(list(values.dropna().groupby(points))) if len(values) else {}
    rows = []
    for point in plan.points():
        group = by_point.get(tuple(point.values()))
        if group is not None:
            found = interval_of(group)
            interval = {"mean": found.mean, "half_width_95": found.half_width, "runs": found.runs}
            rows.append({**point, "metric": metric, **interval})
    return pd.DataFrame(rows, columns=[*labels, "metric", "mean", "half_width_95", "runs"])


def runs_in_words(table: pd.DataFrame) -> str:
    """10 runs of each point; 8 to 10 runs of each point."""
    least, most = int(table["runs"].min()), int(table["runs"].max())
    number = str(most) if least == most else f"{least} to {most}"
    return f"{number} run{'s' if most > 1 else ''} of each point"


def spread(mean: float, half_width: float) -> str:
    """Half the width of an interval; what only rounding of the computation made is 0."""
    return "0" if half_width < 1e-9 * abs(mean) else f"{half_width:.2g}"


def metric_label(name: str) -> str:
    """goodput_mbps -> Goodput (Mb/s)."""
    units = (
        ("_packets_per_s", "packets/s"),
        ("_per_s", "1/s"),
        ("_mbps", "Mb/s"),
        ("_percent", "%"),
        ("_bytes", "bytes"),
        ("_ms", "ms"),
        ("_s", "s"),
    )
    for suffix, unit in units:
        if name.endswith(suffix) and name != suffix[1:]:
            return f"{_words(name[: -len(suffix)])} ({unit})"
    return _words(name)


def _words(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]
