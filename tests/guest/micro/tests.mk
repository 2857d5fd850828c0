# SPDX-License-Identifier: GPL-2.0-only
#
# The yardstick (make bench-micro); it has a user mode, like tests/guest/user.
GUEST_SRCS_micro := tests/guest/micro/main.c tests/guest/user/space.c
