# SPDX-License-Identifier: GPL-2.0-only
"""One module per figure: prepare(run) -> table, draw(table, caption) -> Figure."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType


def module_for(scenario: str) -> ModuleType | None:
    """The figure of a scenario: the module of its name, with `_` for `-`."""
    name = f"{__name__}.{scenario.replace('-', '_')}"
    if not scenario.replace("-", "").isalnum() or importlib.util.find_spec(name) is None:
        return None
    return importlib.import_module(name)
