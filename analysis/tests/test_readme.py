#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The example in README.md is the one that is compiled and run."""

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


if __name__ == "__main__":
    unittest.main()
