# SPDX-License-Identifier: GPL-2.0-only
"""One study per module; see ../registry.py."""
