# SPDX-License-Identifier: GPL-2.0-only
"""A host with two ISPs: which way packets take in each direction, and what is dropped."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ..store import Run
from . import ways

MODELS = {
    "strong": "strong host",
    "weak": "weak host",
    "idealised": "idealised",
    "idealised-strong": "idealised,\nstrong rule 3",
}
TITLE = "A host with two ISPs: who connects, by which way, and what is dropped"

caption = ways.caption


def prepare(run: Run) -> pd.DataFrame:
    return ways.prepare(run, _group)


def _group(row: pd.Series) -> str:
    return f"{MODELS[row['model']]}\n{'ingress filters' if row['filters'] == 'on' else 'no filters'}"


def draw(table: pd.DataFrame, caption: str) -> Figure:
    return ways.draw(table, caption, TITLE)
