# SPDX-License-Identifier: GPL-2.0-only
"""
./mptcp report: one HTML page about a study.

Everything is in the page: figures as SVG, their tables as CSV to save, no script, no font, no address to
fetch anything from. It reads well on a phone: what is wider than the screen scrolls by itself.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from mptcp_analysis import page
from mptcp_driver.errors import DriverError, UsageError
from mptcp_driver.project import note

from . import outcome, tables
from .outcome import Drawn, Undrawn
from .plan import Plan, from_json
from .program import planned_runs
from .source import Stored
from .store import Generation, Store

#: a longer table is folded
ROWS_SHOWN = 30
RETRY = " The command below makes those that failed again when <code>--retry-failed</code> is added."


@dataclass(frozen=True)
class Study:
    """What the page is about."""

    generation: Generation
    plan: Plan
    text: str
    #: that makes the runs, and that writes the page
    command: str
    report_command: str
    description: Mapping[str, Any]
    wanted: int
    table: pd.DataFrame
    #: rows of the plan's runs, completed and failed
    rows: Sequence[Mapping[str, Any]]

    @property
    def failed(self) -> list[Mapping[str, Any]]:
        return [row for row in self.rows if row["state"] == "failed"]


def load(folder: Path, wanted: int | None, report_command: str) -> Study:
    """The generation that was swept last, or that number."""
    with Store.read(folder) as store:
        generations = store.generations()
        wanted = wanted or store.latest_generation()
        chosen = [one for one in generations if one.id == wanted]
        if not chosen:
            known = ", ".join(str(one.id) for one in generations)
            raise UsageError(f"there is no generation {wanted} in {folder}; there are: {known or 'none'}")
        generation = chosen[-1]
        stored = store.plan(generation.id)
        plan = from_json(stored["plan"], Stored(stored["command"]))
        planned = planned_runs(plan, generation.build, Path(plan.scenario))
        keys = {one.key for one in planned}
        return Study(
            generation=generation,
            plan=plan,
            text=stored["text"],
            command=stored["command"],
            report_command=report_command,
            description=stored["description"],
            wanted=len(planned),
            table=outcome.measured(store, generation.id, plan, planned),
            rows=[row for row in store.runs(generation.id) if row["key"] in keys],
        )


def write(folder: Path, wanted: int | None, output: Path | None, command: str) -> tuple[Path, dict[str, Any]]:
    """
    Into the study's folder, with figures and tables beside it; or `output` alone, and the folder stays as it is.
    `command`: the words that do so again.
    """
    study = load(folder, wanted, command)
    if not study.rows:
        raise DriverError(f"no run of {study.plan.study} has been made; {study.command} makes them")
    # Without a completed run there is nothing to draw: the page says what has failed, and how.
    found = [] if study.table.empty else outcome.draw_all(study.plan, study.table, study.description)
    text = render(study, found)
    if output is None:
        outcome.write(folder, study.table, [one for one in found if isinstance(one, Drawn)])
    path = output or folder / "report.html"
    try:
        path.write_text(text)
    except OSError as problem:
        raise DriverError(f"{path} cannot be written: {problem.strerror}") from problem
    for one in found:
        if isinstance(one, Undrawn):
            note(f"mptcp: {one.problem.message}")
    return path, {
        "generation": study.generation.id,
        "plannedCount": study.wanted,
        "completedCount": len(study.table),
        "failedCount": len(study.failed),
    }


def render(study: Study, found: Sequence[Drawn | Undrawn]) -> str:
    title = f"{study.plan.study}: {study.plan.scenario}"
    parts = [_heading(study), _state(study)]
    parts += [_metric(one) if isinstance(one, Drawn) else _undrawn(one) for one in found]
    parts += [_reproduction(study), _parameters(study), _provenance(study), _failures(study)]
    body = "\n".join(part for part in parts if part)
    return page.whole(title, body)


def _heading(study: Study) -> str:
    question = html.escape(str(study.description.get("summary", "")))
    return f"<h1>{html.escape(study.plan.study)}</h1>\n<p>{question}</p>"


def _state(study: Study) -> str:
    varied = "; ".join(f"{axis.label}: {', '.join(axis.values)}" for axis in study.plan.axes)
    lines = [f"<p>{len(study.table)} runs of {html.escape(study.plan.scenario)}. Varied: {html.escape(varied)}.</p>"]
    absent = study.wanted - len(study.rows)
    if absent or study.failed:
        rest = "No run has completed" if study.table.empty else "What is shown rests on the others"
        lines.append(
            f'<p class="warning">{study.wanted} runs are planned; {absent} have not been made and {len(study.failed)} '
            f"have failed. {rest}.{RETRY if study.failed else ''}</p>"
        )
    return "\n".join(lines)


def _metric(one: Drawn) -> str:
    label = tables.metric_label(one.metric)
    caption = html.escape(one.caption.replace("\n", "; "))
    csv = one.table.to_csv(**outcome.CSV)
    link = f"data:text/csv;base64,{base64.b64encode(csv.encode()).decode()}"
    return (
        f"<section>\n<h2>{html.escape(label)}</h2>\n<figure>\n"
        f"{page.picture(one.figure, _alternative(one))}\n"
        f'<figcaption>{caption}. <a download="{html.escape(one.file)}.csv" href="{link}">'
        f"What is drawn, as CSV</a></figcaption>\n</figure>\n{_values(one)}\n</section>"
    )


def _undrawn(one: Undrawn) -> str:
    heading = html.escape(tables.metric_label(one.metric) or "No figure")
    return f'<section>\n<h2>{heading}</h2>\n<p class="warning">{html.escape(one.problem.message)}</p>\n</section>'


def _alternative(one: Drawn) -> str:
    axes = one.plan.axes
    over = f" over {axes[0].label}"
    by = f", a line for each {axes[1].label}" if len(axes) > 1 else ""
    return f"{tables.metric_label(one.metric)}{over}{by}; the table below has the numbers"


def _values(one: Drawn) -> str:
    """Mean ± half width of every point, with its number of runs."""
    labels = [axis.label for axis in one.plan.axes]
    header = [*labels, "mean ± 95 %", "runs"]
    rows = []
    for row in one.table.to_dict("records"):
        value = outcome.interval(row["mean"], row["half_width_95"])
        rows.append([*(str(row[label]) for label in labels), value, str(row["runs"])])
    opened = " open" if len(rows) <= ROWS_SHOWN else ""
    return f"<details{opened}><summary>All {len(rows)} values</summary>{page.table(header, rows, numbers=2)}</details>"


def _reproduction(study: Study) -> str:
    revisions = sorted({str(row["git_revision"]) for row in study.rows if row["git_revision"]})
    lines = []
    if len(revisions) == 1:
        lines.append(f"git checkout {revisions[0].removesuffix('-dirty')}")
    lines.append(study.command)
    lines.append(study.report_command)
    text = f"<h2>To make this again</h2>\n<pre>{html.escape(chr(10).join(lines))}</pre>"
    if any(revision.endswith("-dirty") for revision in revisions):
        text += '\n<p class="warning">Some runs were made with files that differ from that revision.</p>'
    if len(revisions) > 1:
        joined = html.escape(", ".join(revisions))
        text += f'\n<p class="note">Revisions: {joined}. What is compiled into the program was the same in all.</p>'
    if study.text:
        text += f"\n<p>The plan:</p>\n<pre>{html.escape(study.text)}</pre>"
    return text


def _parameters(study: Study) -> str:
    """Every parameter with its value, those of the axes apart."""
    varied = {name for axis in study.plan.axes for name in axis.parameters}
    helps = outcome.helps(study.description)
    values: dict[str, set[str]] = {}
    for row in study.rows:
        for name, text in row["parameters"].items():
            values.setdefault(name, set()).add(str(text))
    if not values:  # a run that failed at once has left no manifest
        given = {parameter["name"]: parameter["default"] for parameter in study.description["parameters"]}
        values = {name: {str(text)} for name, text in {**given, **study.plan.fixed}.items()}
    rows = [
        [name, ", ".join(sorted(found)), helps.get(name, "")]
        for name, found in values.items()
        if name not in varied and name != "RngRun"
    ]
    return f"<h2>Parameters</h2>\n{page.table(['parameter', 'value', 'meaning'], rows)}"


def _provenance(study: Study) -> str:
    def every(name: str) -> str:
        return ", ".join(sorted({str(row[name]) for row in study.rows if row[name] is not None})) or "not said"

    plan, rows = study.plan, study.rows
    seconds = sum(float(row["wall_time_s"]) for row in rows)
    facts = [
        ["run numbers", f"{plan.first_run} to {plan.first_run + plan.runs - 1}"],
        ["seed", every("seed")],
        ["ns-3", study.generation.ns3_version],
        ["ns3-mptcp", every("mptcp_version")],
        ["git revision", every("git_revision")],
        ["hosts", every("host")],
        ["made", f"{min(row['started_at'] for row in rows)} to {max(row['started_at'] for row in rows)}"],
        ["wall time of all runs", f"{seconds:.1f} s"],
        ["system", study.generation.system],
        ["generation", f"{study.generation.id}, begun {study.generation.created_at}"],
        ["build", study.generation.build],
    ]
    return f"<h2>Where it comes from</h2>\n{page.table([], facts)}"


def _failures(study: Study) -> str:
    if not study.failed:
        return ""
    entries = []
    for row in study.failed:
        point = " ".join(f"{name}={value}" for name, value in row["point"].items())
        said = f"<pre>{html.escape(row['messages'])}</pre>" if row["messages"] else ""
        entries.append(
            f"<details><summary>{html.escape(point)}, run {row['run']}: {html.escape(row['exit_state'])} "
            f"(attempt {row['attempts']})</summary>{said}</details>"
        )
    return "<h2>Runs that failed</h2>\n" + "\n".join(entries)
