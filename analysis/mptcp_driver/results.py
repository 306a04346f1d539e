# SPDX-License-Identifier: GPL-2.0-only
"""Run folders: their names, putting the transports of one run together, and reading them."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mptcp_analysis.figures import headline

from .columns import in_words, json_key
from .errors import UsageError, nearest

Row = dict[str, Any]


def new_folder(results: Path, scenario: str, now: time.struct_time) -> Path:
    """results/<scenario>/<YYYYmmdd-HHMMSS>, with -2, -3 ... when that second is taken."""
    parent = results / scenario
    parent.mkdir(parents=True, exist_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S", now)
    number = 1
    while True:
        folder = parent / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            folder.mkdir()
            return folder
        except FileExistsError:
            number += 1


def given_folder(path: Path) -> Path:
    """A folder that the user names: made when absent, refused when something is in it."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise UsageError(f"--output={path} exists and is not an empty folder")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UsageError(f"--output={path} cannot be made: {problem.strerror}") from problem
    return path.resolve()


def read_csv(path: Path) -> list[dict[str, str]]:
    with open(path, newline="") as handle:
        return list(csv.DictReader(handle))


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(data, indent=2) + "\n")


MERGED_TABLES = ("samples.csv", "counters.csv", "events.csv")


def merge_table(folder: Path, name: str, transports: Iterable[str]) -> None:
    """One table of all transports' tables of this name, with the transport as its first column."""
    with open(folder / name, "w", newline="") as out:
        header = None
        for transport in transports:
            source = folder / transport / name
            if not source.exists():
                continue
            with open(source, newline="") as lines:
                first = next(lines, "").rstrip("\r\n")
                if header is None:
                    header = first
                    out.write(f"transport,{header}\n")
                for line in lines:
                    out.write(f"{transport},{line.rstrip()}\n")


def merge_summaries(folder: Path, transports: Iterable[str]) -> list[dict[str, str]]:
    """One row per transport; columns that a transport does not have stay empty."""
    rows = []
    for transport in transports:
        source = folder / transport / "summary.csv"
        if source.exists():
            rows += [{**row, "transport": transport} for row in read_csv(source)]
    columns = ["transport"]
    for row in rows:
        columns += [column for column in row if column not in columns]
    with open(folder / "summary.csv", "w", newline="") as out:
        writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return rows


def json_value(key: str, text: str) -> Any:
    """Numbers as numbers; `intact` is the one truth value."""
    if key == "intact":
        return text.strip() in ("1", "true")
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def summary_as_json(row: Mapping[str, str]) -> Row:
    """One row of summary.csv; subflow_1_..., subflow_2_... become the list `subflows`."""
    result: Row = {}
    subflows: dict[int, Row] = {}
    for column, text in row.items():
        if text in ("", None):
            continue
        words = column.split("_", 2)
        if len(words) == 3 and words[0] == "subflow" and words[1].isdigit():
            key = json_key(words[2])
            subflows.setdefault(int(words[1]), {})[key] = json_value(key, text)
        else:
            key = json_key(column)
            result[key] = json_value(key, text)
    if subflows:
        result["subflows"] = [subflows[number] for number in sorted(subflows)]
    return result


def read_cost(folder: Path) -> Row:
    """What the run cost the machine; nothing of scenarios that do not measure it."""
    path = folder / "cost.csv"
    rows = read_csv(path) if path.exists() else []
    return summary_as_json(rows[0]) if rows else {}


CELLS_TABLE = "cells.csv"
# Columns of cells.csv that are truth values.
_CELL_FLAGS = ("checksum", "asExpected", "intact")


def read_cells(folder: Path) -> list[Row]:
    """What a scenario that runs many small experiments says of each; nothing for all others."""
    if not (folder / CELLS_TABLE).exists():
        return []
    cells = []
    for row in read_csv(folder / CELLS_TABLE):
        cell = summary_as_json(row)
        cell.update({key: cell[key] in (1, True) for key in _CELL_FLAGS if key in cell})
        cells.append(cell)
    return cells


def cell_table(cells: Iterable[Row]) -> str:
    """Boxes by their places: the outcomes there, over directions and checksums."""
    places = ("first", "second", "both")
    found: dict[str, dict[str, list[str]]] = {}
    for cell in cells:
        outcomes = found.setdefault(str(cell["box"]), {place: [] for place in places})[cell["placement"]]
        text = cell["outcome"] + ("" if cell.get("asExpected", True) else " (!)")
        if text not in outcomes:
            outcomes.append(text)
    rows = [["box", *places]]
    rows += [[box, *(" / ".join(by_place[place]) or "-" for place in places)] for box, by_place in found.items()]
    return table(rows)


def find_run(results: Path, asked: str) -> Path:
    """A run folder by its path, or the newest one of a scenario by the scenario's name."""
    path = Path(asked)
    if (path / "manifest.json").exists():
        return path.resolve()
    if path.exists():
        raise UsageError(f"{asked} is not a run folder: it has no manifest.json")
    runs = [f.parent for f in (results / asked).glob("*/manifest.json")] if asked else []
    if runs:
        return max(runs, key=lambda run: (run / "manifest.json").stat().st_mtime).resolve()
    raise UsageError(f"no run folder '{asked}'{_nearest_run(results, asked)}")


def _nearest_run(results: Path, asked: str) -> str:
    runs = sorted(f.parent for f in results.glob("*/*/manifest.json"))
    names = [str(run.relative_to(results.parent)) for run in runs]
    names += sorted({run.parent.name for run in runs})
    guess = nearest(asked, names)
    return f"; did you mean {guess}?" if guess else "; ./mptcp run <scenario> makes one"


def table(rows: list[list[str]]) -> str:
    """Left-aligned columns, two spaces apart."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows
    )


def runs_table(scenario: str, entries: Sequence[Row]) -> str:
    """A line per transport: goodput, what answers the scenario's question, shares of the subflows, how it ended."""
    answers = [name for name in headline(scenario) if any(json_key(name) in entry for entry in entries)]
    answers = [name for name in answers if name != "goodput_mbps"]
    has_shares = any(_shares(entry) for entry in entries)
    has_payload = any("intact" in entry for entry in entries)
    header = ["transport", "goodput", *(in_words(name)[0] for name in answers)]
    rows = [[*header, *(["share per subflow"] if has_shares else []), "bytes" if has_payload else "exit state"]]
    for entry in entries:
        goodput = f"{entry['goodputMbps']:.2f} Mb/s" if "goodputMbps" in entry else "-"
        intact = {True: "intact", False: "DAMAGED"}.get(entry.get("intact"), entry["exitState"])
        cells = [entry["transport"] or scenario, goodput, *(_with_unit(entry, name) for name in answers)]
        rows.append([*cells, *([_shares(entry)] if has_shares else []), intact])
    return table(rows)


def _shares(entry: Row) -> str:
    shares = [s for s in entry.get("subflows", []) if "sharePercent" in s]
    return ", ".join(f"{s.get('path', '?')} {s['sharePercent']:.1f} %" for s in shares)


def _with_unit(entry: Row, column: str) -> str:
    key = json_key(column)
    return f"{number(entry[key])} {in_words(column)[1]}".rstrip() if key in entry else "-"


def cost_lines(scenario: str, entries: Iterable[Row]) -> list[str]:
    """Of each run that has measured it."""
    return [
        f"{entry['transport'] or scenario}: {number(entry['cost']['cpuSecondsPerSimulatedSecond'])} s of CPU time per "
        f"simulated second, peak memory {number(entry['cost']['peakMemoryMebibytes'])} MiB"
        for entry in entries
        if {"cpuSecondsPerSimulatedSecond", "peakMemoryMebibytes"} <= entry.get("cost", {}).keys()
    ]


def number(value: Any) -> str:
    """Four digits of a fraction, but every digit before its point."""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"
    return str(value)


def variants(rows: list[Row]) -> str:
    """For scenarios that run several variants: a line each. Counts stay in summary.csv."""
    columns = [name for name in rows[0] if not name.endswith(("Packets", "Bytes")) and name != "intact"]
    return table([columns, *[[number(row[name]) for name in columns] for row in rows]])


def figures(entries: Iterable[Row]) -> str:
    """For scenarios that have no single goodput: every figure of the summary under its name."""
    rows = [["figure", "value"]]
    for entry in entries:
        numbers = {k: v for k, v in entry.items() if isinstance(v, (int, float)) and k != "wallTimeSeconds"}
        rows += [[name, f"{value:.4g}"] for name, value in numbers.items()]
        rows += [["exit state", entry["exitState"]]]
    return table(rows)
