# SPDX-License-Identifier: GPL-2.0-only
"""Plans: what they mean, and that a message about a bad one names the line."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

from mptcp_driver.errors import UsageError
from mptcp_driver.scenario import Scenario, parse_description
from mptcp_sweep import plan, quantity, reading


def described() -> Scenario:
    parameters = {"RngRun": "1", "rcvBuf": "2000000", "duration": "60s", "scheduler": "min-rtt", "pcap": "false"}
    parameters |= {"rate": "100Mb/s", "label": "a", "congestionControl": "lia"}
    listed = [{"name": name, "default": value, "help": ""} for name, value in parameters.items()]
    return parse_description(
        json.dumps({"name": "wifi-3g", "parameters": listed, "transports": ["mptcp", "tcp-wifi", "tcp-3g"]})
    )


def read(text: str) -> plan.Plan:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "buffers.toml"
        path.write_text(text)
        found = reading.read(path)
    plan.check_against(found, described())
    return found


GOOD = """\
scenario = "wifi-3g"
runs = 10
metrics = ["goodput_mbps"]

[axes]
rcvBuf = ["50kB", 100000]
scheduler = [
    "min-rtt",  # a comment, with a comma and "quotes"
    "blest",
]

[fixed]
duration = "20s"
pcap = false
"""


class Meaning(unittest.TestCase):
    def test_every_combination_and_run_number(self) -> None:
        found = read(GOOD)
        self.assertEqual(found.study, "buffers")
        self.assertEqual(
            list(found.points()),
            [{"rcvBuf": b, "scheduler": s} for b in ("50kB", "100000") for s in ("min-rtt", "blest")],
        )
        self.assertEqual(list(found.run_numbers()), list(range(1, 11)))
        self.assertEqual(
            found.parameters({"rcvBuf": "50kB", "scheduler": "blest"}),
            {"rcvBuf": "50kB", "scheduler": "blest", "duration": "20s", "pcap": "false"},
        )

    def test_parameters_that_go_together(self) -> None:
        found = reading.from_words("wifi-3g", ["rcvBuf+sndBuf=50k,100k"], {})
        self.assertEqual(len(list(found.points())), 2)
        self.assertEqual(found.parameters({"rcvBuf+sndBuf": "50k"}), {"rcvBuf": "50k", "sndBuf": "50k"})

    def test_words_of_the_command_line(self) -> None:
        found = reading.from_words("wifi-3g", ["rcvBuf=50k,100k", "scheduler=a,b", "duration=2s"], {"runs": 3})
        self.assertEqual([axis.label for axis in found.axes], ["rcvBuf", "scheduler"])
        self.assertEqual(found.fixed, {"duration": "2s"})
        self.assertEqual(found.study, "wifi-3g-rcvBuf-scheduler")
        # What it says of itself makes the same plan.
        words = found.command().split()
        self.assertEqual(words[:3], ["./mptcp", "sweep", "wifi-3g"])
        again = reading.from_words("wifi-3g", words[3:6], {"runs": 3, "study": found.study})
        self.assertEqual(again, found)

    def test_a_stored_plan_is_the_same_plan(self) -> None:
        found = read(GOOD)
        stored = json.loads(json.dumps(found.as_json()))
        self.assertEqual(plan.from_json(stored, found.source), found)


class BadPlans(unittest.TestCase):
    def refused(self, old: str, new: str, expected: str) -> None:
        self.assertIn(old, GOOD)
        with self.assertRaises(UsageError) as caught:
            read(GOOD.replace(old, new, 1))
        message = caught.exception.message
        self.assertRegex(message, expected)
        self.assertNotIn("\n", message)

    def test_each_names_its_line(self) -> None:
        cases = {
            "syntax": ("runs = 10", "runs = = 10", "line 2, column 8: Invalid value"),
            "key twice": ("runs = 10", "runs = 10\nruns = 11", "line 3, column .*overwrite"),
            "end of file": ("pcap = false", "pcap = [", "line 14"),
            "unknown key": ("runs = 10", "repetitions = 10", "line 2: unknown key 'repetitions'"),
            "text for a number": ("runs = 10", 'runs = "ten"', "line 2: runs takes a whole number .*'ten'"),
            "true for a number": ("runs = 10", "runs = true", "line 2: runs takes a whole number .*true"),
            "no runs": ("runs = 10", "runs = 0", "line 2: runs takes a whole number from 1 on"),
            "no metrics": ('["goodput_mbps"]', "[]", "line 3: metrics takes a list"),
            "number as metric": ('["goodput_mbps"]', '["a", 3]', "line 3: metrics takes texts, not 3"),
            "unknown axis": ("rcvBuf = ", "rcvBuff = ", "line 6: wifi-3g has no parameter rcvBuff; did you mean rcv"),
            "unknown fixed": ("duration = ", "durations = ", "line 13: .*did you mean duration"),
            "no list": ('["50kB", 100000]', '"50kB"', "line 6: the axis rcvBuf takes a list, not the text '50kB'"),
            "empty list": ('["50kB", 100000]', "[]", "line 6: the axis rcvBuf has no values"),
            "list in a list": ('"blest"', '["blest"]', "line 9: scheduler takes texts, numbers"),
            "empty text": ('"blest"', '""', "line 9: scheduler takes texts, numbers"),
            "same point": ('"blest"', '"min-rtt"', "line 9: scheduler has min-rtt twice"),
            "same number": ('"50kB", 100000', '"100kB", 100000', "line 6: rcvBuf has 100000 twice, as 100kB"),
            "word for bytes": ("100000]", '"plenty"]', "line 6: rcvBuf takes a number as 2000000, not plenty"),
            "word for a flag": ("pcap = false", 'pcap = "maybe"', "line 14: pcap takes true or false, not maybe"),
            "axis and fixed": ("duration =", 'scheduler = "ecf"\nduration =', "line 7: .*on an axis and fixed"),
            "two axes": ("rcvBuf = ", '"rcvBuf+scheduler" = ', "line 7: scheduler is on two axes"),
            "ours": ("duration = ", "RngRun = ", "line 13: RngRun cannot be set here; `runs`"),
            "wrong transport": ("duration = ", 'transport = "tcp"\nduration = ', "line 13: there is no transport tcp"),
            "nothing varied": ("[axes]", "[fixed.x]", "nothing is varied|takes texts"),
            "study name": ("runs = 10", 'study = "../x"', "line 2: '../x' cannot be a study's name"),
            "axes as text": ("[axes]", 'axes = "x"\n[fixed2]', "unknown key 'fixed2'"),
        }
        for name, (old, new, expected) in cases.items():
            with self.subTest(name):
                self.refused(old, new, expected)

    def test_neither_scenario_nor_program(self) -> None:
        with self.assertRaisesRegex(UsageError, "either a scenario or a program"):
            read("[axes]\nx = [1]\n")

    def test_on_the_command_line(self) -> None:
        cases = {
            "no value": (["rcvBuf"], "'rcvBuf' is not name=value"),
            "empty value": (["rcvBuf=1,,2"], "rcvBuf=: rcvBuf has an empty value"),
            "twice": (["rcvBuf=50k,50kB"], "rcvBuf=: rcvBuf has 50kB twice, as 50k"),
            "nothing varied": (["rcvBuf=50k"], "nothing is varied"),
            "fixed twice": (["a=1", "a=2"], "a is given twice"),
        }
        for name, (words, expected) in cases.items():
            with self.subTest(name), self.assertRaisesRegex(UsageError, expected):
                reading.from_words("wifi-3g", words, {})


class SamePoint(unittest.TestCase):
    """However it is spelt, it counts once."""

    def check(self, word: str) -> None:
        plan.check_against(reading.from_words("wifi-3g", [word], {}), described())

    def test_other_spellings_of_a_value_are_refused(self) -> None:
        cases = {
            "rate=100Mbps,100Mb/s": "rate has 100Mb/s twice, as 100Mbps",
            "rate=100Mbps,1Gbps,0.1Gbps": "rate has 0.1Gbps twice, as 100Mbps",
            "rate=100Mb/s,12500KB/s": "rate has 12500KB/s twice",
            "duration=0.55ms,550us": "duration has 550us twice",
            "pcap=true,1": "pcap has 1 twice, as true",
            "pcap=0,false": "pcap has false twice, as 0",
            "scheduler=min-rtt,ns3::MptcpMinRtt": "scheduler has ns3::MptcpMinRtt twice, as min-rtt",
            "scheduler=minrtt,blest,MptcpMinRtt": "scheduler has MptcpMinRtt twice, as minrtt",
            "congestionControl=cubic,TcpCubic": "congestionControl has TcpCubic twice, as cubic",
        }
        for word, expected in cases.items():
            with self.subTest(word), self.assertRaisesRegex(UsageError, f"=: {expected}"):
                self.check(word)

    def test_in_a_file_the_line_is_named(self) -> None:
        with self.assertRaisesRegex(UsageError, "line 9: scheduler has ns3::MptcpMinRtt twice, as min-rtt"):
            read(GOOD.replace('"blest"', '"ns3::MptcpMinRtt"'))

    def test_what_is_different_is_not(self) -> None:
        words = ["rate=100Mb/s,100MB/s", "rcvBuf=1kB,1KiB", "pcap=true,false", "label=a,A", "label=1,true"]
        for word in [*words, "scheduler=min-rtt,round-robin", "congestionControl=vegas,wvegas,lia,olia"]:
            with self.subTest(word):
                self.check(word)

    def test_a_metric_twice_on_the_command_line(self) -> None:
        with self.assertRaisesRegex(UsageError, "the command line: goodput_mbps stands there twice"):
            reading.from_words("wifi-3g", ["rcvBuf=1k,2k"], {"metrics": ["goodput_mbps", "goodput_mbps"]})


class Quantities(unittest.TestCase):
    def test_units(self) -> None:
        cases = {"50kB": 50e3, "50k": 50e3, "1.5 MiB": 1572864, "150ms": 0.15, "1e-2": 0.01, "2min": 120, ".5": 0.5}
        for text, value in cases.items():
            found = quantity.parse(text)
            assert found is not None, text
            self.assertAlmostEqual(found.value, value)
        for text in ("min-rtt", "", "5 apples", "1.2.3", "kB"):
            self.assertIsNone(quantity.parse(text), text)

    def test_every_spelling_of_a_rate_that_ns3_takes(self) -> None:
        prefixes = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
        for prefix, scale in prefixes.items():
            for unit, bits in (("bps", 1), ("b/s", 1), ("Bps", 8), ("B/s", 8)):
                if not (prefix.endswith("i") and unit.endswith("ps")):
                    expected = quantity.Quantity(3.0 * scale * bits, "bit/s")
                    self.assertEqual(quantity.parse(f"3{prefix}{unit}"), expected, prefix + unit)

    def test_words_and_mixed_dimensions_are_no_numbers(self) -> None:
        self.assertEqual(quantity.numbers(["50k", "100kB"]), [50e3, 100e3])
        self.assertIsNone(quantity.numbers(["50kB", "1s"]))
        self.assertIsNone(quantity.numbers(["50kB", "all"]))


if __name__ == "__main__":
    unittest.main()
