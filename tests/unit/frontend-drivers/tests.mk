# SPDX-License-Identifier: GPL-2.0-only
#
# The frontends' cores: unit tests; the two ends of a ring joined in one
# process (model), and fuzzers that play the backend.

FE := frontend-drivers/core
UNIT_TESTS += $(FE)/connect
SRCS_$(FE)/connect := $(FE)/connect.c backend-drivers/core/connect.c

# The network front core; the model joins it to the back core.
UNIT_TESTS += $(FE)/netfront $(FE)/netfront_ctrl
SRCS_$(FE)/netfront := $(FE)/netfront.c $(FE)/netfront_rx.c
SRCS_$(FE)/netfront_ctrl := $(FE)/netfront_ctrl.c

MODEL_TESTS += net_pair
SRCS_net_pair := $(FE)/netfront.c $(FE)/netfront_rx.c \
	backend-drivers/core/netback.c

FUZZERS += netfront
FUZZ_SRCS_netfront := tests/fuzz/netfront.c $(FE)/netfront.c \
	$(FE)/netfront_rx.c $(FE)/netfront_ctrl.c
