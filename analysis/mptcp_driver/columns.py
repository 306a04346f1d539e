# SPDX-License-Identifier: GPL-2.0-only
"""Names of columns of our tables: as keys of the JSON result, and in words with a unit."""

from __future__ import annotations

_TIMES_AND_SIZES = {"s": "second", "ms": "millisecond", "us": "microsecond", "mib": "mebibyte"}
_UNITS = (
    ("_packets_per_s", "packets/s"),
    ("_per_s", "1/s"),
    ("_mbps", "Mb/s"),
    ("_percent", "%"),
    ("_bytes", "bytes"),
    ("_ms", "ms"),
    ("_s", "s"),
)


def json_key(column: str) -> str:
    """goodput_mbps -> goodputMbps, duration_s -> durationSeconds, packets_per_s -> packetsPerSecond."""
    words = column.split("_")
    for at, word in enumerate(words[1:], 1):
        if word in _TIMES_AND_SIZES and (at + 1 == len(words) or words[at + 1] == "per"):
            words[at] = _TIMES_AND_SIZES[word] + ("" if "per" in words[:at] else "s")
    return words[0] + "".join(word.capitalize() for word in words[1:])


def in_words(column: str) -> tuple[str, str]:
    """goodput_mbps -> goodput and Mb/s; the unit is empty where the name has none."""
    for suffix, unit in _UNITS:
        if column.endswith(suffix) and column != suffix[1:]:
            return column[: -len(suffix)].replace("_", " "), unit
    return column.replace("_", " "), ""
