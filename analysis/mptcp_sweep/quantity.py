# SPDX-License-Identifier: GPL-2.0-only
"""Numbers as people write them in plans: 50kB, 1.5 MiB, 150ms, 100Mb/s, 0.01."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_UNITS: dict[str, tuple[float, str]] = {
    "": (1.0, ""),
    "%": (1.0, "percent"),
    "k": (1e3, ""),
    "M": (1e6, ""),
    "G": (1e9, ""),
    "B": (1.0, "bytes"),
    "kB": (1e3, "bytes"),
    "KB": (1e3, "bytes"),
    "MB": (1e6, "bytes"),
    "GB": (1e9, "bytes"),
    "KiB": (2.0**10, "bytes"),
    "MiB": (2.0**20, "bytes"),
    "GiB": (2.0**30, "bytes"),
    "ns": (1e-9, "seconds"),
    "us": (1e-6, "seconds"),
    "ms": (1e-3, "seconds"),
    "s": (1.0, "seconds"),
    "min": (60.0, "seconds"),
    "h": (3600.0, "seconds"),
    # All spellings of ns-3's DataRate.
    **{
        f"{prefix}{unit}": (scale * bits, "bit/s")
        for prefix, scale in (("", 1.0), ("k", 1e3), ("K", 1e3), ("M", 1e6), ("G", 1e9))
        for unit, bits in (("bps", 1), ("b/s", 1), ("Bps", 8), ("B/s", 8))
    },
    **{
        f"{prefix}{unit}": (scale * bits, "bit/s")
        for prefix, scale in (("Ki", 2.0**10), ("Mi", 2.0**20), ("Gi", 2.0**30))
        for unit, bits in (("b/s", 1), ("B/s", 8))
    },
}


@dataclass(frozen=True)
class Quantity:
    """In bytes, seconds, bit/s, percent, or without dimension."""

    value: float
    dimension: str


def parse(text: str) -> Quantity | None:
    """None where the text is no number with a unit that is known."""
    found = re.fullmatch(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-z%/]*)\s*", text)
    if found is None or found.group(2) not in _UNITS:
        return None
    scale, dimension = _UNITS[found.group(2)]
    return Quantity(float(found.group(1)) * scale, dimension)


def numbers(texts: Sequence[str]) -> list[float] | None:
    """All of them as numbers of one dimension; a plain number goes with any. None when they are words."""
    found = [parse(text) for text in texts]
    known = [one for one in found if one is not None]
    if len(known) < len(found) or len({one.dimension for one in known} - {""}) > 1:
        return None
    return [one.value for one in known]
