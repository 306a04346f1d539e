# SPDX-License-Identifier: GPL-2.0-only
"""Flows over shared links: the network with what each route carries, and each flow against the published figure."""

from __future__ import annotations

import math

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .. import style
from ..store import Run

# The flows of all topologies; a run has some of them.
HEADLINE: tuple[str, ...] = (
    "jain_index", "flow_1_mbps", "flow_2_mbps", "flow_3_mbps",
    "flow_AB_mbps", "flow_BC_mbps", "flow_CD_mbps", "flow_DE_mbps", "flow_EA_mbps",
)  # fmt: skip
COLUMNS = ["panel", "name", "route", "links", "value", "published", "unit"]


def prepare(run: Run) -> pd.DataFrame:
    """
    What the figure draws: panel, name, route, links, value, published, unit.

    Panels: `link` (capacity in Mb/s), `route` (what a flow gets over a route, which passes `links`) and `flow` (all that
    it gets, with the published figure where there is one).
    """
    entities = run.manifest["runs"][0]["entities"] if run.manifest.get("runs") else run.manifest["entities"]
    row = run.summary.iloc[0]
    rows: list[list[object]] = []
    for name, facts in entities.items():
        kind, _, label = name.partition("-")
        if kind == "link":
            rows.append(["link", label, 0, label, float(facts["mbps"]), math.nan, "Mb/s"])
            continue
        for number in (1, 2):
            value = row[f"flow_{label}_route_{number}_mbps"]
            rows.append(["route", label, number, facts[f"route{number}"], value, math.nan, "Mb/s"])
        published = row.get(f"flow_{label}_published_mbps", math.nan)
        rows.append(["flow", label, 0, "", row[f"flow_{label}_mbps"], published, "Mb/s"])
    return pd.DataFrame(rows, columns=COLUMNS)


def caption(run: Run) -> str:
    """What was run, and how it is shown: two lines below the figure."""
    wanted = ("topology", "congestion", "queue", "duration", "warmUp")
    words = [f"{name} {run.parameters[name]}" for name in wanted if name in run.parameters]
    seed = f"seed {run.manifest.get('seed', '?')}, run number {run.manifest.get('run', '?')}; one run"
    jain = f"Jain's index {run.summary['jain_index'].iloc[0]:.3f}"
    return f"{', '.join(words)}; {seed}; {jain}\ngrey: links, as wide as their capacity; colours: routes, as wide as what they carry, at half that scale"


def draw(table: pd.DataFrame, caption: str) -> Figure:
    """Reads no files and computes nothing but positions."""
    flows = list(table.loc[table["panel"] == "flow", "name"])
    colours = {name: style.path_colour(f"flow {name}", index) for index, name in enumerate(flows)}
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(8.0, 4.8)
        left, right = figure.subplots(1, 2, width_ratios=[1.35, 1])
        _draw_network(left, table, colours)
        _draw_flows(right, table[table["panel"] == "flow"], colours)
        figure.suptitle("Flows with two routes each over shared links", y=0.97)
        figure.text(0.5, 0.012, caption, ha="center", va="bottom", fontsize=7.5, color="#555555")
        figure.subplots_adjust(left=0.02, right=0.97, top=0.88, bottom=0.2, wspace=0.18)
    return figure


def _places(links: list[str]) -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    """Ends of each link: in a row for the chain's four, otherwise round a circle."""
    count = len(links)
    if count == 4:
        return {name: ((i, 0.0), (i + 0.86, 0.0)) for i, name in enumerate(links)}
    corners = [(math.sin(2 * math.pi * i / count), math.cos(2 * math.pi * i / count)) for i in range(count)]
    return {name: (corners[i], corners[(i + 1) % count]) for i, name in enumerate(links)}


def _draw_network(axes: Axes, table: pd.DataFrame, colours: dict[str, str]) -> None:
    links = table[table["panel"] == "link"]
    places = _places(list(links["name"]))
    widest = float(links["value"].max())
    routes = table[table["panel"] == "route"]
    for _, link in links.iterrows():
        begin, end = places[link["name"]]
        (x0, y0), (x1, y1) = begin, end
        width = 30.0 * float(link["value"]) / widest
        axes.plot([x0, x1], [y0, y1], color="#d9d9d9", linewidth=max(width, 2.0), solid_capstyle="butt", zorder=1)
        length = math.hypot(x1 - x0, y1 - y0)
        normal = ((y1 - y0) / length, -(x1 - x0) / length)
        inner = -1.0 if normal[0] * (x0 + x1) + normal[1] * (y0 + y1) < 0 else 1.0
        away = 0.42 if len(places) != 4 else -0.3
        x, y = (x0 + x1) / 2 + inner * away * normal[0], (y0 + y1) / 2 + inner * away * normal[1]
        axes.annotate(f"{link['name']}: {link['value']:.3g} Mb/s", (x, y), ha="center", va="center", fontsize=8.0)
        crossing = routes[[link["name"] in str(names) for names in routes["links"]]]
        for index, (_, route) in enumerate(crossing.iterrows()):
            offset = 0.05 * (index - (len(crossing) - 1) / 2)
            dx, dy = offset * normal[0], offset * normal[1]
            axes.plot(
                [x0 + dx, x1 + dx], [y0 + dy, y1 + dy], color=colours[route["name"]],
                linewidth=max(30.0 * float(route["value"]) / widest * 0.5, 0.8), solid_capstyle="butt",
                linestyle="-" if len(str(route["links"])) == 1 else (0, (2.2, 1.2)), zorder=2,
            )  # fmt: skip
    if len(places) == 4:
        axes.set_ylim(-1.2, 1.2)
    else:
        axes.set_aspect("equal")
    axes.margins(0.2)
    axes.axis("off")
    axes.set_title("Routes: solid over one link, dashed over two", fontsize=9.0)


def _draw_flows(axes: Axes, table: pd.DataFrame, colours: dict[str, str]) -> None:
    names, values = list(table["name"]), [float(value) for value in table["value"]]
    axes.barh(range(len(names)), values, 0.62, color=[colours[name] for name in names], alpha=0.85)
    published = [float(value) for value in table["published"]]
    for index, (value, wanted) in enumerate(zip(values, published)):
        axes.annotate(f"{value:.2f}", (0.03 * max(values), index), va="center", color="white", fontsize=8.5)
        if not math.isnan(wanted):
            label = "published (fluid model)" if index == 0 else None
            axes.plot([wanted, wanted], [index - 0.42, index + 0.42], color="black", linewidth=2.0, label=label)
    if not all(math.isnan(value) for value in published):
        axes.legend(loc="lower right", bbox_to_anchor=(1.03, 1.0))
    axes.set_yticks(range(len(names)), [f"flow {name}" for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.1 * max([*values, *[value for value in published if not math.isnan(value)]]))
    axes.set_xlabel("Goodput of a flow (Mb/s)")
    axes.grid(axis="y", visible=False)
