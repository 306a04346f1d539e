# SPDX-License-Identifier: GPL-2.0-only
"""From run folders to figures: store -> table -> metrics -> figure."""
