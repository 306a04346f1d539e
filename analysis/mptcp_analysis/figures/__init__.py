# SPDX-License-Identifier: GPL-2.0-only
"""
One module per figure: prepare(run) -> table, draw(table, caption) -> Figure.

HEADLINE, where a module has it: the columns of summary.csv that answer the scenario's question, the most telling first.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType


def module_for(scenario: str) -> ModuleType | None:
    """The figure of a scenario: the module of its name, with `_` for `-`."""
    found = _found(scenario)
    return importlib.import_module(found.name) if found else None


def headline(scenario: str) -> tuple[str, ...]:
    """
    HEADLINE of the scenario's figure; nothing where it has none, as for programs that are not ours.

    Read from the source: who asks need not have matplotlib, which the module itself imports.
    """
    found = _found(scenario)
    if found is None or found.origin is None:
        return ()
    for statement in ast.parse(Path(found.origin).read_text()).body:
        if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == "HEADLINE" and statement.value:
            return tuple(ast.literal_eval(statement.value))
    return ()


def _found(scenario: str) -> ModuleSpec | None:
    if not scenario.replace("-", "").isalnum():
        return None
    return importlib.util.find_spec(f"{__name__}.{scenario.replace('-', '_')}")
