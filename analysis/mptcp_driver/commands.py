# SPDX-License-Identifier: GPL-2.0-only
"""What each command does, from its arguments to its result."""

from __future__ import annotations

import os
import shlex
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from . import bench, bench_schedulers, build, checks, compare, doctor, fuzz, packages, plotting, reproduce, results
from . import runner, scenario, sweeps, validate
from .errors import DriverError, UsageError, unknown
from .options import Arguments
from .options import count as _count
from .progress import Progress
from .project import Project, note, shown


@dataclass
class Outcome:
    """Exit status and the fields of the JSON result."""

    status: int = 0
    fields: dict[str, Any] = field(default_factory=dict)


def _binary(project: Project, name: str) -> Path:
    """Builds one scenario. An unknown name is refused before anything is installed."""
    names = project.scenario_names()
    if name not in names:
        raise unknown("scenario", name, names)
    packages.ensure_installed(project)
    build.build(project, "release", [name])
    binary = project.scenario_binary(name)
    if not binary.exists():
        raise DriverError(f"{name} needs an ns-3 that was built with its module fd-net-device")
    return binary


# ------------------------------------------------------------------------------------------- run


def run(project: Project, arguments: Arguments) -> Outcome:
    name = arguments.positionals[0]
    binary = _binary(project, name)
    described = scenario.describe(binary)
    parameters = scenario.check_parameters(described, arguments.parameters)
    transports = scenario.choose_transports(described, arguments.options.get("transport"))

    now = time.localtime()
    asked = arguments.options.get("output")
    if asked is None:
        folder = results.new_folder(project.results, name, now)
    else:
        folder = results.given_folder(Path(asked))
    runs = runner.plan(binary, folder, transports, parameters)
    started = time.monotonic()
    try:
        runner.execute(runs, name)
    except UsageError:
        # Nothing was run, so there is nothing to keep.
        shutil.rmtree(folder)
        raise

    command = ["./mptcp", "run", name, *_as_typed(arguments)]
    started_at = time.strftime("%Y-%m-%dT%H:%M:%S%z", now)
    manifest = runner.run_manifest(runs, command, started_at, time.monotonic() - started)
    rows = _collect(folder, runs, manifest)
    plots = [] if "no-plot" in arguments.options else _draw_if_possible(project, folder)
    outcome = _run_outcome(folder, runs, manifest, rows, plots)
    _print_run(outcome.fields, runs)
    return outcome


def _as_typed(arguments: Arguments) -> list[str]:
    options = {**arguments.options, **arguments.parameters}
    return [f"--{k}={shlex.quote(v)}" if v else f"--{k}" for k, v in options.items()]


def _collect(
    folder: Path, runs: list[runner.TransportRun], manifest: dict[str, Any]
) -> list[dict[str, str]]:
    transports = manifest["transports"]
    if not transports:
        summary = folder / "summary.csv"
        own = runs[0].manifest()
        results.write_json(folder / "manifest.json", {**manifest, **own, "runs": manifest["runs"]})
        return results.read_csv(summary) if summary.exists() else []
    for name in results.MERGED_TABLES:
        results.merge_table(folder, name, transports)
    results.write_json(folder / "manifest.json", manifest)
    return results.merge_summaries(folder, transports)


def _draw_if_possible(project: Project, folder: Path) -> list[Path]:
    """A run whose figure cannot be drawn is still a run."""
    try:
        return plotting.draw(project, folder)
    except DriverError as problem:
        note(f"mptcp: {problem.message}")
        return []


def _run_outcome(
    folder: Path,
    runs: list[runner.TransportRun],
    manifest: dict[str, Any],
    rows: list[dict[str, str]],
    plots: list[Path],
) -> Outcome:
    by_transport = {row.get("transport", ""): row for row in rows}
    listed = []
    for one in runs:
        row = by_transport.get(one.transport) or (rows[0] if rows and not one.transport else {})
        entry = {"transport": one.transport, **results.summary_as_json(row)}
        if len(rows) > 1 and not one.transport:
            entry = {"transport": "", "rows": [results.summary_as_json(each) for each in rows]}
        cost = results.read_cost(one.folder)
        if cost:
            entry["cost"] = cost
        entry["exitState"] = one.exit_state
        entry["wallTimeSeconds"] = round(one.wall_time_s, 3)
        entry["folder"] = str(one.folder)
        listed.append(entry)
    good = manifest["exitState"] == "completed"
    good = good and all(each.get("intact", True) for entry in listed for each in entry.get("rows", [entry]))
    keys = ("scenario", "parameters", "seed", "run", "ns3Version", "mptcpVersion", "gitRevision")
    fields = {key: manifest[key] for key in (*keys, "exitState", "wallTimeSeconds")}
    fields["runFolder"] = str(folder)
    fields["plots"] = [str(path) for path in plots]
    fields["runs"] = listed
    cells = results.read_cells(folder)
    if cells:
        fields["cells"] = cells
        good = good and all(cell.get("asExpected", True) for cell in cells)
    return Outcome(0 if good else 1, fields)


def _print_run(fields: dict[str, Any], runs: list[runner.TransportRun]) -> None:
    entries = fields["runs"]
    if fields.get("cells"):
        print(results.cell_table(fields["cells"]), end="\n\n")
    if any("rows" in entry for entry in entries):
        print(results.variants(entries[0]["rows"]))
    elif any("goodputMbps" in entry for entry in entries):
        print(results.runs_table(fields["scenario"], entries))
    else:
        print(results.figures(entries))
    for one in runs:
        if one.status != 0:
            note(f"mptcp: the run of {one.transport or fields['scenario']}: {one.exit_state}")
            for line in one.messages[-10:]:
                note(f"  {line}")
    print()
    for line in results.cost_lines(fields["scenario"], entries):
        print(f"cost     {line}")
    folder = Path(fields["runFolder"])
    print(f"results  {shown(folder)}")
    for path in fields["plots"]:
        print(f"plot     {shown(Path(path))}")


# ------------------------------------------------------------------------------------------ list


def list_scenarios(project: Project, arguments: Arguments) -> Outcome:
    """Asks the programs that are built; it installs and builds nothing."""
    described: list[dict[str, Any]] = []
    rows = []
    for name in project.scenario_names():
        binary = project.scenario_binary(name)
        if binary.exists():
            one = scenario.describe(binary)
            described.append({**one.as_json(), "built": True})
            rows.append([name, one.summary])
        else:
            described.append({"name": name, "built": False})
            rows.append([name, "(its description comes with the first build)"])
    if rows:
        print(results.table(rows))
    return Outcome(0, {"scenarios": described})


def scenario_help(project: Project, name: str) -> str:
    """The parameters of a scenario; building it first if need be."""
    described = scenario.describe(_binary(project, name))
    lines = [described.summary, "", "Parameters:"]
    if described.transports:
        choice = ",".join(described.transports)
        lines.append(f"  --transport={choice}")
        lines.append("      any of these; all of them when left out")
    for parameter in described.parameters:
        lines.append(f"  --{parameter.name}={parameter.default}")
        lines.append(f"      {parameter.help}")
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------ test


def _fuzz(project: Project, arguments: Arguments) -> Outcome:
    if arguments.positionals:
        raise UsageError("--fuzz runs no tests, so it takes no filter")
    seconds = _count(arguments, "fuzz-seconds", fuzz.DEFAULT_SECONDS)
    packages.ensure_installed(project, [project.fuzz_package_list])
    fuzz.ensure_compiler()
    build.build(project, "fuzz")
    return Outcome(0, {"fuzzers": fuzz.run(project, seconds)})


def test(project: Project, arguments: Arguments) -> Outcome:
    if "fuzz" in arguments.options or "fuzz-seconds" in arguments.options:
        return _fuzz(project, arguments)
    pattern = arguments.positionals[0] if arguments.positionals else None
    may_skip = "no-skips" not in arguments.options
    packages.ensure_installed(project, [] if may_skip else [project.browser_package_list])
    started = time.monotonic()
    fields: dict[str, Any] = {"filter": pattern}
    if pattern is None:
        count = checks.check_formatting(project)
        note(f"Formatting: {count} files are as they should be.")
        fields["formattedFileCount"] = count
    build.build(project, "asan")
    # No tests: they have just been built.
    build.build(project, "release", ["released-tests", *project.scenario_names()])
    parts = []
    if pattern is None:
        note("Core tests, in one process:")
        core = checks.run_core(project)
        fields["sanitizedCoreTests"] = {"total": core["total"], "failed": len(core["failed"])}
        parts.append(core)
    labels = checks.SANITIZED if pattern is not None else ("ns3",)
    note("Tests under AddressSanitizer and UndefinedBehaviorSanitizer:")
    parts.append(checks.run_ctest(project, "asan", labels, pattern))
    note("Tests of the library as users get it:")
    parts.append(checks.run_ctest(project, "release", checks.RELEASED, pattern))
    note("Tests against the Linux kernel, one after another in real time:")
    parts.append(checks.run_real_time(project, pattern))
    fields["tests"] = checks.together(parts)
    fields["wallTimeSeconds"] = round(time.monotonic() - started, 3)
    return _verdict(fields, may_skip)


def _verdict(fields: dict[str, Any], may_skip: bool) -> Outcome:
    tests = fields["tests"]
    if tests["total"] == 0:
        raise UsageError(f"no test matches {fields['filter']}")
    for name in tests["failed"]:
        print(f"FAILED  {name}")
    for name, count in tests["repeated"].items():
        print(f"REPEATED  {name}: {count} attempts")
    for reason, count in checks.skips_by_reason(tests).items():
        print(f"SKIPPED  {count} {'test' if count == 1 else 'tests'}: {reason}")
    skipped = f", {len(tests['skipped'])} skipped" if tests["skipped"] else ""
    print(
        f"{tests['passed']} of {tests['total']} tests passed{skipped} "
        f"in {fields['wallTimeSeconds'] / 60:.1f} min"
    )
    bad = tests["failed"] or (tests["skipped"] and not may_skip)
    return Outcome(1 if bad else 0, fields)


# ------------------------------------------------------------------------------------------ plot


def plot(project: Project, arguments: Arguments) -> Outcome:
    folder = results.find_run(project.results, arguments.positionals[0])
    packages.ensure_installed(project)
    plots = plotting.draw(project, folder)
    if not plots:
        raise DriverError("no figure is defined for this scenario")
    for path in plots:
        print(shown(path))
    return Outcome(0, {"runFolder": str(folder), "plots": [str(path) for path in plots]})


# ---------------------------------------------------------------------------------------- doctor


def examine(project: Project, arguments: Arguments) -> Outcome:
    found = doctor.examine(project)
    for check in found:
        print(f"{'ok' if check.ok else 'MISSING':8}{check.name}: {check.detail}")
        if check.remedy:
            print(f"        mend it with: {check.remedy}")
    good = all(check.ok for check in found)
    return Outcome(0 if good else 1, {"ok": good, "checks": [c.as_json() for c in found]})


# ----------------------------------------------------------------------------------------- bench


def measure_cost(project: Project, arguments: Arguments) -> Outcome:
    rounds = _count(arguments, "runs", 7)
    size = _count(arguments, "bytes", 100_000_000)
    if not (project.root / "test" / "bench" / "bench-transfer.cc").exists():
        raise DriverError("test/bench/bench-transfer.cc does not exist")
    packages.ensure_installed(project)
    build.build(project, "release", ["bench-transfer"])
    binary = project.build_dir("release") / "bench" / "bench-transfer"
    if "schedulers" in arguments.options:
        return _measure_schedulers(binary, arguments.options["schedulers"])

    progress = Progress("Measuring")
    modes = bench.modes()
    counting = "no-callgrind" not in arguments.options
    steps = len(modes) * (rounds + int(counting))
    times = bench.CpuTimes()
    per_segment: dict[str, float] = {}
    try:
        for index in range(rounds * len(modes)):
            mode = modes[index % len(modes)]
            progress.update(index / steps, f"{mode}, run {index // len(modes) + 1} of {rounds}")
            times.add(mode, bench.cpu_seconds(binary, mode, size)[0])
        for index, mode in enumerate(modes if counting else []):
            progress.update((rounds * len(modes) + index) / steps, f"{mode}, instructions")
            per_segment[mode] = bench.instructions_per_segment(binary, mode)
    finally:
        progress.close()
    fields = bench.report(times, size, per_segment)
    _print_cost(fields)
    return Outcome(0, fields)


def _measure_schedulers(binary: Path, names: str) -> Outcome:
    schedulers = bench_schedulers.chosen("" if names == "all" else names)
    progress = Progress("Counting")
    try:
        per_segment = partial(bench_schedulers.per_carried_segment, binary)
        found = bench_schedulers.costs(schedulers, per_segment, progress.update)
    finally:
        progress.close()
    print(results.table(bench_schedulers.text(found)))
    holds = all(cost.holds for cost in found)
    return Outcome(0 if holds else 1, {"schedulers": bench_schedulers.as_json(found)})


def _print_cost(fields: dict[str, Any]) -> None:
    print(results.table(bench.text(fields)))
    print()
    for comparison in bench.comparisons():
        key = f"{comparison.key}CpuRatio"
        interval = f"{fields[key + 'Min']:.3f} .. {fields[key + 'Max']:.3f}"
        line = f"{key} {fields[key]:.3f} ({interval}, {fields['runCount']} runs): {comparison.title}"
        instructions = fields.get(f"{comparison.key}InstructionRatio")
        print(line + (f"; instructions {instructions:.3f}" if instructions else ""))


# -------------------------------------------------------------------------------------- validate


def hold_against_publications(project: Project, arguments: Arguments) -> Outcome:
    if "list" in arguments.options:
        listed = validate.listing()
        print(results.table([[one["name"], one["summary"]] for one in listed]))
        return Outcome(0, {"studies": listed})
    names = validate.choose(arguments.positionals)
    seeds = _count(arguments, "seeds", 0) if "seeds" in arguments.options else None
    jobs = _count(arguments, "jobs", os.cpu_count() or 1)
    found, failed = validate.perform_each(names, lambda name: validate.perform(project, name, seeds, jobs))
    short = [f"{one['name']}: {line['line']}" for one in found for line in one["lines"] if line["holds"] is False]
    for line in short:
        print(f"FALLS SHORT  {line}")
    for name, reason in failed.items():
        print(f"NOT DONE  {name}: {reason}")
    return Outcome(1 if short or failed else 0, {"studies": found, "failed": failed})


def reproduce_publications(project: Project, arguments: Arguments) -> Outcome:
    return Outcome(*reproduce.reproduce(project, arguments))


# ---------------------------------------------------------------------------------------- sweeps


def sweep(project: Project, arguments: Arguments) -> Outcome:
    return _of_sweep(sweeps.sweep(project, arguments))


def compare_on_scenario(project: Project, arguments: Arguments) -> Outcome:
    return _of_sweep(compare.compare(project, arguments))


def _of_sweep(fields: dict[str, Any]) -> Outcome:
    if fields.get("errors"):
        return Outcome(2, fields)
    return Outcome(1 if fields["failedCount"] or fields["stoppedCount"] else 0, fields)


def report(project: Project, arguments: Arguments) -> Outcome:
    return Outcome(0, sweeps.report(project, arguments))


def actions() -> dict[str, Callable[[Project, Arguments], Outcome]]:
    return {
        "run": run,
        "list": list_scenarios,
        "test": test,
        "plot": plot,
        "doctor": examine,
        "validate": hold_against_publications,
        "reproduce": reproduce_publications,
        "bench": measure_cost,
        "sweep": sweep,
        "compare": compare_on_scenario,
        "report": report,
    }
