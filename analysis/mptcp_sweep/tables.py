# SPDX-License-Identifier: GPL-2.0-only
"""From the runs of a study to what a figure shows: means with intervals, by the plan's axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
from mptcp_analysis.figures import headline
from mptcp_driver.columns import in_words
from mptcp_driver.errors import DriverError
from mptcp_validation.study import interval_of

from . import rows
from .plan import Axis, Plan
from .store import Planned

#: what a scenario is asked for when the plan does not say
USUAL_METRICS = ("goodput_mbps", "mean_delay_ms")
#: what `summarised` has besides the axes
SUMMARY = ("metric", "mean", "half_width_95", "runs")
#: label of a row that is alone in its run, where other runs have several
ALONE = "only row"


def measurements(
    plan: Plan, planned: Sequence[Planned], completed: Mapping[str, Mapping[str, float | str]]
) -> pd.DataFrame:
    """One row per completed run that the plan asks for: a column per axis, `run`, and all its figures."""
    found = [
        {**one.point, "run": one.run, **completed[one.key]} for one in planned if one.key in completed
    ]
    return pd.DataFrame(found, columns=None if found else [*(axis.label for axis in plan.axes), "run"])


def names_of_figures(plan: Plan, table: pd.DataFrame) -> list[str]:
    others = {axis.label for axis in plan.axes} | {"run"}
    return [str(name) for name in table.columns if name not in others]


def metrics(plan: Plan, table: pd.DataFrame) -> list[str]:
    """Those of the plan; otherwise what the scenario's question is about, the usual one, or its first number."""
    if plan.metrics:
        return list(plan.metrics)
    numbers = [name for name in names_of_figures(plan, table) if pd.api.types.is_numeric_dtype(table[name])]
    if not numbers:
        raise DriverError("no run has left a number in its summary.csv")
    telling = {name: list(rows.having(name, numbers).values()) for name in (*headline(plan.scenario), *USUAL_METRICS)}
    there = [name for name, own in telling.items() if own]
    everywhere = [name for name in there if table[telling[name]].notna().any(axis=1).all()]
    return [*everywhere, *there, rows.split(numbers[0])[1]][:1]


def by_rows(plan: Plan, table: pd.DataFrame, metric: str) -> tuple[Plan, pd.DataFrame]:
    """
    What to summarise a metric by. Where runs have it in several rows of their summary.csv, the rows are one more
    axis, the last one; otherwise plan and table are as they were.
    """
    names = rows.having(metric, names_of_figures(plan, table))
    alone = table[metric].notna() if "" in names else pd.Series(False, index=table.index)
    parts = {label: table.loc[~alone, name].dropna() for label, name in names.items() if label}
    parts = {label: values for label, values in parts.items() if len(values)}
    if not parts:
        return plan, table
    axis = _axis_of_rows(plan, table, list(parts))
    if alone.any():
        parts[ALONE] = table.loc[alone, metric]
    fixed = table[[*(one.label for one in plan.axes), "run"]]
    long = [fixed.loc[values.index].assign(**{axis: label, metric: values}) for label, values in parts.items()]
    return replace(plan, axes=(*plan.axes, Axis((axis,), tuple(parts)))), pd.concat(long, ignore_index=True)


def _axis_of_rows(plan: Plan, table: pd.DataFrame, labels: Sequence[str]) -> str:
    """The column whose texts are the labels, for example scheduler; `row` where labels have several texts."""
    taken = {axis.label for axis in plan.axes} | {"run", *SUMMARY}

    def is_label(column: str) -> bool:
        names = [rows.named(label, column) for label in labels]
        return all(name in table and (table[name].dropna() == label).all() for name, label in zip(names, labels))

    columns = dict.fromkeys(rows.split(name)[1] for name in names_of_figures(plan, table))
    found = next((column for column in columns if column not in taken and is_label(column)), "row")
    return found if found not in taken else "row of summary.csv"


def summarised(plan: Plan, table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """
    What is drawn: a column per axis, `metric`, `mean`, `half_width_95`, `runs`; in the plan's order, without
    points that have no run yet. The half width is empty with a single run.
    """
    labels = [axis.label for axis in plan.axes]
    values = pd.to_numeric(table[metric], errors="coerce") if metric in table else pd.Series(dtype=float)
    points = pd.Series(list(zip(*(table[label] for label in labels))), index=table.index, dtype=object)
    by_point = dict(list(values.dropna().groupby(points))) if len(values) else {}
    found = []
    for point in plan.points():
        group = by_point.get(tuple(point.values()))
        if group is not None:
            one = interval_of(group)
            found.append(dict(zip((*labels, *SUMMARY), (*point.values(), metric, one.mean, one.half_width, one.runs))))
    return pd.DataFrame(found, columns=[*labels, *SUMMARY])


def runs_in_words(table: pd.DataFrame) -> str:
    """10 runs of each point; 8 to 10 runs of each point."""
    least, most = int(table["runs"].min()), int(table["runs"].max())
    number = str(most) if least == most else f"{least} to {most}"
    return f"{number} run{'s' if most > 1 else ''} of each point"


def spread(mean: float, half_width: float) -> str:
    """Half the width of an interval; what only rounding of the computation made is 0."""
    return "0" if half_width < 1e-9 * abs(mean) else f"{half_width:.2g}"


def metric_label(name: str) -> str:
    """goodput_mbps -> Goodput (Mb/s), ecf.goodput_mbps -> Goodput of ecf (Mb/s)."""
    row, name = rows.split(name)
    words, unit = in_words(name)
    of = f" of {row}" if row else ""
    return words[:1].upper() + words[1:] + of + (f" ({unit})" if unit else "")
