# SPDX-License-Identifier: GPL-2.0-only
#
# consoled without a guest: rings, backlog, log.

UNIT_TESTS += dom0-tools/consoled/output
SRCS_dom0-tools/consoled/output := $(addprefix dom0-tools/consoled/,conring.c \
	backlog.c logfile.c)
