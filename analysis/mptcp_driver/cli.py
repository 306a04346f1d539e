# SPDX-License-Identifier: GPL-2.0-only
"""From the words of the command line to an exit status."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from . import commands as actions
from . import compare, reproduce, sweeps
from .errors import DriverError
from .options import Arguments, Command, Option, find_command, parse
from .project import Project


def command_table() -> tuple[Command, ...]:
    return (
        Command(
            "run",
            "run a scenario and draw its figure",
            positionals=("scenario",),
            required=1,
            options=(
                Option("transport", "run only these, comma separated", "NAME"),
                Option("output", "write into this folder instead of results/...", "DIR"),
                Option("no-plot", "draw no figure"),
            ),
            takes_parameters=True,
        ),
        Command("list", "list the scenarios"),
        Command(
            "test",
            "check formatting, build with warnings as errors, run all tests under sanitizers",
            positionals=("filter",),
            options=(
                Option("fuzz", "run the fuzzers instead; an input that breaks something is kept"),
                Option("fuzz-seconds", "and each for this long (60)", "N"),
                Option("no-skips", "fail when a test cannot run on this machine"),
            ),
        ),
        Command(
            "plot",
            "draw the figure of a run folder again, or of a scenario's newest run",
            positionals=("result",),
            required=1,
        ),
        Command("doctor", "say what is missing and the command that mends it"),
        Command(
            "validate",
            "hold studies against published figures; all of them when none is named",
            positionals=("study",),
            repeats=True,
            options=(
                Option("list", "name the studies and what each asks; run nothing"),
                Option("seeds", "runs of each case (what the study says, 5 to 10)", "N"),
                Option("jobs", "runs at a time (one per processor)", "N"),
            ),
        ),
        reproduce.command(),
        *sweeps.commands(),
        compare.command(),
        Command(
            "bench",
            "measure what MPTCP costs against plain TCP",
            options=(
                Option("runs", "measure each mode this often (7)", "N"),
                Option("bytes", "move this many bytes (100000000)", "N"),
                Option("no-callgrind", "do not count instructions"),
                Option("schedulers", "count those of all schedulers instead, or of these: a,b", "NAMES", otherwise="all"),
            ),
        ),
    )


def general_help() -> str:
    commands = command_table()
    width = max(len(command.name) for command in commands)
    lines = ["usage: ./mptcp <command> [options]", "", "Commands:"]
    lines += [f"  {command.name:{width}}  {command.summary}" for command in commands]
    lines += [
        "",
        "./mptcp <command> --help tells more; every command takes --json.",
        "run and test install and build by themselves what they need.",
    ]
    return "\n".join(lines)


def command_help(project: Project, command: Command, arguments: Arguments) -> str:
    lines = [f"usage: {command.usage()}", "", f"{command.summary.capitalize()}.", "", "Options:"]
    options = command.all_options()
    width = max(len(option.shown) for option in options)
    lines += [f"  {option.shown:{width}}  {option.help}" for option in options]
    if command.takes_parameters and arguments.positionals:
        lines += ["", actions.scenario_help(project, arguments.positionals[0])]
    elif command.takes_parameters:
        lines += ["", "Scenarios: " + ", ".join(project.scenario_names())]
        lines += [f"./mptcp {command.name} <scenario> --help lists the parameters of one."]
    if command.remarks:
        lines += ["", *command.remarks]
    return "\n".join(lines)


def _perform(project: Project, words: Sequence[str]) -> int:
    command = find_command(words[0], command_table())
    arguments = parse(command, words[1:])
    if "help" in arguments.options:
        print(command_help(project, command, arguments))
        return 0
    outcome = actions.actions()[command.name](project, arguments)
    if arguments.json:
        result = {"command": command.name, "exitStatus": outcome.status, **outcome.fields}
        print(json.dumps(result), flush=True)
    return outcome.status


def _fail(words: Sequence[str], problem: DriverError) -> int:
    if problem.details:
        print(problem.details.rstrip(), file=sys.stderr)
    print(f"mptcp: {problem.message}", file=sys.stderr, flush=True)
    if "--json" in words:
        result = {"command": words[0], "exitStatus": problem.status, "error": problem.message}
        print(json.dumps(result), flush=True)
    return problem.status


def main(root: Path, words: Sequence[str]) -> int:
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    if not words or words[0] in ("-h", "--help", "help"):
        print(general_help())
        return 0
    try:
        return _perform(Project(root), words)
    except DriverError as problem:
        return _fail(words, problem)
    except KeyboardInterrupt:
        print("mptcp: interrupted", file=sys.stderr)
        return 130
