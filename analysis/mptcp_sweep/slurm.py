# SPDX-License-Identifier: GPL-2.0-only
"""
A sweep as a SLURM job array: each task of the array makes its share of the runs into a store of its own,
and `--collect` puts the stores together. Only the file system has to be shared.
"""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mptcp_driver import results
from mptcp_driver.errors import DriverError, UsageError
from mptcp_driver.project import note

from . import sweep, task
from .executor import Executor
from .plan import Plan, from_json
from .program import Program
from .source import Stored
from .store import Planned, Store

DEFAULT_PARTS = 16


@dataclass(frozen=True)
class Job:
    """What every task of the array has to know."""

    plan: Plan
    program: Program
    parts: int
    wanted: frozenset[str]

    def share(self, part: int) -> list[Planned]:
        """Every `parts`-th of the wanted runs: points of one kind, which take as long, are spread."""
        planned = [one for one in self.program.planned(self.plan) if one.key in self.wanted]
        return planned[part :: self.parts]


def write_job(
    root: Path, folder: Path, plan: Plan, program: Program, wanted: Sequence[Planned], parts: int, jobs: int
) -> Path:
    """The script for sbatch. Beside it stands what its tasks read, as they may not read the store."""
    place = folder / "slurm"
    place.mkdir(exist_ok=True)
    parts = min(parts, len(wanted))
    data = {
        "plan": plan.as_json(),
        "command": plan.command(),
        "description": program.described.as_json(),
        "binary": str(program.binary),
        "build": program.build,
        "digest": program.digest,
        "parts": parts,
        "wanted": [one.key for one in wanted],
    }
    results.write_json(place / "job.json", data)
    script = place / "job.sh"
    script.write_text(_script(root, folder, plan.study, parts, jobs))
    script.chmod(0o755)
    return script


def _script(root: Path, folder: Path, study: str, parts: int, jobs: int) -> str:
    where = shlex.quote(str(folder))
    return f"""#!/bin/sh
# Study {study}: sbatch {shlex.quote(str(folder / "slurm" / "job.sh"))}
# More options of sbatch, such as --time or --partition, go in front of the script's name. A task that was
# stopped goes on where it was when the script is submitted again. When all have ended:
#     {shlex.quote(str(root / "mptcp"))} sweep --collect {where}
#SBATCH --job-name=mptcp-{study}
#SBATCH --array=0-{parts - 1}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task={jobs}
#SBATCH --output="{folder}/slurm/part-%a.log"
exec {shlex.quote(str(root / "mptcp"))} sweep --folder={where} \\
    --part="$SLURM_ARRAY_TASK_ID" --jobs="${{SLURM_CPUS_PER_TASK:-{jobs}}}"
"""


def read_job(folder: Path) -> Job:
    path = folder / "slurm" / "job.json"
    try:
        data: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError) as problem:
        raise UsageError(f"{path} is not there: ./mptcp sweep <plan> --slurm writes it") from problem
    plan = from_json(data["plan"], Stored(data["command"]))
    program = Program.from_json(data)
    return Job(plan, program, data["parts"], frozenset(data["wanted"]))


def part_folder(folder: Path, part: int) -> Path:
    return folder / "parts" / f"{part:04d}"


def require_same_program(job: Job) -> None:
    binary = job.program.binary
    if not binary.exists():
        raise DriverError(f"{binary} is not there; the tasks of a job need it at the same place")
    if task.program_digest(binary) != job.program.digest:
        raise DriverError(f"{binary} is another build than when the job was written; write it again with --slurm")


def perform_part(store: Store, job: Job, part: int, retry_failed: bool, executor: Executor) -> sweep.Made:
    generation = sweep.enter_generation(store, job.plan, job.program, new=False)
    wanted = sweep.missing(store, job.share(part), retry_failed)
    return sweep.make(store, generation, job.plan, job.program, wanted, executor, f"Part {part}")


def collect(store: Store) -> int:
    """Takes the parts in; one that is still at work is left for the next time."""
    generations = {one.build: one.id for one in store.generations()}
    taken = 0
    for folder in sorted((store.folder / "parts").glob("*/study.sqlite")):
        place = folder.parent
        try:
            with Store.opened(place, alone=True) as part:
                build = part.generations()[-1].build
                if build not in generations:
                    note(f"mptcp: {place} is of a build that this study does not know, and stays where it is")
                    continue
                taken += store.take_in(generations[build], part)
        except DriverError as problem:
            note(f"mptcp: left out: {problem.message}")
            continue
        shutil.rmtree(place)
    return taken
