# SPDX-License-Identifier: GPL-2.0-only
"""The fluid equilibrium of LIA, where it is known without computing."""

from __future__ import annotations

import unittest

import numpy as np

from mptcp_validation import fluid
from mptcp_validation.fluid import FatTree, Subflow


class Equilibrium(unittest.TestCase):
    def shares(self, *paths: tuple[int, tuple[int, ...]], links: int = 2) -> list[float]:
        """Of flows with subflows over these links; acknowledgements go by a link of their own."""
        subflows = [Subflow(flow, data, (links,)) for flow, data in paths]
        flows = max(flow for flow, _ in paths) + 1
        return list(fluid.equilibrium(subflows, flows, links + 1))

    def test_tcp_flows_share_a_link(self) -> None:
        for share in self.shares((0, (0,)), (1, (0,)), links=1):
            self.assertAlmostEqual(share, 50, delta=0.5)

    def test_two_subflows_over_one_link_are_as_one_flow(self) -> None:
        found = self.shares((0, (0,)), (0, (0,)), (1, (0,)), links=1)
        self.assertAlmostEqual(found[0], 50, delta=0.5)

    def test_a_flow_alone_uses_both_links(self) -> None:
        self.assertAlmostEqual(self.shares((0, (0,)), (0, (1,)))[0], 200, delta=2)

    def test_lia_leaves_the_link_of_tcp_but_not_all_of_it(self) -> None:
        """w is as 1 / p: on the shared link it keeps something, where full coupling would keep nothing."""
        mptcp, tcp = self.shares((0, (0,)), (0, (1,)), (1, (1,)))
        self.assertAlmostEqual(mptcp + tcp, 200, delta=2)
        self.assertGreater(mptcp, 101)
        self.assertGreater(mptcp, tcp)


class Paths(unittest.TestCase):
    def drawn(self, is_distinct: bool) -> list[int]:
        """Numbers of paths that eight subflows see between pods, where there are 16."""
        tree = FatTree(8)
        subflows = fluid.draw(tree, 8, is_distinct, np.random.default_rng(1))
        seen: dict[int, set] = {}
        for one in subflows:
            if len(one.data) == 6:
                seen.setdefault(one.flow, set()).add(one.data)
        return [len(paths) for paths in seen.values()]

    def test_distinct_ones_are(self) -> None:
        self.assertEqual(set(self.drawn(True)), {8})

    def test_random_ones_are_fewer(self) -> None:
        expected = 16 * (1 - (15 / 16) ** 8)
        self.assertAlmostEqual(float(np.mean(self.drawn(False))), expected, delta=0.3)

    def test_links_are_those_of_the_tree(self) -> None:
        tree = FatTree(4)
        self.assertEqual((tree.hosts, tree.path_count(0, 1), tree.path_count(0, 2), tree.path_count(0, 15)), (16, 1, 2, 4))
        for source in range(16):
            for destination in range(16):
                for choice in range(tree.path_count(source, destination) if source != destination else 0):
                    tree.path(source, destination, choice)
        self.assertEqual(tree.link_count, 96)  # 16 hosts, 8 edges and 8 aggregations with two links up, both ways


class FatTrees(unittest.TestCase):
    def test_distinct_paths_carry_more_and_leave_the_lowest_flow_more(self) -> None:
        found = {}
        for is_distinct in (False, True):
            tree = FatTree(4)
            subflows = fluid.draw(tree, 4, is_distinct, np.random.default_rng(3))
            found[is_distinct] = fluid.equilibrium(subflows, tree.hosts, tree.link_count, 8000)
        self.assertGreater(found[True].mean(), found[False].mean() + 2)
        self.assertGreater(found[True].min(), found[False].min() + 5)
        self.assertLess(found[True].max(), 101)


if __name__ == "__main__":
    unittest.main()
