# SPDX-License-Identifier: GPL-2.0-only
"""
The table of published results and what this model makes of them: as rows, as one page, as a part of
docs/validation.md.

docs/reproductions.csv keeps what the last complete runs gave. The part of the document is made from it, and a test
compares both with what the studies say, so that neither can go its own way.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from mptcp_analysis import page

from . import report
from .study import Line, Publication

BEGIN = "<!-- made by ./mptcp reproduce --all --record; do not edit -->"
END = "<!-- end of what is made -->"
COLUMNS = [
    "study", "paper", "place", "setting", "quantity", "unit", "published", "low", "high", "mean", "half_width_95",
    "runs", "verdict", "revision",
]  # fmt: skip
#: what the studies say and no run changes
DECLARED = ["study", "paper", "place", "setting", "quantity", "unit", "published", "low", "high"]

#: verdicts that neither agree nor differ
OPEN = ("not compared", "one run has no interval")


@dataclass(frozen=True)
class Reproduced:
    """One study, done."""

    name: str
    publication: Publication
    lines: Sequence[Line]
    is_quick: bool
    revision: str
    figure: Figure
    #: as in parameters.json of the study
    parameters: Mapping[str, Any]


def verdict(line: Line, is_quick: bool) -> str:
    """
    With few or short runs a mean on the right side is all that can be asked, and says little; with many, an
    interval where the line wants one, which a single run does not have.
    """
    if line.informs:
        return "not compared"
    is_inside = line.low <= line.interval.mean <= line.high
    if is_quick:
        return "agrees (indicative)" if is_inside else "differs (indicative)"
    if line.certain and line.interval.runs < 2 and is_inside:
        return "one run has no interval"
    return "agrees" if line.holds else "differs"


def rows(one: Reproduced) -> pd.DataFrame:
    """One row per line, with the columns COLUMNS; open ends of the range asked for are empty."""
    found = []
    for line in one.lines:
        interval = line.interval
        found.append(
            {
                **declared(one.name, one.publication, line),
                "mean": interval.mean,
                "half_width_95": interval.half_width,
                "runs": interval.runs,
                "verdict": verdict(line, one.is_quick),
                "revision": one.revision,
            }
        )
    return pd.DataFrame(found, columns=COLUMNS)


def declared(name: str, publication: Publication, line: Line) -> dict[str, Any]:
    return {
        "study": name,
        "paper": publication.paper,
        "place": publication.place,
        "setting": publication.setting,
        "quantity": line.name,
        "unit": line.unit,
        "published": line.published,
        "low": line.low if math.isfinite(line.low) else None,
        "high": line.high if math.isfinite(line.high) else None,
    }


def declared_lines(study: ModuleType) -> list[Line]:
    """The lines of a study without its runs: each quantity that it asks for is 1 in every run."""
    table = pd.DataFrame(
        [{"case": case.name, "run": run} for case in study.cases() for run in range(1, study.SEEDS + 1)]
    )
    while True:
        try:
            return study.lines(table)
        except KeyError as problem:
            missing = str(problem.args[0]).partition("quantity '")[2].rstrip("'")
            if not missing or missing in table.columns:
                raise
            table[missing] = 1.0


# ------------------------------------------------------------------------------------- as text


def measured(row: Mapping[str, Any]) -> str:
    spread = row["half_width_95"]
    text = report.number(float(row["mean"]))
    return text if pd.isna(spread) else f"{text} ± {report.number(float(spread))}"


def accepted(row: Mapping[str, Any]) -> str:
    low, high = row["low"], row["high"]
    if pd.isna(low) and pd.isna(high):
        return ""
    if pd.isna(high):
        return f"≥ {report.number(float(low))}"
    if pd.isna(low):
        return f"≤ {report.number(float(high))}"
    return f"{report.number(float(low))} to {report.number(float(high))}"


def text_rows(table: pd.DataFrame) -> list[list[str]]:
    """For the terminal: a line with the paper before the lines of each study."""
    found = [["", "published", "accepted", "here (mean, 95 %)", "unit", "runs", "verdict"]]
    for name, group in table.groupby("study", sort=False):
        first = group.iloc[0]
        found.append([f"{name}: {first['paper']}, {first['place']}", *[""] * 6])
        for row in group.to_dict("records"):
            found.append([f"  {row['quantity']}", *_cells(row)])
    return found


def _cells(row: Mapping[str, Any]) -> list[str]:
    unit = "" if pd.isna(row["unit"]) else str(row["unit"])
    return [str(row["published"]), accepted(row), measured(row), unit, str(row["runs"]), str(row["verdict"])]


# ------------------------------------------------------------------------------------- as a page


def render(done: Sequence[Reproduced], command: str, remark: str) -> str:
    title = "Published results, reproduced"
    table = pd.concat([rows(one) for one in done], ignore_index=True)
    parts = [f"<h1>{title}</h1>", f"<p>{html.escape(remark)}</p>", _overview(table)]
    parts += [_study(one) for one in done]
    parts += ["<h2>To make this again</h2>", f"<pre>{html.escape(command)}</pre>"]
    return page.whole(title, "\n".join(parts))


HEADER = ["quantity", "published", "accepted", "here, mean ± 95 %", "unit", "runs", "verdict"]


def _overview(table: pd.DataFrame) -> str:
    counts = []
    for name, group in table.groupby("study", sort=False):
        compared = group[~group["verdict"].isin(OPEN)]
        agree = compared["verdict"].str.startswith("agrees").sum()
        counts.append([str(name), group["paper"].iloc[0], group["place"].iloc[0], f"{agree} of {len(compared)}"])
    return page.table(["study", "paper", "place", "lines that agree"], counts, numbers=1)


def _study(one: Reproduced) -> str:
    lines = [[row["quantity"], *_cells(row)] for row in rows(one).to_dict("records")]
    cases = [
        [case, facts["scenario"], " ".join(f"{k}={v}" for k, v in facts["parameters"].items())]
        for case, facts in one.parameters["cases"].items()
    ]
    return (
        f"<section>\n<h2>{html.escape(one.name)}: {html.escape(one.publication.paper)}, "
        f"{html.escape(one.publication.place)}</h2>\n<p>{html.escape(one.publication.setting)}.</p>\n"
        f"{page.table(HEADER, lines)}\n"
        f"<figure>{page.picture(one.figure, 'The lines of the table above with their runs')}</figure>\n"
        f"<details><summary>Parameters of its {len(cases)} cases</summary>"
        f"{page.table(['case', 'scenario', 'parameters'], cases)}</details>\n</section>"
    )


def as_json(table: pd.DataFrame) -> list[dict[str, Any]]:
    return json.loads(table.to_json(orient="records"))


# ------------------------------------------------------------------------------ in docs/validation.md


def record(kept: pd.DataFrame, made: pd.DataFrame) -> pd.DataFrame:
    """Rows of a study that was made replace those that were kept; by name of the study."""
    rest = kept[~kept["study"].isin(set(made["study"]))]
    both = pd.concat([rest, made], ignore_index=True) if len(rest) else made
    return both.sort_values("study", kind="stable").reset_index(drop=True)


def read_record(path: Path) -> pd.DataFrame:
    if not path.exists():
        return pd.DataFrame(columns=COLUMNS)
    return pd.read_csv(path, dtype={"published": str, "revision": str}, keep_default_na=False, na_values={
        name: [""] for name in ("low", "high", "mean", "half_width_95")
    })  # fmt: skip


def write_record(path: Path, table: pd.DataFrame) -> None:
    table.to_csv(path, index=False, float_format="%.6g", lineterminator="\n")


def markdown(table: pd.DataFrame) -> str:
    """The part of the document, between its marks."""
    lines = [
        BEGIN,
        "",
        "| study | paper, place | quantity | published | measured (mean ± 95 %) | runs | verdict |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, group in table.groupby("study", sort=False):
        for index, row in enumerate(group.to_dict("records")):
            where = f"{row['paper']}, {row['place']}" if index == 0 else ""
            unit = f" {row['unit']}" if row["unit"] else ""
            title = f"`{name}`" if index == 0 else ""
            cells = [title, where, row["quantity"], row["published"], measured(row) + unit, row["runs"], row["verdict"]]
            lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join([*lines, "", END])


def in_document(text: str, part: str) -> str:
    """The document with its made part replaced."""
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"the document has no lines '{BEGIN}' and '{END}'")
    return before + part + after
