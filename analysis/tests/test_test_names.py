# SPDX-License-Identifier: GPL-2.0-only
"""Two fixtures of one test program must not have the same name: GoogleTest takes their tests for
one suite and fails those of the second file."""

import re
import unittest
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2] / "test"
SUITE = re.compile(r"^\s*(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+),", re.MULTILINE)


def suites_with_several_homes(sources):
    """Suites whose tests stand in several files without a header that defines their fixture.

    sources: texts of .cc and .h files by path.
    """
    homes = defaultdict(set)
    for path, text in sources.items():
        for name in SUITE.findall(text):
            homes[name].add(path)
    shared = {
        name
        for path, text in sources.items()
        if path.suffix == ".h"
        for name in re.findall(r"^(?:class|struct) (\w+)|^using (\w+) =", text, re.MULTILINE)
        for name in name
    }
    return {name: files for name, files in homes.items() if len(files) > 1 and name not in shared}


class TestNames(unittest.TestCase):
    def test_each_suite_is_at_home_in_one_file(self):
        for program in ("core", "ns3"):
            files = [*(TESTS / program).rglob("*.cc"), *(TESTS / program).rglob("*.h")]
            files += (TESTS / "support").rglob("*.h")
            found = suites_with_several_homes({file: file.read_text() for file in files})
            names = {name: sorted(file.name for file in where) for name, where in found.items()}
            self.assertEqual(names, {}, f"test/{program}: give one of them another name")

    def test_it_sees_the_same_name_in_two_files(self):
        text = "class Twice : public ::testing::Test {};\nTEST_F(Twice, Works)\n"
        found = suites_with_several_homes({Path("a.cc"): text, Path("b.cc"): text})
        self.assertEqual(found, {"Twice": {Path("a.cc"), Path("b.cc")}})

    def test_a_fixture_in_a_header_may_have_tests_in_several(self):
        tests = {Path("a.cc"): "TEST_F(Once, A)", Path("b.cc"): "TEST_F(Once, B)"}
        self.assertEqual(
            suites_with_several_homes({**tests, Path("once.h"): "class Once : public Base"}), {}
        )


if __name__ == "__main__":
    unittest.main()
