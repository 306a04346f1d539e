# SPDX-License-Identifier: GPL-2.0-only
"""The driver behind ./mptcp: sets up, builds, runs scenarios and tests. Standard library only."""
