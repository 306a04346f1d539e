# SPDX-License-Identifier: GPL-2.0-only
"""Published figures against this model's: what `./mptcp validate` runs. docs/studies.md says how to add one."""
