# SPDX-License-Identifier: GPL-2.0-only
"""./mptcp reproduce: the studies of published results, as one table and one page."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import packages, results, validate
from .errors import UsageError, unknown
from .options import Arguments, Command, Option, count
from .project import Project, note, shown

if TYPE_CHECKING:
    import pandas as pd
    from mptcp_validation.reproduction import Reproduced

#: runs of each case with --quick, unless the study wants fewer
QUICK_SEEDS = 2
#: where the results of complete runs are kept, and the document that shows them
RECORD = Path("docs/reproductions.csv")
DOCUMENT = Path("docs/validation.md")


def command() -> Command:
    return Command(
        "reproduce",
        "make published results again: paper, published number, ours, verdict",
        positionals=("result",),
        repeats=True,
        options=(
            Option("all", "all of them: some two and a half hours on two idle cores, two thirds of it for the data centres"),
            Option("quick", "fewer and shorter runs, all in less than 15 minutes on two cores; verdicts are only indicative"),
            Option("list", "name the results, with paper and place; run nothing"),
            Option("seeds", "runs of each case, instead of what the study says", "N"),
            Option("jobs", "runs at a time (one per processor)", "N"),
            Option("record", f"put the table into {DOCUMENT} and {RECORD}; not with --quick or --seeds"),
        ),
    )


def choose(arguments: Arguments) -> list[str]:
    """The results that are asked for; refused before anything is installed or run."""
    from mptcp_validation import registry

    known = registry.reproductions()
    asked, options = list(dict.fromkeys(arguments.positionals)), arguments.options
    for name in asked:
        if name not in known:
            raise unknown("result", name, known)
    if "all" in options and asked:
        raise UsageError(f"--all makes all results again; leave it or '{asked[0]}' out")
    if "all" not in options and not asked:
        raise UsageError(f"reproduce needs a result, or --all; there are: {', '.join(known)}")
    for other in ("quick", "seeds"):
        if "record" in options and other in options:
            raise UsageError(f"--record keeps complete runs only; leave --{other} out")
    if "quick" in options and "seeds" in options:
        raise UsageError("--quick has its own number of runs; leave --seeds out")
    return asked or known


def listing(project: Project) -> list[dict[str, str]]:
    packages.ensure_installed(project)
    from mptcp_validation import registry

    found = []
    for name in registry.reproductions():
        publication = registry.load(name).PUBLICATION
        found.append({"name": name, "paper": publication.paper, "place": publication.place, "setting": publication.setting})
    return found


def reproduce(project: Project, arguments: Arguments) -> tuple[int, dict[str, Any]]:
    """Exit status and fields of the JSON result."""
    if "list" in arguments.options:
        found = listing(project)
        print(results.table([[one["name"], f"{one['paper']}, {one['place']}"] for one in found]))
        return 0, {"results": found}
    names = choose(arguments)
    is_quick = "quick" in arguments.options
    seeds = count(arguments, "seeds", 0) if "seeds" in arguments.options else None
    jobs = count(arguments, "jobs", os.cpu_count() or 1)
    started = time.monotonic()
    done, failed = validate.perform_each(
        names,
        lambda name: make(project, name, is_quick, seeds, jobs, f"{names.index(name) + 1}/{len(names)} {name}"),
    )
    wall_s = time.monotonic() - started
    text = remark(is_quick, wall_s, jobs, seeds)
    fields = _keep(project, names, done, is_quick, wall_s, text)
    for name, reason in failed.items():
        print(f"NOT DONE  {name}: {reason}")
    if "record" in arguments.options and done:
        record(project, done)
    bad = failed or fields["differing"] and not is_quick
    return (1 if bad else 0), {**fields, "failed": failed}


def make(project: Project, name: str, is_quick: bool, seeds: int | None, jobs: int, title: str) -> Reproduced:
    packages.ensure_installed(project)
    from mptcp_validation import registry
    from mptcp_validation.reproduction import Reproduced

    study = registry.load(name)
    changes = getattr(study, "QUICK", {}) if is_quick else {}
    if is_quick:
        seeds = min(study.SEEDS, getattr(study, "QUICK_SEEDS", QUICK_SEEDS))
    found = validate.carry_out(project, name, seeds, jobs, changes, title)
    parameters = validate.parameters(name, found)
    if not is_quick:
        validate.write(project.results / "validate" / name, name, found)
    revision = ", ".join(parameters["gitRevision"])
    figure = validate.figure(name, found)
    return Reproduced(name, study.PUBLICATION, found.lines, is_quick, revision, figure, parameters)


def remark(is_quick: bool, wall_s: float, jobs: int, seeds: int | None) -> str:
    took = f"Made in {wall_s / 60:.1f} min, {jobs} runs at a time; runs that were there already were not made again."
    if seeds is not None:
        return f"{seeds} runs of each case, as asked. {took}"
    if not is_quick:
        return f"Complete: as many runs as the studies ask for. {took}"
    return (
        f"Quick: {QUICK_SEEDS} runs of most cases, some shorter, so all verdicts are indicative, and so are the "
        f"figures with intervals: those of lossy paths above all (blest, ecf, handover, loss-rtt, redundant). {took}"
    )


def _keep(
    project: Project, names: Sequence[str], done: Sequence[Reproduced], is_quick: bool, wall_s: float, text: str
) -> dict[str, Any]:
    """Writes table.csv, table.json and report.html, prints the table."""
    import pandas as pd
    from mptcp_validation import registry, reproduction

    if not done:
        return {"isQuick": is_quick, "wallTimeSeconds": round(wall_s, 1), "rows": [], "differing": []}
    everything = names == registry.reproductions()
    folder = project.results / "reproduce" / (("all" if everything else "+".join(names)) + ("-quick" if is_quick else ""))
    folder.mkdir(parents=True, exist_ok=True)
    table = pd.concat([reproduction.rows(one) for one in done], ignore_index=True)
    words = ["./mptcp", "reproduce", *(["--all"] if everything else names), *(["--quick"] if is_quick else [])]
    reproduction.write_record(folder / "table.csv", table)
    fields = {"isQuick": is_quick, "wallTimeSeconds": round(wall_s, 1), "rows": reproduction.as_json(table)}
    results.write_json(folder / "table.json", {**fields, "command": " ".join(words)})
    (folder / "report.html").write_text(reproduction.render(done, " ".join(words), text))
    print(results.table(reproduction.text_rows(table)))
    differing = [f"{row['study']}: {row['quantity']}" for row in fields["rows"] if row["verdict"].startswith("differs")]
    print(f"\n{text}\n{len(differing)} of {_compared(table)} compared figures differ.\n\nreport   {shown(folder / 'report.html')}")
    note(f"mptcp: {wall_s / 60:.1f} min")
    return {**fields, "differing": differing, "folder": str(folder), "report": str(folder / "report.html")}


def _compared(table: pd.DataFrame) -> int:
    from mptcp_validation import reproduction

    return int((~table["verdict"].isin(reproduction.OPEN)).sum())


def record(project: Project, done: Sequence[Reproduced]) -> None:
    """Into the documents, in the place of what they had of these studies."""
    import pandas as pd
    from mptcp_validation import reproduction

    path, document = project.root / RECORD, project.root / DOCUMENT
    made = pd.concat([reproduction.rows(one) for one in done], ignore_index=True)
    reproduction.write_record(path, reproduction.record(reproduction.read_record(path), made))
    part = reproduction.markdown(reproduction.read_record(path))
    document.write_text(reproduction.in_document(document.read_text(), part))
    print(f"recorded in {RECORD} and {DOCUMENT}")
