# SPDX-License-Identifier: GPL-2.0-only
#
# The guest's own user mode: ways in and out of it.
GUEST_TESTS += user
