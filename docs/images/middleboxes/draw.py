# SPDX-License-Identifier: GPL-2.0-only
"""
Draws the pictures of docs/middleboxes.md: what each box does to a segment.

    python3 docs/images/middleboxes/draw.py [folder]

Each picture is data: what comes in, and what goes out. A field that a box has changed or added begins
with `*`. The numbers are those of the unit tests (test/core/*-boxes-test.cc) where these have some.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "analysis"))

import matplotlib  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.patches import FancyArrowPatch, Rectangle  # noqa: E402
from mptcp_analysis import style  # noqa: E402

OUT, IN = "out", "in"


@dataclass
class Segment:
    way: str
    fields: str  # separated by " | "
    note: str = ""


@dataclass
class Step:
    """One thing that happens: what comes to the box, and what leaves it, in order."""

    before: list[Segment]
    after: list[Segment]


def out(fields: str, note: str = "") -> Segment:
    return Segment(OUT, fields, note)


def back(fields: str, note: str = "") -> Segment:
    return Segment(IN, fields, note)


PICTURES: dict[str, tuple[str, list[Step]]] = {
    "nat": (
        "NAT",
        [
            Step([out("from 10.1.1.1:49153 | seq 1 | DSS | abcd")], [out("*from 198.51.100.1:49153 | seq 1 | DSS | abcd")]),
            Step([back("*to 10.1.1.1:49153 | ack 5 | DSS")], [back("to 198.51.100.1:49153 | ack 5 | DSS")]),
        ],
    ),
    "napt": (
        "NAPT",
        [
            Step([out("from 10.1.1.1:49153 | seq 1 | DSS | abcd")], [out("*from 198.51.100.1:20000 | seq 1 | DSS | abcd")]),
            Step([back("*to 10.1.1.1:49153 | ack 5 | DSS")], [back("to 198.51.100.1:20000 | ack 5 | DSS")]),
            Step([back("", "nobody inside hears of it")], [back("SYN | to 10.1.1.1:49153 | MP_JOIN")]),
        ],
    ),
    "isn": (
        "new ISN",
        [
            Step([out("SYN | seq 1000 | MP_CAPABLE")], [out("SYN | *seq 83021 | MP_CAPABLE")]),
            Step([back("SYN, ACK | *seq 7310 | *ack 1001 | MP_CAPABLE")], [back("SYN, ACK | seq 5000 | ack 83022 | MP_CAPABLE")]),
            Step([out("seq 1001 | ack 7311 | DSS: offset 1 | abcd")], [out("*seq 83022 | *ack 5001 | DSS: offset 1 | abcd")]),
        ],
    ),
    "strip": (
        "strip",
        [
            Step([out("SYN | seq 0 | MSS | MP_CAPABLE")], [out("SYN | seq 0 | MSS")]),
            Step([out("seq 1 | timestamp | DSS | abcd")], [out("seq 1 | timestamp | abcd")]),
        ],
    ),
    "drop-unknown": (
        "drop",
        [
            Step([out("SYN | seq 0 | MSS | MP_CAPABLE", "drop-unknown")], [out("", "no trace of it")]),
            Step([out("SYN | seq 0 | MSS")], [out("SYN | seq 0 | MSS")]),
            Step(
                [out("SYN | seq 0 | MSS | MP_CAPABLE", "drop-unknown-data")],
                [out("SYN | seq 0 | MSS | MP_CAPABLE")],
            ),
            Step([out("seq 1 | ack 1 | MP_CAPABLE")], [out("", "no trace of it")]),
            Step([out("seq 1 | ack 1")], [out("seq 1 | ack 1")]),
        ],
    ),
    "split": (
        "split",
        [
            Step(
                [out("seq 1 | DSS | abcdefgh", "split-keep")],
                [out("seq 1 | DSS | *abcd"), out("*seq 5 | *DSS | *efgh")],
            ),
            Step(
                [out("seq 1 | DSS | abcdefgh", "split-first")],
                [out("seq 1 | DSS | *abcd"), out("*seq 5 | *efgh")],
            ),
            Step(
                [out("seq 1 | DSS | abcdefgh", "split-drop")],
                [out("seq 1 | *abcd"), out("*seq 5 | *efgh")],
            ),
        ],
    ),
    "coalesce": (
        "join",
        [
            Step(
                [out("seq 1 | DSS 1 | abcd", "coalesce-keep"), out("seq 5 | DSS 2 | efgh")],
                [out("seq 1 | DSS 1 | *DSS 2 | *abcdefgh", "if both fit in 40 bytes")],
            ),
            Step(
                [out("seq 1 | DSS 1 | abcd", "coalesce-first"), out("seq 5 | DSS 2 | efgh")],
                [out("seq 1 | DSS 1 | *abcdefgh")],
            ),
            Step(
                [out("seq 1 | DSS 1 | abcd", "coalesce-drop"), out("seq 5 | DSS 2 | efgh")],
                [out("seq 1 | *abcdefgh")],
            ),
        ],
    ),
    "pep": (
        "PEP",
        [
            Step(
                [out("seq 1 | timestamp | DSS | abcd"), back("*ack 5 | *timestamp", "at once, without DSS")],
                [out("seq 1 | timestamp | DSS | abcd")],
            ),
            Step([back("", "said already")], [back("ack 5 | timestamp | DSS")]),
            Step([], [out("*seq 1 | *timestamp | *DSS | *abcd", "again, if no ack comes")]),
        ],
    ),
    "split-proxy": (
        "proxy",
        [
            Step([out("SYN | seq 0 | MSS | timestamp | MP_CAPABLE")], [out("SYN | seq 0 | MSS")]),
            Step([out("seq 1 | abcd"), back("*ack 5 | *win: its own")], [out("seq 1 | abcd", "when there is room")]),
            Step([back("", "this half ends here")], [back("ack 5 | win 0")]),
        ],
    ),
    "split-proxy-relay": (
        "proxy",
        [
            Step([out("SYN | seq 0 | MSS | timestamp | MP_CAPABLE")], [out("SYN | seq 0 | MSS | MP_CAPABLE")]),
            Step(
                [out("seq 5 | DSS | efgh"), back("*ack 9 | *DSS: Data ACK 5", "of the last one")],
                [out("seq 5 | DSS | efgh")],
            ),
        ],
    ),
    "normaliser": (
        "normalise",
        [
            Step([out("SYN | seq 0 | MP_CAPABLE | MSS")], [out("SYN | seq 0 | *NOP ... NOP | MSS")]),
            Step([out("seq 5 | efgh"), out("seq 1 | abcd")], [out("seq 1 | abcd"), out("seq 5 | efgh")]),
            Step([out("seq 1 | aXYd")], [out("seq 1 | *abcd", "what passed first")]),
        ],
    ),
    "firewall": (
        "firewall",
        [
            Step([out("SYN | seq 0 | MP_JOIN")], [out("SYN | seq 0 | MP_JOIN")]),
            Step([back("", "not invited")], [back("SYN | seq 0 | MP_JOIN")]),
            Step([out("seq 90001 | abcd")], [out("", "out of the window")]),
        ],
    ),
    "ids": (
        "IDS",
        [
            Step([out("seq 1 | DSS | abcd")], [out("seq 1 | DSS | abcd")]),
            Step([out("seq 9 | DSS | ijkl")], [out("", "behind a hole")]),
            Step([out("seq 5 | DSS | efgh")], [out("seq 5 | DSS | efgh")]),
        ],
    ),
    "rewrite": (
        "rewrite",
        [
            Step([out("seq 1 | DSS: 6 bytes | a cat.")], [out("seq 1 | DSS: 6 bytes | *a tiger.")]),
            Step([out("seq 7 | DSS | more")], [out("*seq 9 | DSS | more")]),
            Step([back("*ack 11 | DSS")], [back("ack 13 | DSS")]),
        ],
    ),
    "window": (
        "window",
        [Step([back("ack 5 | *win 16384 | DSS")], [back("ack 5 | win 131072 | DSS")])],
    ),
    "resend-different": (
        "repeat",
        [
            Step(
                [out("seq 1 | DSS | abcd")],
                [out("seq 1 | DSS | abcd"), out("*seq 1 | *DSS | *????", "the same bytes, other content")],
            )
        ],
    ),
    "blackhole": (
        "black hole",
        [
            Step([out("seq 1 | DSS | abcd")], [out("seq 1 | DSS | abcd")]),
            Step([out("seq 100001 | DSS | efgh")], [out("", "and so from now on")]),
            Step([back("")], [back("ack 5 | DSS")]),
        ],
    ),
    "blackhole-flow": (
        "black hole\nof a flow",
        [
            Step([out("from port 49153 | seq 1 | DSS | abcd")], [out("from port 49153 | seq 1 | DSS | abcd")]),
            Step([out("from port 49153 | seq 100001 | DSS | efgh")], [out("", "and so from now on")]),
            Step([out("from port 49154 | SYN | MP_JOIN")], [out("from port 49154 | SYN | MP_JOIN", "another flow")]),
        ],
    ),
}

ROW, GAP, SIDE, BOX = 0.30, 0.16, 4.1, 1.15


def field_width(text: str) -> float:
    return 0.16 + 0.073 * len(text)


def draw_segment(axes: Axes, segment: Segment, left: float, y: float) -> None:
    """Between left and left + SIDE; without fields it is a cross: nothing gets there."""
    colours = style.palette()
    texts = [text.strip() for text in segment.fields.split("|") if text.strip()]
    at = left + 0.28
    if not texts:
        axes.text(at + 0.1, y, "×", fontsize=15, color=colours["vermillion"], ha="center", va="center", weight="bold")
        axes.text(at + 0.32, y, segment.note, fontsize=7.5, color="#444444", va="center", style="italic")
        return
    ends = (left, left + 0.25) if segment.way == OUT else (left + 0.25, left)
    axes.add_patch(FancyArrowPatch((ends[0], y), (ends[1], y), arrowstyle="-|>", mutation_scale=9, color="#444444"))
    for text in texts:
        changed = text.startswith("*")
        text = text.lstrip("*")
        is_option = text.startswith(("DSS", "MP_", "MSS", "timestamp", "NOP"))
        fill = colours["orange"] if changed else ("#cfe6f5" if is_option else "#eeeeee")
        width = field_width(text)
        axes.add_patch(Rectangle((at, y - ROW / 2), width, ROW, facecolor=fill, edgecolor="#444444", linewidth=0.7))
        axes.text(at + width / 2, y, text, fontsize=7.5, ha="center", va="center")
        at += width
    axes.text(at + 0.08, y, segment.note, fontsize=7.5, color="#444444", va="center", style="italic")


def draw(name: str, folder: Path) -> Path:
    label, steps = PICTURES[name]
    rows = sum(max(len(step.before), len(step.after)) for step in steps)
    height = rows * (ROW + 0.06) + GAP * (len(steps) - 1) + 0.62
    width = 2 * SIDE + BOX + 0.5
    figure = style.new_figure(width, height)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, width)
    axes.set_ylim(-height, 0)
    axes.axis("off")
    middle = 0.15 + SIDE
    axes.text(0.15, -0.18, "inside", fontsize=8.5, weight="bold", va="center")
    axes.text(middle + BOX + 0.2, -0.18, "outside", fontsize=8.5, weight="bold", va="center")
    axes.add_patch(
        Rectangle((middle, -height + 0.12), BOX, height - 0.2, facecolor=style.palette()["blue"], edgecolor="none")
    )
    axes.text(middle + BOX / 2, -height / 2, label, color="white", fontsize=10, ha="center", va="center", weight="bold")
    y = -0.36 - ROW / 2
    for step in steps:
        for side, left in ((step.before, 0.15), (step.after, middle + BOX + 0.2)):
            for index, segment in enumerate(side):
                draw_segment(axes, segment, left, y - index * (ROW + 0.06))
        y -= max(len(step.before), len(step.after)) * (ROW + 0.06) + GAP
    path = folder / f"{name}.svg"
    with matplotlib.rc_context({"svg.hashsalt": "ns3-mptcp", "svg.fonttype": "none", "font.family": "DejaVu Sans"}):
        figure.savefig(path, metadata={"Date": None, "Creator": None})
    return path


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    for name in PICTURES:
        print(draw(name, folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
