# SPDX-License-Identifier: GPL-2.0-only
#
# The frontends' cores: unit tests; the two ends of a ring joined in one
# process (model), and fuzzers that play the backend.

FE := frontend-drivers/core
UNIT_TESTS += $(FE)/connect $(FE)/blkfront $(FE)/blkfront_disk
SRCS_$(FE)/connect := $(FE)/connect.c backend-drivers/core/connect.c

# The network front core; the model joins it to the back core.
UNIT_TESTS += $(FE)/netfront $(FE)/netfront_rx $(FE)/netfront_ctrl
SRCS_$(FE)/netfront := $(FE)/netfront.c
SRCS_$(FE)/netfront_rx := $(FE)/netfront_rx.c
SRCS_$(FE)/netfront_ctrl := $(FE)/netfront_ctrl.c

MODEL_TESTS += net_pair
SRCS_net_pair := $(FE)/netfront.c $(FE)/netfront_rx.c \
	backend-drivers/core/netback.c

FUZZERS += netfront
FUZZ_SRCS_netfront := tests/fuzz/netfront.c $(FE)/netfront.c \
	$(FE)/netfront_rx.c $(FE)/netfront_ctrl.c

# The block front core, alike.
SRCS_$(FE)/blkfront := $(FE)/blkfront.c $(FE)/blkfront_disk.c
SRCS_$(FE)/blkfront_disk := $(FE)/blkfront_disk.c

MODEL_TESTS += blk_join
SRCS_blk_queues := $(FE)/blkfront.c $(FE)/blkfront_disk.c \
	backend-drivers/core/blkback.c
SRCS_blk_join := $(SRCS_blk_queues) tests/model/blk_users.c
MODEL_TESTS += blk_queues

FUZZERS += blkfront
FUZZ_SRCS_blkfront := tests/fuzz/blkfront.c $(FE)/blkfront.c \
	$(FE)/blkfront_disk.c
