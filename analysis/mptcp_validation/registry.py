# SPDX-License-Identifier: GPL-2.0-only
"""
Finds studies: every module of `studies/` is one, and its file's name is the study's, with `_` for `-`.

A study module has
    a docstring, whose first line is its summary in `./mptcp validate --list`;
    SOURCE, where the published figures stand;
    SEEDS, how many runs each case gets unless --seeds says otherwise;
    cases() -> list[Case];
    lines(runs) -> list[Line], from a table with the columns `case`, `run` and those of measure();
and may have
    measure(result) -> dict[str, float], what one run yields; without it the numbers of summary.csv;
    draw(runs, lines) -> Figure; without it one mark per line, with its interval and the range asked for;
    PUBLICATION, a study.Publication: then `./mptcp reproduce` has it in its table;
    JOBS, how many runs at a time at most, for a study that measures time;
    QUICK_SEEDS and QUICK, how many runs and which parameters take less time for `reproduce --quick`.
"""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).resolve().parent / "studies"


def names(folder: Path = FOLDER) -> list[str]:
    """Needs no package beyond the standard library, nor does `summary`."""
    return sorted(path.stem.replace("_", "-") for path in folder.glob("[!_]*.py"))


def summary(name: str, folder: Path = FOLDER) -> str:
    """First line of the study's docstring, read without running it."""
    source = folder / f"{name.replace('-', '_')}.py"
    text = ast.get_docstring(ast.parse(source.read_text())) or ""
    return text.partition("\n")[0]


def reproductions(folder: Path = FOLDER) -> list[str]:
    """The studies of published results; read without running them."""
    return [name for name in names(folder) if _has_publication(folder / f"{name.replace('-', '_')}.py")]


def _has_publication(source: Path) -> bool:
    return any(
        isinstance(target, ast.Name) and target.id == "PUBLICATION"
        for statement in ast.parse(source.read_text()).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
    )


def load(name: str) -> ModuleType:
    return importlib.import_module(f"{__package__}.studies.{name.replace('-', '_')}")
