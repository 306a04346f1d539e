#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The examples in README.md and docs/own-policies.md are those that are compiled and run."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class ReadmeExample(unittest.TestCase):
    """Compares the two texts line by line, as people would read them."""

    def test_example_is_the_tested_one(self) -> None:
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        test = (ROOT / "test/ns3/readme-example-test.cc").read_text(encoding="utf-8")
        shown = re.search(r"```cpp\n(.*?)```", readme, re.DOTALL)
        compiled = test.split("// README\n")
        self.assertIsNotNone(shown, "README.md has no C++ example")
        self.assertEqual(len(compiled), 3, "the test has no marked example")
        self.assertEqual(shown.group(1).split(), compiled[1].split())

    def test_own_policies_are_the_tested_ones(self) -> None:
        page = (ROOT / "docs/own-policies.md").read_text(encoding="utf-8")
        test = (ROOT / "test/ns3/own-policies-test.cc").read_text(encoding="utf-8")
        shown = [text.split() for text in re.findall(r"```cpp\n(.*?)```", page, re.DOTALL)]
        for mark in ("// SCHEDULER\n", "// CONTROL\n"):
            compiled = test.split(mark)
            self.assertEqual(len(compiled), 3, f"the test has no example between {mark!r}")
            self.assertIn(compiled[1].split(), shown)


if __name__ == "__main__":
    unittest.main()
