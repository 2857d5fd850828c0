# SPDX-License-Identifier: GPL-2.0-only
#
# Micro-guests: one folder each, linked with frontend-drivers/guest.
GUEST_TESTS += micro traps tables args events grants bound hostile
GUEST_OTHERS += badfront
