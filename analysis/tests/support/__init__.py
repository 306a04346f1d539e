# SPDX-License-Identifier: GPL-2.0-only
"""What several tests need."""
