# SPDX-License-Identifier: GPL-2.0-only
"""The table of host routing rules names what exists."""

from __future__ import annotations

import unittest

import check_coverage


class HostRoutingDocument(unittest.TestCase):
    def test_names_only_what_exists(self) -> None:
        document = check_coverage.ROOT / "docs" / "host-routing.md"
        rules, problems = check_coverage.check(document.read_text(encoding="utf-8"), check_coverage.ROOT)
        self.assertEqual(problems, [])
        sections = {rule.number.partition("/")[0] for rule in rules}
        self.assertLessEqual({"3", "3.1", "4.1", "4.2", "6"}, sections)
        untested = [rule.number for rule in rules if rule.state in ("done", "partly") and not rule.tests]
        self.assertEqual(untested, [])


if __name__ == "__main__":
    unittest.main()
