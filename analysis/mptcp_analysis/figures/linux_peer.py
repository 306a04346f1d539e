# SPDX-License-Identifier: GPL-2.0-only
"""A download by curl on the Linux kernel, over simulated WiFi and 3G: as the figure of wifi-3g."""

from __future__ import annotations

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from .. import style
from ..store import Run
from . import wifi_3g

prepare = wifi_3g.prepare
TITLE = "curl on Linux downloads over simulated WiFi and 3G: MPTCP against TCP on one path"


def caption(run: Run) -> str:
    """Who sent, what was set, and how it is shown: two lines below the figure."""
    wanted = ["rcvBuf", "sndBuf", "linuxCongestionControl"]
    if run.parameters.get("server") == "simulated":
        wanted += ["scheduler", "congestionControl"]
    words = [f"server: {run.parameters.get('server', '?')}"]
    words += [f"{name} {run.parameters[name]}" for name in wanted if name in run.parameters]
    window = wifi_3g.goodput_window_s(float(run.samples["time_s"].max()))
    release = ""
    if "linux_release" in run.summary.columns:
        release = f"Linux {run.summary['linux_release'].iloc[0]}; "
    method = f"one run in real time; goodput averaged over {window:g} s"
    return "\n".join([", ".join(words).replace("ns3::", ""), release + method])


def draw(table: pd.DataFrame, caption: str) -> Figure:
    """A server of Linux does not tell its windows: then only the goodput is drawn."""
    if (table["panel"] != "goodput").any():
        return wifi_3g.draw(table, caption, TITLE)
    with matplotlib.rc_context(style.settings()):
        figure = style.new_figure(8.0, 4.4)
        axes = figure.add_subplot()
        wifi_3g.draw_goodput(axes, table)
        axes.set_xlim(0.0, float(table["time_s"].max()))
        axes.set_ylabel("Goodput (Mb/s)")
        axes.set_xlabel("Time (s)")
        figure.suptitle(TITLE, y=0.975)
        figure.text(0.5, 0.012, caption, ha="center", va="bottom", fontsize=7.5, color="#555555")
        figure.subplots_adjust(left=0.105, right=0.975, top=0.83, bottom=0.2)
    return figure
