# SPDX-License-Identifier: GPL-2.0-only

UNIT_TESTS += hypervisor/hw/memory
