# SPDX-License-Identifier: GPL-2.0-only
"""Sweeps: plans, their runs, where results are kept, and what is shown of them. See docs/sweeps.md."""
