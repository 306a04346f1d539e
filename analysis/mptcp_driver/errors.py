# SPDX-License-Identifier: GPL-2.0-only
"""What goes wrong, as one line for the user and an exit status for scripts."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class DriverError(Exception):
    """A failure with a one-line message. Status 1: something failed; 2: the request was wrong."""

    def __init__(self, message: str, status: int = 1, details: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.details = details


class UsageError(DriverError):
    """The command line asks for something that does not exist."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=2)


def nearest(wrong: str, valid: Iterable[str]) -> str | None:
    """The valid name that the user most probably meant; upper and lower case count as equal."""
    by_lower = {name.lower(): name for name in valid}
    found = difflib.get_close_matches(wrong.lower(), by_lower, n=1, cutoff=0.0)
    return by_lower[found[0]] if found else None


def unknown(kind: str, wrong: str, valid: Iterable[str]) -> UsageError:
    """One line that names what is wrong and the nearest valid name."""
    names = list(valid)
    guess = nearest(wrong, names)
    hint = f"; did you mean {guess}?" if guess else f"; there is no {kind} yet"
    return UsageError(f"unknown {kind} '{wrong}'{hint}")
