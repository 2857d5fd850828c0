# SPDX-License-Identifier: GPL-2.0-only
#
# What the guest library promises to programs.
GUEST_TESTS += library
