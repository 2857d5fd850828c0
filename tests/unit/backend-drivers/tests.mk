# SPDX-License-Identifier: GPL-2.0-only
#
# The backends' cores: unit tests, the two ends of a ring joined in one
# process (model), and fuzzers that play the frontend.

BE := backend-drivers/core
UNIT_TESTS += $(BE)/connect $(BE)/blkback $(BE)/netback $(BE)/offload \
	$(BE)/flowhash $(BE)/netctrl
SRCS_$(BE)/connect := $(BE)/connect.c
SRCS_$(BE)/blkback := $(BE)/blkback.c
SRCS_$(BE)/netback := $(BE)/netback.c
SRCS_$(BE)/offload := $(BE)/offload.c
SRCS_$(BE)/flowhash := $(BE)/flowhash.c
SRCS_$(BE)/netctrl := $(BE)/netctrl.c $(BE)/flowhash.c

UNIT_TESTS += $(addprefix backend-drivers/daemon/,loop net_shell net_rx)
SRCS_backend-drivers/daemon/loop := backend-drivers/daemon/loop.c
LIBS_backend-drivers/daemon/loop := -luring
UNIT_TESTS += backend-drivers/daemon/events
SRCS_backend-drivers/daemon/events := backend-drivers/daemon/events.c \
	backend-drivers/daemon/loop.c
LIBS_backend-drivers/daemon/events := -luring
SRCS_backend-drivers/daemon/net_shell := backend-drivers/daemon/net_shell.c tests/fakes/nic.c \
	$(BE)/netback.c $(BE)/netctrl.c $(BE)/flowhash.c $(BE)/offload.c
LIBS_backend-drivers/daemon/net_shell := -luring
SRCS_backend-drivers/daemon/net_rx := backend-drivers/daemon/net_rx.c tests/fakes/nic.c \
	$(BE)/netback.c $(BE)/netctrl.c $(BE)/flowhash.c $(BE)/offload.c
LIBS_backend-drivers/daemon/net_rx := -luring

MODEL_TESTS += blk_ring net_ring
SRCS_blk_ring := $(BE)/blkback.c
SRCS_net_ring := $(BE)/netback.c

FUZZERS += blkback netback netctrl
FUZZ_SRCS_blkback := tests/fuzz/blkback.c $(BE)/blkback.c
FUZZ_SRCS_netback := tests/fuzz/netback.c $(BE)/netback.c $(BE)/offload.c
FUZZ_SRCS_netctrl := tests/fuzz/netctrl.c $(BE)/netctrl.c $(BE)/flowhash.c
