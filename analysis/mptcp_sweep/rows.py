# SPDX-License-Identifier: GPL-2.0-only
"""
The rows of a run's summary.csv, and what its figures are called.

A single row gives figures with the names of its columns. Of several rows each has a label, the texts by which
they differ, and its figures are called <label>.<column>: ecf.delay_p50_ms. Needs the standard library only.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

Row = Mapping[str, str]


def read(path: Path) -> list[Row]:
    """Without cells and rows that are empty."""
    with open(path, newline="") as lines:
        rows = [{name: text for name, text in row.items() if name and text} for row in csv.DictReader(lines)]
    return [row for row in rows if row]


def labels(rows: Sequence[Row]) -> list[str]:
    """Of the first columns of text that tell the rows apart; a single row needs none. ValueError: nothing does."""
    found: list[str] = ["" for _ in rows]
    for column in _columns_of_text(rows):
        if len(set(found)) == len(rows):
            break
        longer = [f"{label}.{row[column]}" if label else row[column] for label, row in zip(found, rows)]
        if len(set(longer)) > len(set(found)):
            found = longer
    twice = next((label for index, label in enumerate(found) if label in found[:index]), None)
    if twice is not None:
        which = f"two rows {twice}" if twice else f"{len(rows)} rows"
        raise ValueError(f"summary.csv has {which}; a column of text has to tell them apart, as transport or scheduler")
    return found


def _columns_of_text(rows: Sequence[Row]) -> list[str]:
    """Those that are filled in every row, and not with numbers alone."""
    shared = [name for name in rows[0] if all(name in row for row in rows)] if rows else []
    return [name for name in shared if not all(_is_number(row[name]) for row in rows)]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def figures(rows: Sequence[Row], of: Sequence[str]) -> dict[str, str]:
    """Everything that the rows say, under the names of this module; `of`: their labels. ValueError: a name twice."""
    found: dict[str, str] = {}
    for label, row in zip(of, rows):
        for column, text in row.items():
            name = named(label, column)
            if name in found:
                raise ValueError(f"summary.csv has two figures {name}; a row or column has to be called otherwise")
            found[name] = text
    return found


def named(label: str, column: str) -> str:
    return f"{label}.{column}" if label else column


def split(name: str) -> tuple[str, str]:
    """Label and column; the label of a single row is empty. A column may be called delay_p99.9_ms."""
    found = re.fullmatch(r"(.+)\.([^\W\d].*)", name, re.DOTALL)
    return (found.group(1), found.group(2)) if found else ("", name)


def having(column: str, names: Iterable[str]) -> dict[str, str]:
    """Those of the names that are this column's, by the label of the row; a full name is its own column."""
    end = f".{column}"
    found = {name.removesuffix(end): name for name in names if name.endswith(end) and name != end}
    return {"": column, **found} if column in names else found
