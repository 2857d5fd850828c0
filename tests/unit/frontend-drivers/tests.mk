# SPDX-License-Identifier: GPL-2.0-only
#
# The frontends' cores: unit tests; the two ends of a ring joined in one
# process (model), and fuzzers that play the backend.

FE := frontend-drivers/core
UNIT_TESTS += $(FE)/connect
SRCS_$(FE)/connect := $(FE)/connect.c backend-drivers/core/connect.c
