# SPDX-License-Identifier: GPL-2.0-only
"""One live line on a terminal that can go back in its line; a plain line now and then anywhere else."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import dataclass, field
from typing import TextIO


def bar(fraction: float, width: int = 24) -> str:
    filled = round(min(max(fraction, 0.0), 1.0) * width)
    return "[" + "#" * filled + "-" * (width - filled) + "]"


def remaining(elapsed_s: float, fraction: float) -> str:
    """Time left if the rest goes as fast as what is done; empty while that says nothing."""
    if fraction < 0.02 or elapsed_s < 1.0:
        return ""
    left = round(elapsed_s * (1.0 - fraction) / fraction)
    return f"{left // 60}:{left % 60:02d} left"


@dataclass
class Progress:
    """Call `update` as often as convenient and `close` once; output is limited here."""

    title: str
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    plain_interval_s: float = 10.0
    _started: float = field(default_factory=time.monotonic)
    _last: float = 0.0
    _live: bool = False

    def update(self, fraction: float, detail: str = "") -> None:
        now = time.monotonic()
        terminal = self.stream.isatty() and os.environ.get("TERM") != "dumb"
        interval = 0.1 if terminal else self.plain_interval_s
        if not self._last and not terminal:
            # The first plain line comes only when there has been something to wait for.
            self._last = self._started
        if now - self._last < interval:
            return
        self._last = now
        left = remaining(now - self._started, fraction)
        words = [self.title, bar(fraction), f"{100 * fraction:3.0f} %", left, detail]
        line = "  ".join(word for word in words if word)
        if terminal:
            self._overwrite(line)
            self._live = True
        else:
            self.stream.write(line + "\n")
        self.stream.flush()

    def close(self) -> None:
        """Takes the live line away, so that what follows starts in an empty line."""
        if self._live:
            self._overwrite("")
            self.stream.write("\r")
            self.stream.flush()
            self._live = False

    def _overwrite(self, line: str) -> None:
        """Blanks take away what stood there: whoever sets NO_COLOR wants no escape sequences."""
        width = shutil.get_terminal_size().columns - 1
        self.stream.write("\r" + line[:width].ljust(width))

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._started
