# SPDX-License-Identifier: GPL-2.0-only
"""Draws the figures of one run folder into it; prints their paths as one JSON object."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from . import figures, store, style


def draw(folder: Path) -> list[Path]:
    run = store.load(folder)
    module = figures.module_for(run.scenario)
    if module is None:
        return []
    table = module.prepare(run)
    figure = module.draw(table, module.caption(run))
    table.to_csv(folder / "plot.csv", index=False, float_format="%.6g", lineterminator="\n")
    return style.save(figure, folder / "plot")


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python3 -m mptcp_analysis <run folder>", file=sys.stderr)
        return 2
    plots = draw(Path(sys.argv[1]))
    print(json.dumps({"plots": [str(path) for path in plots]}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
